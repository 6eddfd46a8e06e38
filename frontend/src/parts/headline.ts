import { mdiAlertOctagon, mdiArrowDownBold, mdiArrowUpBold, mdiPause, mdiPowerSleep } from "@mdi/js";
import type { Action, ControlState, ControlStatus, Live, Plan, Telemetry } from "../api/types";
import type { Format } from "../format";
import { type TextKey, t } from "../i18n";
import { isSame, type Message, sentence } from "../message";
import { COLOUR } from "../theme";
import { flowsOf, IDLE_W } from "./flows";
import { runsOf } from "./runs";

export interface Headline {
  key: TextKey;
  text: string;
  icon: string;
  colour: string;
}

/** The moment that is shown, in ms: what is not known to go on stands still. */
export const nowOf = (live: Live | null | undefined, stale: boolean) =>
  stale && live ? Date.parse(live.at) : Date.now();

/** Most of a power, so that a few watts of another source do not make a sentence longer. */
const MOST = 0.8;

/** What the battery really does, in a few words: what is measured, with a power that the flow shows too. */
export function headlineOf(telemetry: Telemetry | null, control: ControlStatus | null, format: Format): Headline {
  const say = (key: TextKey, icon: string, colour: string, w = 0): Headline => ({
    key,
    text: t(key, { power: format.power(Math.abs(w)) }),
    icon,
    colour,
  });
  if (control?.emergency_stop) return say(`dashboard.headline_${stopOf(control)}`, mdiAlertOctagon, COLOUR.danger);
  const battery = telemetry?.source === "stale" ? null : (telemetry?.battery_w ?? null);
  if (!telemetry || battery === null) return say("dashboard.headline_unknown", mdiPowerSleep, COLOUR.line);
  const { sunToBattery, gridToBattery, batteryToGrid } = flowsOf(telemetry);
  if (battery > IDLE_W) {
    const source = sunToBattery > battery * MOST ? "sun" : gridToBattery > battery * MOST ? "grid" : "both";
    return say(`dashboard.headline_charging_${source}`, mdiArrowUpBold, COLOUR.charge, battery);
  }
  if (battery < -IDLE_W) {
    const exported = batteryToGrid / -battery;
    if (exported > MOST)
      return say("dashboard.headline_exporting", mdiArrowDownBold, COLOUR.discharge, telemetry.grid_w ?? battery);
    const both = exported < 1 - MOST ? "" : "_both";
    return say(`dashboard.headline_discharging${both}`, mdiArrowDownBold, COLOUR.discharge, battery);
  }
  const holding = control?.applied === "hold";
  return holding
    ? say("dashboard.headline_holding", mdiPause, COLOUR.hold)
    : say("dashboard.headline_resting", mdiPowerSleep, COLOUR.hold);
}

/** Reasons that say no more than a headline. */
const DOUBLED: Record<string, TextKey> = {
  "reason.battery_powers_home": "dashboard.headline_discharging",
  "reason.charge_surplus": "dashboard.headline_charging_sun",
  "reason.solar_charges": "dashboard.headline_charging_sun",
};
export const isDoubled = (reason: Message, { key }: Headline) => DOUBLED[reason.key] === key;

/** How far an emergency stop is; off the grid the battery supplies the house all the same. */
export const stopOf = ({ state }: ControlStatus): "stopped" | "stopping" | "supplying" =>
  state === "released" ? "supplying" : state === "stopping" ? state : "stopped";

/** Whether the system runs without the grid, where nothing that is asked for counts. */
export const isOffGrid = ({ reason }: ControlStatus) => reason.key === "control.off_grid";

/** Whether the plant is left alone, whatever the mode is. */
export const isLeftAlone = (control: ControlStatus) =>
  isOffGrid(control) || control.reason.key === "control.battery_alarm";

const PENDING: readonly ControlState[] = ["waiting", "refused", "writing", "ramping"];

