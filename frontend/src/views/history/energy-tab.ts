import "../../charts/chart";
import "../../components/table";
import { css, html, nothing } from "lit";
import type { Accuracy, DayScore, History, HistoryPeriod, HistoryRow, Outage } from "../../api/types";
import type { Column } from "../../components/table";
import { QueryController } from "../../controllers";
import { element } from "../../element";
import { t } from "../../i18n";
import { owed } from "../../parts/owed";
import { blank, show } from "../../view";
import { energySpec, type Flow, finest, forecastSpec, isEmpty, present, SOURCES, total, USES } from "./energy-chart";
import { HistoryTab } from "./history-tab";
import { grain, type Period } from "./period";

type Answer = History & {
  period: Period;
  /** What the page about money says, where all that is shown is settled. */
  paid: number | undefined;
};

const HOUR_MS = 3_600_000;

/** How long nobody knew the price of what was used, in ms. */
const unpriced = (rows: readonly HistoryRow[]) =>
  rows
    .filter(({ cost, house_kwh }) => cost === null && house_kwh !== null)
    .reduce((sum, row) => sum + Date.parse(row.end) - Date.parse(row.start), 0);

function paidIn(scores: readonly DayScore[], rows: readonly HistoryRow[], { span }: Period): number | undefined {
  const days = span === "day" ? 1 : rows.filter(({ house_kwh }) => house_kwh !== null).length;
  return scores.length > 0 && scores.length === days ? scores.reduce((sum, { paid }) => sum + paid, 0) : undefined;
}

