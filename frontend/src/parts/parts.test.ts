import { beforeEach, describe, expect, it } from "vitest";
import { serviceOf } from "../api/service";
import type { ControlStatus, Live, Telemetry } from "../api/types";
import { Format } from "../format";
import { loadTexts } from "../i18n";
import { find, NOW, settle, textOf } from "../testing/browser";
import { type FakeHass, fakeHass } from "../testing/fake-hass";
import { plant, sampleLive, samplePlan, told } from "../testing/sample";
import type { App } from "../view";
import { deciderOf, headlineOf } from "./headline";
import { runsOf } from "./runs";
import "./actions";
import "./flow";
import "./now";
import "./outlook";
import "./today";

let hass: FakeHass;
let app: App;
let live: Live;

beforeEach(async () => {
  hass = fakeHass();
  await loadTexts(hass);
  app = { hass: () => hass, plant, service: serviceOf(hass, plant), format: Format.of(hass), isAdmin: true };
  live = sampleLive(NOW);
});

const draw = async (name: string, properties: object) => {
  const drawn = document.createElement(name);
  Object.assign(drawn, { app, live, ...properties });
  document.body.append(drawn);
  await settle();
  return drawn;
};
const plain = (text: string) => text.replace(/\s/g, " ");

describe("the power flow", () => {
  const flow = async (vehicle_w: number | null) => {
    const telemetry = { ...(live.telemetry as Telemetry), vehicle_w };
    return (await draw("sigenstor-flow", { telemetry, format: app.format })).shadowRoot as ShadowRoot;
  };
  const spoken = (root: ShadowRoot) => plain(root.querySelector(".picture")?.getAttribute("aria-label") ?? "");

  it("has no vehicle where there is no charger", async () => {
    const root = await flow(null);
    expect(root.textContent).not.toContain("Vehicle");
    expect(spoken(root)).not.toContain("Vehicle");
    expect(root.querySelectorAll(".line")).toHaveLength(6);
  });

  it.each([
    [7400, "houseToVehicle", "Vehicle charging with 7.4 kW."],
    [-5000, "vehicleToHouse", "Vehicle discharging with 5.0 kW."],
    [0, undefined, "Vehicle 0 W."],
  ] as const)("shows a vehicle where there is one: %s W", async (vehicle_w, line, told) => {
    const root = await flow(vehicle_w);
    const lines = [...root.querySelectorAll<SVGPathElement>("[data-line]")].map(({ dataset }) => dataset.line);
    expect(lines.filter((name) => name?.includes("Vehicle") || name?.startsWith("vehicle"))).toEqual(
      line ? [line] : [],
    );
    expect(root.querySelectorAll(".node")).toHaveLength(4);
    expect(root.querySelector(".list")?.textContent).toContain("Vehicle");
    expect(spoken(root)).toContain(told);
  });
});

