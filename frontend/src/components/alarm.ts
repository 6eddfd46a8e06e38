import { mdiAlertOctagon, mdiHandBackRight } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../api/errors";
import type { ControlStatus } from "../api/types";
import { element } from "../element";
import { notify } from "../ha/adapter";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { base, controls } from "../theme";
import { type App, errorText } from "../view";

/** What nobody may overlook on any page: a manual override, an emergency stop, an alert of control. */
@element("sigenstor-alarm")
export class Alarm extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) control: ControlStatus | null = null;
  @state() private busy = false;

  static override styles = [
    base,
    controls,
    css`
      .banner {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        padding: 8px 16px;
        min-height: 52px;
      }
      .banner div {
        flex: 1 1 200px;
      }
      strong {
        font-weight: 700;
        letter-spacing: 0.04em;
      }
      .override {
        background: #ffb300;
        color: #1c1c1c;
      }
      .stop {
        background: #b3261e;
        color: #fff;
      }
      .button {
        border-color: currentColor;
        color: inherit;
        min-height: 36px;
      }
    `,
  ];

  override render() {
    const control = this.control;
    if (control?.emergency_stop) {
      return this.#banner(
        "stop",
        mdiAlertOctagon,
        t("common.emergency_title"),
        t("common.emergency_text"),
        t("common.emergency_clear"),
        () => this.app.service.clearEmergencyStop(),
      );
    }
    if (!control?.override) return nothing;
    const { format } = this.app;
    const { kind, power_w, expires_at, target_soc } = control.override;
    const parts = [
      word("override", kind),
      kind === "force_hold" ? "" : format.power(power_w),
      target_soc === null || kind === "force_hold"
        ? ""
        : t("common.override_target", { soc: format.percent(target_soc) }),
      expires_at ? t("common.override_until", { time: format.soon(expires_at) }) : t("common.override_open"),
    ];
    return this.#banner(
      "override",
      mdiHandBackRight,
      t("common.override_title"),
      parts.filter(Boolean).join(" · "),
      t("common.override_stop"),
      () => this.app.service.clearOverride(),
    );
  }

  #banner(kind: string, path: string, title: string, text: string, button: string, act: () => Promise<unknown>) {
    return html`<div class="banner ${kind}" role="alert">
      ${icon(path)}
      <div><strong>${title}</strong><br />${text}</div>
      <button class="button" ?disabled=${this.busy} @click=${() => void this.#run(act)}>${button}</button>
    </div>`;
  }

  async #run(act: () => Promise<unknown>) {
    this.busy = true;
    try {
      await act();
    } catch (reason) {
      notify(this, errorText(asApiError(reason)));
    } finally {
      this.busy = false;
    }
  }
}
