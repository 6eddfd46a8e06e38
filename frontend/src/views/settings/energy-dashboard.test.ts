import { expect, it } from "vitest";
import { serviceOf } from "../../api/service";
import type { EnergySetUp } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { settle, textOf } from "../../testing/browser";
import { fakeHass } from "../../testing/fake-hass";
import { plant } from "../../testing/sample";
import "./energy-dashboard";

async function after(done: EnergySetUp) {
  const hass = fakeHass();
  const entity_id = "sensor.pv";
  hass.states[entity_id] = { entity_id, state: "1", attributes: { friendly_name: "PV energy" } };
  hass.callService = async (...call) => {
    expect(call).toEqual([
      "sigenstor_panel",
      "set_up_energy_dashboard",
      { config_entry_id: plant.entry_id },
      undefined,
      false,
      true,
    ]);
    return { response: done };
  };
  await loadTexts(hass);
  const app = { hass: () => hass, plant, service: serviceOf(hass, plant), format: Format.of(hass), isAdmin: true };
  const drawn = Object.assign(document.createElement("sigenstor-energy-dashboard"), { app });
  document.body.append(drawn);
  await settle();
  drawn.shadowRoot?.querySelector("button")?.click();
  await settle();
  return textOf(drawn);
}

it("names the sensors that it added to the Energy dashboard", async () => {
  const text = await after({ added: ["sensor.pv", "sensor.gone"], kept: [] });
  expect(text).toContain("Added: PV energy, sensor.gone");
  expect(text).not.toContain("already");
});

it("says that everything was there", async () => {
  expect(await after({ added: [], kept: [] })).toContain("Everything is there already");
});

it("says what it left to the owner, and not that everything is there", async () => {
  const text = await after({ added: [], kept: ["grid", "solar"] });
  expect(text).toContain("Not added, as you have it from elsewhere: Grid, Solar");
  expect(text).not.toContain("Everything");
});
