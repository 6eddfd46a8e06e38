import { describe, expect, it } from "vitest";
import { flowsOf } from "./flows";

const none = {
  sunToHouse: 0,
  sunToBattery: 0,
  sunToGrid: 0,
  gridToHouse: 0,
  gridToBattery: 0,
  batteryToHouse: 0,
  batteryToGrid: 0,
};
const flows = (pv_w: number | null, battery_w: number | null, house_w: number | null, grid_w: number | null) =>
  flowsOf({ pv_w, battery_w, house_w, grid_w });

describe("the power flow", () => {
  it("serves the house from the sun first, then fills the battery, then exports", () => {
    expect(flows(5000, 2000, 800, -2200)).toEqual({ ...none, sunToHouse: 800, sunToBattery: 2000, sunToGrid: 2200 });
  });

  it("tells what the grid adds to a charge from what the sun gives", () => {
    expect(flows(3000, 5000, 1000, 3000)).toEqual({
      ...none,
      sunToHouse: 1000,
      sunToBattery: 2000,
      gridToBattery: 3000,
    });
  });

  it("runs the house from the battery before it exports from it", () => {
    expect(flows(0, -5000, 1500, -3500)).toEqual({ ...none, batteryToHouse: 1500, batteryToGrid: 3500 });
  });

  it("shows no flow that nobody measured", () => {
    expect(flows(null, null, null, null)).toEqual(none);
    expect(flows(0, 0, 700, null)).toEqual(none);
  });
});
