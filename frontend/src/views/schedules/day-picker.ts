import { css, html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import type { Schedule } from "../../api/types";
import { element, fire } from "../../element";
import { t } from "../../i18n";
import { ACTION_COLOUR, base } from "../../theme";
import { blocksOf, DAY_MIN, stacked, type WallClock } from "./week";

/** The whole week, small, to choose one of its days: fires `chosen` with the day. */
@element("sigenstor-day-picker")
export class DayPicker extends LitElement {
  @property({ attribute: false }) schedules: readonly Schedule[] = [];
  @property({ attribute: false }) days: readonly number[] = [];
  @property({ attribute: false }) clock!: WallClock;
  @property({ type: Number }) value = 0;
  @property({ type: Number }) today = -1;

  static override styles = [
    base,
    css`
      .week {
        display: grid;
        grid-template-columns: repeat(7, minmax(0, 1fr));
        gap: 4px;
      }
      button {
        display: grid;
        gap: 4px;
        justify-items: stretch;
        padding: 6px 4px;
        border: 1px solid var(--divider-color);
        border-radius: 10px;
        background: none;
        color: inherit;
        font: inherit;
        font-size: 13px;
        cursor: pointer;
      }
      button[aria-pressed="true"] {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 16%, transparent);
      }
      .name {
        text-align: center;
      }
      .today .name {
        font-weight: 700;
        text-decoration: underline;
        text-decoration-color: var(--primary-color);
        text-decoration-thickness: 2px;
        text-underline-offset: 3px;
      }
      .day {
        position: relative;
        height: 56px;
        border-radius: 4px;
        background: var(--sigenstor-sunken);
        overflow: hidden;
      }
      i {
        position: absolute;
        inset-inline: 0;
        border-block-start: 1px solid var(--sigenstor-surface);
      }
    `,
  ];

  override render() {
    const blocks = blocksOf(this.schedules.filter(({ enabled }) => enabled));
    return html`<div class="week" role="group" aria-label=${t("schedules.day")}>
      ${this.days.map((day) => {
        const here = stacked(blocks.filter((block) => block.day === day));
        return html`<button
          class=${day === this.today ? "today" : ""} aria-pressed=${day === this.value ? "true" : "false"}
          aria-label=${this.clock.day(day, "long")} @click=${() => fire(this, "chosen", day)}
        >
          <span class="name">${this.clock.day(day)}</span>
          <span class="day">
            ${here.map(
              ({ block: { schedule, start, end }, level }) =>
                html`<i style="top:${(start / DAY_MIN) * 100}%;height:${((end - start) / DAY_MIN) * 100}%;inset-inline-start:${level * 25}%;background:${ACTION_COLOUR[schedule.action]}"></i>`,
            )}
          </span>
        </button>`;
      })}
    </div>`;
  }
}
