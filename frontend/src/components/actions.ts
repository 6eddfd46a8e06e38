import { mdiArrowDownBold, mdiArrowUpBold, mdiHomeLightningBolt, mdiPause, mdiPowerSleep } from "@mdi/js";
import { html, type TemplateResult } from "lit";
import type { Action, OverrideKind } from "../api/types";
import { word } from "../i18n";
import { icon } from "../icon";
import { ACTION_COLOUR } from "../theme";

/** What an action looks like besides its colour, everywhere. */
export const ACTION_ICON: Record<Action, string> = {
  charge: mdiArrowUpBold,
  discharge: mdiArrowDownBold,
  hold: mdiPause,
  self_consume: mdiHomeLightningBolt,
  release: mdiPowerSleep,
};

/** What an override makes the battery do. */
export const FORCED = {
  force_charge: "charge",
  force_hold: "hold",
  force_export: "discharge",
} as const satisfies Record<OverrideKind, Action>;

/** An action's sign in its colour, with its name. */
export const actionName = (action: Action): TemplateResult =>
  html`<span style="display:inline-flex;align-items:center;gap:6px;--icon-size:20px"
    ><span style="display:inline-flex;color:${ACTION_COLOUR[action]}">${icon(ACTION_ICON[action])}</span>${word("action", action)}</span
  >`;
