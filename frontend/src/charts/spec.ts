/** What a chart shows. Times in ms; a line's point stands at its `start`, a step and a bar reach to its `end`. */
export interface Point {
  start: number;
  end: number;
  value: number | null;
  /** Where a bar or an area begins; 0 unless given. */
  base?: number;
  /** Less certain than the rest: drawn dashed or pale. */
  faint?: boolean;
  /** Only of bars and bands: its own colour. */
  colour?: string;
  /** Only of bands: the path of an icon in its middle, where there is room. */
  icon?: string;
}

/** As the colour of a band: hatched. */
export const HATCHED = "url(#hatched)";

export interface Layer {
  kind: "line" | "step" | "area" | "step-area" | "bars" | "band";
  name: string;
  colour: string;
  points: readonly Point[];
  width?: number;
  dashed?: boolean;
  opacity?: number;
}

/** One of the strips of a chart that stand above each other on the same time axis. */
export interface Pane {
  /** Height in px, without the axis. */
  height: number;
  layers: readonly Layer[];
  title?: string;
  /** Name the layers with their colours behind the title. */
  legend?: boolean;
  min?: number;
  max?: number;
  /** How an axis value is written; without it the pane has no axis. */
  tick?: (value: number) => string;
  tickCount?: number;
  /** Let a few values stand far above the axis, marked with what they are, rather than to flatten all others. */
  clipped?: boolean;
}

export interface Reading {
  name: string;
  value: string;
  colour?: string;
}

export interface ChartSpec {
  /** What the chart shows, in a sentence: its name for screen readers. */
  label: string;
  start: number;
  end: number;
  panes: readonly Pane[];
  /** The spans the cursor steps through, in order. */
  spans: readonly { start: number; end: number }[];
  /** What is shown and read aloud for one of the spans. */
  describe: (index: number) => { title: string; readings: readonly Reading[]; note?: string };
  now?: number;
}

/** The span at this time, or the nearest. */
export function spanAt(spans: ChartSpec["spans"], at: number): number {
  let low = 0;
  let high = spans.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((spans[middle]?.start ?? Number.POSITIVE_INFINITY) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
