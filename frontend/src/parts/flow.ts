import { mdiCarElectric, mdiHomeBattery, mdiHomeOutline, mdiTransmissionTower, mdiWhiteBalanceSunny } from "@mdi/js";
import { css, html, LitElement, nothing, svg } from "lit";
import { property } from "lit/decorators.js";
import type { Telemetry } from "../api/types";
import { element } from "../element";
import type { Format } from "../format";
import { t } from "../i18n";
import { icon } from "../icon";
import { base, COLOUR } from "../theme";
import { type Flows, flowsOf, IDLE_W } from "./flows";

/** The lines of the picture, each from where the power comes and in its colour; their ends meet the circles below. */
const LINES: Record<keyof Flows, { path: string; colour: string }> = {
  sunToHouse: { path: "M212 98C212 150 250 172 298 172", colour: COLOUR.sun },
  sunToGrid: { path: "M188 98C188 150 150 172 102 172", colour: COLOUR.sun },
  sunToBattery: { path: "M200 98V222", colour: COLOUR.sun },
  gridToHouse: { path: "M102 184H298", colour: COLOUR.grid },
  gridToBattery: { path: "M102 196C146 196 178 206 184 224", colour: COLOUR.grid },
  batteryToHouse: { path: "M216 224C222 206 254 196 298 196", colour: COLOUR.discharge },
  batteryToGrid: { path: "M184 224C178 206 146 196 102 196", colour: COLOUR.discharge },
  houseToVehicle: { path: "M316 219C288 238 286 264 311 285", colour: COLOUR.vehicle },
  vehicleToHouse: { path: "M311 285C286 264 288 238 316 219", colour: COLOUR.vehicle },
};
/** A line is one, whichever way it flows; that to a vehicle is there where a charger is. */
const { batteryToGrid: _, vehicleToHouse: __, houseToVehicle, ...DRAWN } = LINES;
const RING_RADIUS = 74;
const RING_LENGTH = 2 * Math.PI * RING_RADIUS;

/** Percent of the picture's width in a second: few steps, because running dots jump whenever their pace changes. */
const pace = (w: number) => (w < 300 ? 4 : w < 1000 ? 6 : w < 3000 ? 9 : w < 6000 ? 13 : 18);
const DOTS = 3;
/** How long dots run after a change, or when somebody points at them. */
const RUN_MS = 5000;
const SAMPLES = 10;
/** Where along a line its arrow stands. */
const ARROW_AT = 0.55;

/** Sun, grid, house, battery and vehicle with the power that flows between them now, and the battery's state of charge as a ring. */
@element("sigenstor-flow")
export class Flow extends LitElement {
  @property({ attribute: false }) telemetry: Telemetry | null = null;
  @property({ attribute: false }) format!: Format;
  /** Whether the connection is gone, so that nothing moves any more. */
  @property({ attribute: false }) stale = false;

  #paces = "";

