import { beforeEach, describe, expect, it } from "vitest";
import { serviceOf } from "../api/service";
import type { ControlStatus, Live, Telemetry } from "../api/types";
import { Format } from "../format";
import { loadTexts } from "../i18n";
import { find, NOW, settle, textOf } from "../testing/browser";
import { type FakeHass, fakeHass } from "../testing/fake-hass";
import { plant, sampleLive, samplePlan } from "../testing/sample";
import type { App } from "../view";
import { deciderOf, headlineOf } from "./headline";
import { runsOf } from "./runs";
import "./actions";
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
    [{ pv_w: 6000, battery_w: 5000, house_w: 1000, grid_w: 0 }, "Charging from the sun at 5.0 kW"],
    [{ pv_w: 0, battery_w: 5000, house_w: 1000, grid_w: 6000 }, "Charging from the grid at 5.0 kW"],
    [{ pv_w: 3400, battery_w: 5000, house_w: 900, grid_w: 2500 }, "Charging from sun and grid at 5.0 kW"],
    [{ pv_w: 0, battery_w: -600, house_w: 600, grid_w: 0 }, "Running the house at 600 W"],
    [{ pv_w: 0, battery_w: -5000, house_w: 600, grid_w: -4400 }, "Selling to the grid at 5.0 kW"],
    [{ battery_w: 12 }, "At rest"],
    [{ battery_w: null }, "No data from the SigenStor"],
  ])("is said as it is measured: %o is “%s”", (powers, text) => expect(headline(powers)).toBe(text));

  it("is a hold only when that was ordered", () =>
    expect(headline({ battery_w: 0 }, "hold")).toBe("Holding its charge"));

  it.each([
    ["stopped", "Stopped: the battery holds"],
    ["stopping", "Stopping: the battery has not confirmed it yet"],
    ["released", "Stopped, but supplying the house while off the grid"],
  ] as const)("is a stop once the emergency stop is on, whatever is measured: %s is “%s”", (state, text) =>
    expect(headlineOf(live.telemetry, { ...control(), emergency_stop: true, state }, app.format).text).toBe(text),
  );

  it("is not known from a reading that is old", () =>
    expect(headline({ source: "stale" })).toBe("No data from the SigenStor"));

  it("names the schedule that decided", () => {
    expect(deciderOf({ ...control(), actor: "schedule", owner: "Night tariff" })).toBe(
      "Decided by the schedule Night tariff",
    );
  });

  it("comes with the reason, who decided, what each engine would do, and what makes it less certain", async () => {
    Object.assign(live.prices ?? {}, { stale: true, problem: "Amber does not answer." });
    const text = plain(textOf(await draw("sigenstor-now", {})));
    expect(text).toContain("Charging at 5.0 kW: 6 c now, 58 c at 18:30");
    expect(text).toContain("Decided by the optimiser · 86 % sure");
    expect(text).toMatch(/Usage ?: Charge 2\.0 kW/);
    expect(text).toContain("Amber does not answer.");
  });

  it("says what is wanted, and then what it waits for or what refused it", async () => {
    Object.assign(live.control ?? {}, {
      wish: "Force charge at 4.0 kW",
      reason: "Waiting 41 s: at most one change every 60 s",
      state: "waiting",
    });
    expect(textOf(await draw("sigenstor-now", {}))).toMatch(/Force charge at 4\.0 kW.*Waiting 41 s/);
    Object.assign(live.control ?? {}, { reason: "The battery is at 51 °C", state: "refused" });
    const refused = await draw("sigenstor-now", {});
    expect(refused.shadowRoot?.querySelector(".warning")?.textContent).toContain("The battery is at 51 °C");
  });

  it.each([
    ["waiting", {}, "Next: “Charging at 4.0 kW: it is cheap”"],
    ["refused", {}, "Refused: “Charging at 4.0 kW: it is cheap”"],
    ["writing", {}, "Being sent to the SigenStor: “Charging at 4.0 kW: it is cheap”"],
    ["ramping", {}, "On the way: “Charging at 4.0 kW: it is cheap”"],
    ["holding", { applied: "hold" }, "Not in force yet: “Charging at 4.0 kW: it is cheap”"],
    ["charging", {}, "Charging at 4.0 kW: it is cheap"],
    ["holding", { applied: "hold", reason: "The battery is full" }, "The battery is full"],
  ] as const)("is told of a request as done only when it is: %s %o is “%s”", async (state, change, text) => {
    const wish = "Charging at 4.0 kW: it is cheap";
    Object.assign(control(), { state, wanted: "charge", applied: "charge", reason: wish, wish, ...change });
    const shown = await draw("sigenstor-now", {});
    const told = [...(shown.shadowRoot?.querySelectorAll(".why") ?? [])].map((part) => plain(part.textContent ?? ""));
    expect(told).toEqual([text]);
  });

  it("is another system's where that controls the plant", async () => {
    Object.assign(control(), { state: "external", actor: "system", applied: "release", reason: "Nothing is wanted" });
    const text = textOf(await draw("sigenstor-now", {}));
    expect(text).toContain("Another system controls the battery.");
    expect(text).not.toContain("Nothing is wanted");
  });

  it("is a virtual power plant's where that runs it, as far as is known now", async () => {
    Object.assign(live.telemetry ?? {}, { ems_mode: "vpp" });
    expect(textOf(await draw("sigenstor-now", {}))).toContain("A virtual power plant (VPP) runs the battery.");
    Object.assign(live.telemetry ?? {}, { source: "stale" });
    expect(textOf(await draw("sigenstor-now", {}))).not.toContain("virtual power plant");
  });

  it("says what the optimiser would do while it only learns", async () => {
    (live.control as ControlStatus).settings.mode = "learning";
    expect(textOf(await draw("sigenstor-now", {}))).toContain("The optimiser would choose “Charging at 5.0 kW");
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
    expect(plain(textOf(dialog))).toContain("Charges at 5.0 kW until the battery is at 100 %, at most until");
    button(dialog, "Force charge").click();
    await settle();
    const data = { config_entry_id: "sample", power_w: 5000, target_soc: 100, duration: { minutes: 60 } };
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
    [{ emergency_stop: true, state: "stopping" }, "Neither the optimiser nor a schedule acts"],
    [{ override: { kind: "force_hold" } }, "The override goes before the optimiser and the schedules."],
    [{ state: "external" }, "Another system controls the battery now."],
    [{}, "The optimiser and your schedules run the battery."],
  ])("say who runs the battery: %o is “%s”", async (change, text) => {
    Object.assign(live.control ?? {}, change);
    expect(textOf(await draw("sigenstor-actions", {}))).toContain(text);
  });

  it("choose the mode through its select entity", async () => {
    const actions = await draw("sigenstor-actions", {});
    find(actions.shadowRoot as ShadowRoot, "sigenstor-segments")?.dispatchEvent(
      new CustomEvent("chosen", { detail: "manual" }),
    );
    await settle();
    expect(hass.called).toEqual([
      { action: "select.select_option", data: { option: "manual" }, entity_id: "select.sigenstor_mode" },
    ]);
  });
});

