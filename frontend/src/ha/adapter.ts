import { mdiMenu } from "@mdi/js";
import { html, nothing, type TemplateResult } from "lit";
import { fire } from "../element";
import { icon } from "../icon";
import type { HomeAssistant } from "./types";

/** The only module that uses Home Assistant's own elements and events; each has a plain fallback where it is missing. */

const has = (tag: string) => customElements.get(tag) !== undefined;
const WAIT_MS = 2000;

declare global {
  interface Window {
    loadCardHelpers?: () => Promise<{ createCardElement(config: object): unknown }>;
  }
}

/** Wait until these elements of Home Assistant are there, at most two seconds; whether they are. */
export async function haElements(...tags: string[]): Promise<boolean> {
  if (!tags.every(has) && window.loadCardHelpers) {
    const helpers = await window.loadCardHelpers();
    helpers.createCardElement({ type: "entities", entities: [] });
  }
  const all = Promise.all(tags.map((tag) => customElements.whenDefined(tag)));
  const late = new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  await Promise.race([all, late]);
  return tags.every(has);
}

/** A card of a dashboard, which other tools style by its name. */
export const haCard = (content: TemplateResult): TemplateResult =>
  has("ha-card") ? html`<ha-card>${content}</ha-card>` : html`<div class="card plain-card">${content}</div>`;

/** The button that opens Home Assistant's sidebar; it draws itself only where the sidebar is hidden. */
export const menuButton = (hass: HomeAssistant, narrow: boolean, label: string): TemplateResult | typeof nothing => {
  if (has("ha-menu-button")) return html`<ha-menu-button .hass=${hass} .narrow=${narrow}></ha-menu-button>`;
  if (!narrow) return nothing;
  return html`<button class="icon-button" aria-label=${label} @click=${toggleMenu}>${icon(mdiMenu)}</button>`;
};

const toggleMenu = (event: Event) => fire(event.currentTarget as HTMLElement, "hass-toggle-menu");

/** Show a short message, where Home Assistant shows its own; with a button, for longer. */
export const notify = (from: HTMLElement, message: string, action?: { text: string; action: () => void }) =>
  fire(from, "hass-notification", action ? { message, action, duration: 10_000 } : { message });

/** Go to another address of Home Assistant without loading the page anew. */
export const navigate = (path: string, replace = false) => {
  history[replace ? "replaceState" : "pushState"](null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", { detail: { replace } }));
};

/** Open the dialog about an entity, with its history. */
export const moreInfo = (from: HTMLElement, entityId: string) => fire(from, "hass-more-info", { entityId });

/** Do what a card's configuration says for a tap, as Home Assistant does it for its own. */
export const tap = (from: HTMLElement, config: object) => fire(from, "hass-action", { config, action: "tap" });

/** Let the browser save what is at this address; it must answer with a file name. */
export const download = (path: string) => {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.rel = "noopener";
  document.body.append(link);
  link.click();
  link.remove();
};

export interface HaFormOptions {
  schema: readonly object[];
  data: object;
  error: Record<string, string>;
  label: (field: never, path: readonly string[]) => string;
  helper: (field: never, path: readonly string[]) => string;
  errorText: (error: string) => string;
  selectorText: (key: string) => string;
  changed: (values: Record<string, unknown>) => void;
}

/** Wait for Home Assistant's form, which it loads with the editors of its cards; whether it is there. */
export async function loadHaForm(): Promise<boolean> {
  if (has("ha-form")) return true;
  type WithEditor = CustomElementConstructor & { getConfigElement?: () => Promise<unknown> };
  try {
    const helpers = await window.loadCardHelpers?.();
    if (!helpers) return false;
    helpers.createCardElement({ type: "button" });
    const late = new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), WAIT_MS));
    const card = await Promise.race([customElements.whenDefined("hui-button-card"), late]);
    await (card as WithEditor | undefined)?.getConfigElement?.();
  } catch {
    return false;
  }
  return has("ha-form");
}

/** Home Assistant's own form; ask `loadHaForm` first. */
export const haForm = (hass: HomeAssistant, form: HaFormOptions): TemplateResult => {
  const path = (options: { path?: string[] } | undefined) => options?.path ?? [];
  return html`<ha-form
    .hass=${hass}
    .schema=${form.schema}
    .data=${form.data}
    .error=${form.error}
    .computeLabel=${(field: never, _data: unknown, options?: { path?: string[] }) => form.label(field, path(options))}
    .computeHelper=${(field: never, options?: { path?: string[] }) => form.helper(field, path(options))}
    .computeError=${form.errorText}
    .localizeValue=${form.selectorText}
    @value-changed=${(event: CustomEvent<{ value: Record<string, unknown> }>) => {
      event.stopPropagation();
      form.changed(event.detail.value);
    }}
  ></ha-form>`;
};
