import { css, html, LitElement, nothing, type SVGTemplateResult, svg } from "lit";
import { property, state } from "lit/decorators.js";
import { element, fire } from "../element";
import type { Format } from "../format";
import { base } from "../theme";
import { areas, axisOf, bars, beyond, strokes, yScale } from "./paths";
import { linear, timeTicks } from "./scale";
import { type ChartSpec, type Layer, type Pane, spanAt } from "./spec";

const LEFT = 44;
const RIGHT = 12;
/** How wide the mark of a value beyond the axis may be. */
const MARK = 40;
const AXIS = 24;
const GAP = 18;
const TITLE = 18;
const ICON = 16;
const LEAST_FOR_LEGEND = 240;
const HATCH = svg`<defs><pattern id="hatched" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch" width="1.5" height="6"></rect></pattern></defs>`;

/**
 * Panes above each other on one time axis, with a cursor through all of them.
 *
 * The cursor follows the mouse, a tap or the arrow keys; a click or Enter fires `chosen` with the span's index.
 */
@element("sigenstor-chart")
export class Chart extends LitElement {
  @property({ attribute: false }) spec!: ChartSpec;
  @property({ attribute: false }) format!: Format;
  /** The span that stays marked, such as the one whose details are shown. */
  @property({ attribute: false }) chosen: number | undefined;
  @state() private cursor: number | undefined;
  @state() private width = 0;
  readonly #observer = new ResizeObserver(([entry]) => {
    this.width = Math.floor(entry?.contentRect.width ?? 0);
  });

  static override styles = [
    base,
    css`
      /* Time runs from left to right in every language. */
      :host {
        position: relative;
        min-width: 0;
        direction: ltr;
      }
      svg.chart {
        display: block;
        overflow: visible;
        touch-action: pan-y;
        font-size: 11px;
      }
      .grid {
        stroke: var(--divider-color);
        stroke-width: 1;
        shape-rendering: crispEdges;
      }
      .grid.strong {
        stroke: var(--secondary-text-color);
        opacity: 0.5;
      }
      .hatch {
        fill: var(--secondary-text-color);
      }
      .sign {
        fill: var(--primary-text-color);
      }
      text {
        fill: var(--secondary-text-color);
      }
      text.title,
      text.beyond {
        fill: var(--primary-text-color);
        paint-order: stroke;
        stroke: var(--sigenstor-surface);
        stroke-width: 4px;
        stroke-linejoin: round;
      }
      text.title {
        font-weight: 500;
        font-size: 12px;
      }
      .name {
        fill: var(--secondary-text-color);
        font-weight: 400;
      }
      .now {
        stroke: var(--primary-color);
        stroke-width: 1.5;
      }
      .cursor {
        fill: var(--primary-text-color);
        opacity: 0.1;
      }
      .chosen {
        fill: var(--primary-color);
        opacity: 0.16;
      }
      .handle {
        position: absolute;
        inset: 0;
        pointer-events: none;
        border-radius: 8px;
      }
      .tip {
        position: absolute;
        z-index: 2;
        top: 0;
        max-width: min(280px, 80%);
        padding: 8px 12px;
        border-radius: 8px;
        background: var(--sigenstor-surface);
        border: 1px solid var(--divider-color);
        box-shadow: 0 2px 10px var(--sigenstor-shadow);
        font-size: var(--ha-font-size-s, 12px);
        pointer-events: none;
      }
      .tip strong {
        font-weight: 500;
      }
      .tip dl {
        display: grid;
        grid-template-columns: auto auto;
        gap: 2px 12px;
        margin: 4px 0 0;
      }
      dt {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--secondary-text-color);
      }
      dd {
        margin: 0;
        text-align: end;
      }
      i {
        width: 8px;
        height: 8px;
        border-radius: 2px;
        flex: none;
      }
      .note {
        margin-top: 4px;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    this.#observer.observe(this);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#observer.disconnect();
  }

  override render() {
    const { spec, width } = this;
    const panes = place(spec.panes);
    const height = panes.bottom + AXIS;
    if (width < LEFT + RIGHT) return html`<div style="height:${height}px"></div>`;
    const x = linear(spec.start, spec.end, LEFT, width - RIGHT);
    return html`
      <svg
        class="chart" role="img" aria-label=${spec.label} width=${width} height=${height}
        @pointermove=${this.#pointed} @pointerdown=${this.#pointed} @pointerleave=${this.#left} @click=${this.#clicked}
      >
        ${HATCH} ${this.#timeAxis(x, panes)}
        ${this.#span(this.chosen, x, panes.bottom, "chosen")}
        ${this.#span(this.cursor, x, panes.bottom, "cursor")}
        ${this.#now(x, panes)}
        ${panes.placed.map(({ pane, top }) => this.#pane(pane, top, x))}
      </svg>
      ${this.#handle()} ${this.#tip(x)}
    `;
  }

  #timeAxis(x: (at: number) => number, { placed, bottom }: ReturnType<typeof place>) {
    const { start, end } = this.spec;
    const ticks = timeTicks(start, end, this.width - LEFT - RIGHT, this.format);
    return svg`${ticks.map(({ at, label, strong }) => {
      const where = x(at);
      const lines = placed.map(({ pane, top }) => `M${where} ${top}v${pane.height}`).join("");
      return svg`<path class="grid ${strong ? "strong" : ""}" d=${lines}></path>
        <text x=${Math.min(Math.max(where, LEFT), this.width - label.length * 3.2)} y=${bottom + 16} text-anchor="middle" font-weight=${strong ? 600 : nothing}>${label}</text>`;
    })}`;
  }

  #pane(pane: Pane, top: number, x: (at: number) => number) {
    const axis = axisOf(pane);
    const y = yScale(pane, axis);
    const { start, end } = this.spec;
    const apart = (MARK * (end - start)) / (this.width - LEFT - RIGHT);
    return svg`<g transform="translate(0 ${top})">
      ${pane.title ? svg`<text class="title" x=${LEFT} y="-7">${pane.title}${pane.legend && this.width > LEAST_FOR_LEGEND ? legend(pane) : nothing}</text>` : nothing}
      ${pane.layers.filter((layer) => layer.kind === "band").map((layer) => band(layer, x, pane.height))}
      ${axis.ticks.map(
        (tick) => svg`
          <line class="grid ${tick === 0 && axis.low < 0 ? "strong" : ""}" x1=${LEFT} x2=${this.width - RIGHT} y1=${y(tick)} y2=${y(tick)}></line>
          <text x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${pane.tick?.(tick)}</text>`,
      )}
      ${pane.layers.map((layer) => draw(layer, x, y))}
      ${beyond(pane, axis.high, apart).map(
        (point) =>
          svg`<text class="beyond" x=${Math.min(x(point.start) + 2, this.width - RIGHT - MARK)} y="10">▲ ${pane.tick?.(point.value ?? 0)}</text>`,
      )}
    </g>`;
  }

  #span(index: number | undefined, x: (at: number) => number, bottom: number, name: string) {
    const span = index === undefined ? undefined : this.spec.spans[index];
    if (!span) return nothing;
    return svg`<rect class=${name} x=${x(span.start)} width=${Math.max(2, x(span.end) - x(span.start))} y="0" height=${bottom}></rect>`;
  }

  #now(x: (at: number) => number, { placed, bottom }: ReturnType<typeof place>) {
    const { now, start, end } = this.spec;
    if (now === undefined || now < start || now > end) return nothing;
    return svg`<line class="now" x1=${x(now)} x2=${x(now)} y1=${placed[0]?.top ?? 0} y2=${bottom}></line>`;
  }

  /** What the keyboard and a screen reader hold: a slider over time that says what is at each place. */
  #handle() {
    const at = this.cursor ?? this.chosen ?? 0;
    return html`<div
      class="handle" role="slider" tabindex="0" aria-label=${this.spec.label} aria-valuemin="0"
      aria-valuemax=${Math.max(0, this.spec.spans.length - 1)} aria-valuenow=${at} aria-valuetext=${this.#spoken(at)} @keydown=${this.#key} @blur=${this.#left}
    ></div>`;
  }

  #spoken(index: number): string {
    if (!this.spec.spans[index]) return "";
    const { title, readings, note } = this.spec.describe(index);
    return [title, ...readings.map(({ name, value }) => `${name} ${value}`), note ?? ""].filter(Boolean).join(", ");
  }

  #tip(x: (at: number) => number) {
    const span = this.cursor === undefined ? undefined : this.spec.spans[this.cursor];
    if (!span || this.cursor === undefined) return nothing;
    const { title, readings, note } = this.spec.describe(this.cursor);
    const middle = x((span.start + span.end) / 2);
    const side = middle < this.width / 2 ? `left:${middle + 14}px` : `right:${this.width - middle + 14}px`;
    return html`<div class="tip" style=${side} aria-hidden="true">
      <strong>${title}</strong>
      <dl>
        ${readings.map(
          ({ name, value, colour }) =>
            html`<dt>${colour ? html`<i style="background:${colour}"></i>` : nothing}${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${note ? html`<p class="note">${note}</p>` : nothing}
    </div>`;
  }

  readonly #pointed = (event: PointerEvent) => {
    const left = (event.currentTarget as Element).getBoundingClientRect().left;
    const at = linear(LEFT, this.width - RIGHT, this.spec.start, this.spec.end)(event.clientX - left);
    this.cursor = this.spec.spans.length > 0 ? spanAt(this.spec.spans, at) : undefined;
  };

  /** A tap leaves its reading on the screen; the mouse takes it along. */
  readonly #left = (event: Event) => {
    if ((event as PointerEvent).pointerType !== "touch") this.cursor = undefined;
  };

  readonly #clicked = () => {
    if (this.cursor !== undefined) fire(this, "chosen", this.cursor);
  };

  readonly #key = (event: KeyboardEvent) => {
    const last = this.spec.spans.length - 1;
    const at = this.cursor ?? this.chosen ?? 0;
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      PageUp: at - 12,
      PageDown: at + 12,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (next !== undefined) this.cursor = Math.min(last, Math.max(0, this.cursor === undefined ? at : next));
    else if (event.key === "Enter") fire(this, "chosen", at);
    else if (event.key === "Escape") this.cursor = undefined;
    else return;
    event.preventDefault();
  };
}

function place(panes: readonly Pane[]) {
  let bottom = 0;
  const placed = panes.map((pane, index) => {
    const top = bottom + (index > 0 ? GAP : 6) + (pane.title ? TITLE : 0);
    bottom = top + pane.height;
    return { pane, top };
  });
  return { placed, bottom };
}

const legend = (pane: Pane) =>
  pane.layers
    .filter(({ kind }) => kind !== "band")
    .map(({ name, colour }) => svg`<tspan dx="12" fill=${colour}>■</tspan><tspan class="name" dx="4">${name}</tspan>`);

function band(layer: Layer, x: (at: number) => number, height: number): SVGTemplateResult {
  return svg`${layer.points.map(({ start, end, colour, icon }) => {
    const [left, width] = [x(start), Math.max(0, x(end) - x(start))];
    const size = Math.min(ICON, height - 2);
    const place = `translate(${left + (width - size) / 2} ${(height - size) / 2}) scale(${size / 24})`;
    return svg`
      <rect x=${left} width=${width} y="0" height=${height} fill=${colour ?? layer.colour} opacity=${layer.opacity ?? 0.12}></rect>
      ${icon && width > size ? svg`<path class="sign" d=${icon} transform=${place}></path>` : nothing}`;
  })}`;
}

function draw(
  layer: Layer,
  x: (at: number) => number,
  y: (value: number) => number,
): SVGTemplateResult | typeof nothing {
  if (layer.kind === "band") return nothing;
  const { colour, opacity = 1 } = layer;
  if (layer.kind === "bars") {
    return svg`${bars(layer, x, y).map((path) => svg`<path d=${path.d} fill=${path.colour} opacity=${path.faint ? opacity * 0.45 : opacity}></path>`)}`;
  }
  const filled = layer.kind === "area" || layer.kind === "step-area";
  return svg`
    ${filled ? areas(layer, x, y).map(({ d, faint }) => svg`<path d=${d} fill=${colour} opacity=${(faint ? 0.12 : 0.26) * opacity}></path>`) : nothing}
    ${strokes(layer, x, y).map(
      ({ d, faint }) =>
        svg`<path d=${d} fill="none" stroke=${colour} stroke-width=${layer.width ?? 2} stroke-linejoin="round" stroke-dasharray=${faint || layer.dashed ? "4 4" : nothing} opacity=${faint ? opacity * 0.7 : opacity}></path>`,
    )}`;
}
