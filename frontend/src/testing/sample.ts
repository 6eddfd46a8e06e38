import type {
  Action,
  AuditRow,
  DayScore,
  Decision,
  HistoryQuery,
  HistoryRow,
  Live,
  Plan,
  PlanSlot,
  Plant,
  Schedule,
} from "../api/types";
import type { EntityState } from "../ha/types";
import type { Message } from "../message";

/** A made-up day of a home with a 24 kWh battery, for the gallery and the tests: the same for the same `at`. */

const HOUR_MS = 3_600_000;
const SLOT_MS = HOUR_MS / 2;
const CAPACITY_KWH = 24;
const iso = (at: number) => new Date(at).toISOString();
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

/** A message of this text, with these to explain it. */
export const told = (text: string, ...details: string[]): Message => ({
  key: "word.text",
  values: { text },
  details: details.map((detail) => told(detail)),
});

/** What Home Assistant sends where the integration refused a value: its English, and what it tells. */
export const refused = (field: string, allowed: string) => ({
  code: "invalid_input",
  message: `${field} must be ${allowed}`,
  translation_domain: "sigenstor_panel",
  translation_key: "invalid_input",
  translation_placeholders: {
    message: `${field} must be ${allowed}`,
    field,
    told: JSON.stringify({ key: "invalid.must_be", values: { field, allowed: told(allowed), value: "0" } }),
  },
});

const CHARGING = told("Charging at 5.0 kW: 6 c now, 58 c at 18:30", "A stored kWh is worth 28 c");

export const plant: Plant = {
  entry_id: "sample",
  title: "SigenStor",
  loaded: true,
  currency: "AUD",
  time_zone: "Australia/Sydney",
  may_control: true,
  entities: {
    control: "event.sigenstor_control",
    control_mode: "select.sigenstor_mode",
    optimiser_strategy: "select.sigenstor_strategy",
    price_weight: "number.sigenstor_price_weight",
    state_of_charge: "sensor.sigenstor_state_of_charge",
    override_power: "number.sigenstor_override_power",
    charge_target_soc: "number.sigenstor_charge_target_soc",
    export_floor_soc: "number.sigenstor_export_floor_soc",
  },
};

const number = (key: string, state: string, attributes: object) => ({
  entity_id: `number.sigenstor_${key}`,
  state,
  attributes: { ...attributes },
});
const PERCENT = { min: 0, max: 100, step: 1, unit_of_measurement: "%" };

export const sampleStates: Record<string, EntityState> = Object.fromEntries(
  [
    { entity_id: "select.sigenstor_mode", state: "auto", attributes: { options: ["auto", "manual", "learning"] } },
    { entity_id: "select.sigenstor_strategy", state: "plan", attributes: { options: ["plan", "rules"] } },
    number("price_weight", "1", { min: 0, max: 2, step: 0.1 }),
    number("override_power", "5000", { min: 100, max: 10_000, step: 100, unit_of_measurement: "W" }),
    number("charge_target_soc", "100", PERCENT),
    number("export_floor_soc", "20", PERCENT),
  ].map((entity) => [entity.entity_id, entity]),
);

const hourOf = (at: number) => (new Date(at).getHours() + new Date(at).getMinutes() / 60) % 24;
const sunAt = (at: number) => Math.max(0, Math.sin(((hourOf(at) - 6) / 12) * Math.PI)) ** 1.3 * 7800;
const houseAt = (at: number) => {
  const hour = hourOf(at);
  return 420 + 900 * Math.exp(-((hour - 7.5) ** 2) / 2) + 2100 * Math.exp(-((hour - 18.7) ** 2) / 4);
};
const buyAt = (at: number) => {
  const hour = hourOf(at);
  return (
    0.24 +
    0.36 * Math.exp(-((hour - 18.5) ** 2) / 3) +
    0.1 * Math.exp(-((hour - 7.5) ** 2) / 2) -
    0.2 * Math.exp(-((hour - 12.5) ** 2) / 6)
  );
};

