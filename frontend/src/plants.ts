import type { ReactiveController, ReactiveControllerHost } from "lit";
import { type ApiError, asApiError } from "./api/errors";
import { loadPlants, serviceOf } from "./api/service";
import type { Plant } from "./api/types";
import { Format } from "./format";
import type { HomeAssistant } from "./ha/types";
import { loadTexts } from "./i18n";
import type { App } from "./view";

const RETRY_MS = 5000;

/** Home Assistant hands over a new object for every change of any entity; only these changes are worth drawing anew. */
export const hassMatters = (now: HomeAssistant | undefined, before: HomeAssistant | undefined) =>
  now?.locale !== before?.locale ||
  now?.language !== before?.language ||
  now?.user !== before?.user ||
  now?.connection !== before?.connection ||
  now?.connected !== before?.connected ||
  now?.themes?.darkMode !== before?.themes?.darkMode;

/** Knows the texts and the plants for its element, from when it is on the page; keeps asking until both are there. */
export class Plants implements ReactiveController {
  /** Whether the texts can be shown. */
  texts = false;
  list: Plant[] | undefined;
  error: ApiError | undefined;
  #connection: HomeAssistant["connection"] | undefined;
  #language: string | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #app: App | undefined;

  constructor(
    private readonly host: ReactiveControllerHost & { hass?: HomeAssistant | undefined; isConnected: boolean },
    private readonly wanted: () => string | undefined | null,
  ) {
    host.addController(this);
  }

  /** The wanted plant, else the only one, or the first where none is wanted; undefined until it is known. */
  get app(): App | undefined {
    const { hass } = this.host;
    const wanted = this.wanted();
    const other = !wanted || this.list?.length === 1 ? this.list?.[0] : undefined;
    const plant = this.list?.find(({ entry_id }) => entry_id === wanted) ?? other;
    if (!plant || !hass || !this.texts) return undefined;
    const service = serviceOf(hass, plant);
    const isAdmin = hass.user?.is_admin ?? false;
    const now = this.#app;
    if (now?.plant === plant && now.service === service && now.isAdmin === isAdmin && now.format.locale === hass.locale)
      return now;
    this.#app = {
      hass: () => this.host.hass ?? hass,
      plant,
      service,
      isAdmin,
      format: Format.of(hass, plant.currency),
    };
    return this.#app;
  }

  hostConnected() {
    this.#follow();
  }

  hostUpdate() {
    this.#follow();
  }

  hostDisconnected() {
    clearTimeout(this.#retry);
    this.#connection?.removeEventListener("ready", this.again);
    this.#connection = undefined;
  }

  readonly again = () => void this.#load();

  #follow() {
    const { hass } = this.host;
    if (!hass || (hass.connection === this.#connection && hass.language === this.#language)) return;
    this.#connection?.removeEventListener("ready", this.again);
    this.#connection = hass.connection;
    this.#language = hass.language;
    this.#connection.addEventListener("ready", this.again);
    void this.#load();
  }

  async #load() {
    const { hass } = this.host;
    clearTimeout(this.#retry);
    if (!hass) return;
    try {
      await loadTexts(hass);
      this.texts = true;
      const list = await loadPlants(hass);
      if (JSON.stringify(list) !== JSON.stringify(this.list)) this.list = list;
      this.error = undefined;
    } catch (reason) {
      this.error = asApiError(reason);
    }
    this.host.requestUpdate();
    const settled = !this.error && this.list?.length && this.list.every(({ loaded }) => loaded);
    if (!settled && this.host.isConnected) this.#retry = setTimeout(this.again, RETRY_MS);
  }
}
