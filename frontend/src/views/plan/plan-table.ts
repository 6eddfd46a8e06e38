import { mdiChevronDown, mdiChevronRight } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { PlanSlot } from "../../api/types";
import { actionName } from "../../components/actions";
import { element } from "../../element";
import type { Format } from "../../format";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { sentence } from "../../message";
import { owed } from "../../parts/owed";
import { base } from "../../theme";
import { type Group, groupsOf, totalsOf } from "./groups";

/** The plan in rows: slots that do the same are one row, which opens to show each. */
@element("sigenstor-plan-table")
export class PlanTable extends LitElement {
  @property({ attribute: false }) slots: readonly PlanSlot[] = [];
  @property({ attribute: false }) format!: Format;
  /** The starts of the groups that are open. */
  @state() private open: ReadonlySet<string> = new Set();

  static override styles = [
    base,
    css`
      :host {
        container-type: inline-size;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 8px;
        text-align: end;
        vertical-align: top;
        border-bottom: 1px solid var(--divider-color);
        white-space: nowrap;
      }
      thead th {
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
        vertical-align: bottom;
      }
      .when,
      .does {
        text-align: start;
      }
      .does {
        white-space: normal;
      }
      tbody th {
        font-weight: inherit;
      }
      tr.day th {
        text-align: start;
        font-weight: var(--ha-font-weight-medium, 500);
        background: var(--sigenstor-sunken);
      }
      .slot td,
      .slot th {
        color: var(--secondary-text-color);
      }
      .slot .when {
        padding-inline-start: 36px;
      }
      button {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        margin: -6px;
        padding: 6px;
        border: none;
        border-radius: 6px;
        background: none;
        color: inherit;
        font: inherit;
        font-variant-numeric: inherit;
        cursor: pointer;
        --icon-size: 20px;
      }
      button:hover {
        background: var(--sigenstor-sunken);
      }
      .why {
        max-width: 60ch;
      }
      .guess {
        font-style: italic;
      }
      @container (width < 760px) {
        .wide {
          display: none;
        }
      }
      .small {
        display: none;
      }
      @container (width < 540px) {
        .small {
          display: block;
        }
        th,
        td {
          padding: 8px 4px;
        }
        .slot .when {
          padding-inline-start: 12px;
        }
        td,
        thead th {
          white-space: normal;
          hyphens: auto;
        }
        .does {
          min-width: 12ch;
          overflow-wrap: anywhere;
        }
        .mid {
          display: none;
        }
        button {
          gap: 0;
          text-align: start;
        }
        button span {
          white-space: normal;
          min-width: 6ch;
        }
      }
    `,
  ];

  override render() {
    const { format } = this;
    let day = "";
    return html`<table>
      <caption class="visually-hidden">${t("plan.title")}</caption>
      <thead>
        <tr>
          <th scope="col" class="when">${t("plan.when")}</th>
          <th scope="col" class="does">${t("plan.battery_does")}</th>
          <th scope="col" class="wide">${t("plan.energy")}</th>
          <th scope="col" class="mid">${t("plan.buy_short", { unit: format.priceUnit })}</th>
          <th scope="col" class="mid">${t("plan.sell_short", { unit: format.priceUnit })}</th>
          <th scope="col">${t("plan.soc")}</th>
          <th scope="col">${t("plan.cost")}</th>
        </tr>
      </thead>
      <tbody>
        ${groupsOf(this.slots, (slot) => format.dayKey(slot.start)).map((group) => {
          const today = format.date(group.slots[0]?.start ?? 0);
          const heading =
            today === day ? nothing : html`<tr class="day"><th scope="rowgroup" colspan="7">${today}</th></tr>`;
          day = today;
          return html`${heading}${this.#group(group)}`;
        })}
      </tbody>
    </table>`;
  }

  #group(group: Group) {
    const { format } = this;
    const totals = totalsOf(group.slots);
    const first = group.slots[0];
    const key = first?.start ?? "";
    const open = this.open.has(key);
    const power = Math.max(...group.slots.map(({ battery_w }) => Math.abs(battery_w)));
    const forced = group.action === "charge" || group.action === "discharge";
    return html`<tr>
        <th scope="row" class="when">
          <button aria-expanded=${open ? "true" : "false"} @click=${() => this.#toggle(key)}>${icon(open ? mdiChevronDown : mdiChevronRight)}<span>${format.time(totals.start)} – ${format.time(totals.end)}</span></button>
        </th>
        <td class="does">
          <div class="row wrap">${actionName(group.action)}${forced ? html`<span>${format.power(power)}</span>` : nothing}</div>
          <div class="faint small">${t("plan.buy")} ${this.#range(totals.buy)} ${format.priceUnit}</div>
          ${group.extrapolated ? html`<div class="faint guess">${t("plan.guessed")}</div>` : nothing}
          <div class="faint why mid">${sentence(first?.reason, format)}</div>
        </td>
        <td class="wide">${signed(totals.battery_kwh, format)}</td>
        <td class="mid">${this.#range(totals.buy)}</td>
        <td class="mid">${this.#range(totals.sell)}</td>
        <td>${format.percent(totals.soc_after)}</td>
        <td>${owed(totals.cost, format)}</td>
      </tr>
      ${open ? group.slots.map((slot) => this.#slot(slot)) : nothing}`;
  }

  #slot(slot: PlanSlot) {
    const { format } = this;
    const { battery_kwh } = totalsOf([slot]);
    return html`<tr class="slot">
      <th scope="row" class="when">${format.time(slot.start)}</th>
      <td class="does"><span class="mid why">${sentence(slot.reason, format)}</span></td>
      <td class="wide">${signed(battery_kwh, format)}</td>
      <td class="mid">${format.price(slot.buy, false)}</td>
      <td class="mid">${format.price(slot.sell, false)}</td>
      <td>${format.percent(slot.soc_after)}</td>
      <td>${owed(slot.cost, format)}</td>
    </tr>`;
  }

  #range([low, high]: [number, number]) {
    const [from, to] = [this.format.price(low, false), this.format.price(high, false)];
    return from === to ? from : `${from} – ${to}`;
  }

  #toggle(key: string) {
    const open = new Set(this.open);
    if (!open.delete(key)) open.add(key);
    this.open = open;
  }
}

const signed = (kwh: number, format: Format) => `${kwh > 0.05 ? "+" : ""}${format.energy(kwh)}`;