/** A plan of 36 h, the prices of the last 12 h extrapolated. */
export function samplePlan(at: number): Plan {
  const first = Math.floor(at / SLOT_MS) * SLOT_MS;
  let soc = 62;
  const slots: PlanSlot[] = [];
  for (let index = 0; index < 72; index++) {
    const start = first + index * SLOT_MS;
    const buy = buyAt(start);
    const sell = buy - 0.17;
    const surplus = sunAt(start) - houseAt(start);
    const action: Action =
      buy < 0.08 && soc < 95
        ? "charge"
        : buy > 0.5 && soc > 30
          ? "discharge"
          : buy < 0.2 && surplus < 0
            ? "hold"
            : "self_consume";
    const wish = { charge: 6000, discharge: -6000, hold: 0, self_consume: surplus, release: 0 }[action];
    const room = ((100 - soc) / 100) * CAPACITY_KWH * 2000;
    const left = ((soc - 10) / 100) * CAPACITY_KWH * 2000;
    const battery = Math.max(-left, Math.min(room, wish));
    const after = soc + ((battery / 2000) * 100) / CAPACITY_KWH;
    const grid = houseAt(start) + battery - sunAt(start);
    slots.push({
      start: iso(start),
      end: iso(start + SLOT_MS),
      buy: round(buy, 4),
      sell: round(sell, 4),
      pv_w: round(sunAt(start), 0),
      house_w: round(houseAt(start), 0),
      battery_w: round(battery, 0),
      grid_w: round(grid, 0),
      curtailed_w: 0,
      soc_before: round(soc, 1),
      soc_after: round(after, 1),
      action,
      cost: round((Math.max(0, grid) * buy + Math.min(0, grid) * sell) / 2000, 4),
      export_limit_w: null,
      marginal_per_kwh: 0.28,
      extrapolated: index >= 48,
      reason: {
        charge: told("Charging at 6.0 kW: 6 c now, 58 c at 18:30", "A stored kWh is worth 28 c"),
        discharge: told("Exporting at 6.0 kW: 41 c now, 24 c to fill up again tomorrow"),
        hold: told("Holding: 17 c now is cheaper than what the battery is worth at 18:30"),
        self_consume: told("The sun covers the house; the rest fills the battery"),
        release: told(""),
      }[action],
    });
    soc = after;
  }
  const cost = slots.reduce((sum, slot) => sum + slot.cost, 0);
  return {
    made_at: iso(at - 90_000),
    strategy: "plan",
    soc: 62,
    soc_min: 10,
    soc_max: 100,
    slots,
    cost: round(cost),
    objective: round(cost - 1.2),
    no_battery_cost: round(cost + 7.4),
    no_battery_objective: round(cost + 5.6),
    self_consumption_cost: round(cost + 2.6),
    self_consumption_objective: round(cost + 1.9),
    degradations: [],
  };
}

export function sampleDecision(at: number, id = 1): Decision {
  return {
    id,
    made_at: iso(at),
    mode: "auto",
    strategy: "plan",
    action: "charge",
    target_power_w: 5000,
    export_limit_w: null,
    reason: CHARGING,
    confidence: 0.86,
    engine: "planner",
    trigger: "time",
    soc: 62,
    buy: 0.06,
    sell: -0.02,
    marginal_per_kwh: 0.28,
    degradations: [],
    opinions: [
      {
        engine: "planner",
        action: "charge",
        target_power_w: 5000,
        reason: CHARGING,
        confidence: 0.86,
        weight: 1,
      },
      {
        engine: "price",
        action: "charge",
        target_power_w: 6000,
        reason: told("6 c is among the cheapest 10 % of the next 24 h"),
        confidence: 0.9,
        weight: 0.4,
      },
      {
        engine: "solar",
        action: "self_consume",
        target_power_w: 2400,
        reason: told("14.2 kWh of sun are still to come today"),
        confidence: 0.6,
        weight: 0.3,
      },
      {
        engine: "usage",
        action: "charge",
        target_power_w: 2000,
        reason: told("The house usually needs 9.1 kWh from 17:00 to 22:00"),
        confidence: 0.7,
        weight: 0.3,
      },
    ],
  };
}

