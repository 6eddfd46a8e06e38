import type { Action, PlanSlot } from "../../api/types";
import { type ChartSpec, HATCHED, type Layer, type Pane, type Point, type Reading } from "../../charts/spec";
import { ACTION_ICON } from "../../components/actions";
import type { Format } from "../../format";
import { t, word } from "../../i18n";
import { ACTION_COLOUR, COLOUR } from "../../theme";
import { endOf, groupsOf, startOf, totalsOf } from "./groups";

const SIGNS_PX = 22;

/** The whole plan on one time axis: prices, what the battery does, power, state of charge. */
export function planSpec(slots: readonly PlanSlot[], reserve: number, format: Format, now: number): ChartSpec {
  const guessed = guessedBand(slots);
  const points = (value: (slot: PlanSlot) => number, faint = false): Point[] =>
    slots.map((slot) => ({
      start: startOf(slot),
      end: endOf(slot),
      value: value(slot),
      faint: faint && slot.extrapolated,
    }));
  const kw = (value: number) => format.number(value / 1000, 1, 0);
  const panes: Pane[] = [
    {
      title: format.priceUnit,
      height: 120,
      legend: true,
      tick: (value) => format.priceTick(value),
      clipped: true,
      layers: [
        guessed,
        { kind: "step", name: t("plan.buy"), colour: COLOUR.grid, points: points(({ buy }) => buy, true) },
        { kind: "step", name: t("plan.sell"), colour: COLOUR.export, points: points(({ sell }) => sell, true) },
      ],
    },
    actionPane(slots, t("plan.battery_does")),
    {
      title: t("plan.power_title"),
      legend: true,
      height: 120,
      tick: kw,
      layers: [
        { kind: "step-area", name: t("plan.pv"), colour: COLOUR.sun, points: points(({ pv_w }) => pv_w) },
        { kind: "step", name: t("plan.house"), colour: COLOUR.house, points: points(({ house_w }) => house_w) },
        {
          kind: "step",
          name: t("plan.battery"),
          colour: COLOUR.discharge,
          width: 1.5,
          dashed: true,
          points: points(({ battery_w }) => battery_w),
        },
      ],
    },
    {
      ...socPane(format),
      title: "%",
      legend: true,
      tick: (value) => format.number(value),
      layers: [{ ...socLayer(slots), kind: "area" }, reserveLayer(slots, reserve)],
    },
  ];
  return {
    label: t("plan.chart_spoken"),
    ...rangeOf(slots),
    now,
    spans: points(() => 0),
    panes,
    describe: (index) => describe(slots[index], format),
  };
}

export const rangeOf = (slots: readonly PlanSlot[]) => {
  const { start, end } = totalsOf(slots);
  return { start, end };
};

export const socPane = (format: Format): Omit<Pane, "layers"> => ({
  title: t("plan.soc_title"),
  height: 90,
  min: 0,
  max: 100,
  tickCount: 3,
  tick: (value) => format.percent(value),
});

export function socLayer(slots: readonly PlanSlot[]): Layer {
  const last = slots.at(-1);
  const points: Point[] = slots.map((slot) => ({ start: startOf(slot), end: endOf(slot), value: slot.soc_before }));
  if (last) points.push({ start: endOf(last), end: endOf(last), value: last.soc_after });
  return { kind: "line", name: t("plan.soc"), colour: COLOUR.soc, points };
}

/** Where runs are too short for a sign: a stroke at the top of what charges, at the bottom of what discharges. */
const STROKES: Partial<Record<Action, { base: number; value: number }>> = {
  charge: { base: 0.84, value: 1 },
  discharge: { base: 0, value: 0.16 },
};

/** A coloured strip with a sign on each run: what the battery does. */
export function actionPane(slots: readonly PlanSlot[], title: string): Pane {
  const runs = groupsOf(slots).map(({ action, slots: run }) => ({ ...rangeOf(run), action }));
  const band = runs.map(({ start, end, action }) => {
    return { start, end, value: null, colour: ACTION_COLOUR[action], icon: ACTION_ICON[action] };
  });
  const strokes = runs.map(({ start, end, action }) => ({ start, end, value: null, ...STROKES[action] }));
  return {
    title,
    height: SIGNS_PX,
    min: 0,
    max: 1,
    layers: [
      { kind: "band", name: title, colour: COLOUR.line, opacity: 0.6, points: band },
      { kind: "bars", name: title, colour: COLOUR.text, opacity: 0.75, points: strokes },
    ],
  };
}

function reserveLayer(slots: readonly PlanSlot[], reserve: number): Layer {
  const { start, end } = rangeOf(slots);
  const points = [start, end].map((at) => ({ start: at, end: at, value: reserve }));
  return { kind: "line", name: t("plan.reserve"), colour: COLOUR.faint, width: 1, dashed: true, points };
}

function guessedBand(slots: readonly PlanSlot[]): Layer {
  const runs = groupsOf(slots).filter(({ extrapolated }) => extrapolated);
  const points = runs.map(({ slots: run }) => ({ ...rangeOf(run), value: null }));
  return { kind: "band", name: t("plan.guessed"), colour: HATCHED, opacity: 0.35, points };
}

export const slotTitle = (slot: PlanSlot, format: Format) =>
  `${format.weekday(slot.start)} ${format.time(slot.start)} – ${format.time(slot.end)}`;

function describe(slot: PlanSlot | undefined, format: Format): ReturnType<ChartSpec["describe"]> {
  if (!slot) return { title: "", readings: [] };
  const readings: Reading[] = [
    { name: t("plan.buy"), value: format.price(slot.buy), colour: COLOUR.grid },
    { name: t("plan.sell"), value: format.price(slot.sell), colour: COLOUR.export },
    { name: t("plan.pv"), value: format.power(slot.pv_w), colour: COLOUR.sun },
    { name: t("plan.house"), value: format.power(slot.house_w), colour: COLOUR.house },
    {
      name: batteryWord(slot),
      value: format.power(Math.abs(slot.battery_w)),
      colour: slot.battery_w > 0 ? COLOUR.charge : COLOUR.discharge,
    },
    { name: t("plan.soc"), value: format.percent(slot.soc_after), colour: COLOUR.soc },
  ];
  const note = slot.extrapolated ? t("plan.guessed") : "";
  return { title: `${slotTitle(slot, format)} · ${word("action", slot.action)}`, readings, ...(note ? { note } : {}) };
}

export const batteryWord = ({ battery_w }: PlanSlot) =>
  battery_w > 0 ? t("plan.battery_in") : battery_w < 0 ? t("plan.battery_out") : t("plan.battery");
