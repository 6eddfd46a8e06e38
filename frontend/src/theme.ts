import { css } from "lit";

/** One colour for each thing, of Home Assistant's energy colours where it has one; for graphics, never for text. */
export const COLOUR = {
  sun: "var(--energy-solar-color, #ff9800)",
  charge: "var(--energy-battery-in-color, #f06292)",
  discharge: "var(--energy-battery-out-color, #4db6ac)",
  grid: "var(--energy-grid-consumption-color, #488fc2)",
  export: "var(--energy-grid-return-color, #8353d1)",
  house: "var(--sigenstor-house-color)",
  hold: "var(--sigenstor-hold-color)",
  own: "var(--sigenstor-own-color)",
  vehicle: "var(--sigenstor-vehicle-color)",
  soc: "var(--sigenstor-soc-color)",
  saved: "var(--sigenstor-saved-color)",
  text: "var(--primary-text-color)",
  faint: "var(--secondary-text-color)",
  line: "var(--divider-color)",
  danger: "var(--sigenstor-danger)",
} as const;

/** What an action looks like, everywhere. */
export const ACTION_COLOUR = {
  charge: COLOUR.charge,
  discharge: COLOUR.discharge,
  hold: COLOUR.hold,
  self_consume: COLOUR.own,
  release: COLOUR.line,
} as const;

/** Set once at the top of a page or card; everything inside inherits it. */
export const tokens = css`
  :host {
    --sigenstor-house-color: #a0826d;
    --sigenstor-hold-color: #8a8f98;
    --sigenstor-own-color: #b4be3c;
    --sigenstor-vehicle-color: #c05fc0;
    --sigenstor-soc-color: #2e9e5b;
    --sigenstor-saved-color: #c9a227;
    --sigenstor-gap: 16px;
    --sigenstor-radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --sigenstor-surface: var(--ha-card-background, var(--card-background-color, #fff));
    --sigenstor-sunken: color-mix(in srgb, var(--primary-text-color, #141414) 5%, transparent);
    --sigenstor-primary: color-mix(in srgb, var(--primary-color, #009ac7) 75%, #000);
    --sigenstor-link: color-mix(in srgb, var(--primary-color, #009ac7) 70%, var(--primary-text-color, #141414));
    --sigenstor-danger: var(--error-color, #db4437);
    --sigenstor-warning: var(--warning-color, #ffa600);
    --sigenstor-good: var(--success-color, #43a047);
    --sigenstor-alarm: #b3261e;
    --sigenstor-on-alarm: #fff;
    --sigenstor-override: #ffb300;
    --sigenstor-on-bright: #1c1c1c;
    --sigenstor-shadow: rgb(0 0 0 / 30%);
  }
`;