export const sampleSchedules: Schedule[] = [
  {
    id: "night",
    name: "Night tariff",
    enabled: true,
    action: "charge",
    days: ["mon", "tue", "wed", "thu", "fri"],
    start: "00:30:00",
    end: "05:00:00",
    power_w: 5000,
    target_soc: 80,
    priority: 0,
    created_at: "2026-01-05T09:12:00+00:00",
    only_on: null,
  },
  {
    id: "peak",
    name: "Evening peak",
    enabled: true,
    action: "discharge",
    days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    start: "17:30:00",
    end: "20:00:00",
    power_w: 4000,
    target_soc: 20,
    priority: 10,
    created_at: "2026-01-05T09:20:00+00:00",
    only_on: null,
  },
  {
    id: "away",
    name: "Keep for the weekend",
    enabled: false,
    action: "hold",
    days: ["sat", "sun"],
    start: "22:00:00",
    end: "06:00:00",
    power_w: 0,
    target_soc: null,
    priority: 5,
    created_at: "2026-01-09T20:01:00+00:00",
    only_on: null,
  },
];

export function sampleLive(at: number): Live {
  return {
    at: iso(at),
    telemetry: {
      read_at: iso(at - 4000),
      source: "modbus",
      soc: 62.4,
      stored_kwh: 14.9,
      capacity_kwh: CAPACITY_KWH,
      state_of_health: 98,
      temperature_c: 27.4,
      hours_to_full: 1.85,
      hours_to_empty: null,
      pv_w: 3420,
      battery_w: 4980,
      house_w: 860,
      vehicle_w: null,
      grid_w: 2420,
      grid_status: "on_grid",
      off_grid_since: null,
      hours_at_load: 16.5,
      ems_mode: "remote",
      alarms: [],
      rated_charge_w: 10_000,
      rated_discharge_w: 10_000,
    },
    control: {
      state: "charging",
      owner: told("Optimiser"),
      actor: "optimiser",
      wanted: "charge",
      applied: "charge",
      power_w: 5000,
      ramping_to_w: null,
      reason: CHARGING,
      wish: CHARGING,
      expires_at: null,
      emergency_stop: false,
      override: null,
      schedules: sampleSchedules,
      export_limit_w: null,
      settings: {
        mode: "auto",
        optimiser_above_schedules: false,
        override_power_w: 5000,
        charge_target_soc: 100,
        export_floor_soc: 20,
        hand_back_on_stop: true,
        acknowledge_after_s: 30,
        limits: {
          min_soc: 10,
          max_soc: 100,
          min_temperature_c: 0,
          max_temperature_c: 50,
          step_w: 500,
          cooldown_s: 60,
          max_age_s: 120,
          main_fuse_w: null,
        },
      },
      alert: null,
      checking: null,
      check: null,
      wanted_power_w: 5000,
      due_at: null,
      limits_below_rating: {},
      limits_in_doubt: false,
      pv_limit_w: null,
      pv_limit_obeyed: null,
      stopped: null,
    },
    prices: {
      now: {
        buy: 0.061,
        sell: -0.018,
        estimate: false,
        level: "very_low",
        spike: "none",
        start: iso(at - 600_000),
        end: iso(at + 1_200_000),
      },
      stale: false,
      source: "amber",
      problem: null,
    },
    optimiser: {
      status: "ready",
      problem: null,
      strategy: "plan",
      decision: sampleDecision(at - 42_000),
      next_run_at: iso(at + 258_000),
      learning_until: null,
    },
    today: {
      pv_kwh: 18.4,
      house_kwh: 9.7,
      import_kwh: 4.2,
      export_kwh: 2.1,
      charge_kwh: 13.6,
      discharge_kwh: 2.8,
      cost: 0.42,
      parts: {
        until: iso(at - 240_000),
        no_battery_cost: 1.9,
        stored_kwh: 9.1,
        stored_value: 1.92,
        wear: 0.22,
      },
      expected_cost: -1.1,
      saved_vs_no_battery: 3.18,
      saved_vs_self_consumption: 0.94,
      saved_total_vs_no_battery: 412.6,
      saved_total_vs_self_consumption: 96.3,
      share_of_possible_saving: 91,
    },
  };
}

