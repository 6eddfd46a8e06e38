import type { HistoryRow } from "../../api/types";
import type { ChartSpec, Layer, Pane, Point, Reading } from "../../charts/spec";
import type { Format } from "../../format";
import { type TextKey, t } from "../../i18n";
import { owed } from "../../parts/owed";
import { COLOUR } from "../../theme";
import type { Period } from "./period";

export interface Flow {
  key:
    | "pv_kwh"
    | "discharge_kwh"
    | "import_kwh"
    | "vehicle_given_kwh"
    | "house_kwh"
    | "charge_kwh"
    | "export_kwh"
    | "vehicle_kwh";
  name: TextKey;
  colour: string;
}

/** Where the energy of a home comes from, and where it goes: both always add up to the same. */
export const SOURCES: readonly Flow[] = [
  { key: "pv_kwh", name: "history.sun", colour: COLOUR.sun },
  { key: "discharge_kwh", name: "history.discharged", colour: COLOUR.discharge },
  { key: "import_kwh", name: "history.imported", colour: COLOUR.grid },
  { key: "vehicle_given_kwh", name: "history.vehicle_discharged", colour: COLOUR.vehicle },
];
export const USES: readonly Flow[] = [
  { key: "house_kwh", name: "history.house", colour: COLOUR.house },
  { key: "charge_kwh", name: "history.charged", colour: COLOUR.charge },
  { key: "export_kwh", name: "history.exported", colour: COLOUR.export },
  { key: "vehicle_kwh", name: "history.vehicle_charged", colour: COLOUR.vehicle },
];
const OF_VEHICLES = new Set<Flow["key"]>(["vehicle_kwh", "vehicle_given_kwh"]);

/** Those that a home has: vehicles only where one took or gave anything. */
export const present = (flows: readonly Flow[], rows: readonly HistoryRow[]) =>
  flows.filter(({ key }) => !OF_VEHICLES.has(key) || rows.some((row) => row[key]));

const HOUR_MS = 3_600_000;
const start = (row: HistoryRow) => Date.parse(row.start);
const end = (row: HistoryRow) => Date.parse(row.end);
const hours = (row: HistoryRow) => (end(row) - start(row)) / HOUR_MS;

/** Whether anything was recorded in these rows at all. */
export const isEmpty = (rows: readonly HistoryRow[]) =>
  rows.every((row) => [...SOURCES, ...USES].every(({ key }) => row[key] === null));

/**
 * Each hour in steps of five minutes where all of them are known, else as a whole: Home Assistant imports and keeps hours only.
 * What the hours do not know yet, the five minutes say; also of the hour that is not over.
 */
export function finest(fine: readonly HistoryRow[], hours: readonly HistoryRow[], now = Date.now()): HistoryRow[] {
  const known = (rows: readonly HistoryRow[]) => rows.filter((row) => !isEmpty([row]));
  const left = new Set(known(fine));
  const rows = known(hours).flatMap((hour) => {
    const steps = [...left].filter((row) => start(row) >= start(hour) && end(row) <= end(hour));
    for (const row of steps) left.delete(row);
    const covered = steps.reduce((sum, row) => sum + end(row) - start(row), 0);
    const enough = end(hour) > now ? 1 : end(hour) - start(hour);
    return covered >= enough ? steps : [hour];
  });
  return [...rows, ...left].sort((a, b) => start(a) - start(b));
}

/** The sum of what is known; null where nothing is. */
export function total(rows: readonly HistoryRow[], key: Flow["key"] | "cost"): number | null {
  const known = rows.map((row) => row[key]).filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null;
}

/** A day is shown as power, because its steps differ in length; anything longer as energy in each day or month. */
const scaleOf = (period: Period) => (period.span === "day" ? (row: HistoryRow) => 1 / hours(row) : () => 1);

function stacked(
  rows: readonly HistoryRow[],
  flows: readonly Flow[],
  sign: 1 | -1,
  scale: (row: HistoryRow) => number,
) {
  const reached = rows.map(() => 0);
  return flows.map(({ key, name, colour }): Layer => {
    const points = rows.map((row, index): Point => {
      const value = row[key];
      const base = reached[index] ?? 0;
      const top = base + sign * (value ?? 0) * scale(row);
      reached[index] = top;
      return { start: start(row), end: end(row), value: value === null ? null : top, base };
    });
    return { kind: "bars", name: t(name), colour, points };
  });
}

const line = (
  kind: Layer["kind"],
  name: TextKey,
  colour: string,
  rows: readonly HistoryRow[],
  value: (row: HistoryRow) => number | null,
  more: Partial<Layer> = {},
): Layer => ({
  kind,
  name: t(name),
  colour,
  points: rows.map((row) => ({ start: start(row), end: end(row), value: value(row) })),
  ...more,
});

const titleOf = (row: HistoryRow, period: Period, format: Format) => {
  if (period.span === "year") return format.month(row.start);
  if (period.span !== "day") return format.date(row.start);
  return `${format.time(row.start)} – ${format.time(row.end)}`;
};

