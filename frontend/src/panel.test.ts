import { beforeEach, describe, expect, it } from "vitest";
import type { Stop } from "./components/stop";
import type { SigenstorPanel } from "./panel";
import { connect, eventually, find, NOW, settle, textOf } from "./testing/browser";
import { answers, type FakeConnection, type FakeHass, fakeHass } from "./testing/fake-hass";
import { plant } from "./testing/sample";
import "./panel";

const show = async (hass: FakeHass, path = "/dashboard", narrow = false) => {
  history.replaceState(null, "", `/sigenstor${path}`);
  const panel = document.createElement("sigenstor-panel") as SigenstorPanel;
  Object.assign(panel, { hass, narrow, route: { prefix: "/sigenstor", path: path.split("?")[0] } });
  document.body.append(panel);
  await eventually(() => {
    expect(panel.shadowRoot?.querySelector("main")).not.toBeNull();
    expect(panel.shadowRoot?.querySelector("sigenstor-spinner")).toBeNull();
  });
  await settle();
  return panel;
};

const inside = (panel: SigenstorPanel, selector: string) =>
  panel.shadowRoot?.querySelector<HTMLElement>(selector) ?? null;

describe("the panel", () => {
  beforeEach(() => history.replaceState(null, "", "/sigenstor"));

  it("opens the page that the address names, and the dashboard otherwise", async () => {
    const panel = await show(fakeHass({ connection: connect() }), "");
    expect(inside(panel, "sigenstor-dashboard-view")).not.toBeNull();
    panel.route = { prefix: "/sigenstor", path: "/plan" };
    await eventually(() => expect(inside(panel, "sigenstor-plan-view")).not.toBeNull());
    expect(inside(panel, "nav a[aria-current]")?.getAttribute("href")).toBe("/sigenstor/plan");
  });

  it("keeps the chosen plant in the links to its other pages", async () => {
    const table = {
      ...answers(() => NOW),
      "sigenstor_panel/plants": () => ({ plants: [plant, { ...plant, entry_id: "garage" }] }),
    };
    const panel = await show(fakeHass({ connection: connect(), answers: table }), "/dashboard?plant=garage");
    expect(inside(panel, "select")).not.toBeNull();
    expect(inside(panel, "nav a")?.getAttribute("href")).toBe("/sigenstor/dashboard?plant=garage");
    expect([...connectionOf(panel).subscriptions].every(({ message }) => message.entry_id === "garage")).toBe(true);
  });

  it("puts what a page is asked for into the address", async () => {
    const panel = await show(fakeHass({ connection: connect() }));
    const detail = { changes: { day: "2026-01-05" }, push: false };
    inside(panel, "main > *")?.dispatchEvent(
      new CustomEvent("sigenstor-query", { detail, bubbles: true, composed: true }),
    );
    expect(location.search).toBe("?day=2026-01-05");
  });

  it("switches its controls off and stops the clock of now while the connection is lost, but not the stop", async () => {
    const connection = connect();
    const panel = await show(fakeHass({ connection }));
    const root = panel.shadowRoot as ShadowRoot;
    const force = () => find<HTMLButtonElement>(root, "button.force")?.disabled;
    await eventually(() => expect(force()).toBe(false));
    connection.drop();
    await eventually(() => expect(force()).toBe(true));
    const now = find<HTMLElement & { now: number }>(root, "sigenstor-now");
    expect(now?.now).toBe(NOW);
    expect(textOf(now as Node)).toContain("Last reading at");
    expect(inside(panel, "sigenstor-stop")?.shadowRoot?.querySelector("button")?.disabled).toBe(false);
    connection.restore();
    await eventually(() => expect(force()).toBe(false));
  });

  it.each([
    ["/history", 0],
    ["/settings", 0],
    ["/plan", 1],
    ["/dashboard", 1],
  ])("is sent plans only where it shows them: %s", async (path, plans) => {
    const panel = await show(fakeHass({ connection: connect() }), path);
    await eventually(() => {
      const followed = [...connectionOf(panel).subscriptions].map(({ message }) => message.type);
      expect(followed.filter((type) => type === "sigenstor_panel/plan/subscribe")).toHaveLength(plans);
    });
  });

  it("names the home's time zone where the reader's clock shows another time, and only there", async () => {
    const away = await show(fakeHass({ connection: connect(), timeZone: "America/New_York" }));
    expect(textOf(inside(away, ".zone") as Node)).toContain("Times are those of your home in New York");
    const home = await show(fakeHass({ connection: connect() }));
    expect(inside(home, ".zone")).toBeNull();
  });

  it("shows an override on every page, and stops it on request", async () => {
    const override = { kind: "force_charge" as const, power_w: 5000, target_soc: 90, started_at: "", expires_at: null };
    const hass = fakeHass({ connection: connect((live) => Object.assign(live.control ?? {}, { override })) });
    const panel = await show(hass, "/settings");
    const alarm = inside(panel, "sigenstor-alarm");
    expect(alarm && textOf(alarm)).toMatch(/OVERRIDE ACTIVE.*Force charge · 5.0.kW · to 90.% · until you stop it/);
    alarm?.shadowRoot?.querySelector("button")?.click();
    expect(hass.called).toEqual([
      { action: "sigenstor_panel.clear_override", data: { config_entry_id: "sample" }, entity_id: undefined },
    ]);
  });

  it.each(["/dashboard", "/plan", "/schedules", "/history", "/settings"])(
    "offers the emergency stop on %s, loaded or not",
    async (path) => {
      const connection = connect();
      const panel = await show(fakeHass({ connection }), path);
      const stop = () => inside(panel, "header sigenstor-stop") as Stop;
      expect([stop().loaded, stop().entryId]).toEqual([true, "sample"]);
      for (const { message, send } of connection.subscriptions)
        send(message.type === "sigenstor_panel/live/subscribe" ? { live: null } : { plan: null });
      await settle();
      expect(stop().loaded).toBe(false);
      expect(stop().shadowRoot?.querySelector("button")?.disabled).toBe(false);
    },
  );

  it("offers the emergency stop before anything is loaded", async () => {
    const hass = fakeHass({ connection: connect() });
    hass.loadBackendTranslation = () => new Promise(() => undefined);
    hass.language = "not loaded yet";
    const panel = document.createElement("sigenstor-panel") as SigenstorPanel;
    Object.assign(panel, { hass, route: { prefix: "/sigenstor", path: "" } });
    document.body.append(panel);
    await settle();
    expect(inside(panel, "sigenstor-stop")?.shadowRoot?.querySelector("button")?.disabled).toBe(false);
  });

  it("says where the numbers come from, and when they are old or the connection is gone", async () => {
    const connection = connect((live) => Object.assign(live.telemetry ?? {}, { source: "cloud" }));
    const panel = await show(fakeHass({ connection }));
    const chip = () => textOf(inside(panel, "sigenstor-source-chip") as Node);
    expect(chip()).toContain("mySigen cloud");
    connection.drop();
    await settle();
    expect(chip()).toContain("Connection lost");
  });

  it("says that no plant is set up, and shows it as soon as one is", async () => {
    const table = { ...answers(() => NOW), "sigenstor_panel/plants": () => ({ plants: [] as object[] }) };
    const connection = connect();
    const panel = await show(fakeHass({ connection, answers: table }));
    expect(textOf(inside(panel, "main") as Node)).toContain("No SigenStor is set up");
    table["sigenstor_panel/plants"] = () => ({ plants: [plant] });
    connection.restore();
    await eventually(() => expect(inside(panel, "sigenstor-dashboard-view")).not.toBeNull());
  });

  it("leaves nothing behind when it is closed", async () => {
    const connection = connect();
    const panel = await show(fakeHass({ connection }));
    expect(connection.subscriptions.size).toBe(2);
    panel.remove();
    await settle();
    expect(connection.subscriptions.size).toBe(0);
    expect(connection.listeners).toBe(0);
  });

  it("does not draw anew for a state of another entity", async () => {
    const hass = fakeHass({ connection: connect() });
    const panel = await show(hass);
    await panel.updateComplete;
    panel.hass = { ...hass, states: { "light.kitchen": { entity_id: "light.kitchen", state: "on", attributes: {} } } };
    expect(panel.isUpdatePending).toBe(false);
  });
});

const connectionOf = (panel: SigenstorPanel) => panel.hass.connection as FakeConnection;
