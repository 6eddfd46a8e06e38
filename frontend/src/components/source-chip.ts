import { mdiAlertOutline, mdiCloud, mdiEthernet } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Remote } from "../api/remote";
import { isLoaded, isStale, valueIn } from "../api/remote";
import type { Live } from "../api/types";
import { Ticker } from "../controllers";
import { element } from "../element";
import type { Format } from "../format";
import { t } from "../i18n";
import { icon } from "../icon";
import { base } from "../theme";

/** Where the numbers come from and how old they are. */
@element("sigenstor-source-chip")
export class SourceChip extends LitElement {
  @property({ attribute: false }) remote!: Remote<Live | null>;
  @property({ attribute: false }) format!: Format;
  /** Only a symbol and the age while all is well, for a narrow header. */
  @property({ type: Boolean }) compact = false;
  /** The age counts on without news. */
  protected readonly ticker = new Ticker(this, 5000);

  static override styles = [
    base,
    css`
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-height: 28px;
        padding: 0 10px;
        border-radius: 14px;
        background: color-mix(in srgb, currentColor 12%, transparent);
        font-size: 12px;
        white-space: nowrap;
        --icon-size: 16px;
      }
      .age {
        min-width: 7ch;
        text-align: center;
      }
      @media (max-width: 1180px) {
        .chip:not(.stale) .text {
          display: none;
        }
      }
      .chip.stale {
        background: var(--sigenstor-warning);
        color: var(--sigenstor-on-bright);
      }
    `,
  ];

  override render() {
    const live = valueIn(this.remote);
    const telemetry = live?.telemetry;
    const age = telemetry ? this.format.relative(telemetry.read_at, Date.now(), "narrow") : "";
    if (isStale(this.remote))
      return this.#chip(
        mdiAlertOutline,
        t(isLoaded(this.remote) ? "common.source_lost" : "common.source_away"),
        "",
        true,
      );
    if (!telemetry) return this.#chip(mdiAlertOutline, t("common.source_none"), "", this.remote.state === "ready");
    if (telemetry.source === "stale") return this.#chip(mdiAlertOutline, t("common.source_stale"), age, true);
    const cloud = telemetry.source === "cloud";
    return this.#chip(
      cloud ? mdiCloud : mdiEthernet,
      t(cloud ? "common.source_cloud" : "common.source_modbus"),
      age,
      false,
    );
  }

  #chip(path: string, text: string, age: string, stale: boolean) {
    const short = this.compact && age !== "" && !stale;
    return html`<span class="chip ${stale ? "stale" : ""}" title=${text}>
      ${icon(path, short ? text : undefined)}${short ? nothing : html`<span class="text">${text}</span>`}${age ? html`<span class="age">${age}</span>` : nothing}
    </span>`;
  }
}
