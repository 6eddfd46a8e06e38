import { html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { EnergySetUp } from "../../api/types";
import { element } from "../../element";
import { type TextKey, t } from "../../i18n";
import { base, controls } from "../../theme";
import { Ordering } from "../../view";

const KINDS: Record<EnergySetUp["kept"][number], TextKey> = {
  battery: "dashboard.battery",
  grid: "dashboard.grid",
  solar: "dashboard.sun",
};

/** Adds the system's sensors to the Energy dashboard, and says which. */
@element("sigenstor-energy-dashboard")
export class EnergyDashboard extends Ordering {
  @state() private done: EnergySetUp | undefined;

  static override styles = [base, controls];

  override render() {
    const { added, kept } = this.done ?? { added: [], kept: [] };
    const sensors = added.map((id) => this.app.hass().states[id]?.attributes.friendly_name ?? id).join(", ");
    const kinds = kept.map((kind) => t(KINDS[kind])).join(", ");
    return html`
      <p class="faint">${t("settings.energy_text")}</p>
      <div role="status">
        ${this.done && (sensors || !kinds) ? html`<p>${sensors ? t("settings.energy_added", { sensors }) : t("settings.energy_nothing")}</p>` : nothing}
        ${kinds ? html`<p>${t("settings.energy_kept", { kinds })}</p>` : nothing}
      </div>
      <br />
      <button class="button" ?disabled=${this.busy || this.lost} @click=${() => void this.order(this.#setUp)}>${t("settings.energy_start")}</button>
    `;
  }

  readonly #setUp = async () => {
    this.done = await this.app.service.setUpEnergyDashboard();
  };
}
