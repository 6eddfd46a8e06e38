import { css, html, LitElement } from "lit";
import { element } from "../element";

@element("sigenstor-spinner")
export class Spinner extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    div {
      width: 32px;
      height: 32px;
      border-radius: 50%;
      border: 3px solid var(--divider-color);
      border-top-color: var(--primary-color);
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn {
      to {
        transform: rotate(360deg);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      div {
        animation-duration: 6s;
      }
    }
  `;

  override render() {
    return html`<div></div>`;
  }
}
