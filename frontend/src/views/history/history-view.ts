import "../../components/segments";
import "./audit-tab";
import "./csv-dialog";
import "./decisions-tab";
import "./energy-tab";
import "./money-tab";
import { mdiCalendarWeek, mdiChevronLeft, mdiChevronRight, mdiTrayArrowDown } from "@mdi/js";
import { css, html, nothing } from "lit";
import { query as find, state } from "lit/decorators.js";
import type { CsvKind } from "../../api/types";
import { element } from "../../element";
import { type TextKey, t } from "../../i18n";
import { icon } from "../../icon";
import { base, controls } from "../../theme";
import { View } from "../../view";
import { isSpan, neighbour, type Period, periodOf, periodTitle, SPANS } from "./period";

const TABS = ["energy", "money", "decisions", "audit"] as const;
type Tab = (typeof TABS)[number];
const CSV_OF: Record<Tab, CsvKind> = { energy: "history", money: "scores", decisions: "decisions", audit: "audit" };

/** What was: a day, week, month or year of energy, money, decisions and writes to the plant. */
@element("sigenstor-history-view")
export class HistoryView extends View {
  @state() private saving = false;
  @find("input") private readonly picker!: HTMLInputElement;

  static override styles = [
    base,
    controls,
    css`
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
        margin-bottom: 16px;
      }
      .when {
        display: flex;
        align-items: center;
        gap: 4px;
        margin-bottom: 16px;
      }
      h2 {
        flex: 1;
        padding-inline-start: 8px;
        font-size: var(--ha-font-size-xl, 20px);
      }
      .icon-button {
        flex: none;
      }
      .pick {
        position: relative;
      }
      input {
        position: absolute;
        inset: auto 0 0 0;
        height: 0;
        width: 100%;
        padding: 0;
        border: none;
        opacity: 0;
        pointer-events: none;
      }
      :host([narrow]) sigenstor-segments {
        flex: 1 1 100%;
      }
      :host([narrow]) .when {
        gap: 0;
      }
      :host([narrow]) h2 {
        padding-inline-start: 0;
        font-size: var(--ha-font-size-l, 16px);
      }
      :host([narrow]) .button {
        padding: 0 12px;
      }
    `,
  ];

  get #period(): Period {
    const { format } = this.app;
    const [span, date] = [this.query.get("span"), this.query.get("date")];
    return periodOf(isSpan(span) ? span : "day", date, format);
  }

  get #tab(): Tab {
    return TABS.find((tab) => tab === this.query.get("tab")) ?? "energy";
  }

  override render() {
    const { app } = this;
    const period = this.#period;
    const options = <V extends string>(values: readonly V[]) =>
      values.map((value) => ({ value, label: t(`history.${value}` as TextKey) }));
    return html`
      <header>
        <sigenstor-segments
          .label=${t("history.what")} .options=${options(TABS)} .value=${this.#tab}
          @chosen=${(event: CustomEvent<Tab>) => this.setQuery({ tab: event.detail, page: null }, true)}
        ></sigenstor-segments>
        <sigenstor-segments
          .label=${t("history.span")} .options=${options(SPANS)} .value=${period.span}
          @chosen=${(event: CustomEvent<string>) => this.setQuery({ span: event.detail, page: null })}
        ></sigenstor-segments>
      </header>
      <div class="when">${this.#navigation(period)}</div>
      ${this.#content(period)}
      <sigenstor-csv-dialog
        .app=${app} .period=${period} .kind=${CSV_OF[this.#tab]} ?open=${this.saving}
        @closed=${() => {
          this.saving = false;
        }}
      ></sigenstor-csv-dialog>
    `;
  }

  #navigation(period: Period) {
    const { format } = this.app;
    const now = Date.now();
    const current = period.start <= now && now < period.end;
    const step = (steps: -1 | 1) => () => this.#go(neighbour(period, steps, format).key);
    return html`
      <button class="icon-button" aria-label=${t("history.previous")} @click=${step(-1)}>${icon(mdiChevronLeft)}</button>
      <button class="icon-button" aria-label=${t("history.next")} ?disabled=${period.end > now} @click=${step(1)}>${icon(mdiChevronRight)}</button>
      <h2 aria-live="polite">${periodTitle(period, format, this.narrow)}</h2>
      <span class="pick">
        <button class="icon-button" aria-label=${t("history.date")} @click=${() => this.picker.showPicker()}>${icon(mdiCalendarWeek)}</button>
        <input
          type="date" tabindex="-1" aria-hidden="true" .value=${period.key} max=${format.dayKey(now)}
          @change=${(event: Event) => this.#go((event.target as HTMLInputElement).value || null)}
        />
      </span>
      <button class="button" ?disabled=${current} @click=${() => this.setQuery({ date: null, span: period.span, page: null })}>${t("history.today")}</button>
      <button class=${this.narrow ? "icon-button" : "button"} aria-label=${t("history.csv")} @click=${() => {
        this.saving = true;
      }}>${icon(mdiTrayArrowDown)}${this.narrow ? nothing : t("history.csv")}</button>`;
  }

  #content(period: Period) {
    const { app, query, narrow } = this;
    switch (this.#tab) {
      case "energy":
        return html`<sigenstor-history-energy .app=${app} .query=${query} .narrow=${narrow} .period=${period}></sigenstor-history-energy>`;
      case "money":
        return html`<sigenstor-history-money .app=${app} .query=${query} .narrow=${narrow} .period=${period}></sigenstor-history-money>`;
      case "decisions":
        return html`<sigenstor-history-decisions .app=${app} .query=${query} .narrow=${narrow} .period=${period}></sigenstor-history-decisions>`;
      case "audit":
        return html`<sigenstor-history-audit .app=${app} .query=${query} .narrow=${narrow} .period=${period}></sigenstor-history-audit>`;
    }
  }

  readonly #go = (date: string | null) => this.setQuery({ date, page: null });
}
