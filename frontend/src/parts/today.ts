import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Today as Numbers } from "../api/types";
import { element } from "../element";
import { t } from "../i18n";
import { base, COLOUR } from "../theme";
import type { App } from "../view";
import { owed } from "./owed";

interface Part {
  name: string;
  kwh: number | null;
  colour: string;
}

/** Today in money and in energy: what it saved, and where the energy came from and went. */
@element("sigenstor-today")
export class Today extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) today!: Numbers;
  /** Whether the price now is known. */
  @property({ type: Boolean }) priced = false;

  static override styles = [
    base,
    css`
      :host {
        container-type: inline-size;
      }
      .saved strong {
        display: block;
        font-size: 34px;
        font-weight: 400;
        line-height: 1.15;
      }
      details summary {
        min-height: 36px;
        padding-top: 8px;
        cursor: pointer;
        color: var(--sigenstor-link, var(--primary-color));
      }
      dl {
        display: grid;
        grid-template-columns: 1fr auto;
        gap: 6px 16px;
        margin: 8px 0 12px;
      }
      dt {
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        text-align: end;
      }
      @container (width < 220px) {
        dl {
          grid-template-columns: minmax(0, 1fr);
        }
        dd {
          margin-bottom: 4px;
          text-align: start;
        }
      }
      h3 {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 8px;
        margin: 12px 0 6px;
        color: var(--secondary-text-color);
      }
      .bar {
        display: flex;
        gap: 2px;
        height: 14px;
        border-radius: 7px;
        overflow: hidden;
        background: var(--sigenstor-sunken);
      }
      .bar i {
        min-width: 2px;
      }
    `,
  ];

  override render() {
    const { today } = this;
    return html`${this.#money()}
      ${this.#bar(t("dashboard.came_from"), [
        { name: t("dashboard.sun"), kwh: today.pv_kwh, colour: COLOUR.sun },
        { name: t("dashboard.grid"), kwh: today.import_kwh, colour: COLOUR.grid },
        { name: t("dashboard.battery"), kwh: today.discharge_kwh, colour: COLOUR.discharge },
      ])}
      ${this.#bar(t("dashboard.went_to"), [
        { name: t("dashboard.house"), kwh: today.house_kwh, colour: COLOUR.house },
        { name: t("dashboard.grid"), kwh: today.export_kwh, colour: COLOUR.export },
        { name: t("dashboard.battery"), kwh: today.charge_kwh, colour: COLOUR.charge },
      ])}`;
  }

  #money() {
    const { today } = this;
    const { format } = this.app;
    const { saved_vs_no_battery: saved, parts, expected_cost } = today;
    if (saved === null)
      return html`<p class="saved"><strong>–</strong><span class="faint">${t(this.priced ? "dashboard.saved_incomplete" : "dashboard.saved_unknown")}</span></p>`;
    const sum = (amount: number) => format.money(Math.abs(amount));
    const paid = (amount: number) => owed(amount, format);
    const rows: [string, string][] = [];
    if (parts && today.cost !== null) {
      const stored = parts.stored_kwh;
      const storedValue = storedOf(saved, today.cost, parts);
      rows.push(
        [t("dashboard.so_far"), paid(today.cost)],
        [t("dashboard.without_battery"), paid(parts.no_battery_cost)],
        [
          t(storedValue < 0 ? "dashboard.taken" : "dashboard.stored", {
            energy: stored === null ? "" : format.energy(Math.abs(stored)),
          }),
          t(storedValue < 0 ? "dashboard.less" : "dashboard.more", { money: sum(storedValue) }),
        ],
        [t("dashboard.wear"), t("dashboard.less", { money: sum(parts.wear) })],
      );
    }
    const more: [string, string][] = [];
    if (expected_cost !== null) more.push([t("dashboard.expected_cost"), paid(expected_cost)]);
    if (today.saved_total_vs_no_battery !== null)
      more.push([t("dashboard.saved_total"), format.money(today.saved_total_vs_no_battery)]);
    if (today.share_of_possible_saving !== null)
      more.push([t("dashboard.share"), format.percent(today.share_of_possible_saving)]);
    const list = (entries: [string, string][]) =>
      html`<dl>${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
    return html`<p class="saved">
        <strong>${sum(saved)}</strong>
        <span class="faint">${t(saved < 0 ? "dashboard.saved_not" : "dashboard.saved")}</span>
      </p>
      ${
        rows.length
          ? html`<details><summary>${t("dashboard.made_of", { time: format.time(parts?.until ?? 0) })}</summary>${list(rows)}
              <p class="faint">${t("dashboard.made_of_text")}</p></details>`
          : nothing
      }
      ${list(more)}`;
  }

  #bar(title: string, parts: Part[]) {
    const { format } = this.app;
    const total = parts.reduce((sum, { kwh }) => sum + (kwh ?? 0), 0);
    const known = parts.every(({ kwh }) => kwh !== null);
    return html`<h3><span>${title}</span><span>${format.energy(known ? total : null)}</span></h3>
      <div class="bar" aria-hidden="true">
        ${/* Shares of less than 1 in all would not fill the bar. */ parts.map(({ kwh, colour }) => (kwh ? html`<i style="flex:${kwh * 1000};background:${colour}"></i>` : nothing))}
      </div>
      <ul class="legend">${parts.map(({ name, kwh, colour }) => html`<li><i class="dot" style="background:${colour}"></i><span class="faint">${name}</span> ${format.energy(kwh)}</li>`)}</ul>`;
  }
}

/** What is stored, so that the amounts add up as they are shown: it is an estimate, the others are metered. */
function storedOf(saved: number, cost: number, { no_battery_cost, wear }: NonNullable<Numbers["parts"]>): number {
  const cents = (amount: number) => Math.round(Number(amount.toFixed(2)) * 100);
  return (cents(saved) - cents(no_battery_cost) + cents(cost) + cents(wear)) / 100;
}
