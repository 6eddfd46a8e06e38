import type { CardConfig, CardKind, PlantCard } from "./cards/plant-card";
import type { HomeAssistant } from "./ha/types";

/**
 * The dashboard cards. Home Assistant loads this file on every page, so it holds only what the card picker asks;
 * what draws a card is loaded with the first one.
 */

interface CardType {
  kind: CardKind;
  name: string;
  description: string;
  size: number;
  /** The least that the editor lets it shrink to, in the grid's columns and rows. */
  columns: number;
  rows: number;
  /** Narrow and low unless somebody pulls it. */
  small?: { columns: number; rows?: number };
  /** Which of the integration's entities suggest this card: their description's key. */
  suggestedBy: RegExp;
}

const CARDS: readonly CardType[] = [
  {
    kind: "flow",
    name: "SigenStor power flow",
    description: "Solar, battery, usage and grid, and what the battery is doing now and why.",
    size: 7,
    columns: 6,
    rows: 5,
    suggestedBy: /power|state_of_charge|energy|temperature/,
  },
  {
    kind: "plan",
    name: "SigenStor price and plan",
    description: "The price now, and the coming hours with what the battery is going to do.",
    size: 6,
    columns: 6,
    rows: 5,
    suggestedBy: /price|forecast|plan|spike|tariff/,
  },
  {
    kind: "control",
    name: "SigenStor control",
    description: "Mode, force charge, hold and export, and the emergency stop.",
    size: 6,
    columns: 6,
    rows: 5,
    suggestedBy: /control|override|mode|emergency/,
  },
  {
    kind: "tile",
    name: "SigenStor tile",
    description: "State of charge and what the battery is doing now, in one line.",
    size: 1,
    columns: 6,
    rows: 1,
    small: { columns: 6, rows: 1 },
    suggestedBy: /state_of_charge|battery_power/,
  },
  {
    kind: "savings",
    name: "SigenStor savings",
    description: "What today saved, and where the energy came from and went.",
    size: 4,
    columns: 6,
    rows: 3,
    suggestedBy: /saving|cost/,
  },
  {
    kind: "schedule",
    name: "SigenStor schedules",
    description: "The schedules of the battery.",
    size: 3,
    columns: 6,
    rows: 2,
    small: { columns: 6 },
    suggestedBy: /schedule/,
  },
];

const FORM = [
  { name: "title", selector: { text: {} } },
  { name: "entry_id", selector: { config_entry: { integration: "sigenstor_panel" } } },
  { name: "tap_action", selector: { ui_action: {} } },
] as const;
const HOURS = {
  name: "hours",
  default: 6,
  selector: { number: { min: 2, max: 48, mode: "box", unit_of_measurement: "h" } },
} as const;
const LABELS: Record<string, string> = {
  title: "ui.panel.lovelace.editor.card.generic.title",
  tap_action: "ui.panel.lovelace.editor.card.generic.tap_action",
  hours: "ui.panel.lovelace.editor.card.generic.hours_to_show",
};

interface RegisteredEntity {
  platform?: string;
  translation_key?: string;
}

const loadCard = () => import("./cards/plant-card");

const nameOf = ({ kind }: CardType) => `sigenstor-${kind}-card`;

function classOf({ kind, size, columns, rows, small }: CardType): CustomElementConstructor {
  return class Card extends HTMLElement {
    #config: CardConfig | undefined;
    #hass: HomeAssistant | undefined;
    #card: PlantCard | undefined;

    static getStubConfig = () => ({});
    static getConfigForm = () => ({
      schema: kind === "plan" ? [...FORM, HOURS] : FORM,
      computeLabel: (field: { name: string }, localize: (key: string) => string) =>
        localize(LABELS[field.name] ?? "") || "SigenStor",
    });

    setConfig(config: CardConfig) {
      for (const name of ["title", "entry_id"] as const) {
        if (config[name] != null && typeof config[name] !== "string") throw new Error(`${name} must be a text.`);
      }
      if (config.hours != null && !(config.hours >= 2 && config.hours <= 48))
        throw new Error("hours must be a number from 2 to 48.");
      this.#config = config;
      this.#pass();
    }

    set hass(hass: HomeAssistant) {
      this.#hass = hass;
      this.#pass();
    }

    async connectedCallback() {
      if (this.#card) return;
      const { createCard } = await loadCard();
      if (this.#card) return;
      this.#card = createCard(kind);
      this.#pass();
      this.append(this.#card);
    }

    getCardSize = () => size;
    getGridOptions = () => ({ columns: 12, min_columns: columns, min_rows: rows, ...small });

    #pass() {
      if (this.#card) Object.assign(this.#card, { config: this.#config, hass: this.#hass });
    }
  };
}

/** Suggest a card for the entities of this integration that it is about, and for no other. */
const suggest = (card: CardType) => (hass: { entities?: Record<string, RegisteredEntity> }, entityId: string) => {
  const entity = hass.entities?.[entityId];
  if (entity?.platform !== "sigenstor_panel" || !card.suggestedBy.test(entity.translation_key ?? "")) return null;
  return { config: { type: `custom:${nameOf(card)}` } };
};

/** A whole dashboard of these cards: the strategy "custom:sigenstor". */
class Strategy extends HTMLElement {
  static generate = async (config: { entry_id?: string }) => {
    const card = (kind: CardKind) => ({
      type: `custom:sigenstor-${kind}-card`,
      ...(config.entry_id ? { entry_id: config.entry_id } : {}),
    });
    const section = (...kinds: CardKind[]) => ({ type: "grid", cards: kinds.map(card) });
    return {
      title: "SigenStor",
      views: [
        {
          title: "SigenStor",
          path: "sigenstor",
          type: "sections",
          max_columns: 3,
          sections: [section("flow"), section("control", "savings", "schedule"), section("plan")],
        },
      ],
    };
  };
}
if (!customElements.get("ll-strategy-dashboard-sigenstor"))
  customElements.define("ll-strategy-dashboard-sigenstor", Strategy);

declare global {
  interface Window {
    customCards?: object[];
    customStrategies?: object[];
  }
}

const classes = CARDS.map((card) => [nameOf(card), classOf(card)] as const);

function define() {
  for (const [name, Card] of classes) if (!customElements.get(name)) customElements.define(name, Card);
}

define();
// Since 2026.10 the frontend puts a registry of its own in the browser's place: what was defined before is not in it.
void customElements.whenDefined("home-assistant").then(define);

window.customCards ??= [];
for (const card of CARDS) {
  window.customCards.push({
    type: nameOf(card),
    name: card.name,
    description: card.description,
    preview: true,
    getEntitySuggestion: suggest(card),
  });
}

window.customStrategies ??= [];
window.customStrategies.push({
  type: "sigenstor",
  strategyType: "dashboard",
  name: "SigenStor",
  description: "A dashboard for a SigenStor: flow, control, plan, savings and schedules.",
});
