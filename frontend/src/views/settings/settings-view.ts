import { html } from "lit";
import { element } from "../../element";
import { t } from "../../i18n";
import { base, cards } from "../../theme";
import { View } from "../../view";

@element("sigenstor-settings-view")
export class SettingsView extends View {
  static override styles = [base, cards];

  override render() {
    return html`<section class="card"><h2>${t("settings.title")}</h2></section>`;
  }
}
