import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Live, Plan, PlanSlot } from "../api/types";
import { ACTION_ICON } from "../components/actions";
import { element } from "../element";
import { t, word } from "../i18n";
import { sentence } from "../message";
import { ACTION_COLOUR, base, COLOUR, controls } from "../theme";
import type { App } from "../view";
import "../charts/chart";
import type { ChartSpec, Point } from "../charts/spec";
import { isFollowed } from "./headline";
import { type Run, runsOf } from "./runs";

const HOUR_MS = 3_600_000;

/** The price now, and the next hours: prices, the plan's actions on them, and where the battery goes. */
@element("sigenstor-outlook")
export class Outlook extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) live!: Live;
  @property({ attribute: false }) plan: Plan | null = null;
  @property({ type: Number }) hours = 6;
  /** The moment in ms, which stands still while the connection is lost. */
  @property({ attribute: false }) now = Date.now();

  static override styles = [
    base,
    controls,
    css`
      .now {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 4px 20px;
        margin-bottom: 8px;
      }
      .price strong {
        font-size: 28px;
        font-weight: 400;
        line-height: 1.1;
      }
      .chip {
        align-self: center;
      }
    `,
  ];

  override render() {
    return html`${this.#price()} ${this.#next()}`;
  }

  #price() {
    const { format } = this.app;
    const now = this.live.prices?.now;
    if (!now)
      return html`<p class="faint">${sentence(this.live.prices?.problem, format, this.now) || word("degradation", "no_prices")}</p>`;
    const notes = [
      now.level ? t(`word.level_${now.level}` as "word.level_low") : "",
      now.estimate ? t("dashboard.estimate") : "",
    ];
    return html`<div class="now">
      <span class="price"><strong>${format.price(now.buy, false)}</strong> ${format.priceUnit}</span>
      ${now.sell === null ? nothing : html`<span class="faint">${t(now.sell < 0 ? "dashboard.feed_in_costs" : "dashboard.feed_in", { price: format.price(Math.abs(now.sell)) })}</span>`}
      ${notes.filter(Boolean).map((note) => html`<span class="chip">${note}</span>`)}
      <span class="faint">${t("common.override_until", { time: format.time(now.end) })}</span>
    </div>`;
  }

  #next() {
    const { format } = this.app;
    const { now } = this;
    const slots = (this.plan?.slots ?? []).filter(
      ({ start, end }) => Date.parse(end) > now && Date.parse(start) < now + this.hours * HOUR_MS,
    );
    if (!this.plan || slots.length === 0) return html`<p class="faint">${t("dashboard.no_plan")}</p>`;
    const runs = runsOf(slots);
    return html`<sigenstor-chart .spec=${this.#spec(slots, now)} .format=${format}></sigenstor-chart>
      <ol class="legend" aria-label=${t("dashboard.next_list")}>${runs.slice(0, 5).map((run, index) => this.#run(run, index))}</ol>`;
  }

  #run(run: Run, index: number) {
    const { format } = this.app;
    const begun = t(isFollowed(this.live, run.action) ? "dashboard.now" : "dashboard.planned_now");
    const when = index === 0 ? begun : format.soon(run.start, this.now);
    const forced = run.action === "charge" || run.action === "discharge";
    return html`<li><i class="dot" style="background:${ACTION_COLOUR[run.action]}"></i><span><span class="faint">${when}</span> ${word("action", run.action)}${forced ? ` ${format.power(Math.abs(run.battery_w))}` : ""}</span></li>`;
  }

  #spec(slots: readonly PlanSlot[], now: number): ChartSpec {
    const { format } = this.app;
    const points = (value: (slot: PlanSlot) => number): Point[] =>
      slots.map((slot) => ({
        start: Date.parse(slot.start),
        end: Date.parse(slot.end),
        value: value(slot),
        faint: slot.extrapolated,
      }));
    const start = Date.parse(slots[0]?.start ?? "");
    const end = Date.parse(slots.at(-1)?.end ?? "");
    const soc: Point[] = [
      ...slots.map((slot) => ({ start: Date.parse(slot.start), end: Date.parse(slot.end), value: slot.soc_before })),
      { start: end, end, value: slots.at(-1)?.soc_after ?? null },
    ];
    const actions = runsOf(slots).map((run) => ({
      start: Date.parse(run.start),
      end: Date.parse(run.end),
      value: null,
      colour: ACTION_COLOUR[run.action],
      icon: ACTION_ICON[run.action],
    }));
    return {
      label: t("dashboard.outlook_spoken", { hours: this.hours }),
      start,
      end,
      now,
      spans: points(() => 0),
      panes: [
        {
          height: 96,
          title: format.priceUnit,
          legend: true,
          tick: (value) => format.priceTick(value),
          tickCount: 3,
          clipped: true,
          layers: [
            { kind: "step-area", name: t("dashboard.buy"), colour: COLOUR.grid, points: points(({ buy }) => buy) },
            {
              kind: "step",
              name: t("dashboard.sell"),
              colour: COLOUR.export,
              width: 1.5,
              points: points(({ sell }) => sell),
            },
          ],
        },
        { height: 22, layers: [{ kind: "band", name: "actions", colour: COLOUR.line, opacity: 0.6, points: actions }] },
        {
          height: 56,
          title: t("dashboard.soc_title"),
          min: 0,
          max: 100,
          tick: (value) => format.percent(value),
          tickCount: 2,
          layers: [{ kind: "area", name: "soc", colour: COLOUR.soc, points: soc }],
        },
      ],
      describe: (index) => {
        const slot = slots[index];
        if (!slot) return { title: "", readings: [] };
        return {
          title: `${format.time(slot.start)} – ${format.time(slot.end)}`,
          readings: [
            { name: t("dashboard.buy"), value: format.price(slot.buy), colour: COLOUR.grid },
            { name: t("dashboard.sell"), value: format.price(slot.sell), colour: COLOUR.export },
            {
              name: word("action", slot.action),
              value: format.power(Math.abs(slot.battery_w)),
              colour: ACTION_COLOUR[slot.action],
            },
            { name: t("dashboard.soc_title"), value: format.percent(slot.soc_after), colour: COLOUR.soc },
          ],
          note: sentence(slot.reason, format, now),
        };
      },
    };
  }
}
