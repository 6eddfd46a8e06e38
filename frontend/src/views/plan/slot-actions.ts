import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../../api/errors";
import type { Live, OverrideKind, Plan, PlanSlot } from "../../api/types";
import { element } from "../../element";
import { notify } from "../../ha/adapter";
import { t, word } from "../../i18n";
import { base, controls } from "../../theme";
import { type App, errorText } from "../../view";
import { type Alternative, extraCost } from "./alternatives";
import { endOf, startOf } from "./groups";
import "../../components/dialog";

/** What is an override while it lasts; the rest is a schedule for that time, also now. */
const KINDS: Partial<Record<Alternative, OverrideKind>> = {
  charge: "force_charge",
  hold: "force_hold",
  export: "force_export",
};
const ALTERNATIVES: readonly Alternative[] = ["charge", "hold", "export", "self_consume"];
const MINUTE_MS = 60_000;

/** Something else than the plan in one of its slots, with what that costs: an override now, a schedule later. */
@element("sigenstor-slot-actions")
export class SlotActions extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) plan!: Plan;
  @property({ attribute: false }) planned!: PlanSlot;
  @property({ attribute: false }) live: Live | null = null;
  /** The moment in ms, which stands still while the connection is lost. */
  @property({ attribute: false }) now = Date.now();
  @property({ type: Boolean }) lost = false;
  @state() private asking: Alternative | undefined;
  @state() private busy = false;
  @state() private error = "";

  static override styles = [
    base,
    controls,
    css`
      .buttons {
        margin-top: 16px;
      }
      p + p {
        margin-top: 8px;
      }
    `,
  ];

  override render() {
    return html`<div class="row wrap buttons" role="group" aria-label=${t("plan.change")}>
        <span class="faint">${t("plan.change")}</span>
        ${ALTERNATIVES.filter(this.#isAllowed).map(
          (each) =>
            html`<button class="button" ?disabled=${this.#isOff} @click=${() => this.#ask(each)}>${this.#name(each)} <span class="faint">${this.#cost(each)}</span></button>`,
        )}
        ${ALTERNATIVES.every(this.#isAllowed) ? nothing : html`<span class="faint">${t(this.app.plant.may_control ? "schedules.only_admin" : "dashboard.hint_may_not")}</span>`}
      </div>
      ${this.asking ? this.#dialog(this.asking) : nothing}`;
  }

  /** The override that this is now. */
  #kind = (alternative: Alternative) => (this.#isNow ? KINDS[alternative] : undefined);

  /** An override is for who may control, a schedule for administrators. */
  #isAllowed = (alternative: Alternative) => (this.#kind(alternative) ? this.app.plant.may_control : this.app.isAdmin);

  get #isOff() {
    return this.lost || this.live?.control?.emergency_stop !== false;
  }

  #dialog(alternative: Alternative) {
    const { format } = this.app;
    const slot = this.planned;
    const close = () => this.#ask(undefined);
    const when = `${format.weekday(slot.start, "long")} ${format.time(slot.start)} – ${format.time(slot.end)}`;
    return html`<sigenstor-dialog open .heading=${`${this.#name(alternative)}: ${when}`} @closed=${close}>
      <p>${t("plan.change_text")} ${this.#cost(alternative)}</p>
      <p>${this.#kind(alternative) ? t("plan.change_now", { time: format.time(slot.end) }) : t("plan.change_later", { when })}</p>
      ${!this.#kind(alternative) && this.#isOutranked ? html`<p>${t("schedules.below_optimiser")}</p>` : nothing}
      ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      <button slot="actions" class="button plain" @click=${close}>${t("plan.change_keep")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy || this.#isOff || !this.#isAllowed(alternative)} @click=${() => void this.#do(alternative)}>${this.#name(alternative)}</button>
    </sigenstor-dialog>`;
  }

  #name = (alternative: Alternative) => word("action", alternative === "export" ? "discharge" : alternative);

  #cost(alternative: Alternative): string {
    const capacity = this.live?.telemetry?.capacity_kwh;
    if (!capacity) return "";
    const extra = extraCost(this.planned, alternative, this.plan, capacity, this.#powerW(alternative));
    if (Math.abs(extra) < 0.005) return t("plan.change_same");
    return t(extra > 0 ? "plan.change_costs" : "plan.change_saves", { money: this.app.format.money(Math.abs(extra)) });
  }

  #powerW(alternative: Alternative): number {
    const { telemetry, control } = this.live ?? {};
    const rated = alternative === "export" ? telemetry?.rated_discharge_w : telemetry?.rated_charge_w;
    return rated ?? control?.settings.override_power_w ?? 0;
  }

  /** Whether the optimiser comes before schedules, so that one of those changes nothing. */
  get #isOutranked() {
    const settings = this.live?.control?.settings;
    return settings?.optimiser_above_schedules && settings.mode === "auto";
  }

  get #isNow() {
    return startOf(this.planned) <= this.now && this.now < endOf(this.planned);
  }

  #ask(alternative: Alternative | undefined) {
    this.asking = alternative;
    this.error = "";
  }

  async #do(alternative: Alternative) {
    this.busy = true;
    try {
      const kind = this.#kind(alternative);
      await (kind ? this.#override(kind, alternative) : this.#schedule(alternative));
      this.#ask(undefined);
    } catch (reason) {
      this.error = errorText(asApiError(reason), this.app.format);
    }
    this.busy = false;
  }

  #override(kind: OverrideKind, alternative: Alternative) {
    const minutes = Math.max(1, Math.round((endOf(this.planned) - this.now) / MINUTE_MS));
    const power = alternative === "hold" ? {} : { power_w: this.#powerW(alternative) };
    return this.app.service.override(kind, { ...power, minutes });
  }

  async #schedule(alternative: Alternative) {
    const { format } = this.app;
    const clock = (at: string) => format.clock24(at);
    const forced = alternative === "charge" || alternative === "export";
    await this.app.service.setSchedule({
      name: `${this.#name(alternative)} ${format.weekday(this.planned.start)} ${format.time(this.planned.start)}`,
      enabled: true,
      action: alternative === "export" ? "discharge" : alternative,
      only_on: format.dayKey(this.planned.start),
      start: clock(this.planned.start),
      end: clock(this.planned.end),
      power_w: forced ? this.#powerW(alternative) : 0,
      target_soc: null,
      priority: 0,
    });
    notify(this, t("plan.change_done"));
  }
}
