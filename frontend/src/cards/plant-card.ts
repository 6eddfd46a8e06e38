import { mdiTransmissionTower } from "@mdi/js";
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import { isLoaded, isStale, valueIn } from "../api/remote";
import type { Live } from "../api/types";
import { bannersOf } from "../components/alarm";
import { FeedController, Ticker } from "../controllers";
import { element } from "../element";
import { Format } from "../format";
import { haCard, tap } from "../ha/adapter";
import type { HomeAssistant } from "../ha/types";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { headlineOf, nowOf } from "../parts/headline";
import { hassMatters, Plants } from "../plants";
import { base, COLOUR, cards, tokens } from "../theme";
import { type App, blank, errorText, show, spinner } from "../view";
import "../components/spinner";
import "../components/stop";
import "../parts/actions";
import "../parts/flow";
import "../parts/now";
import "../parts/outlook";
import "../parts/today";

export type CardKind = "flow" | "plan" | "control" | "tile" | "savings" | "schedule";
/** What stands in a row above the cards. */
export type BadgeKind = "soc" | "price";

export interface CardConfig {
  type: string;
  title?: string;
  /** The plant, where there are several. */
  entry_id?: string;
  hours?: number;
  /** As any card of Home Assistant; without one, the panel is opened, except from the card that controls. */
  tap_action?: { action: string } & Record<string, unknown>;
}

/** What is tapped for itself. */
const INTERACTIVE = "button, a, input, select, summary, label, sigenstor-chart, sigenstor-dialog";

/** What is inside a dashboard card: it finds its plant by itself, and needs nothing but Home Assistant. */
@element("sigenstor-plant-card")
export class PlantCard extends LitElement {
  @property({ attribute: false, hasChanged: hassMatters }) hass: HomeAssistant | undefined;
  @property({ attribute: false }) config: CardConfig | undefined;
  kind: CardKind | BadgeKind = "flow";
  readonly #plants = new Plants(this, () => this.config?.entry_id);
  readonly #live = new FeedController(this, () => this.#plants.app?.service.live);
  readonly #plan = new FeedController(this, () => (this.kind === "plan" ? this.#plants.app?.service.plan : undefined));
  /** Ages and the mark of the present move on without news. */
  protected readonly ticker = new Ticker(this, 30_000);

  static override styles = [
    tokens,
    base,
    cards,
    css`
      /* Where the editor gives it fewer rows than it needs, all of it scrolls, but for the stop. */
      :host,
      ha-card,
      .plain-card {
        height: 100%;
      }
      ha-card,
      .plain-card {
        display: flex;
        flex-direction: column;
        overflow: auto;
      }
      .inside {
        flex: 1 0 auto;
        padding: 16px;
      }
      .inside.tile {
        display: flex;
        padding: 8px 12px;
      }
      .inside.tile > * {
        flex: 1;
        min-width: 0;
      }
      .open {
        display: flex;
        align-items: center;
        gap: 12px;
        width: 100%;
        padding: 0;
        border: none;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      .open[disabled] {
        cursor: default;
      }
      .taps {
        cursor: pointer;
      }
      /* In a row above the cards, as Home Assistant draws its own. */
      .badge {
        width: auto;
        min-height: var(--ha-badge-size, 36px);
        gap: 8px;
        padding: 0 12px 0 8px;
        border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color));
        border-radius: 18px;
        background: var(--sigenstor-surface);
        font-size: var(--ha-font-size-s, 12px);
        font-weight: var(--ha-font-weight-medium, 500);
        line-height: 1.2;
        --icon-size: 18px;
      }
      .badge .faint {
        font-size: 10px;
        font-weight: 400;
      }
      .danger {
        background: var(--sigenstor-alarm);
        color: var(--sigenstor-on-alarm);
      }
      .override {
        background: var(--sigenstor-override);
        color: var(--sigenstor-on-bright);
      }
      :is(.danger, .override) .faint {
        color: inherit;
      }
      .reach:not(:focus-visible) {
        position: absolute;
        clip-path: inset(50%);
      }
      .zone {
        padding: 8px 16px 0;
        color: var(--secondary-text-color);
      }
      .open div {
        min-width: 0;
      }
      .open p {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .override .more {
        display: none;
      }
      .danger .open p {
        white-space: normal;
      }
      .inside.tile {
        container-type: inline-size;
      }
      @container (width < 420px) {
        .open {
          display: grid;
          grid-template: "icon text" auto "soc text" auto / auto minmax(0, 1fr);
          gap: 0 10px;
        }
        .open div {
          display: contents;
        }
        .open svg {
          grid-area: icon;
        }
        .open .faint {
          grid-area: soc;
          text-align: center;
        }
        .more {
          display: none;
        }
        .open p {
          grid-area: text;
          overflow: visible;
          white-space: normal;
          font-size: var(--ha-font-size-s, 12px);
          line-height: 1.3;
        }
      }
      .open > svg {
        fill: var(--colour);
      }
      li {
        padding: 4px 0;
      }
      li.off {
        opacity: 0.6;
      }
      .plain-card {
        padding: 0;
      }
      sigenstor-stop {
        position: sticky;
        bottom: 0;
        padding: 8px 16px 16px;
        background: var(--sigenstor-surface);
      }
      sigenstor-flow {
        margin-top: 12px;
      }
      sigenstor-alarm {
        display: block;
        flex: none;
        overflow: hidden;
        border-radius: var(--sigenstor-radius) var(--sigenstor-radius) 0 0;
      }
    `,
  ];

