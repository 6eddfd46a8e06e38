import { mdiAlertOutline, mdiChevronDown } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { ControlStatus, Decision, Live, Opinion } from "../api/types";
import { element } from "../element";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { ACTION_COLOUR, base, controls } from "../theme";
import type { App } from "../view";
import { deciderOf, headlineOf, pendingOf } from "./headline";

/** What the battery does now, why, who decided it, and on request what each engine would do. */
@element("sigenstor-now")
export class Now extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) live!: Live;
  /** Without the engines' opinions, for a small card. */
  @property({ type: Boolean }) brief = false;

  static override styles = [
    base,
    controls,
    css`
      .headline {
        display: flex;
        align-items: center;
        gap: 12px;
        font-size: clamp(18px, 1rem + 0.5vw, 24px);
        line-height: 1.25;
      }
      .badge {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        flex: none;
        border-radius: 50%;
        background: color-mix(in srgb, var(--colour) 22%, transparent);
      }
      .badge svg {
        fill: color-mix(in srgb, var(--colour) 75%, var(--primary-text-color));
      }
      .why {
        margin-top: 10px;
        font-size: var(--ha-font-size-l, 16px);
        text-wrap: pretty;
      }
      .who {
        margin-top: 6px;
        color: var(--secondary-text-color);
      }
      ul {
        list-style: none;
        margin: 10px 0 0;
        padding: 0;
      }
      .warning {
        display: flex;
        gap: 8px;
        align-items: flex-start;
        margin-top: 8px;
        --icon-size: 20px;
      }
      .warning svg {
        fill: var(--sigenstor-warning);
      }
      details {
        margin-top: 10px;
      }
      summary {
        display: flex;
        align-items: center;
        gap: 4px;
        min-height: 36px;
        cursor: pointer;
        color: var(--secondary-text-color);
        list-style: none;
        --icon-size: 20px;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      details[open] summary svg {
        rotate: 180deg;
      }
      .opinion {
        display: grid;
        grid-template-columns: 12px minmax(0, 1fr) auto;
        gap: 2px 10px;
        padding: 8px 0;
        border-top: 1px solid var(--divider-color);
      }
      .opinion i {
        width: 12px;
        height: 12px;
        margin-top: 4px;
        border-radius: 3px;
      }
      .opinion p {
        grid-column: 2 / -1;
        color: var(--secondary-text-color);
      }
    `,
  ];

  override render() {
    const { telemetry, control, optimiser } = this.live;
    const headline = headlineOf(telemetry, control, this.app.format);
    const decision = optimiser?.decision ?? null;
    return html`
      <div class="headline">
        <span class="badge" style="--colour:${headline.colour}">${icon(headline.icon)}</span>
        <span>${headline.text}</span>
      </div>
      ${control ? this.#why(control) : nothing} ${this.#warnings()}
      ${decision && !this.brief ? this.#opinions(decision) : nothing}
    `;
  }

  #why(control: ControlStatus) {
    const { format } = this.app;
    const decision = this.live.optimiser?.decision;
    const mine = control.actor === "optimiser" && decision ? decision : undefined;
    const facts = [
      deciderOf(control),
      mine ? t("dashboard.confidence", { percent: format.percent(mine.confidence * 100) }) : "",
      mine ? format.relative(mine.made_at) : "",
      control.actor === "schedule" && control.expires_at
        ? t("common.override_until", { time: format.soon(control.expires_at) })
        : "",
      control.ramping_to_w === null ? "" : t("dashboard.ramping", { power: format.power(control.ramping_to_w) }),
    ];
    const pending = pendingOf(control);
    const wish = format.sentence(control.wish);
    const more = pending && control.state !== "refused" && control.reason !== control.wish;
    const advice = decision && control.settings.mode !== "auto" && !control.override;
    return html`${this.#vpp()}
      ${control.state === "external" ? nothing : html`<p class="why">${pending ? t(`dashboard.pending_${pending}`, { wish }) : format.sentence(control.reason)}</p>`}
      ${more ? html`<p class="who">${format.sentence(control.reason)}</p>` : nothing}
      <p class="who">${facts.filter(Boolean).join(" · ")}</p>
      ${advice ? html`<p class="who">${t("dashboard.would", { reason: format.sentence(decision.reason) })}</p>` : nothing}`;
  }

  #vpp() {
    const { telemetry } = this.live;
    const active = telemetry?.ems_mode === "vpp" && telemetry.source !== "stale";
    return active ? html`<p class="why">${t("dashboard.vpp")}</p>` : nothing;
  }

  /** What makes the numbers or the decision less certain; no more than what a person can do something about. */
  #warnings() {
    const { telemetry, control, prices, optimiser } = this.live;
    const { format } = this.app;
    const texts = [
      telemetry?.source === "stale" ? t("dashboard.stale", { age: format.relative(telemetry.read_at) }) : "",
      control?.state === "refused" ? control.reason : "",
      control?.alert ?? "",
      prices?.problem ?? (prices?.stale ? word("degradation", "stale_prices") : ""),
      optimiser?.problem ?? "",
      ...(optimiser?.decision?.degradations ?? [])
        .filter((name) => name !== "stale_prices" || !prices?.stale)
        .map((name) => word("degradation", name)),
    ];
    const found = [...new Set(texts.filter(Boolean))];
    if (found.length === 0) return nothing;
    return html`<ul>${found.map((text) => html`<li class="warning">${icon(mdiAlertOutline)}<span>${text}</span></li>`)}</ul>`;
  }

  #opinions({ opinions }: Decision) {
    if (opinions.length === 0) return nothing;
    return html`<details>
      <summary>${icon(mdiChevronDown)}${t("dashboard.opinions")}</summary>
      ${opinions.map((opinion) => this.#opinion(opinion))}
    </details>`;
  }

  #opinion({ engine, action, target_power_w, reason, confidence }: Opinion) {
    const { format } = this.app;
    const power =
      target_power_w > 0 && (action === "charge" || action === "discharge") ? ` ${format.power(target_power_w)}` : "";
    return html`<div class="opinion">
      <i style="background:${ACTION_COLOUR[action]}"></i>
      <span>${word("engine", engine)}: ${word("action", action)}${power}</span>
      <span class="numbers faint">${format.percent(confidence * 100)}</span>
      <p>${reason}</p>
    </div>`;
  }
}
