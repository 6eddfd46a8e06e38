import { describe, expect, it } from "vitest";
import type { DayScore } from "../../api/types";
import { Format } from "../../format";
import { locale } from "../../testing/fake-hass";
import { barsOf, savingsSpec, sumOf } from "./money";
import { periodOf } from "./period";

const format = new Format(locale, "Australia/Sydney", "AUD");
const day = (changes: Partial<DayScore> = {}): DayScore => ({
  day: "2026-01-15",
  mode: "auto",
  paid: 2.2,
  actual: 2,
  no_battery: 6,
  self_consumption: 3,
  rules: 2.5,
  plan: 2.1,
  perfect_foresight: 1,
  share_vs_no_battery: 80,
  share_vs_self_consumption: 50,
  ...changes,
});

describe("the money of some days", () => {
  it("captured the share of the saving that all of them together made possible", () => {
    const sum = sumOf([day(), day({ actual: 12, no_battery: 12, self_consumption: 9, perfect_foresight: 2 })]);
    expect(sum.share).toBeCloseTo((4 / 15) * 100);
    expect(sum.share_vs_self_consumption).toBeCloseTo((-2 / 9) * 100);
  });

  it("has no share where nothing could be saved", () => {
    expect(sumOf([day({ no_battery: 1, perfect_foresight: 1 })]).share).toBeNull();
    expect(sumOf([]).share).toBeNull();
  });

  it("says what the rules would have cost only where that is known for every day", () => {
    expect(sumOf([day(), day()]).rules).toBe(5);
    expect(sumOf([day(), day({ rules: null })]).rules).toBeNull();
  });

  it("is drawn by the day, and by the month in a year", () => {
    const rows = [day({ day: "2026-01-30" }), day({ day: "2026-01-31" }), day({ day: "2026-02-01" })];
    expect(barsOf(rows, periodOf("month", "2026-01-15", format), format)).toHaveLength(3);
    const months = barsOf(rows, periodOf("year", "2026-01-15", format), format);
    expect(months.map(({ days }) => days)).toEqual([2, 1]);
    const spec = savingsSpec(months, periodOf("year", "2026-01-15", format), format);
    expect(spec.describe(0)).toMatchObject({
      title: "January 2026",
      readings: [{ value: "$8.00" }, { value: "$10.00" }, {}, {}],
    });
  });
});
