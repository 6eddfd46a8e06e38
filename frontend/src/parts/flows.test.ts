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
  houseToVehicle: 0,
  vehicleToHouse: 0,
};
type Power = number | null;
const flows = (pv_w: Power, battery_w: Power, house_w: Power, grid_w: Power, vehicle_w: Power = null) =>
  flowsOf({ pv_w, battery_w, house_w, grid_w, vehicle_w });

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

  it("serves a vehicle with the house", () => {
    expect(flows(3000, 0, 800, 5200, 7400)).toEqual({
      ...none,
      sunToHouse: 3000,
      gridToHouse: 5200,
      houseToVehicle: 7400,
    });
  });

  it("lets a vehicle serve the house before anything else does", () => {
    expect(flows(500, 500, 1500, -4000, -5500)).toEqual({
      ...none,
      sunToBattery: 500,
      vehicleToHouse: 5500,
    });
    expect(flows(0, -1000, 3000, 0, -2000)).toEqual({ ...none, batteryToHouse: 1000, vehicleToHouse: 2000 });
  });

  it("shows no flow that nobody measured", () => {
    expect(flows(null, null, null, null)).toEqual(none);
    expect(flows(0, 0, 700, null)).toEqual(none);
  });
});