describe("what the battery does", () => {
  const control = () => live.control as ControlStatus;
  const headline = (change: Partial<Telemetry>, applied = "self_consume") =>
    plain(
      headlineOf(
        { ...(live.telemetry as Telemetry), ...change },
        { ...control(), applied: applied as never },
        app.format,
      ).text,
    );

  it.each([
    [{ pv_w: 6000, battery_w: 5000, house_w: 1000, grid_w: 0 }, "Charging from solar: 5.0 kW"],
    [{ pv_w: 0, battery_w: 5000, house_w: 1000, grid_w: 6000 }, "Charging from the grid: 5.0 kW"],
    [{ pv_w: 3400, battery_w: 5000, house_w: 900, grid_w: 2500 }, "Charging from solar and grid: 5.0 kW"],
    [{ pv_w: 0, battery_w: -600, house_w: 600, grid_w: 0 }, "Powering the house: 600 W"],
    [{ pv_w: 0, battery_w: -5000, house_w: 600, grid_w: -4400 }, "Exporting to the grid: 4.4 kW"],
    [{ pv_w: 0, battery_w: -5000, house_w: 3000, grid_w: -2000 }, "Powering house and grid: 5.0 kW"],
    [{ battery_w: 12 }, "Idle"],
    [{ battery_w: null }, "No data from the system"],
  ])("is said as it is measured: %o is “%s”", (powers, text) => expect(headline(powers)).toBe(text));

  it("is a hold only when that was ordered", () => expect(headline({ battery_w: 0 }, "hold")).toBe("Holding"));

  it.each([
    ["stopped", "Stopped: the battery is on hold"],
    ["stopping", "Stopping: not confirmed by the battery yet"],
    ["released", "Stopped, but powering the house while off the grid"],
  ] as const)("is a stop once the emergency stop is on, whatever is measured: %s is “%s”", (state, text) =>
    expect(headlineOf(live.telemetry, { ...control(), emergency_stop: true, state }, app.format).text).toBe(text),
  );

  it("is not known from a reading that is old", () =>
    expect(headline({ source: "stale" })).toBe("No data from the system"));

  it("names the schedule that decided", () => {
    expect(deciderOf({ ...control(), actor: "schedule", owner: told("Night tariff") }, app.format)).toBe(
      "Schedule Night tariff",
    );
  });

  it("comes with the reason, who decided, what each engine would do, and what makes it less certain", async () => {
    Object.assign(live.prices ?? {}, { stale: true, problem: told("Amber does not answer") });
    const text = plain(textOf(await draw("sigenstor-now", {})));
    expect(text).toContain("Charging at 5.0 kW: 6 c now, 58 c at 18:30");
    expect(text).toContain("Optimiser");
    expect(text).not.toContain("sure");
    expect(text).toMatch(/Solar ?: Charge 5\.3 kW/);
    expect(text).toContain("Amber does not answer");
  });

  it("says what is wanted, and then what it waits for or what refused it", async () => {
    Object.assign(live.control ?? {}, {
      wish: told("Force charge at 4.0 kW"),
      reason: told("Waiting 41 s: at most one change every 60 s"),
      state: "waiting",
    });
    expect(textOf(await draw("sigenstor-now", {}))).toMatch(/Force charge at 4\.0 kW.*Waiting 41 s/);
    Object.assign(live.control ?? {}, { reason: told("The battery is at 51 °C"), state: "refused" });
    const refused = await draw("sigenstor-now", {});
    expect(refused.shadowRoot?.querySelector(".warning")?.textContent).toContain("The battery is at 51 °C");
  });

  it.each(["waiting", "refused", "writing", "ramping"] as const)(
    "is not told of what is only requested: %s",
    async (state) => {
      const wish = told("Selling: it is dear");
      Object.assign(control(), { state, wish, reason: wish });
      const why = (await draw("sigenstor-now", {})).shadowRoot?.querySelector(".why");
      expect(why?.textContent).toBe("Requested: Selling: it is dear");
    },
  );

  it.each([
    ["waiting", { due_at: new Date(NOW + 40_000).toISOString() }, "Next: charging at 4.0 kW in 40 seconds"],
    ["waiting", {}, "Next: charging at 4.0 kW, waiting"],
    ["refused", {}, "Not possible: charging at 4.0 kW"],
    ["writing", {}, "Next: charging at 4.0 kW, being sent to the system"],
    ["ramping", { ramping_to_w: 4000 }, "Next: ramping to 4.0 kW"],
    ["holding", { applied: "hold" }, "Requested, not active yet: charging at 4.0 kW"],
    [
      "released",
      { applied: "release", reason: { key: "control.off_grid" } },
      "Requested, not active yet: charging at 4.0 kW",
    ],
  ] as const)("is apart from what is asked for and not done yet: %s %o is “%s”", async (state, change, next) => {
    const wish = told("Charging at 4.0 kW: it is cheap");
    Object.assign(control(), { state, wanted: "charge", wanted_power_w: 4000, applied: "charge", reason: wish, wish });
    Object.assign(control(), change);
    Object.assign(live.telemetry ?? {}, { battery_w: 1400, pv_w: 2400, house_w: 1000, grid_w: 0 });
    const shown = await draw("sigenstor-now", { now: NOW });
    const shows = (name: string) => plain(shown.shadowRoot?.querySelector(name)?.textContent ?? "").trim();
    expect(shows(".headline")).toBe("Charging from solar: 1.4 kW");
    expect(shows(".next")).toBe(next);
  });

  it("is followed by what the plan changes to, where the plan is followed", async () => {
    const plan = samplePlan(NOW);
    const [{ action: applied } = {}] = plan.slots;
    const next = plan.slots.find(({ action }) => action !== applied);
    Object.assign(control(), { applied, wanted: applied });
    const told = plain(textOf(await draw("sigenstor-now", { plan, now: NOW })));
    expect(next).toBeDefined();
    expect(told).toMatch(/Next: \S+.* from \d/);
    control().applied = "release";
    expect(plain(textOf(await draw("sigenstor-now", { plan, now: NOW })))).not.toContain("Next:");
    Object.assign(control(), { applied });
    control().settings.mode = "manual";
    expect(plain(textOf(await draw("sigenstor-now", { plan, now: NOW })))).not.toContain("Next:");
  });

  it("has a short reason, and the numbers only behind “why”", async () => {
    const reason = told("Selling now: solar refills it for free by noon", "A stored kWh is worth 4 c");
    Object.assign(control(), { reason, wish: reason });
    const shown = await draw("sigenstor-now", {});
    expect(shown.shadowRoot?.querySelector(".why")?.textContent).toBe("Selling now: solar refills it for free by noon");
    expect(shown.shadowRoot?.querySelector("details")?.textContent).toContain("A stored kWh is worth 4");
  });

  it.each([
    [{ pv_w: 0, battery_w: -600, house_w: 600, grid_w: 0 }, "reason.battery_powers_home", false],
    [{ pv_w: 0, battery_w: -600, house_w: 600, grid_w: 0 }, "reason.use_dear", true],
    [{ pv_w: 6000, battery_w: 5000, house_w: 1000, grid_w: 0 }, "reason.solar_charges", false],
    [{ battery_w: 0 }, "reason.solar_charges", true],
  ])("has no reason that only says the headline again: %o, %s", async (powers, key, told) => {
    Object.assign(live.telemetry ?? {}, powers);
    Object.assign(control(), { reason: { key }, wish: { key } });
    const why = (await draw("sigenstor-now", {})).shadowRoot?.querySelector(".why");
    expect(why != null).toBe(told);
  });

  it("says once, in words, that the system does not answer; how it fails is behind “Details”", async () => {
    Object.assign(live.telemetry ?? {}, { source: "stale" });
    const call = "read_holding_registers(40029, 20): timed out";
    Object.assign(live.control ?? {}, { alert: told("The SigenStor did not answer", call) });
    Object.assign(live.optimiser ?? {}, { problem: told("The SigenStor did not answer", call) });
    const shown = await draw("sigenstor-now", { now: NOW });
    const warnings = [...(shown.shadowRoot?.querySelectorAll(".warning") ?? [])];
    expect(warnings).toHaveLength(1);
    const technical = warnings[0]?.querySelector(".technical");
    expect(technical?.textContent).toContain("read_holding_registers");
    technical?.remove();
    expect(warnings[0]?.textContent).toContain("tries to reconnect");
    expect(warnings[0]?.textContent).not.toContain("read_holding_registers");
  });

  it("is only requested while the system does not answer", async () => {
    const wish = told("Charging at 4.0 kW: it is cheap");
    Object.assign(control(), { reason: wish, wish });
    Object.assign(live.telemetry ?? {}, { source: "stale" });
    const why = (await draw("sigenstor-now", {})).shadowRoot?.querySelector(".why");
    expect(why?.textContent).toBe("Requested: Charging at 4.0 kW: it is cheap");
  });

  it("is another system's where that controls the plant", async () => {
    Object.assign(control(), {
      state: "external",
      actor: "system",
      applied: "release",
      reason: told("Nothing is wanted"),
    });
    const text = textOf(await draw("sigenstor-now", {}));
    expect(text).toContain("Another system is controlling the battery.");
    expect(text).not.toContain("Nothing is wanted");
  });

  it("is a virtual power plant's where that runs it, as far as is known now", async () => {
    Object.assign(live.telemetry ?? {}, { ems_mode: "vpp" });
    expect(textOf(await draw("sigenstor-now", {}))).toContain(
      "A virtual power plant (VPP) is controlling the battery.",
    );
    Object.assign(live.telemetry ?? {}, { source: "stale" });
    expect(textOf(await draw("sigenstor-now", {}))).not.toContain("virtual power plant");
  });

  it("says what the optimiser would do while it only learns", async () => {
    (live.control as ControlStatus).settings.mode = "learning";
    expect(textOf(await draw("sigenstor-now", {}))).toContain("The optimiser would choose: Charging at 5.0 kW");
  });
});

