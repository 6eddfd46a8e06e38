import type { HomeAssistant } from "../ha/types";
import { asApiError } from "./errors";
import { Feed } from "./feed";
import type {
  AuditQuery,
  AuditRow,
  CsvKind,
  CsvRange,
  Decision,
  DecisionQuery,
  EnergySetUp,
  History,
  HistoryQuery,
  Live,
  Mode,
  OptimiserSettings,
  OverrideKind,
  Plan,
  Plant,
  Range,
  Schedule,
  Scores,
  WhatIf,
} from "./types";

const DOMAIN = "sigenstor_panel";

/** Powers in W, duration in minutes, target in percent; what is left out, the plant's own settings decide. */
export interface OverrideRequest {
  power_w?: number;
  target_soc?: number;
  minutes?: number;
}

/** Everything the panel and the cards ask of Home Assistant about one plant; failures are `ApiError`s. */
export class Service {
  readonly live: Feed<Live | null>;
  readonly plan: Feed<Plan | null>;

  constructor(
    private readonly hass: () => HomeAssistant,
    public plant: Plant,
  ) {
    const { connection } = hass();
    this.live = new Feed(connection, this.#message("live/subscribe"), (event: { live: Live | null }) => event.live);
    this.plan = new Feed(connection, this.#message("plan/subscribe"), (event: { plan: Plan | null }) => event.plan);
  }

  whatIf = (change: Omit<WhatIf, "entry_id">) => this.#ask<{ current: Plan; changed: Plan }>("plan/what_if", change);
  applyPlan = (change: OptimiserSettings) => this.#act("set_optimiser_settings", { ...change });

  schedules = async () => (await this.#ask<{ schedules: Schedule[] }>("schedules/list")).schedules;
  /**
   * Create a schedule, or change the one with this id; when it was created is not for anybody to say.
   * A schedule for one day has no other days: the panel keeps those for when it becomes a weekly one again.
   */
  setSchedule = ({ created_at: _, days, ...schedule }: Partial<Schedule>) =>
    this.#act("set_schedule", schedule.only_on || !days ? schedule : { ...schedule, days });
  deleteSchedule = (id: string) => this.#act("delete_schedule", { id });

  decisions = (query: Omit<DecisionQuery, "entry_id">) =>
    this.#ask<{ total: number; rows: Decision[] }>("decisions/query", query);
  audit = (query: Omit<AuditQuery, "entry_id">) => this.#ask<{ total: number; rows: AuditRow[] }>("audit/query", query);
  history = (query: Omit<HistoryQuery, "entry_id">) => this.#ask<History>("history/query", query);
  scores = (range: Omit<Range, "entry_id">) => this.#ask<Scores>("scores/query", range);

  /** An address the browser can download from, valid for a short while. */
  async csvUrl(kind: CsvKind, range: CsvRange): Promise<string> {
    const query = new URLSearchParams({ entry_id: this.plant.entry_id, ...range });
    const path = `/api/${DOMAIN}/${kind}.csv?${query}`;
    return (await this.#call<{ path: string }>({ type: "auth/sign_path", path })).path;
  }

  override = (kind: OverrideKind, { minutes, ...request }: OverrideRequest) =>
    this.#act(kind, { ...request, ...(minutes ? { duration: { minutes } } : {}) });
  clearOverride = () => this.#act("clear_override");
  checkControl = () => this.#act("check_control");
  /** Add the plant's sensors to the Energy dashboard, and return what was added. */
  async setUpEnergyDashboard(): Promise<EnergySetUp> {
    const data = { config_entry_id: this.plant.entry_id };
    const called = this.hass().callService(DOMAIN, "set_up_energy_dashboard", data, undefined, false, true);
    return ((await this.#guard(called)) as { response: EnergySetUp }).response;
  }
  clearEmergencyStop = () => this.#act("clear_emergency_stop");

  /** Choose the mode through its select entity, so that Home Assistant checks who may. */
  async setMode(mode: Mode): Promise<void> {
    const entity_id = this.plant.entities.control_mode;
    if (!entity_id) throw asApiError({ code: "not_found", message: "" });
    await this.#guard(this.hass().callService("select", "select_option", { option: mode }, { entity_id }, false));
  }

  #act(action: string, data: Record<string, unknown> = {}) {
    const full = { ...data, config_entry_id: this.plant.entry_id };
    return this.#guard(this.hass().callService(DOMAIN, action, full, undefined, false));
  }

  #message = (command: string, data: object = {}) => ({
    type: `${DOMAIN}/${command}`,
    entry_id: this.plant.entry_id,
    ...data,
  });
  #ask = <T>(command: string, data: object = {}) => this.#call<T>(this.#message(command, data));
  #call = <T>(message: { type: string } & Record<string, unknown>) => this.#guard(this.hass().callWS<T>(message));

  async #guard<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (reason) {
      throw asApiError(reason);
    }
  }
}

/** Stop the battery of a plant, loaded or not; without an id, of the only one. */
export async function emergencyStop(hass: HomeAssistant, entryId: string | undefined): Promise<void> {
  try {
    await hass.callService(DOMAIN, "emergency_stop", entryId ? { config_entry_id: entryId } : {}, undefined, false);
  } catch (reason) {
    throw asApiError(reason);
  }
}

/** All plants that are set up. */
export async function loadPlants(hass: HomeAssistant): Promise<Plant[]> {
  try {
    return (await hass.callWS<{ plants: Plant[] }>({ type: `${DOMAIN}/plants` })).plants;
  } catch (reason) {
    throw asApiError(reason);
  }
}

const services = new WeakMap<object, Map<string, Service>>();

/** The service of a plant: one for each connection, so that every card and the panel share its subscriptions. */
export function serviceOf(hass: HomeAssistant, plant: Plant): Service {
  const known = services.get(hass.connection) ?? new Map<string, Service>();
  services.set(hass.connection, known);
  const service = known.get(plant.entry_id) ?? new Service(() => hass, plant);
  service.plant = plant;
  known.set(plant.entry_id, service);
  return service;
}
