import "../../components/dialog";
import "./flow-form";
import { mdiDelete, mdiPencil, mdiPlus } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../../api/errors";
import type { FlowStart } from "../../api/flow";
import { QueryController } from "../../controllers";
import { element, fire } from "../../element";
import { notify } from "../../ha/adapter";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { base, controls } from "../../theme";
import { type App, errorText, show } from "../../view";

const PV_ARRAY = "pv_array";

interface Subentry {
  subentry_id: string;
  subentry_type: string;
  title: string;
}

/** The PV arrays of a plant: added, changed and removed one by one, by the integration's own form. */
@element("sigenstor-arrays")
export class Arrays extends LitElement {
  @property({ attribute: false }) app!: App;
  /** Whether the connection is gone, so that nothing can be changed. */
  @property({ type: Boolean }) lost = false;
  @state() private editing: FlowStart | undefined;
  @state() private removing: Subentry | undefined;
  readonly #arrays = new QueryController(
    this,
    () => this.app.plant.entry_id,
    async (entry_id) => {
      const type = "config_entries/subentries/list";
      const all = await this.app.hass().callWS<Subentry[]>({ type, entry_id });
      return all.filter(({ subentry_type }) => subentry_type === PV_ARRAY);
    },
  );

  static override styles = [
    base,
    controls,
    css`
      ul {
        margin: 0 0 12px;
      }
      li {
        display: flex;
        align-items: center;
        min-height: 48px;
        border-bottom: 1px solid var(--divider-color);
      }
      li span {
        flex: 1;
      }
    `,
  ];

  override render() {
    if (this.editing) {
      return html`<sigenstor-flow-form .app=${this.app} .start=${this.editing} ?lost=${this.lost} @saved=${this.#done} @left=${this.#done}></sigenstor-flow-form>`;
    }
    return show(
      this.#arrays.current,
      this.app.format,
      (arrays) => this.#list(arrays),
      () => this.#arrays.again(),
    );
  }

  #list(arrays: readonly Subentry[]) {
    return html`
      ${arrays.length === 0 ? html`<p class="faint">${t("settings.no_arrays")}</p><br />` : nothing}
      <ul>
        ${arrays.map(
          (array) => html`<li>
            <span>${array.title}</span>
            <button class="icon-button" aria-label=${t("settings.change_array", { name: array.title })} @click=${() => this.#edit(array)}>${icon(mdiPencil)}</button>
            <button class="icon-button" aria-label=${t("settings.remove_array", { name: array.title })} @click=${() => {
              this.removing = array;
            }}>${icon(mdiDelete)}</button>
          </li>`,
        )}
      </ul>
      <button class="button" @click=${() => this.#edit()}>${icon(mdiPlus)}${t("settings.add_array")}</button>
      <sigenstor-dialog
        .heading=${t("settings.remove_array", { name: this.removing?.title ?? "" })} ?open=${this.removing !== undefined}
        @closed=${this.#keep}
      >
        <p>${t("settings.remove_array_text")}</p>
        <button slot="actions" class="button" @click=${this.#keep}>${t("common.cancel")}</button>
        <button slot="actions" class="button danger" ?disabled=${this.lost} @click=${() => void this.#remove()}>${t("settings.remove")}</button>
      </sigenstor-dialog>
    `;
  }

  #edit(array?: Subentry) {
    const start: FlowStart = { kind: "config_subentries", handler: [this.app.plant.entry_id, PV_ARRAY] };
    this.editing = array ? { ...start, subentry_id: array.subentry_id } : start;
  }

  readonly #keep = () => {
    this.removing = undefined;
  };

  readonly #done = (event: Event) => {
    event.stopPropagation();
    this.editing = undefined;
    this.#arrays.again();
    if (event.type === "saved") fire(this, "saved");
  };

  async #remove() {
    const { removing } = this;
    this.removing = undefined;
    if (!removing) return;
    const { entry_id } = this.app.plant;
    const { subentry_id } = removing;
    try {
      await this.app.hass().callWS({ type: "config_entries/subentries/delete", entry_id, subentry_id });
      fire(this, "saved");
    } catch (reason) {
      notify(this, errorText(asApiError(reason), this.app.format));
    }
    this.#arrays.again();
  }
}
