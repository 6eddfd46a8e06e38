import { beforeEach, describe, expect, it } from "vitest";
import { loadTexts } from "../i18n";
import { find, settle, textOf } from "../testing/browser";
import { type FakeHass, fakeHass } from "../testing/fake-hass";
import type { Stop } from "./stop";
import "./stop";

let hass: FakeHass;
let stop: Stop;

beforeEach(async () => {
  hass = fakeHass();
  await loadTexts(hass);
  stop = Object.assign(document.createElement("sigenstor-stop") as Stop, { hass, entryId: "sample", loaded: true });
  document.body.append(stop);
  await settle();
});

const opener = () => find<HTMLButtonElement>(stop.shadowRoot as ShadowRoot, ".opener") as HTMLButtonElement;
const confirm = () => find<HTMLButtonElement>(stop.shadowRoot as ShadowRoot, "sigenstor-dialog .danger");
const press = async (button: HTMLButtonElement | null) => {
  button?.click();
  await settle();
};

describe("the emergency stop", () => {
  it("is carried out only after a second question", async () => {
    await press(opener());
    expect(hass.called).toEqual([]);
    await press(confirm());
    expect(hass.called).toEqual([
      { action: "sigenstor_panel.emergency_stop", data: { config_entry_id: "sample" }, entity_id: undefined },
    ]);
    expect(confirm()).toBeNull();
  });

  it("can be pressed again while it is being sent", async () => {
    let calls = 0;
    hass.callService = () => {
      calls++;
      return new Promise(() => undefined);
    };
    await press(opener());
    await press(confirm());
    expect(textOf(stop)).toContain("Sending the stop…");
    expect([opener().disabled, confirm()?.disabled]).toEqual([false, false]);
    await press(confirm());
    expect(calls).toBe(2);
  });

  it("says that it waits where the plant is not loaded, before and after", async () => {
    stop.loaded = false;
    await press(opener());
    expect(textOf(stop)).toContain("SigenStor is not loaded. The stop is stored");
    await press(confirm());
    expect(hass.called.length).toBe(1);
    expect(textOf(stop)).toContain("The stop is stored and carried out as soon as the system answers. Until then");
  });

  it("means the only plant where none is known yet", async () => {
    stop.entryId = undefined;
    await press(opener());
    await press(confirm());
    expect(hass.called.map(({ data }) => data)).toEqual([{}]);
  });

  it.each([
    [{ code: "home_assistant_error", message: "It could not be saved." }, "It could not be saved."],
    [3, "it is unknown whether the stop was received. Press again."],
  ])("stays open with what went wrong: %o is “%s”", async (reason, text) => {
    hass.callService = async () => {
      throw reason;
    };
    await press(opener());
    await press(confirm());
    expect(textOf(stop)).toContain(text);
    expect(confirm()?.disabled).toBe(false);
  });
});
