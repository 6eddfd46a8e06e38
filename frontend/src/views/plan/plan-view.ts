import { mdiChevronLeft, mdiChevronRight } from "@mdi/js";
import { css, html, nothing } from "lit";
import { isStale, valueIn } from "../../api/remote";
import type { Plan, PlanSlot } from "../../api/types";
import { actionName } from "../../components/actions";
import { FeedController, Ticker } from "../../controllers";
import { element } from "../../element";
import { t, word } from "../../i18n";
import { icon } from "../../icon";
import { sentence } from "../../message";
import { nowOf } from "../../parts/headline";
import { base, cards, controls, page } from "../../theme";
import { blank, show, View } from "../../view";
import { PARAMS } from "./changes";
import { endOf, guessedFrom, startOf } from "./groups";
import { planSpec } from "./plan-chart";
import { slotCard, slotStyles } from "./slot-card";
import { horizonOf, planNotices, summary, summaryStyles } from "./summary";
import "../../charts/chart";
import "../../components/segments";
import "./plan-table";
import "./slot-actions";
import "./what-if";

const WINDOW_MS = 12 * 3_600_000;
const SWIPE_PX = 60;

/** The next day or two: prices, power, state of charge and what the battery does, and what would be with other settings. */
@element("sigenstor-plan-view")
export class PlanView extends View {
  readonly #plan = new FeedController(this, () => this.app?.service.plan);
  readonly #live = new FeedController(this, () => this.app?.service.live);

  #touchedAt = 0;

  constructor() {
    super();
    new Ticker(this, 30_000);
  }

  static override styles = [
    base,
    page,
    cards,
    controls,
    summaryStyles,
    slotStyles,
    css`
      header {
        margin-bottom: 12px;
      }
      header .card-title,
      summary .card-title {
        margin: 0;
      }
      .legend {
        font-size: 13px;
      }
      .hatch {
        width: 16px;
        height: 14px;
        border: 1px solid var(--divider-color);
        background: repeating-linear-gradient(-45deg, transparent 0 3px, var(--secondary-text-color) 3px 4px);
        opacity: 0.7;
      }
      .steps {
        margin: -8px;
      }
      details summary {
        cursor: pointer;
      }
      summary h2 {
        display: inline;
      }
    `,
  ];

  override render() {
    return show(this.#plan.current, this.app.format, (plan, stale) =>
      plan?.slots.length ? this.#page(plan, stale) : this.#empty(),
    );
  }

