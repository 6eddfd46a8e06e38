import type { Format } from "../format";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Round values for an axis, from just below `min` to just above `max`, about `count` of them. */
export function niceTicks(min: number, max: number, count: number): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Map a value of one range to another, without limits. */
export const linear = (fromLow: number, fromHigh: number, toLow: number, toHigh: number) => {
  const factor = fromHigh === fromLow ? 0 : (toHigh - toLow) / (fromHigh - fromLow);
  return (value: number) => toLow + (value - fromLow) * factor;
};

export interface TimeTick {
  at: number;
  label: string;
  /** The start of a day among hours, of a month among days. */
  strong: boolean;
}

/** Marks of a time axis in the user's time zone, with at least `room` px for each. */
export function timeTicks(start: number, end: number, width: number, format: Format, room = 56): TimeTick[] {
  const most = Math.max(2, Math.floor(width / room));
  const days = (end - start) / DAY_MS;
  if (days > 80) return monthTicks(start, end, most, format);
  if (days > 3.5) return dayTicks(start, end, most, format);
  const hours = days * 24;
  const steps = [...(hours < 3 ? [0.25, 0.5] : []), 1, 2, 3, 4, 6, 12];
  const step = steps.find((each) => hours / each <= most) ?? 24;
  const ticks: TimeTick[] = [];
  for (let day = format.startOfDay(start); day < end; day = nextDay(day, format)) {
    for (let hour = 0; hour < 24; hour += step) {
      const at = wallClock(day, hour, format);
      if (at >= start && at <= end && at !== ticks.at(-1)?.at) {
        ticks.push({
          at,
          label: hour === 0 ? format.weekday(at) : step < 1 ? format.time(at) : format.hour(at),
          strong: hour === 0,
        });
      }
    }
  }
  return ticks;
}

const nextDay = (day: number, format: Format) => format.startOfDay(day + 26 * HOUR_MS);

/** This hour of a day as its clocks show it: an hour earlier or later than counted where they are put forward or back. */
function wallClock(day: number, hour: number, format: Format): number {
  const counted = day + hour * HOUR_MS;
  const length = nextDay(day, format) - day;
  if (length === DAY_MS || hour === 0) return counted;
  const shown = Number(
    new Intl.DateTimeFormat("en", { hour: "2-digit", hourCycle: "h23", timeZone: format.timeZone }).format(counted),
  );
  return counted + (hour - shown - Math.round((hour - shown) / 24) * 24) * HOUR_MS;
}

function dayTicks(start: number, end: number, most: number, format: Format): TimeTick[] {
  const every = Math.max(1, Math.ceil((end - start) / DAY_MS / most));
  const ticks: TimeTick[] = [];
  let count = 0;
  for (let day = format.startOfDay(start); day < end; day = nextDay(day, format), count++) {
    if (day < start || count % every) continue;
    const long = (end - start) / DAY_MS > 8;
    ticks.push({
      at: day,
      label: format.dateParts(day, long ? { day: "numeric", month: "short" } : { weekday: "short", day: "numeric" }),
      strong: false,
    });
  }
  return ticks;
}

function monthTicks(start: number, end: number, most: number, format: Format): TimeTick[] {
  const every = Math.max(1, Math.ceil((end - start) / DAY_MS / 30 / most));
  const ticks: TimeTick[] = [];
  let count = 0;
  for (let day = format.startOfDay(start); day < end; day = nextDay(day, format)) {
    if (!format.dayKey(day).endsWith("-01") || day < start) continue;
    if (count++ % every === 0) ticks.push({ at: day, label: format.dateParts(day, { month: "short" }), strong: false });
  }
  return ticks;
}
