import en from "../../../custom_components/sigenstor_panel/translations/en.json";
import type { Connection, EntityState, HomeAssistant, Locale, Localize } from "../ha/types";
import * as sample from "./sample";
import { sampleApi } from "./sample-flows";

/** A Home Assistant for the gallery and the tests: it answers like the integration, and can be told to fail. */

type Answer = (message: Record<string, unknown>) => unknown;

export interface Subscription {
  message: Record<string, unknown>;
  send: (event: unknown) => void;
}

export class FakeConnection implements Connection {
  connected = true;
  subscriptions = new Set<Subscription>();
  /** What the next subscriptions are refused with. */
  refuse: { code: string; message: string } | undefined;
  readonly #listeners = { ready: new Set<() => void>(), disconnected: new Set<() => void>() };

  constructor(private readonly onSubscribe: (subscription: Subscription) => void = () => undefined) {}

  async subscribeMessage<T>(callback: (event: T) => void, message: object) {
    if (this.refuse) throw this.refuse;
    const subscription = { message: message as Record<string, unknown>, send: callback as (event: unknown) => void };
    this.subscriptions.add(subscription);
    this.onSubscribe(subscription);
    return async () => {
      this.subscriptions.delete(subscription);
    };
  }

  addEventListener(type: "ready" | "disconnected", listener: () => void) {
    this.#listeners[type].add(listener);
  }

  removeEventListener(type: "ready" | "disconnected", listener: () => void) {
    this.#listeners[type].delete(listener);
  }

  get listeners() {
    return this.#listeners.ready.size + this.#listeners.disconnected.size;
  }

  drop() {
    this.connected = false;
    this.subscriptions.clear();
    for (const listener of this.#listeners.disconnected) listener();
  }

  restore() {
    this.connected = true;
    for (const listener of this.#listeners.ready) listener();
  }
}

/** The text with this key, with its {values} filled in; plurals are not needed here. */
export const localize: Localize = (key, values = {}) => {
  const [, , ...path] = key.split(".");
  let text: unknown = en;
  for (const name of path) text = (text as Record<string, unknown> | undefined)?.[name];
  if (typeof text !== "string") return path[0] === "config_panel" ? `⟨${key}⟩` : "";
  return text.replace(/\{(\w+)\}/g, (_, value) => String(values[value] ?? ""));
};

export const locale: Locale = {
  language: "en-AU",
  number_format: "language",
  time_format: "24",
  date_format: "language",
  time_zone: "server",
  first_weekday: "monday",
};

export function answers(at: () => number): Record<string, Answer> {
  return {
    "sigenstor_panel/plants": () => ({ plants: [sample.plant] }),
    "sigenstor_panel/plan/what_if": (message) => {
      const current = sample.samplePlan(at());
      const reserve = Number(message.reserve_soc ?? current.soc_min);
      const slots = current.slots.map((slot) => ({
        ...slot,
        soc_after: Math.max(slot.soc_after, reserve),
        soc_before: Math.max(slot.soc_before, reserve),
      }));
      return {
        current,
        changed: { ...current, slots, cost: current.cost + 0.31, objective: current.objective + 0.2, soc_min: reserve },
      };
    },
    "sigenstor_panel/schedules/list": () => ({ schedules: sample.sampleSchedules }),
    "sigenstor_panel/decisions/query": ({ limit = 50, offset = 0 }) => {
      const rows = sample.sampleDecisions(at());
      return { total: rows.length, rows: rows.slice(Number(offset), Number(offset) + Number(limit)) };
    },
    "sigenstor_panel/audit/query": ({ limit = 50, offset = 0 }) => {
      const rows = sample.sampleAudit(at());
      return { total: rows.length, rows: rows.slice(Number(offset), Number(offset) + Number(limit)) };
    },
    "sigenstor_panel/history/query": (message) => ({
      rows: sample.sampleHistory(message as never),
      accuracy: {
        pv: { mean_absolute_error_w: 310, bias_w: -40, hours: 168 },
        house: { mean_absolute_error_w: 180, bias_w: 25, hours: 168 },
      },
      outages: [],
      self_powered_percent: 87,
    }),
    "sigenstor_panel/scores/query": ({ start, end }) => ({
      rows: sample.sampleScores(at(), start as string, end as string),
      supply_per_day: 1.1,
    }),
    "config_entries/subentries/list": () => [
      { subentry_id: "north", subentry_type: "pv_array", title: "North roof" },
      { subentry_id: "shed", subentry_type: "pv_array", title: "Shed" },
    ],
    "config_entries/subentries/delete": () => null,
    "auth/sign_path": ({ path }) => ({ path: `${path}&authSig=sample` }),
  };
}

export interface FakeOptions {
  answers?: Record<string, Answer>;
  connection?: FakeConnection;
  /** What REST answers; undefined is "not found". */
  api?: (method: string, path: string, data: Record<string, unknown>) => unknown;
  isAdmin?: boolean;
  states?: Record<string, EntityState>;
  darkMode?: boolean;
  timeZone?: string;
  locale?: Partial<Locale>;
}

export interface FakeHass extends HomeAssistant {
  connection: FakeConnection;
  /** Every action that was called: name and data. */
  called: { action: string; data: Record<string, unknown>; entity_id?: string | undefined }[];
}

export function fakeHass(options: FakeOptions = {}): FakeHass {
  const table = options.answers ?? answers(Date.now);
  const called: FakeHass["called"] = [];
  return {
    connection: options.connection ?? new FakeConnection(),
    connected: true,
    language: "en",
    locale: { ...locale, ...options.locale },
    config: { time_zone: options.timeZone ?? sample.plant.time_zone, currency: "AUD" },
    user: { is_admin: options.isAdmin ?? true, name: "Sam" },
    themes: { darkMode: options.darkMode ?? false },
    states: options.states ?? sample.sampleStates,
    localize,
    loadBackendTranslation: async () => localize,
    callWS: async <T>(message: { type: string } & Record<string, unknown>) => {
      const answer = table[message.type];
      if (!answer) throw { code: "unknown_command", message: "Unknown command." };
      return answer(message) as T;
    },
    callApi: async <T>(method: string, path: string, data: Record<string, unknown> = {}) => {
      const answer = (options.api ?? sampleApi)(method, path, data);
      if (answer === undefined) throw { status_code: 404, body: { message: "Not found." } };
      return answer as T;
    },
    callService: async (domain, service, data = {}, target = {}) => {
      const action = `${domain}.${service}`;
      called.push({ action, data, entity_id: target.entity_id });
      return table[action]?.(data);
    },
    called,
  };
}
