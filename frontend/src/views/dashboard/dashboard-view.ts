import { css, html, nothing } from "lit";
import { valueIn } from "../../api/remote";
import type { Live, Telemetry } from "../../api/types";
import { FeedController, Ticker } from "../../controllers";
import { element } from "../../element";
import { t } from "../../i18n";
import { base, cards } from "../../theme";
import { blank, show, View } from "../../view";
import "../../components/stop";
import "../../parts/actions";
import "../../parts/flow";
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
        grid-template: "now" "flow" "control" "outlook" "today" / minmax(0, 1fr);
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
        display: grid;
        align-content: center;
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
          grid-template: "now flow" auto "control flow" 1fr "outlook today" auto / repeat(2, minmax(0, 1fr));
        }
      }
      @media (min-width: 1180px) {
        .page {
          grid-template: "now flow today" auto "control flow today" 1fr "outlook outlook outlook" auto / minmax(0, 9fr) minmax(0, 8fr) minmax(0, 7fr);
        }
      }
      @media (min-width: 1900px) {
        .page {
          grid-template: "now flow outlook today" auto "control flow outlook today" 1fr / minmax(0, 5fr) minmax(0, 4fr) minmax(0, 6fr) minmax(0, 4fr);
        }
      }
    `,
  ];

  override render() {
    return show(this.#live.current, (live, stale) =>
      live ? this.#page(live, stale) : blank(t("common.not_loaded_title"), t("common.not_loaded_text")),
    );
  }

  #page(live: Live, stale: boolean) {
    const { app } = this;
    return html`<div class="page">
      <section class="card now" aria-label=${t("dashboard.now_title")}><sigenstor-now .app=${app} .live=${live}></sigenstor-now></section>
      <section class="card flow" aria-label=${t("dashboard.flow")}>
        <sigenstor-flow .telemetry=${live.telemetry} .format=${app.format} .stale=${stale}></sigenstor-flow>
        ${live.telemetry ? this.#facts(live.telemetry) : nothing}
      </section>
      <section class="card control"><h2>${t("dashboard.control")}</h2><sigenstor-actions .app=${app} .live=${live}></sigenstor-actions>
        <sigenstor-stop .hass=${app.hass()} .entryId=${app.plant.entry_id} loaded></sigenstor-stop></section>
      <section class="card outlook"><h2>${t("dashboard.outlook")}</h2><sigenstor-outlook .app=${app} .live=${live} .plan=${valueIn(this.#plan.current) ?? null}></sigenstor-outlook></section>
      <section class="card today"><h2>${t("dashboard.today")}</h2><sigenstor-today .app=${app} .today=${live.today} ?priced=${!!live.prices?.now}></sigenstor-today></section>
    </div>`;
  }

  #facts({ hours_to_full, hours_to_empty, temperature_c, state_of_health }: Telemetry) {
    const { format } = this.app;
    const facts = [
      hours_to_full === null ? "" : t("dashboard.full_in", { time: format.duration(hours_to_full) }),
      hours_to_empty === null ? "" : t("dashboard.empty_in", { time: format.duration(hours_to_empty) }),
      temperature_c === null ? "" : format.temperature(temperature_c),
      state_of_health === null ? "" : t("dashboard.health", { percent: format.percent(state_of_health) }),
    ];
    return html`<p class="facts">${facts.filter(Boolean).map((fact) => html`<span>${fact}</span>`)}</p>`;
  }
}