describe("the outlook", () => {
  it("joins slots that do the same", () => {
    const runs = runsOf(samplePlan(NOW).slots);
    expect(runs.length).toBeLessThan(samplePlan(NOW).slots.length / 3);
    expect(runs.every((run, index) => index === 0 || run.start === runs[index - 1]?.end)).toBe(true);
    expect(runs.every((run, index) => index === 0 || run.action !== runs[index - 1]?.action)).toBe(true);
  });

  it("says that there is no plan or no price rather than to draw nothing", async () => {
    live.prices = null;
    const text = textOf(await draw("sigenstor-outlook", { plan: null }));
    expect(text).toContain("No prices");
    expect(text).toContain("There is no plan yet.");
  });
});

describe("today", () => {
  it("leads with what was saved", async () => {
    expect(textOf(await draw("sigenstor-today", { today: live.today }))).toMatch(/^\s*\$3\.18 saved today/);
  });

  it("shows a dash, not a nought, for what is not known", async () => {
    const today = Object.fromEntries(Object.keys(live.today).map((key) => [key, null]));
    const some = await draw("sigenstor-today", { priced: true, today: { ...live.today, import_kwh: null } });
    expect(textOf(some)).toMatch(/Where it came from\s*–/);
    expect(textOf(some)).toMatch(/Where it went\s*\d/);
    expect(textOf(await draw("sigenstor-today", { today }))).not.toMatch(/\d/);
  });
});
