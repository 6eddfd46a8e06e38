import { mdiClose } from "@mdi/js";
import { css, html, LitElement } from "lit";
import { property, query } from "lit/decorators.js";
import { element, fire } from "../element";
import { t } from "../i18n";
import { icon } from "../icon";
import { base, controls } from "../theme";

/** A dialog: content in the default slot, buttons in the slot `actions`; fires `closed` however it was closed. */
@element("sigenstor-dialog")
export class Dialog extends LitElement {
  @property() heading = "";
  @property({ type: Boolean }) open = false;
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  static override styles = [
    base,
    controls,
    css`
      dialog {
        width: min(560px, calc(100vw - 32px));
        max-height: calc(100dvh - 32px);
        padding: 0;
        border: none;
        border-radius: var(--ha-dialog-border-radius, 24px);
        background: var(--ha-dialog-surface-background, var(--sigenstor-surface, var(--card-background-color)));
        color: inherit;
        box-shadow: 0 8px 40px var(--sigenstor-shadow);
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      dialog::backdrop {
        background: var(--sigenstor-shadow);
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 12px 12px 4px 24px;
      }
      h2 {
        flex: 1;
        font-size: var(--ha-font-size-xl, 20px);
        outline: none;
      }
      .content {
        padding: 8px 24px 16px;
        overflow: auto;
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 8px;
        padding: 8px 24px 20px;
      }
      @media (max-width: 450px) {
        dialog {
          width: 100vw;
          max-width: 100vw;
          margin: auto 0 0;
          border-radius: 24px 24px 0 0;
        }
      }
    `,
  ];

  override updated() {
    if (this.open && !this.dialog.open) this.dialog.showModal();
    if (!this.open && this.dialog.open) this.dialog.close();
  }

  /** A dialog that is taken off the page must not come back open when it returns. */
  override disconnectedCallback() {
    super.disconnectedCallback();
    this.open = false;
  }

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${this.#closed} @click=${this.#clicked}>
      <header>
        <h2 id="heading" tabindex="-1" autofocus>${this.heading}</h2>
        <button class="icon-button" aria-label=${t("common.close")} @click=${() => this.dialog.close()}>${icon(mdiClose)}</button>
      </header>
      <div class="content"><slot></slot></div>
      <footer><slot name="actions"></slot></footer>
    </dialog>`;
  }

  readonly #clicked = (event: MouseEvent) => {
    if (event.target === this.dialog) this.dialog.close();
  };

  readonly #closed = () => {
    this.open = false;
    fire(this, "closed");
  };
}