  override render() {
    const { hass } = this;
    const { app, error, list, texts } = this.#plants;
    const isBadge = this.kind === "soc" || this.kind === "price";
    this.style.colorScheme = hass?.themes?.darkMode ? "dark" : "light";
    if (isBadge) return app ? this.#badge(app) : nothing;
    if (!texts || !list)
      return haCard(
        html`${error && texts && hass ? blank(t("common.error_title"), errorText(error, Format.of(hass))) : spinner()}${this.#stop()}`,
      );
    if (!app) return haCard(blank(t("common.no_plant_title"), t("common.no_plant_text")));
    const { current } = this.#live;
    const live = valueIn(current) ?? null;
    const lost = isStale(current);
    const small = this.kind === "tile";
    const taps = !small && this.#action.action !== "none";
    const { format } = app;
    return haCard(html`
      ${small ? nothing : html`<sigenstor-alarm .app=${app} .live=${live} ?lost=${lost}></sigenstor-alarm>`}
      ${small || !format.isElsewhere ? nothing : html`<p class="zone">${t("common.home_time", { zone: format.zoneName, time: format.time(Date.now()) })}</p>`}
      <div class="inside ${this.kind} ${live && small ? alarmOf(live, app)?.kind : ""} ${taps ? "taps" : ""}" @click=${this.#clicked}>
        ${this.config?.title ? html`<h2 class="card-title">${this.config.title}</h2>` : nothing}
        ${show(current, format, (live, stale) => (live ? this.#content(app, live, stale) : blank(t("common.not_loaded_title"), t("common.not_loaded_text"))))}
        ${taps ? html`<button class="reach" @click=${this.#tapped}>${t("common.panel_title")}</button>` : nothing}
      </div>
      ${this.#stop(app, isLoaded(current))}
    `);
  }

  /** On the card that controls: whatever is loading or lost, the battery can be stopped. */
  #stop(app?: App, loaded = false) {
    if (this.kind !== "control") return nothing;
    const entryId = app?.plant.entry_id ?? this.config?.entry_id;
    return html`<sigenstor-stop .hass=${this.hass} .entryId=${entryId} .loaded=${loaded}></sigenstor-stop>`;
  }

  #content(app: App, live: Live, stale: boolean) {
    const now = nowOf(live, stale);
    switch (this.kind) {
      case "tile":
        return this.#tile(app, live);
      case "savings":
        return html`<sigenstor-today .app=${app} .today=${live.today} ?priced=${!!live.prices?.now}></sigenstor-today>`;
      case "schedule":
        return this.#schedules(app, live);
      case "flow":
        return html`<sigenstor-now brief .app=${app} .live=${live} .now=${now} ?lost=${stale}></sigenstor-now>
          <sigenstor-flow .telemetry=${live.telemetry} .format=${app.format} .stale=${stale}></sigenstor-flow>`;
      case "plan":
        return html`<sigenstor-outlook .app=${app} .live=${live} .plan=${valueIn(this.#plan.current) ?? null} .hours=${this.config?.hours ?? 6} .now=${now}></sigenstor-outlook>`;
      case "control":
        return html`<sigenstor-actions .app=${app} .live=${live} ?lost=${stale}></sigenstor-actions>`;
      default:
        return nothing;
    }
  }

  /** In one line: what nobody may overlook comes first. */
  #tile(app: App, live: Live) {
    const alarm = alarmOf(live, app);
    const now = headlineOf(live.telemetry, live.control, app.format);
    return this.#button(
      alarm?.icon ?? now.icon,
      alarm ? "currentColor" : now.colour,
      alarm ? html`${alarm.title}<span class="more"> · ${now.text}</span>` : now.text,
      app.format.percent(live.telemetry?.soc),
    );
  }

  #badge(app: App) {
    const live = valueIn(this.#live.current);
    if (!live) return nothing;
    const { format } = app;
    if (this.kind === "price") {
      const price = format.price(live.prices?.now?.buy);
      return this.#button(mdiTransmissionTower, COLOUR.grid, price, t("dashboard.buy"), "badge");
    }
    const alarm = alarmOf(live, app);
    const now = headlineOf(live.telemetry, live.control, format);
    return this.#button(
      alarm?.icon ?? now.icon,
      alarm ? "currentColor" : now.colour,
      format.percent(live.telemetry?.soc),
      alarm?.title ?? t("dashboard.soc_title"),
      `badge ${alarm?.kind ?? ""}`,
    );
  }

  #button(path: string, colour: string, text: string | TemplateResult, faint: string, kind = "") {
    const off = this.#action.action === "none";
    return html`<button class="open ${kind}" style="--colour:${colour}" ?disabled=${off} @click=${this.#tapped}>${icon(path)}
      <div><p>${text}</p><p class="faint">${faint}</p></div>
    </button>`;
  }

