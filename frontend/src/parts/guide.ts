import { mdiCheckCircle, mdiCircleOutline } from "@mdi/js";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Live } from "../api/types";
import { element } from "../element";
import { navigate } from "../ha/adapter";
import { type TextKey, t, word } from "../i18n";
import { icon } from "../icon";
import { base, cards, controls } from "../theme";
import type { App } from "../view";

const STEPS = ["prices", "solar", "reserve", "check", "mode"] as const;
type Step = (typeof STEPS)[number];
/** Where each step is set up. */
const PAGES: Record<Step, string> = {
  prices: "settings?open=prices",
  solar: "settings?open=solar",
  reserve: "settings",
  check: "settings?show=check",
  mode: "dashboard",
};
const KEY = "sigenstor_panel_guide";
/** The steps that were confirmed as they are, by plant. */
type Confirmed = Record<string, readonly string[]>;

const load = async ({ hass }: App): Promise<Confirmed> =>
  (await hass().callWS<{ value: Confirmed | null }>({ type: "frontend/get_user_data", key: KEY })).value ?? {};

let confirming: Promise<unknown> = Promise.resolve();

/** Remember for this user that a step was seen to, one after the other; return all that were. */
export function confirmStep(app: App, step: Step): Promise<Confirmed> {
  const confirmed = confirming.then(() => confirm(app, step));
  confirming = confirmed.catch(() => undefined);
  return confirmed;
}

async function confirm(app: App, step: Step): Promise<Confirmed> {
  const { entry_id } = app.plant;
  const all = await load(app);
  const value = { ...all, [entry_id]: [...new Set([...(all[entry_id] ?? []), step])] };
  await app.hass().callWS({ type: "frontend/set_user_data", key: KEY, value });
  return value;
}

/** What is left to set up, for administrators, until all of it is done or confirmed. */
@element("sigenstor-guide")
export class Guide extends LitElement {
  @property({ attribute: false }) app!: App;
  @property({ attribute: false }) live!: Live;
  /** Whether the connection is gone, so that nothing can be confirmed. */
  @property({ type: Boolean }) lost = false;
  /** undefined until that is known. */
  @state() private all: Confirmed | undefined;

  static override styles = [
    base,
    cards,
    controls,
    css`
      .card {
        margin-bottom: var(--sigenstor-gap);
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr));
        gap: 12px 24px;
        margin-top: 12px;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        align-content: start;
        gap: 4px 12px;
      }
      .row {
        grid-column: 2;
      }
      @media (max-width: 600px) {
        .done {
          display: none;
        }
      }
      .done svg {
        fill: var(--sigenstor-good);
      }
    `,
  ];

  override connectedCallback() {
    super.connectedCallback();
    void this.#load();
  }

  override render() {
    if (!this.app.isAdmin || !this.all) return nothing;
    const open = STEPS.filter((step) => !this.#isDone(step));
    if (open.length === 0) return nothing;
    return html`<section class="card" aria-label=${t("guide.title")}>
      <h2>${t("guide.title")}</h2>
      <p class="faint">${t("guide.count", { count: STEPS.length - open.length, total: STEPS.length })}</p>
      <ol>${STEPS.map((step) => this.#step(step, !open.includes(step)))}</ol>
    </section>`;
  }

  #step(step: Step, done: boolean) {
    return html`<li class=${done ? "done" : ""}>
      ${icon(done ? mdiCheckCircle : mdiCircleOutline, done ? t("guide.done") : undefined)}
      <div><strong>${t(`guide.${step}` as TextKey)}</strong><p class="faint">${done ? this.#proof(step) : t(`guide.${step}_text` as TextKey)}</p></div>
      ${
        done
          ? nothing
          : html`<div class="row wrap"><button class="button" @click=${() => this.#open(step)}>${t("guide.open")}</button>
            <button class="button plain" ?disabled=${this.lost} @click=${() => void this.#confirm(step)}>${this.#keep(step)}</button></div>`
      }
    </li>`;
  }

  /** What a button says that leaves a step as it is. */
  #keep(step: Step): string {
    const chosen = step === "reserve" || step === "mode";
    return chosen ? t("guide.keep", { value: this.#value(step) }) : t("guide.skip");
  }

  /** What shows that a step works. */
  #proof(step: Step): string {
    const { format } = this.app;
    const now = this.live.prices?.now;
    if (step === "prices") return now ? t("guide.prices_done", { price: format.price(now.buy) }) : "";
    if (step === "solar") return this.#isForecast ? t("guide.solar_done") : this.#value(step);
    const check = this.live.control?.check;
    if (step === "check" && check) return t("guide.check_done", { date: format.date(check.at) });
    return this.#value(step);
  }

  #value(step: Step): string {
    const { plant, hass, format } = this.app;
    if (step === "reserve") return format.percent(Number(hass().states[plant.entities.reserve_soc ?? ""]?.state ?? 0));
    if (step === "mode") return word("mode", this.live.control?.settings.mode ?? "manual");
    return t("guide.without");
  }

  get #confirmed(): readonly string[] {
    return this.all?.[this.app.plant.entry_id] ?? [];
  }

  #isDone(step: Step): boolean {
    const { prices, control } = this.live;
    if (this.#confirmed.includes(step)) return true;
    if (step === "prices") return prices?.now != null;
    if (step === "solar") return this.#isForecast;
    if (step === "check") return control?.check != null;
    return step === "mode" && control?.settings.mode === "auto";
  }

  get #isForecast() {
    const decision = this.live.optimiser?.decision;
    return decision != null && !decision.degradations.includes("no_pv_forecast");
  }

  #open(step: Step) {
    // The reserve is right as it is for many: it counts as seen to once it was looked at.
    if (step === "reserve" && !this.lost) void this.#confirm(step);
    const [path = "", query] = PAGES[step].split("?");
    navigate(
      `/sigenstor/${path}?${new URLSearchParams({ plant: this.app.plant.entry_id, ...Object.fromEntries(new URLSearchParams(query)) })}`,
    );
  }

  async #load() {
    try {
      this.all = await load(this.app);
    } catch {
      // Nobody is guided where nothing can be confirmed.
    }
  }

  async #confirm(step: Step) {
    this.all = await confirmStep(this.app, step);
  }
}
