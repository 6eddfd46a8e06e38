import { mdiChevronDown, mdiChevronLeft, mdiChevronRight, mdiClose } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import type { ApiError } from "../../api/errors";
import { QueryController } from "../../controllers";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { blank, show } from "../../view";
import { HistoryTab } from "./history-tab";

const PAGE_ROWS = 25;
const WHEN = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;

export interface Choice {
  name: string;
  label: string;
  /** What each value of the address is called; the first one is "all". */
  options: readonly { value: string; label: string }[];
}

interface Page<R> {
  total: number;
  rows: R[];
}

/** Neighbours that say the same, together. */
function groupsOf<R>(rows: readonly R[], isSame: (row: R, before: R) => boolean): [R, ...R[]][] {
  const groups: [R, ...R[]][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last && isSame(row, last[0])) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

/** A log, latest first: filters, rows that open, pages; all of it in the address. */
export abstract class LogTab<R extends { id: number }> extends HistoryTab {
  readonly #log = new QueryController(
    this,
    () => ({
      ...this.range,
      ...(this.#at ? { end: this.#at } : {}),
      limit: PAGE_ROWS,
      offset: this.#page * PAGE_ROWS,
      filters: this.#chosen(),
      turn: this.turn,
    }),
    ({ filters, turn: _, ...question }): Promise<Page<R>> => this.ask({ ...question, ...filters }),
  );

  static override styles = [
    ...HistoryTab.styles,
    css`
      .card {
        padding: 0;
        overflow: hidden;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 8px 12px;
        padding: 16px;
      }
      .filters label {
        flex: 0 1 200px;
      }
      .filters p {
        margin-inline-start: auto;
      }
      details {
        border-top: 1px solid var(--divider-color);
      }
      summary {
        display: grid;
        grid-template-columns: 13ch 18ch minmax(0, 1fr) auto;
        gap: 4px 16px;
        align-items: center;
        padding: 10px 16px;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary:hover {
        background: var(--sigenstor-sunken);
      }
      summary:focus-visible {
        outline-offset: -2px;
      }
      summary > svg {
        --icon-size: 20px;
        color: var(--secondary-text-color);
        transition: transform 120ms;
      }
      details[open] > summary > svg {
        transform: rotate(180deg);
      }
      .what {
        display: flex;
        align-items: center;
        gap: 8px;
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .why {
        display: flex;
        gap: 8px;
      }
      .tag {
        white-space: nowrap;
      }
      .tag.bad {
        color: color-mix(in srgb, var(--sigenstor-danger) 70%, var(--primary-text-color));
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .more {
        padding: 4px 16px 16px;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 12px;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 24px;
        margin: 0;
      }
      .facts div {
        display: flex;
        gap: 6px;
      }
      .facts dt {
        color: var(--secondary-text-color);
      }
      .facts dd {
        margin: 0;
      }
      footer {
        display: flex;
        align-items: center;
        justify-content: end;
        gap: 8px;
        padding: 8px 16px;
        border-top: 1px solid var(--divider-color);
      }
      :host([narrow]) summary {
        grid-template-columns: minmax(0, 1fr) auto auto;
      }
      :host([narrow]) .what {
        order: -1;
      }
      :host([narrow]) .why {
        grid-column: 1 / -1;
        order: 5;
      }
      :host([narrow]) .filters label {
        flex: 1 1 130px;
      }
    `,
  ];

  protected abstract readonly filters: readonly Choice[];
  protected abstract readonly ask: (question: Record<string, unknown>) => Promise<Page<R>>;
  /** The cells of a row: when, what, why. */
  protected abstract head(row: R): TemplateResult;
  protected abstract body(row: R): TemplateResult;
  protected abstract timeOf(row: R): string;
  /** Whether a row says the same as the one before it, so that both are shown as one. */
  protected isSame(_row: R, _before: R): boolean {
    return false;
  }
  /** What is shown instead of an error, where that is no failure. */
  protected readonly problem?: (error: ApiError) => TemplateResult | undefined;

  override render() {
    const { current } = this.#log;
    const special = current.state === "error" ? this.problem?.(current.error) : undefined;
    const draw = (page: Page<R>, stale: boolean) => this.#rows(page, stale);
    return html`<section class="card">
      ${special ? nothing : this.#filterBar(current.state === "ready" ? current.value.total : undefined)}
      ${special ?? show(current, this.app.format, draw, () => this.#log.again())}
    </section>`;
  }

  #rows({ total, rows }: Page<R>, stale: boolean) {
    if (total === 0) {
      const filtered = Object.keys(this.#chosen()).length > 0;
      return blank(t("history.log_empty_title"), t(filtered ? "history.log_filtered_text" : "history.log_empty_text"));
    }
    return html`<div class=${stale ? "old" : ""}>
        ${groupsOf(rows, (a, b) => this.isSame(a, b)).map(
          ([row, ...same], index) => html`<details name="row" ?open=${index === 0 && this.#at !== undefined}>
            <summary>${this.head(row)}${icon(mdiChevronDown)}</summary>
            <div class="more">${this.body(row)}
              ${same.length ? html`<p class="faint">${t("history.same", { count: this.app.format.number(same.length), time: this.when(this.timeOf(same.at(-1) as R)) })}</p>` : nothing}
            </div>
          </details>`,
        )}
      </div>
      ${this.#pager(total)}`;
  }

  #filterBar(total: number | undefined) {
    return html`<div class="filters">
      ${this.filters.map(({ name, label, options }) => {
        const value = this.query.get(name) ?? "";
        return html`<label class="field"
          >${label}
          <select @change=${(event: Event) => this.setQuery({ [name]: (event.target as HTMLSelectElement).value || null, page: null })}>
            <option value="" ?selected=${value === ""}>${t("history.all")}</option>
            ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
          </select>
        </label>`;
      })}
      ${
        this.#at
          ? html`<button class="button" @click=${() => this.setQuery({ at: null, page: null })}>${t("history.at", { time: this.app.format.soon(this.#at) })} ${icon(mdiClose)}</button>`
          : nothing
      }
      ${total === undefined ? nothing : html`<p class="faint">${t("history.entries", { count: this.app.format.number(total) })}</p>`}
    </div>`;
  }

  #pager(total: number) {
    const pages = Math.ceil(total / PAGE_ROWS);
    if (pages < 2) return nothing;
    const { format } = this.app;
    const first = this.#page * PAGE_ROWS + 1;
    const values = {
      first: format.number(first),
      last: format.number(Math.min(total, first + PAGE_ROWS - 1)),
      total: format.number(total),
    };
    const go = (page: number) => () => this.setQuery({ page: page > 0 ? String(page + 1) : null });
    return html`<footer>
      <button class="icon-button" aria-label=${t("history.newer")} ?disabled=${this.#page === 0} @click=${go(this.#page - 1)}>${icon(mdiChevronLeft)}</button>
      <span>${t("history.page_of", values)}</span>
      <button class="icon-button" aria-label=${t("history.older")} ?disabled=${this.#page + 1 >= pages} @click=${go(this.#page + 1)}>${icon(mdiChevronRight)}</button>
    </footer>`;
  }

  protected when = (at: string) =>
    this.period.span === "day" ? this.app.format.time(at) : this.app.format.dateParts(at, WHEN);

  protected facts = (entries: readonly (readonly [string, unknown])[]) =>
    html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

  /** The moment up to which the log is shown; a time that the period holds. */
  get #at(): string | undefined {
    const at = Date.parse(this.query.get("at") ?? "");
    return at > this.period.start && at <= this.period.end ? new Date(at).toISOString() : undefined;
  }

  get #page() {
    return Math.max(0, Math.floor(Number(this.query.get("page") ?? 1)) - 1) || 0;
  }

  /** The filters that are set, to something there is. */
  #chosen(): Record<string, string> {
    const set = this.filters.map(({ name, options }) => [
      name,
      options.find(({ value }) => value === this.query.get(name))?.value,
    ]);
    return Object.fromEntries(set.filter(([, value]) => value));
  }
}
