import { describe, expect, it } from "vitest";
import en from "../../custom_components/sigenstor_panel/translations/en.json";
import type { Stop } from "./components/stop";
import { connect, eventually, find, settle, textOf } from "./testing/browser";
import { answers, FakeConnection, type FakeOptions, fakeHass } from "./testing/fake-hass";
import { plant, told } from "./testing/sample";
import "./cards";

type Card = HTMLElement & { setConfig(config: object): void; hass: unknown };

const show = async (kind: string, options: FakeOptions = {}, config: object = {}, as = "card") => {
  const card = document.createElement(`sigenstor-${kind}-${as}`) as Card;
  card.setConfig({ type: `custom:sigenstor-${kind}-${as}`, ...config });
  const connection = options.connection ?? connect();
  card.hass = fakeHass({ ...options, connection });
  document.body.append(card);
  await eventually(() => expect(card.firstElementChild).not.toBeNull());
  await settle();
  return { card, connection };
};

interface Registered {
  type: string;
  name: string;
  description: string;
  preview: boolean;
  getEntitySuggestion(hass: object, entityId: string): { config: object } | null;
}
const registered = () => (window.customCards ?? []) as Registered[];
const badges = () => (window.customBadges ?? []) as Registered[];

/** Home Assistant's own element, from which cards know the language. */
const frontend = () => {
  const root = Object.assign(document.createElement("home-assistant"), { hass: fakeHass() });
  document.body.append(root);
};

interface Tap {
  action: string;
  config: { entity: string; tap_action: { navigation_path?: string } };
}

/** What Home Assistant is asked for when a card is tapped there. */
async function tapped(card: HTMLElement, at = ".open, .inside > *"): Promise<Tap[]> {
  const taps: Tap[] = [];
  card.addEventListener("hass-action", (event) => taps.push((event as CustomEvent<Tap>).detail));
  find<HTMLElement>(card, at)?.click();
  await settle();
  return taps;
}

