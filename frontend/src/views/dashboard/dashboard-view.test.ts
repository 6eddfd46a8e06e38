import { expect, it, vi } from "vitest";
import { Service } from "../../api/service";
import type { Live, Plan } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { NOW, settle } from "../../testing/browser";
import { FakeConnection, fakeHass } from "../../testing/fake-hass";
import { plant, sampleLive, samplePlan } from "../../testing/sample";
import { DashboardView } from "./dashboard-view";

const HOUR_MS = 3_600_000;

/** What stands below the power flow, with a battery that would be empty in 17 hours at its present power. */
async function facts(change: (live: Live, plan: Plan) => void = () => undefined) {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
  const [live, plan] = [sampleLive(NOW), samplePlan(NOW)];
  Object.assign(live.telemetry ?? {}, { hours_to_full: null, hours_to_empty: 17, battery_w: -500 });
  Object.assign(live.control ?? {}, { state: "self_consuming", applied: "self_consume", wanted: "self_consume" });
  change(live, plan);
  const hass = fakeHass({
    connection: new FakeConnection(({ message, send }) =>
      send(message.type === "sigenstor_panel/live/subscribe" ? { live } : { plan }),
    ),
  });
  await loadTexts(hass);
  const view = new DashboardView();
  const service = new Service(() => hass, plant);
  view.app = { hass: () => hass, plant, service, format: Format.of(hass), isAdmin: true };
  document.body.append(view);
  await settle();
  return view.renderRoot.querySelector(".facts")?.textContent?.replace(/\s/g, " ");
}

/** Let the plan take the battery to its reserve three hours from now, and then hold. */
function emptyInThree({ slots, soc_min }: Plan) {
  for (const slot of slots) {
    const over = Date.parse(slot.end) > NOW + 3 * HOUR_MS - 1;
    Object.assign(slot, { soc_before: over ? soc_min : 50, soc_after: over ? soc_min : 50 });
    if (over && Date.parse(slot.start) < NOW + 3 * HOUR_MS) slot.soc_before = 50;
  }
}

it("says from the plan when the battery will be at its reserve, where that is followed", async () => {
  const shown = await facts((_, plan) => emptyInThree(plan));
  expect(shown).toMatch(/Planned down to 10 % at 16:00/);
  expect(shown).not.toContain("Empty in");
});

it.each([
  ["the plan is only advice", (live: Live) => Object.assign(live.control?.settings ?? {}, { mode: "manual" })],
  ["an override runs", (live: Live) => Object.assign(live.control ?? {}, { actor: "manual" })],
])("says from the present power when the battery will be empty, as long as %s", async (_, change) => {
  const shown = await facts((live, plan) => {
    emptyInThree(plan);
    change(live);
  });
  expect(shown).toContain("Empty in 17 hours at this rate");
  expect(shown).not.toContain("Planned");
});
