import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../api/errors";
import type { OverrideWish } from "../api/service";
import type { ControlSettings, OverrideKind, Telemetry } from "../api/types";
import { element, fire } from "../element";
import { t, word } from "../i18n";
import { base, controls } from "../theme";
import { type App, errorText } from "../view";
import "../components/dialog";
import "../components/segments";

const MINUTES = [30, 60, 120, 240, 480] as const;
const OPEN = "open";

/** Asks for power, duration and target of an override, says in a sentence what it will do, and does it. */
@element("sigenstor-force-dialog")
export class ForceDialog extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) settings!: ControlSettings;
  @property({ attribute: false }) telemetry: Telemetry | null = null;
  @property() kind: OverrideKind = "force_charge";
  @state() private powerW = 0;
  @state() private targetSoc = 0;
  @state() private minutes = "60";
  @state() private busy = false;
  @state() private error = "";

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
        justify-content: space-between;
        font-size: var(--ha-font-size-m, 14px);
      }
      .value {
        color: var(--primary-text-color);
        font-weight: 500;
      }
      input[type="range"] {
        width: 100%;
      }
      .summary {
        padding: 12px 16px;
        border-radius: 12px;
        background: var(--sigenstor-sunken);
        font-size: var(--ha-font-size-l, 16px);
        text-wrap: pretty;
      }
      legend {
        padding: 0;
        margin-bottom: 4px;
        color: var(--secondary-text-color);
      }
      fieldset {
        border: none;
        padding: 0;
        margin: 0;
        min-width: 0;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    this.powerW = this.settings.override_power_w;
    this.targetSoc = this.kind === "force_export" ? this.settings.export_floor_soc : this.settings.charge_target_soc;
  }

  override render() {
    const name = word("override", this.kind);
    const hold = this.kind === "force_hold";
    const { format } = this.app;
    return html`<sigenstor-dialog open .heading=${name}>
      <div class="fields">
        ${hold ? nothing : this.#slider(t("dashboard.power"), this.powerW, 100, this.#most(), 100, format.power(this.powerW), (value) => (this.powerW = value))}
        ${
          hold
            ? nothing
            : this.#slider(
                t(this.kind === "force_export" ? "dashboard.floor" : "dashboard.target"),
                this.targetSoc,
                0,
                100,
                1,
                format.percent(this.targetSoc),
                (value) => (this.targetSoc = value),
              )
        }
        <fieldset>
          <legend>${t("dashboard.how_long")}</legend>
          <sigenstor-segments
            .label=${t("dashboard.how_long")} .value=${this.minutes} .options=${this.#durations()}
            @chosen=${(event: CustomEvent<string>) => (this.minutes = event.detail)}
          ></sigenstor-segments>
        </fieldset>
        <p class="summary">${this.#summary()}</p>
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      </div>
      <button slot="actions" class="button plain" @click=${this.#close}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy} @click=${() => void this.#confirm()}>${name}</button>
    </sigenstor-dialog>`;
  }

  #durations() {
    const { format } = this.app;
    const open = { value: OPEN, label: t("dashboard.open_end") };
    return [...MINUTES.map((minutes) => ({ value: String(minutes), label: format.duration(minutes / 60) })), open];
  }

  #slider(
    label: string,
    value: number,
    min: number,
    max: number,
    step: number,
    text: string,
    set: (value: number) => void,
  ) {
    return html`<label class="field">
      <span class="line"><span>${label}</span><span class="value">${text}</span></span>
      <input type="range" style="--fill:${((value - min) / (max - min)) * 100}%" min=${min} max=${max} step=${step} .value=${String(value)} aria-valuetext=${text} @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))} />
    </label>`;
  }

  #most() {
    const rated = this.kind === "force_export" ? this.telemetry?.rated_discharge_w : this.telemetry?.rated_charge_w;
    return Math.max(rated ?? 10_000, this.settings.override_power_w);
  }

  #summary() {
    const { format } = this.app;
    const values = { power: format.power(this.powerW), soc: format.percent(this.targetSoc) };
    const until = this.minutes === OPEN ? "" : format.soon(Date.now() + Number(this.minutes) * 60_000);
    return until
      ? t(`dashboard.${this.kind}_until`, { ...values, time: until })
      : t(`dashboard.${this.kind}_open`, values);
  }

  async #confirm() {
    const wish: OverrideWish = {
      ...(this.kind === "force_hold" ? {} : { power_w: this.powerW, target_soc: this.targetSoc }),
      ...(this.minutes === OPEN ? {} : { minutes: Number(this.minutes) }),
    };
    this.busy = true;
    this.error = "";
    try {
      await this.app.service.override(this.kind, wish);
      this.#close();
    } catch (reason) {
      this.error = errorText(asApiError(reason));
    } finally {
      this.busy = false;
    }
  }

  readonly #close = () => fire(this, "closed");
}