describe("the orders", () => {
  const button = (root: Element, text: string) =>
    [...(root.shadowRoot?.querySelectorAll("button") ?? [])].find((found) =>
      found.textContent?.includes(text),
    ) as HTMLButtonElement;

  it("force a charge only after power, target and duration are confirmed", async () => {
    const actions = await draw("sigenstor-actions", {});
    button(actions, "Force charge").click();
    await settle();
    expect(hass.called).toEqual([]);
    const dialog = find(actions.shadowRoot as ShadowRoot, "sigenstor-force-dialog") as HTMLElement;
    expect(plain(textOf(dialog))).toContain("Charges at 10.0 kW until the battery is at 95 %, at most until");
    button(dialog, "Force charge").click();
    await settle();
    const data = { config_entry_id: "sample", power_w: 10_000, target_soc: 95, duration: { minutes: 60 } };
    expect(hass.called).toEqual([{ action: "sigenstor_panel.force_charge", data, entity_id: undefined }]);
    expect(find(actions.shadowRoot as ShadowRoot, "sigenstor-force-dialog")).toBeNull();
  });

  it("keep the dialog open with Home Assistant's sentence when an order is refused", async () => {
    hass.callService = async () => {
      throw { code: "service_validation_error", message: "power_w must be at most 10000." };
    };
    const actions = await draw("sigenstor-actions", {});
    button(actions, "Force hold").click();
    await settle();
    const dialog = find(actions.shadowRoot as ShadowRoot, "sigenstor-force-dialog") as HTMLElement;
    button(dialog, "Force hold").click();
    await settle();
    expect(textOf(dialog)).toContain("power_w must be at most 10000.");
  });

  it.each([
    [{ emergency_stop: true, state: "stopping" }, "paused until you clear the emergency stop"],
    [{ override: { kind: "force_hold" } }, "The override comes before the optimiser and your schedules."],
    [{ state: "external" }, "Another system is controlling the battery."],
    [{}, "The optimiser and your schedules control the battery."],
  ])("say who runs the battery: %o is “%s”", async (change, text) => {
    Object.assign(live.control ?? {}, change);
    expect(textOf(await draw("sigenstor-actions", {}))).toContain(text);
  });

  it.each([
    [{ key: "control.off_grid" }, "Off grid: the SigenStor supplies the house by itself"],
    [{ key: "control.battery_alarm", values: { alarms: "Cell over-voltage" } }, "Battery alarm: Cell over-voltage"],
  ])("say what keeps the mode from doing anything: %o is “%s”", async (reason, text) => {
    Object.assign(live.control ?? {}, { reason, applied: "release" });
    const told = textOf(await draw("sigenstor-actions", {}));
    expect(told).toContain(text);
    expect(told).not.toContain("control the battery");
  });

  it("choose the mode through its select entity, once they have said what that changes", async () => {
    const actions = await draw("sigenstor-actions", {});
    const segments = find(actions.shadowRoot as ShadowRoot, "sigenstor-segments") as HTMLElement & { value: string };
    segments.dispatchEvent(new CustomEvent("chosen", { detail: "manual" }));
    await settle();
    expect(hass.called).toEqual([]);
    expect(textOf(find(actions.shadowRoot as ShadowRoot, "sigenstor-dialog") as Node)).toContain(
      "The optimiser then stops controlling the battery",
    );
    button(actions, "Switch").click();
    await settle();
    expect(hass.called).toEqual([
      { action: "select.select_option", data: { option: "manual" }, entity_id: "select.sigenstor_mode" },
    ]);
  });
});

