import { describe, expect, it } from "vitest";
import type { PlanSlot } from "../../api/types";
import { groupsOf, guessedFrom, totalsOf } from "./groups";

const HOUR_MS = 3_600_000;
const slot = (hour: number, fields: Partial<PlanSlot> = {}): PlanSlot => ({
  start: new Date(hour * HOUR_MS).toISOString(),
  end: new Date((hour + 1) * HOUR_MS).toISOString(),
  buy: 0.3,
  sell: 0.1,
  pv_w: 0,
  house_w: 500,
  battery_w: 0,
  grid_w: 500,
  curtailed_w: 0,
  soc_before: 50,
  soc_after: 50,
  action: "hold",
  cost: 0.15,
  export_limit_w: null,
  marginal_per_kwh: 0.2,
  extrapolated: false,
  reason: { key: "word.text" },
  ...fields,
});

describe("the rows of a plan", () => {
  it("join neighbours that do the same, but not known prices with guessed ones", () => {
    const slots = [slot(0), slot(1), slot(2, { action: "charge" }), slot(3), slot(4, { extrapolated: true })];
    expect(groupsOf(slots).map(({ action, slots: run }) => [action, run.length])).toEqual([
      ["hold", 2],
      ["charge", 1],
      ["hold", 1],
      ["hold", 1],
    ]);
  });

  it("do not reach over midnight when days are kept apart", () => {
    const byDay = groupsOf([slot(22), slot(23), slot(24)], ({ start }) => start.slice(0, 10));
    expect(byDay.map(({ slots }) => slots.length)).toEqual([2, 1]);
  });

  it("add up energy by the length of each slot, import apart from export", () => {
    const half = { end: new Date(1.5 * HOUR_MS).toISOString() };
    const totals = totalsOf([
      slot(0, { battery_w: 4000, grid_w: 4500, cost: 1.35, soc_after: 66, buy: 0.1 }),
      slot(1, { ...half, battery_w: -3000, grid_w: -2500, cost: -0.12, soc_before: 66, soc_after: 59, buy: 0.5 }),
    ]);
    expect(totals).toMatchObject({
      battery_kwh: 2.5,
      charge_kwh: 4,
      discharge_kwh: 1.5,
      import_kwh: 4.5,
      export_kwh: 1.25,
    });
    expect(totals).toMatchObject({ buy: [0.1, 0.5], soc_lowest: 50, soc_after: 59, end: 1.5 * HOUR_MS });
    expect(totals.cost).toBeCloseTo(1.23);
  });

  it("know from when on prices are guessed", () => {
    expect(guessedFrom([slot(0), slot(1, { extrapolated: true }), slot(2, { extrapolated: true })])).toBe(HOUR_MS);
    expect(guessedFrom([slot(0)])).toBeUndefined();
  });
});
