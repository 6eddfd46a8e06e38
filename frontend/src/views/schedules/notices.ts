import type { ControlStatus } from "../../api/types";
import { t, word } from "../../i18n";
import type { App } from "../../view";

/** Why schedules cannot be changed, or are not followed now, in sentences. */
export function noticesOf(control: ControlStatus, app: App, stale: boolean): string[] {
  const { override, emergency_stop, settings } = control;
  return [
    app.isAdmin ? "" : t("schedules.only_admin"),
    stale ? t("schedules.stale") : "",
    emergency_stop ? t("schedules.waits_stop") : "",
    override && !emergency_stop ? t("schedules.waits_override", { override: word("override", override.kind) }) : "",
    settings.optimiser_above_schedules && settings.mode === "auto" ? t("schedules.below_optimiser") : "",
  ].filter(Boolean);
}
