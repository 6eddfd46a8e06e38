import { describe, expect, it } from "vitest";
import type { Schedule } from "../../api/types";
import { Format } from "../../format";
import type { Locale } from "../../ha/types";
import {
  blocksOf,
  conflictsOf,
  dragged,
  drawn,
  nextRun,
  overlapsOf,
  stacked,
  WallClock,
  wallNow,
  weekOrder,
} from "./week";

const schedule = (fields: Partial<Schedule> = {}): Schedule => ({
  id: "a",
  name: "Evening",
  enabled: true,
  action: "discharge",
  days: ["mon"],
  start: "17:00:00",
  end: "19:00:00",
  power_w: 5000,
  target_soc: 20,
  priority: 0,
  created_at: "2026-01-01T00:00:00+00:00",
  only_on: null,
  ...fields,
});
const times = ({ start, end, days }: Schedule) => [start.slice(0, 5), end.slice(0, 5), days.join(" ")];
const locale: Locale = {
  language: "en-AU",
  number_format: "language",
  time_format: "24",
  date_format: "language",
  time_zone: "local",
  first_weekday: "language",
};

describe("the blocks of a week", () => {
  it("are split where a window crosses midnight, from Sunday into Monday too", () => {
    const parts = blocksOf([schedule({ days: ["sun"], start: "22:00:00", end: "06:00:00" })]);
    expect(parts.map(({ day, start, end, before, after }) => [day, start, end, before, after])).toEqual([
      [6, 1320, 1440, false, true],
      [0, 0, 360, true, false],
    ]);
  });

  it("end with the day when the window ends at midnight", () => {
    expect(blocksOf([schedule({ end: "00:00:00" })]).map(({ start, end, after }) => [start, end, after])).toEqual([
      [1020, 1440, false],
    ]);
  });
});

describe("where schedules overlap", () => {
  const night = schedule({
    id: "n",
    name: "Night",
    days: ["mon", "tue"],
    start: "18:00:00",
    end: "23:00:00",
    priority: -1,
  });

  it("the higher priority wins, and the sentence is for all days with the same overlap", () => {
    const evening = schedule({ days: ["mon", "tue"] });
    const [conflict, ...more] = conflictsOf(overlapsOf(blocksOf([night, evening])));
    expect(more).toEqual([]);
    expect(conflict).toMatchObject({ days: [0, 1], start: 1080, end: 1140 });
    expect([conflict?.winner.name, conflict?.loser.name]).toEqual(["Evening", "Night"]);
  });

  it("the newer one wins at the same priority", () => {
    const newer = schedule({ id: "0", name: "Newer", created_at: "2026-02-01T00:00:00+00:00" });
    expect(overlapsOf(blocksOf([newer, schedule()])).map(({ winner }) => winner.name)).toEqual(["Newer"]);
  });

  it("a disabled schedule takes nothing from anybody", () => {
    expect(overlapsOf(blocksOf([night, schedule({ enabled: false })]))).toEqual([]);
  });

  it("each of three is told who wins while it runs", () => {
    const all = [
      night,
      schedule(),
      schedule({ id: "t", name: "Top", start: "18:30:00", end: "20:00:00", priority: 5 }),
    ];
    const told = overlapsOf(blocksOf(all)).filter(({ day }) => day === 0);
    expect(told.map(({ winner, loser, start, end }) => `${winner.name} ${loser.name} ${start}-${end}`)).toEqual([
      "Evening Night 1080-1110",
      "Top Evening 1110-1140",
      "Top Night 1110-1200",
    ]);
  });

  it("the winner lies on top", () => {
    const monday = blocksOf([schedule(), night]).filter(({ day }) => day === 0);
    expect(stacked(monday).map(({ block, level }) => [block.schedule.name, level])).toEqual([
      ["Night", 0],
      ["Evening", 1],
    ]);
  });
});