/** Where the energy came from and went, what it cost, and how good the forecasts were. */
@element("sigenstor-history-energy")
export class EnergyTab extends HistoryTab {
  readonly #history = new QueryController(
    this,
    () => ({ ...this.range, period: grain(this.period), span: this.period, turn: this.turn }),
    async ({ start, end, period, span }): Promise<Answer> => {
      const { service } = this.app;
      const ask = (grain: HistoryPeriod) => service.history({ start, end, period: grain });
      const unsettled = span.span === "year" || (span.span === "day" && span.end > Date.now());
      const scores = unsettled ? [] : (await service.scores({ start, end })).rows;
      if (period !== "5minute") {
        const found = await ask(period);
        return { ...found, period: span, paid: paidIn(scores, found.rows, span) };
      }
      const [fine, hours] = await Promise.all([ask("5minute"), ask("hour")]);
      const rows = finest(fine.rows, hours.rows);
      return { ...hours, period: span, rows, paid: paidIn(scores, rows, span) };
    },
  );

  static override styles = [
    ...HistoryTab.styles,
    css`
      .bar {
        display: flex;
        gap: 2px;
        height: 10px;
        margin-bottom: 12px;
        border-radius: 5px;
        overflow: hidden;
        background: var(--sigenstor-sunken);
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto 6ch;
        gap: 6px 12px;
        margin: 0;
      }
      dt {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      dd {
        margin: 0;
        text-align: end;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    return show(
      this.#history.current,
      this.app.format,
      (answer, stale) => this.#content(answer, stale),
      () => this.#history.again(),
    );
  }

  #content({ period, rows, accuracy, outages, paid }: Answer, stale: boolean) {
    if (isEmpty(rows)) return blank(t("history.empty_title"), t("history.empty_text"));
    const { format } = this.app;
    const forecasts = forecastSpec(rows, period, format);
    return html`
      <div class="grid ${stale ? "old" : ""}">
        ${this.#side(t("history.came_from"), rows, SOURCES)} ${this.#side(t("history.went_to"), rows, USES)} ${this.#cost(rows, paid)}
      </div>
      <section class="card ${stale ? "old" : ""}">
        <h2>${t("history.energy_title")}</h2>
        ${this.legend(present([...SOURCES, ...USES], rows).map(({ name, colour }) => ({ name: t(name), colour })))}
        <sigenstor-chart .spec=${energySpec(rows, period, format)} .format=${format} @chosen=${({ detail }: CustomEvent<number>) => this.#opened(rows[detail], period)}></sigenstor-chart>
        ${period.span === "day" ? this.note(t("history.to_decision")) : nothing}
      </section>
      ${
        forecasts
          ? html`<section class="card ${stale ? "old" : ""}">
              <h2>${t("history.forecast_title")}</h2>
              ${this.note(this.#accuracy("sun", accuracy.pv))} ${this.note(this.#accuracy("house", accuracy.house))}
              ${this.legend([{ name: t("history.forecast") }])}
              <sigenstor-chart .spec=${forecasts} .format=${format}></sigenstor-chart>
            </section>`
          : nothing
      }
      ${
        outages.length
          ? html`<section class="card ${stale ? "old" : ""}">
              <h2>${t("history.outages")}</h2>
              <sigenstor-table .caption=${t("history.outages")} .columns=${this.#outages()} .rows=${outages}></sigenstor-table>
            </section>`
          : nothing
      }
    `;
  }

  #outages(): Column<Outage>[] {
    const { format } = this.app;
    return [
      { heading: t("history.outage_began"), cell: ({ start }) => `${format.date(start)}, ${format.time(start)}` },
      {
        heading: t("history.outage_lasted"),
        cell: ({ start, end }) =>
          end ? format.duration((Date.parse(end) - Date.parse(start)) / HOUR_MS) : t("history.outage_lasts"),
      },
      { heading: t("history.reason"), cell: ({ by_hand }) => t(`history.outage_${by_hand ? "manual" : "auto"}`) },
    ];
  }

  #side(title: string, rows: readonly HistoryRow[], flows: readonly Flow[]) {
    const { format } = this.app;
    const parts = present(flows, rows).map((flow) => ({ ...flow, kwh: total(rows, flow.key) }));
    const sum = parts.reduce((whole, { kwh }) => whole + (kwh ?? 0), 0);
    const share = (kwh: number | null) => (sum > 0 && kwh !== null ? (kwh / sum) * 100 : null);
    return html`<section class="card">
      <h2>${title}</h2>
      <div class="bar" aria-hidden="true">
        ${parts.map(({ kwh, colour }) => html`<span style="background:${colour};width:${share(kwh) ?? 0}%"></span>`)}
      </div>
      <dl>
        ${parts.map(
          ({ name, colour, kwh }) =>
            html`<dt><span class="dot" style="background:${colour}"></span>${t(name)}</dt>
              <dd>${format.energy(kwh)}</dd>
              <dd class="faint">${format.percent(share(kwh))}</dd>`,
        )}
      </dl>
    </section>`;
  }

  /** Go to the decision that was in force then, or from a longer period to the day. */
  #opened(row: HistoryRow | undefined, { span }: Period) {
    if (!row) return;
    const date = this.app.format.dayKey(row.start);
    if (span === "day") this.setQuery({ tab: "decisions", at: row.end, page: null }, true);
    else this.setQuery({ span: span === "year" ? "month" : "day", date }, true);
  }

  /** One figure for each moment: today's is the dashboard's, that of settled days the one beside their savings. */
  #cost(rows: readonly HistoryRow[], paid: number | undefined) {
    const { today } = this;
    const cost = today?.parts ? today.cost : (paid ?? total(rows, "cost"));
    const partly = paid === undefined && !today?.parts && cost !== null && unpriced(rows) > HOUR_MS;
    const last = Date.parse(today?.parts?.until ?? rows.at(-1)?.end ?? "");
    // A row may end later than what is in it.
    const time = this.app.format.soon(Math.min(last, Date.now()));
    const until = this.period.end > Date.now() && last ? t("history.until", { time }) : "";
    return html`<section class="card">
      <h2>${t("history.cost")}</h2>
      <p class="big">${owed(cost, this.app.format)}</p>
      ${this.note(partly ? t("history.cost_partly") : "")}
      ${this.note([t(cost === null ? "history.cost_unknown" : "history.cost_text"), until].filter(Boolean).join(" "))}
    </section>`;
  }

  #accuracy(what: "sun" | "house", accuracy: Accuracy | null): string {
    const { format } = this.app;
    const name = t(what === "sun" ? "history.sun" : "history.house");
    if (!accuracy) return t("history.accuracy_unknown", { what: name });
    const values = {
      what: name,
      error: format.power(accuracy.mean_absolute_error_w),
      bias: format.power(Math.abs(accuracy.bias_w)),
      hours: format.number(accuracy.hours),
    };
    return t(accuracy.bias_w > 0 ? "history.accuracy_high" : "history.accuracy_low", values);
  }
}
