import type { Action, PlanSlot } from "../api/types";

/** Slots in a row that do the same. */
export interface Run {
  action: Action;
  start: string;
  end: string;
  /** The strongest power of the run at the battery, in W; above 0 charges. */
  battery_w: number;
}

/** Join neighbouring slots of one action, those that end by `until` (ms). */
export function runsOf(slots: readonly PlanSlot[], until = Number.POSITIVE_INFINITY): Run[] {
  const runs: Run[] = [];
  for (const slot of slots) {
    if (Date.parse(slot.start) >= until) break;
    const last = runs.at(-1);
    if (last?.action === slot.action) {
      last.end = slot.end;
      if (Math.abs(slot.battery_w) > Math.abs(last.battery_w)) last.battery_w = slot.battery_w;
    } else {
      runs.push({ action: slot.action, start: slot.start, end: slot.end, battery_w: slot.battery_w });
    }
  }
  return runs;
}
