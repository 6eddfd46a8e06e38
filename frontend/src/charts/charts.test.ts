import { describe, expect, it } from "vitest";
import { Format } from "../format";
import { locale } from "../testing/fake-hass";
import { areas, axisOf, bars, beyond, strokes, yScale } from "./paths";
import { linear, niceTicks, timeTicks } from "./scale";
import { type Layer, type Point, spanAt } from "./spec";

const HOUR_MS = 3_600_000;
const format = new Format(locale, "Australia/Sydney", "AUD");

describe("scales", () => {
  it("puts an axis on round values around its data", () => {
    expect(niceTicks(0, 97, 4)).toEqual([0, 25, 50, 75, 100]);
    expect(niceTicks(-0.07, 0.62, 4)).toEqual([-0.2, 0, 0.2, 0.4, 0.6, 0.8]);
    expect(niceTicks(3, 3, 4)).toEqual([3]);
  });

  it("maps a value from one range to another", () => {
    expect(linear(0, 10, 100, 0)(2.5)).toBe(75);
    expect(linear(4, 4, 7, 9)(4)).toBe(7);
  });

  it("marks hours and midnights of the user's time zone", () => {
    const start = Date.parse("2026-01-05T00:00:00+11:00");
    const ticks = timeTicks(start, start + 36 * HOUR_MS, 400, format);
    expect(ticks.filter(({ strong }) => strong).map(({ at }) => new Date(at).toISOString())).toEqual([
      "2026-01-04T13:00:00.000Z",
      "2026-01-05T13:00:00.000Z",
    ]);
    expect(ticks.map(({ label }) => label)).toEqual(["Mon", "06:00", "12:00", "18:00", "Tue", "06:00", "12:00"]);
  });

  it("marks whole hours from any minute on, and minutes only in a short time", () => {
    const clock = new Format({ ...locale, time_format: "12" }, "Australia/Sydney", "AUD");
    const start = Date.parse("2026-01-05T22:27:00+11:00");
    const labels = (hours: number) =>
      timeTicks(start, start + hours * HOUR_MS, 700, clock).map(({ label }) => label.replace(/\s/g, " ").toLowerCase());
    expect(labels(6)).toEqual(["11 pm", "tue", "1 am", "2 am", "3 am", "4 am"]);
    expect(labels(2)).toContain("11:30 pm");
  });

  it("still marks noon at noon on the day the clocks go forward", () => {
    const start = format.startOfDay("2026-10-04T08:00:00Z");
    const labels = timeTicks(start, start + 23 * HOUR_MS, 300, format).map(({ at }) => format.time(at));
    expect(labels).toContain("12:00");
    expect(labels).toContain("18:00");
  });

  it("marks days over a month and months over a year, no more than there is room for", () => {
    const start = Date.parse("2026-01-01T00:00:00+11:00");
    expect(timeTicks(start, start + 31 * 24 * HOUR_MS, 600, format).length).toBeLessThanOrEqual(10);
    expect(timeTicks(start, start + 365 * 24 * HOUR_MS, 1200, format).map(({ label }) => label)).toContain("Dec");
  });
});

describe("paths", () => {
  const same = (value: number) => value;
  const points: Point[] = [
    { start: 0, end: 1, value: 5 },
    { start: 1, end: 2, value: 6, faint: true },
    { start: 2, end: 3, value: null },
    { start: 3, end: 4, value: 7 },
  ];
  const layer = (kind: Layer["kind"]): Layer => ({ kind, name: "", colour: "red", points });

  it("breaks a line where a value is missing and draws the uncertain part apart", () => {
    expect(strokes(layer("line"), same, same)).toEqual([
      { d: "M0 5", faint: false },
      { d: "M0 5L1 6", faint: true },
      { d: "M3 7", faint: false },
    ]);
  });

  it("holds a step until its end", () => {
    expect(strokes(layer("step"), same, same)[0]?.d).toBe("M0 5H1");
  });

  it("closes an area at its base", () => {
    expect(areas(layer("step-area"), same, same)[0]?.d).toBe("M0 5L1 5L1 0L0 0Z");
  });

  it("gathers bars of one colour into one path", () => {
    expect(bars(layer("bars"), same, same).map(({ faint }) => faint)).toEqual([false, true]);
  });

  it("keeps a pane's own limits", () => {
    const { low, high, ticks } = axisOf({
      height: 100,
      layers: [layer("line")],
      min: 0,
      max: 100,
      tick: String,
      tickCount: 4,
    });
    expect([low, high, ticks]).toEqual([0, 100, [0, 25, 50, 75, 100]]);
  });

  it("lets one spike stand above the axis, marked, rather than to flatten all other prices", () => {
    const values = [...Array(40).fill(0.3), 15, 14, ...Array(40).fill(0.2)];
    const spiky = values.map((value, at) => ({ start: at, end: at + 1, value }));
    const pane = {
      height: 100,
      layers: [{ kind: "step" as const, name: "", colour: "", points: spiky }],
      tick: String,
      clipped: true,
    };
    const axis = axisOf(pane);
    expect(axis.high).toBeLessThan(1);
    expect(yScale(pane, axis)(15)).toBe(0);
    expect(beyond(pane, axis.high, 0).map(({ value }) => value)).toEqual([15]);
    expect(axisOf({ ...pane, clipped: false }).high).toBeGreaterThanOrEqual(15);
  });

  it("marks only the highest of spikes whose marks would lie on each other", () => {
    const rising = [9, 0.2, 8, 0.2, 0.2, 0.2, 9];
    const layer = {
      kind: "step" as const,
      name: "",
      colour: "",
      points: rising.map((value, at) => ({ start: at, end: at + 1, value })),
    };
    const pane = { height: 100, layers: [layer, layer], tick: String, clipped: true };
    expect(beyond(pane, 1, 3).map(({ start }) => start)).toEqual([0, 6]);
  });

  it("finds the span at a time, and the nearest outside", () => {
    expect([-1, 0, 1.5, 9].map((at) => spanAt(points, at))).toEqual([0, 0, 1, 3]);
  });
});