describe("what may not be ordered", () => {
  const disabled = async (properties: object) => {
    const actions = await draw("sigenstor-actions", properties);
    const inputs = (find(actions, "sigenstor-segments") ?? find(actions.shadowRoot as ShadowRoot, "sigenstor-segments"))
      ?.shadowRoot;
    return [
      ...[...(actions.shadowRoot?.querySelectorAll("button") ?? [])].map((each) => each.disabled),
      ...[...(inputs?.querySelectorAll("input") ?? [])].map((each) => each.disabled),
    ];
  };

  it("is off for who may not control, and says so", async () => {
    app = { ...app, plant: { ...plant, may_control: false } };
    expect(new Set(await disabled({}))).toEqual(new Set([true]));
    expect(textOf(await draw("sigenstor-actions", {}))).toContain("you do not have permission to control it");
  });

  it("is off also in a dialog that is open when the connection is lost, whose clock then stands still", async () => {
    const actions = await draw("sigenstor-actions", {});
    actions.shadowRoot?.querySelector<HTMLButtonElement>("button.force")?.click();
    await settle();
    Object.assign(actions, { lost: true });
    await settle();
    const dialog = find(actions.shadowRoot as ShadowRoot, "sigenstor-force-dialog") as HTMLElement;
    expect(dialog.shadowRoot?.querySelector<HTMLButtonElement>(".primary")?.disabled).toBe(true);
    expect(plain(textOf(dialog))).toContain("at most until 13:40");
  });

  it("is off also in the question about a mode when the connection is lost", async () => {
    const actions = await draw("sigenstor-actions", {});
    find(actions.shadowRoot as ShadowRoot, "sigenstor-segments")?.dispatchEvent(
      new CustomEvent("chosen", { detail: "manual" }),
    );
    Object.assign(actions, { lost: true });
    await settle();
    const question = find(actions.shadowRoot as ShadowRoot, "sigenstor-dialog");
    expect(question?.querySelector<HTMLButtonElement>(".primary")?.disabled).toBe(true);
  });

  it("is more than the owner's limits allow: those are shown", async () => {
    expect(textOf(await draw("sigenstor-actions", {}))).not.toContain("rating");
    Object.assign(live.control ?? {}, { limits_below_rating: { charge_limit_w: 5000 } });
    expect(plain(textOf(await draw("sigenstor-actions", {})))).toContain(
      "Limits set below the battery’s rating: 5.0 kW (charge limit).",
    );
  });

  it("does not say who controls the battery while the connection is lost", async () => {
    expect(textOf(await draw("sigenstor-actions", { lost: true }))).not.toContain("The optimiser and your schedules");
  });

  it("is off while the connection is lost, and on otherwise", async () => {
    expect(new Set(await disabled({ lost: true }))).toEqual(new Set([true]));
    expect(new Set(await disabled({}))).toEqual(new Set([false]));
  });
});

