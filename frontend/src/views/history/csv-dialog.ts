import "../../components/dialog";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../../api/errors";
import type { CsvKind, HistoryPeriod } from "../../api/types";
import { element, fire } from "../../element";
import { download } from "../../ha/adapter";
import { type TextKey, t } from "../../i18n";
import { base, controls } from "../../theme";
import { type App, errorText } from "../../view";
import { type Period, periodOf } from "./period";

const KINDS: readonly CsvKind[] = ["history", "scores", "decisions", "audit"];
const ROWS: readonly HistoryPeriod[] = ["5minute", "hour", "day", "month"];
const HOUR_MS = 3_600_000;

/** Saves a log or the history of any range as a file for spreadsheets; it begins with what is on the screen. */
@element("sigenstor-csv-dialog")
export class CsvDialog extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) period!: Period;
  @property() kind: CsvKind = "history";
  @property({ type: Boolean }) open = false;
  @state() private first = "";
  @state() private last = "";
  @state() private rows: HistoryPeriod = "hour";
  @state() private error = "";
  @state() private busy = false;

  static override styles = [
    base,
    controls,
    css`
      form {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
      }
      form > .all,
      form > p {
        grid-column: 1 / -1;
      }
    `,
  ];

  override willUpdate(changed: Map<PropertyKey, unknown>) {
    if (!changed.has("open") || !this.open) return;
    const { format } = this.app;
    this.first = format.dayKey(this.period.start);
    this.last = format.dayKey(this.period.end - 12 * HOUR_MS);
    this.error = "";
  }

  override render() {
    const valid = this.first !== "" && this.last !== "" && this.first <= this.last;
    return html`<sigenstor-dialog .heading=${t("history.csv_title")} ?open=${this.open} @closed=${this.#closed}>
      <form>
        <label class="field all"
          >${t("history.csv_what")}
          <select .value=${this.kind} @change=${(event: Event) => {
            this.kind = (event.target as HTMLSelectElement).value as CsvKind;
          }}>
            ${KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === this.kind}>${t(`history.csv_${kind}` as TextKey)}</option>`)}
          </select>
        </label>
        ${this.kind === "history" ? this.#grain() : nothing}
        <label class="field">${t("history.csv_first")}<input type="date" .value=${this.first} @change=${this.#day("first")} /></label>
        <label class="field">${t("history.csv_last")}<input type="date" .value=${this.last} @change=${this.#day("last")} /></label>
        <p class="faint">${t("history.csv_text")}</p>
        ${this.error ? html`<p class="error" role="alert">${this.error}</p>` : nothing}
      </form>
      <button slot="actions" class="button" @click=${() => this.#closed()}>${t("common.cancel")}</button>
      <button slot="actions" class="button primary" ?disabled=${!valid || this.busy} @click=${() => void this.#save()}>
        ${t("history.csv_save")}
      </button>
    </sigenstor-dialog>`;
  }

  #grain() {
    return html`<label class="field all"
      >${t("history.csv_rows")}
      <select @change=${(event: Event) => {
        this.rows = (event.target as HTMLSelectElement).value as HistoryPeriod;
      }}>
        ${ROWS.map((rows) => html`<option value=${rows} ?selected=${rows === this.rows}>${t(`history.rows_${rows}` as TextKey)}</option>`)}
      </select>
    </label>`;
  }

  readonly #day = (name: "first" | "last") => (event: Event) => {
    this[name] = (event.target as HTMLInputElement).value;
  };

  readonly #closed = () => fire(this, "closed");

  async #save() {
    this.busy = true;
    this.error = "";
    const { format, service } = this.app;
    const range = {
      start: new Date(periodOf("day", this.first, format).start).toISOString(),
      end: new Date(periodOf("day", this.last, format).end).toISOString(),
    };
    try {
      const period = this.kind === "history" ? { period: this.rows } : {};
      download(await service.csvUrl(this.kind, { ...range, ...period }));
      this.#closed();
    } catch (reason) {
      this.error = errorText(asApiError(reason), this.app.format);
    } finally {
      this.busy = false;
    }
  }
}
