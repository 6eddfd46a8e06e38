import { beforeEach, describe, expect, it, vi } from "vitest";
import { serviceOf } from "../api/service";
import type { ControlStatus, Live, Telemetry } from "../api/types";
import { Format } from "../format";
import { loadTexts } from "../i18n";
import { NOW, settle, textOf } from "../testing/browser";
import { type FakeHass, fakeHass } from "../testing/fake-hass";
import { plant, sampleLive, told } from "../testing/sample";
import "./alarm";

let hass: FakeHass;
let live: Live;

beforeEach(async () => {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  hass = fakeHass();
  await loadTexts(hass);
  live = sampleLive(NOW);
});

const show = async () => {
  const app = { hass: () => hass, plant, service: serviceOf(hass, plant), format: Format.of(hass), isAdmin: true };
  const alarm = Object.assign(document.createElement("sigenstor-alarm"), { app, live });
  document.body.append(alarm);
  await settle();
  return alarm;
};
const banners = async () =>
  [...((await show()).shadowRoot?.querySelectorAll(".banner") ?? [])].map((banner) =>
    textOf(banner).replace(/\s+/g, " ").trim(),
  );
const plantSays = (change: Partial<Telemetry>) => Object.assign(live.telemetry ?? {}, change);
const controlSays = (change: Partial<ControlStatus>) => Object.assign(live.control ?? {}, change);
const since = new Date(NOW - 3_600_000).toISOString();
const override = { kind: "force_charge" as const, power_w: 5000, target_soc: 90, started_at: "", expires_at: null };

describe("what nobody may overlook", () => {
  it("is nothing while all is well, or while nothing is known", async () => {
    expect(await banners()).toEqual([]);
    plantSays({ grid_status: null, alarms: null });
    expect(await banners()).toEqual([]);
  });

  it.each([
    [
      { grid_status: "off_grid_auto", off_grid_since: since, hours_at_load: 6 },
      "GRID OUTAGE Grid is down since 11:40. At this usage the battery lasts 6 hours. Switch off large loads so that the battery lasts longer. If your neighbours have power, check your main switch.",
    ],
    [
      { grid_status: "off_grid_auto", off_grid_since: null, hours_at_load: null },
      "GRID OUTAGE Grid is down. Switch off large loads so that the battery lasts longer. If your neighbours have power, check your main switch.",
    ],
    [
      { grid_status: "off_grid_manual", off_grid_since: since, hours_at_load: null },
      "OFF GRID Disconnected from the grid manually since 11:40. Switch off large loads so that the battery lasts longer. To reconnect, see the mySigen app or ask your installer.",
    ],
    [
      { grid_status: "off_grid_auto", off_grid_since: since, source: "stale" },
      "GRID OUTAGE Last reading at 12:39. The grid was down at that time.",
    ],
    [
      {
        alarms: [
          { group: "ess", name: told("temperature too high") },
          { group: "pcs", name: told("grid outage") },
        ],
      },
      "ALARM Battery: temperature too high · Inverter: grid outage. See the mySigen app for details. Contact your installer if the alarm stays.",
    ],
  ] as [Partial<Telemetry>, string][])("is what the plant reports: %o is “%s”", async (change, text) => {
    plantSays(change);
    expect(await banners()).toEqual([text]);
  });

  it("begins with the outage, then the alarms, then what control does", async () => {
    plantSays({ grid_status: "off_grid_auto", alarms: [{ group: "gateway", name: told("equipment fault") }] });
    controlSays({ override });
    expect((await banners()).map((text) => text.slice(0, 8))).toEqual(["GRID OUT", "ALARM Ga", "OVERRIDE"]);
  });

  it.each([
    [{ by: "Alice", at: since }, "Stopped by Alice at 11:40. The battery is on hold."],
    [{ by: null, at: since }, "Stopped at 11:40. The battery is on hold."],
  ] as [ControlStatus["stopped"], string][])("is who stopped the battery, and when: %o", async (stopped, text) => {
    controlSays({ emergency_stop: true, state: "stopped", stopped });
    expect((await banners())[0]).toContain(`EMERGENCY STOP ${text}`);
  });

  it.each([
    [{ state: "stopped" }, "The battery is on hold."],
    [
      { state: "stopping", alert: told("The SigenStor was not reached") },
      "The battery has not confirmed the stop yet. The SigenStor was not reached.",
    ],
    [{ state: "released" }, "While off the grid, the battery powers the house."],
  ] as [Partial<ControlStatus>, string][])("is how far an emergency stop is: %o is “%s”", async (change, text) => {
    controlSays({ emergency_stop: true, ...change });
    expect((await banners())[0]).toContain(`EMERGENCY STOP ${text}`);
  });

  it.each([
    ["charging", "OVERRIDE ACTIVE Force charge · 5.0 kW · to 90 % · until you stop it"],
    ["ramping", "OVERRIDE ACTIVE Force charge · 5.0 kW · to 90 % · until you stop it · Ramping"],
    ["waiting", "OVERRIDE REQUESTED, NOT ACTIVE YET Force charge · 5.0 kW · to 90 % · until you stop it · Waiting"],
    ["refused", "OVERRIDE REQUESTED, NOT ACTIVE YET Force charge · 5.0 kW · to 90 % · until you stop it · Refused"],
    [
      "writing",
      "OVERRIDE REQUESTED, NOT ACTIVE YET Force charge · 5.0 kW · to 90 % · until you stop it · Sending command",
    ],
  ] as const)("is an override, active only when it is: %s is “%s”", async (state, text) => {
    controlSays({ override, state });
    expect((await banners())[0]).toContain(text);
  });

  it("is an emergency stop that is cleared only after a question that says what follows", async () => {
    controlSays({ emergency_stop: true, state: "stopped" });
    const alarm = await show();
    alarm.shadowRoot?.querySelector("button")?.click();
    await settle();
    expect(hass.called).toEqual([]);
    expect(textOf(alarm)).toContain("The optimiser and your schedules control the battery.");
    alarm.shadowRoot?.querySelector<HTMLButtonElement>("sigenstor-dialog .primary")?.click();
    await settle();
    expect(hass.called.map(({ action }) => action)).toEqual(["sigenstor_panel.clear_emergency_stop"]);
  });
});
