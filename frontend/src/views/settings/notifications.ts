import { html, nothing } from "lit";
import { moreInfo, navigate } from "../../ha/adapter";
import { t } from "../../i18n";
import type { App } from "../../view";

const BLUEPRINT =
  "https://github.com/sigenstor-panel/sigenstor-panel/blob/main/blueprints/automation/sigenstor_panel/notify.yaml";

/** How to be told what happens: by the integration itself, or by Home Assistant's automations. */
export const notifications = (app: App) => {
  const event = app.plant.entities.control;
  const go = (path: string) => () => navigate(path);
  return html`
    <p>${t("settings.notify_more")}</p>
    <p class="faint">${t("settings.notify_repairs")}</p>
    <div class="buttons">
      ${
        app.isAdmin
          ? html`<button class="button" @click=${go(`/config/blueprint/dashboard/import?blueprint_url=${encodeURIComponent(BLUEPRINT)}`)}>${t("settings.notify_blueprint")}</button>
              <button class="button plain" @click=${go("/config/automation/dashboard")}>${t("settings.notify_automations")}</button>`
          : nothing
      }
      ${event ? html`<button class="button plain" @click=${(click: Event) => moreInfo(click.currentTarget as HTMLElement, event)}>${t("settings.notify_event")}</button>` : nothing}
    </div>
  `;
};
