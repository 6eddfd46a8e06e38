import { describe, expect, it } from "vitest";
import { NOW } from "../../testing/browser";
import { samplePlan } from "../../testing/sample";
import { extraCost } from "./alternatives";

const plan = samplePlan(NOW);
const slot = {
  ...(plan.slots[0] as (typeof plan.slots)[number]),
  buy: 0.2,
  sell: 0.1,
  battery_w: 0,
  grid_w: 1000,
  soc_before: 50,
  marginal_per_kwh: 0.25,
};

describe("what something else than the plan costs", () => {
  it("is nothing where that is what is planned", () => expect(extraCost(slot, "hold", plan, 24, 5000)).toBe(0));

  it("is what is bought, less what that is worth in the battery", () =>
    expect(extraCost(slot, "charge", plan, 24, 5000)).toBeCloseTo(2.5 * 0.2 - 2.5 * 0.95 * 0.25));

  it("is what the battery gives, less what that saves and earns", () =>
    expect(extraCost(slot, "export", plan, 24, 5000)).toBeCloseTo((2.5 / 0.95) * 0.25 - (0.5 * 0.2 + 2 * 0.1)));

  it("is what the sun leaves and the house needs where the battery is left alone", () => {
    const sunny = { ...slot, pv_w: 3000, house_w: 1000, grid_w: -2000 };
    expect(extraCost(sunny, "self_consume", plan, 24, 5000)).toBeCloseTo(1 * 0.1 - 1 * 0.95 * 0.25);
    const dark = { ...slot, pv_w: 0, house_w: 1000, grid_w: 1000 };
    expect(extraCost(dark, "self_consume", plan, 24, 5000)).toBeCloseTo((0.5 / 0.95) * 0.25 - 0.5 * 0.2);
  });

  it("counts no more than the battery has room for, and leaves the reserve", () => {
    expect(extraCost({ ...slot, soc_before: plan.soc_max }, "charge", plan, 24, 5000)).toBeCloseTo(0);
    expect(extraCost({ ...slot, soc_before: plan.soc_min }, "export", plan, 24, 5000)).toBeCloseTo(0);
  });
});
