import { describe, expect, it } from "vitest";
import { Format } from "../../format";
import { locale } from "../../testing/fake-hass";
import { grain, neighbour, periodOf, periodTitle } from "./period";

const sydney = new Format(locale, "Australia/Sydney", "AUD");
const iso = (at: number) => new Date(at).toISOString();
const range = ({ start, end }: { start: number; end: number }) => [iso(start), iso(end)];

describe("a period of the history", () => {
  it("is a day of the user's time zone", () => {
    expect(range(periodOf("day", "2026-01-15", sydney))).toEqual([
      "2026-01-14T13:00:00.000Z",
      "2026-01-15T13:00:00.000Z",
    ]);
  });

  it("has 23 or 25 hours where the clocks are changed", () => {
    const hours = (key: string) => {
      const { start, end } = periodOf("day", key, sydney);
      return (end - start) / 3_600_000;
    };
    expect([hours("2026-10-04"), hours("2026-04-05")]).toEqual([23, 25]);
  });

  it("is the right day far east and far west", () => {
    for (const zone of ["Pacific/Kiritimati", "Pacific/Niue", "Pacific/Auckland"]) {
      const format = new Format(locale, zone, "AUD");
      expect(format.dayKey(periodOf("day", "2026-06-15", format).start)).toBe("2026-06-15");
      expect(format.dayKey(periodOf("month", "2026-06-15", format).end)).toBe("2026-07-01");
    }
  });

  it("is a week that begins on the day the user's profile says", () => {
    expect(sydney.dayKey(periodOf("week", "2026-01-15", sydney).start)).toBe("2026-01-12");
    const sunday = new Format({ ...locale, first_weekday: "sunday" }, "Australia/Sydney", "AUD");
    expect(sydney.dayKey(periodOf("week", "2026-01-15", sunday).start)).toBe("2026-01-11");
  });

  it("goes to the neighbour, also from the 31st and over the new year", () => {
    const key = (span: "day" | "month" | "year", from: string, steps: -1 | 1) =>
      neighbour(periodOf(span, from, sydney), steps, sydney).key;
    expect(key("month", "2026-01-31", 1)).toBe("2026-02-28");
    expect(key("month", "2026-01-31", -1)).toBe("2025-12-31");
    expect(key("year", "2024-02-29", 1)).toBe("2025-02-28");
    expect(key("day", "2025-12-31", 1)).toBe("2026-01-01");
  });

  it("is today where the address says no day", () => {
    const now = Date.parse("2026-01-15T14:00:00Z");
    for (const nonsense of [null, "", "yesterday", "2026-13-40"]) {
      expect(periodOf("day", nonsense, sydney, now).key).toBe("2026-01-16");
    }
  });

  it("says in words what it is", () => {
    const title = (span: "day" | "week" | "month" | "year") =>
      periodTitle(periodOf(span, "2026-01-15", sydney), sydney);
    expect([title("day"), title("week"), title("month"), title("year")]).toEqual([
      "Thursday 15 January 2026",
      "12 Jan – 18 Jan 2026",
      "January 2026",
      "2026",
    ]);
  });

  it("is asked for as finely as Home Assistant keeps it", () => {
    const now = Date.parse("2026-01-15T02:00:00Z");
    const ask = (span: "day" | "month" | "year", key: string) => grain(periodOf(span, key, sydney), now);
    expect([
      ask("day", "2026-01-15"),
      ask("day", "2026-01-02"),
      ask("month", "2026-01-02"),
      ask("year", "2026-01-02"),
    ]).toEqual(["5minute", "hour", "day", "month"]);
  });
});