  #schedules({ format }: App, { control }: Live) {
    const schedules = control?.schedules ?? [];
    if (schedules.length === 0) return html`<p class="faint">${t("schedules.none")}</p>`;
    return html`<h2 class="card-title">${t("schedules.title")}</h2><ul>${schedules.map(
      ({ name, enabled, action, start, end, only_on }) =>
        html`<li class=${enabled ? "" : "off"}>${name}${enabled ? "" : ` (${t("schedules.off")})`}
          <div class="faint">${only_on ? `${format.date(`${only_on}T12:00Z`)}, ` : ""}${format.timeOfDay(start)} – ${format.timeOfDay(end)} ·\u00a0${word("action", action)}</div></li>`,
    )}</ul>`;
  }

  /** What a tap does, by the configuration. */
  get #action(): { action: string } & Record<string, unknown> {
    const navigation_path = `/sigenstor/dashboard?plant=${this.#plants.app?.plant.entry_id ?? ""}`;
    const usual = { action: this.kind === "control" ? "none" : "navigate" };
    return { navigation_path, ...(this.config?.tap_action ?? usual) };
  }

  readonly #tapped = () =>
    tap(this, { ...this.config, entity: this.#plants.app?.plant.entities.state_of_charge, tap_action: this.#action });

  readonly #clicked = (event: Event) => {
    const path = event.composedPath();
    const inside = path.slice(0, path.indexOf(event.currentTarget as Element));
    const own = inside.some((node) => node instanceof Element && node.matches(INTERACTIVE));
    if (!own && this.#action.action !== "none") this.#tapped();
  };
}

/** The most urgent of what nobody may overlook. */
const alarmOf = (live: Live, app: App) => bannersOf(live, app)[0];

export const createCard = (kind: CardKind | BadgeKind): PlantCard => {
  const card = document.createElement("sigenstor-plant-card") as PlantCard;
  card.kind = kind;
  return card;
};