function specOf(rows: readonly HistoryRow[], period: Period, format: Format, panes: readonly Pane[], label: string) {
  return (readings: (row: HistoryRow) => Reading[]): ChartSpec => ({
    label,
    start: period.start,
    end: period.end,
    panes,
    spans: rows.map((row) => ({ start: start(row), end: end(row) })),
    describe: (index) => {
      const row = rows[index] as HistoryRow;
      return { title: titleOf(row, period, format), readings: readings(row).filter(({ value }) => value !== "") };
    },
    ...(period.span === "day" ? { now: Date.now() } : {}),
  });
}

/** Sources above the line, uses below it, with the prices and the state of charge on the same axis. */
export function energySpec(rows: readonly HistoryRow[], period: Period, format: Format): ChartSpec {
  const scale = scaleOf(period);
  const unit = period.span === "day" ? "kW" : "kWh";
  const amount = (value: number | null, row: HistoryRow) =>
    value === null ? "" : period.span === "day" ? format.power(value * scale(row) * 1000) : format.energy(value);
  const panes: Pane[] = [
    {
      height: 220,
      title: t("history.energy_pane", { unit }),
      layers: [...stacked(rows, present(SOURCES, rows), 1, scale), ...stacked(rows, present(USES, rows), -1, scale)],
      tick: (value) => format.number(Math.abs(value), 1, 0),
    },
  ];
  if (rows.some((row) => row.buy !== null || row.sell !== null)) {
    panes.push({
      height: 90,
      title: format.priceUnit,
      legend: true,
      clipped: true,
      layers: [
        line("step", "history.buy", COLOUR.grid, rows, (row) => row.buy),
        line("step", "history.sell", COLOUR.export, rows, (row) => row.sell),
      ],
      tick: (value) => (value === 0 ? "0" : format.price(value, false)),
    });
  }
  if (period.span !== "year" && rows.some((row) => row.soc !== null)) {
    panes.push({
      height: 80,
      title: t(period.span === "day" ? "history.soc_pane" : "history.mean_soc_pane"),
      layers: [line("step-area", "history.soc", COLOUR.soc, rows, (row) => row.soc)],
      min: 0,
      max: 100,
      tick: (value) => format.number(value),
      tickCount: 2,
    });
  }
  return specOf(
    rows,
    period,
    format,
    panes,
    t("history.energy_label"),
  )((row) => [
    ...present([...SOURCES, ...USES], rows).map(({ key, name, colour }) => ({
      name: t(name),
      value: amount(row[key], row),
      colour,
    })),
    { name: t("history.buy"), value: row.buy === null ? "" : format.price(row.buy) },
    { name: t("history.sell"), value: row.sell === null ? "" : format.price(row.sell) },
    { name: t("history.soc"), value: row.soc === null ? "" : format.percent(row.soc) },
    { name: t("history.cost"), value: row.cost === null ? "" : owed(row.cost, format) },
  ]);
}

const FORECASTS = [
  { actual: "pv_kwh", forecast: "pv_forecast_kwh", name: "history.sun", colour: COLOUR.sun },
  { actual: "house_kwh", forecast: "house_forecast_kwh", name: "history.house", colour: COLOUR.house },
] as const;

/** What was forecast beside what came true; undefined where nothing was forecast. */
export function forecastSpec(rows: readonly HistoryRow[], period: Period, format: Format): ChartSpec | undefined {
  const scale = scaleOf(period);
  // A month's forecast is none while only a few of its hours had one.
  if (period.span === "year") return undefined;
  const shown = FORECASTS.filter(({ forecast }) => rows.some((row) => row[forecast] !== null));
  if (shown.length === 0) return undefined;
  const times = (row: HistoryRow, value: number | null) => (value === null ? null : value * scale(row));
  const unit = period.span === "day" ? "kW" : "kWh";
  const panes = shown.map(
    ({ actual, forecast, name, colour }): Pane => ({
      height: 110,
      title: `${t(name)} (${unit})`,
      layers: [
        line("step-area", name, colour, rows, (row) => times(row, row[actual]), { width: 1 }),
        line("step", "history.forecast", COLOUR.text, rows, (row) => times(row, row[forecast]), {
          dashed: true,
          width: 1.5,
        }),
      ],
      tick: (value) => format.number(value, 1, 0),
    }),
  );
  return specOf(
    rows,
    period,
    format,
    panes,
    t("history.forecast_label"),
  )((row) =>
    shown.flatMap(({ actual, forecast, name, colour }) => {
      const text = (value: number | null) =>
        value === null ? "" : period.span === "day" ? format.power(value * scale(row) * 1000) : format.energy(value);
      return [
        { name: t(name), value: text(row[actual]), colour },
        { name: t("history.forecast_of", { what: t(name) }), value: text(row[forecast]) },
      ];
    }),
  );
}
