import { css, html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import { element, fire } from "../element";
import { base } from "../theme";

export interface Option<V extends string = string> {
  value: V;
  label: string;
}

/** One of a few: fires `chosen` with the value. */
@element("sigenstor-segments")
export class Segments extends LitElement {
  @property() label = "";
  @property({ attribute: false }) options: readonly Option[] = [];
  @property() value = "";
  @property({ type: Boolean }) disabled = false;

  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
        max-width: 100%;
      }
      .group {
        display: flex;
        padding: 3px;
        flex-wrap: wrap;
        border-radius: 21px;
        background: var(--sigenstor-sunken);
      }
      label {
        position: relative;
        flex: 1 0 auto;
        min-height: 36px;
        padding: 0 14px;
        display: grid;
        place-items: center;
        border-radius: 9999px;
        cursor: pointer;
        white-space: nowrap;
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      input {
        position: absolute;
        inset: 0;
        opacity: 0;
        margin: 0;
        cursor: inherit;
      }
      label:has(:checked) {
        background: color-mix(in srgb, var(--primary-color) 24%, var(--sigenstor-surface, var(--card-background-color)));
        color: var(--primary-text-color);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--primary-color);
      }
      .group.disabled {
        opacity: 0.6;
      }
      .disabled label {
        cursor: default;
      }
    `,
  ];

  override render() {
    return html`<div class="group ${this.disabled ? "disabled" : ""}" role="radiogroup" aria-label=${this.label}>
      ${this.options.map(
        ({ value, label }) => html`<label>
          <input type="radio" name="option" .value=${value} .checked=${value === this.value} ?disabled=${this.disabled} @change=${this.#changed} />
          <span>${label}</span>
        </label>`,
      )}
    </div>`;
  }

  readonly #changed = (event: Event) => {
    this.value = (event.target as HTMLInputElement).value;
    fire(this, "chosen", this.value);
  };
}
