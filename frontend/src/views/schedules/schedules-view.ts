import { mdiAlertOutline, mdiPlus } from "@mdi/js";
import { css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { asApiError } from "../../api/errors";
import { isStale, valueIn } from "../../api/remote";
import type { ControlStatus, Schedule } from "../../api/types";
import { FeedController, Ticker } from "../../controllers";
import { element } from "../../element";
import { notify } from "../../ha/adapter";
import { t } from "../../i18n";
import { icon } from "../../icon";
import { nowOf, pendingOf } from "../../parts/headline";
import { base, cards, controls, page } from "../../theme";
import { blank, errorText, show, View } from "../../view";
import { copyOf, type Draft, draftOf } from "./draft";
import { noticesOf } from "./notices";
import { blocksOf, byRank, conflictsOf, DAYS, noonOf, overlapsOf, WallClock, wallNow, weekOrder } from "./week";
import "../../components/dialog";
import "./day-picker";
import "./schedule-dialog";
import "./schedule-list";
import "./week-grid";

const DEFAULT_POWER_W = 5000;
/** Of a schedule for one day, that is this week's. */
const NEAR_MS = 3 * 86_400_000;

/** The week of schedules: as a grid to draw in, and as a list with the same means. */
@element("sigenstor-schedules-view")
export class SchedulesView extends View {
  @state() private editing: { draft: Draft; heading: string } | undefined;
  @state() private doomed: Schedule | undefined;
  @state() private problem = "";
  @state() private deleting = false;
  /** What has been asked for and is not told back yet, by id; null: deleted. */
  @state() private asked: ReadonlyMap<string, Schedule | null> = new Map();
  #pending = 0;
  #seen: readonly Schedule[] | undefined;
  readonly #live = new FeedController(this, () => this.app?.service.live);

  constructor() {
    super();
    new Ticker(this, 30_000);
  }

  static override styles = [
    base,
    page,
    cards,
    controls,
    css`
      header .card-title {
        margin: 0;
      }
      header {
        min-height: 40px;
        margin-bottom: 8px;
      }
      .notice {
        display: flex;
        gap: 8px;
        --icon-size: 20px;
      }
      .notices {
        display: grid;
        gap: 8px;
        margin-bottom: 12px;
      }
      .notice.bad {
        border-inline-start: 4px solid var(--sigenstor-danger);
      }
      .overlaps {
        display: grid;
        gap: 4px;
        margin-top: 12px;
        padding-inline-start: 20px;
        list-style: disc;
      }
      sigenstor-day-picker {
        margin-bottom: 12px;
      }
    `,
  ];

  override render() {
    return show(this.#live.current, this.app.format, (live, stale) => {
      const control = live?.control;
      if (!control) return blank(t("common.not_loaded_title"), t("common.not_loaded_text"));
      return this.#page(control, stale);
    });
  }

  protected override willUpdate() {
    const told = valueIn(this.#live.current)?.control?.schedules;
    if (told === this.#seen || this.#pending) return;
    this.#seen = told;
    if (this.asked.size) this.asked = new Map();
  }

  #page(control: ControlStatus, stale: boolean) {
    const { app } = this;
    const clock = new WallClock(app.format);
    const schedules = this.#shown(control.schedules);
    const editable = app.isAdmin && !stale;
    const now = wallNow(app.plant.time_zone, nowOf(valueIn(this.#live.current), stale));
    const days = weekOrder(app.format.locale);
    return html`
      <section class="card">
        <header class="row spread wrap">
          <h2 class="card-title">${t("schedules.week")}</h2>
          ${editable ? html`<button class="button primary" @click=${this.#add}>${icon(mdiPlus)}${t("schedules.add")}</button>` : nothing}
        </header>
        <div class="notices">
          ${this.problem ? html`<p class="notice bad" role="alert">${this.problem}</p>` : nothing}
          ${noticesOf(control, app, stale).map((text) => html`<p class="notice">${icon(mdiAlertOutline)}<span>${text}</span></p>`)}
        </div>
        ${this.#grid(schedules, days, clock, now, editable)}
        ${this.#conflicts(schedules, clock)}
      </section>
      <section class="card">
        <h2>${t("schedules.all")}</h2>
        ${
          schedules.length === 0
            ? html`<p class="faint">${editable ? t("schedules.none_yet") : t("schedules.none")}</p>`
            : html`<sigenstor-schedule-list
              .schedules=${schedules} .clock=${clock} .format=${app.format} .editable=${editable} .switchable=${app.plant.may_control && !stale} .due=${this.#due(schedules, control, now)}
              @opened=${this.#opened} @copied=${this.#copied} @removed=${this.#removed} @switched=${this.#switched}
            ></sigenstor-schedule-list>`
        }
      </section>
      ${this.#dialogs(clock, days, stale)}
    `;
  }

  #grid(
    schedules: readonly Schedule[],
    days: readonly number[],
    clock: WallClock,
    now: { day: number; minutes: number },
    editable: boolean,
  ) {
    const named = DAYS.indexOf(this.query.get("day") ?? "");
    const day = named >= 0 ? named : now.day;
    return html`
      ${
        this.narrow
          ? html`<sigenstor-day-picker
            .schedules=${schedules} .days=${days} .clock=${clock} .value=${day} .today=${now.day}
            @chosen=${(event: CustomEvent<number>) => this.setQuery({ day: DAYS[event.detail] ?? "" })}
          ></sigenstor-day-picker>`
          : nothing
      }
      <sigenstor-week-grid
        .schedules=${schedules} .days=${this.narrow ? [day] : days} .clock=${clock} .now=${now} .editable=${editable}
        @drawn=${this.#drawn} @opened=${this.#opened} @rearranged=${this.#rearranged} @removed=${this.#removed}
      ></sigenstor-week-grid>
    `;
  }

  #conflicts(schedules: readonly Schedule[], clock: WallClock) {
    const conflicts = conflictsOf(overlapsOf(blocksOf(schedules)));
    if (conflicts.length === 0) return nothing;
    return html`<ul class="overlaps" aria-label=${t("schedules.overlaps")}>
      ${conflicts.map(({ winner, loser, days, start, end }) => {
        const values = {
          when: `${clock.days(days, t("schedules.every_day"))}, ${clock.time(start)} – ${clock.time(end)}`,
          winner: winner.name,
          loser: loser.name,
          high: this.app.format.number(winner.priority),
          low: this.app.format.number(loser.priority),
        };
        return html`<li>${winner.priority === loser.priority ? t("schedules.wins_newer", values) : t("schedules.wins", values)}</li>`;
      })}
    </ul>`;
  }

  #dialogs(clock: WallClock, days: readonly number[], lost: boolean) {
    const { editing, doomed } = this;
    return html`
      ${
        editing
          ? html`<sigenstor-schedule-dialog
            .draft=${editing.draft} .heading=${editing.heading} .clock=${clock} .app=${this.app} .live=${valueIn(this.#live.current) ?? null} .days=${days} .save=${this.#save} ?lost=${lost}
            @closed=${this.#closed} @removed=${this.#removedInDialog}
          ></sigenstor-schedule-dialog>`
          : nothing
      }
      ${
        doomed
          ? html`<sigenstor-dialog open .heading=${t("schedules.delete_title")} @closed=${() => (this.doomed = undefined)}>
            <p>${t("schedules.delete_text", { name: doomed.name })}</p>
            <button slot="actions" class="button plain" @click=${() => (this.doomed = undefined)}>${t("common.cancel")}</button>
            <button slot="actions" class="button danger" ?disabled=${this.deleting || lost} @click=${() => this.#delete(doomed)}>${t("schedules.delete")}</button>
          </sigenstor-dialog>`
          : nothing
      }
    `;
  }

  /** What is to be shown: what Home Assistant told, with what has been asked for since. */
  #shown(told: readonly Schedule[]): Schedule[] {
    return told.flatMap((schedule) => {
      const asked = this.asked.get(schedule.id);
      return asked === null ? [] : [asked ?? schedule];
    });
  }

  #due(schedules: readonly Schedule[], control: ControlStatus, { day, minutes }: { day: number; minutes: number }) {
    const at = nowOf(valueIn(this.#live.current), isStale(this.#live.current));
    const isNear = (day: string | null) => !day || Math.abs(noonOf(day) - at) < NEAR_MS;
    const running = blocksOf(schedules.filter(({ enabled, only_on }) => enabled && isNear(only_on)))
      .filter((block) => block.day === day && block.start <= minutes && minutes < block.end)
      .map(({ schedule }) => schedule);
    const due = running.sort(byRank).at(-1);
    if (!due) return undefined;
    const inForce = [undefined, "ramping"].includes(pendingOf(control));
    const runs = control.actor === "schedule" && control.owner.values?.text === due.name && inForce;
    return { id: due.id, text: t(runs ? "schedules.running" : "schedules.due") };
  }

  #new(fields: Partial<Draft>) {
    const power = valueIn(this.#live.current)?.telemetry?.rated_charge_w ?? DEFAULT_POWER_W;
    const draft: Draft = {
      name: t("schedules.new_name"),
      enabled: true,
      action: "charge",
      days: DAYS,
      start: "00:00:00",
      end: "05:00:00",
      powerKw: String(power / 1000),
      target: "",
      priority: "0",
      onlyOn: "",
      ...fields,
    };
    this.editing = { draft, heading: t("schedules.add_title") };
  }

  readonly #add = () => this.#new({});
  readonly #drawn = ({ detail: { day, ...times } }: CustomEvent<{ day: number; start: string; end: string }>) =>
    this.#new({ ...times, days: [DAYS[day] ?? "mon"] });
  readonly #opened = ({ detail }: CustomEvent<Schedule>) => {
    if (this.app.isAdmin) this.editing = { draft: draftOf(detail), heading: t("schedules.edit_title") };
  };
  readonly #copied = ({ detail }: CustomEvent<Schedule>) => {
    this.editing = { draft: copyOf(detail, DAYS), heading: t("schedules.copy_title") };
  };
  readonly #removed = ({ detail }: CustomEvent<Schedule>) => {
    this.doomed = detail;
  };
  readonly #removedInDialog = () => {
    const id = this.editing?.draft.id;
    this.editing = undefined;
    this.doomed = valueIn(this.#live.current)?.control?.schedules.find((one) => one.id === id);
  };
  readonly #closed = () => {
    this.editing = undefined;
  };

  readonly #save = async (schedule: Partial<Schedule>) => {
    await this.app.service.setSchedule(schedule);
    this.editing = undefined;
    notify(this, t("schedules.saved", { name: schedule.name ?? "" }));
  };

  /** Who may control may change this of a schedule, and nothing else with it. */
  readonly #switched = ({ detail: schedule }: CustomEvent<Schedule>) =>
    this.#change(schedule, { id: schedule.id, enabled: schedule.enabled });

  /** A drag that went wrong is taken back from the message about it. */
  readonly #rearranged = ({ detail: schedule }: CustomEvent<Schedule>) => {
    const before = valueIn(this.#live.current)?.control?.schedules.find(({ id }) => id === schedule.id);
    void this.#change(schedule);
    if (!before) return;
    const undo = () => void this.#change(before);
    notify(this, t("schedules.saved", { name: before.name }), { text: t("schedules.undo"), action: undo });
  };

  async #delete(schedule: Schedule) {
    this.deleting = true;
    await this.#ask(schedule.id, null, () => this.app.service.deleteSchedule(schedule.id));
    this.deleting = false;
    this.doomed = undefined;
  }

  #change = (schedule: Schedule, fields: Partial<Schedule> = schedule) =>
    this.#ask(schedule.id, schedule, () => this.app.service.setSchedule(fields));

  /** Show a change at once, and take it back when it is refused. */
  async #ask(id: string, wanted: Schedule | null, request: () => Promise<unknown>) {
    this.problem = "";
    if (isStale(this.#live.current)) return;
    this.asked = new Map(this.asked).set(id, wanted);
    this.#pending++;
    try {
      await request();
    } catch (reason) {
      this.problem = t("schedules.refused", { error: errorText(asApiError(reason), this.app.format) });
      const left = new Map(this.asked);
      left.delete(id);
      this.asked = left;
    }
    this.#pending--;
  }
}
