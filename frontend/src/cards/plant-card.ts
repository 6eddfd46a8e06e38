import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import { valueIn } from "../api/remote";
import type { Live } from "../api/types";
import { FeedController, Ticker } from "../controllers";
import { element } from "../element";
import { Format } from "../format";
import { haCard, moreInfo, navigate } from "../ha/adapter";
import type { HomeAssistant } from "../ha/types";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { headlineOf } from "../parts/headline";
import { hassMatters, Plants } from "../plants";
import { base, cards, tokens } from "../theme";
import { type App, blank, errorText, show, spinner } from "../view";
import "../components/alarm";
import "../components/spinner";
import "../components/stop";
import "../parts/actions";
import "../parts/flow";
import "../parts/now";
import "../parts/outlook";
import "../parts/today";

export type CardKind = "flow" | "plan" | "control" | "tile" | "savings" | "schedule";

export interface CardConfig {
  type: string;
  title?: string;
  /** The plant, where there are several. */
  entry_id?: string;
  hours?: number;
  /** As any card of Home Assistant; without one, the panel is opened. */
  tap_action?: { action: string; navigation_path?: string; entity?: string };
}

/** What is inside a dashboard card: it finds its plant by itself, and needs nothing but Home Assistant. */
@element("sigenstor-plant-card")
export class PlantCard extends LitElement {
  @property({ attribute: false, hasChanged: hassMatters }) hass: HomeAssistant | undefined;
  @property({ attribute: false }) config: CardConfig | undefined;
  kind: CardKind = "flow";
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
      /* Where the editor gives it fewer rows than it needs, what is inside scrolls. */
      :host,
      ha-card,
      .plain-card {
        height: 100%;
      }
      ha-card,
      .plain-card {
        display: flex;
        flex-direction: column;
        overflow: hidden;
      }
      .inside {
        flex: 1 1 auto;
        min-height: 0;
        overflow: auto;
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
      .open div {
        min-width: 0;
      }
      .open p {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .inside.tile {
        container-type: inline-size;
      }
      @container (width < 230px) {
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
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        padding: 4px 0;
      }
      li.off {
        opacity: 0.6;
      }
      .plain-card {
        padding: 0;
        overflow: hidden;
      }
      sigenstor-stop {
        padding: 0 16px 16px;
      }
      sigenstor-flow {
        margin-top: 12px;
      }
      sigenstor-alarm {
        display: block;
        overflow: hidden;
        border-radius: var(--sigenstor-radius) var(--sigenstor-radius) 0 0;
      }
    `,
  ];

  override render() {
    const { hass } = this;
    const { app, error, list, texts } = this.#plants;
    if (!texts || !list)
      return haCard(
        html`${error && texts && hass ? blank(t("common.error_title"), errorText(error, Format.of(hass))) : spinner()}${this.#stop()}`,
      );
    if (!app) return haCard(blank(t("common.no_plant_title"), t("common.no_plant_text")));
    this.style.colorScheme = hass?.themes?.darkMode ? "dark" : "light";
    const { current } = this.#live;
    const live = valueIn(current) ?? null;
    const lost = current.state === "ready" && current.stale;
    return haCard(html`
      <sigenstor-alarm .app=${app} .live=${live} ?lost=${lost}></sigenstor-alarm>
      <div class="inside ${this.kind}">
        ${this.config?.title ? html`<h2 class="card-title">${this.config.title}</h2>` : nothing}
        ${show(current, app.format, (live, stale) => (live ? this.#content(app, live, stale) : blank(t("common.not_loaded_title"), t("common.not_loaded_text"))))}
      </div>
      ${this.#stop(app, live !== null)}
    `);
  }

  /** On the card that controls: whatever is loading or lost, the battery can be stopped. */
  #stop(app?: App, loaded = false) {
    if (this.kind !== "control") return nothing;
    const entryId = app?.plant.entry_id ?? this.config?.entry_id;
    return html`<sigenstor-stop .hass=${this.hass} .entryId=${entryId} .loaded=${loaded}></sigenstor-stop>`;
  }

  #content(app: App, live: Live, stale: boolean) {
    const now = stale ? Date.parse(live.at) : Date.now();
    switch (this.kind) {
      case "tile":
        return this.#tile(app, live);
      case "savings":
        return html`<sigenstor-today .app=${app} .today=${live.today} ?priced=${!!live.prices?.now}></sigenstor-today>`;
      case "schedule":
        return this.#schedules(app, live);
      case "flow":
        return html`<sigenstor-now brief .app=${app} .live=${live} .now=${now}></sigenstor-now>
          <sigenstor-flow .telemetry=${live.telemetry} .format=${app.format} .stale=${stale}></sigenstor-flow>`;
      case "plan":
        return html`<sigenstor-outlook .app=${app} .live=${live} .plan=${valueIn(this.#plan.current) ?? null} .hours=${this.config?.hours ?? 6} .now=${now}></sigenstor-outlook>`;
      case "control":
        return html`<sigenstor-actions .app=${app} .live=${live} ?lost=${stale}></sigenstor-actions>`;
    }
  }

  #tile(app: App, live: Live) {
    const { text, icon: path, colour } = headlineOf(live.telemetry, live.control, app.format);
    const off = this.config?.tap_action?.action === "none";
    return html`<button class="open" style="--colour:${colour}" ?disabled=${off} @click=${this.#tapped}>${icon(path)}
      <div><p>${text}</p><p class="faint">${app.format.percent(live.telemetry?.soc)}</p></div>
    </button>`;
  }

  #schedules({ format }: App, { control }: Live) {
    const schedules = control?.schedules ?? [];
    if (schedules.length === 0) return html`<p class="faint">${t("schedules.none")}</p>`;
    return html`<h2 class="card-title">${t("schedules.title")}</h2><ul>${schedules.map(
      ({ name, enabled, action, start, end }) =>
        html`<li class=${enabled ? "" : "off"}>${name}${enabled ? "" : ` (${t("schedules.off")})`}
          <div class="faint">${format.timeOfDay(start)} – ${format.timeOfDay(end)} · ${word("action", action)}</div></li>`,
    )}</ul>`;
  }

  /** Do what the card's configuration says, like any card of Home Assistant. */
  readonly #tapped = () => {
    const { action = "navigate", navigation_path, entity } = this.config?.tap_action ?? {};
    const { app } = this.#plants;
    if (action === "more-info") moreInfo(this, entity ?? app?.plant.entities.state_of_charge ?? "");
    else if (action !== "none") navigate(navigation_path ?? `/sigenstor/dashboard?plant=${app?.plant.entry_id ?? ""}`);
  };
}

export const createCard = (kind: CardKind): PlantCard => {
  const card = document.createElement("sigenstor-plant-card") as PlantCard;
  card.kind = kind;
  return card;
};
