import { html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { Schedule } from "../../api/types";
import { ACTION_ICON } from "../../components/actions";
import { element, fire } from "../../element";
import { t, word } from "../../i18n";
import { icon } from "../../icon";
import { ACTION_COLOUR, base } from "../../theme";
import { DragController, type Spot } from "./drag";
import {
  type Block,
  blocksOf,
  DAY_MIN,
  DAYS,
  dayNumbers,
  dragged,
  drawn,
  type Grip,
  lengthOf,
  minutesOf,
  type Overlap,
  overlapsOf,
  SNAP_MIN,
  stacked,
  type WallClock,
} from "./week";
import { gridStyles } from "./week-grid-styles";

const EDGE_PX = { mouse: 7, touch: 14 };
const SETTLE_MS = 900;

interface Held {
  from: { day: number; minutes: number };
  /** Without a schedule, one is being drawn. */
  schedule?: Schedule;
  startsOn: number;
  grip: Grip;
}

/**
 * Days side by side with their schedules: fires `drawn` with the start, end and day of what was drawn, `rearranged` with a
 * schedule that was moved or pulled, and `opened` with one to be edited.
 */
@element("sigenstor-week-grid")
export class WeekGrid extends LitElement {
  @property({ attribute: false }) schedules: readonly Schedule[] = [];
  /** The days that are shown, in order. */
  @property({ attribute: false }) days: readonly number[] = [];
  @property({ attribute: false }) clock!: WallClock;
  @property({ attribute: false }) now: { day: number; minutes: number } | undefined;
  @property({ type: Boolean }) editable = false;
  /** What is being dragged, or moved by the arrow keys, as it would be. */
  @state() private preview: Schedule | undefined;
  @state() private sketch: { day: number; start: string; end: string } | undefined;
  #held: Held | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #refocus: string | undefined;
  readonly #drag = new DragController(this, {
    begin: (event, path) => this.#begin(event, path),
    move: (spot) => this.#move(spot),
    end: () => this.#end(),
    cancel: () => this.#drop(),
  });

  static override styles = [base, gridStyles];

  override disconnectedCallback() {
    super.disconnectedCallback();
    this.#commit();
  }

  protected override updated(_changed: PropertyValues) {
    if (!this.#refocus) return;
    this.renderRoot.querySelector<HTMLElement>(`[data-key="${this.#refocus}"]`)?.focus();
    this.#refocus = undefined;
  }

  override render() {
    const { preview } = this;
    const shown = preview ? this.schedules.map((one) => (one.id === preview.id ? preview : one)) : this.schedules;
    const blocks = blocksOf(shown);
    const overlaps = overlapsOf(blocks);
    return html`
      <div class="grid" style="--days:${this.days.length}" role="group" aria-label=${t("schedules.grid")}>
        <div class="corner"></div>
        ${this.days.map((day) => html`<div class="day ${this.now?.day === day ? "today" : ""}" aria-hidden="true">${this.clock.day(day, this.days.length === 1 ? "long" : "short")}</div>`)}
        <div class="hours" aria-hidden="true">${this.#hours()}</div>
        <div
          class="columns ${this.editable ? "editable" : ""}"
          @pointerdown=${this.editable ? this.#drag.down : nothing} @pointermove=${this.#drag.move} @pointerup=${this.#drag.up}
          @pointercancel=${this.#drag.lost} @contextmenu=${this.#drag.menu}
        >
          ${this.days.map((day) => this.#column(day, blocks, overlaps))}
        </div>
      </div>
      ${this.editable ? html`<p class="faint how" id="hint">${t("schedules.how")}</p>` : nothing}
      <p class="visually-hidden" role="status">${preview ? this.#spoken(preview) : ""}</p>
    `;
  }

  #hours() {
    return Array.from(
      { length: 23 },
      (_, index) => html`<span style="top:${((index + 1) / 24) * 100}%">${this.clock.hour(index + 1)}</span>`,
    );
  }

  #column(day: number, blocks: readonly Block[], overlaps: readonly Overlap[]) {
    const { now, sketch } = this;
    const stack = stacked(blocks.filter((block) => block.day === day));
    return html`<div class="column ${now?.day === day ? "today" : ""}">
      ${repeat(
        stack,
        ({ block }) => keyOf(block),
        ({ block, level }) => this.#block(block, level, overlaps),
      )}
      ${sketch?.day === day ? this.#sketched(sketch) : nothing}
      ${now?.day === day ? html`<div class="now" style="top:${(now.minutes / DAY_MIN) * 100}%"></div>` : nothing}
    </div>`;
  }

  #block(block: Block, level: number, overlaps: readonly Overlap[]) {
    const { schedule, start, end } = block;
    const lost = overlaps.filter((one) => one.day === block.day && one.loser.id === schedule.id);
    const part = (from: number, to: number) =>
      `top:${((from - start) / (end - start)) * 100}%;height:${((to - from) / (end - start)) * 100}%`;
    const classes = [
      "block",
      schedule.enabled ? "" : "off",
      block.before ? "before" : "",
      block.after ? "after" : "",
      this.preview?.id === schedule.id ? "held" : "",
    ];
    return html`<button
      class=${classes.join(" ")} data-key=${keyOf(block)} data-id=${schedule.id} data-starts-on=${block.startsOn}
      style="top:${(start / DAY_MIN) * 100}%;height:${((end - start) / DAY_MIN) * 100}%;--level:${Math.min(level, 3)};--colour:${ACTION_COLOUR[schedule.action]}"
      aria-label=${this.#label(schedule, block.startsOn, lost)} aria-describedby=${this.editable ? "hint" : nothing}
      @click=${() => this.#open(schedule)} @keydown=${(event: KeyboardEvent) => this.#key(event, block)} @blur=${this.#blurred}
    >
      ${lost.map((one) => html`<span class="lost" style=${part(one.start, one.end)}></span>`)}
      <span class="name">${icon(ACTION_ICON[schedule.action])}<span>${schedule.name}</span></span>
      <span class="when">${this.clock.window(schedule)}</span>
    </button>`;
  }

  #sketched(sketch: { start: string; end: string }) {
    const from = minutesOf(sketch.start);
    const length = lengthOf(sketch as Schedule);
    return html`<div class="block sketch" style="top:${(from / DAY_MIN) * 100}%;height:${(Math.min(length, DAY_MIN - from) / DAY_MIN) * 100}%;--level:0">
      <span class="when">${this.clock.window(sketch)}</span>
    </div>`;
  }

  #label(schedule: Schedule, day: number, lost: readonly Overlap[]): string {
    const facts = [
      schedule.name,
      word("action", schedule.action),
      this.clock.day(day, "long"),
      this.clock.window(schedule),
      schedule.enabled ? "" : t("schedules.off"),
      ...new Set(lost.map(({ winner }) => t("schedules.gives_way", { winner: winner.name }))),
    ];
    return facts.filter(Boolean).join(", ");
  }

  #spoken(schedule: Schedule): string {
    const days = this.clock.days(dayNumbers(schedule), t("schedules.every_day"));
    return `${days}, ${this.clock.window(schedule)}`;
  }

  #place({ x, y }: Spot) {
    const box = this.renderRoot.querySelector(".columns")?.getBoundingClientRect() ?? new DOMRect();
    const column = Math.floor(((x - box.left) / box.width) * this.days.length);
    const day = this.days[Math.min(this.days.length - 1, Math.max(0, column))] ?? 0;
    return { day, minutes: Math.min(DAY_MIN, Math.max(0, ((y - box.top) / box.height) * DAY_MIN)) };
  }

  #begin(event: PointerEvent, path: readonly EventTarget[]) {
    this.#commit();
    const from = this.#place({ x: event.clientX, y: event.clientY });
    const target = path.find((one) => one instanceof HTMLElement && one.dataset.id) as HTMLElement | undefined;
    const schedule = this.schedules.find(({ id }) => id === target?.dataset.id);
    if (target && schedule) {
      this.#held = { from, schedule, startsOn: Number(target.dataset.startsOn), grip: gripOf(event, target) };
      return;
    }
    this.#held = { from, startsOn: from.day, grip: "end" };
    if (event.pointerType === "touch") this.sketch = { day: from.day, ...drawn(from.minutes, from.minutes) };
  }

  #move(spot: Spot) {
    if (!this.#held) return;
    const { from, schedule, startsOn, grip } = this.#held;
    const to = this.#place(spot);
    if (!schedule) {
      this.sketch = { day: from.day, ...drawn(from.minutes, to.minutes) };
      return;
    }
    const days = this.days.indexOf(to.day) - this.days.indexOf(from.day);
    const toDay = this.days[(this.days.indexOf(startsOn) + days + 7) % 7] ?? startsOn;
    const minutes = to.minutes - from.minutes;
    const still = grip === "move" && Math.abs(minutes) < SNAP_MIN / 2;
    this.preview = dragged(schedule, grip, still ? 0 : minutes, startsOn, toDay);
  }

  #end() {
    const { held, sketch } = { held: this.#held, sketch: this.sketch };
    this.#held = undefined;
    this.sketch = undefined;
    if (!held) return;
    if (held.schedule) return this.#commit();
    const { day, minutes } = held.from;
    fire(this, "drawn", sketch ?? { day, ...drawn(minutes, minutes) });
  }

  /** A block that is drawn anew in another day takes the focus along: that is no leaving. */
  readonly #blurred = () => {
    if (!this.#refocus) this.#commit();
  };

  #drop() {
    clearTimeout(this.#settle);
    this.#held = undefined;
    this.sketch = undefined;
    this.preview = undefined;
  }

  /** Hand over what the preview shows, if it differs. */
  #commit() {
    clearTimeout(this.#settle);
    const { preview } = this;
    const before = this.schedules.find(({ id }) => id === preview?.id);
    // The parent hears it first: it must have the new schedules before this is drawn without the preview.
    if (preview && before && JSON.stringify(before) !== JSON.stringify(preview)) fire(this, "rearranged", preview);
    this.preview = undefined;
  }

  #open(schedule: Schedule) {
    this.#commit();
    fire(this, "opened", schedule);
  }

  #key(event: KeyboardEvent, block: Block) {
    if (!this.editable) return;
    if (event.key === "Escape" && this.preview) this.#drop();
    else if (event.key === "Delete") fire(this, "removed", block.schedule);
    else if (event.key.startsWith("Arrow")) this.#step(event, block);
    else return;
    event.preventDefault();
  }

  /** An arrow key: a quarter of an hour or a day; with Shift the end moves. */
  #step({ key, shiftKey }: KeyboardEvent, { schedule, startsOn, before }: Block) {
    const minutes = key === "ArrowUp" ? -SNAP_MIN : key === "ArrowDown" ? SNAP_MIN : 0;
    const days = key === "ArrowLeft" ? -1 : key === "ArrowRight" ? 1 : 0;
    if (days && (shiftKey || this.days.length < 2)) return;
    const toDay = this.days[(this.days.indexOf(startsOn) + days + 7) % 7] ?? startsOn;
    const next = dragged(schedule, shiftKey ? "end" : "move", minutes, startsOn, toDay);
    const there = next.days.length === schedule.days.length && next.days.includes(DAYS[toDay] ?? "") ? toDay : startsOn;
    clearTimeout(this.#settle);
    this.preview = next;
    this.#refocus = `${schedule.id} ${there} ${before && lengthOf(next) + minutesOf(next.start) > DAY_MIN ? "b" : "a"}`;
    this.#settle = setTimeout(() => this.#commit(), SETTLE_MS);
  }
}

const keyOf = ({ schedule, startsOn, before }: Block) => `${schedule.id} ${startsOn} ${before ? "b" : "a"}`;

/** Near an end it is the end that is held, as far as the block is long enough to tell. */
function gripOf(event: PointerEvent, target: HTMLElement): Grip {
  const { top, bottom, height } = target.getBoundingClientRect();
  const edge = Math.min(event.pointerType === "touch" ? EDGE_PX.touch : EDGE_PX.mouse, height / 3);
  if (bottom - event.clientY <= edge && !target.classList.contains("after")) return "end";
  if (event.clientY - top <= edge && !target.classList.contains("before")) return "start";
  return "move";
}