export function sampleHistory({ start, end, period }: Pick<HistoryQuery, "start" | "end" | "period">): HistoryRow[] {
  const hours = { "5minute": 1 / 12, hour: 1, day: 24, month: 24 * 30.4 }[period];
  const rows: HistoryRow[] = [];
  for (
    let at = Date.parse(start), index = 0;
    at < Math.min(Date.parse(end), Date.now());
    at += hours * HOUR_MS, index++
  ) {
    const daily = hours >= 24;
    const sun = daily ? 27 + 9 * Math.sin(index * 1.7) : sunAt(at) / 1000;
    const house = daily ? 19 + 3 * Math.cos(index * 2.3) : houseAt(at) / 1000;
    const scale = daily ? hours / 24 : hours;
    const battery = daily ? 0 : Math.max(-3, Math.min(5, sun - house));
    const grid = daily ? 0 : house + battery - sun;
    rows.push({
      start: iso(at),
      end: iso(at + hours * HOUR_MS),
      pv_kwh: round(sun * scale, 3),
      house_kwh: round(house * scale, 3),
      import_kwh: round((daily ? 6 : Math.max(0, grid)) * scale, 3),
      export_kwh: round((daily ? sun + 6 + 14 - house - 15 : Math.max(0, -grid)) * scale, 3),
      charge_kwh: round((daily ? 15 : Math.max(0, battery)) * scale, 3),
      discharge_kwh: round((daily ? 14 : Math.max(0, -battery)) * scale, 3),
      soc: round(55 + 30 * Math.sin(hourOf(at) / 4), 1),
      buy: round(buyAt(at), 3),
      sell: round(buyAt(at) - 0.17, 3),
      pv_forecast_kwh: round(sun * scale * (0.92 + 0.1 * Math.sin(index)), 3),
      house_forecast_kwh: round(house * scale * (1.04 + 0.1 * Math.cos(index)), 3),
      cost: round((daily ? 1.4 : Math.max(0, grid) * buyAt(at)) * scale, 3),
      vehicle_kwh: null,
      vehicle_given_kwh: null,
    });
  }
  return rows;
}

export const sampleDecisions = (at: number): Decision[] =>
  Array.from({ length: 60 }, (_, index) => ({
    ...sampleDecision(at - index * 300_000, 60 - index),
    action: (["charge", "hold", "self_consume", "discharge"] as const)[Math.floor(index / 9) % 4] ?? "hold",
  }));

export const sampleAudit = (at: number): AuditRow[] =>
  Array.from({ length: 60 }, (_, index) => {
    const isRefused = index % 7 === 3;
    const wanted = {
      remote_ems_enabled: true,
      remote_ems_mode: "charge_grid_first",
      charge_limit_w: 5000,
      pv_limit_w: null,
    };
    return {
      id: 60 - index,
      time: iso(at - index * 1_700_000),
      actor: (["optimiser", "schedule", "manual", "safety"] as const)[index % 4] ?? "system",
      owner: told(["Optimiser", "Night tariff", "Manual override", "Safety"][index % 4] ?? ""),
      action: (["charge", "discharge", "hold"] as const)[index % 3] ?? "hold",
      reason: CHARGING,
      power_w: index % 3 === 2 ? null : 5000,
      previous: {
        remote_ems_enabled: true,
        remote_ems_mode: "self_consumption",
        charge_limit_w: 10_000,
        pv_limit_w: null,
      },
      wanted,
      read_back: isRefused ? null : wanted,
      outcome: isRefused ? "refused" : "confirmed",
      detail: isRefused ? told("The battery is at 51 °C; at most 50 °C is allowed") : null,
    };
  });

export const sampleScores = (at: number, start: string, end: string): DayScore[] =>
  Array.from({ length: 60 }, (_, index) => {
    const saved = 4 + 2 * Math.sin(index);
    return {
      day: iso(at - (60 - index) * 24 * HOUR_MS).slice(0, 10),
      mode: "auto",
      paid: round(6.2 - saved),
      actual: round(6 - saved),
      no_battery: 6,
      self_consumption: round(6 - saved * 0.7),
      rules: round(6 - saved * 0.85),
      plan: round(6 - saved * 0.98),
      perfect_foresight: round(6 - saved * 1.1),
      share_vs_no_battery: 91,
      share_vs_self_consumption: 70,
    } as const;
  }).filter(({ day }) => day >= dayAt(start) && day < dayAt(end));

/** The day that begins at a midnight, wherever that is. */
const dayAt = (midnight: string) => iso(Date.parse(midnight) + 12 * HOUR_MS).slice(0, 10);