describe("dragging", () => {
  it("moves a window in quarters of an hour and keeps its length", () => {
    expect(times(dragged(schedule(), "move", 37, 0, 0))).toEqual(["17:30", "19:30", "mon"]);
    expect(times(dragged(schedule(), "move", 6 * 60, 0, 0))).toEqual(["23:00", "01:00", "mon"]);
    expect(times(dragged(schedule(), "move", -30 * 60, 0, 0))).toEqual(["00:00", "02:00", "mon"]);
  });

  it("moves one day of several to a free day, and never drops one on another", () => {
    const weekend = schedule({ days: ["sat", "sun"] });
    expect(dragged(weekend, "move", 0, 6, 0).days).toEqual(["mon", "sat"]);
    expect(dragged(weekend, "move", 0, 6, 5).days).toEqual(["sat", "sun"]);
  });

  it("keeps a time that is no quarter of an hour when only the day changes", () => {
    expect(times(dragged(schedule({ start: "17:07:00" }), "move", 0, 0, 2))).toEqual(["17:07", "19:00", "wed"]);
  });

  it("pulls either end, over midnight too, and leaves at least a quarter of an hour", () => {
    expect(times(dragged(schedule(), "end", 400, 0, 0))).toEqual(["17:00", "01:45", "mon"]);
    expect(times(dragged(schedule(), "end", -600, 0, 0))).toEqual(["17:00", "17:15", "mon"]);
    expect(times(dragged(schedule(), "start", 600, 0, 0))).toEqual(["18:45", "19:00", "mon"]);
    expect(times(dragged(schedule({ start: "23:00:00", end: "01:00:00" }), "start", 300, 0, 0))).toEqual([
      "23:45",
      "01:00",
      "mon",
    ]);
  });

  it("never makes a window that ends when it starts: that is refused", () => {
    expect(times(dragged(schedule(), "end", 5000, 0, 0))).toEqual(["17:00", "16:45", "mon"]);
    expect(times(dragged(schedule({ start: "01:00:00", end: "23:45:00" }), "start", -60, 0, 0))).toEqual([
      "00:00",
      "23:45",
      "mon",
    ]);
    expect(drawn(0, 1440)).toEqual({ start: "00:00:00", end: "23:45:00" });
  });

  it("draws from where it began to where it ended, and an hour with a click", () => {
    expect(drawn(608, 727)).toEqual({ start: "10:00:00", end: "12:15:00" });
    expect(drawn(727, 608)).toEqual({ start: "10:00:00", end: "12:15:00" });
    expect(drawn(610, 611)).toEqual({ start: "10:00:00", end: "11:00:00" });
    expect(drawn(1400, 1440)).toEqual({ start: "23:15:00", end: "00:00:00" });
  });
});

describe("the clock on the wall", () => {
  it("shows the home's time, not the browser's", () => {
    expect(wallNow("Australia/Sydney", Date.parse("2026-06-01T20:30:00Z"))).toEqual({ day: 1, minutes: 390 });
  });

  it("names times and days as the user's profile says", () => {
    const clock = new WallClock(new Format({ ...locale, time_format: "12" }, "Australia/Sydney", "AUD"));
    expect(clock.time(17 * 60 + 15)).toMatch(/^5:15\s?pm$/i);
    expect(clock.days([0, 1, 2, 3, 4], "daily")).toBe("Mon – Fri");
    expect(clock.days([2, 0], "daily")).toBe("Mon, Wed");
    expect(clock.days([0, 1, 2, 3, 4, 5, 6], "daily")).toBe("daily");
  });

  it("starts the week on the user's first day", () => {
    expect(weekOrder({ ...locale, first_weekday: "sunday" })[0]).toBe(6);
    expect(weekOrder({ ...locale, first_weekday: "monday" })).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

it("moves a schedule for one day with its block to another day", () => {
  const moved = dragged(schedule({ only_on: "2026-01-12" }), "move", 0, 0, 3);
  expect([moved.only_on, moved.days]).toEqual(["2026-01-15", ["thu"]]);
});

describe("the next time", () => {
  it("is only that day where it has one", () => {
    const at = Date.parse("2026-01-14T01:00:00Z"); // noon on a Wednesday in Sydney
    const run = (onlyOn: string) =>
      nextRun({ days: ["mon"], start: "13:00:00", end: "14:00:00", onlyOn }, { ...now, at });
    expect(run("2026-01-15")?.start).toBe(at + 25 * 3_600_000);
    expect(run("2026-01-21")).toBeUndefined();
    expect(run("2026-01-07")).toBeUndefined();
  });

  const now = { at: 0, day: 2, minutes: 12 * 60 };
  const run = (days: string[], start: string, end: string) => {
    const found = nextRun({ days, start, end }, now);
    return found && [found.start / 3_600_000, found.end / 3_600_000];
  };

  it.each([
    [["wed", "fri"], "13:00:00", "14:00:00", [1, 2]],
    [["wed"], "11:00:00", "13:00:00", [-1, 1]],
    [["tue"], "22:00:00", "13:00:00", [-14, 1]],
    [["wed"], "10:00:00", "12:00:00", [166, 168]],
    [["mon"], "00:00:00", "01:00:00", [108, 109]],
    [[], "00:00:00", "01:00:00", undefined],
  ] as const)("is the one that runs or comes first: %o %s to %s", (days, start, end, hours) => {
    expect(run([...days], start, end)).toEqual(hours);
  });
});
