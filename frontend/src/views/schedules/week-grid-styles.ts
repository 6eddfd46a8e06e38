import { css } from "lit";

export const gridStyles = css`
  :host {
    --hour: 30px;
    --line: color-mix(in srgb, var(--divider-color) 70%, transparent);
  }
  .grid {
    display: grid;
    grid-template-columns: auto repeat(var(--days), minmax(0, 1fr));
    user-select: none;
  }
  .how {
    margin-top: 12px;
    font-size: 13px;
  }
  .day {
    padding: 4px 2px 8px;
    text-align: center;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--secondary-text-color);
  }
  .day.today {
    color: var(--primary-text-color);
    box-shadow: inset 0 -3px var(--primary-color);
  }
  .hours {
    position: relative;
    min-width: 44px;
    height: calc(24 * var(--hour));
    font-size: 11px;
    color: var(--secondary-text-color);
  }
  .hours span {
    position: absolute;
    inset-inline-end: 8px;
    transform: translateY(-50%);
    white-space: nowrap;
  }
  .columns {
    grid-column: 2 / -1;
    display: grid;
    grid-template-columns: subgrid;
    border-block: 1px solid var(--divider-color);
    touch-action: pan-y;
  }
  .columns.editable {
    cursor: crosshair;
  }
  .column {
    position: relative;
    height: calc(24 * var(--hour));
    border-inline-start: 1px solid var(--divider-color);
    background: repeating-linear-gradient(to bottom, transparent 0 calc(var(--hour) - 1px), var(--line) calc(var(--hour) - 1px) var(--hour));
  }
  .column.today {
    background-color: color-mix(in srgb, var(--primary-color) 6%, transparent);
  }
  .block {
    position: absolute;
    inset-inline: calc(2px + var(--level) * 20%) 2px;
    min-height: 14px;
    padding: 0 4px 0 8px;
    display: flex;
    flex-direction: column;
    align-items: flex-start;
    overflow: hidden;
    border: 1px solid var(--sigenstor-surface);
    border-inline-start: 5px solid var(--colour);
    border-radius: 6px;
    background: color-mix(in srgb, var(--colour) 30%, var(--sigenstor-surface));
    color: var(--primary-text-color);
    font: inherit;
    font-size: 12px;
    line-height: 16px;
    text-align: start;
    cursor: pointer;
    z-index: calc(1 + var(--level));
    container-type: size;
  }
  .editable .block {
    cursor: grab;
  }
  /* The ends that can be pulled. */
  .editable .block::before,
  .editable .block::after {
    content: "";
    position: absolute;
    inset-inline: 0;
    height: min(7px, 33%);
    cursor: ns-resize;
    z-index: 1;
  }
  .editable .block::before {
    top: 0;
  }
  .editable .block::after {
    bottom: 0;
    background: linear-gradient(var(--colour), var(--colour)) center / 24px 3px no-repeat;
    opacity: 0;
  }
  .editable .block:hover::after,
  .editable .block:focus-visible::after {
    opacity: 1;
  }
  .block.before {
    border-start-start-radius: 0;
    border-start-end-radius: 0;
    border-top: 2px dashed var(--colour);
  }
  .block.after {
    border-end-start-radius: 0;
    border-end-end-radius: 0;
    border-bottom: 2px dashed var(--colour);
  }
  .editable .block.before::before,
  .editable .block.after::after {
    display: none;
  }
  .block.off {
    background: var(--sigenstor-surface);
    border: 1px dashed var(--secondary-text-color);
    border-inline-start: 5px dashed var(--colour);
    color: var(--secondary-text-color);
  }
  .block.off .name span {
    text-decoration: line-through;
  }
  .block.held,
  .block.sketch {
    box-shadow: 0 4px 14px var(--sigenstor-shadow);
    opacity: 0.92;
    z-index: 6;
  }
  .block.sketch {
    --colour: var(--primary-color);
    pointer-events: none;
    container-type: normal;
  }
  .block:focus-visible {
    border-radius: 6px;
    outline-offset: 0;
    z-index: 7;
  }
  .lost {
    position: absolute;
    inset-inline: 0;
    background: repeating-linear-gradient(
      -45deg,
      transparent 0 4px,
      color-mix(in srgb, var(--primary-text-color) 38%, transparent) 4px 5.5px
    );
  }
  .name,
  .when {
    position: relative;
    max-width: 100%;
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .name {
    margin-top: 2px;
    display: flex;
    align-items: center;
    gap: 4px;
    font-weight: var(--ha-font-weight-medium, 500);
    --icon-size: 14px;
  }
  .name span {
    overflow: hidden;
    text-overflow: ellipsis;
  }
  /* What does not fit is left out, not cut. */
  @container (height < 17px) {
    .name {
      margin-top: -1px;
      font-size: 11px;
      line-height: 14px;
      --icon-size: 12px;
    }
  }
  @container (height < 34px) {
    .when {
      display: none;
    }
  }
  @container (height >= 70px) {
    .name span,
    .when {
      display: -webkit-box;
      -webkit-box-orient: vertical;
      -webkit-line-clamp: 2;
      white-space: normal;
      overflow-wrap: anywhere;
    }
    .name {
      align-items: start;
    }
  }
  @container (width < 40px) {
    .name span,
    .when {
      display: none;
    }
  }
  .sketch .when {
    display: block;
    margin-top: 2px;
  }
  .now {
    position: absolute;
    inset-inline: 0;
    height: 2px;
    background: var(--sigenstor-danger);
    pointer-events: none;
    z-index: 8;
  }
  .now::before {
    content: "";
    position: absolute;
    top: -3px;
    inset-inline-start: -4px;
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: inherit;
  }
`;
