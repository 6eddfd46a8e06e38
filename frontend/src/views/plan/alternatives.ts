import type { Plan, PlanSlot } from "../../api/types";
import { hoursOf } from "./groups";

export type Alternative = "charge" | "hold" | "export" | "self_consume";

const EFFICIENCY = 0.95;

/** What a slot costs more than as it is planned if the battery does something else in it, roughly; < 0: less.

 * What is stored or taken counts at the value of stored energy in that slot.
 */
export function extraCost(
  slot: PlanSlot,
  alternative: Alternative,
  plan: Plan,
  capacityKwh: number,
  powerW: number,
): number {
  const hours = hoursOf(slot);
  const room = (Math.max(0, plan.soc_max - slot.soc_before) / 100) * capacityKwh;
  const left = (Math.max(0, slot.soc_before - plan.soc_min) / 100) * capacityKwh;
  const most = Math.min(powerW, (room / EFFICIENCY / hours) * 1000);
  const least = -Math.min(powerW, ((left * EFFICIENCY) / hours) * 1000);
  const surplus = slot.pv_w - slot.house_w;
  const battery = {
    charge: most,
    hold: 0,
    export: least,
    self_consume: Math.min(most, Math.max(least, surplus)),
  }[alternative];
  const stored = (w: number) => ((w > 0 ? w * EFFICIENCY : w / EFFICIENCY) * hours) / 1000;
  const grid = slot.grid_w + battery - slot.battery_w;
  const cost = (w: number) => ((w > 0 ? slot.buy : slot.sell) * w * hours) / 1000;
  return cost(grid) - cost(slot.grid_w) - slot.marginal_per_kwh * (stored(battery) - stored(slot.battery_w));
}