/** What every element of ours begins with. */
export const base = css`
  :host {
    display: block;
    color: var(--primary-text-color);
    font-family: var(--ha-font-family-body, Roboto, Noto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 1.45;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  /* On a page that is written from the right, every text is written as its own language is. */
  :host(:dir(rtl)) {
    text-align: right;
  }
  :dir(rtl):not(summary) {
    unicode-bidi: plaintext;
  }
  h1,
  h2,
  h3,
  p {
    margin: 0;
    font-weight: inherit;
    font-size: inherit;
  }
  ul,
  ol,
  fieldset {
    list-style: none;
    margin: 0;
    padding: 0;
    border: none;
    min-width: 0;
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 16px;
    margin-top: 8px;
  }
  .legend li {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .dot {
    display: inline-block;
    width: 10px;
    height: 10px;
    border-radius: 3px;
    flex: none;
  }
  a {
    color: var(--sigenstor-link, var(--primary-color));
  }
  :focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
    border-radius: 4px;
  }
  .faint {
    color: var(--secondary-text-color);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  .wrap {
    flex-wrap: wrap;
  }
  .spread {
    justify-content: space-between;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  svg.icon {
    width: var(--icon-size, 24px);
    height: var(--icon-size, 24px);
    fill: currentColor;
    flex: none;
  }
  /* Back and onward, in the direction of reading. */
  svg.onward:dir(rtl) {
    scale: -1 1;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** Cards, as Home Assistant's theme draws them. */
export const cards = css`
  .card {
    display: block;
    background: var(--sigenstor-surface);
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color));
    border-radius: var(--sigenstor-radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .card > h2:first-child,
  .card-title {
    font-size: var(--ha-font-size-l, 16px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 24px;
    margin: 0 0 12px;
  }
  .notice {
    padding: 8px 12px;
    border-radius: 8px;
    background: var(--sigenstor-sunken);
    text-wrap: pretty;
  }
  @media (max-width: 450px) {
    .card {
      padding: 12px;
    }
  }
`;

/** A page whose cards stand below each other. */
export const page = css`
  :host {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: var(--sigenstor-gap);
    max-width: 1500px;
    margin: 0 auto;
  }
`;

/** Buttons and form fields; `class="button"`, with `primary`, `danger` or `plain`, or `icon-button`. */
export const controls = css`
  .button,
  .icon-button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    min-height: 40px;
    padding: 0 16px;
    border: 1px solid var(--divider-color);
    border-radius: 9999px;
    background: transparent;
    color: var(--primary-text-color);
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    cursor: pointer;
    text-decoration: none;
    transition: background-color 120ms;
  }
  .button:hover,
  .icon-button:hover {
    background: var(--sigenstor-sunken);
  }
  .button:focus-visible,
  .icon-button:focus-visible {
    border-radius: 9999px;
  }
  .button[disabled],
  .icon-button[disabled] {
    opacity: 0.5;
    cursor: default;
  }
  .button.primary {
    background: var(--sigenstor-primary, var(--primary-color));
    border-color: transparent;
    color: #fff;
  }
  .button.danger {
    background: color-mix(in srgb, var(--sigenstor-danger) 80%, #000);
    border-color: transparent;
    color: #fff;
  }
  .button.plain,
  .icon-button {
    border-color: transparent;
  }
  .button.plain {
    color: var(--sigenstor-link, var(--primary-color));
  }
  .icon-button {
    min-width: 40px;
    padding: 0;
  }
  label.field {
    display: grid;
    gap: 4px;
    font-size: var(--ha-font-size-s, 12px);
    color: var(--secondary-text-color);
  }
  .field input:not([type="range"]),
  .field select,
  input.field,
  select.field {
    min-height: 44px;
    width: 100%;
    padding: 0 12px;
    border: 1px solid var(--input-outlined-idle-border-color, var(--divider-color));
    border-radius: 8px;
    background: var(--sigenstor-surface);
    color: var(--primary-text-color);
    font: inherit;
    font-size: 16px;
  }
  input[type="range"] {
    appearance: none;
    height: 32px;
    margin: 0;
    background: none;
    cursor: pointer;
  }
  input[type="range"]::-webkit-slider-runnable-track {
    height: 6px;
    border-radius: 3px;
    background: linear-gradient(to right, var(--primary-color) var(--fill, 0%), var(--divider-color) var(--fill, 0%));
  }
  input[type="range"]::-moz-range-track {
    height: 6px;
    border-radius: 3px;
    background: var(--divider-color);
  }
  input[type="range"]::-moz-range-progress {
    height: 6px;
    border-radius: 3px;
    background: var(--primary-color);
  }
  input[type="range"]::-webkit-slider-thumb {
    appearance: none;
    width: 20px;
    height: 20px;
    margin-top: -7px;
    border-radius: 50%;
    background: var(--primary-color);
  }
  input[type="range"]::-moz-range-thumb {
    width: 20px;
    height: 20px;
    border: none;
    border-radius: 50%;
    background: var(--primary-color);
  }
  input[type="checkbox"],
  input[type="radio"] {
    accent-color: var(--primary-color);
  }
  input.toggle {
    appearance: none;
    width: 44px;
    height: 24px;
    margin: 0;
    border-radius: 12px;
    background: var(--switch-unchecked-track-color, var(--secondary-text-color));
    position: relative;
    cursor: pointer;
    flex: none;
    transition: background-color 120ms;
  }
  input.toggle::before {
    content: "";
    position: absolute;
    inset: 3px auto 3px 3px;
    width: 18px;
    border-radius: 50%;
    background: #fff;
    transition: transform 120ms;
  }
  input.toggle:checked {
    background: var(--primary-color);
  }
  input.toggle:checked::before {
    transform: translateX(20px);
  }
  input.toggle:disabled {
    opacity: 0.5;
    cursor: default;
  }
  input.toggle:focus-visible {
    border-radius: 12px;
  }
  .error {
    color: var(--primary-text-color);
    font-size: 13px;
    border-inline-start: 3px solid var(--sigenstor-danger);
    padding-inline-start: 8px;
  }
  .summary {
    padding: 12px 16px;
    border-radius: 12px;
    background: var(--sigenstor-sunken);
    text-wrap: pretty;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
    padding: 0 10px;
    border-radius: 14px;
    background: var(--sigenstor-sunken);
    font-size: var(--ha-font-size-s, 12px);
    white-space: nowrap;
    --icon-size: 16px;
  }
`;
