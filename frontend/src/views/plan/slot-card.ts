import { css, html, nothing, type TemplateResult } from "lit";
import type { PlanSlot } from "../../api/types";
import { actionName } from "../../components/actions";
import type { Format } from "../../format";
import { t } from "../../i18n";
import { detailsOf, sentence } from "../../message";
import { owed } from "../../parts/owed";
import { batteryWord, slotTitle } from "./plan-chart";

export const slotStyles = css`
  .numbers-of {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(120px, 1fr));
    gap: 12px;
    margin: 12px 0 0;
  }
  .numbers-of dt {
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .numbers-of dd {
    margin: 0;
    font-size: 16px;
  }
`;

/** Everything the plan says of one slot. */
export function slotCard(slot: PlanSlot, format: Format): TemplateResult {
  const details = detailsOf(slot.reason, format);
  const grid = slot.grid_w < 0 ? t("plan.grid_out") : t("plan.grid_in");
  const numbers: [string, string][] = [
    [t("plan.buy"), format.price(slot.buy)],
    [t("plan.sell"), format.price(slot.sell)],
    [t("plan.soc"), `${format.percent(slot.soc_before)} → ${format.percent(slot.soc_after)}`],
    [batteryWord(slot), format.power(Math.abs(slot.battery_w))],
    [t("plan.pv"), format.power(slot.pv_w)],
    [t("plan.house"), format.power(slot.house_w)],
    [grid, format.power(Math.abs(slot.grid_w))],
    [t("plan.cost"), owed(slot.cost, format)],
    [t("plan.worth"), `${format.price(slot.marginal_per_kwh)}`],
    ...(slot.curtailed_w > 0 ? [[t("plan.curtailed"), format.power(slot.curtailed_w)] as [string, string]] : []),
    ...(slot.export_limit_w === null
      ? []
      : [[t("plan.export_limit"), format.power(slot.export_limit_w)] as [string, string]]),
  ];
  return html`
    <p class="row wrap"><strong>${slotTitle(slot, format)}</strong> ${actionName(slot.action)}</p>
    <p style="margin-top:8px">${sentence(slot.reason, format)}</p>
    ${details.length ? html`<details><summary class="faint">${t("dashboard.why")}</summary>${details.map((detail) => html`<p>${detail}</p>`)}</details>` : nothing}
    ${slot.extrapolated ? html`<p class="faint">${t("plan.guessed_slot")}</p>` : nothing}
    <dl class="numbers-of">${numbers.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  `;
}