describe("the outlook", () => {
  it("joins slots that do the same", () => {
    const runs = runsOf(samplePlan(NOW).slots);
    expect(runs.length).toBeLessThan(samplePlan(NOW).slots.length / 3);
    expect(runs.every((run, index) => index === 0 || run.start === runs[index - 1]?.end)).toBe(true);
    expect(runs.every((run, index) => index === 0 || run.action !== runs[index - 1]?.action)).toBe(true);
  });

  const first = async () => {
    const outlook = await draw("sigenstor-outlook", { plan: samplePlan(NOW), now: NOW });
    return plain(outlook.shadowRoot?.querySelector("li")?.textContent ?? "");
  };

  it("calls the plan's first hours now only where the battery follows them", async () => {
    const control = live.control as ControlStatus;
    const action = samplePlan(NOW).slots[0]?.action as never;
    Object.assign(control, { actor: "optimiser", state: action, applied: action, wanted: action });
    expect(await first()).toMatch(/^Now /);
    for (const change of [
      { actor: "manual" },
      { settings: { ...control.settings, mode: "manual" } },
      { settings: { ...control.settings, mode: "learning" } },
      { state: "waiting" },
      { emergency_stop: true },
      { applied: "release" },
    ]) {
      live = { ...live, control: { ...control, ...change } as ControlStatus };
      expect(await first()).toMatch(/^Planned now /);
    }
  });

  it("says that there is no plan or no price rather than to draw nothing", async () => {
    live.prices = null;
    const text = textOf(await draw("sigenstor-outlook", { plan: null }));
    expect(text).toContain("No prices");
    expect(text).toContain("No plan yet.");
  });
});

