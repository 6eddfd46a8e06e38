import { mdiAlertOctagon } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError, isPassing } from "../api/errors";
import { emergencyStop } from "../api/service";
import { element } from "../element";
import { Format } from "../format";
import type { HomeAssistant } from "../ha/types";
import { t } from "../i18n";
import { icon } from "../icon";
import { base, controls } from "../theme";
import { errorText } from "../view";
import "./dialog";

/** The emergency stop: it can be pressed at any time, whatever is loading, running or lost. */
@element("sigenstor-stop")
export class Stop extends LitElement {
  @property({ attribute: false }) hass!: HomeAssistant;
  /** The plant; without one, the only one. */
  @property() entryId: string | undefined;
  /** Whether the plant is loaded, so that the stop acts at once. */
  @property({ type: Boolean }) loaded = false;
  /** Small, for the header. */
  @property({ type: Boolean }) small = false;
  @state() private asking = false;
  @state() private answer = "";
  @state() private taken = false;

  static override styles = [
    base,
    controls,
    css`
      .button {
        width: 100%;
        --icon-size: 20px;
      }
      :host(:not([small])) .button.opener {
        border-color: color-mix(in srgb, var(--sigenstor-danger) 60%, transparent);
      }
      :host(:not([small])) .opener svg {
        fill: var(--sigenstor-danger);
      }
      .small {
        min-height: 36px;
        padding: 0 12px;
      }
      p + p {
        margin-top: 8px;
      }
      @media (max-width: 1180px) {
        .small span {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const name = t("dashboard.emergency_stop") || "Emergency stop";
    const opener = this.small
      ? html`<button class="button danger opener small" aria-label=${t("common.stop") || name} title=${name} @click=${this.#ask}>${icon(mdiAlertOctagon)}<span>${t("common.stop")}</span></button>`
      : html`<button class="button opener" @click=${this.#ask}>${icon(mdiAlertOctagon)}${name}</button>`;
    return html`${opener}${this.asking ? this.#dialog(name) : nothing}`;
  }

  #dialog(name: string) {
    return html`<sigenstor-dialog open .heading=${name} @closed=${this.#close}>
      ${this.taken ? nothing : html`<p>${t("dashboard.emergency_confirm")}</p>`}
      ${this.taken || this.loaded ? nothing : html`<p>${t("dashboard.emergency_not_loaded")}</p>`}
      ${this.answer ? html`<p role="alert"><strong>${this.answer}</strong></p>` : nothing}
      <button slot="actions" class="button plain" @click=${this.#close}>${t(this.taken ? "common.close" : "common.cancel")}</button>
      <button slot="actions" class="button danger" @click=${() => void this.#stop()}>${name}</button>
    </sigenstor-dialog>`;
  }

  readonly #ask = () => {
    this.asking = true;
    this.answer = "";
    this.taken = false;
  };

  readonly #close = () => {
    this.asking = false;
  };

  async #stop() {
    const { loaded } = this;
    this.answer = t("dashboard.emergency_sending");
    try {
      await emergencyStop(this.hass, this.entryId);
      if (loaded) return this.#close();
      this.taken = true;
      this.answer = t("dashboard.emergency_taken");
    } catch (reason) {
      const error = asApiError(reason);
      this.answer =
        isPassing(error) || !error.message
          ? t("dashboard.emergency_unanswered")
          : errorText(error, Format.of(this.hass));
    }
  }
}
