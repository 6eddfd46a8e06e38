import { css, html, type TemplateResult } from "lit";
import type { Plan } from "../../api/types";
import type { ChartSpec } from "../../charts/spec";
import type { Format } from "../../format";
import { t, word } from "../../i18n";
import { COLOUR } from "../../theme";
import { totalsOf } from "./groups";
import { actionPane, rangeOf, slotTitle, socLayer, socPane } from "./plan-chart";
import { horizonOf, NOTHING_MONEY } from "./summary";

export const comparisonStyles = css`
  .result {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  .result.stale {
    opacity: 0.6;
  }
  .verdict {
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  @media (min-width: 1100px) {
    .result {
      grid-template-columns: minmax(0, 2fr) minmax(0, 3fr);
    }
    .verdict {
      grid-column: 1 / -1;
    }
  }
  table.sides {
    width: 100%;
    border-collapse: collapse;
  }
  .sides th,
  .sides td {
    padding: 6px 4px;
    text-align: end;
    border-bottom: 1px solid var(--divider-color);
    font-weight: inherit;
  }
  .sides thead th {
    color: var(--secondary-text-color);
  }
  .sides th:first-child {
    text-align: start;
  }
  .sides td {
    white-space: nowrap;
  }
`;

/** Two plans side by side: what they cost, what they do, and where the battery goes. */
export function comparison(current: Plan, changed: Plan, format: Format, stale: boolean): TemplateResult {
  return html`<div class="result ${stale ? "stale" : ""}">
    <p class="verdict" role="status">${verdict(changed.objective - current.objective, horizonOf(current, format), format)}</p>
    ${sides(current, changed, format)}
    <sigenstor-chart .spec=${bothSpec(current, changed, format)} .format=${format}></sigenstor-chart>
  </div>`;
}

export function verdict(difference: number, hours: string, format: Format): string {
  if (Math.abs(difference) < NOTHING_MONEY) return t("plan.verdict_same", { hours });
  const money = format.money(Math.abs(difference));
  return difference > 0 ? t("plan.verdict_worse", { money, hours }) : t("plan.verdict_better", { money, hours });
}

function sides(current: Plan, changed: Plan, format: Format): TemplateResult {
  const [now, then] = [totalsOf(current.slots), totalsOf(changed.slots)];
  const money = (value: number) => format.money(value);
  const energy = (value: number) => format.energy(value);
  const soc = (value: number) => format.percent(value);
  const rows: [string, number, number, (value: number) => string][] = [
    [t("plan.row_cost"), current.cost, changed.cost, money],
    [t("plan.row_objective"), current.objective, changed.objective, money],
    [t("plan.row_import"), now.import_kwh, then.import_kwh, energy],
    [t("plan.row_export"), now.export_kwh, then.export_kwh, energy],
    [t("plan.row_charge"), now.charge_kwh, then.charge_kwh, energy],
    [t("plan.row_discharge"), now.discharge_kwh, then.discharge_kwh, energy],
    [t("plan.row_soc_lowest"), now.soc_lowest, then.soc_lowest, soc],
    [t("plan.row_soc_after"), now.soc_after, then.soc_after, soc],
  ];
  return html`<table class="sides">
    <caption class="visually-hidden">${t("plan.sides")}</caption>
    <thead>
      <tr><th scope="col"><span class="visually-hidden">${t("plan.sides")}</span></th><th scope="col">${t("plan.now_plan")}</th><th scope="col">${t("plan.tried_plan")}</th></tr>
    </thead>
    <tbody>
      ${rows.map(([name, before, after, text]) => html`<tr><th scope="row">${name}</th><td>${text(before)}</td><td>${text(after)}</td></tr>`)}
    </tbody>
  </table>`;
}

function bothSpec(current: Plan, changed: Plan, format: Format): ChartSpec {
  const { slots } = current;
  return {
    label: t("plan.both_spoken"),
    ...rangeOf(slots),
    spans: slots.map((slot) => rangeOf([slot])),
    panes: [
      {
        ...socPane(format),
        height: 130,
        title: t("plan.both_title"),
        layers: [
          { ...socLayer(slots), colour: COLOUR.faint, dashed: true, width: 1.5 },
          { ...socLayer(changed.slots), width: 2.5 },
        ],
      },
      actionPane(slots, t("plan.now_plan")),
      actionPane(changed.slots, t("plan.tried_plan")),
    ],
    describe: (index) => {
      const [slot, other] = [slots[index], changed.slots[index]];
      if (!slot || !other) return { title: "", readings: [] };
      const reading = (soc: number, action: typeof slot.action) => `${format.percent(soc)} · ${word("action", action)}`;
      return {
        title: slotTitle(slot, format),
        readings: [
          { name: t("plan.now_plan"), value: reading(slot.soc_after, slot.action), colour: COLOUR.faint },
          { name: t("plan.tried_plan"), value: reading(other.soc_after, other.action), colour: COLOUR.soc },
        ],
      };
    },
  };
}
