import { mdiAlertOctagon, mdiArrowDownBold, mdiArrowUpBold, mdiPause, mdiPowerSleep } from "@mdi/js";
import type { ControlStatus, Telemetry } from "../api/types";
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
    return { text: t("dashboard.now_stopped"), icon: mdiAlertOctagon, colour: "var(--sigenstor-danger)" };
  const battery = telemetry?.battery_w ?? null;
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

/** Who decided that, as a sentence. */
export function deciderOf(control: ControlStatus): string {
  if (control.actor === "schedule") return t("dashboard.by_schedule", { name: control.owner });
  return t(`dashboard.by_${control.actor}`);
}
