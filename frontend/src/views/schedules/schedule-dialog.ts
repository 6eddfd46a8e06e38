import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { ApiError } from "../../api/errors";
import { asApiError } from "../../api/errors";
import { refusedField } from "../../api/refused-field";
import { valueIn } from "../../api/remote";
import type { Live, Schedule } from "../../api/types";
import { FeedController } from "../../controllers";
import { element, fire } from "../../element";
import { t, word } from "../../i18n";
import { estimateOf, estimateText } from "../../parts/estimate";
import { nowOf } from "../../parts/headline";
import { base, controls } from "../../theme";
import { type App, errorText } from "../../view";
import { type Draft, isForced, scheduleOf } from "./draft";
import { DAYS, minutesOf, nextRun, type WallClock, wallNow } from "./week";
import "../../components/dialog";
import "../../components/segments";

const MORNING = "06:00:00";
/** How much a battery keeps for the night by the preset that asks for it, percent. */
const KEPT_SOC = 50;
const ACTIONS = ["charge", "discharge", "hold", "self_consume"] as const;
const QUICK = [
  { text: "schedules.every_day", days: DAYS },
  { text: "schedules.weekdays", days: DAYS.slice(0, 5) },
  { text: "schedules.weekend", days: DAYS.slice(5) },
] as const;

