import { beforeEach, describe, expect, it } from "vitest";
import { serviceOf } from "../api/service";
import type { Live } from "../api/types";
import { Format } from "../format";
import { loadTexts } from "../i18n";
import { NOW, settle, textOf } from "../testing/browser";
import { answers, fakeHass } from "../testing/fake-hass";
import { plant, sampleLive } from "../testing/sample";
import { confirmStep } from "./guide";

let live: Live;
let stored: unknown;

beforeEach(() => {
  live = sampleLive(NOW);
  stored = null;
});

async function guide({ isAdmin = true } = {}) {
  const hass = fakeHass({
    answers: {
      ...answers(() => NOW),
      "frontend/get_user_data": () => ({ value: stored }),
      "frontend/set_user_data": ({ value }) => {
        stored = value;
      },
    },
  });
  await loadTexts(hass);
  const app = { hass: () => hass, plant, service: serviceOf(hass, plant), format: Format.of(hass), isAdmin };
  const drawn = Object.assign(document.createElement("sigenstor-guide"), { app, live });
  document.body.append(drawn);
  await settle();
  return drawn;
}

describe("the guide for the first days", () => {
  it("says what is missing and what that costs, and what works already", async () => {
    live.prices = null;
    const text = textOf(await guide());
    expect(text).toContain("2 of 5 steps done");
    expect(text).toContain("Without prices the battery stays in self-consumption");
    expect(text).toContain("Mode Automatic");
  });

  it("stays until the last step is done or confirmed, also after a reload", async () => {
    const first = await guide();
    expect(textOf(first)).toContain("3 of 5 steps done");
    for (const confirmed of [["reserve"], ["reserve", "check"]]) {
      first.shadowRoot?.querySelector<HTMLButtonElement>(".button.plain")?.click();
      await settle();
      expect(stored).toEqual({ sample: confirmed });
    }
    expect(textOf(first).trim()).toBe("");
    expect(textOf(await guide()).trim()).toBe("");
  });

  it("loses none of two steps that are confirmed at once", async () => {
    const { app } = await guide();
    await Promise.all([confirmStep(app, "reserve"), confirmStep(app, "check")]);
    expect(stored).toEqual({ sample: ["reserve", "check"] });
  });

  it("has a solar step that a forecast proves, not the sun of this moment", async () => {
    expect(textOf(await guide())).toContain("There is a solar forecast");
    Object.assign(live.telemetry ?? {}, { pv_w: 5000 });
    live.optimiser?.decision?.degradations.push("no_pv_forecast");
    expect(textOf(await guide())).not.toContain("There is a solar forecast");
  });

  it("counts the reserve as seen to once it was looked at", async () => {
    const first = await guide();
    first.shadowRoot?.querySelector<HTMLButtonElement>(".button")?.click();
    await settle();
    expect(location.pathname).toBe("/sigenstor/settings");
    expect(stored).toEqual({ sample: ["reserve"] });
  });

  it("leads to the control check, which is done once there are findings", async () => {
    stored = { sample: ["reserve"] };
    const first = await guide();
    expect(textOf(first)).toContain("A few minutes with you nearby");
    first.shadowRoot?.querySelector<HTMLButtonElement>(".button")?.click();
    expect(location.search).toContain("show=check");
    Object.assign(live.control ?? {}, { check: { at: new Date(NOW).toISOString(), firmware: "", findings: [] } });
    expect(textOf(await guide()).trim()).toBe("");
  });

  it("is for administrators only", async () => expect(textOf(await guide({ isAdmin: false })).trim()).toBe(""));
});
