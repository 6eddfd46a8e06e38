import { mdiAlertOutline } from "@mdi/js";
import { html, LitElement, type TemplateResult } from "lit";
import { property, state } from "lit/decorators.js";
import { type ApiError, asApiError, isPassing } from "./api/errors";
import type { Remote } from "./api/remote";
import type { Service } from "./api/service";
import type { Plant } from "./api/types";
import { fire } from "./element";
import type { Format } from "./format";
import { notify } from "./ha/adapter";
import type { HomeAssistant } from "./ha/types";
import { exceptionText, t } from "./i18n";
import { icon } from "./icon";
import { inFull } from "./message";

/** What a view is given; it changes only when the plant, the user's profile or the user does. */
export interface App {
  /** The latest state of Home Assistant. */
  readonly hass: () => HomeAssistant;
  readonly plant: Plant;
  readonly service: Service;
  readonly format: Format;
  readonly isAdmin: boolean;
}

/** A page of the panel. What it shows is in the address, so that it can be shared and survives a reload. */
export abstract class View extends LitElement {
  @property({ attribute: false }) app!: App;
  /** What is behind the `?` of the address. */
  @property({ attribute: false }) query = new URLSearchParams();
  @property({ type: Boolean, reflect: true }) narrow = false;

  /** Change some of the query: null removes; `push` adds a step to the browser's history. */
  protected setQuery(changes: Record<string, string | null>, push = false) {
    fire(this, "sigenstor-query", { changes, push });
  }
}

/** A part of a page that orders something. */
export abstract class Ordering extends LitElement {
  @property({ attribute: false }) app!: App;
  /** Whether the connection is gone, so that nothing can be ordered. */
  @property({ type: Boolean }) lost = false;
  @state() protected busy = false;

  /** Order something, and say why where that fails; return whether it was done. */
  protected async order(act: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await act();
      return true;
    } catch (reason) {
      notify(this, errorText(asApiError(reason), this.app.format));
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** A message in the place of what cannot be shown. */
export const blank = (title: string, text = "", action: TemplateResult | string = ""): TemplateResult =>
  html`<div class="blank" style="display:grid;justify-items:center;gap:8px;padding:48px 16px;text-align:center">
    ${icon(mdiAlertOutline)}
    <p style="font-size:var(--ha-font-size-l,16px)">${title}</p>
    <p class="faint" style="max-width:48ch">${text}</p>
    ${action}
  </div>`;

export const spinner = (): TemplateResult =>
  html`<div role="status" style="display:grid;place-items:center;padding:48px 16px"><sigenstor-spinner></sigenstor-spinner><span class="visually-hidden">${t("common.loading")}</span></div>`;

/** A sentence for an error in the reader's language where there is one, else Home Assistant's own. */
export function errorText(error: ApiError, format: Format): string {
  const { key, placeholders } = error.translation ?? {};
  const { told } = error;
  // What was not done is said together with the reason; anything else that is told says it all.
  if (told && !placeholders?.reason) return inFull(told, format);
  const text = key && exceptionText(key, { ...placeholders, ...(told ? { reason: inFull(told, format) } : {}) });
  if (text) return text;
  if (error.code === "unauthorized") return t("common.error_unauthorized");
  return (!isPassing(error) && error.message) || t("common.error_unknown");
}

/** Draw a remote value in whichever state it is; `again` offers another try. */
export function show<T>(
  remote: Remote<T>,
  format: Format,
  draw: (value: T, stale: boolean) => unknown,
  again?: () => void,
): unknown {
  if (remote.state === "loading") return spinner();
  if (remote.state === "ready") return draw(remote.value, remote.stale);
  const button = again ? html`<button class="button" @click=${again}>${t("common.try_again")}</button>` : "";
  return blank(t("common.error_title"), errorText(remote.error, format), button);
}
