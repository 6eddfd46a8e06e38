import { mdiContentCopy, mdiDelete, mdiPencil } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Schedule } from "../../api/types";
import { ACTION_ICON } from "../../components/actions";
import { element, fire } from "../../element";
import type { Format } from "../../format";
import { t, word } from "../../i18n";
import { icon } from "../../icon";
import { ACTION_COLOUR, base, controls } from "../../theme";
import { whatOf, whenOf } from "./draft";
import { minutesOf, type WallClock } from "./week";

/** All schedules in words: fires `opened`, `copied`, `removed` with the schedule, and `switched` with it changed. */
@element("sigenstor-schedule-list")
export class ScheduleList extends LitElement {
  @property({ attribute: false }) schedules: readonly Schedule[] = [];
  @property({ attribute: false }) clock!: WallClock;
  @property({ attribute: false }) format!: Format;
  @property({ type: Boolean }) editable = false;
  /** Whether schedules can be turned on and off, if no more than that. */
  @property({ type: Boolean }) switchable = false;
  /** Of the schedule whose time it is: its id, and how it fares. */
  @property({ attribute: false }) due: { id: string; text: string } | undefined;

  static override styles = [
    base,
    controls,
    css`
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 4px 12px;
        align-items: center;
        padding: 10px 0;
        border-top: 1px solid var(--divider-color);
      }
      li:first-child {
        border-top: none;
      }
      .sign {
        display: grid;
        place-items: center;
        width: 40px;
        height: 40px;
        border-radius: 50%;
        background: color-mix(in srgb, var(--colour) 30%, var(--sigenstor-surface));
      }
      .off .sign {
        background: var(--sigenstor-sunken);
      }
      .name {
        font-weight: var(--ha-font-weight-medium, 500);
        overflow-wrap: anywhere;
      }
      .off .name {
        color: var(--secondary-text-color);
      }
      .side {
        display: flex;
        align-items: center;
        justify-content: flex-end;
        --icon-size: 20px;
      }
      .side .toggle {
        margin-inline-end: 8px;
      }
      .due {
        background: color-mix(in srgb, var(--primary-color) 22%, transparent);
      }
      @container (width < 480px) {
        li {
          align-items: start;
        }
        .side {
          grid-column: 2 / -1;
          justify-content: flex-start;
        }
      }
      .box {
        container-type: inline-size;
      }
    `,
  ];

  override render() {
    const sorted = [...this.schedules].sort(
      (a, b) => minutesOf(a.start) - minutesOf(b.start) || a.name.localeCompare(b.name),
    );
    return html`<div class="box"><ul>${sorted.map((schedule) => this.#item(schedule))}</ul></div>`;
  }

  #item(schedule: Schedule) {
    const { due } = this;
    const facts = [word("action", schedule.action), whatOf(schedule, this.format)].filter(Boolean).join(" ");
    return html`<li class=${schedule.enabled ? "" : "off"} style="--colour:${ACTION_COLOUR[schedule.action]}">
      <span class="sign">${icon(ACTION_ICON[schedule.action])}</span>
      <div>
        <p class="row wrap">
          <span class="name">${schedule.name}</span>
          ${due?.id === schedule.id ? html`<span class="chip due">${due.text}</span>` : nothing}
          ${schedule.enabled ? nothing : html`<span class="chip">${t("schedules.off")}</span>`}
          ${schedule.priority ? html`<span class="chip">${t("schedules.priority_is", { priority: this.format.number(schedule.priority) })}</span>` : nothing}
        </p>
        <p>${whenOf(schedule, this.clock)}</p>
        <p class="faint">${facts}</p>
      </div>
      ${this.switchable ? this.#buttons(schedule) : nothing}
    </li>`;
  }

  #buttons(schedule: Schedule) {
    const { name, enabled } = schedule;
    const button = (event: string, text: string, path: string) =>
      html`<button class="icon-button" aria-label=${text} title=${text} @click=${() => fire(this, event, schedule)}>${icon(path)}</button>`;
    return html`<div class="side">
      <input class="toggle" type="checkbox" role="switch" aria-label=${t("schedules.switch", { name })} .checked=${enabled} @change=${() => fire(this, "switched", { ...schedule, enabled: !enabled })} />
      ${
        this.editable
          ? html`${button("opened", t("schedules.edit_one", { name }), mdiPencil)}
            ${button("copied", t("schedules.copy_one", { name }), mdiContentCopy)}
            ${button("removed", t("schedules.delete_one", { name }), mdiDelete)}`
          : nothing
      }
    </div>`;
  }
}
