import type { Telemetry } from "../api/types";

/**
 * Who feeds whom, in W: the sun serves the house first, then the battery, then the grid; the battery the house before the grid.
 * What a vehicle takes or gives passes the house.
 */
export interface Flows {
  sunToHouse: number;
  sunToBattery: number;
  sunToGrid: number;
  gridToHouse: number;
  gridToBattery: number;
  batteryToHouse: number;
  batteryToGrid: number;
  houseToVehicle: number;
  vehicleToHouse: number;
}

/** Below this nothing flows worth showing: meters are not exact. */
export const IDLE_W = 40;

type Powers = Pick<Telemetry, "pv_w" | "battery_w" | "house_w" | "grid_w" | "vehicle_w">;

/** Share out what is measured; the powers never balance to the watt, and what is missing counts as 0. */
export function flowsOf({ pv_w, battery_w, house_w, grid_w, vehicle_w }: Powers): Flows {
  const pv = Math.max(0, pv_w ?? 0);
  const vehicle = vehicle_w ?? 0;
  const house = Math.max(0, Math.max(0, house_w ?? 0) + vehicle);
  const charge = Math.max(0, battery_w ?? 0);
  const discharge = Math.max(0, -(battery_w ?? 0));
  const exported = Math.max(0, -(grid_w ?? 0));
  const sunToHouse = Math.min(pv, house);
  const sunToBattery = Math.min(pv - sunToHouse, charge);
  const batteryToHouse = Math.min(discharge, house - sunToHouse);
  const batteryToGrid = Math.min(discharge - batteryToHouse, exported);
  return {
    sunToHouse,
    sunToBattery,
    sunToGrid: Math.min(pv - sunToHouse - sunToBattery, exported - batteryToGrid),
    gridToHouse: Math.min(house - sunToHouse - batteryToHouse, Math.max(0, grid_w ?? 0)),
    gridToBattery: Math.min(charge - sunToBattery, Math.max(0, grid_w ?? 0)),
    batteryToHouse,
    batteryToGrid,
    houseToVehicle: Math.max(0, vehicle),
    vehicleToHouse: Math.max(0, -vehicle),
  };
}
