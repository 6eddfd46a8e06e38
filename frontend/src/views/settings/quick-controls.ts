import "../../components/segments";
import { css, html, LitElement, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { asApiError } from "../../api/errors";
import { valueIn } from "../../api/remote";
import { QueryController, Ticker } from "../../controllers";
import { element } from "../../element";
import { notify } from "../../ha/adapter";
import type { EntityState } from "../../ha/types";
import { type TextKey, t } from "../../i18n";
import { confirmStep } from "../../parts/guide";
import { base, controls } from "../../theme";
import { type App, errorText } from "../../view";

/** Settings that are entities, in the order they are shown; a plant has those that its options bring. The mode is set beside what it does. */
const KEYS = [
  "optimiser_strategy",
  "reserve_soc",
  "price_weight",
  "solar_weight",
  "usage_weight",
  "override_power",
  "charge_target_soc",
  "export_floor_soc",
];
/** What only the strategy "rules" asks for. */
const OF_RULES = ["price_weight", "solar_weight", "usage_weight"];
/** What the optimiser goes by, which administrators set. */
const OF_OPTIMISER = ["optimiser_strategy", "reserve_soc", ...OF_RULES];
const SLIDER_STEPS = 200;
const HOUR_MS = 3_600_000;
const HOURS_OF_YEAR = 24 * 365;
/** How many times the median a price is that few days of a year have. */
const FAR_ABOVE = 5;

const isHigh = (prices: number[]) => {
  const sorted = prices.sort((a, b) => a - b);
  return (sorted.at(-1) ?? 0) > FAR_ABOVE * Math.max(0, sorted[Math.floor(sorted.length / 2)] ?? 0);
};

/** The settings that people change every week, through their entities: who may change those may change them here. */
@element("sigenstor-quick-controls")
export class QuickControls extends LitElement {
  @property({ attribute: false }) app!: App;
  /** Whether the connection is gone, so that nothing can be changed. */
  @property({ type: Boolean }) lost = false;
  /** What was just chosen, until Home Assistant says the same. */
  @state() private requested: Record<string, string> = {};
  protected readonly ticker = new Ticker(this, 2000);

  static override styles = [
    base,
    controls,
    css`
      .row {
        justify-content: space-between;
        flex-wrap: wrap;
        gap: 4px 16px;
        min-height: 52px;
        padding: 6px 0;
        border-bottom: 1px solid var(--divider-color);
      }
      .row:last-child {
        border-bottom: none;
      }
      .name {
        flex: 1 1 240px;
      }
      .value {
        display: flex;
        align-items: center;
        gap: 12px;
        justify-content: end;
        max-width: 100%;
        flex: 1 1 260px;
      }
      input[type="range"] {
        flex: 1;
        min-width: 100px;
        max-width: 240px;
      }
      @media (max-width: 600px) {
        .value {
          justify-content: start;
        }
        input[type="range"] {
          max-width: none;
        }
      }
      input[type="number"] {
        width: 12ch;
        text-align: end;
      }
      output,
      .unit {
        min-width: 7ch;
        text-align: end;
        white-space: nowrap;
      }
      .unit {
        min-width: 2ch;
      }
    `,
  ];

  override render() {
    const strategy = this.app.hass().states[this.app.plant.entities.optimiser_strategy ?? ""]?.state;
    return html`${KEYS.filter((key) => strategy === "rules" || !OF_RULES.includes(key)).map((key) => this.#row(key))}`;
  }

  #row(key: string) {
    const id = this.app.plant.entities[key];
    const entity = id ? this.app.hass().states[id] : undefined;
    if (!entity || entity.state === "unavailable") return nothing;
    const domain = entity.entity_id.split(".")[0];
    const name = this.#name(key, domain ?? "", entity);
    return html`<div class="row">
      <div class="name"><span id=${key}>${name}</span>
        <p class="faint">${t(`settings.help_${key}` as TextKey)} ${key === "reserve_soc" ? this.#reserveCost() : ""}</p></div>
      <div class="value">${domain === "select" ? this.#select(key, entity, name) : this.#number(key, entity)}</div>
    </div>`;
  }

  #isOff(key: string) {
    const { isAdmin, plant } = this.app;
    return this.lost || !(OF_OPTIMISER.includes(key) ? isAdmin : plant.may_control);
  }

  #select(key: string, entity: EntityState, name: string) {
    const value = this.requested[entity.entity_id] ?? entity.state;
    const text = (option: string) => this.#text(`select.${key}.state.${option}`) || option;
    const options = ((entity.attributes.options as string[] | undefined) ?? []).map((option) => ({
      value: option,
      label: text(option),
    }));
    return html`<sigenstor-segments
      .label=${name} .options=${options} .value=${value} .disabled=${this.#isOff(key)}
      @chosen=${(event: CustomEvent<string>) => this.#set(entity, event.detail, "select", "select_option", "option")}
    ></sigenstor-segments>`;
  }

  #number(key: string, entity: EntityState) {
    const {
      min = 0,
      max = 100,
      step = 1,
      unit_of_measurement: unit = "",
    } = entity.attributes as {
      min?: number;
      max?: number;
      step?: number;
      unit_of_measurement?: string;
    };
    const value = Number(this.requested[entity.entity_id] ?? entity.state);
    // People think of powers in kW, whatever the entity is set in.
    const factor = unit === "W" ? 1000 : 1;
    const set = (event: Event) => {
      const { value: text, valueAsNumber } = event.target as HTMLInputElement;
      if (text !== "")
        this.#set(entity, Math.round(valueAsNumber * factor * 1000) / 1000, "number", "set_value", "value");
    };
    if ((max - min) / step > SLIDER_STEPS || factor > 1) {
      return html`<input class="field" type="number" aria-labelledby=${key} ?disabled=${this.#isOff(key)} min=${min / factor} max=${max / factor} step=${step / factor} .value=${String(value / factor)} @change=${set} />
        <span class="unit">${factor > 1 ? "kW" : unit}</span>`;
    }
    const seen = (event: Event) => {
      this.requested = { ...this.requested, [entity.entity_id]: (event.target as HTMLInputElement).value };
    };
    return html`<input type="range" style="--fill:${((value - min) / (max - min)) * 100}%" aria-labelledby=${key} ?disabled=${this.#isOff(key)} min=${min} max=${max} step=${step} .value=${String(value)} @input=${seen} @change=${set} />
      <output>${this.app.format.number(value, step < 1 ? 2 : 0, 0)}${unit ? ` ${unit}` : ""}</output>`;
  }

  /** What keeping the reserve costs in the hours of the plan. */
  readonly #reserve = new QueryController(
    this,
    () => this.app.hass().states[this.app.plant.entities.reserve_soc ?? ""]?.state,
    async (reserve) => {
      if (reserve === undefined || this.app.plant.entities.control_mode === undefined) return null;
      const { current, changed } = await this.app.service.whatIf({ reserve_soc: 0 });
      const [first, last] = [current.slots[0], current.slots.at(-1)];
      if (!first || !last) return null;
      const money = Math.max(0, current.objective - changed.objective);
      const hours = (Date.parse(last.end) - Date.parse(first.start)) / HOUR_MS;
      return { money, hours, high: isHigh(current.slots.map(({ buy }) => buy)) };
    },
  );

  /** For a year where every day could be like those of the plan, which no day of a price spike is. */
  #reserveCost(): string {
    const cost = valueIn(this.#reserve.current);
    if (!cost) return "";
    const { money, hours, high } = cost;
    const { format } = this.app;
    return high
      ? t("settings.reserve_cost_high", { hours: format.duration(hours), money: format.money(money) })
      : t("settings.reserve_cost", { money: format.money((money / hours) * HOURS_OF_YEAR, 0) });
  }

  /** The entity's own name, without the device's before it. */
  #name(key: string, domain: string, entity: EntityState): string {
    const full = String(entity.attributes.friendly_name ?? entity.entity_id);
    return this.#text(`${domain}.${key}.name`) || full;
  }

  #text = (key: string) => this.app.hass().localize(`component.sigenstor_panel.entity.${key}`);

  async #set(entity: EntityState, value: string | number, domain: string, action: string, field: string) {
    const { entity_id } = entity;
    this.requested = { ...this.requested, [entity_id]: String(value) };
    try {
      await this.app.hass().callService(domain, action, { [field]: value }, { entity_id }, false);
      if (entity_id === this.app.plant.entities.reserve_soc)
        void confirmStep(this.app, "reserve").catch(() => undefined);
    } catch (reason) {
      notify(this, errorText(asApiError(reason), this.app.format));
    }
    const { [entity_id]: _, ...rest } = this.requested;
    this.requested = rest;
  }
}
