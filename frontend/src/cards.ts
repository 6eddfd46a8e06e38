import type { BadgeKind, CardConfig, CardKind, PlantCard } from "./cards/plant-card";
import type { HomeAssistant } from "./ha/types";

/**
 * The dashboard cards. Home Assistant loads this file on every page, so it holds only what the card picker asks;
 * what draws a card is loaded with the first one.
 */

const BADGES: readonly BadgeKind[] = ["soc", "price"];

interface CardType {
  kind: CardKind;
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
    size: 7,
    columns: 6,
    rows: 5,
    suggestedBy: /power|state_of_charge|energy|temperature/,
  },
  {
    kind: "plan",
    size: 6,
    columns: 6,
    rows: 5,
    suggestedBy: /price|forecast|plan|spike|tariff/,
  },
  {
    kind: "control",
    size: 6,
    columns: 6,
    rows: 5,
    suggestedBy: /control|override|mode|emergency/,
  },
  {
    kind: "tile",
    size: 1,
    columns: 6,
    rows: 1,
    small: { columns: 6, rows: 1 },
    suggestedBy: /state_of_charge|battery_power/,
  },
  {
    kind: "savings",
    size: 4,
    columns: 6,
    rows: 3,
    suggestedBy: /saving|cost/,
  },
  {
    kind: "schedule",
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

const frontend = () => document.querySelector<HTMLElement & { hass?: HomeAssistant }>("home-assistant")?.hass;

/** What the pickers show and what a wrong configuration is refused with, in the user's language once Home Assistant has it. */
const text = (key: string) => frontend()?.localize(`component.sigenstor_panel.selector.card.options.${key}`) ?? "";

/** Let Home Assistant load these texts as soon as it can. */
function loadTexts() {
  const hass = frontend();
  if (hass) hass.loadBackendTranslation("selector", "sigenstor_panel").catch(() => undefined);
  else setTimeout(loadTexts, 500);
}

interface RegisteredEntity {
  platform?: string;
  translation_key?: string;
}

const loadCard = () => import("./cards/plant-card");

const nameOf = (kind: CardKind) => `sigenstor-${kind}-card`;
const badgeOf = (kind: BadgeKind) => `sigenstor-${kind}-badge`;

function classOf(
  kind: CardKind | BadgeKind,
  { size, columns, rows, small }: Partial<CardType> = {},
): CustomElementConstructor {
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
        if (config[name] != null && typeof config[name] !== "string")
          throw new Error(`${name}: ${text("not_text") || "must be a text"}`);
      }
      if (config.hours != null && !(config.hours >= 2 && config.hours <= 48))
        throw new Error(`hours: ${text("not_hours") || "must be a number from 2 to 48"}`);
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
  return { config: { type: `custom:${nameOf(card.kind)}` } };
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

declare global {
  interface Window {
    customBadges?: object[];
    customCards?: object[];
    customStrategies?: object[];
  }
}

const classes: readonly (readonly [string, CustomElementConstructor])[] = [
  ...CARDS.map((card) => [nameOf(card.kind), classOf(card.kind, card)] as const),
  ...BADGES.map((kind) => [badgeOf(kind), classOf(kind)] as const),
  ["ll-strategy-dashboard-sigenstor", Strategy],
];

function define() {
  for (const [name, Class] of classes) if (!customElements.get(name)) customElements.define(name, Class);
}

define();
void customElements.whenDefined("home-assistant").then(() => {
  // Since 2026.10 the frontend puts a registry of its own in the browser's place: what was defined before is not in it.
  define();
  loadTexts();
});

/** A row of one of the pickers. */
const named = (type: string, key: string, more: object) => ({
  type,
  get name() {
    return text(key) || `SigenStor ${key}`;
  },
  get description() {
    return text(`${key}_text`);
  },
  ...more,
});

window.customCards ??= [];
window.customCards.push(
  ...CARDS.map((card) => named(nameOf(card.kind), card.kind, { preview: true, getEntitySuggestion: suggest(card) })),
);
window.customBadges ??= [];
window.customBadges.push(...BADGES.map((kind) => named(badgeOf(kind), kind, { preview: true })));
window.customStrategies ??= [];
window.customStrategies.push({
  type: "sigenstor",
  strategyType: "dashboard",
  name: "SigenStor",
  get description() {
    return text("dashboard_text");
  },
});
