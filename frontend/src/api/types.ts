import type { Message } from "../message";

/**
 * What Home Assistant and the panel say to each other, word for word.
 *
 * Powers in W (battery > 0 charging, grid > 0 import), energies in kWh, prices in currency/kWh with tax (feed-in > 0: you are
 * paid), SoC in percent, times in ISO 8601 with offset. `null`: not known. What people are told is a `Message`.
 */

export type Action = "charge" | "discharge" | "hold" | "self_consume" | "release";
export type ChargerAction = "charger_start" | "charger_stop" | "charger_limit";
export type Mode = "auto" | "manual" | "learning";
export type Strategy = "plan" | "rules";
export type Engine = "planner" | "price" | "solar" | "usage" | "fallback";
export type Actor = "manual" | "schedule" | "optimiser" | "safety" | "system";
export type ControlState =
  | "released"
  | "self_consuming"
  | "charging"
  | "discharging"
  | "holding"
  | "ramping"
  | "waiting"
  | "refused"
  /** A command is on its way to the plant. */
  | "writing"
  /** The emergency stop is active, and the battery was not seen to rest yet. */
  | "stopping"
  | "stopped"
  /** Somebody else controls the plant. */
  | "external";
export type GridStatus = "on_grid" | "off_grid_auto" | "off_grid_manual";
export type AlarmGroup = "pcs" | "ess" | "gateway" | "dc_charger" | "plant";
export type Degradation = "stale_prices" | "no_pv_forecast" | "no_load_profile" | "no_prices" | "no_telemetry";
export type OptimiserStatus = "ready" | "waiting" | "degraded" | "failed";
export type OverrideKind = "force_charge" | "force_hold" | "force_export";

/** sigenstor_panel/plants → { plants: Plant[] }: every set-up plant; the panel and the cards find theirs with it. */
export interface Plant {
  entry_id: string;
  title: string;
  loaded: boolean;
  currency: string;
  time_zone: string;
  /** Whether the user may control it. */
  may_control: boolean;
  /** Entity ids by the key of the entity's description ("state_of_charge", "control_mode", …); only enabled ones. */
  entities: Record<string, string>;
}

/** Every other command takes an optional entry_id, and without one means the only plant. */
export interface OfPlant {
  entry_id?: string;
}

export interface Override {
  kind: OverrideKind;
  power_w: number;
  target_soc: number | null;
  started_at: string;
  expires_at: string | null;
}

export interface SafetyLimits {
  min_soc: number;
  max_soc: number;
  min_temperature_c: number;
  max_temperature_c: number;
  step_w: number;
  cooldown_s: number;
  max_age_s: number;
  /** What the home's connection carries; null where only the plant's own import limit counts. */
  main_fuse_w: number | null;
}

export interface ControlSettings {
  mode: Mode;
  optimiser_above_schedules: boolean;
  override_power_w: number;
  charge_target_soc: number;
  export_floor_soc: number;
  hand_back_on_stop: boolean;
  acknowledge_after_s: number;
  limits: SafetyLimits;
}

export type CheckStep = "read" | "hold" | "charge" | "discharge" | "pv_limit";

export interface Check {
  at: string;
  firmware: string;
  /** Whether each was obeyed; null: it was not tried. */
  findings: { step: CheckStep; obeyed: boolean | null; said: Message }[];
}

export interface ControlStatus {
  state: ControlState;
  owner: Message;
  actor: Actor;
  wanted: Action;
  applied: Action;
  power_w: number;
  ramping_to_w: number | null;
  reason: Message;
  wish: Message;
  expires_at: string | null;
  emergency_stop: boolean;
  override: Override | null;
  schedules: Schedule[];
  export_limit_w: number | null;
  settings: ControlSettings;
  alert: Message | null;
  /** The battery limits of the owner that lie below the rating, in W. */
  limits_below_rating: Partial<Record<"charge_limit_w" | "discharge_limit_w", number>>;
  limits_in_doubt: boolean;
  pv_limit_w: number | null;
  /** Whether the plant was seen to obey a limit on PV; null where nobody tried. */
  pv_limit_obeyed: boolean | null;
  /** The step of the control check that runs. */
  checking: CheckStep | null;
  /** What that has found so far, else what the last one found. */
  check: Check | null;
  /** Of what is wanted, never negative. */
  wanted_power_w: number;
  /** When what waits may be written. */
  due_at: string | null;
  /** Who pressed the emergency stop that is active, null for an automation, and when; null where nobody saw it. */
  stopped: { by: string | null; at: string } | null;
}

