import type { Action, PlanSlot } from "../../api/types";

const HOUR_MS = 3_600_000;

export const startOf = (slot: PlanSlot) => Date.parse(slot.start);
export const endOf = (slot: PlanSlot) => Date.parse(slot.end);
export const hoursOf = (slot: PlanSlot) => (endOf(slot) - startOf(slot)) / HOUR_MS;

/** Slots one after another that do the same, with prices that are all known or all guessed. */
export interface Group {
  action: Action;
  extrapolated: boolean;
  slots: PlanSlot[];
}

/** `part` keeps apart what must not be joined, such as days. */
export function groupsOf(slots: readonly PlanSlot[], part: (slot: PlanSlot) => string = () => ""): Group[] {
  const groups: (Group & { part: string })[] = [];
  for (const slot of slots) {
    const last = groups.at(-1);
    const here = { action: slot.action, extrapolated: slot.extrapolated, part: part(slot) };
    const same = last?.action === here.action && last.extrapolated === here.extrapolated && last.part === here.part;
    if (same) last.slots.push(slot);
    else groups.push({ ...here, slots: [slot] });
  }
  return groups;
}

export interface Totals {
  start: number;
  end: number;
  /** Energies in kWh; the battery's above 0 when more is charged than discharged. */
  battery_kwh: number;
  charge_kwh: number;
  discharge_kwh: number;
  import_kwh: number;
  export_kwh: number;
  pv_kwh: number;
  cost: number;
  /** Lowest and highest. */
  buy: [number, number];
  sell: [number, number];
  soc_lowest: number;
  soc_after: number;
}

/** What some slots come to; there must be at least one. */
export function totalsOf(slots: readonly PlanSlot[]): Totals {
  const energy = (power: (slot: PlanSlot) => number) =>
    slots.reduce((sum, slot) => sum + (power(slot) / 1000) * hoursOf(slot), 0);
  const range = (value: (slot: PlanSlot) => number): [number, number] => {
    const values = slots.map(value);
    return [Math.min(...values), Math.max(...values)];
  };
  const [first, last] = [slots[0], slots.at(-1)];
  return {
    start: first ? startOf(first) : 0,
    end: last ? endOf(last) : 0,
    battery_kwh: energy((slot) => slot.battery_w),
    charge_kwh: energy((slot) => Math.max(0, slot.battery_w)),
    discharge_kwh: energy((slot) => Math.max(0, -slot.battery_w)),
    import_kwh: energy((slot) => Math.max(0, slot.grid_w)),
    export_kwh: energy((slot) => Math.max(0, -slot.grid_w)),
    pv_kwh: energy((slot) => slot.pv_w),
    cost: slots.reduce((sum, slot) => sum + slot.cost, 0),
    buy: range((slot) => slot.buy),
    sell: range((slot) => slot.sell),
    soc_lowest: Math.min(...slots.map((slot) => Math.min(slot.soc_before, slot.soc_after))),
    soc_after: last?.soc_after ?? 0,
  };
}

/** From when on prices are guessed; undefined while all are known. */
export const guessedFrom = (slots: readonly PlanSlot[]): number | undefined => {
  const first = slots.find(({ extrapolated }) => extrapolated);
  return first && startOf(first);
};