describe("today", () => {
  it("leads with what was saved", async () => {
    expect(textOf(await draw("sigenstor-today", { today: live.today }))).toMatch(/^\s*\$3\.18 saved today/);
  });

  it("adds up: the grid without the battery, less the grid with it, what is stored, and wear, to the cent", async () => {
    const { cost, parts, saved_vs_no_battery } = live.today;
    expect((parts?.no_battery_cost ?? 0) - (cost ?? 0) + (parts?.stored_value ?? 0) - (parts?.wear ?? 0)).toBeCloseTo(
      saved_vs_no_battery ?? 0,
    );
    const text = plain(textOf(await draw("sigenstor-today", { today: live.today })));
    for (const row of [
      "Grid, so far\\s+\\$0.42 paid",
      "Grid without the battery\\s+\\$1.90 paid",
      "9.1 kWh more stored for later\\s+\\+ \\$1.92",
      "Battery wear\\s+− \\$0.22",
    ])
      expect(text).toMatch(new RegExp(row));
  });

  it.each([
    [0.004, 0.004, 0.004, 0.004],
    [-3.335, 1.005, 2.674, 0.115],
    [0.426, -1.904, -0.916, 0.004],
  ])("adds up as it is shown, whatever is rounded: %d, %d, %d, %d", async (cost, without, stored, wear) => {
    const parts = { ...live.today.parts, no_battery_cost: without, stored_value: stored, wear };
    const saved_vs_no_battery = without - cost + stored - wear;
    const drawn = await draw("sigenstor-today", { today: { ...live.today, cost, parts, saved_vs_no_battery } });
    const amount = (text: string) => Number(text.replace(/[^\d.]/g, "")) * (/earned|−|more than/.test(text) ? -1 : 1);
    const [soFar = 0, alone = 0, kept = 0, worn = 0] = [
      ...(drawn.shadowRoot as ShadowRoot).querySelectorAll("details dd"),
    ].map(({ textContent }) => amount(textContent ?? ""));
    const shown = amount(drawn.shadowRoot?.querySelector(".saved")?.textContent ?? "");
    expect(alone - soFar + kept + worn).toBeCloseTo(shown, 9);
  });

  it("fills its bars also while little has flowed", async () => {
    const drawn = await draw("sigenstor-today", {
      today: { ...live.today, pv_kwh: 0.1, import_kwh: 0.2, discharge_kwh: 0 },
    });
    const shares = [...(drawn.shadowRoot?.querySelector(".bar")?.querySelectorAll<HTMLElement>("i") ?? [])];
    expect(shares.reduce((sum, { style }) => sum + Number(style.flexGrow), 0)).toBeGreaterThan(1);
  });

  it.each([
    [{ cost: -0.8, expected_cost: 1.1 }, ["$0.80 earned", "$1.10 paid"]],
    [{ saved_vs_no_battery: -0.26 }, ["$0.26 more than without a battery today, so far"]],
  ])("has one sign convention: words say which way an amount goes: %o", async (change, texts) => {
    const text = plain(textOf(await draw("sigenstor-today", { today: { ...live.today, ...change } })));
    for (const each of texts) expect(text).toContain(each);
    expect(text).not.toContain("-$");
  });

  it("shows a dash, not a nought, for what is not known", async () => {
    const today = Object.fromEntries(Object.keys(live.today).map((key) => [key, null]));
    const some = await draw("sigenstor-today", { priced: true, today: { ...live.today, import_kwh: null } });
    expect(textOf(some)).toMatch(/Energy from\s*–/);
    expect(textOf(some)).toMatch(/Energy to\s*\d/);
    expect(textOf(await draw("sigenstor-today", { today }))).not.toMatch(/\d/);
  });
});
