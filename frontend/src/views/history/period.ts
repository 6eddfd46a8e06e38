import type { HistoryPeriod } from "../../api/types";
import type { Format } from "../../format";
import type { Locale } from "../../ha/types";

export const SPANS = ["day", "week", "month", "year"] as const;
export type Span = (typeof SPANS)[number];

const HOUR_MS = 3_600_000;
/** Home Assistant keeps statistics of five minutes for ten days; the last of them may be gone already. */
const FINE_MS = 9 * 24 * HOUR_MS;
const DAY = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** A day, week, month or year of the user's calendar: `start` and `end` in ms, `key` one of its days for the address. */
export interface Period {
  span: Span;
  key: string;
  start: number;
  end: number;
}

/** The period of this length that holds a day such as "2026-01-05"; today, where that is no day. */
export function periodOf(span: Span, key: string | null, format: Format, now = Date.now()): Period {
  const day = dayOf(key) ?? dayOf(format.dayKey(now)) ?? new Date(now);
  const first = new Date(day);
  if (span === "week") first.setUTCDate(day.getUTCDate() - ((day.getUTCDay() - firstWeekday(format.locale) + 7) % 7));
  if (span === "month" || span === "year") first.setUTCDate(1);
  if (span === "year") first.setUTCMonth(0);
  const next = shifted(first, span, 1);
  return { span, key: keyOf(day), start: startOf(first, format), end: startOf(next, format) };
}

/** Yesterday, for the address. */
export const dayBefore = (format: Format) => format.dayKey(format.startOfDay(Date.now()) - HOUR_MS);

/** The period before (-1) or after (1). */
export function neighbour(period: Period, steps: -1 | 1, format: Format): Period {
  const day = dayOf(period.key) ?? new Date(period.start);
  return periodOf(period.span, keyOf(shifted(day, period.span, steps)), format);
}

/** What the period is called; shorter where there is little room. */
export function periodTitle({ span, start, end }: Period, format: Format, short = false): string {
  if (span === "day" && short) return format.date(start);
  if (span === "day") return format.dateParts(start, DAY);
  if (span === "month") return format.month(start);
  if (span === "year") return format.dateParts(start, { year: "numeric" });
  const last = end - 12 * HOUR_MS;
  const day = { day: "numeric", month: "short" } as const;
  return `${format.dateParts(start, day)} – ${format.dateParts(last, short ? day : { ...day, year: "numeric" })}`;
}

/** How finely a period is asked for: what a screen can show, and what Home Assistant still has. */
export function grain({ span, start }: Period, now = Date.now()): HistoryPeriod {
  if (span === "year") return "month";
  if (span !== "day") return "day";
  return now - start < FINE_MS ? "5minute" : "hour";
}

export const isSpan = (text: string | null): text is Span => SPANS.includes(text as Span);

/** A day without a time or a zone, held as the UTC midnight of its name. */
function dayOf(key: string | null): Date | undefined {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(key ?? "") ? new Date(`${key}T00:00:00Z`) : undefined;
  return day && !Number.isNaN(day.getTime()) ? day : undefined;
}

const keyOf = (day: Date) => day.toISOString().slice(0, 10);

/** Noon UTC can be the next day east of UTC+12: the day is found from its own middle. */
function startOf(day: Date, format: Format): number {
  const wanted = keyOf(day);
  const noon = day.getTime() + 12 * HOUR_MS;
  const shift = [0, -12, 12].find((hours) => format.dayKey(noon + hours * HOUR_MS) === wanted) ?? 0;
  return format.startOfDay(noon + shift * HOUR_MS);
}

function shifted(day: Date, span: Span, steps: number): Date {
  const moved = new Date(day);
  if (span === "day" || span === "week") moved.setUTCDate(day.getUTCDate() + steps * (span === "week" ? 7 : 1));
  else {
    moved.setUTCDate(1);
    if (span === "month") moved.setUTCMonth(day.getUTCMonth() + steps);
    else moved.setUTCFullYear(day.getUTCFullYear() + steps, day.getUTCMonth());
    const last = new Date(Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0)).getUTCDate();
    moved.setUTCDate(Math.min(day.getUTCDate(), last));
  }
  return moved;
}

function firstWeekday({ first_weekday, language }: Locale): number {
  const chosen = WEEKDAYS.indexOf(first_weekday as (typeof WEEKDAYS)[number]);
  if (chosen >= 0) return chosen;
  const locale = new Intl.Locale(language) as Intl.Locale & { getWeekInfo?: () => { firstDay: number } };
  return (locale.getWeekInfo?.().firstDay ?? 1) % 7;
}
