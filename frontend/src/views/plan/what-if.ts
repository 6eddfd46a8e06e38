import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type ApiError, asApiError } from "../../api/errors";
import { refusedField } from "../../api/refused-field";
import type { Plan } from "../../api/types";
import { QueryController } from "../../controllers";
import { element, fire } from "../../element";
import { notify } from "../../ha/adapter";
import { t, word } from "../../i18n";
import { base, cards, controls } from "../../theme";
import { type App, errorText } from "../../view";
import { type Change, changesIn, FIELDS, type Field, isEmpty, lastingOf, type NumberField, PARAMS } from "./changes";
import { comparison, comparisonStyles } from "./comparison";
import "../../charts/chart";
import "../../components/dialog";
import "../../components/segments";
import "../../components/spinner";

const STRATEGIES = ["plan", "rules"] as const;

/** Try other settings: the plan with them beside the present one. What is tried is in the address; nothing changes until it is applied. */
@element("sigenstor-what-if")
export class WhatIfPanel extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) plan!: Plan;
  @property({ attribute: false }) query = new URLSearchParams();
  /** Whether the connection is gone, so that nothing can be applied. */
  @property({ type: Boolean }) lost = false;
  @state() private asking = false;
  @state() private busy = false;
  @state() private refusal: ApiError | undefined;
  readonly #tried = new QueryController(
    this,
    () => ({ change: changesIn(this.query).change, made_at: this.plan.made_at }),
    async ({ change }) => (isEmpty(change) ? undefined : this.app.service.whatIf(change)),
  );

  static override styles = [
    base,
    cards,
    controls,
    comparisonStyles,
    css`
      .form {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(170px, 42%), 1fr));
        gap: 16px;
        align-items: start;
        margin: 16px 0;
      }
      .strategy {
        display: grid;
        gap: 4px;
        font-size: 12px;
        color: var(--secondary-text-color);
      }
      @media (max-width: 450px) {
        .strategy {
          grid-column: 1 / -1;
        }
      }
      input.wrong {
        border-color: var(--sigenstor-danger);
      }
      .buttons {
        justify-content: flex-end;
        margin-top: 16px;
      }
      .buttons p {
        flex: 1 1 240px;
      }
      ul {
        margin: 8px 0;
        padding-inline-start: 20px;
        list-style: disc;
      }
    `,
  ];

  override render() {
    const { change, wrong } = changesIn(this.query);
    const tried = this.#tried.current;
    const error = tried.state === "error" ? tried.error : this.refusal;
    const refused = error && refusedField(error, this.app.format);
    const field = FIELDS.find(({ name }) => name === (refused?.field === "soc_min" ? "reserve_soc" : refused?.field));
    const known = refused && field ? { ...refused, field: field.name } : undefined;
    const both = tried.state === "ready" ? tried.value : undefined;
    return html`
      <p class="faint">${t("plan.what_if_text")}</p>
      <div class="form">
        <div class="strategy">
          <span>${t("plan.strategy")}</span>
          <sigenstor-segments
            .label=${t("plan.strategy")} .value=${change.strategy ?? this.plan.strategy}
            .options=${STRATEGIES.map((value) => ({ value, label: word("strategy", value) }))}
            @chosen=${({ detail }: CustomEvent<string>) => this.#try({ strategy: detail === this.plan.strategy ? null : detail })}
          ></sigenstor-segments>
        </div>
        ${FIELDS.map((field) => this.#field(field, wrong, known))}
      </div>
      ${error && !known ? html`<p class="error" role="alert">${errorText(error, this.app.format)}</p>` : nothing}
      ${both && !isEmpty(change) && tried.state === "ready" ? comparison(both.current, both.changed, this.app.format, tried.stale) : nothing}
      ${!both && this.#tried.busy && !isEmpty(change) ? html`<sigenstor-spinner></sigenstor-spinner>` : nothing}
      ${isEmpty(change) && wrong.length === 0 ? nothing : this.#buttons(change, both !== undefined)}
      ${this.asking ? this.#question(lastingOf(change)) : nothing}
    `;
  }

  #field(
    { name, param, step }: Field,
    wrong: readonly NumberField[],
    refused: { field: string; text: string } | undefined,
  ) {
    const text = wrong.includes(name) ? t("plan.no_number") : refused?.field === name ? refused.text : "";
    return html`<label class="field">
      ${t(`plan.field_${name}`, { currency: this.app.format.currency })}
      <input
        class=${text ? "wrong" : ""} inputmode="decimal" type="number" step=${step} placeholder=${this.#present(name)}
        aria-invalid=${text ? "true" : "false"} aria-errormessage=${text ? `${name}-error` : nothing}
        .value=${this.query.get(param) ?? ""} @change=${(event: Event) => this.#try({ [param]: (event.target as HTMLInputElement).value || null })}
      />
      ${text ? html`<span class="error" id="${name}-error" role="alert">${text}</span>` : nothing}
    </label>`;
  }

  #buttons(change: Change, compared: boolean) {
    const lasting = lastingOf(change);
    const { isAdmin } = this.app;
    const why = !isAdmin ? t("plan.apply_only_admin") : isEmpty(lasting) ? t("plan.apply_nothing") : "";
    return html`<div class="row wrap buttons">
      <p class="faint">${why}</p>
      <button class="button" @click=${this.#reset}>${t("plan.reset")}</button>
      ${isAdmin ? html`<button class="button primary" ?disabled=${isEmpty(lasting) || !compared || this.lost} @click=${() => this.#ask(true)}>${t("plan.apply")}</button>` : nothing}
    </div>`;
  }

  #question(lasting: Change) {
    const { format } = this.app;
    const only = FIELDS.filter(({ lasting: kept, name }) => !kept && changesIn(this.query).change[name] !== undefined);
    return html`<sigenstor-dialog open .heading=${t("plan.apply_title")} @closed=${() => this.#ask(false)}>
      <p>${t("plan.apply_text")}</p>
      <ul>
        ${lasting.reserve_soc === undefined ? nothing : html`<li>${t("plan.apply_reserve", { from: format.percent(this.plan.soc_min), to: format.percent(lasting.reserve_soc) })}</li>`}
        ${lasting.strategy === undefined ? nothing : html`<li>${t("plan.apply_strategy", { from: word("strategy", this.plan.strategy), to: word("strategy", lasting.strategy) })}</li>`}
        ${lasting.wear_per_kwh === undefined ? nothing : html`<li>${t("plan.apply_wear", { to: format.price(lasting.wear_per_kwh) })}</li>`}
      </ul>
      ${only.length ? html`<p>${t("plan.apply_not", { fields: only.map(({ name }) => t(`plan.field_${name}`, { currency: format.currency })).join(", ") })}</p>` : nothing}
      ${this.refusal ? html`<p class="error" role="alert">${errorText(this.refusal, format)}</p>` : nothing}
      <button slot="actions" class="button plain" @click=${() => this.#ask(false)}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${this.busy || this.lost} @click=${() => void this.#apply(lasting)}>${t("plan.apply")}</button>
    </sigenstor-dialog>`;
  }

  /** What counts now, where it is known. */
  #present(name: NumberField): string {
    return name === "reserve_soc" ? this.app.format.number(this.plan.soc_min) : t("plan.as_it_is");
  }

  #try = (changes: Record<string, string | null>) => {
    this.refusal = undefined;
    fire(this, "sigenstor-query", { changes, push: false });
  };
  #reset = () => this.#try(Object.fromEntries(PARAMS.map((param) => [param, null])));
  #ask = (asking: boolean) => {
    this.asking = asking;
    this.refusal = undefined;
  };

  async #apply(lasting: Change) {
    this.busy = true;
    try {
      await this.app.service.applyPlan(lasting);
      this.asking = false;
      this.#reset();
      notify(this, t("plan.applied"));
    } catch (reason) {
      this.refusal = asApiError(reason);
    }
    this.busy = false;
  }
}