  static override styles = [
    base,
    css`
      :host {
        container-type: inline-size;
      }
      .picture {
        position: relative;
        direction: ltr;
        container-type: inline-size;
        width: 100%;
        max-width: 440px;
        aspect-ratio: 400 / 388;
        margin: 0 auto;
      }
      svg.lines {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        overflow: visible;
      }
      .line {
        fill: none;
        stroke: var(--divider-color);
        stroke-width: 2;
      }
      .flowing {
        fill: none;
        stroke-width: 2.5;
      }
      .arrow {
        stroke: var(--sigenstor-surface, var(--card-background-color));
        stroke-width: 1.5;
      }
      /* Moved by the compositor alone: a tab that only shows this costs next to nothing. */
      .dot {
        position: absolute;
        top: -4px;
        left: -4px;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--colour);
        opacity: 0;
      }
      .track {
        fill: var(--sigenstor-surface, var(--card-background-color));
        stroke: var(--sigenstor-sunken);
        stroke-width: 10;
      }
      .soc {
        fill: none;
        stroke-width: 10;
        stroke-linecap: round;
        transition: stroke-dashoffset 600ms;
      }
      .node {
        position: absolute;
        width: 22%;
        aspect-ratio: 1;
        translate: -50% -50%;
        display: grid;
        place-content: center;
        justify-items: center;
        border-radius: 50%;
        border: 2px solid var(--colour);
        background: var(--sigenstor-surface, var(--card-background-color));
        font-weight: 500;
        white-space: nowrap;
        line-height: 1.3;
        font-size: clamp(12px, 3.8cqi, 16px);
        --icon-size: clamp(20px, 6.2cqi, 28px);
      }
      .node svg {
        fill: var(--colour);
      }
      .idle {
        --colour: var(--divider-color) !important;
      }
      .idle svg {
        fill: var(--secondary-text-color);
      }
      .label {
        position: absolute;
        translate: -50% 0;
        color: var(--secondary-text-color);
        font-size: clamp(12px, 3.4cqi, 14px);
        white-space: nowrap;
      }
      .battery {
        position: absolute;
        left: 50%;
        top: 77.8%;
        translate: -50% -50%;
        width: 34%;
        text-align: center;
        line-height: 1.25;
        font-size: clamp(12px, 3.4cqi, 14px);
        white-space: nowrap;
      }
      .battery strong {
        display: block;
        font-size: clamp(26px, 9cqi, 38px);
        font-weight: 400;
        line-height: 1.1;
      }
      .battery .power {
        font-weight: 500;
      }
      :host([stale]) .picture {
        filter: grayscale(0.9);
        opacity: 0.65;
      }
      .list {
        display: none;
        grid-template-columns: auto 1fr auto;
        gap: 4px 8px;
        align-items: center;
        --icon-size: 20px;
      }
      .list dd {
        margin: 0;
        text-align: end;
        white-space: nowrap;
      }
      /* Too narrow for a picture: the same in a list. */
      @container (width < 240px) {
        .picture {
          display: none;
        }
        .list {
          display: grid;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .dot {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { telemetry, format } = this;
    this.toggleAttribute("stale", this.stale || telemetry?.source === "stale");
    const flows = telemetry ? flowsOf(telemetry) : undefined;
    const active = (Object.entries(LINES) as [keyof Flows, (typeof LINES)[keyof Flows]][]).filter(
      ([name]) => (flows?.[name] ?? 0) >= IDLE_W,
    );
    const grid = telemetry?.grid_w ?? 0;
    const vehicle = telemetry?.vehicle_w ?? null;
    const exporting = grid < -IDLE_W;
    const gridName = t(
      exporting ? "dashboard.grid_export" : grid > IDLE_W ? "dashboard.grid_import" : "dashboard.grid",
    );
    return html`<div class="picture" role="img" @pointerenter=${this.#run} aria-label=${this.#spoken()}>
      <svg class="lines" viewBox="0 0 400 388" aria-hidden="true">
        ${Object.values(DRAWN).map(({ path }) => svg`<path class="line" d=${path}></path>`)}
        ${vehicle === null ? nothing : svg`<path class="line" d=${houseToVehicle.path}></path>`}
        ${active.map(([name, { path, colour }]) => svg`<path class="flowing" data-line=${name} d=${path} stroke=${colour}></path><path class="arrow" d="M-6 -6L6 0L-6 6Z" data-arrow=${name} fill=${colour}></path>`)}
        ${this.#ring()}
      </svg>
      ${this.stale || telemetry?.source === "stale" ? nothing : active.map(([name, { colour }]) => Array.from({ length: DOTS }, () => html`<i class="dot" data-dot=${name} style="--colour:${colour}"></i>`))}
      ${this.#node(50, 13.9, mdiWhiteBalanceSunny, telemetry?.pv_w, COLOUR.sun)}
      ${this.#node(14.2, 47.4, mdiTransmissionTower, telemetry ? Math.abs(grid) : null, exporting ? COLOUR.export : COLOUR.grid)}
      ${this.#node(85.8, 47.4, mdiHomeOutline, telemetry?.house_w, COLOUR.house)}
      <span class="label" style="left:63%;top:11.2%;translate:none">${t("dashboard.sun")}</span>
      <span class="label" style="left:14.2%;top:60%">${gridName}</span>
      <span class="label" style="left:85.8%;top:60%">${t("dashboard.house")}</span>
      ${
        vehicle === null
          ? nothing
          : html`${this.#node(85.8, 81.4, mdiCarElectric, Math.abs(vehicle), COLOUR.vehicle)}
      <span class="label" style="left:85.8%;top:93.3%">${t("dashboard.vehicle")}</span>`
      }
      <div class="battery">
        <span class="faint">${format.energy(telemetry?.stored_kwh)}</span>
        <strong>${format.percent(telemetry?.soc)}</strong>
        <span class="power">${this.#batteryPower()}</span>
      </div>
    </div>
    <dl class="list">
      ${this.#line(mdiWhiteBalanceSunny, t("dashboard.sun"), format.power(telemetry?.pv_w))}
      ${this.#line(mdiTransmissionTower, gridName, telemetry ? format.power(Math.abs(grid)) : "–")}
      ${this.#line(mdiHomeOutline, t("dashboard.house"), format.power(telemetry?.house_w))}
      ${vehicle === null ? nothing : this.#line(mdiCarElectric, t("dashboard.vehicle"), format.power(vehicle))}
      ${this.#line(mdiHomeBattery, format.percent(telemetry?.soc), this.#batteryPower())}
    </dl>`;
  }

  #line = (path: string, name: string, value: string) =>
    html`<dt>${icon(path)}</dt><dd style="text-align:start">${name}</dd><dd>${value}</dd>`;

  /** Put an arrow on each line, and let dots run along it when it is new or has another pace. */
  protected override updated() {
    const flows = this.telemetry && flowsOf(this.telemetry);
    const lines = [...this.renderRoot.querySelectorAll<SVGPathElement>("[data-line]")];
    for (const line of lines) {
      const length = line.getTotalLength?.();
      if (!length) return;
      const [here, ahead] = [ARROW_AT, ARROW_AT + 0.02].map((share) => line.getPointAtLength(length * share));
      const angle = here && ahead ? (Math.atan2(ahead.y - here.y, ahead.x - here.x) * 180) / Math.PI : 0;
      this.renderRoot
        .querySelector(`[data-arrow=${line.dataset.line}]`)
        ?.setAttribute("transform", `translate(${here?.x} ${here?.y}) rotate(${angle})`);
    }
    const paces = lines.map(({ dataset }) => `${dataset.line} ${pace(flows?.[dataset.line as keyof Flows] ?? 0)}`);
    if (paces.join() !== this.#paces) this.#run();
    this.#paces = paces.join();
  }

  /** Let the dots run for a while. They cost 10 % of a core where no graphics card helps, so they rest again. */
  readonly #run = () => {
    const flows = this.telemetry && flowsOf(this.telemetry);
    if (!flows || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const line of this.renderRoot.querySelectorAll<SVGPathElement>("[data-line]")) {
      const name = line.dataset.line as keyof Flows;
      const length = line.getTotalLength();
      const duration = (length / 4 / pace(flows[name])) * 1000;
      const frames = Array.from({ length: SAMPLES + 1 }, (_, step) => {
        const { x, y } = line.getPointAtLength((length * step) / SAMPLES);
        return { opacity: 1, transform: `translate(${x / 4}cqi, ${y / 4}cqi)` };
      });
      for (const [index, dot] of [...this.renderRoot.querySelectorAll(`[data-dot=${name}]`)].entries()) {
        for (const running of dot.getAnimations()) running.cancel();
        dot.animate(frames, {
          duration,
          iterations: Math.ceil(RUN_MS / duration),
          delay: (duration * index) / DOTS,
        });
      }
    }
  };

  #node(x: number, y: number, path: string, w: number | null | undefined, colour: string) {
    const idle = w == null || w < IDLE_W;
    return html`<div class="node ${idle ? "idle" : ""}" style="left:${x}%;top:${y}%;--colour:${colour}">${icon(path)}<span>${this.format.power(w)}</span></div>`;
  }

  #ring() {
    const soc = this.telemetry?.soc ?? 0;
    return svg`<circle class="track" cx="200" cy="302" r=${RING_RADIUS}></circle>
      <circle class="soc" cx="200" cy="302" r=${RING_RADIUS} stroke=${COLOUR.soc} transform="rotate(-90 200 302)"
        stroke-dasharray=${RING_LENGTH} stroke-dashoffset=${RING_LENGTH * (1 - soc / 100)} visibility=${soc > 0 ? nothing : "hidden"}></circle>`;
  }

  #batteryPower() {
    const battery = this.telemetry?.battery_w;
    if (battery == null) return "–";
    if (Math.abs(battery) < IDLE_W) return t("dashboard.battery_rests");
    return `${battery > 0 ? "↑" : "↓"} ${this.format.power(Math.abs(battery))}`;
  }

  #spoken() {
    const { telemetry, format } = this;
    if (!telemetry) return t("common.source_none");
    const { pv_w, house_w, grid_w, battery_w, soc, vehicle_w = null } = telemetry;
    const told = t("dashboard.flow_spoken", {
      sun: format.power(pv_w),
      house: format.power(house_w),
      grid: `${t((grid_w ?? 0) < 0 ? "dashboard.grid_export" : "dashboard.grid_import")} ${format.power(grid_w === null ? null : Math.abs(grid_w))}`,
      battery: `${t((battery_w ?? 0) < 0 ? "dashboard.discharges" : "dashboard.charges")} ${format.power(battery_w === null ? null : Math.abs(battery_w))}`,
      soc: format.percent(soc),
    });
    if (vehicle_w === null) return told;
    const way = t(vehicle_w < 0 ? "dashboard.discharges" : "dashboard.charges");
    const vehicle = `${Math.abs(vehicle_w) < IDLE_W ? "" : `${way} `}${format.power(Math.abs(vehicle_w))}`;
    return `${told} ${t("dashboard.flow_spoken_vehicle", { vehicle })}`;
  }
}
