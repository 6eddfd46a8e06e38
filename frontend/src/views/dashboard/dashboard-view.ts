import { html } from "lit";
import { element } from "../../element";
import { t } from "../../i18n";
import { base, cards } from "../../theme";
import { View } from "../../view";

@element("sigenstor-dashboard-view")
export class DashboardView extends View {
  static override styles = [base, cards];

  override render() {
    return html`<section class="card"><h2>${t("dashboard.title")}</h2></section>`;
  }
}