describe("the cards", () => {
  it("are offered by Home Assistant's card picker, with a preview", () => {
    expect(registered().map(({ type }) => type)).toEqual([
      "sigenstor-flow-card",
      "sigenstor-plan-card",
      "sigenstor-control-card",
      "sigenstor-tile-card",
      "sigenstor-savings-card",
      "sigenstor-schedule-card",
    ]);
    expect(registered().every(({ preview }) => preview)).toBe(true);
    expect(badges().map(({ type }) => type)).toEqual(["sigenstor-soc-badge", "sigenstor-price-badge"]);
  });

  it("are named in the user's language as soon as Home Assistant knows it, and after their kind before", () => {
    expect(registered()[0]?.name).toBe("SigenStor flow");
    frontend();
    const texts = en.selector.card.options;
    expect(registered().map(({ name, description }) => [name, description])).toEqual(
      (["flow", "plan", "control", "tile", "savings", "schedule"] as const).map((kind) => [
        texts[kind],
        texts[`${kind}_text`],
      ]),
    );
    expect(badges().map(({ name }) => name)).toEqual([texts.soc, texts.price]);
  });

  it("are defined again in a registry that takes the browser's place after them", async () => {
    const first = customElements;
    const defined = new Map<string, CustomElementConstructor>();
    const later = {
      get: (name: string) => defined.get(name),
      define: (name: string, element: CustomElementConstructor) => void defined.set(name, element),
    };
    Object.defineProperty(window, "customElements", { value: later, configurable: true, writable: true });
    try {
      first.define("home-assistant", class extends HTMLElement {});
      await eventually(() =>
        expect([...defined.keys()]).toEqual([
          ...[...registered(), ...badges()].map(({ type }) => type),
          "ll-strategy-dashboard-sigenstor",
        ]),
      );
      for (const [name, element] of defined) expect(element).toBe(first.get(name));
    } finally {
      Object.defineProperty(window, "customElements", { value: first, configurable: true, writable: true });
    }
  });

  it("are suggested for the integration's own entities and no others", () => {
    const hass = {
      entities: {
        "sensor.battery": { platform: "sigenstor_panel", translation_key: "battery_power" },
        "sensor.price": { platform: "sigenstor_panel", translation_key: "buy_price" },
        "sensor.kettle": { platform: "other", translation_key: "battery_power" },
      },
    };
    const suggested = (entity: string) =>
      registered().flatMap((card) => card.getEntitySuggestion(hass, entity)?.config ?? []);
    expect(suggested("sensor.battery")).toEqual([
      { type: "custom:sigenstor-flow-card" },
      { type: "custom:sigenstor-tile-card" },
    ]);
    expect(suggested("sensor.price")).toEqual([{ type: "custom:sigenstor-plan-card" }]);
    expect(suggested("sensor.kettle")).toEqual([]);
    expect(suggested("sensor.unknown")).toEqual([]);
  });

  it("say how small the editor may make them", () => {
    for (const { type } of registered()) {
      const card = document.createElement(type) as HTMLElement & { getGridOptions(): Record<string, number> };
      const { min_columns, min_rows } = card.getGridOptions();
      expect([type, min_columns]).toEqual([type, 6]);
      expect(min_rows).toBeGreaterThanOrEqual(1);
    }
  });

  it.each(["flow", "plan", "control", "tile", "savings", "schedule"])(
    "do what their configuration says when they are tapped, as any card: %s",
    async (kind) => {
      const tap_action = { action: "perform-action", perform_action: "script.evening" };
      const { card } = await show(kind, {}, { tap_action });
      expect(await tapped(card)).toMatchObject([
        { action: "tap", config: { entity: "sensor.sigenstor_state_of_charge", tap_action } },
      ]);
      expect(await tapped((await show(kind, {}, { tap_action: { action: "none" } })).card)).toEqual([]);
    },
  );

  it.each([
    ["tile", ["/sigenstor/dashboard?plant=sample"]],
    ["flow", ["/sigenstor/dashboard?plant=sample"]],
    ["control", []],
  ])("open the panel without a configuration, but for the one that controls: %s", async (kind, paths) => {
    const { card } = await show(kind);
    expect((await tapped(card)).map(({ config }) => config.tap_action.navigation_path)).toEqual(paths);
  });

  it("do nothing else when a button or a chart on them is used", async () => {
    const { card } = await show("control", {}, { tap_action: { action: "more-info" } });
    expect(await tapped(card, "button.force")).toEqual([]);
  });

  it("make a whole dashboard, by its strategy", async () => {
    const strategy = customElements.get("ll-strategy-dashboard-sigenstor") as unknown as {
      generate(config: object): Promise<{ views: { sections: { cards: { type: string; entry_id?: string }[] }[] }[] }>;
    };
    const { views } = await strategy.generate({ entry_id: "sample" });
    const made = views.flatMap(({ sections }) => sections.flatMap(({ cards }) => cards));
    expect(made.every(({ type, entry_id }) => customElements.get(type.slice(7)) && entry_id === "sample")).toBe(true);
  });

  it.each([
    ["flow", "Charging from solar and grid"],
    ["plan", "c/kWh"],
    ["control", "Emergency stop"],
    ["tile", "Charging from solar and grid: 5.0"],
    ["savings", "saved today, compared with no battery"],
    ["schedule", "Schedules"],
  ])("find the plant by themselves: %s shows “%s”", async (kind, text) => {
    const { card } = await show(kind);
    expect(textOf(card)).toContain(text);
  });

  it("refuse a wrong configuration with a sentence", () => {
    const card = document.createElement("sigenstor-plan-card") as Card;
    frontend();
    expect(() => card.setConfig({ hours: 400 })).toThrow("hours: must be a number from 2 to 48");
    expect(() => card.setConfig({ title: 7 })).toThrow("title: must be a text");
  });

  it("show no other plant than the configured one, where there are several", async () => {
    const table = {
      ...answers(Date.now),
      "sigenstor_panel/plants": () => ({ plants: [plant, { ...plant, entry_id: "garage" }] }),
    };
    expect(textOf((await show("flow", { answers: table }, { entry_id: "gone" })).card)).toContain(
      "No SigenStor is set up",
    );
    const { connection } = await show("flow", { answers: table }, { entry_id: "garage" });
    expect([...connection.subscriptions].map(({ message }) => message.entry_id)).toEqual(["garage"]);
  });

  it("follow a change of their configuration", async () => {
    const { card } = await show("control", {}, { title: "Battery" });
    expect(textOf(card)).toContain("Battery");
    card.setConfig({ title: "Cellar" });
    await settle();
    expect(textOf(card)).toContain("Cellar");
  });

  it("end their subscriptions when they leave the page, and begin anew when they come back", async () => {
    const { card, connection } = await show("plan");
    expect(connection.subscriptions.size).toBe(2);
    card.remove();
    await settle();
    expect(connection.subscriptions.size).toBe(0);
    expect(connection.listeners).toBe(0);
    document.body.append(card);
    await settle();
    expect(connection.subscriptions.size).toBe(2);
  });

  it("share one subscription where several show the same", async () => {
    const connection = connect();
    await show("flow", { connection });
    await show("control", { connection });
    expect(connection.subscriptions.size).toBe(1);
  });

  const KINDS = ["flow", "plan", "control", "tile", "savings", "schedule"];

  it.each(KINDS)("begin with an outage, and with an alarm of the battery: %s", async (kind) => {
    for (const [change, text] of [
      [{ grid_status: "off_grid_auto" }, "GRID OUTAGE"],
      [{ alarms: [{ group: "ess", name: told("temperature too high") }] }, "ALARM"],
    ] as const) {
      const connection = connect((live) => Object.assign(live.telemetry ?? {}, change));
      const { card } = await show(kind, { connection });
      expect(textOf(card).trim()).toMatch(new RegExp(`^${text}`));
    }
  });

  it("keep their one line in an outage, with what the battery does: the tile", async () => {
    const connection = connect((live) => Object.assign(live.telemetry ?? {}, { grid_status: "off_grid_auto" }));
    const { card } = await show("tile", { connection });
    expect(find(card, "sigenstor-alarm")).toBeNull();
    expect(textOf(card).replace(/\s+/g, " ").trim()).toBe("GRID OUTAGE · Charging from solar and grid: 5.0 kW 62 %");
    expect(find(card, ".inside.danger")).not.toBeNull();
  });

  it.each(["flow", "plan", "control", "savings", "schedule"])(
    "name the home's time zone where the viewer's clock shows another time, and only there: %s",
    async (kind) => {
      expect(textOf((await show(kind, { timeZone: "America/New_York" })).card)).toContain(
        "Times are those of your home in New York",
      );
      expect(textOf((await show(kind)).card)).not.toContain("Times are those");
    },
  );

  it.each([
    ["soc", "62 %", "State of charge"],
    ["price", "8.0 c", "Buy"],
  ])("come as badges too: %s shows “%s”", async (kind, value, label) => {
    const { card } = await show(kind, {}, {}, "badge");
    expect(textOf(card).replace(/\s+/g, " ")).toContain(`${value} ${label}`);
    expect((await tapped(card)).length).toBe(1);
  });

  it("stop the battery also while the plant is not loaded", async () => {
    const connection = connect();
    const { card } = await show("control", { connection });
    for (const { send } of connection.subscriptions) send({ live: null });
    await settle();
    const stop = find<HTMLElement>(card, "sigenstor-stop");
    expect(stop?.shadowRoot?.querySelector("button")?.disabled).toBe(false);
    expect((stop as Stop | null)?.loaded).toBe(false);
  });

  it("say that the plant is not loaded while Home Assistant starts", async () => {
    const connection = new FakeConnection(({ send }) => send({ live: null }));
    const { card } = await show("flow", { connection });
    expect(textOf(card)).toContain("SigenStor is not loaded");
    expect(find(card, "sigenstor-flow")).toBeNull();
  });
});
