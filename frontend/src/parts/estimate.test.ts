import { describe, expect, it } from "vitest";
import { NOW } from "../testing/browser";
import { sampleLive } from "../testing/sample";
import { estimateOf, type Present } from "./estimate";

const HOUR_MS = 3_600_000;
const telemetry = {
  ...(sampleLive(NOW).telemetry as NonNullable<ReturnType<typeof sampleLive>["telemetry"]>),
  capacity_kwh: 20,
  state_of_health: 100,
  soc: 50,
  house_w: 1000,
  pv_w: 0,
};
const present: Present = { telemetry, plan: null, buy: 0.2, sell: 0.1 };

describe("what a forced charge or export comes to", () => {
  it("says how far it gets in its time where that is short of the target", () => {
    const found = estimateOf("force_charge", 1000, 80, NOW + 2 * HOUR_MS, present, NOW);
    expect(found?.reached).toBe(false);
    expect(found?.soc).toBeCloseTo(50 + (2 * 0.95 * 100) / 20);
    expect(found?.end).toBeCloseTo(NOW + 2 * HOUR_MS);
    expect(found?.cost).toBeCloseTo(2 * 0.2);
  });

  it("ends at the target where that comes first", () => {
    const found = estimateOf("force_charge", 10_000, 60, NOW + 2 * HOUR_MS, present, NOW);
    expect([found?.reached, found?.soc]).toEqual([true, expect.closeTo(60)]);
    expect(found?.end).toBeCloseTo(NOW + (2 / 0.95 / 10) * HOUR_MS, -1);
  });

  it("earns where it feeds in, and saves what the house would have bought", () => {
    const found = estimateOf("force_export", 3000, 0, NOW + HOUR_MS, present, NOW);
    expect(found?.cost).toBeCloseTo(-(1 * 0.2 + 2 * 0.1));
  });

  it("costs only the feed-in that is lost where the sun does it", () => {
    const sunny = { ...present, telemetry: { ...telemetry, pv_w: 6000 } };
    expect(estimateOf("force_charge", 3000, 100, NOW + HOUR_MS, sunny, NOW)?.cost).toBeCloseTo(3 * 0.1);
  });

  it("has no cost without prices, and says nothing without a battery", () => {
    expect(estimateOf("force_charge", 1000, 80, NOW + HOUR_MS, { ...present, buy: null }, NOW)?.cost).toBeNull();
    const unknown = { ...present, telemetry: { ...telemetry, soc: null } };
    expect(estimateOf("force_charge", 1000, 80, NOW + HOUR_MS, unknown, NOW)).toBeUndefined();
  });
});
