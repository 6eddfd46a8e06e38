import type { HomeAssistant } from "../ha/types";
import { ApiError, asApiError } from "./errors";

/** One of the integration's own forms, run through Home Assistant as its own dialogs run it; administrators only. */

export type FlowKind = "options" | "config" | "config_subentries";

/** What a field holds: Home Assistant's own form and the plain one both speak of fields like this. */
export interface Field {
  name: string;
  type?: string;
  required?: boolean;
  optional?: boolean;
  default?: unknown;
  description?: { suggested_value?: unknown };
  selector?: Record<string, unknown>;
  /** Of a section: its fields, and whether it is open. */
  schema?: Field[];
  expanded?: boolean;
}

export type Values = Record<string, unknown>;

interface StepOf<T extends string> {
  type: T;
  flow_id: string;
  handler: unknown;
  description_placeholders?: Record<string, string> | null;
}
export interface FormStep extends StepOf<"form"> {
  step_id: string;
  data_schema: Field[];
  errors: Record<string, string> | null;
  last_step?: boolean | null;
}
export interface MenuStep extends StepOf<"menu"> {
  step_id: string;
  menu_options: string[] | Record<string, string>;
}
/** What a menu offers. */
export const optionsOf = ({ menu_options }: MenuStep): string[] =>
  Array.isArray(menu_options) ? menu_options : Object.keys(menu_options);

export interface DoneStep extends StepOf<"create_entry"> {
  title?: string;
}
export interface AbortStep extends StepOf<"abort"> {
  reason: string;
}
export type Step = FormStep | MenuStep | DoneStep | AbortStep;

/** Which form: its handler and, to change something there is, its id. */
export interface FlowStart {
  kind: FlowKind;
  handler: string | [entryId: string, subentryType: string];
  entry_id?: string;
  subentry_id?: string;
}

const PATHS: Record<FlowKind, string> = {
  options: "config/config_entries/options/flow",
  config: "config/config_entries/flow",
  config_subentries: "config/config_entries/subentries/flow",
};

export class FlowClient {
  constructor(private readonly hass: () => HomeAssistant) {}

  start = ({ kind, ...start }: FlowStart) => this.#call<Step>("POST", PATHS[kind], { ...start });
  choose = (kind: FlowKind, id: string, next_step_id: string) => this.#post(kind, id, { next_step_id });
  submit = (kind: FlowKind, id: string, values: Values) => this.#post(kind, id, values);
  /** Forget a form that was not finished; it may be gone already. */
  abort = (kind: FlowKind, id: string) =>
    this.#call("DELETE", `${PATHS[kind]}/${id}`).then(
      () => undefined,
      () => undefined,
    );

  #post = (kind: FlowKind, id: string, data: Values) => this.#call<Step>("POST", `${PATHS[kind]}/${id}`, data);

  async #call<T>(method: "POST" | "DELETE", path: string, data?: Values): Promise<T> {
    try {
      return await this.hass().callApi<T>(method, path, data);
    } catch (reason) {
      throw refusedFields(reason) ?? asApiError(reason);
    }
  }
}

/** Home Assistant refused values of these fields before the integration saw them; why is said in English only. */
export class RefusedValues extends ApiError {
  constructor(readonly fields: readonly string[]) {
    super("invalid_data", "");
  }
}

function refusedFields(reason: unknown): RefusedValues | undefined {
  const errors = (reason as { body?: { errors?: Record<string, unknown> } } | undefined)?.body?.errors;
  return errors && new RefusedValues(Object.keys(errors));
}

/** What a form shows first: what is set, else its defaults. */
export const initialValues = (fields: readonly Field[]): Values =>
  Object.fromEntries(
    fields.flatMap((field) => {
      if (field.schema) return [[field.name, initialValues(field.schema)]];
      const value = field.description?.suggested_value ?? field.default;
      return value == null ? [] : [[field.name, value]];
    }),
  );

/** What is sent: an empty field is left out, so that an optional one is empty and a required one refused. */
export const filledIn = (fields: readonly Field[], values: Values): Values =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.name];
      if (field.schema) return [[field.name, filledIn(field.schema, (value as Values | undefined) ?? {})]];
      return value === undefined || value === null || value === "" ? [] : [[field.name, value]];
    }),
  );

/** The required fields that are empty still. */
export const missing = (fields: readonly Field[], values: Values): string[] =>
  fields.flatMap((field) => {
    const value = values[field.name];
    if (field.schema) return missing(field.schema, (value as Values | undefined) ?? {});
    return field.required && (value === undefined || value === null || value === "") ? [field.name] : [];
  });
