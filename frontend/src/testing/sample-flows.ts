import type { Field, Step } from "../api/flow";
import { plant } from "./sample";

/** The integration's own forms, as Home Assistant's REST API sends them, for the gallery and the tests. */

const number = (name: string, value: number, config: object): Field => ({
  name,
  required: true,
  default: value,
  selector: { number: { mode: "box", ...config } },
});
const boolean = (name: string, value: boolean): Field => ({
  name,
  required: true,
  description: { suggested_value: value },
  selector: { boolean: {} },
});
const section = (name: string, expanded: boolean, schema: Field[]): Field => ({
  name,
  type: "expandable",
  required: true,
  expanded,
  schema,
});

const SETTINGS: Field[] = [
  section("polling", true, [
    number("poll_interval_s", 10, { min: 5, max: 60, step: 1, unit_of_measurement: "s" }),
    number("stale_after_s", 60, { min: 15, max: 600, step: 1, unit_of_measurement: "s" }),
  ]),
  section("control", false, [boolean("hand_back_on_stop", true), boolean("optimiser_above_schedules", false)]),
  section("safety", false, [
    number("min_soc", 5, { min: 0, max: 50, step: 0.5, unit_of_measurement: "%" }),
    number("max_soc", 98, { min: 50, max: 100, step: 0.5, unit_of_measurement: "%" }),
  ]),
];
const AMBER: Field[] = [
  { name: "token", optional: true, selector: { text: { type: "password" } } },
  section("advanced", false, [
    { name: "base_url", required: true, default: "https://api.amber.com.au/v1", selector: { text: {} } },
  ]),
];
const CONNECTION: Field[] = [
  { name: "host", required: true, description: { suggested_value: "192.168.1.20" }, selector: { text: {} } },
  number("port", 502, { min: 1, max: 65_535, step: 1 }),
];
const ARRAY: Field[] = [
  { name: "name", required: true, selector: { text: {} } },
  { name: "peak_kw", required: true, selector: { number: { step: "any", unit_of_measurement: "kW" } } },
];

const FORMS: Record<string, Field[]> = { settings: SETTINGS, amber: AMBER, reconfigure: CONNECTION, user: ARRAY };
const MENUS: Record<string, string[]> = {
  init: ["settings", "prices", "solar"],
  prices: ["amber", "entities", "tariff", "no_prices"],
  solar: ["open_meteo", "energy", "no_forecast"],
};

export const flowStep = (step_id: string, flow_id = "flow", errors: Record<string, string> | null = null): Step => {
  const step = { flow_id, step_id, handler: plant.entry_id, description_placeholders: null };
  const options = MENUS[step_id];
  if (options) return { type: "menu", ...step, menu_options: options };
  return { type: "form", ...step, data_schema: FORMS[step_id] ?? [], errors };
};

/** Answers the three kinds of forms: a host without a dot cannot be reached, an amber token "wrong" is refused. */
export function sampleApi(method: string, path: string, data: Record<string, unknown>): unknown {
  const kind = path.split("/")[2] ?? "";
  if (method === "DELETE") return { message: "Flow aborted" };
  if ("handler" in data) {
    if (kind === "options") return flowStep("init");
    return flowStep(kind === "subentries" ? "user" : "reconfigure");
  }
  if (typeof data.next_step_id === "string") return flowStep(data.next_step_id);
  if (data.token === "wrong") return flowStep("amber", "flow", { token: "invalid_token" });
  if (typeof data.host === "string" && !data.host.includes(".")) {
    return flowStep("reconfigure", "flow", { base: "cannot_connect" });
  }
  const done = { flow_id: "flow", handler: plant.entry_id };
  if (kind === "flow") return { type: "abort", reason: "reconfigure_successful", ...done };
  return { type: "create_entry", ...done };
}