export interface Telemetry {
  read_at: string;
  /** "stale": the last reading no longer counts. */
  source: "modbus" | "cloud" | "stale";
  soc: number | null;
  stored_kwh: number | null;
  capacity_kwh: number | null;
  state_of_health: number | null;
  temperature_c: number | null;
  hours_to_full: number | null;
  hours_to_empty: number | null;
  pv_w: number | null;
  battery_w: number | null;
  house_w: number | null;
  /** What vehicles take, < 0 while they give; null where no charger says it. */
  vehicle_w: number | null;
  grid_w: number | null;
  grid_status: GridStatus | null;
  /** null while it is on the grid, and where nobody saw it leave. */
  off_grid_since: string | null;
  /** How long the battery alone supplies the house at its present power. */
  hours_at_load: number | null;
  /** The plant's own mode; "vpp": a virtual power plant runs it. */
  ems_mode: string | null;
  alarms: { group: AlarmGroup; name: Message }[] | null;
  rated_charge_w: number | null;
  rated_discharge_w: number | null;
}

export interface PriceNow {
  buy: number;
  sell: number | null;
  estimate: boolean;
  level: string | null;
  spike: string | null;
  start: string;
  end: string;
}

export interface Today {
  pv_kwh: number | null;
  house_kwh: number | null;
  import_kwh: number | null;
  export_kwh: number | null;
  charge_kwh: number | null;
  discharge_kwh: number | null;
  /** Money since local midnight; costs > 0. */
  cost: number | null;
  /** What `saved_vs_no_battery` is made of: no_battery_cost - cost + stored_value - wear. */
  parts: {
    /** Up to when it is counted. */
    until: string;
    no_battery_cost: number;
    /** More, or less, in the battery than at midnight, and what that is worth in the hours to come. */
    stored_kwh: number | null;
    stored_value: number;
    wear: number;
  } | null;
  expected_cost: number | null;
  saved_vs_no_battery: number | null;
  saved_vs_self_consumption: number | null;
  saved_total_vs_no_battery: number | null;
  saved_total_vs_self_consumption: number | null;
  /** Percent of what a battery could have saved at best, of the last day that was scored. */
  share_of_possible_saving: number | null;
}

export interface Opinion {
  engine: Engine;
  action: Action;
  target_power_w: number;
  reason: Message;
  confidence: number;
  weight: number;
}

export interface Decision {
  id: number;
  made_at: string;
  mode: Mode;
  strategy: Strategy;
  action: Action;
  target_power_w: number;
  export_limit_w: number | null;
  reason: Message;
  confidence: number;
  engine: Engine;
  trigger: string;
  soc: number | null;
  buy: number | null;
  sell: number | null;
  marginal_per_kwh: number | null;
  degradations: Degradation[];
  opinions: Opinion[];
}

export interface Prices {
  now: PriceNow | null;
  stale: boolean;
  source: string;
  problem: Message | null;
}

export interface Optimiser {
  status: OptimiserStatus;
  problem: Message | null;
  strategy: Strategy;
  decision: Decision | null;
  next_run_at: string | null;
  learning_until: string | null;
}

/**
 * sigenstor_panel/live/subscribe: events { live: Live | null }, null while the plant is not loaded.
 */
export interface Live {
  at: string;
  telemetry: Telemetry | null;
  control: ControlStatus | null;
  prices: Prices | null;
  optimiser: Optimiser | null;
  today: Today;
}

export interface PlanSlot {
  start: string;
  end: string;
  buy: number;
  sell: number;
  pv_w: number;
  house_w: number;
  battery_w: number;
  grid_w: number;
  curtailed_w: number;
  soc_before: number;
  soc_after: number;
  action: Action;
  cost: number;
  export_limit_w: number | null;
  marginal_per_kwh: number;
  extrapolated: boolean;
  reason: Message;
}

export interface Plan {
  made_at: string;
  strategy: Strategy;
  soc: number;
  soc_min: number;
  soc_max: number;
  slots: PlanSlot[];
  /** Of all slots: what is paid for import less what export earns. */
  cost: number;
  /** The cost with wear, less the worth of what is left in the battery: plans compare by this. */
  objective: number;
  no_battery_cost: number;
  no_battery_objective: number;
  self_consumption_cost: number;
  self_consumption_objective: number;
  degradations: Degradation[];
}

/** sigenstor_panel/plan/subscribe: events { plan: Plan | null }, null while there is nothing to plan with. */

/**
 * sigenstor_panel/plan/what_if → { current: Plan, changed: Plan }, both made of what is known at this moment; changes nothing.
 * What is left out stays as it is. With the strategy "rules", a plan is what the rules would do, slot by slot.
 */
export interface WhatIf extends OfPlant {
  reserve_soc?: number;
  strategy?: Strategy;
  charge_limit_w?: number;
  discharge_limit_w?: number;
  import_limit_w?: number;
  export_limit_w?: number;
  wear_per_kwh?: number;
}

/** What the action set_optimiser_settings takes over, for good (administrators); what is left out stays as it is. */
export type OptimiserSettings = Pick<WhatIf, "reserve_soc" | "strategy" | "wear_per_kwh">;

