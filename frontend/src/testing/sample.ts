import type {
  AuditRow,
  DayScore,
  Decision,
  HistoryQuery,
  HistoryRow,
  Live,
  Plan,
  Plant,
  Schedule,
  Scores,
} from "../api/types";
import type { EntityState } from "../ha/types";
import type { Message } from "../message";
import * as recorded from "./recorded";

/** What the tests and the gallery are shown: what the integration really sent, at another time and with more of it. */

const HOUR_MS = 3_600_000;
const SLOT_MS = HOUR_MS / 2;
const RECORDED_AT = Date.parse(recorded.live.at);
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;
const iso = (at: number) => new Date(at).toISOString();

/** The same, with every time in it as far from `at` as it was from the moment of the recording. */
const moved = <T>(sent: T, at: number, from = RECORDED_AT): T =>
  JSON.parse(JSON.stringify(sent), (_, value) =>
    typeof value === "string" && TIME.test(value) ? iso(Date.parse(value) - from + at) : value,
  );

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
  ...recorded.plant,
  entry_id: "sample",
  time_zone: "Australia/Sydney",
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

/** It begins with the half hour; the prices of the last hours are estimated. */
export function samplePlan(at: number): Plan {
  const halfHour = (time: number) => Math.floor(time / SLOT_MS) * SLOT_MS;
  const plan = moved<Plan>(recorded.plan, halfHour(at), halfHour(RECORDED_AT));
  return { ...plan, slots: plan.slots.map((slot, index) => ({ ...slot, extrapolated: index >= 48 })) };
}

const SCHEDULE: Schedule = recorded.schedule;
const EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const sampleSchedules: Schedule[] = [
  {
    ...SCHEDULE,
    id: "night",
    name: "Night tariff",
    days: EVERY_DAY.slice(0, 5),
    start: "00:30:00",
    end: "05:00:00",
    power_w: 5000,
  },
  {
    ...SCHEDULE,
    id: "peak",
    name: "Evening peak",
    action: "discharge",
    days: EVERY_DAY,
    start: "17:30:00",
    end: "20:00:00",
    power_w: 4000,
    target_soc: 20,
    priority: 10,
  },
  {
    ...SCHEDULE,
    id: "away",
    name: "Keep for the weekend",
    enabled: false,
    action: "hold",
    days: EVERY_DAY.slice(5),
    start: "22:00:00",
    end: "06:00:00",
    power_w: 0,
    target_soc: null,
    priority: 5,
  },
];

/** A cheap hour: the optimiser charges from solar and grid. */
export function sampleLive(at: number): Live {
  const live = moved<Live>(recorded.live, at);
  const { telemetry, control, optimiser } = live;
  Object.assign(telemetry ?? {}, {
    read_at: iso(at - 4000),
    soc: 62.4,
    pv_w: 3420,
    battery_w: 4980,
    house_w: 860,
    grid_w: 2420,
  });
  const charging = { reason: CHARGING, wish: CHARGING, state: "charging", wanted: "charge", applied: "charge" };
  Object.assign(control ?? {}, charging, { power_w: 5000, wanted_power_w: 5000, schedules: sampleSchedules });
  Object.assign(optimiser ?? {}, { status: "ready" });
  const decided = { reason: CHARGING, action: "charge", target_power_w: 5000, degradations: [] };
  Object.assign(optimiser?.decision ?? {}, decided);
  Object.assign(live.today, { pv_kwh: 18.4, house_kwh: 9.7, import_kwh: 4.2, export_kwh: 2.1 });
  Object.assign(live.today, { charge_kwh: 13.6, discharge_kwh: 2.8 });
  Object.assign(live.today, {
    cost: 0.42,
    parts: { until: iso(at - 240_000), no_battery_cost: 1.9, stored_kwh: 9.1, stored_value: 1.92, wear: 0.22 },
    expected_cost: -1.1,
    saved_vs_no_battery: 3.18,
    saved_vs_self_consumption: 0.94,
    saved_total_vs_no_battery: 412.6,
    share_of_possible_saving: 91,
  });
  return live;
}

const HOURS: Record<HistoryQuery["period"], number> = { "5minute": 1 / 12, hour: 1, day: 24, month: 24 * 30.4 };

/** The recorded day again and again, of which no two days are the same. */
export function sampleHistory({ start, end, period }: Pick<HistoryQuery, "start" | "end" | "period">): HistoryRow[] {
  const day: readonly HistoryRow[] = recorded.history.rows;
  const hours = HOURS[period];
  const rows: HistoryRow[] = [];
  const until = Math.min(Date.parse(end), Date.now());
  for (let at = Date.parse(start), index = 0; at < until; at += hours * HOUR_MS, index++) {
    const hour = day[new Date(at).getHours()] as HistoryRow;
    const of = hours < 24 ? [hour] : day;
    const times = hours < 24 ? hours : (hours / 24) * (1 + 0.3 * Math.sin(index * 1.7));
    const energies = Object.keys(hour).filter((key) => key.endsWith("_kwh") || key === "cost") as (keyof HistoryRow)[];
    const sums = energies.map((key) => {
      const known = of.flatMap((row) => (typeof row[key] === "number" ? [row[key]] : []));
      return [key, known.length ? known.reduce((sum, value) => sum + value, 0) * times : null];
    });
    rows.push({ ...hour, ...Object.fromEntries(sums), start: iso(at), end: iso(at + hours * HOUR_MS) });
  }
  return rows;
}

const ACTIONS = ["charge", "hold", "self_consume", "discharge"] as const;

export const sampleDecisions = (at: number): Decision[] =>
  Array.from({ length: 60 }, (_, index) => {
    const decision = moved<Decision>(recorded.decision, at - index * 300_000);
    return { ...decision, id: 60 - index, action: ACTIONS[Math.floor(index / 9) % 4] ?? "hold" };
  });

export const sampleAudit = (at: number): AuditRow[] =>
  Array.from({ length: 60 }, (_, index) => {
    const row = { ...moved<AuditRow>(recorded.auditRow, at - index * 1_700_000), id: 60 - index };
    const actor = (["optimiser", "schedule", "manual", "safety"] as const)[index % 4] ?? "system";
    if (index % 7 !== 3) return { ...row, actor };
    const detail = told("The battery is at 51 °C; at most 50 °C is allowed");
    return { ...row, actor, outcome: "refused", read_back: null, detail };
  });

/** The recorded scores in turn, a day each. */
export function sampleScores(at: number, start: string, end: string): DayScore[] {
  const { rows }: Scores = recorded.scores;
  const days = Array.from({ length: 60 }, (_, index) => iso(at - (60 - index) * 24 * HOUR_MS).slice(0, 10));
  return days
    .map((day, index) => ({ ...(rows[index % rows.length] as DayScore), day }))
    .filter(({ day }) => day >= dayAt(start) && day < dayAt(end));
}

/** The day that begins at a midnight, wherever that is. */
const dayAt = (midnight: string) => iso(Date.parse(midnight) + 12 * HOUR_MS).slice(0, 10);
