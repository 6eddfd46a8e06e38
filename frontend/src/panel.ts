import { mdiCalendarClock, mdiChartTimelineVariant, mdiCog, mdiHistory, mdiHomeBattery } from "@mdi/js";
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { type ApiError, asApiError, isPassing } from "./api/errors";
import { valueIn } from "./api/remote";
import { loadPlants, serviceOf } from "./api/service";
import type { Plant } from "./api/types";
import { FeedController } from "./controllers";
import { element } from "./element";
import { Format } from "./format";
import { menuButton, navigate } from "./ha/adapter";
import type { HomeAssistant, Route } from "./ha/types";
import { loadTexts, type TextKey, t } from "./i18n";
import { icon } from "./icon";
import { base, controls, tokens } from "./theme";
import { type App, blank, errorText, spinner } from "./view";
import "./components/alarm";
import "./components/source-chip";
import "./components/spinner";

interface Page {
  path: string;
  title: TextKey;
  icon: string;
  load: () => Promise<unknown>;
  draw: (app: App, query: URLSearchParams, narrow: boolean) => unknown;
}

const PAGES: readonly Page[] = [
  {
    path: "dashboard",
    title: "dashboard.title",
    icon: mdiHomeBattery,
    load: () => import("./views/dashboard/dashboard-view"),
    draw: (app, query, narrow) =>
      html`<sigenstor-dashboard-view .app=${app} .query=${query} .narrow=${narrow}></sigenstor-dashboard-view>`,
  },
  {
    path: "plan",
    title: "plan.title",
    icon: mdiChartTimelineVariant,
    load: () => import("./views/plan/plan-view"),
    draw: (app, query, narrow) =>
      html`<sigenstor-plan-view .app=${app} .query=${query} .narrow=${narrow}></sigenstor-plan-view>`,
  },
  {
    path: "schedules",
    title: "schedules.title",
    icon: mdiCalendarClock,
    load: () => import("./views/schedules/schedules-view"),
    draw: (app, query, narrow) =>
      html`<sigenstor-schedules-view .app=${app} .query=${query} .narrow=${narrow}></sigenstor-schedules-view>`,
  },
  {
    path: "history",
    title: "history.title",
    icon: mdiHistory,
    load: () => import("./views/history/history-view"),
    draw: (app, query, narrow) =>
      html`<sigenstor-history-view .app=${app} .query=${query} .narrow=${narrow}></sigenstor-history-view>`,
  },
  {
    path: "settings",
    title: "settings.title",
    icon: mdiCog,
    load: () => import("./views/settings/settings-view"),
    draw: (app, query, narrow) =>
      html`<sigenstor-settings-view .app=${app} .query=${query} .narrow=${narrow}></sigenstor-settings-view>`,
  },
];

const RETRY_MS = 5000;

/** The panel in Home Assistant's sidebar: header, pages and what every page must show; the address says which page. */
@element("sigenstor-panel")
export class SigenstorPanel extends LitElement {
  @property({ attribute: false, hasChanged: matters }) hass!: HomeAssistant;
  @property({ type: Boolean, reflect: true }) narrow = false;
  @property({ attribute: false }) route: Route = { prefix: "/sigenstor", path: "" };
  @property({ attribute: false }) panel: unknown;
  @state() private texts = false;
  @state() private plants: Plant[] | undefined;
  @state() private error: ApiError | undefined;
  @state() private loaded = new Set<string>();
  @state() private broken = "";
  @state() private search = location.search;
  #app: App | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #live = new FeedController(this, () => this.#app?.service.live);