/** The form of a schedule; `save` is asked to keep it, and its refusal is shown at the field. Fires `closed` and `removed`. */
@element("sigenstor-schedule-dialog")
export class ScheduleDialog extends LitElement {
  @property({ attribute: false }) draft!: Draft;
  @property({ attribute: false }) clock!: WallClock;
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) live: Live | null = null;
  @property({ attribute: false }) days: readonly number[] = [];
  @property() heading = "";
  @property({ attribute: false }) save!: (schedule: Partial<Schedule>) => Promise<void>;
  /** Whether the connection is gone, so that nothing can be saved. */
  @property({ type: Boolean }) lost = false;
  @state() private now!: Draft;
  @state() private error: ApiError | undefined;
  @state() private busy = false;
  @query("form") private readonly form!: HTMLFormElement;
  readonly #plan = new FeedController(this, () => this.app.service.plan);

  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 16px;
      }
      .pair {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
        gap: 16px;
        align-items: start;
      }
      .pair input {
        min-width: 0;
      }
      legend {
        padding: 0 0 4px;
        font-size: var(--ha-font-size-s, 12px);
        color: var(--secondary-text-color);
      }
      .days {
        display: grid;
        grid-template-columns: repeat(7, 1fr);
        gap: 4px;
      }
      .days label {
        position: relative;
        min-height: 40px;
        display: grid;
        place-items: center;
        border: 1px solid var(--divider-color);
        border-radius: 8px;
        cursor: pointer;
        font-size: 13px;
      }
      .days input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: inherit;
      }
      .days label:has(:checked) {
        border-color: var(--primary-color);
        background: color-mix(in srgb, var(--primary-color) 22%, transparent);
        font-weight: 500;
      }
      .days label:has(:focus-visible) {
        outline: 2px solid var(--primary-color);
        outline-offset: 1px;
      }
      .quick {
        display: flex;
        flex-wrap: wrap;
        gap: 0 4px;
        margin-top: 4px;
      }
      .quick button {
        border: none;
        background: none;
        padding: 6px 8px;
        font: inherit;
        font-size: 13px;
        color: var(--primary-text-color);
        text-decoration: underline;
        text-underline-offset: 3px;
        cursor: pointer;
      }
      [aria-invalid="true"] {
        border-color: var(--sigenstor-danger) !important;
      }
      .hint {
        font-size: 12px;
      }
      .left {
        margin-inline-end: auto;
        color: var(--primary-text-color);
      }
    `,
  ];

  override willUpdate(changed: PropertyValues) {
    if (!changed.has("draft")) return;
    this.now = this.draft;
    this.error = undefined;
  }

  override render() {
    const { now } = this;
    const refused = this.error && refusedField(this.error, this.app.format);
    const at = refused && this.#known(refused.field) ? refused : undefined;
    const estimate = this.#estimate();
    const over = minutesOf(now.end) <= minutesOf(now.start);
    return html`<sigenstor-dialog open .heading=${this.heading}>
      <form novalidate @submit=${this.#submit}>
        ${this.error && !at ? html`<p class="error" role="alert">${errorText(this.error, this.app.format)}</p>` : nothing}
        ${this.#field("name", t("schedules.name"), at, html`<input id="name" maxlength="60" autocomplete="off" .value=${now.name} @input=${this.#typed("name")} />`)}
        <fieldset>
          <legend>${t("schedules.action")}</legend>
          <sigenstor-segments
            .label=${t("schedules.action")} .value=${now.action}
            .options=${ACTIONS.map((value) => ({ value, label: word("action", value) }))}
            @chosen=${(event: CustomEvent<Draft["action"]>) => this.#set({ action: event.detail })}
          ></sigenstor-segments>
          <p class="faint hint">${t(`schedules.about_${now.action}`)}</p>
        </fieldset>
        <div class="pair">
          ${this.#field("start", t("schedules.start"), at, html`<input id="start" type="time" .value=${now.start} @input=${this.#typed("start")} />`)}
          ${this.#field("end", over ? t("schedules.end_next_day") : t("schedules.end"), at, html`<input id="end" type="time" .value=${now.end} @input=${this.#typed("end")} />`)}
          ${this.#field("only_on", t("schedules.only_on"), at, html`<input id="only_on" type="date" .value=${now.onlyOn} @change=${this.#typed("onlyOn")} />`)}
        </div>
        ${now.onlyOn ? nothing : this.#dayBoxes(at)}
        ${
          !isForced(now.action)
            ? nothing
            : html`<div class="pair">
          ${this.#field("power_w", t("schedules.power"), at, html`<input id="power_w" type="number" inputmode="decimal" min="0" step="0.1" .value=${now.powerKw} @input=${this.#typed("powerKw")} />`)}
          ${this.#field("target_soc", now.action === "charge" ? t("schedules.target_up") : t("schedules.target_down"), at, html`<input id="target_soc" type="number" inputmode="decimal" min="0" max="100" step="1" placeholder=${t("schedules.no_target")} .value=${now.target} @input=${this.#typed("target")} />`)}
        </div>`
        }
        <div class="quick">${this.#presets()}</div>
        ${estimate ? html`<p class="summary" aria-live="polite">${estimate}</p>` : nothing}
        <div class="pair">
          ${this.#field("priority", t("schedules.priority"), at, html`<input id="priority" type="number" inputmode="numeric" min="-100" max="100" step="1" .value=${now.priority} @input=${this.#typed("priority")} />`, t("schedules.about_priority"))}
          <label class="row" style="min-height:44px;margin-top:20px">
            <input class="toggle" type="checkbox" role="switch" .checked=${now.enabled} @change=${(event: Event) => this.#set({ enabled: (event.target as HTMLInputElement).checked })} />
            ${t("schedules.enabled")}
          </label>
        </div>
        <button type="submit" hidden></button>
      </form>
      ${now.id ? html`<button slot="actions" class="button plain left" ?disabled=${this.lost} @click=${() => fire(this, "removed")}>${t("schedules.delete")}</button>` : nothing}
      <button slot="actions" class="button plain" @click=${() => fire(this, "closed")}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy || this.lost} @click=${() => this.form.requestSubmit()}>${t("common.save")}</button>
    </sigenstor-dialog>`;
  }

  /** Ready-made schedules, which fill the form in. */
  #presets() {
    const { action } = this.now;
    const time = this.clock.hour(minutesOf(MORNING) / 60);
    const { text, ...fields } = {
      charge: { text: t("dashboard.preset_full_by", { time }), start: "00:00:00", target: "100" },
      discharge: {
        text: t("dashboard.preset_keep", { soc: this.app.format.percent(KEPT_SOC), time }),
        start: "17:00:00",
        target: String(KEPT_SOC),
      },
      hold: { text: t("dashboard.preset_until", { time }), start: "22:00:00" },
      self_consume: { text: t("dashboard.preset_until", { time }), start: "22:00:00" },
    }[action];
    return html`<button type="button" @click=${() => this.#set({ ...fields, end: MORNING })}>${text}</button>`;
  }

  /** How far it gets the next time, and what that costs; nothing where the plan does not reach. */
  #estimate(): string {
    const { live, app } = this;
    const { action, ...wanted } = scheduleOf(this.now);
    const plan = valueIn(this.#plan.current) ?? null;
    if (!live?.telemetry || !plan || !action || !isForced(action)) return "";
    const at = nowOf(live, this.lost);
    const run = nextRun(this.now, { at, ...wallNow(app.plant.time_zone, at) });
    if (!run || run.end > Date.parse(plan.slots.at(-1)?.end ?? "")) return "";
    const start = Math.max(at, run.start);
    const slot = plan.slots.find((each) => Date.parse(each.start) <= start && start < Date.parse(each.end));
    const soc = start > at ? (slot?.soc_before ?? null) : live.telemetry.soc;
    const present = { telemetry: { ...live.telemetry, soc }, plan, buy: null, sell: null };
    const charging = action === "charge";
    const target = wanted.target_soc ?? (charging ? plan.soc_max : plan.soc_min);
    const kind = charging ? "force_charge" : "force_export";
    const found = estimateOf(kind, wanted.power_w ?? 0, target, run.end, present, start);
    const estimate = estimateText(found, app.format, at);
    return estimate && t("schedules.next_run", { time: app.format.soon(start, at), estimate });
  }

  #field(name: string, label: string, at: { field: string; text: string } | undefined, input: unknown, hint?: string) {
    const wrong = at?.field === name;
    return html`<label class="field">${label} ${input}
      ${hint ? html`<span class="faint hint">${hint}</span>` : nothing}
      ${wrong ? html`<span class="error" id="${name}-error" role="alert">${at.text}</span>` : nothing}
    </label>`;
  }

  #dayBoxes(at: { field: string; text: string } | undefined) {
    const { now, clock } = this;
    return html`<fieldset>
      <legend>${t("schedules.days")}</legend>
      <div class="days" id="days">
        ${this.days.map((day) => {
          const name = DAYS[day] ?? "";
          return html`<label>
            <input type="checkbox" aria-label=${clock.day(day, "long")} .checked=${now.days.includes(name)} @change=${() => this.#toggle(name)} />
            <span aria-hidden="true">${clock.day(day)}</span>
          </label>`;
        })}
      </div>
      <div class="quick">
        ${QUICK.map(({ text, days }) => html`<button type="button" @click=${() => this.#set({ days })}>${t(text)}</button>`)}
      </div>
      ${at?.field === "days" ? html`<p class="error" role="alert">${at.text}</p>` : nothing}
    </fieldset>`;
  }

  /** Mark the refused field and go there. */
  protected override updated() {
    const field = this.error && refusedField(this.error, this.app.format)?.field;
    for (const input of this.renderRoot.querySelectorAll("input[id]")) {
      input.setAttribute("aria-invalid", String(input.id === field));
      input.setAttribute("aria-errormessage", `${input.id}-error`);
    }
  }

  #known = (field: string) => this.renderRoot.querySelector(`#${field}`) !== null;
  #set = (change: Partial<Draft>) => {
    this.now = { ...this.now, ...change };
  };
  #typed = (name: keyof Draft) => (event: Event) => this.#set({ [name]: (event.target as HTMLInputElement).value });
  #toggle = (name: string) => {
    const { days } = this.now;
    this.#set({ days: DAYS.filter((day) => (day === name ? !days.includes(day) : days.includes(day))) });
  };

  readonly #submit = async (event: Event) => {
    event.preventDefault();
    if (this.busy || this.lost) return;
    this.busy = true;
    this.error = undefined;
    try {
      await this.save(scheduleOf(this.now));
    } catch (reason) {
      this.error = asApiError(reason);
      await this.updateComplete;
      this.renderRoot.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
    } finally {
      this.busy = false;
    }
  };
}
