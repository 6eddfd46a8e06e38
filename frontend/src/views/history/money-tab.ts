import "../../charts/chart";
import "../../components/table";
import "../../parts/today";
import { css, html, nothing } from "lit";
import { valueIn } from "../../api/remote";
import type { DayScore, Scores } from "../../api/types";
import type { Column } from "../../components/table";
import { QueryController } from "../../controllers";
import { element } from "../../element";
import { t, word } from "../../i18n";
import { owed } from "../../parts/owed";
import { COLOUR } from "../../theme";
import { blank, show } from "../../view";
import { HistoryTab } from "./history-tab";
import { barsOf, type Sum, savingsSpec, sumOf, WAYS } from "./money";
import { dayBefore, neighbour, type Period, periodOf } from "./period";

type Answer = Scores & { period: Period };

/** What was paid, what that saved, and how much of the possible saving it was. */
@element("sigenstor-history-money")
export class MoneyTab extends HistoryTab {
  readonly #scores = new QueryController(
    this,
    () => ({ ...this.range, span: this.period, turn: this.turn }),
    async ({ start, end, span }): Promise<Answer> => ({
      period: span,
      ...(await this.app.service.scores({ start, end })),
    }),
  );

  /** What a month or a year is compared with. */
  readonly #before = new QueryController(
    this,
    () => ({ key: this.period.key, span: this.period.span }),
    async ({ key, span }) => {
      if (span !== "month" && span !== "year") return null;
      const { format, service } = this.app;
      const scores = ({ start, end }: Period) =>
        service.scores({ start: new Date(start).toISOString(), end: new Date(end).toISOString() });
      const [year = "", ...rest] = key.split("-");
      const [last, yearAgo, history] = await Promise.all([
        scores(neighbour(this.period, -1, format)),
        span === "month" ? scores(periodOf("month", [Number(year) - 1, ...rest].join("-"), format)) : null,
        service.history({ ...this.range, period: "month" }),
      ]);
      return { last: last.rows, yearAgo: yearAgo?.rows, selfPowered: history.self_powered_percent };
    },
  );

  static override styles = [
    ...HistoryTab.styles,
    css`
      .share {
        height: 10px;
        margin: 8px 0;
        border-radius: 5px;
        background: var(--sigenstor-sunken);
        overflow: hidden;
      }
      .share span {
        display: block;
        height: 100%;
        background: var(--sigenstor-saved-color);
      }
      ul.ways {
        display: grid;
        gap: 14px;
        margin: 12px 0 0;
      }
      .ways li > div:first-child {
        display: flex;
        justify-content: space-between;
        gap: 12px;
      }
      .ways .actual {
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .scale {
        position: relative;
        height: 8px;
        margin: 4px 0;
        border-radius: 4px;
        background: var(--sigenstor-sunken);
      }
      .scale span {
        position: absolute;
        inset: 0 auto;
        min-width: 2px;
        border-radius: 4px;
      }
      .report {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr));
        gap: 12px 24px;
        margin: 0 0 12px;
      }
      .report dt {
        color: var(--secondary-text-color);
      }
      .report dd {
        margin: 0;
        font-size: var(--ha-font-size-l, 16px);
      }
      @media print {
        .no-print {
          display: none;
        }
      }
      .settled {
        margin: 16px 0 8px;
      }
      summary {
        cursor: pointer;
        padding: 4px 0;
        color: var(--sigenstor-link, var(--primary-color));
      }
    `,
  ];

  override render() {
    return show(
      this.#scores.current,
      this.app.format,
      (answer, stale) => this.#content(answer, stale),
      () => this.#scores.again(),
    );
  }

  #content(answer: Answer, stale: boolean) {
    const { period, rows } = answer;
    const { format } = this.app;
    if (rows.length === 0) return this.#none(period);
    const sum = sumOf(rows);
    const bars = barsOf(rows, period, format);
    const old = stale ? "old" : "";
    return html`
      <div class="grid ${old}">
        ${this.#figure(t("history.paid"), owed(sum.paid, format), t("history.paid_text", { days: format.number(sum.days) }))}
        ${this.#gain("saved", sum.no_battery - sum.actual)} ${this.#gain("gained", sum.self_consumption - sum.actual)}
      </div>
      ${period.span === "month" || period.span === "year" ? this.#report(answer, sum, old) : nothing}
      <section class="card ${old}">
        <h2>${t("history.share_title")}</h2>
        ${this.#share(sum)}
        <ul class="ways">
          ${this.#ways(sum)}
        </ul>
      </section>
      ${
        period.span === "day"
          ? nothing
          : html`<section class="card ${old}">
              <h2>${t("history.savings_title")}</h2>
              ${this.legend([
                { name: t("history.saved"), colour: COLOUR.saved },
                {
                  name: t("history.possible"),
                  colour: "color-mix(in srgb, var(--secondary-text-color) 40%, transparent)",
                },
              ])}
              <sigenstor-chart .spec=${savingsSpec(bars, period, format)} .format=${format}></sigenstor-chart>
              <details>
                <summary>${t("history.by_day")}</summary>
                <sigenstor-table .caption=${t("history.by_day")} .columns=${this.#columns()} .rows=${rows.toReversed()}></sigenstor-table>
              </details>
            </section>`
      }
    `;
  }

  /** The month or year in a few figures, beside the ones before. */
  #report({ period, rows, supply_per_day }: Answer, sum: Sum, old: string) {
    const { format } = this.app;
    const answer = valueIn(this.#before.current);
    const saved = ({ no_battery, actual }: DayScore) => no_battery - actual;
    const best = rows.reduce((most, row) => (saved(row) > saved(most) ? row : most));
    const perDay = (scores: readonly DayScore[]) => sumOf(scores).paid / scores.length;
    const compared = (scores: readonly DayScore[] | undefined) =>
      scores?.length ? t("history.per_day", { amount: owed(perDay(scores), format) }) : "–";
    const supply = (supply_per_day ?? 0) * sum.days;
    const facts: [string, string][] = [
      ...(supply
        ? ([
            [t("history.supply"), format.money(supply)],
            [t("history.bill"), owed(sum.paid + supply, format)],
          ] as [string, string][])
        : []),
      [t("history.daily"), t("history.per_day", { amount: owed(sum.paid / sum.days, format) })],
      [t(period.span === "year" ? "history.last_year" : "history.last_month"), compared(answer?.last)],
      ...(period.span === "month" ? [[t("history.year_ago"), compared(answer?.yearAgo)] as [string, string]] : []),
      [t("history.self_powered"), format.percent(answer?.selfPowered ?? null)],
      [
        t("history.best_day"),
        `${format.date(periodOf("day", best.day, format).start)}, ${t("history.best_saved", { money: format.money(saved(best)) })}`,
      ],
    ];
    return html`<section class="card ${old}">
      <header class="row spread"><h2 class="card-title">${t("history.report")}</h2>
        <button class="button plain no-print" @click=${() => window.print()}>${t("history.print")}</button></header>
      <dl class="report">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      ${this.note(`${supply ? "" : t("history.without_supply")} ${t("history.self_powered_text")}`)}
    </section>`;
  }

  /** What is not over is not settled; the month of the day before has the latest that is. */
  #none({ span, end }: Period) {
    const month = () => this.setQuery({ span: "month", date: dayBefore(this.app.format) });
    const { today } = this;
    if (today && today.saved_vs_no_battery !== null)
      return html`<section class="card">
        <h2>${t("dashboard.today")}</h2><sigenstor-today .app=${this.app} .today=${today}></sigenstor-today>
        <p class="faint settled">${t("history.no_scores_text")}</p>
        <button class="button" @click=${month}>${t("history.latest_month")}</button>
      </section>`;
    return blank(
      t(end > Date.now() ? "history.no_scores_yet" : "history.no_scores_title"),
      t("history.no_scores_text"),
      span === "month" ? "" : html`<button class="button" @click=${month}>${t("history.latest_month")}</button>`,
    );
  }

  #gain = (key: "saved" | "gained", amount: number) =>
    this.#figure(
      t(`history.${key}`),
      this.app.format.money(Math.abs(amount)),
      t(`history.${key}${amount < 0 ? "_not" : ""}_text`),
    );

  #figure = (title: string, amount: string, text: string) =>
    html`<section class="card"><h2>${title}</h2><p class="big">${amount}</p><p class="faint">${text}</p></section>`;

  #share({ share, share_vs_self_consumption }: Sum) {
    const { format } = this.app;
    if (share === null) return html`<p>${t("history.share_none")}</p>`;
    const beyond =
      share_vs_self_consumption === null
        ? ""
        : t("history.share_beyond", { share: format.percent(share_vs_self_consumption) });
    return html`
      <p class="big">${format.percent(share)}</p>
      <div class="share" aria-hidden="true"><span style="width:${Math.min(100, Math.max(0, share))}%"></span></div>
      <p class="faint">${t("history.share_text")} ${beyond}</p>
    `;
  }

  /** The costs of each way on one scale, dearest first, with what was really paid in its place among them. */
  #ways(sum: Sum) {
    const entries = [
      ...WAYS.map(({ key, name, text }) => ({ key, name: t(name), text: t(text), cost: sum[key] })),
      { key: "actual", name: t("history.actual"), text: t("history.actual_text"), cost: sum.actual },
    ].sort((a, b) => (b.cost ?? Number.NEGATIVE_INFINITY) - (a.cost ?? Number.NEGATIVE_INFINITY));
    const costs = entries.flatMap(({ cost }) => cost ?? []);
    const low = Math.min(0, ...costs);
    const width = Math.max(0, ...costs) - low || 1;
    const place = (cost: number) =>
      `left:${((Math.min(0, cost) - low) / width) * 100}%;width:${(Math.abs(cost) / width) * 100}%`;
    return entries.map(
      ({ key, name, text, cost }) => html`<li class=${key}>
        <div><span>${name}</span><span>${owed(cost, this.app.format)}</span></div>
        ${
          cost === null
            ? nothing
            : html`<div class="scale" aria-hidden="true">
                <span style="${place(cost)};background:${key === "actual" ? "var(--primary-color)" : COLOUR.faint}"></span>
              </div>`
        }
        ${this.note(cost === null ? t("history.way_unknown") : text)}
      </li>`,
    );
  }

  #columns(): Column<DayScore>[] {
    const { format } = this.app;
    const money = (heading: string, value: (row: DayScore) => number | null): Column<DayScore> => ({
      heading,
      cell: (row) => owed(value(row), format),
      numeric: true,
    });
    return [
      { heading: t("history.day"), cell: ({ day }) => format.date(periodOf("day", day, format).start) },
      { heading: t("history.mode"), cell: ({ mode }) => word("mode", mode) },
      money(t("history.paid"), ({ paid }) => paid),
      money(t("history.actual"), ({ actual }) => actual),
      { heading: t("history.saved"), cell: (row) => format.money(row.no_battery - row.actual), numeric: true },
      { heading: t("history.share"), cell: (row) => format.percent(row.share_vs_no_battery), numeric: true },
      ...WAYS.map(({ key, name }) => money(t(name), (row) => row[key])),
    ];
  }
}