  static override styles = [
    tokens,
    base,
    controls,
    css`
      :host {
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color);
        color-scheme: light;
      }
      :host([dark]) {
        color-scheme: dark;
      }
      header {
        position: sticky;
        top: 0;
        z-index: 4;
        display: flex;
        align-items: center;
        gap: 4px 16px;
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
      h1:last-of-type {
        flex: 0 1 auto;
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
        flex: 1;
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
        margin-inline-start: auto;
        flex: none;
      }
      main {
        display: block;
        padding: 16px;
        max-width: 2400px;
        margin: 0 auto;
        outline: none;
      }
      :host([narrow]) header {
        padding-inline-end: 12px;
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
        color: var(--primary-color);
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
    if (this.hass && !this.plants) void this.#load();
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("location-changed", this.#moved);
    window.removeEventListener("popstate", this.#moved);
    this.removeEventListener("sigenstor-query", this.#queried);
    clearTimeout(this.#retry);
  }

  override willUpdate(changed: PropertyValues<this>) {
    const before = changed.get("hass");
    if (changed.has("hass") && before?.language !== this.hass.language) void this.#load();
    if (changed.has("hass")) this.style.colorScheme = this.hass.themes?.darkMode ? "dark" : "light";
    if (changed.has("route")) this.search = location.search;
    this.toggleAttribute("dark", this.hass?.themes?.darkMode === true);
    this.#app = this.#choose();
    void this.#loadPage(this.#page);
  }

  override render() {
    if (!this.texts) return this.error ? this.#failed(this.error) : html`<main>${spinner()}</main>`;
    const live = this.#live.current;
    const app = this.#app;
    return html`
      <header>
        ${menuButton(this.hass, this.narrow, t("common.menu"))}
        <h1>${t("common.panel_title")}</h1>
        ${this.#picker()}
        <nav aria-label=${t("common.pages")}>
          ${PAGES.map(
            (page) =>
              html`<a href=${this.#href(page.path)} aria-current=${page === this.#page ? "page" : nothing} @click=${this.#followed}>${icon(page.icon)}<span>${t(page.title)}</span></a>`,
          )}
        </nav>
        ${app ? html`<sigenstor-source-chip .remote=${live} .format=${app.format} .compact=${this.narrow}></sigenstor-source-chip>` : nothing}
      </header>
      ${app ? html`<sigenstor-alarm .app=${app} .control=${valueIn(live)?.control ?? null}></sigenstor-alarm>` : nothing}
      <main>${this.#content(app)}</main>
    `;
  }

  #content(app: App | undefined) {
    const page = this.#page;
    if (this.error && !this.plants) return this.#failed(this.error);
    if (this.plants?.length === 0) return blank(t("common.no_plant_title"), t("common.no_plant_text"));
    if (this.broken === page.path)
      return blank(
        t("common.error_title"),
        t("common.page_broken"),
        html`<button class="button" @click=${() => location.reload()}>${t("common.reload")}</button>`,
      );
    if (!app || !this.loaded.has(page.path)) return spinner();
    return page.draw(app, new URLSearchParams(this.search), this.narrow);
  }

  #failed = (error: ApiError) =>
    blank(
      this.texts ? t("common.error_title") : "",
      this.texts ? errorText(error) : error.message,
      html`<button class="button" @click=${() => void this.#load()}>${this.texts ? t("common.try_again") : "↻"}</button>`,
    );

  #picker() {
    if (!this.plants || this.plants.length < 2) return nothing;
    return html`<select aria-label=${t("common.plant")} @change=${this.#picked}>
      ${this.plants.map((plant) => html`<option value=${plant.entry_id} ?selected=${plant.entry_id === this.#app?.plant.entry_id}>${plant.title}</option>`)}
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

  #choose(): App | undefined {
    const wanted = new URLSearchParams(this.search).get("plant");
    const plant = this.plants?.find(({ entry_id }) => entry_id === wanted) ?? this.plants?.[0];
    if (!plant || !this.hass) return undefined;
    const service = serviceOf(this.hass, plant);
    const isAdmin = this.hass.user?.is_admin ?? false;
    const now = this.#app;
    if (now?.service === service && now.isAdmin === isAdmin && now.format.locale === this.hass.locale) return now;
    return { hass: () => this.hass, plant, service, isAdmin, format: Format.of(this.hass, plant.currency) };
  }

  async #load() {
    clearTimeout(this.#retry);
    try {
      await loadTexts(this.hass);
      this.texts = true;
      this.requestUpdate();
      this.plants = await loadPlants(this.hass);
      this.error = undefined;
    } catch (reason) {
      this.error = asApiError(reason);
      if (this.isConnected && isPassing(this.error)) this.#retry = setTimeout(() => void this.#load(), RETRY_MS);
    }
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

/** Home Assistant hands over a new object for every change of any entity; the panel draws anew only for these. */
function matters(now: HomeAssistant | undefined, before: HomeAssistant | undefined) {
  return (
    now?.locale !== before?.locale ||
    now?.language !== before?.language ||
    now?.user !== before?.user ||
    now?.themes?.darkMode !== before?.themes?.darkMode ||
    now?.connection !== before?.connection ||
    now?.connected !== before?.connected ||
    now?.themes?.darkMode !== before?.themes?.darkMode
  );
}
