import { linear, niceTicks } from "./scale";
import type { Layer, Pane, Point } from "./spec";

type Scale = (value: number) => number;
type Known = Point & { value: number };

export interface Stroke {
  d: string;
  faint: boolean;
}

const round = (value: number) => Math.round(value * 10) / 10;
const known = (point: Point): point is Known => point.value !== null;

/** The axis of a pane: its limits, and the values that are written. */
export function axisOf(pane: Pane): { low: number; high: number; ticks: number[] } {
  const values = pane.layers
    .filter((layer) => layer.kind !== "band")
    .flatMap((layer) =>
      layer.points.filter(known).flatMap((point) => [point.value, ...(reaches(layer, point) ? [point.base ?? 0] : [])]),
    );
  const min = pane.min ?? Math.min(0, ...values);
  const max = pane.max ?? Math.max(min + 1e-6, pane.clipped ? usual(values) : Math.max(...values));
  if (!pane.tick) return { low: min, high: max, ticks: [] };
  const ticks = niceTicks(min, max, pane.tickCount ?? Math.max(2, Math.round(pane.height / 40)));
  const low = pane.min ?? Math.min(min, ticks[0] ?? min);
  const high = pane.max ?? Math.max(max, ticks.at(-1) ?? max);
  return { low, high, ticks: ticks.filter((tick) => tick >= low - 1e-9 && tick <= high + 1e-9) };
}

const MOST_USUAL = 0.9;
const FAR_ABOVE = 3;

/** The highest value, or what nearly all stay below where that is far above them. */
function usual(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const most = sorted[Math.floor((sorted.length - 1) * MOST_USUAL)] ?? 0;
  const highest = sorted.at(-1) ?? 0;
  return most > 0 && highest > most * FAR_ABOVE ? most * 1.5 : highest;
}

/** The highest of each run of values of a line that stand above the axis, and of runs within `apart` ms of each other. */
export function beyond(pane: Pane, high: number, apart: number): Point[] {
  const found: Point[] = [];
  for (const layer of pane.clipped ? pane.layers : []) {
    let open = false;
    for (const point of layer.kind === "band" ? [] : layer.points) {
      const above = (point.value ?? 0) > high + 1e-9;
      const last = found.at(-1);
      if (above && !open) found.push(point);
      else if (above && last && (last.value ?? 0) < (point.value ?? 0)) found[found.length - 1] = point;
      open = above;
    }
  }
  return found.filter(
    (point, index) =>
      !found.some((other, at) => {
        const higher = (other.value ?? 0) - (point.value ?? 0);
        return Math.abs(other.start - point.start) < apart && (higher > 0 || (higher === 0 && at < index));
      }),
  );
}

const reaches = (layer: Layer, point: Point) =>
  layer.kind !== "line" && layer.kind !== "step" && point.base !== undefined;

export const yScale = (pane: Pane, axis: { low: number; high: number }): Scale => {
  const y = linear(axis.low, axis.high, pane.height, 0);
  return pane.clipped ? (value) => Math.max(0, y(value)) : y;
};

/** The line of a layer, in runs without gaps, the uncertain ones apart. */
export function strokes(layer: Layer, x: Scale, y: Scale): Stroke[] {
  const steps = layer.kind === "step" || layer.kind === "step-area";
  const runs: Stroke[] = [];
  let previous: Known | undefined;
  for (const point of layer.points) {
    if (!known(point)) {
      previous = undefined;
      continue;
    }
    const faint = point.faint === true;
    const here = `${round(x(point.start))} ${round(y(point.value))}`;
    const last = runs.at(-1);
    if (previous && last && last.faint === faint) {
      last.d += `L${here}`;
    } else {
      const from = previous ? `${round(x(steps ? previous.end : previous.start))} ${round(y(previous.value))}L` : "";
      runs.push({ d: `M${from}${here}`, faint });
    }
    const run = runs.at(-1);
    if (steps && run) run.d += `H${round(x(point.end))}`;
    previous = point;
  }
  return runs;
}

/** The filled shape between a layer's values and its base, in runs without gaps. */
export function areas(layer: Layer, x: Scale, y: Scale): Stroke[] {
  const steps = layer.kind === "step-area";
  const runs: Known[][] = [];
  let open = false;
  for (const point of layer.points) {
    if (!known(point)) {
      open = false;
      continue;
    }
    const last = runs.at(-1);
    const tail = last?.at(-1);
    if (open && last && tail && (tail.faint === true) === (point.faint === true)) last.push(point);
    else runs.push(open && tail && !steps ? [{ ...tail, faint: point.faint === true }, point] : [point]);
    open = true;
  }
  return runs.map((run) => {
    const corners = (pick: (point: Known) => number) =>
      run.flatMap((point) =>
        steps
          ? [`${round(x(point.start))} ${round(y(pick(point)))}`, `${round(x(point.end))} ${round(y(pick(point)))}`]
          : [`${round(x(point.start))} ${round(y(pick(point)))}`],
      );
    const top = corners((point) => point.value);
    const bottom = corners((point) => point.base ?? 0).reverse();
    return { d: `M${[...top, ...bottom].join("L")}Z`, faint: run[0]?.faint === true };
  });
}

/** The bars of a layer, as one path for each colour. */
export function bars(layer: Layer, x: Scale, y: Scale): { d: string; colour: string; faint: boolean }[] {
  const paths = new Map<string, { d: string; colour: string; faint: boolean }>();
  for (const point of layer.points.filter(known)) {
    const colour = point.colour ?? layer.colour;
    const faint = point.faint === true;
    const left = x(point.start);
    const right = x(point.end);
    const gap = right - left > 8 ? Math.min(3, (right - left) * 0.15) : 0;
    const top = y(Math.max(point.value, point.base ?? 0));
    const bottom = y(Math.min(point.value, point.base ?? 0));
    const key = `${colour}|${faint}`;
    const path = paths.get(key) ?? { d: "", colour, faint };
    path.d += `M${round(left + gap / 2)} ${round(top)}H${round(right - gap / 2)}V${round(bottom)}H${round(left + gap / 2)}Z`;
    paths.set(key, path);
  }
  return [...paths.values()];
}
