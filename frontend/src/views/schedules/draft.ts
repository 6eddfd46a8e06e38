import type { Schedule } from "../../api/types";
import type { Format } from "../../format";
import { t } from "../../i18n";
import { dayNumbers, lengthOf, minutesOf, type WallClock } from "./week";

/** A schedule as a form holds it: numbers as they are typed, power in kW. */
export interface Draft {
  id?: string;
  name: string;
  enabled: boolean;
  action: Schedule["action"];
  days: readonly string[];
  start: string;
  end: string;
  powerKw: string;
  target: string;
  priority: string;
  /** Empty: every week. */
  onlyOn: string;
}

/** Whether an action has a power and a target. */
export const isForced = (action: Schedule["action"]) => action === "charge" || action === "discharge";

export const draftOf = (schedule: Schedule): Draft => ({
  id: schedule.id,
  name: schedule.name,
  enabled: schedule.enabled,
  action: schedule.action,
  days: schedule.days,
  start: schedule.start,
  end: schedule.end,
  powerKw: schedule.power_w ? String(schedule.power_w / 1000) : "",
  target: schedule.target_soc === null ? "" : String(schedule.target_soc),
  priority: String(schedule.priority),
  onlyOn: schedule.only_on ?? "",
});

/** The same again for the days that it does not run on yet. */
export const copyOf = (schedule: Schedule, days: readonly string[]): Draft => {
  const { id: _, ...rest } = draftOf(schedule);
  return { ...rest, onlyOn: "", days: days.filter((day) => !schedule.days.includes(day)) };
};

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text.replace(",", ".")));

/** What is sent; Home Assistant checks it, and an empty power is none that it allows. */
export function scheduleOf({ powerKw, target, priority, onlyOn, ...draft }: Draft): Partial<Schedule> {
  const forced = isForced(draft.action);
  return {
    ...draft,
    days: [...draft.days],
    power_w: forced ? Math.round((numberOf(powerKw) ?? 0) * 1000) : 0,
    target_soc: forced ? numberOf(target) : null,
    priority: numberOf(priority) ?? 0,
    only_on: onlyOn || null,
  };
}

/** "Mon – Fri, 17:00 – 19:00", "Sat, 22:00 – 06:00 the next day". */
export function whenOf(schedule: Schedule, clock: WallClock): string {
  const times = clock.window(schedule);
  const over = minutesOf(schedule.start) + lengthOf(schedule) > 1440;
  const days = schedule.only_on
    ? clock.date(schedule.only_on)
    : clock.days(dayNumbers(schedule), t("schedules.every_day"));
  return `${days}, ${over ? t("schedules.next_day", { times }) : times}`;
}

/** "at 5.0 kW, down to 20 %". */
export function whatOf(schedule: Schedule, format: Format): string {
  if (!isForced(schedule.action)) return "";
  const power = format.power(schedule.power_w);
  if (schedule.target_soc === null) return t("schedules.at_power", { power });
  const values = { power, target: format.percent(schedule.target_soc) };
  return schedule.action === "charge" ? t("schedules.up_to", values) : t("schedules.down_to", values);
}
