import type { DayScore } from "../../api/types";
import type { ChartSpec } from "../../charts/spec";
import type { Format } from "../../format";
import { type TextKey, t } from "../../i18n";
import { owed } from "../../parts/owed";
import { COLOUR } from "../../theme";
import { type Period, periodOf } from "./period";

export type Way = "no_battery" | "self_consumption" | "rules" | "plan" | "perfect_foresight";

/** The ways a day could have gone, from the dearest to the cheapest that was possible. */
export const WAYS: readonly { key: Way; name: TextKey; text: TextKey }[] = [
  { key: "no_battery", name: "history.no_battery", text: "history.no_battery_text" },
  { key: "self_consumption", name: "history.self_consumption", text: "history.self_consumption_text" },
  { key: "rules", name: "history.rules", text: "history.rules_text" },
  { key: "plan", name: "history.plan", text: "history.plan_text" },
  { key: "perfect_foresight", name: "history.perfect_foresight", text: "history.perfect_foresight_text" },
];

/** Some days together; costs in the plant's currency, a way null unless it is known for every day. */
export interface Sum extends Record<Way, number | null> {
  days: number;
  /** As it was metered; all others with wear and with what was left in the battery. */
  paid: number;
  actual: number;
  no_battery: number;
  self_consumption: number;
  perfect_foresight: number;
  /** Percent of what could be saved against no battery, and against plain self-consumption; null where nothing could be. */
  share: number | null;
  share_vs_self_consumption: number | null;
}

const CENT = 0.01;

export function sumOf(rows: readonly DayScore[]): Sum {
  const sum = (key: Way | "actual" | "paid") => rows.reduce((whole, row) => whole + (row[key] ?? 0), 0);
  const known = (key: Way) => (rows.every((row) => row[key] !== null) ? sum(key) : null);
  const actual = sum("actual");
  const best = sum("perfect_foresight");
  const share = (from: number) => (from - best < CENT ? null : ((from - actual) / (from - best)) * 100);
  return {
    days: rows.length,
    paid: sum("paid"),
    actual,
    no_battery: sum("no_battery"),
    self_consumption: sum("self_consumption"),
    rules: known("rules"),
    plan: known("plan"),
    perfect_foresight: best,
    share: share(sum("no_battery")),
    share_vs_self_consumption: share(sum("self_consumption")),
  };
}

interface Bar extends Sum {
  start: number;
  end: number;
}

/** The days of the period, or its months where that is a year. */
export function barsOf(rows: readonly DayScore[], period: Period, format: Format): Bar[] {
  const span = period.span === "year" ? "month" : "day";
  const groups = new Map<string, DayScore[]>();
  for (const row of rows) {
    const key = span === "month" ? `${row.day.slice(0, 7)}-01` : row.day;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups].map(([key, days]) => {
    const { start, end } = periodOf(span, key, format);
    return { start, end, ...sumOf(days) };
  });
}

/** What was saved against no battery, before the pale bars of what could have been saved. */
export function savingsSpec(bars: readonly Bar[], period: Period, format: Format): ChartSpec {
  const possible = ({ no_battery, perfect_foresight }: Bar) => no_battery - perfect_foresight;
  const saved = ({ no_battery, actual }: Bar) => no_battery - actual;
  const points = (value: (bar: Bar) => number) =>
    bars.map((bar) => ({ start: bar.start, end: bar.end, value: value(bar) }));
  return {
    label: t("history.savings_label"),
    start: period.start,
    end: period.end,
    panes: [
      {
        height: 180,
        layers: [
          { kind: "bars", name: t("history.possible"), colour: COLOUR.faint, opacity: 0.3, points: points(possible) },
          { kind: "bars", name: t("history.saved"), colour: COLOUR.saved, points: points(saved) },
        ],
        tick: (value) => format.money(value, Number.isInteger(value) ? 0 : 2),
      },
    ],
    spans: bars,
    describe: (index) => {
      const bar = bars[index] as Bar;
      return {
        title: period.span === "year" ? format.month(bar.start) : format.date(bar.start),
        readings: [
          { name: t("history.saved"), value: format.money(saved(bar)), colour: COLOUR.saved },
          { name: t("history.possible"), value: format.money(possible(bar)), colour: COLOUR.faint },
          { name: t("history.share"), value: format.percent(bar.share) },
          { name: t("history.paid"), value: owed(bar.paid, format) },
        ],
      };
    },
  };
}