/** What keeps from being true what was asked for; undefined where it is done, or nothing of ours counts. */
export function pendingOf(control: ControlStatus): "waiting" | "refused" | "writing" | "ramping" | "other" | undefined {
  const { state, wanted, applied, reason, wish } = control;
  if (control.emergency_stop || state === "external") return undefined;
  if (PENDING.includes(state)) return state as "waiting";
  return wanted !== applied && (isSame(reason, wish) || isOffGrid(control)) ? "other" : undefined;
}

/** What is to be done, inside a sentence: "charging at 5.0 kW". */
export function orderOf(action: Action, powerW: number, format: Format): string {
  const forced = (action === "charge" || action === "discharge") && Math.abs(powerW) > 0;
  return forced
    ? t(`dashboard.order_${action}_at`, { power: format.power(Math.abs(powerW)) })
    : t(`dashboard.order_${action}`);
}

/** Whether the battery follows the plan now, and does this. */
export function isFollowed({ control }: Pick<Live, "control">, action = control?.applied): boolean {
  if (!control || control.emergency_stop || control.state === "external" || pendingOf(control)) return false;
  // What was released is left alone, as while the battery reports an alarm.
  if (control.applied === "release") return false;
  return control.actor === "optimiser" && control.settings.mode === "auto" && control.applied === action;
}

/** What comes after what is now: what is asked for and not done yet, else what the plan changes to. */
export function nextOf({ control }: Pick<Live, "control">, plan: Plan | null, format: Format, now: number): string {
  if (!control || control.emergency_stop || control.state === "external") return "";
  const pending = pendingOf(control);
  if (pending) {
    const order = orderOf(control.wanted, control.wanted_power_w, format);
    const { due_at, ramping_to_w } = control;
    if (pending === "ramping" && ramping_to_w !== null)
      return t("dashboard.next_ramping", { power: format.power(ramping_to_w) });
    return pending === "waiting" && due_at
      ? t("dashboard.next", { order, time: format.relative(due_at, Math.min(now, Date.parse(due_at))) })
      : t(`dashboard.next_${pending}`, { order });
  }
  if (!isFollowed({ control })) return "";
  const runs = runsOf((plan?.slots ?? []).filter(({ end }) => Date.parse(end) > now));
  const next = runs.find(({ action, start }) => Date.parse(start) > now && action !== control.applied);
  if (!next) return "";
  const order = orderOf(next.action, next.battery_w, format);
  return t("dashboard.next", { order, time: t("dashboard.next_from", { time: format.soon(next.start, now) }) });
}

/** When the plan takes the battery to its reserve, and when it fills it, in ms; undefined where it does not. */
export function endsOf(plan: Plan | null, now: number): { full?: number; empty?: number } {
  const ends: { full?: number; empty?: number } = {};
  for (const { end, soc_before, soc_after } of plan?.slots ?? []) {
    const at = Date.parse(end);
    if (at <= now) continue;
    if (plan && soc_after <= plan.soc_min + 0.5 && soc_after < soc_before) ends.empty ??= at;
    if (plan && soc_after >= plan.soc_max - 0.5 && soc_after > soc_before) ends.full ??= at;
  }
  return ends;
}

/** Which limits of the owner lie below the battery's rating, in a sentence; empty where none does. */
export function lowLimitsOf({ limits_below_rating }: ControlStatus, format: Format): string {
  const limits = Object.entries(limits_below_rating).map(([name, limitW]) =>
    t(`control.register_${name as "charge_limit_w"}`, { number: format.power(limitW) }),
  );
  return limits.length ? t("common.limits_below_rating", { limits: limits.join(", ") }) : "";
}

/** Who decided that, as a sentence. */
export function deciderOf(control: ControlStatus, format: Format): string {
  if (control.state === "external") return t("dashboard.external");
  if (control.actor === "schedule") return t("dashboard.by_schedule", { name: sentence(control.owner, format) });
  return t(`dashboard.by_${control.actor}`);
}
