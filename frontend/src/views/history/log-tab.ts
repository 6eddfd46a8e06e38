import { mdiChevronDown, mdiChevronLeft, mdiChevronRight, mdiClose } from "@mdi/js";
import { css, html, nothing, type TemplateResult } from "lit";
import type { ApiError } from "../../api/errors";
import { QueryController } from "../../controllers";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { blank, show } from "../../view";
import { HistoryTab } from "./history-tab";

const PAGE_GROUPS = 25;
const ASKED_ROWS = 50;
/** No page takes more: one that says the same for days ends here, and goes on with the next. */
const MOST_ROWS = 500;
const MINUTE_MS = 60_000;
const WHEN = { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" } as const;

export interface Choice {
  name: string;
  label: string;
  /** What each value of the address is called; the first one is "all". */
  options: readonly { value: string; label: string }[];
}

interface Rows<R> {
  total: number;
  rows: R[];
}

interface Page<R> {
  total: number;
  groups: [R, ...R[]][];
  /** How many rows there are on this page. */
  count: number;
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
      offset: this.#offsets.at(-1) ?? 0,
      filters: this.#chosen(),
      turn: this.turn,
    }),
    ({ filters, turn: _, offset, ...question }) => this.#page({ ...question, ...filters }, offset),
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
  protected abstract readonly ask: (question: Record<string, unknown>) => Promise<Rows<R>>;
  /** The cells of a row: when, what, why. */
  protected abstract head(row: R): TemplateResult;
  protected abstract body(row: R): TemplateResult;
  protected abstract timeOf(row: R): string;
  /** Whether a row says the same as the one before it, so that both are shown as one. */
  protected abstract isSame(row: R, before: R): boolean;
  /** What is shown instead of an error, where that is no failure. */
  protected readonly problem?: (error: ApiError) => TemplateResult | undefined;

  /** Ask for rows until those that say the same are all on one page. */
  async #page(question: Record<string, unknown>, offset: number): Promise<Page<R>> {
    const found: R[] = [];
    for (;;) {
      const { total, rows } = await this.ask({ ...question, limit: ASKED_ROWS, offset: offset + found.length });
      found.push(...rows);
      const all = groupsOf(found, (row, before) => this.isSame(row, before));
      const isOver = rows.length === 0 || offset + found.length >= total || found.length >= MOST_ROWS;
      if (!isOver && all.length <= PAGE_GROUPS) continue;
      const groups = all.slice(0, PAGE_GROUPS);
      return { total, groups, count: groups.flat().length };
    }
  }

  override render() {
    const { current } = this.#log;
    const special = current.state === "error" ? this.problem?.(current.error) : undefined;
    const draw = (page: Page<R>, stale: boolean) => this.#rows(page, stale);
    return html`<section class="card">
      ${special ? nothing : this.#filterBar(current.state === "ready" ? current.value.total : undefined)}
      ${special ?? show(current, this.app.format, draw, () => this.#log.again())}
    </section>`;
  }

  #rows({ total, groups, count }: Page<R>, stale: boolean) {
    if (total === 0) {
      const filtered = Object.keys(this.#chosen()).length > 0;
      return blank(t("history.log_empty_title"), t(filtered ? "history.log_filtered_text" : "history.log_empty_text"));
    }
    return html`<div class=${stale ? "old" : ""}>
        ${groups.map(
          ([row, ...same], index) => html`<details name="row" ?open=${index === 0 && this.#at !== undefined}>
            <summary>${this.head(row)}${icon(mdiChevronDown)}</summary>
            <div class="more">${this.body(row)}
              ${same.length ? html`<p class="faint">${t("history.same", { count: this.app.format.number(same.length), time: this.when(this.timeOf(same.at(-1) as R)) })}</p>` : nothing}
            </div>
          </details>`,
        )}
      </div>
      ${this.#pager(total, count)}`;
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
        this.period.span === "day"
          ? html`<label class="field">${t("history.jump")} <input type="time" .value=${this.#at ? this.app.format.clock24(this.#at).slice(0, 5) : ""} @change=${this.#jumped} /></label>`
          : nothing
      }
      ${
        this.#at
          ? html`<button class="button" @click=${() => this.setQuery({ at: null, page: null })}>${t("history.at", { time: this.app.format.soon(this.#at) })} ${icon(mdiClose)}</button>`
          : nothing
      }
      ${total === undefined ? nothing : html`<p class="faint">${t("history.entries", { count: this.app.format.number(total) })}</p>`}
    </div>`;
  }

  #pager(total: number, count: number) {
    const offsets = this.#offsets;
    const before = offsets.at(-1) ?? 0;
    const after = before + count;
    if (before === 0 && after >= total) return nothing;
    const { format } = this.app;
    const values = { first: format.number(before + 1), last: format.number(after), total: format.number(total) };
    const go = (to: readonly number[]) => () => this.setQuery({ page: to.join(".") || null });
    return html`<footer>
      <button class="icon-button" aria-label=${t("history.newer")} ?disabled=${before === 0} @click=${go(offsets.slice(0, -1))}>${icon(mdiChevronLeft)}</button>
      <span>${t("history.page_of", values)}</span>
      <button class="icon-button" aria-label=${t("history.older")} ?disabled=${after >= total} @click=${go([...offsets, after])}>${icon(mdiChevronRight)}</button>
    </footer>`;
  }

  /** Show the log up to a time of day in the home. */
  readonly #jumped = (event: Event) => {
    const { value } = event.target as HTMLInputElement;
    const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
    let at = this.period.start + minutes(value) * MINUTE_MS;
    // Where a clock was changed since midnight, its times are not as many minutes after that.
    at += (minutes(value) - minutes(this.app.format.clock24(at))) * MINUTE_MS;
    this.setQuery({ at: value ? new Date(at).toISOString() : null, page: null });
  };

  protected when = (at: string) =>
    this.period.span === "day" ? this.app.format.time(at) : this.app.format.dateParts(at, WHEN);

  protected facts = (entries: readonly (readonly [string, unknown])[]) =>
    html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;

  /** The moment up to which the log is shown; a time that the period holds. */
  get #at(): string | undefined {
    const at = Date.parse(this.query.get("at") ?? "");
    return at > this.period.start && at <= this.period.end ? new Date(at).toISOString() : undefined;
  }

  /** The rows at which this page and those that were passed begin. */
  get #offsets(): number[] {
    return (this.query.get("page") ?? "")
      .split(".")
      .map(Number)
      .filter((offset) => offset > 0 && Number.isInteger(offset));
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
