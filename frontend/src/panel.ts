import { mdiCalendarWeek, mdiChartLine, mdiHistory, mdiHomeBattery, mdiTune } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import type { ApiError } from "./api/errors";
import { isLoaded, isStale, valueIn } from "./api/remote";
import { FeedController } from "./controllers";
import { element } from "./element";
import { Format } from "./format";
import { menuButton, navigate } from "./ha/adapter";
import type { HomeAssistant, Route } from "./ha/types";
import { t } from "./i18n";
import { icon } from "./icon";
import { hassMatters, Plants } from "./plants";
import { base, controls, tokens } from "./theme";
import { type App, blank, errorText, spinner, type View } from "./view";
import "./components/alarm";
import "./components/source-chip";
import "./components/spinner";
import "./components/stop";

interface Page {
  path: "dashboard" | "plan" | "schedules" | "history" | "settings";
  icon: string;
  load: () => Promise<unknown>;
}

const PAGES: readonly Page[] = [
  { path: "dashboard", icon: mdiHomeBattery, load: () => import("./views/dashboard/dashboard-view") },
  { path: "plan", icon: mdiChartLine, load: () => import("./views/plan/plan-view") },
  { path: "schedules", icon: mdiCalendarWeek, load: () => import("./views/schedules/schedules-view") },
  { path: "history", icon: mdiHistory, load: () => import("./views/history/history-view") },
  { path: "settings", icon: mdiTune, load: () => import("./views/settings/settings-view") },
];

/** The panel in Home Assistant's sidebar: header, pages and what every page must show; the address says which page. */
@element("sigenstor-panel")
export class SigenstorPanel extends LitElement {
  @property({ attribute: false, hasChanged: hassMatters }) hass!: HomeAssistant;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @property({ attribute: false }) route: Route = { prefix: "/sigenstor", path: "" };
  @property({ attribute: false }) panel: unknown;
  @state() private loaded = new Set<string>();
  @state() private broken = "";
  @state() private search = location.search;
  #view: View | undefined;
  readonly #plants = new Plants(this, () => new URLSearchParams(this.search).get("plant"));
  readonly #live = new FeedController(this, () => this.#plants.app?.service.live);