  get #now() {
    const { current } = this.#live;
    return nowOf(valueIn(current), isStale(current));
  }

  #empty() {
    const live = valueIn(this.#live.current);
    if (live === null) return blank(t("common.not_loaded_title"), t("common.not_loaded_text"));
    const problem = sentence(live?.optimiser?.problem ?? live?.prices?.problem, this.app.format);
    const link = html`<a class="button" href="settings">${t("plan.to_settings")}</a>`;
    return blank(t("plan.empty_title"), [problem, t("plan.empty_text")].filter(Boolean).join(". "), link);
  }

  #page(plan: Plan, stale: boolean) {
    const { format } = this.app;
    const table = this.query.get("view") === "table";
    const tried = PARAMS.some((param) => this.query.has(param));
    return html`
      <section class="card">
        ${summary(plan, format)} ${planNotices(plan, stale, format, this.#now)}
      </section>
      <section class="card">
        <header class="row spread wrap">
          <div>
            <h2 class="card-title">${t("plan.next", { hours: horizonOf(plan, format) })}</h2>
            <p class="faint">${t("plan.made", { strategy: word("strategy", plan.strategy), time: format.relative(plan.made_at, this.#now) })}</p>
          </div>
          <sigenstor-segments
            .label=${t("plan.view")} .value=${table ? "table" : "chart"}
            .options=${[{ value: "chart", label: t("plan.view_chart") }, { value: "table", label: t("plan.view_table") }]}
            @chosen=${({ detail }: CustomEvent<string>) => this.setQuery({ view: detail === "table" ? "table" : null })}
          ></sigenstor-segments>
        </header>
        ${table ? html`<sigenstor-plan-table .slots=${plan.slots} .format=${format}></sigenstor-plan-table>` : this.#chart(plan)}
      </section>
      ${table ? nothing : this.#slot(plan)}
      <section class="card">
        <details ?open=${tried}>
          <summary><h2 class="card-title">${t("plan.what_if")}</h2></summary>
          <sigenstor-what-if .app=${this.app} .plan=${plan} .query=${this.query} ?lost=${stale}></sigenstor-what-if>
        </details>
      </section>
    `;
  }

  #chart(plan: Plan) {
    const { format } = this.app;
    const slots = this.#window(plan.slots);
    const actions = [...new Set(slots.map(({ action }) => action))];
    const guessed = guessedFrom(slots);
    const chosen = plan.slots[this.#chosen(plan)];
    const marked = chosen ? slots.indexOf(chosen) : -1;
    return html`
      ${this.narrow ? this.#pager(plan.slots) : nothing}
      <sigenstor-chart
        .spec=${planSpec(slots, plan.soc_min, format, this.#now)} .format=${format} .chosen=${marked < 0 ? undefined : marked}
        @chosen=${({ detail }: CustomEvent<number>) => this.setQuery({ slot: slots[detail]?.start ?? null })}
        @touchstart=${this.#touched} @touchend=${(event: TouchEvent) => this.#swiped(event, plan.slots)}
      ></sigenstor-chart>
      <ul class="legend">
        ${actions.map((action) => html`<li>${actionName(action)}</li>`)}
        ${actions.includes("charge") || actions.includes("discharge") ? html`<li class="faint">${t("plan.strip")}</li>` : nothing}
        ${guessed ? html`<li><span class="hatch"></span>${t("plan.guessed_from", { time: format.soon(guessed) })}</li>` : nothing}
      </ul>
    `;
  }

  /** What a phone has room for: half a day, from the one that the address names. */
  #window(slots: readonly PlanSlot[]): readonly PlanSlot[] {
    if (!this.narrow) return slots;
    const first = startOf(slots[0] as PlanSlot) + this.#part * WINDOW_MS;
    return slots.filter((slot) => startOf(slot) >= first && startOf(slot) < first + WINDOW_MS);
  }

  get #part() {
    return Math.max(0, Math.floor(Number(this.query.get("part") ?? 0)) || 0);
  }

  #pager(slots: readonly PlanSlot[]) {
    const { format } = this.app;
    const shown = this.#window(slots);
    const [first, last] = [shown[0], shown.at(-1)];
    const button = (by: number, text: string, path: string) =>
      html`<button class="icon-button" aria-label=${text} title=${text} ?disabled=${!this.#canGo(by, slots)} @click=${() => this.#go(by, slots)}>${icon(path)}</button>`;
    return html`<div class="row spread">
      ${button(-1, t("plan.earlier"), mdiChevronLeft)}
      <span>${first && last ? `${format.soon(first.start)} – ${format.time(last.end)}` : ""}</span>
      ${button(1, t("plan.later"), mdiChevronRight)}
    </div>`;
  }

  #canGo(by: number, slots: readonly PlanSlot[]) {
    const part = this.#part + by;
    const last = slots.at(-1);
    return part >= 0 && !!last && startOf(slots[0] as PlanSlot) + part * WINDOW_MS < endOf(last);
  }

  #go(by: number, slots: readonly PlanSlot[]) {
    if (this.#canGo(by, slots)) this.setQuery({ part: this.#part + by ? String(this.#part + by) : null });
  }

  readonly #touched = (event: TouchEvent) => {
    this.#touchedAt = event.touches[0]?.clientX ?? 0;
  };

  #swiped(event: TouchEvent, slots: readonly PlanSlot[]) {
    const by = (event.changedTouches[0]?.clientX ?? 0) - this.#touchedAt;
    if (this.narrow && Math.abs(by) > SWIPE_PX) this.#go(by < 0 ? 1 : -1, slots);
  }

  /** The slot in the address, or the one that is running. */
  #chosen({ slots }: Plan): number {
    const wanted = slotAt(slots, Date.parse(this.query.get("slot") ?? ""));
    return wanted >= 0 ? wanted : Math.max(0, slotAt(slots, this.#now));
  }

  #slot(plan: Plan) {
    const index = this.#chosen(plan);
    const slot = plan.slots[index];
    if (!slot) return nothing;
    const step = (to: number, text: string, path: string) => {
      const target = plan.slots[to];
      return html`<button class="icon-button" aria-label=${text} title=${text} ?disabled=${!target} @click=${() => this.setQuery({ slot: target?.start ?? null })}>${icon(path)}</button>`;
    };
    return html`<section class="card">
      <header class="row spread">
        <h2 class="card-title">${t(index === slotAt(plan.slots, this.#now) ? "plan.slot_now" : "plan.slot")}</h2>
        <div class="row steps">${step(index - 1, t("plan.earlier"), mdiChevronLeft)}${step(index + 1, t("plan.later"), mdiChevronRight)}</div>
      </header>
      <div aria-live="polite">${slotCard(slot, this.app.format)}</div>
      <sigenstor-slot-actions .app=${this.app} .plan=${plan} .planned=${slot} .live=${valueIn(this.#live.current) ?? null} .now=${this.#now} ?lost=${isStale(this.#plan.current)}></sigenstor-slot-actions>
    </section>`;
  }
}

const slotAt = (slots: readonly PlanSlot[], at: number) =>
  slots.findIndex((slot) => startOf(slot) <= at && at < endOf(slot));
