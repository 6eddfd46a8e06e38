import { css, html, nothing, type TemplateResult } from "lit";
import type { Plan } from "../../api/types";
import type { Format } from "../../format";
import { t, word } from "../../i18n";
import { owed } from "../../parts/owed";
import { totalsOf } from "./groups";

const HOUR_MS = 3_600_000;
const OLD_MS = 30 * 60_000;
/** Below half a cent there is no difference worth a word. */
export const NOTHING_MONEY = 0.005;

export const summaryStyles = css`
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr));
    gap: 12px 24px;
  }
  .tile dt {
    color: var(--secondary-text-color);
  }
  .tile dd {
    margin: 0;
  }
  .tile .amount {
    font-size: 26px;
    line-height: 34px;
  }
  .notice {
    border-inline-start: 4px solid var(--sigenstor-warning);
    margin-top: 12px;
  }
  @media (max-width: 450px) {
    .tiles {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .tile:first-child {
      grid-column: 1 / -1;
    }
  }
`;

export const horizonOf = (plan: Plan, format: Format): string => {
  const { start, end } = totalsOf(plan.slots);
  return format.duration(Math.round((end - start) / HOUR_MS));
};

/** What the plan costs, and what the same hours would cost otherwise. */
export function summary(plan: Plan, format: Format): TemplateResult {
  const tile = (name: string, amount: number, note: string) =>
    html`<div class="tile"><dt>${name}</dt><dd class="amount">${owed(amount, format)}</dd><dd class="faint">${note}</dd></div>`;
  return html`<dl class="tiles" style="margin:0">
    ${tile(t("plan.expected"), plan.cost, t("plan.in_hours", { hours: horizonOf(plan, format) }))}
    ${tile(t("plan.no_battery"), plan.no_battery_cost, compared(plan.no_battery_objective - plan.objective, format))}
    ${tile(t("plan.self_consumption"), plan.self_consumption_cost, compared(plan.self_consumption_objective - plan.objective, format))}
  </dl>`;
}

function compared(saved: number, format: Format): string {
  if (Math.abs(saved) < NOTHING_MONEY) return t("plan.saves_nothing");
  const money = format.money(Math.abs(saved));
  return saved > 0 ? t("plan.saves_in_full", { money }) : t("plan.costs_more_in_full", { money });
}

/** What the plan had to do without, and that it is old, in words. */
export function planNotices(plan: Plan, stale: boolean, format: Format, now: number): TemplateResult | typeof nothing {
  const made = Date.parse(plan.made_at);
  const old = now - made > OLD_MS;
  const notices = [
    stale ? t("plan.lost") : "",
    old ? t("plan.old", { age: format.relative(made, now) }) : "",
    ...plan.degradations.map(
      (degradation) => `${word("degradation", degradation)}. ${t(`plan.without_${degradation}`)}`,
    ),
  ].filter(Boolean);
  return notices.length ? html`${notices.map((text) => html`<p class="notice" role="status">${text}</p>`)}` : nothing;
}
