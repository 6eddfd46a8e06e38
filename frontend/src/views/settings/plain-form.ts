import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Field, Values } from "../../api/flow";
import { element, fire } from "../../element";
import { base, controls } from "../../theme";

/** Says what a field is called, what it means, and what is wrong with it. */
export interface FieldTexts {
  label: (field: Field, path: readonly string[]) => string;
  helper: (field: Field, path: readonly string[]) => string;
  error: (name: string) => string;
  selector: (key: string) => string;
}

interface Config {
  min?: number;
  max?: number;
  step?: number | "any";
  unit_of_measurement?: string;
  type?: string;
  multiple?: boolean;
  translation_key?: string;
  options?: readonly (string | { value: string; label: string })[];
}

/** The fields of a form in plain HTML, where Home Assistant's own form is missing; fires `changed` with all values. */
@element("sigenstor-plain-form")
export class PlainForm extends LitElement {
  @property({ attribute: false }) fields: readonly Field[] = [];
  @property({ attribute: false }) values: Values = {};
  @property({ attribute: false }) errors: Record<string, string> = {};
  @property({ attribute: false }) texts!: FieldTexts;

  static override styles = [
    base,
    controls,
    css`
      .fields {
        display: grid;
        gap: 16px;
      }
      details {
        border: 1px solid var(--divider-color);
        border-radius: 8px;
        padding: 0 16px;
      }
      summary {
        cursor: pointer;
        padding: 12px 0;
        font-weight: var(--ha-font-weight-medium, 500);
      }
      details > p {
        margin-bottom: 12px;
      }
      details .fields {
        padding-bottom: 16px;
      }
      .check {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 16px;
        min-height: 40px;
      }
      .with-unit {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      textarea {
        width: 100%;
        min-height: 96px;
        padding: 8px 12px;
        border: 1px solid var(--divider-color);
        border-radius: 8px;
        background: var(--sigenstor-surface);
        color: inherit;
        font-family: monospace;
      }
      small {
        display: block;
        font-size: var(--ha-font-size-s, 12px);
      }
    `,
  ];

  override render() {
    return this.#fields(this.fields, this.values, []);
  }

  #fields(fields: readonly Field[], values: Values, path: readonly string[]): unknown {
    return html`<div class="fields">
      ${fields.map((field) => (field.schema ? this.#section(field, values) : this.#field(field, values[field.name], path)))}
    </div>`;
  }

  #section(field: Field, values: Values) {
    const helper = this.texts.helper(field, []);
    return html`<details ?open=${field.expanded ?? false}>
      <summary>${this.texts.label(field, [])}</summary>
      ${helper ? html`<p class="faint">${helper}</p>` : nothing}
      ${this.#fields(field.schema ?? [], (values[field.name] as Values | undefined) ?? {}, [field.name])}
    </details>`;
  }

  #field(field: Field, value: unknown, path: readonly string[]) {
    const helper = this.texts.helper(field, path);
    const error = this.errors[field.name];
    const id = [...path, field.name].join("-");
    const label = `${this.texts.label(field, path)}${field.required && this.#kind(field) !== "boolean" ? " *" : ""}`;
    const input = this.#input(field, value, path, id);
    const check = this.#kind(field) === "boolean";
    return html`<div>
      <div class=${check ? "check" : ""}><label for=${id} class=${check ? "" : "faint"}>${label}</label>${input}</div>
      ${helper ? html`<small id="${id}-help" class="faint">${helper}</small>` : nothing}
      ${error ? html`<small class="error" role="alert">${this.texts.error(error)}</small>` : nothing}
    </div>`;
  }

  #kind = (field: Field) => Object.keys(field.selector ?? {})[0] ?? field.type ?? "text";

  #input(field: Field, value: unknown, path: readonly string[], id: string) {
    const kind = this.#kind(field);
    const config = ((field.selector?.[kind] as Config | null) ?? {}) as Config;
    const set = (next: unknown) => this.#set(path, field.name, next);
    const target = (event: Event) => event.target as HTMLInputElement;
    const help = `${id}-help`;
    if (kind === "boolean") {
      return html`<input id=${id} class="toggle" type="checkbox" role="switch" aria-describedby=${help} .checked=${value === true} @change=${(event: Event) => set(target(event).checked)} />`;
    }
    if (kind === "number" || kind === "integer" || kind === "float") {
      const change = (event: Event) => set(target(event).value === "" ? undefined : target(event).valueAsNumber);
      return html`<div class="with-unit">
        <input
          id=${id} class="field" type="number" aria-describedby=${help} .value=${value == null ? "" : String(value)}
          min=${config.min ?? nothing} max=${config.max ?? nothing} step=${config.step ?? "any"} @change=${change}
        />${config.unit_of_measurement ?? ""}
      </div>`;
    }
    if (kind === "select" && !config.multiple) {
      const options = (config.options ?? []).map((option) =>
        typeof option === "string"
          ? { value: option, label: this.texts.selector(`${config.translation_key}.options.${option}`) || option }
          : option,
      );
      return html`<select id=${id} class="field" aria-describedby=${help} @change=${(event: Event) => set(target(event).value)}>
        ${value == null ? html`<option value=""></option>` : nothing}
        ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
      </select>`;
    }
    if (kind === "object" || typeof value === "object") {
      return html`<textarea id=${id} spellcheck="false" aria-describedby=${help} .value=${value == null ? "" : JSON.stringify(value, null, 2)} @change=${(event: Event) => set(parsed(target(event).value))}></textarea>`;
    }
    const type = kind === "time" ? "time" : config.type === "password" ? "password" : "text";
    return html`<input
      id=${id} class="field" type=${type} autocomplete=${type === "password" ? "new-password" : "off"} aria-describedby=${help}
      .value=${value == null ? "" : String(value)} @change=${(event: Event) => set(target(event).value)}
    />`;
  }

  #set([section]: readonly string[], name: string, value: unknown) {
    const inner = section ? { ...(this.values[section] as Values), [name]: value } : value;
    fire(this, "changed", { ...this.values, [section ?? name]: inner });
  }
}

/** What somebody wrote as JSON; as it stands where it is none, for the integration to say what is wrong. */
function parsed(text: string): unknown {
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
