import "../../components/spinner";
import "./plain-form";
import { mdiChevronRight } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type ApiError, asApiError } from "../../api/errors";
import {
  FlowClient,
  type FlowStart,
  type FormStep,
  filledIn,
  initialValues,
  type MenuStep,
  missing,
  optionsOf,
  RefusedValues,
  type Step,
  type Values,
} from "../../api/flow";
import { element, fire } from "../../element";
import type { Format } from "../../format";
import { haForm, loadHaForm } from "../../ha/adapter";
import type { Localize } from "../../ha/types";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { base, controls } from "../../theme";
import { type App, errorText, spinner } from "../../view";
import { FlowTexts, loadFlowTexts } from "./flow-texts";

const SUCCESS = ["reconfigure_successful", "reauth_successful"];

/** Runs one of the integration's own forms in the page, step by step; fires `saved` or `left`. */
@element("sigenstor-flow-form")
export class FlowForm extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) start!: FlowStart;
  /** What to choose from the first menu, to open a form of its own. */
  @property() choice = "";
  /** Whether the connection is gone, so that nothing can be saved. */
  @property({ type: Boolean }) lost = false;
  @state() private step: Step | undefined;
  @state() private values: Values = {};
  @state() private errors: Record<string, string> = {};
  @state() private failure: ApiError | undefined;
  @state() private busy = false;
  #localize: Localize = () => "";
  #hasHaForm = false;
  #turn = 0;

  static override styles = [
    base,
    controls,
    css`
      .step {
        display: grid;
        gap: 16px;
      }
      h3 {
        font-size: var(--ha-font-size-l, 16px);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .menu {
        display: grid;
      }
      .menu button {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 12px;
        min-height: 48px;
        padding: 0 8px;
        margin: 0 -8px;
        border: none;
        border-bottom: 1px solid var(--divider-color);
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .menu button:hover {
        background: var(--sigenstor-sunken);
      }
      .menu button:last-child {
        border-bottom: none;
      }
      .menu svg {
        color: var(--secondary-text-color);
      }
      .problem {
        padding: 8px 12px;
        border-radius: 8px;
        background: color-mix(in srgb, var(--sigenstor-danger) 15%, transparent);
      }
      .buttons {
        display: flex;
        justify-content: end;
        gap: 8px;
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.#begin();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#turn++;
    this.#abort();
  }

  override render() {
    const { step, failure } = this;
    if (failure) return this.#failed(failure);
    if (!step) return spinner();
    const texts = new FlowTexts(this.#localize, this.start);
    if (step.type === "menu") return this.#menu(step, texts);
    if (step.type === "form") return this.#form(step, texts);
    return step.type === "abort" ? this.#problem(texts.aborted(step)) : nothing;
  }

  #menu(step: MenuStep, texts: FlowTexts) {
    return html`<div class="step">
      ${this.#heading(step, texts)}
      <div class="menu">
        ${optionsOf(step).map(
          (name) =>
            html`<button ?disabled=${this.busy || this.lost} @click=${() => void this.#choose(step, name)}><span>${texts.option(step, name)}</span>${icon(mdiChevronRight)}</button>`,
        )}
      </div>
      <div class="buttons"><button class="button" @click=${this.#leave}>${t("common.cancel")}</button></div>
    </div>`;
  }

  #form(step: FormStep, texts: FlowTexts) {
    return html`<form class="step" novalidate @submit=${(event: Event) => void this.#submit(event, step)}>
      ${this.#heading(step, texts)}
      ${this.errors.base ? html`<p class="problem" role="alert">${texts.error(step, this.errors.base)}</p>` : nothing}
      ${step.data_schema.length > 0 ? this.#fields(step, texts) : nothing}
      <div class="buttons">
        <button type="button" class="button" @click=${this.#leave}>${t("common.cancel")}</button>
        <button class="button primary" ?disabled=${this.busy || this.lost}>${t(step.last_step === false ? "settings.next" : "common.save")}</button>
      </div>
    </form>`;
  }

  #fields(step: FormStep, texts: FlowTexts) {
    const changed = (values: Values) => {
      this.values = values;
    };
    const { base: _, ...errors } = this.errors;
    if (this.#hasHaForm) {
      return haForm(this.app.hass(), {
        schema: step.data_schema,
        data: this.values,
        error: errors,
        label: (field, path) => texts.label(step, field, path),
        helper: (field, path) => texts.helper(step, field, path),
        errorText: (name) => texts.error(step, name),
        selectorText: texts.selector,
        changed,
      });
    }
    return html`<sigenstor-plain-form
      .fields=${step.data_schema} .values=${this.values} .errors=${errors}
      .texts=${{
        label: (field: never, path: readonly string[]) => texts.label(step, field, path),
        helper: (field: never, path: readonly string[]) => texts.helper(step, field, path),
        error: (name: string) => texts.error(step, name),
        selector: texts.selector,
      }}
      @changed=${(event: CustomEvent<Values>) => changed(event.detail)}
    ></sigenstor-plain-form>`;
  }

  #heading(step: FormStep | MenuStep, texts: FlowTexts) {
    const description = texts.description(step);
    return html`<h3>${texts.title(step)}</h3>
      ${description ? html`<p class="faint">${description}</p>` : nothing}`;
  }

  #failed = (error: ApiError) => this.#problem(errorText(error, this.app.format));

  #problem = (text: string) =>
    html`<div class="step">
      <p class="problem" role="alert">${text}</p>
      <div class="buttons">
        <button class="button" @click=${this.#leave}>${t("common.close")}</button>
        <button class="button primary" @click=${() => void this.#begin()}>${t("common.try_again")}</button>
      </div>
    </div>`;

  get #client() {
    return new FlowClient(this.app.hass);
  }

  readonly #leave = () => fire(this, "left");

  #abort() {
    const { step } = this;
    if (step?.type === "form" || step?.type === "menu") void this.#client.abort(this.start.kind, step.flow_id);
    this.step = undefined;
  }

  async #begin() {
    this.#abort();
    this.failure = undefined;
    await this.#take(async () => {
      [this.#localize, this.#hasHaForm] = await Promise.all([loadFlowTexts(this.app.hass()), loadHaForm()]);
      const first = await this.#client.start(this.start);
      if (first.type !== "menu" || !optionsOf(first).includes(this.choice)) return first;
      return this.#client.choose(this.start.kind, first.flow_id, this.choice);
    });
  }

  #choose = (step: MenuStep, name: string) =>
    this.#take(() => this.#client.choose(this.start.kind, step.flow_id, name));

  async #submit(event: Event, step: FormStep) {
    event.preventDefault();
    const empty = missing(step.data_schema, this.values);
    this.errors = Object.fromEntries(empty.map((name) => [name, t("settings.required")]));
    if (empty.length > 0 || this.busy || this.lost) return;
    await this.#take(() => this.#client.submit(this.start.kind, step.flow_id, filledIn(step.data_schema, this.values)));
  }

  /** Take the next step; values that Home Assistant refuses stay in the form, with what is wrong at their fields. */
  async #take(next: () => Promise<Step>) {
    const turn = ++this.#turn;
    this.busy = true;
    try {
      const step = await next();
      if (turn !== this.#turn) {
        if (step.type === "form" || step.type === "menu") void this.#client.abort(this.start.kind, step.flow_id);
        return;
      }
      this.#show(step);
    } catch (reason) {
      if (turn !== this.#turn) return;
      if (reason instanceof RefusedValues && this.step?.type === "form")
        this.errors = refusals(reason, this.step, this.app.format);
      else this.failure = asApiError(reason);
    } finally {
      if (turn === this.#turn) this.busy = false;
    }
  }

  #show(step: Step) {
    const same = this.step?.type === "form" && step.type === "form" && this.step.step_id === step.step_id;
    this.step = step;
    if (step.type === "form") {
      this.errors = step.errors ?? {};
      if (!same) this.values = initialValues(step.data_schema);
    }
    const saved = step.type === "create_entry" || (step.type === "abort" && SUCCESS.includes(step.reason));
    if (saved) fire(this, "saved");
  }
}

/** What may stand in the fields that were refused, as far as their form says. */
function refusals({ fields }: RefusedValues, { data_schema }: FormStep, format: Format): Record<string, string> {
  const known = data_schema.flatMap((field) => field.schema ?? field);
  return Object.fromEntries(
    fields.map((name) => {
      const { min, max } = (known.find((field) => field.name === name)?.selector?.number ?? {}) as Record<
        string,
        number
      >;
      return [
        name,
        min == null || max == null
          ? t("settings.invalid")
          : t("settings.invalid_range", { min: format.exact(min), max: format.exact(max) }),
      ];
    }),
  );
}
