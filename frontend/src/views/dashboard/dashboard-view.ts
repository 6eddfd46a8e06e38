import { css, html, nothing } from "lit";
import { isLoaded, valueIn } from "../../api/remote";
import type { Live, Plan, Telemetry } from "../../api/types";
import { FeedController, Ticker } from "../../controllers";
import { element } from "../../element";
import { t } from "../../i18n";
import { endsOf, isFollowed, nowOf } from "../../parts/headline";
import { base, cards } from "../../theme";
import { blank, show, View } from "../../view";
import "../../components/stop";
import "../../parts/actions";
import "../../parts/flow";
import "../../parts/guide";
import "../../parts/now";
import "../../parts/outlook";
import "../../parts/today";

/** What the battery does, why, what it costs and saves, and every order a person can give, on one page. */
@element("sigenstor-dashboard-view")
export class DashboardView extends View {
  readonly #live = new FeedController(this, () => this.app.service.live);
  readonly #plan = new FeedController(this, () => this.app.service.plan);
  /** Ages and the mark of the present move on without news. */
  protected readonly ticker = new Ticker(this, 30_000);

  static override styles = [
    base,
    cards,
    css`
      .page {
        display: grid;
        gap: var(--sigenstor-gap);
        align-items: start;
        grid-template: "now" "flow" "control" "outlook" "today" / minmax(0, 1fr);
      }
      .orders {
        display: contents;
      }
      .now {
        grid-area: now;
      }
      .control {
        grid-area: control;
      }
      sigenstor-stop {
        margin-top: 12px;
      }
      .today {
        grid-area: today;
      }
      .outlook {
        grid-area: outlook;
      }
      .flow {
        grid-area: flow;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: 2px 20px;
        margin: 4px 0 0;
        color: var(--secondary-text-color);
      }
      @media (min-width: 760px) {
        .page {
          grid-template: "now flow" auto "control flow" 1fr "outlook today" auto / minmax(0, 1fr) minmax(0, 1fr);
        }
        /* Cards side by side end on one line. */
        .flow,
        .outlook,
        .today {
          align-self: stretch;
        }
        .flow {
          display: flex;
          flex-direction: column;
          justify-content: center;
          max-height: 580px;
        }
      }
      @media (min-width: 1180px) {
        .page {
          grid-template: "orders flow today" auto "outlook outlook outlook" auto / minmax(0, 5fr) minmax(0, 4.5fr) minmax(0, 4.5fr);
        }
        .orders {
          display: grid;
          gap: var(--sigenstor-gap);
          grid-area: orders;
          align-self: stretch;
          grid-template: "now" auto "control" 1fr / minmax(0, 1fr);
        }
      }
      @media (min-width: 1900px) {
        .page {
          grid-template: "orders flow outlook today" auto / minmax(0, 5fr) minmax(0, 4fr) minmax(0, 6fr) minmax(0, 4fr);
        }
      }
    `,
  ];

  override render() {
    return show(this.#live.current, this.app.format, (live, stale) =>
      live ? this.#page(live, stale) : blank(t("common.not_loaded_title"), t("common.not_loaded_text")),
    );
  }

  #page(live: Live, stale: boolean) {
    const { app } = this;
    const plan = valueIn(this.#plan.current) ?? null;
    const now = nowOf(live, stale);
    return html`<sigenstor-guide .app=${app} .live=${live} ?lost=${stale}></sigenstor-guide>
      <div class="page">
      <div class="orders">
        <section class="card now" aria-label=${t("dashboard.now_title")}><sigenstor-now .app=${app} .live=${live} .plan=${plan} .now=${now} ?lost=${stale}></sigenstor-now></section>
        <section class="card control"><h2>${t("dashboard.control")}</h2><sigenstor-actions .app=${app} .live=${live} ?lost=${stale}></sigenstor-actions>
          <sigenstor-stop .hass=${app.hass()} .entryId=${app.plant.entry_id} .loaded=${isLoaded(this.#live.current)}></sigenstor-stop></section>
      </div>
        <section class="card flow" aria-label=${t("dashboard.flow")}>
          <sigenstor-flow .telemetry=${live.telemetry} .format=${app.format} .stale=${stale}></sigenstor-flow>
          ${live.telemetry ? this.#facts(live, live.telemetry, plan, now) : nothing}
        </section>
        <section class="card today"><h2>${t("dashboard.today")}</h2><sigenstor-today .app=${app} .today=${live.today} ?priced=${!!live.prices?.now}></sigenstor-today></section>
        <section class="card outlook"><h2>${t("dashboard.outlook")}</h2><sigenstor-outlook .app=${app} .live=${live} .plan=${plan} .now=${now}></sigenstor-outlook></section>
    </div>`;
  }

  #facts({ control }: Live, telemetry: Telemetry, plan: Plan | null, now: number) {
    const { format } = this.app;
    const { hours_to_full, hours_to_empty, temperature_c, state_of_health } = telemetry;
    const planned = isFollowed({ control }) && plan;
    const { full, empty } = planned ? endsOf(plan, now) : {};
    const facts = planned
      ? [
          full && (telemetry.soc ?? 0) < plan.soc_max - 1
            ? t("dashboard.full_at", { time: format.soon(full, now) })
            : "",
          empty ? t("dashboard.reserve_at", { soc: format.percent(plan.soc_min), time: format.soon(empty, now) }) : "",
        ]
      : [
          hours_to_full === null ? "" : t("dashboard.full_in", { time: format.duration(hours_to_full) }),
          hours_to_empty === null ? "" : t("dashboard.empty_in", { time: format.duration(hours_to_empty) }),
        ];
    facts.push(
      temperature_c === null ? "" : format.temperature(temperature_c),
      state_of_health === null ? "" : t("dashboard.health", { percent: format.percent(state_of_health) }),
    );
    return html`<p class="facts">${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</p>`;
  }
}