  static override styles = [
    tokens,
    base,
    controls,
    css`
      :host {
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color);
      }
      header {
        position: sticky;
        top: 0;
        z-index: 4;
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        align-items: center;
        gap: 4px 12px;
        min-height: var(--header-height, 56px);
        padding: 0 16px 0 4px;
        padding-top: env(safe-area-inset-top);
        background: var(--app-header-background-color, var(--primary-color));
        color: var(--app-header-text-color, var(--text-primary-color, #fff));
        border-bottom: var(--app-header-border-bottom, none);
      }
      h1 {
        font-size: var(--ha-font-size-xl, 20px);
        padding-inline-start: 12px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      header div {
        display: flex;
        align-items: center;
        gap: 12px;
        min-width: 0;
      }
      .end {
        justify-content: flex-end;
      }
      select {
        min-height: 36px;
        max-width: 40vw;
        border: 1px solid currentColor;
        border-radius: 8px;
        padding: 0 8px;
        background: transparent;
        color: inherit;
        font: inherit;
      }
      option {
        color: #212121;
        background: #fff;
      }
      nav {
        display: flex;
        align-self: stretch;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 16px;
        color: inherit;
        text-decoration: none;
        opacity: 0.85;
        border-bottom: 3px solid transparent;
        border-top: 3px solid transparent;
        font-weight: var(--ha-font-weight-medium, 500);
        --icon-size: 20px;
      }
      nav a:hover {
        opacity: 1;
      }
      nav a[aria-current] {
        opacity: 1;
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-color: currentColor;
        outline-offset: -4px;
      }
      sigenstor-source-chip {
        flex: none;
      }
      sigenstor-stop {
        flex: none;
      }
      @media (max-width: 1320px) {
        nav a {
          padding: 0 10px;
        }
        nav a svg {
          display: none;
        }
      }
      @media print {
        header,
        :host([narrow]) nav {
          display: none;
        }
      }
      .zone {
        padding: 8px 16px 0;
        text-align: center;
        color: var(--secondary-text-color);
      }
      main {
        display: block;
        padding: 16px;
        max-width: 2400px;
        margin: 0 auto;
        outline: none;
      }
      :host([narrow]) header {
        grid-template-columns: minmax(0, 1fr) auto;
        padding-inline-end: 12px;
      }
      :host([narrow]) nav a svg {
        display: block;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset: auto 0 0 0;
        height: calc(56px + env(safe-area-inset-bottom));
        padding-bottom: env(safe-area-inset-bottom);
        background: var(--sidebar-background-color, var(--card-background-color, #fff));
        color: var(--primary-text-color);
        border-top: 1px solid var(--divider-color);
        justify-content: space-around;
      }
      :host([narrow]) nav a {
        flex: 1 1 0;
        min-width: 0;
        flex-direction: column;
        justify-content: center;
        gap: 2px;
        padding: 0 2px;
        font-size: 11px;
        border: none;
        --icon-size: 24px;
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--sigenstor-link);
      }
      :host([narrow]) main {
        padding: 8px 8px calc(72px + env(safe-area-inset-bottom));
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    window.addEventListener("location-changed", this.#moved);
    window.addEventListener("popstate", this.#moved);
    this.addEventListener("sigenstor-query", this.#queried);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("location-changed", this.#moved);
    window.removeEventListener("popstate", this.#moved);
    this.removeEventListener("sigenstor-query", this.#queried);
  }

  override willUpdate(changed: PropertyValues<this>) {
    if (changed.has("hass")) this.style.colorScheme = this.hass.themes?.darkMode ? "dark" : "light";
    if (changed.has("route")) this.search = location.search;
    void this.#loadPage(this.#page);
  }

  override render() {
    const { texts, error, app } = this.#plants;
    if (!texts)
      return html`<header><div></div><div></div><div class="end">${this.#stop()}</div></header><main>${error ? this.#failed(error) : spinner()}</main>`;
    const live = this.#live.current;
    return html`
      <header>
        <div>
          ${menuButton(this.hass, this.narrow, t("common.menu"))}
          <h1>${t("common.panel_title")}</h1>
          ${this.#picker()}
        </div>
        <nav aria-label=${t("common.pages")}>
          ${PAGES.map(
            (page) =>
              html`<a href=${this.#href(page.path)} aria-current=${page === this.#page ? "page" : nothing} @click=${this.#followed}>${icon(page.icon)}<span>${t(`${page.path}.title`)}</span></a>`,
          )}
        </nav>
        <div class="end">
          ${app ? html`<sigenstor-source-chip .remote=${live} .format=${app.format} .compact=${this.narrow}></sigenstor-source-chip>` : nothing}
          ${this.#stop()}
        </div>
      </header>
      ${app ? html`<sigenstor-alarm .app=${app} .live=${valueIn(live) ?? null} ?lost=${isStale(live)}></sigenstor-alarm>` : nothing}
      ${app?.format.isElsewhere ? html`<p class="zone">${t("common.home_time", { zone: app.format.zoneName, time: app.format.time(Date.now()) })}</p>` : nothing}
      <main>${this.#content(app)}</main>
    `;
  }

  #stop() {
    const entryId = this.#plants.app?.plant.entry_id ?? new URLSearchParams(this.search).get("plant") ?? undefined;
    const loaded = isLoaded(this.#live.current);
    return html`<sigenstor-stop small .hass=${this.hass} .entryId=${entryId} .loaded=${loaded}></sigenstor-stop>`;
  }

  #content(app: App | undefined) {
    const page = this.#page;
    const { error, list } = this.#plants;
    if (error && !list) return this.#failed(error);
    if (list?.length === 0) return blank(t("common.no_plant_title"), t("common.no_plant_text"));
    if (this.broken === page.path)
      return blank(
        t("common.error_title"),
        t("common.page_broken"),
        html`<button class="button" @click=${() => location.reload()}>${t("common.reload")}</button>`,
      );
    if (!app || !this.loaded.has(page.path)) return spinner();
    return this.#draw(page, app);
  }

  /** The page's own element: made when it is opened, and kept until another is. */
  #draw({ path }: Page, app: App) {
    const name = `sigenstor-${path}-view`;
    if (this.#view?.localName !== name) this.#view = document.createElement(name) as View;
    return Object.assign(this.#view, { app, query: new URLSearchParams(this.search), narrow: this.narrow });
  }

  #failed = (error: ApiError) =>
    blank(
      this.#plants.texts ? t("common.error_title") : "",
      this.#plants.texts ? errorText(error, Format.of(this.hass)) : error.message,
      html`<button class="button" @click=${this.#plants.again}>${this.#plants.texts ? t("common.try_again") : "↻"}</button>`,
    );

  #picker() {
    const { list, app } = this.#plants;
    if (!list || list.length < 2) return nothing;
    return html`<select aria-label=${t("common.plant")} @change=${this.#picked}>
      ${list.map((plant) => html`<option value=${plant.entry_id} ?selected=${plant.entry_id === app?.plant.entry_id}>${plant.title}</option>`)}
    </select>`;
  }

  get #page(): Page {
    const path = this.route.path.split("/")[1];
    return PAGES.find((page) => page.path === path) ?? (PAGES[0] as Page);
  }

  #href(path: string) {
    const plant = new URLSearchParams(this.search).get("plant");
    return `${this.route.prefix}/${path}${plant ? `?plant=${encodeURIComponent(plant)}` : ""}`;
  }

  async #loadPage(page: Page) {
    if (this.loaded.has(page.path)) return;
    try {
      await page.load();
      this.loaded = new Set([...this.loaded, page.path]);
    } catch {
      this.broken = page.path;
    }
  }

  readonly #moved = () => {
    this.search = location.search;
  };

  readonly #followed = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    navigate((event.currentTarget as HTMLAnchorElement).getAttribute("href") ?? "");
  };

  readonly #picked = (event: Event) => {
    const plant = (event.target as HTMLSelectElement).value;
    navigate(`${location.pathname}?plant=${encodeURIComponent(plant)}`);
  };

  readonly #queried = (event: Event) => {
    const { changes, push } = (event as CustomEvent<{ changes: Record<string, string | null>; push: boolean }>).detail;
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    navigate(`${location.pathname}${query.size ? `?${query}` : ""}`, !push);
  };
}
