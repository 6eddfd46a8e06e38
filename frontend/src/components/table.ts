import { css, html, LitElement } from "lit";
import { property } from "lit/decorators.js";
import { element } from "../element";
import { base } from "../theme";

export interface Column<R> {
  heading: string;
  cell: (row: R) => unknown;
  /** Numbers stand right-aligned, digit under digit. */
  numeric?: boolean;
}

/** A table that scrolls sideways on its own where the page is too narrow; `caption` names it for screen readers. */
@element("sigenstor-table")
export class Table<R> extends LitElement {
  @property() caption = "";
  @property({ attribute: false }) columns: readonly Column<R>[] = [];
  @property({ attribute: false }) rows: readonly R[] = [];

  static override styles = [
    base,
    css`
      div {
        overflow: auto;
        max-height: var(--sigenstor-table-height, none);
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        padding: 8px 12px;
        text-align: start;
        vertical-align: top;
        border-bottom: 1px solid var(--divider-color);
      }
      th {
        position: sticky;
        top: 0;
        background: var(--sigenstor-surface, var(--card-background-color));
        color: var(--secondary-text-color);
        font-weight: var(--ha-font-weight-medium, 500);
        white-space: nowrap;
      }
      .numeric {
        text-align: end;
        white-space: nowrap;
      }
      tbody tr:last-child td {
        border-bottom: none;
      }
    `,
  ];

  override render() {
    const side = (column: Column<R>) => (column.numeric ? "numeric" : "");
    return html`<div tabindex="0" role="region" aria-label=${this.caption}>
      <table>
        <caption class="visually-hidden">${this.caption}</caption>
        <thead>
          <tr>${this.columns.map((column) => html`<th scope="col" class=${side(column)}>${column.heading}</th>`)}</tr>
        </thead>
        <tbody>
          ${this.rows.map((row) => html`<tr>${this.columns.map((column) => html`<td class=${side(column)}>${column.cell(row)}</td>`)}</tr>`)}
        </tbody>
      </table>
    </div>`;
  }
}