/**
 * sigenstor_panel/schedules/list → { schedules: Schedule[] }. The action set_schedule takes these fields but created_at: with an
 * id a schedule is changed, by the fields that are given; without one it is created. delete_schedule takes the id
 * (administrators; who may control may send an id with enabled). Times of day are sent as HH:MM:SS, days as "mon" to "sun".
 */
export interface Schedule {
  id: string;
  name: string;
  enabled: boolean;
  action: "charge" | "discharge" | "hold" | "self_consume";
  days: string[];
  start: string;
  end: string;
  power_w: number;
  target_soc: number | null;
  priority: number;
  created_at: string;
  /** The only day that it starts on, "2026-01-15"; null: every week. `days` is then that day of the week. */
  only_on: string | null;
}

export interface Range extends OfPlant {
  start?: string;
  end?: string;
}

/** sigenstor_panel/decisions/query → { total, rows: Decision[] }, latest first. */
export interface DecisionQuery extends Range {
  limit?: number;
  offset?: number;
  action?: Action;
  engine?: Engine;
}

export type AuditOutcome = "started" | "confirmed" | "refused" | "failed" | "reverted" | "interrupted";

export type RegisterValues = Record<string, number | string | boolean | null>;

export interface AuditRow {
  id: number;
  time: string;
  actor: Actor;
  owner: Message;
  action: Action | ChargerAction;
  reason: Message;
  power_w: number | null;
  /** Registers by name: what they held, what was to be written, and what they held afterwards. */
  previous: RegisterValues;
  wanted: RegisterValues;
  read_back: RegisterValues | null;
  outcome: AuditOutcome;
  detail: Message | null;
}

/** sigenstor_panel/audit/query → { total, rows: AuditRow[] }, oldest first unless newest_first. */
export interface AuditQuery extends Range {
  limit?: number;
  offset?: number;
  actor?: Actor;
  outcome?: AuditOutcome;
  newest_first?: boolean;
}

export type HistoryPeriod = "5minute" | "hour" | "day" | "month";

/** sigenstor_panel/history/query: at most 7 days by 5 minutes, 62 by hours, 732 by days, 7320 by months. */
export interface HistoryQuery extends OfPlant {
  start: string;
  end: string;
  period: HistoryPeriod;
}

export interface HistoryRow {
  start: string;
  end: string;
  pv_kwh: number | null;
  house_kwh: number | null;
  import_kwh: number | null;
  export_kwh: number | null;
  charge_kwh: number | null;
  discharge_kwh: number | null;
  soc: number | null;
  buy: number | null;
  sell: number | null;
  pv_forecast_kwh: number | null;
  house_forecast_kwh: number | null;
  cost: number | null;
  /** What vehicles took; the house's has it not in it. */
  vehicle_kwh: number | null;
  vehicle_given_kwh: number | null;
}

export interface History {
  /** Whole periods of the home's time that hold something. */
  rows: HistoryRow[];
  accuracy: { pv: Accuracy | null; house: Accuracy | null };
  /** Percent of the usage, vehicles included, that was own solar; null where nothing is known. */
  self_powered_percent: number | null;
  /** Latest first, as far back as the recorder keeps states. */
  outages: Outage[];
}

/** A time off the grid; without an end it is not over. */
export interface Outage {
  start: string;
  end: string | null;
  by_hand: boolean;
}

export interface Accuracy {
  mean_absolute_error_w: number;
  /** > 0: too much was forecast. */
  bias_w: number;
  hours: number;
}

/** sigenstor_panel/scores/query (Range) */
export interface Scores {
  /** Oldest first. */
  rows: DayScore[];
  /** What the contract costs each day, used or not; null where nobody entered it. */
  supply_per_day: number | null;
}

export interface DayScore {
  day: string;
  mode: Mode;
  /** What was really paid for energy, as it was metered. */
  paid: number;
  /**
   * What the day really cost and would have cost each way, settled on what came true: with wear, less what more was left in
   * the battery.
   */
  actual: number;
  no_battery: number;
  self_consumption: number;
  rules: number | null;
  plan: number | null;
  perfect_foresight: number;
  /** Percent of the possible saving that was captured; null when there was none to be had. */
  share_vs_no_battery: number | null;
  share_vs_self_consumption: number | null;
}

/**
 * GET /api/sigenstor_panel/{kind}.csv?entry_id&start&end: streamed; signed with auth/sign_path. audit: administrators.
 * history also takes a period, "hour" unless it is told otherwise.
 */
export type CsvKind = "audit" | "decisions" | "history" | "scores";

export interface CsvRange extends Omit<Range, "entry_id"> {
  period?: HistoryPeriod;
}

/** What the action `set_up_energy_dashboard` did. */
export interface EnergySetUp {
  /** The sensors that are in the Energy dashboard now and were not before. */
  added: string[];
  /** Kinds of sources that the owner has from elsewhere. */
  kept: ("battery" | "grid" | "solar")[];
}
