import { beforeEach, describe, expect, it } from "vitest";
import { serviceOf } from "../../api/service";
import type { Check, ControlStatus, Live } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { NOW, settle, textOf } from "../../testing/browser";
import { type FakeHass, fakeHass } from "../../testing/fake-hass";
import { plant, sampleLive } from "../../testing/sample";
import "./control-check";

const CHECK: Check = {
  at: new Date(NOW).toISOString(),
  firmware: "SPC115",
  findings: [
    { step: "hold", obeyed: true, said: { key: "control.check_hold_obeyed" } },
    {
      step: "charge",
      obeyed: false,
      said: {
        key: "control.check_charge_not_obeyed",
        details: [{ key: "control.check_seen", values: { asked_w: 1000, seen_w: 0 } }],
      },
    },
    { step: "pv_limit", obeyed: null, said: { key: "control.check_pv_limit_not_tried" } },
  ],
};

let hass: FakeHass;

beforeEach(() => {
  hass = fakeHass();
});

async function shown(control: Partial<ControlStatus> | null) {
  await loadTexts(hass);
  const app = { hass: () => hass, plant, service: serviceOf(hass, plant), format: Format.of(hass), isAdmin: true };
  const live = sampleLive(NOW);
  const told: Live = { ...live, control: control && live.control && { ...live.control, ...control } };
  const drawn = Object.assign(document.createElement("sigenstor-control-check"), { app, live: told });
  document.body.append(drawn);
  await settle();
  return { drawn, button: drawn.shadowRoot?.querySelector("button") };
}

describe("the control check", () => {
  it("says what it does before it is started, and starts it", async () => {
    const { drawn, button } = await shown({});
    expect(textOf(drawn)).toContain("Stay nearby");
    expect(textOf(drawn)).not.toContain("Checked");
    button?.click();
    await settle();
    expect(hass.called.map(({ action }) => action)).toEqual(["sigenstor_panel.check_control"]);
  });

  it("says where it is, and ends it", async () => {
    const check = { ...CHECK, findings: CHECK.findings.slice(0, 1) };
    const { drawn, button } = await shown({ checking: "charge", check });
    expect(textOf(drawn)).toContain("Checking: charging at 1 kW");
    expect(textOf(drawn)).toContain("holds");
    expect(button?.textContent).toContain("Stop the check");
    button?.click();
    await settle();
    expect(hass.called.map(({ action }) => action)).toEqual(["sigenstor_panel.clear_override"]);
  });

  it("shows what the last one found, with the numbers and the firmware behind it", async () => {
    const { drawn } = await shown({ check: CHECK });
    expect(textOf(drawn)).toMatch(/Checked on .+: holds, does not charge, solar limit not tried/);
    const why = drawn.shadowRoot?.querySelector("details")?.textContent;
    expect(why).toMatch(/does not charge\. Asked for 1.0.kW, the battery was at 0.W\./);
    expect(why).toContain("Firmware SPC115");
  });

  it.each([
    { emergency_stop: true },
    { override: { kind: "force_hold", power_w: 0, target_soc: null, started_at: CHECK.at, expires_at: null } },
  ] satisfies Partial<ControlStatus>[])("cannot be started where it would be refused", async (control) => {
    expect((await shown(control)).button?.disabled).toBe(true);
  });

  it("can be ended while its own override runs", async () => {
    const override = {
      kind: "force_hold",
      power_w: 0,
      target_soc: null,
      started_at: CHECK.at,
      expires_at: null,
    } as const;
    expect((await shown({ checking: "hold", override })).button?.disabled).toBe(false);
  });

  it("is not there without control", async () => expect(textOf((await shown(null)).drawn).trim()).toBe(""));
});
