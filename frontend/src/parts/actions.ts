import { mdiClose } from "@mdi/js";
import { css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { ControlStatus, Live, Mode, OverrideKind } from "../api/types";
import { ACTION_ICON, FORCED } from "../components/actions";
import { element } from "../element";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { sentence } from "../message";
import { ACTION_COLOUR, base, controls } from "../theme";
import { Ordering } from "../view";
import "../components/dialog";
import "../components/segments";
import { isLeftAlone, lowLimitsOf } from "./headline";
import "./force-dialog";

const FORCES = ["force_charge", "force_hold", "force_export"] as const;
const MODES: readonly Mode[] = ["auto", "manual", "learning"];

/** What a person can order: the mode and the overrides. */
@element("sigenstor-actions")
export class Actions extends Ordering {
  @property({ attribute: false }) live!: Live;
  @state() private asking: OverrideKind | undefined;
  /** The mode that is asked about before it is set. */
  @state() private chosen: Mode | undefined;

  static override styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
        container-type: inline-size;
      }
      sigenstor-segments {
        display: block;
      }
      .hint {
        color: var(--secondary-text-color);
        margin-top: -4px;
      }
      .forces {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 8px;
      }
      .force {
        display: grid;
        justify-items: center;
        align-content: center;
        gap: 4px;
        min-height: 76px;
        padding: 8px 4px;
        border: 1px solid var(--divider-color);
        border-radius: 12px;
        background: transparent;
        color: inherit;
        font: inherit;
        font-weight: 500;
        cursor: pointer;
      }
      @container (width < 270px) {
        .forces {
          grid-template-columns: minmax(0, 1fr);
        }
        .force {
          grid-template-columns: auto minmax(0, 1fr);
          justify-items: start;
          align-items: center;
          min-height: 44px;
          padding: 4px 12px;
        }
      }
      .force:hover {
        background: var(--sigenstor-sunken);
      }
      .force[disabled] {
        opacity: 0.5;
        cursor: default;
      }
      .force svg {
        fill: color-mix(in srgb, var(--colour) 80%, var(--primary-text-color));
      }
      .force[aria-pressed="true"] {
        background: var(--sigenstor-override);
        border-color: transparent;
        color: var(--sigenstor-on-bright);
      }
      .force[aria-pressed="true"] svg {
        fill: currentColor;
      }
    `,
  ];

  override render() {
    const control = this.live.control;
    if (!control) return html`<p class="faint">${t("dashboard.no_control")}</p>`;
    const { mode } = control.settings;
    const override = control.override?.kind;
    const { may_control, entities } = this.app.plant;
    const off = !may_control || this.lost || this.busy;
    const limits = lowLimitsOf(control, this.app.format);
    return html`
      <sigenstor-segments
        .label=${t("dashboard.mode")} .value=${this.chosen ?? mode} .options=${MODES.map((value) => ({ value, label: word("mode", value) }))}
        .disabled=${off || !entities.control_mode}
        @chosen=${(event: CustomEvent<Mode>) => (this.chosen = event.detail === mode ? undefined : event.detail)}
      ></sigenstor-segments>
      ${this.lost ? nothing : html`<p class="hint">${this.#hint(control)}</p>`}
      ${limits ? html`<p class="hint">${limits}</p>` : nothing}
      ${this.lost || !may_control ? html`<p class="hint" role="status">${t(this.lost ? "dashboard.hint_lost" : "dashboard.hint_may_not")}</p>` : nothing}
      <div class="forces">
        ${FORCES.map(
          (kind) =>
            html`<button class="force" style="--colour:${ACTION_COLOUR[FORCED[kind]]}" aria-pressed=${kind === override} ?disabled=${off || control.emergency_stop} @click=${() => (this.asking = kind)}>
            ${icon(ACTION_ICON[FORCED[kind]])}<span>${word("override", kind)}</span>
          </button>`,
        )}
      </div>
      ${override ? html`<button class="button" ?disabled=${off} @click=${() => void this.#run(() => this.app.service.clearOverride())}>${icon(mdiClose)}${t("common.override_stop")}</button>` : nothing}
      ${this.#dialog()} ${this.chosen ? this.#question(this.chosen) : nothing}
    `;
  }

  #hint(control: ControlStatus) {
    const { state, emergency_stop, override, settings } = control;
    if (emergency_stop) return t("dashboard.hint_stop");
    if (isLeftAlone(control)) return sentence(control.reason, this.app.format);
    if (override) return t("dashboard.hint_override");
    if (state === "external") return t("dashboard.hint_external");
    const until = this.live.optimiser?.learning_until;
    if (settings.mode === "learning" && until)
      return t("dashboard.hint_learning_until", { date: this.app.format.date(until) });
    return t(`dashboard.hint_${settings.mode}`);
  }

  #dialog() {
    const control = this.live.control;
    if (!this.asking || !control) return nothing;
    const close = () => {
      this.asking = undefined;
    };
    return html`<sigenstor-force-dialog .app=${this.app} .kind=${this.asking} .settings=${control.settings} .live=${this.live} ?lost=${this.lost} @closed=${close}></sigenstor-force-dialog>`;
  }

  /** What changes with a mode, before it changes. */
  #question(mode: Mode) {
    const close = () => {
      this.chosen = undefined;
    };
    const change = () => {
      close();
      void this.#run(() => this.app.service.setMode(mode));
    };
    const { override, emergency_stop } = this.live.control ?? {};
    return html`<sigenstor-dialog open .heading=${t("dashboard.change_title", { mode: word("mode", mode) })} @closed=${close}>
      <p>${t(`dashboard.change_${mode}`)}</p>
      ${emergency_stop || override ? html`<p>${t(emergency_stop ? "dashboard.change_stopped" : "dashboard.change_override")}</p>` : nothing}
      <button slot="actions" class="button plain" @click=${close}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.lost} @click=${change}>${t("dashboard.change")}</button>
    </sigenstor-dialog>`;
  }

  async #run(act: () => Promise<unknown>) {
    if (!(await this.order(act))) this.live = { ...this.live };
  }
}
