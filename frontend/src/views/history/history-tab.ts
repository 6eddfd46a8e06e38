import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { valueIn } from "../../api/remote";
import type { Today } from "../../api/types";
import { FeedController, Ticker } from "../../controllers";
import { base, cards, controls } from "../../theme";
import { View } from "../../view";
import type { Period } from "./period";

const NEWS_MS = 5 * 60_000;

/** One of the tabs of the history: it shows a period, and asks again every five minutes while that is not over. */
export abstract class HistoryTab extends View {
  @property({ attribute: false }) period!: Period;
  protected readonly ticker = new Ticker(this, 60_000);

  readonly #live = new FeedController(this, () => (this.#isToday ? this.app.service.live : undefined));

  static override styles = [
    base,
    cards,
    controls,
    css`
      :host {
        display: grid;
        gap: var(--sigenstor-gap);
        grid-template-columns: minmax(0, 1fr);
      }
      .old {
        opacity: 0.55;
      }
      /* The last one takes what is left of its row. */
      .grid {
        display: flex;
        flex-wrap: wrap;
        gap: var(--sigenstor-gap);
      }
      .grid > * {
        flex: 1 1 280px;
      }
      .big {
        font-size: 28px;
        line-height: 36px;
      }
      .legend {
        margin-bottom: 8px;
        color: var(--secondary-text-color);
        font-size: var(--ha-font-size-s, 12px);
      }
      .dashes {
        width: 16px;
        border-top: 2px dashed currentColor;
      }
    `,
  ];

  get #isToday() {
    return this.period.span === "day" && this.period.start <= Date.now() && Date.now() < this.period.end;
  }

  /** What is known of the day that is not over; undefined for any other period. */
  protected get today(): Today | undefined {
    return this.#isToday ? valueIn(this.#live.current)?.today : undefined;
  }

  protected get range() {
    return { start: new Date(this.period.start).toISOString(), end: new Date(this.period.end).toISOString() };
  }

  /** Part of each question: it changes when there may be something new to see. */
  protected get turn(): number {
    const now = Date.now();
    return now >= this.period.start && now < this.period.end ? Math.floor(now / NEWS_MS) : 0;
  }

  protected legend(entries: readonly { name: string; colour?: string }[]) {
    return html`<ul class="legend">
      ${entries.map(
        ({ name, colour }) =>
          html`<li>${colour ? html`<span class="dot" style="background:${colour}"></span>` : html`<span class="dashes"></span>`}${name}</li>`,
      )}
    </ul>`;
  }

  protected note = (text: string) => (text ? html`<p class="faint">${text}</p>` : nothing);
}
