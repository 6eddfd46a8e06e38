import { mdiAlertOutline, mdiChevronDown } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { ControlStatus, Decision, Degradation, Live, Opinion, Plan } from "../api/types";
import { element } from "../element";
import { t, word } from "../i18n";
import { icon } from "../icon";
import { detailsOf, isSame, type Message, sentence } from "../message";
import { ACTION_COLOUR, base, controls } from "../theme";
import type { App } from "../view";
import { deciderOf, type Headline, headlineOf, isDoubled, nextOf, pendingOf } from "./headline";

/** What the battery does now, why, who decided it, and on request what each engine would do. */
@element("sigenstor-now")
export class Now extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) live!: Live;
  /** For what comes next; without it, only what is asked for already is told. */
  @property({ attribute: false }) plan: Plan | null = null;
  /** The moment in ms, which stands still while the connection is lost. */
  @property({ attribute: false }) now = Date.now();
  /** Whether the connection is gone: what is shown was so when it was read last. */
  @property({ type: Boolean }) lost = false;
  /** Without what is behind "why", for a small card. */
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
      .lost {
        color: var(--secondary-text-color);
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
      .next {
        margin-top: 6px;
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .who {
        margin-top: 6px;
        color: var(--secondary-text-color);
      }
      ul {
        margin-top: 10px;
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
      .technical {
        margin-top: 0;
        overflow-wrap: anywhere;
        color: var(--secondary-text-color);
      }
      details[open] > summary svg {
        rotate: 180deg;
      }
      .opinion {
        display: grid;
        grid-template-columns: 12px minmax(0, 1fr);
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
    const { telemetry, control } = this.live;
    const headline = headlineOf(telemetry, control, this.app.format);
    return html`
      <div class="headline ${this.lost ? "lost" : ""}">
        <span class="badge" style="--colour:${headline.colour}">${icon(headline.icon)}</span>
        <span>${headline.text}</span>
      </div>
      ${this.lost && telemetry ? html`<p class="who">${t("common.last_read", { time: this.app.format.soon(telemetry.read_at, this.now) })}</p>` : nothing}
      ${control ? this.#why(control, headline) : nothing} ${this.#warnings()}
    `;
  }

  #why(control: ControlStatus, headline: Headline) {
    const { format } = this.app;
    const decision = this.live.optimiser?.decision ?? null;
    const pending = pendingOf(control);
    const { reason, wish } = control;
    // Nobody knows whether it is done while nothing is read.
    const unread = this.live.telemetry?.source === "stale" && !control.emergency_stop;
    const requested = pending || (unread && wish.key !== "control.nothing_asked");
    const waits = pending && pending !== "refused" && !isSame(reason, wish) ? reason : null;
    const next = nextOf(this.live, this.plan, format, this.now);
    const facts = [
      // That nothing is asked for says it already.
      control.emergency_stop || reason.key === "control.nothing_asked" ? "" : deciderOf(control, format),
      control.actor === "optimiser" && decision ? format.relative(decision.made_at, this.now) : "",
      control.actor === "schedule" && control.expires_at
        ? t("common.override_until", { time: format.soon(control.expires_at, this.now) })
        : "",
    ];
    const advice = decision && control.settings.mode !== "auto" && !control.override;
    return html`${this.#vpp()}
      ${pending && next ? html`<p class="next">${next}</p>` : nothing}
      ${control.state === "external" || (!requested && isDoubled(reason, headline)) ? nothing : html`<p class="why">${requested ? t("dashboard.requested", { reason: this.#text(wish) }) : this.#text(reason)}</p>`}
      ${waits && !(pending === "waiting" && control.due_at) ? html`<p class="who">${this.#text(waits)}</p>` : nothing}
      ${!pending && next ? html`<p class="next">${next}</p>` : nothing}
      <p class="who">${facts.filter(Boolean).join(" · ")}</p>
      ${advice ? html`<p class="who">${t("dashboard.would", { reason: this.#text(decision.reason) })}</p>` : nothing}
      ${this.brief ? nothing : this.#details([requested ? wish : reason, waits], decision)}`;
  }

  /** The numbers behind a reason, and what each engine recommends. */
  #details(messages: readonly (Message | null)[], decision: Decision | null) {
    const found = messages.flatMap((message) => detailsOf(message, this.app.format, this.now));
    const opinions = decision?.opinions ?? [];
    if (found.length + opinions.length === 0) return nothing;
    return html`<details>
      <summary>${icon(mdiChevronDown)}${t("dashboard.why")}</summary>
      ${found.map((text) => html`<p class="who">${text}</p>`)}
      ${opinions.length ? html`<h3 class="who">${t("dashboard.opinions")}</h3>` : nothing}
      ${opinions.map((opinion) => this.#opinion(opinion))}
    </details>`;
  }

  #text = (message: Message | null) => sentence(message, this.app.format, this.now);

  #vpp() {
    const { telemetry } = this.live;
    const active = telemetry?.ems_mode === "vpp" && telemetry.source !== "stale";
    return active ? html`<p class="why">${t("dashboard.vpp")}</p>` : nothing;
  }

  /** What makes the numbers or the decision less certain; no more than what a person can do something about. */
  #warnings() {
    const { telemetry, control, prices, optimiser } = this.live;
    const { format } = this.app;
    const lost = telemetry?.source === "stale";
    const missing = (name: Degradation): Message => ({ key: `word.degradation_${name}` });
    // What only explains why nothing answers is said once, behind the words for it.
    const causes = lost ? [control?.alert, optimiser?.problem].filter((one) => one?.details?.length) : [];
    const messages = [
      lost && {
        key: "dashboard.lost" as const,
        values: { time: format.soon(telemetry.read_at, this.now) },
        details: causes.flatMap((one) => (one ? [one, ...(one.details ?? [])] : [])),
      },
      control?.state === "refused" && control.reason,
      control?.alert,
      prices?.problem ?? (prices?.stale && missing("stale_prices")),
      optimiser?.problem,
      ...(optimiser?.decision?.degradations ?? [])
        .filter((name) => name !== "stale_prices" || !prices?.stale)
        .map(missing),
    ].filter((one): one is Message => !!one && !causes.includes(one) && !(lost && one.key.endsWith("no_telemetry")));
    const found = new Map(messages.map((message) => [this.#text(message), message]));
    if (found.size === 0) return nothing;
    return html`<ul>${[...found].map(([text, message]) => {
      const details = new Set(detailsOf(message, format, this.now));
      return html`<li class="warning">${icon(mdiAlertOutline)}<div>${text}
        ${details.size ? html`<details class="technical"><summary>${t("common.details")}</summary>${[...details].map((detail) => html`<p>${detail}</p>`)}</details>` : nothing}</div></li>`;
    })}</ul>`;
  }

  #opinion({ engine, action, target_power_w, reason }: Opinion) {
    const { format } = this.app;
    const power =
      target_power_w > 0 && (action === "charge" || action === "discharge") ? ` ${format.power(target_power_w)}` : "";
    return html`<div class="opinion">
      <i style="background:${ACTION_COLOUR[action]}"></i>
      <span>${word("engine", engine)}: ${word("action", action)}${power}</span>
      <p>${this.#text(reason)}</p>
    </div>`;
  }
}
