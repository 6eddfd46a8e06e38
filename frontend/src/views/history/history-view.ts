import { html } from "lit";
import { element } from "../../element";
import { t } from "../../i18n";
import { base, cards } from "../../theme";
import { View } from "../../view";

@element("sigenstor-history-view")
export class HistoryView extends View {
  static override styles = [base, cards];

  override render() {
    return html`<section class="card"><h2>${t("history.title")}</h2></section>`;
  }
}
