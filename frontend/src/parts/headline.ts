import { mdiAlertOctagon, mdiArrowDownBold, mdiArrowUpBold, mdiPause, mdiPowerSleep } from "@mdi/js";
import type { ControlState, ControlStatus, Telemetry } from "../api/types";
import type { Format } from "../format";
import { type TextKey, t } from "../i18n";
import { COLOUR } from "../theme";
import { flowsOf, IDLE_W } from "./flows";

export interface Headline {
  text: string;
  icon: string;
  colour: string;
}

/** Most of a power, so that a few watts of another source do not make a sentence longer. */
const MOST = 0.8;

/** What the battery really does, in a few words: what is measured, not what was ordered. */
export function headlineOf(telemetry: Telemetry | null, control: ControlStatus | null, format: Format): Headline {
  if (control?.emergency_stop)
    return { text: t(`dashboard.now_${stopOf(control)}`), icon: mdiAlertOctagon, colour: "var(--sigenstor-danger)" };
  const battery = telemetry?.source === "stale" ? null : (telemetry?.battery_w ?? null);
  if (!telemetry || battery === null)
    return { text: t("dashboard.now_unknown"), icon: mdiPowerSleep, colour: COLOUR.line };
  const { sunToBattery, gridToBattery, batteryToGrid } = flowsOf(telemetry);
  const words = (key: TextKey) => t(key, { power: format.power(Math.abs(battery)) });
  if (battery > IDLE_W) {
    const source = sunToBattery > battery * MOST ? "sun" : gridToBattery > battery * MOST ? "grid" : "both";
    return { text: words(`dashboard.now_charging_${source}`), icon: mdiArrowUpBold, colour: COLOUR.charge };
  }
  if (battery < -IDLE_W) {
    const exporting = batteryToGrid > -battery / 2;
    return {
      text: words(exporting ? "dashboard.now_exporting" : "dashboard.now_discharging"),
      icon: mdiArrowDownBold,
      colour: exporting ? COLOUR.export : COLOUR.battery,
    };
  }
  const holding = control?.applied === "hold";
  return {
    text: t(holding ? "dashboard.now_holding" : "dashboard.now_resting"),
    icon: holding ? mdiPause : mdiPowerSleep,
    colour: COLOUR.hold,
  };
}

/** How far an emergency stop is; off the grid the battery supplies the house all the same. */
export const stopOf = ({ state }: ControlStatus): "stopped" | "stopping" | "supplying" =>
  state === "released" ? "supplying" : state === "stopping" ? state : "stopped";

const PENDING: readonly ControlState[] = ["waiting", "refused", "writing", "ramping"];

/** What keeps from being true what was asked for; undefined where it is done, or nothing of ours counts. */
export function pendingOf(control: ControlStatus): "waiting" | "refused" | "writing" | "ramping" | "other" | undefined {
  const { state, wanted, applied, reason, wish } = control;
  if (control.emergency_stop || state === "external") return undefined;
  if (PENDING.includes(state)) return state as "waiting";
  return wanted !== applied && reason === wish ? "other" : undefined;
}

/** Who decided that, as a sentence. */
export function deciderOf(control: ControlStatus): string {
  if (control.state === "external") return t("dashboard.external");
  if (control.actor === "schedule") return t("dashboard.by_schedule", { name: control.owner });
  return t(`dashboard.by_${control.actor}`);
}
