import type { Schedule } from "../../api/types";
import { Format } from "../../format";
import type { Locale } from "../../ha/types";

/** The week as schedules see it: days from 0, Monday, and minutes on the clock on the wall. */
export const DAYS: readonly string[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const DAY_MIN = 1440;
export const SNAP_MIN = 15;
const DAY_MS = DAY_MIN * 60_000;
const LONGEST_MIN = DAY_MIN - SNAP_MIN;

/** The part of a schedule's window that lies in one day. */
export interface Block {
  schedule: Schedule;
  day: number;
  /** The day the window starts on; the one before `day` after midnight. */
  startsOn: number;
  start: number;
  end: number;
  /** Whether the window goes on before or after this part. */
  before: boolean;
  after: boolean;
}

export interface Overlap {
  day: number;
  winner: Schedule;
  loser: Schedule;
  start: number;
  end: number;
}

export type Conflict = Omit<Overlap, "day"> & { days: number[] };

export type Grip = "move" | "start" | "end";

export const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return hours * 60 + minutes + seconds / 60;
};

export const timeOf = (minutes: number): string => {
  const whole = Math.round(minutes + DAY_MIN) % DAY_MIN;
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(whole / 60))}:${two(whole % 60)}:00`;
};

/** Noon of a day such as "2026-01-15", in UTC and ms. */
export const noonOf = (day: string) => Date.parse(`${day}T12:00:00Z`);

export const dayNumbers = (schedule: { days: readonly string[] }): number[] =>
  DAYS.flatMap((name, day) => (schedule.days.includes(name) ? [day] : []));

export const lengthOf = ({ start, end }: Pick<Schedule, "start" | "end">): number =>
  (minutesOf(end) - minutesOf(start) + DAY_MIN) % DAY_MIN || DAY_MIN;

export function blocksOf(schedules: readonly Schedule[]): Block[] {
  return schedules.flatMap((schedule) => {
    const start = minutesOf(schedule.start);
    const end = start + lengthOf(schedule);
    return dayNumbers(schedule).flatMap((day) => {
      const common = { schedule, startsOn: day };
      const first = { ...common, day, start, end: Math.min(end, DAY_MIN), before: false, after: end > DAY_MIN };
      if (!first.after) return [first];
      return [first, { ...common, day: (day + 1) % 7, start: 0, end: end - DAY_MIN, before: true, after: false }];
    });
  });
}

/** Below 0 when the first one gives way: the highest priority wins, then the newest. */
export const byRank = (a: Schedule, b: Schedule): number =>
  a.priority - b.priority || Date.parse(a.created_at) - Date.parse(b.created_at) || (a.id < b.id ? -1 : 1);

/** Where enabled schedules meet, and which of them the battery follows. */
export function overlapsOf(blocks: readonly Block[]): Overlap[] {
  const overlaps: Overlap[] = [];
  for (let day = 0; day < 7; day++) {
    const here = blocks.filter((block) => block.day === day && block.schedule.enabled);
    const edges = [...new Set(here.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
    for (const [index, start] of edges.entries()) {
      const end = edges[index + 1] ?? start;
      const running = here.filter((block) => block.start <= start && block.end >= end).map(({ schedule }) => schedule);
      const [winner, ...losers] = running.sort((a, b) => byRank(b, a));
      if (!winner || end === start) continue;
      for (const loser of losers) {
        const last = overlaps.find(
          (one) => one.day === day && one.winner === winner && one.loser === loser && one.end === start,
        );
        if (last) last.end = end;
        else overlaps.push({ day, winner, loser, start, end });
      }
    }
  }
  return overlaps;
}

/** The same overlaps, each once for all its days. */
export function conflictsOf(overlaps: readonly Overlap[]): Conflict[] {
  const conflicts = new Map<string, Conflict>();
  for (const { day, ...rest } of overlaps) {
    const key = [rest.winner.id, rest.loser.id, rest.start, rest.end].join("|");
    const known = conflicts.get(key);
    if (known) known.days.push(day);
    else conflicts.set(key, { ...rest, days: [day] });
  }
  return [...conflicts.values()];
}

/** The blocks of a day from the lowest to the highest, each with how many it lies on top of. */
export function stacked(blocks: readonly Block[]): { block: Block; level: number }[] {
  const order = (a: Block, b: Block) =>
    Number(a.schedule.enabled) - Number(b.schedule.enabled) || byRank(a.schedule, b.schedule);
  const done: { block: Block; level: number }[] = [];
  for (const block of [...blocks].sort(order)) {
    const below = done.filter((other) => other.block.start < block.end && block.start < other.block.end);
    done.push({ block, level: Math.max(-1, ...below.map(({ level }) => level)) + 1 });
  }
  return done;
}

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
export const snap = (minutes: number) => Math.round(minutes / SNAP_MIN) * SNAP_MIN;

/** The schedule after its block was moved or pulled at one end, by minutes and from one day to another. */
export function dragged(schedule: Schedule, grip: Grip, minutes: number, fromDay: number, toDay: number): Schedule {
  const start = minutesOf(schedule.start);
  const length = lengthOf(schedule);
  if (grip === "end") {
    const longer = clamp(snap(start + length + minutes) - start, SNAP_MIN, LONGEST_MIN);
    return { ...schedule, end: timeOf(start + longer) };
  }
  if (grip === "start") {
    const earliest = Math.max(0, start + length - LONGEST_MIN);
    const latest = Math.min(DAY_MIN, start + length) - SNAP_MIN;
    return { ...schedule, start: timeOf(clamp(snap(start + minutes), earliest, latest)) };
  }
  const moved = minutes === 0 ? start : clamp(snap(start + minutes), 0, DAY_MIN - SNAP_MIN);
  const days = dayNumbers(schedule);
  const others = days.includes(toDay) ? days : [...days.filter((day) => day !== fromDay), toDay];
  const day = schedule.only_on && new Date(noonOf(schedule.only_on) + (toDay - fromDay) * DAY_MS);
  const only_on = day ? day.toISOString().slice(0, 10) : null;
  return { ...schedule, start: timeOf(moved), end: timeOf(moved + length), days: namesOf(others), only_on };
}

export const namesOf = (days: readonly number[]): string[] => DAYS.filter((_, day) => days.includes(day));

/** The span between two places of one day where somebody drew; a click draws an hour. */
export function drawn(from: number, to: number): { start: string; end: string } {
  const start = clamp(Math.floor(Math.min(from, to) / SNAP_MIN) * SNAP_MIN, 0, DAY_MIN - SNAP_MIN);
  const end = Math.abs(to - from) < SNAP_MIN / 2 ? start + 60 : Math.ceil(Math.max(from, to) / SNAP_MIN) * SNAP_MIN;
  return {
    start: timeOf(start),
    end: timeOf(start === 0 ? Math.min(end, LONGEST_MIN) : clamp(end, start + SNAP_MIN, DAY_MIN)),
  };
}

/** Writes times of day and weekdays as the user does, wherever the user is. */
export class WallClock {
  readonly #format: Format;

  constructor(format: Format) {
    this.#format = new Format({ ...format.locale, time_zone: "server" }, "UTC", format.currency);
  }

  time(minutes: number): string {
    return this.#format.time(minutes * 60_000);
  }

  hour(hour: number): string {
    return this.#format.hour(hour * 3_600_000);
  }

  /** "10:30 PM–5 AM", "22:30–05:00". */
  window({ start, end }: Pick<Schedule, "start" | "end">): string {
    return [start, end].map((time) => this.hour(minutesOf(time) / 60)).join("–");
  }

  day(day: number, width: "short" | "long" = "short"): string {
    return this.#format.weekday(Date.UTC(1970, 0, 5 + day), width); // a Monday
  }

  date(day: string): string {
    return this.#format.date(noonOf(day));
  }

  /** "every day", "Mon to Fri", "Mon, Wed": `all` is the text for all seven. */
  days(days: readonly number[], all: string): string {
    const sorted = [...days].sort((a, b) => a - b);
    if (sorted.length === 7) return all;
    const [first = 0, last = 0] = [sorted[0], sorted.at(-1)];
    const run = sorted.length > 2 && last - first === sorted.length - 1;
    return run ? `${this.day(first)} – ${this.day(last)}` : sorted.map((day) => this.day(day)).join(", ");
  }
}

/** The day and minute that the clock on the wall shows in this time zone. */
export function wallNow(zone: string, now = Date.now()): { day: number; minutes: number } {
  const options = { timeZone: zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en", options).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  const day = DAYS.indexOf(part("weekday").toLowerCase());
  return { day, minutes: Number(part("hour")) * 60 + Number(part("minute")) };
}

/** When these days and times come next, or run already, in ms; `now` is a moment and what the clock on the wall shows then. */
export function nextRun(
  draft: { days: readonly string[]; start: string; end: string; onlyOn?: string },
  now: { at: number; day: number; minutes: number },
): { start: number; end: number } | undefined {
  const length = lengthOf(draft);
  const { onlyOn } = draft;
  // Within half a week, the day of the week says it.
  if (onlyOn && Math.abs(noonOf(onlyOn) - now.at) > 3 * DAY_MS) return undefined;
  const days = onlyOn ? [(new Date(noonOf(onlyOn)).getUTCDay() + 6) % 7] : dayNumbers(draft);
  const week = 7 * DAY_MIN;
  const waits = days.map((day) => {
    const wait = ((day - now.day) * DAY_MIN + minutesOf(draft.start) - now.minutes + week) % week;
    return wait > week - length ? wait - week : wait;
  });
  if (waits.length === 0) return undefined;
  const start = now.at + Math.min(...waits) * 60_000;
  return { start, end: start + length * 60_000 };
}

/** The days in the order in which the user's weeks run. */
export function weekOrder(locale: Locale): number[] {
  const named = DAYS.findIndex((day) => locale.first_weekday.startsWith(day));
  const first = named >= 0 ? named : firstDayOf(locale.language);
  return DAYS.map((_, index) => (first + index) % 7);
}

function firstDayOf(language: string): number {
  const locale = new Intl.Locale(language) as Intl.Locale & {
    getWeekInfo?(): { firstDay: number };
    weekInfo?: { firstDay: number };
  };
  return ((locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1) - 1;
}
