import "./arrays";
import "./control-check";
import "./energy-dashboard";
import "./flow-form";
import "./quick-controls";
import { mdiChevronRight } from "@mdi/js";
import { css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { FlowClient, type FlowStart, optionsOf } from "../../api/flow";
import { isLoaded, isStale, valueIn } from "../../api/remote";
import { FeedController, QueryController } from "../../controllers";
import { element } from "../../element";
import { navigate, notify } from "../../ha/adapter";
import { type TextKey, t } from "../../i18n";
import { icon } from "../../icon";
import { lowLimitsOf } from "../../parts/headline";
import { base, cards, controls } from "../../theme";
import { show, spinner, View } from "../../view";
import { FlowTexts, loadFlowTexts } from "./flow-texts";
import { notifications } from "./notifications";

const DOMAIN = "sigenstor_panel";
interface Entry {
  name: string;
  label: string;
}

const CONNECTION = "connection";

/** Everything that can be set: by entities, by the integration's own forms, and by Home Assistant's automations. */
@element("sigenstor-settings-view")
export class SettingsView extends View {
  @state() private saved = false;
  readonly #live = new FeedController(this, () => this.app?.service.live);
  /** Asked for whenever the list is shown; what it was stays meanwhile. */
  readonly #forms = new QueryController(
    this,
    () => (this.app.isAdmin && !this.query.has("open") ? this.app.plant.entry_id : undefined),
    async (entry): Promise<Entry[] | null> => (entry ? await this.#menu() : (valueIn(this.#forms.current) ?? null)),
  );

  static override styles = [
    base,
    cards,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--sigenstor-gap);
        grid-template-columns: minmax(0, 760px);
        justify-content: center;
      }
      .intro {
        margin: -8px 0 12px;
      }
      .form {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        width: calc(100% + 16px);
        min-height: 52px;
        padding: 6px 8px;
        margin: 0 -8px;
        border: none;
        border-bottom: 1px solid var(--divider-color);
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .form:hover {
        background: var(--sigenstor-sunken);
      }
      .form:last-of-type {
        border-bottom: none;
      }
      .help {
        display: block;
      }
      .form svg {
        color: var(--secondary-text-color);
      }
      .notice {
        background: color-mix(in srgb, var(--primary-color) 14%, transparent);
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
        margin-top: 12px;
      }
    `,
  ];

  override render() {
    const { app } = this;
    const open = app.isAdmin ? this.query.get("open") : null;
    const live = this.#live.current;
    const away = live.state === "ready" && !isLoaded(live);
    return html`
      ${away ? html`<p class="notice" role="status">${t(this.saved ? "settings.reloading" : "settings.not_loaded")}</p>` : nothing}
      ${open ? html`<section class="card">${this.#form(open, isStale(live))}</section>` : this.#sections(away)}
    `;
  }

  #sections(away: boolean) {
    const { app } = this;
    const live = valueIn(this.#live.current);
    const stale = isStale(this.#live.current);
    const limits = live?.control ? lowLimitsOf(live.control, app.format) : "";
    return html`
      ${
        away
          ? nothing
          : html`<section class="card">
              <h2>${t("settings.quick")}</h2>
              <sigenstor-quick-controls .app=${app} ?lost=${stale}></sigenstor-quick-controls>
              ${limits ? html`<p class="faint">${limits}</p>` : nothing}
            </section>`
      }
      <section class="card">
        <h2>${t("settings.forms")}</h2>
        ${app.isAdmin ? this.#list() : html`<p class="faint">${t("settings.read_only")}</p>`}
      </section>
      ${
        app.isAdmin
          ? html`<section class="card">
              <h2>${t("settings.arrays")}</h2>
              <p class="faint intro">${t("settings.arrays_text")}</p>
              <sigenstor-arrays .app=${app} ?lost=${stale} @saved=${this.#saved}></sigenstor-arrays>
            </section>`
          : nothing
      }
      ${
        app.isAdmin && live?.control
          ? html`<section class="card" id="check">
              <h2>${t("settings.check")}</h2>
              <sigenstor-control-check .app=${app} .live=${live} ?lost=${stale}></sigenstor-control-check>
            </section>`
          : nothing
      }
      ${
        app.isAdmin && !away
          ? html`<section class="card">
              <h2>${t("settings.energy")}</h2>
              <sigenstor-energy-dashboard .app=${app} ?lost=${stale}></sigenstor-energy-dashboard>
            </section>`
          : nothing
      }
      <section class="card">
        <h2>${t("settings.notifications")}</h2>
        ${notifications(app)}
      </section>
      ${
        app.isAdmin
          ? html`<button class="button plain" @click=${() => navigate(`/config/integrations/integration/${DOMAIN}`)}>${t("settings.integration")}</button>`
          : nothing
      }
    `;
  }

  #list() {
    return show(
      this.#forms.current,
      this.app.format,
      (forms) =>
        forms === null
          ? spinner()
          : [{ name: CONNECTION, label: t("settings.connection") }, ...forms].map(
              ({ name, label }) =>
                html`<button class="form" @click=${() => this.setQuery({ open: name }, true)}><span>${label}<span class="faint help">${t(`settings.form_${name}` as TextKey)}</span></span>${icon(mdiChevronRight)}</button>`,
            ),
      () => this.#forms.again(),
    );
  }

  #form(open: string, lost: boolean) {
    const { entry_id } = this.app.plant;
    const start: FlowStart =
      open === CONNECTION ? { kind: "config", handler: DOMAIN, entry_id } : { kind: "options", handler: entry_id };
    return html`<sigenstor-flow-form
      .app=${this.app} .start=${start} .choice=${open === CONNECTION ? "" : open} ?lost=${lost} @saved=${this.#saved} @left=${this.#close}
    ></sigenstor-flow-form>`;
  }

  /** The forms that the integration offers under "Configure", by its own menu. */
  async #menu(): Promise<Entry[]> {
    const start: FlowStart = { kind: "options", handler: this.app.plant.entry_id };
    const client = new FlowClient(this.app.hass);
    const [localize, menu] = await Promise.all([loadFlowTexts(this.app.hass()), client.start(start)]);
    if (menu.type !== "menu") return [];
    void client.abort(start.kind, menu.flow_id);
    const texts = new FlowTexts(localize, start);
    return optionsOf(menu).map((name) => ({ name, label: texts.option(menu, name) }));
  }

  override updated(changed: Map<PropertyKey, unknown>) {
    const before = changed.get("query") as URLSearchParams | undefined;
    if (before && before.get("open") !== this.query.get("open")) window.scrollTo({ top: 0 });
    const show = this.query.get("show");
    const part = show && this.renderRoot.querySelector(`#${CSS.escape(show)}`);
    if (!part) return;
    part.scrollIntoView();
    this.setQuery({ show: null });
  }

  readonly #close = () => this.setQuery({ open: null });

  readonly #saved = () => {
    this.saved = true;
    notify(this, t("settings.saved"));
    if (this.query.has("open")) this.#close();
  };
}
