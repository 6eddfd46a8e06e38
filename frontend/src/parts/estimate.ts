import type { OverrideKind, Plan, Telemetry } from "../api/types";
import type { Format } from "../format";
import { t } from "../i18n";

const HOUR_MS = 3_600_000;
const STEP_MS = HOUR_MS / 12;
/** What is left of the energy on its way into a battery or out of it. */
const EFFICIENCY = 0.95;

/** What is known of the hours to come where there is no plan: all stays as it is now. */
export interface Present {
  telemetry: Telemetry | null;
  plan: Plan | null;
  buy: number | null;
  sell: number | null;
}

export interface Estimate {
  /** Percent, when it ends. */
  soc: number;
  /** In ms, when it ends: at the target, or when the time is over. */
  end: number;
  /** Whether it gets as far as the target. */
  reached: boolean;
  /** What it costs beside leaving the battery alone, < 0 where it earns; null without prices. */
  cost: number | null;
}

/** "Reaches 57 % by 8:18. Costs about $0.41 compared with leaving the battery alone." */
export function estimateText(found: Estimate | undefined, format: Format, now: number): string {
  if (!found) return "";
  const { soc, end, reached, cost } = found;
  const values = { soc: format.percent(soc), time: format.soon(end, now) };
  const way = t(reached ? "dashboard.estimate_reached" : "dashboard.estimate_short", values);
  if (cost === null) return way;
  const money = format.money(Math.abs(cost));
  return `${way} ${t(cost < 0 ? "dashboard.estimate_earns" : "dashboard.estimate_costs", { money })}`;
}

/** How far a forced charge or export gets, and what that costs, roughly; undefined where the battery is not known. */
export function estimateOf(
  kind: OverrideKind,
  powerW: number,
  targetSoc: number,
  until: number,
  present: Present,
  now: number,
): Estimate | undefined {
  const { telemetry, plan } = present;
  if (kind === "force_hold" || !telemetry?.capacity_kwh || telemetry.soc === null || powerW <= 0) return undefined;
  const sign = kind === "force_charge" ? 1 : -1;
  const usable = (telemetry.capacity_kwh * (telemetry.state_of_health ?? 100)) / 100;
  let soc = telemetry.soc;
  let cost: number | null = 0;
  let at = now;
  while (at < until && sign * (targetSoc - soc) > 0.01) {
    const slot = plan?.slots.find(({ start, end }) => Date.parse(start) <= at && at < Date.parse(end));
    const buy = slot?.buy ?? present.buy;
    const sell = slot?.sell ?? present.sell ?? 0;
    const without = slot ? slot.house_w - slot.pv_w : (telemetry.house_w ?? 0) - (telemetry.pv_w ?? 0);
    const percent = ((powerW / 1000) * (sign > 0 ? EFFICIENCY : 1 / EFFICIENCY) * 100) / usable;
    const hours = Math.min(STEP_MS / HOUR_MS, (until - at) / HOUR_MS, Math.abs(targetSoc - soc) / percent);
    const priced = (w: number) => ((w > 0 ? (buy ?? 0) : sell) * w * hours) / 1000;
    cost = buy === null || cost === null ? null : cost + priced(without + sign * powerW) - priced(without);
    soc += sign * percent * hours;
    at += hours * HOUR_MS;
  }
  return { soc, end: at, reached: sign * (targetSoc - soc) <= 0.01, cost };
}
