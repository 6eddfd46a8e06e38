import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../api/errors";
import { valueIn } from "../api/remote";
import type { OverrideRequest } from "../api/service";
import type { ControlSettings, Live, OverrideKind } from "../api/types";
import { FeedController } from "../controllers";
import { element, fire } from "../element";
import { t, word } from "../i18n";
import { base, controls } from "../theme";
import { type App, errorText } from "../view";
import { estimateOf, estimateText } from "./estimate";
import { nowOf } from "./headline";
import "../components/dialog";
import "../components/segments";

const MINUTES = [30, 60, 120, 240, 480] as const;
const OPEN = "open";
const MINUTE_MS = 60_000;
const MORNING_HOUR = 6;
/** How much a battery keeps for the night by the preset that asks for it, percent. */
const KEPT_SOC = 50;
const lastPower = (kind: OverrideKind) => `sigenstor.${kind}_w`;

/** Asks for power, duration and target of an override, says in a sentence what it will do, and does it. */
@element("sigenstor-force-dialog")
export class ForceDialog extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) settings!: ControlSettings;
  @property({ attribute: false }) live!: Live;
  @property() kind: OverrideKind = "force_charge";
  /** Whether the connection is gone: nothing can be ordered, and the clock stands still. */
  @property({ type: Boolean }) lost = false;
  @state() private powerW = 0;
  @state() private targetSoc = 0;
  /** One of MINUTES or OPEN, or what a preset comes to. */
  @state() private minutes = "60";
  @state() private busy = false;
  @state() private error = "";

  readonly #plan = new FeedController(this, () => this.app.service.plan);

  static override styles = [
    base,
    controls,
    css`
      .fields {
        display: grid;
        gap: 20px;
      }
      .line {
        display: flex;
        align-items: center;
        gap: 12px;
        font-size: var(--ha-font-size-m, 14px);
      }
      .line input[type="range"] {
        flex: 1;
        min-width: 0;
      }
      .line input[type="number"] {
        width: 9ch;
        text-align: end;
      }
      .presets {
        gap: 8px;
      }
      .presets .button {
        min-height: 36px;
      }
      legend {
        padding: 0;
        margin-bottom: 4px;
        color: var(--secondary-text-color);
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    const last = Number(localStorage.getItem(lastPower(this.kind)));
    this.powerW = Math.min(last || this.#most(), this.#most());
    this.targetSoc = this.kind === "force_export" ? this.settings.export_floor_soc : this.settings.charge_target_soc;
  }

  override render() {
    const name = word("override", this.kind);
    const hold = this.kind === "force_hold";
    const target = t(this.kind === "force_export" ? "dashboard.floor" : "dashboard.target");
    return html`<sigenstor-dialog open .heading=${name}>
      <div class="fields">
        ${hold ? nothing : this.#number(t("dashboard.power"), "kW", this.powerW / 1000, 0.1, this.#most() / 1000, 0.1, (kw) => (this.powerW = Math.round(kw * 1000)))}
        ${hold ? nothing : this.#number(target, "%", this.targetSoc, 0, 100, 1, (soc) => (this.targetSoc = soc))}
        <fieldset>
          <legend>${t("dashboard.how_long")}</legend>
          <sigenstor-segments
            .label=${t("dashboard.how_long")} .value=${this.minutes} .options=${this.#durations()}
            @chosen=${(event: CustomEvent<string>) => (this.minutes = event.detail)}
          ></sigenstor-segments>
        </fieldset>
        <div class="row wrap presets">${this.#presets()}</div>
        <p class="summary" aria-live="polite">${this.#summary()} ${this.#estimate()}</p>
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      </div>
      <button slot="actions" class="button plain" @click=${this.#close}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy || this.lost} @click=${() => void this.#confirm()}>${name}</button>
    </sigenstor-dialog>`;
  }

  #durations() {
    const { format } = this.app;
    const open = { value: OPEN, label: t("dashboard.open_end") };
    return [...MINUTES.map((minutes) => ({ value: String(minutes), label: format.duration(minutes / 60) })), open];
  }

  /** A number to slide or to type. */
  #number(
    label: string,
    unit: string,
    value: number,
    min: number,
    max: number,
    step: number,
    set: (value: number) => void,
  ) {
    const changed = (event: Event) => {
      const { valueAsNumber } = event.target as HTMLInputElement;
      if (Number.isFinite(valueAsNumber)) set(Math.min(max, Math.max(min, valueAsNumber)));
    };
    return html`<div class="field"><span class="faint">${label} (${unit})</span>
      <div class="line">
        <input type="range" style="--fill:${((value - min) / (max - min)) * 100}%" min=${min} max=${max} step=${step} .value=${String(value)} aria-label=${label} aria-valuetext="${value} ${unit}" @input=${changed} />
        <input type="number" min=${min} max=${max} step=${step} .value=${String(value)} aria-label="${label} (${unit})" @change=${changed} />
      </div></div>`;
  }

  /** Ready-made orders, which fill the form in. */
  #presets() {
    const { format } = this.app;
    const morning = this.#morning();
    const time = format.soon(morning, this.#now);
    const minutes = String(Math.ceil((morning - this.#now) / MINUTE_MS));
    const button = (label: string, set: () => void) => html`<button class="button" @click=${set}>${label}</button>`;
    const fill = (values: { powerW?: number; targetSoc?: number; minutes?: string }) => () =>
      void Object.assign(this, values);
    if (this.kind === "force_charge")
      return [
        button(t("dashboard.preset_full_now"), fill({ powerW: this.#most(), targetSoc: 100, minutes: OPEN })),
        button(
          t("dashboard.preset_full_by", { time }),
          fill({ powerW: this.#powerFor(100, morning), targetSoc: 100, minutes }),
        ),
      ];
    if (this.kind === "force_hold") return button(t("dashboard.preset_until", { time }), fill({ minutes }));
    if ((this.live.telemetry?.soc ?? 0) <= KEPT_SOC) return nothing;
    return button(
      t("dashboard.preset_keep", { soc: format.percent(KEPT_SOC), time }),
      fill({ targetSoc: KEPT_SOC, minutes }),
    );
  }

  /** The next morning in the home, in ms. */
  #morning(): number {
    const { format } = this.app;
    const today = format.startOfDay(this.#now) + MORNING_HOUR * 60 * MINUTE_MS;
    return today > this.#now ? today : today + 24 * 60 * MINUTE_MS;
  }

  /** The least power, in tenths of a kW, that gets there in time. */
  #powerFor(targetSoc: number, until: number): number {
    const most = this.#most();
    for (let powerW = 500; powerW < most; powerW += 100)
      if (this.#estimated(powerW, targetSoc, until)?.reached) return powerW;
    return most;
  }

  #most() {
    const { telemetry } = this.live;
    const rated = this.kind === "force_export" ? telemetry?.rated_discharge_w : telemetry?.rated_charge_w;
    return Math.max(rated ?? 10_000, this.settings.override_power_w);
  }

  get #now() {
    return nowOf(this.live, this.lost);
  }

  get #until() {
    return this.minutes === OPEN ? Number.POSITIVE_INFINITY : this.#now + Number(this.minutes) * MINUTE_MS;
  }

  #summary() {
    const { format } = this.app;
    const values = { power: format.power(this.powerW), soc: format.percent(this.targetSoc) };
    return this.minutes === OPEN
      ? t(`dashboard.${this.kind}_open`, values)
      : t(`dashboard.${this.kind}_until`, { ...values, time: format.soon(this.#until, this.#now) });
  }

  #estimated(powerW: number, targetSoc: number, until: number) {
    const { telemetry, prices } = this.live;
    const plan = valueIn(this.#plan.current) ?? null;
    const present = { telemetry, plan, buy: prices?.now?.buy ?? null, sell: prices?.now?.sell ?? null };
    return estimateOf(this.kind, powerW, targetSoc, until, present, this.#now);
  }

  /** How far it gets, and what that costs. */
  #estimate() {
    const found = this.#estimated(this.powerW, this.targetSoc, this.#until);
    if (found?.reached && found.end - this.#now < MINUTE_MS) return t("dashboard.estimate_there");
    return estimateText(found, this.app.format, this.#now);
  }

  async #confirm() {
    const request: OverrideRequest = {
      ...(this.kind === "force_hold" ? {} : { power_w: this.powerW, target_soc: this.targetSoc }),
      ...(this.minutes === OPEN ? {} : { minutes: Number(this.minutes) }),
    };
    this.busy = true;
    this.error = "";
    try {
      await this.app.service.override(this.kind, request);
      if (this.kind !== "force_hold") localStorage.setItem(lastPower(this.kind), String(this.powerW));
      this.#close();
    } catch (reason) {
      this.error = errorText(asApiError(reason), this.app.format);
    } finally {
      this.busy = false;
    }
  }

  readonly #close = () => fire(this, "closed");
}
