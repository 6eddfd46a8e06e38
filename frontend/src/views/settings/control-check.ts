import { css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Live } from "../../api/types";
import { element } from "../../element";
import { type TextKey, t } from "../../i18n";
import { inFull, sentence } from "../../message";
import { base, controls } from "../../theme";
import { Ordering } from "../../view";

/** Starts the check of what the system obeys, follows it, and shows what the last one found. */
@element("sigenstor-control-check")
export class ControlCheck extends Ordering {
  @property({ attribute: false }) live!: Live;

  static override styles = [
    base,
    controls,
    css`
      .button {
        margin-top: 12px;
      }
    `,
  ];

  override render() {
    const { app } = this;
    const { control } = this.live;
    if (!control) return nothing;
    const { check, checking, emergency_stop, override } = control;
    const found = (check?.findings ?? []).map(({ said }) => sentence(said, app.format)).join(", ");
    const firmware = check?.firmware ? t("settings.check_firmware", { firmware: check.firmware }) : "";
    return html`
      <p class="faint">${t("settings.check_text")}</p>
      <div role="status">
        ${checking ? html`<p>${t("settings.check_running", { step: t(`settings.check_${checking}` as TextKey) })}</p>` : nothing}
        ${check && found ? html`<p>${checking ? found : t("settings.checked", { date: app.format.date(check.at), found })}</p>` : nothing}
      </div>
      ${
        check && found
          ? html`<details><summary class="faint">${t("dashboard.why")}</summary>${check.findings.map(({ said }) => html`<p>${inFull(said, app.format, check.at)}</p>`)}<p class="faint">${firmware}</p></details>`
          : nothing
      }
      <button
        class="button" ?disabled=${this.busy || this.lost || (!checking && (emergency_stop || override !== null))}
        @click=${() => void this.order(checking ? app.service.clearOverride : app.service.checkControl)}
      >${t(checking ? "settings.check_stop" : "settings.check_start")}</button>
    `;
  }
}
