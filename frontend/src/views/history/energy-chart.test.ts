import { describe, expect, it } from "vitest";
import type { HistoryRow } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { fakeHass, locale } from "../../testing/fake-hass";
import { sampleHistory } from "../../testing/sample";
import { energySpec, finest, forecastSpec, total } from "./energy-chart";
import { periodOf } from "./period";

const format = new Format(locale, "Australia/Sydney", "AUD");
const day = periodOf("day", "2026-01-15", format);
const iso = (at: number) => new Date(at).toISOString();
const MINUTE_MS = 60_000;

function row(minute: number, minutes: number, values: Partial<HistoryRow> = {}): HistoryRow {
  const nothing = { pv_kwh: null, house_kwh: null, import_kwh: null, export_kwh: null, charge_kwh: null };
  const others = {
    discharge_kwh: null,
    soc: null,
    buy: null,
    sell: null,
    cost: null,
    vehicle_kwh: null,
    vehicle_given_kwh: null,
  };
  return {
    start: iso(day.start + minute * MINUTE_MS),
    end: iso(day.start + (minute + minutes) * MINUTE_MS),
    ...nothing,
    ...others,
    pv_forecast_kwh: null,
    house_forecast_kwh: null,
    ...values,
  };
}
const steps = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => row(from + index * 5, 5, { house_kwh: 0.1 }));

describe("the energy of a day", () => {
  it("is drawn in steps of five minutes where an hour has all of them, and by the hour where it has not", () => {
    const hours = [row(0, 60, { house_kwh: 1.5 }), row(60, 60, { house_kwh: 1.2 }), row(120, 60)];
    const rows = finest([...steps(45, 3), ...steps(60, 12), ...steps(120, 4)], hours);
    expect(rows.map(({ house_kwh }) => house_kwh)).toEqual([1.5, ...Array(16).fill(0.1)]);
    expect(total(rows, "house_kwh")).toBeCloseTo(1.5 + 1.2 + 0.4);
  });

  it("is as high in the hour that is not over as in the others", () => {
    const now = day.start + 80 * MINUTE_MS;
    const rows = finest(steps(60, 4), [row(0, 60, { house_kwh: 1.2 }), row(60, 60, { house_kwh: 0.4 })], now);
    expect(rows.map(({ house_kwh }) => house_kwh)).toEqual([1.2, 0.1, 0.1, 0.1, 0.1]);
  });

  it("is drawn as power, whatever the length of its steps", async () => {
    await loadTexts(fakeHass());
    const rows = finest(steps(60, 12), [row(0, 60, { house_kwh: 1.2 }), row(60, 60, { house_kwh: 1.2 })]);
    const house = energySpec(rows, day, format).panes[0]?.layers.find(({ name }) => name === "Usage");
    expect(house?.points.map(({ value }) => Number(value?.toFixed(6)))).toEqual(Array(13).fill(-1.2));
  });
});

describe("the energy of longer", () => {
  it("stacks sources above and uses below the line, as high as each other", () => {
    const month = periodOf("month", "2026-01-15", format);
    const rows = sampleHistory({ start: iso(month.start), end: iso(month.start + 5 * 86_400_000), period: "day" });
    const layers = energySpec(rows, month, format).panes[0]?.layers ?? [];
    const top = (index: number) => layers[index]?.points.map(({ value }) => Number(Math.abs(value ?? 0).toFixed(1)));
    expect(top(2)).toEqual(top(5));
  });

  it("has vehicles in it only where one took or gave anything", async () => {
    await loadTexts(fakeHass());
    const names = (values: Partial<HistoryRow>) =>
      energySpec([row(0, 60, { house_kwh: 1, ...values })], day, format).panes[0]?.layers.map(({ name }) => name) ?? [];
    const without = names({ vehicle_kwh: 0, vehicle_given_kwh: null });
    expect(without).toHaveLength(6);
    expect(names({ vehicle_kwh: 7 })).toEqual([...without, "Vehicle charged"]);
    expect(names({ vehicle_given_kwh: 7 })).toContain("Vehicle discharged");
  });

  it("has no forecast of a year, of which only a few hours were forecast", () => {
    const year = periodOf("year", "2026-01-15", format);
    const known = row(0, 60, { pv_kwh: 1, pv_forecast_kwh: 1 });
    expect(forecastSpec([known], day, format)).toBeDefined();
    expect(forecastSpec([known], year, format)).toBeUndefined();
  });

  it("has no forecast to compare with where nothing was forecast", () => {
    expect(forecastSpec([row(0, 60, { pv_kwh: 1 })], day, format)).toBeUndefined();
  });
});
