import { describe, expect, it } from "vitest";
import { Service } from "../../api/service";
import type { Live, PlanSlot } from "../../api/types";
import { Format } from "../../format";
import type { EntityState } from "../../ha/types";
import { loadTexts } from "../../i18n";
import { eventually } from "../../testing/browser";
import { answers, FakeConnection, type FakeOptions, fakeHass } from "../../testing/fake-hass";
import { plant, sampleLive, samplePlan, sampleStates } from "../../testing/sample";
import { sampleApi } from "../../testing/sample-flows";
import type { FlowForm } from "./flow-form";
import type { PlainForm } from "./plain-form";
import { SettingsView } from "./settings-view";

type Call = [method: string, path: string, data: Record<string, unknown>];

/** The view with this address, and what it asked of REST. */
async function open(address: string, options: FakeOptions = {}, of = plant, change = (_: Live) => {}) {
  const calls: Call[] = [];
  const api = (...call: Call) => {
    calls.push(call);
    return (options.api ?? sampleApi)(...call);
  };
  const live = sampleLive(Date.now());
  change(live);
  const connection = new FakeConnection((subscription) => subscription.send({ live }));
  const hass = fakeHass({ connection, ...options, api });
  await loadTexts(hass);
  const view = new SettingsView();
  view.app = {
    hass: () => hass,
    plant: of,
    service: new Service(() => hass, of),
    format: Format.of(hass),
    isAdmin: options.isAdmin ?? true,
  };
  view.query = new URLSearchParams(address);
  view.addEventListener("sigenstor-query", (event) => {
    const { open = null } = (event as CustomEvent<{ changes: { open?: string | null } }>).detail.changes;
    view.query = new URLSearchParams(open ? { open } : {});
  });
  document.body.append(view);
  await settle(view);
  return { view, calls, hass, connection };
}

async function settle(view: SettingsView) {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve().then(() => view.updateComplete);
  for (const part of view.renderRoot.querySelectorAll(
    "sigenstor-flow-form, sigenstor-quick-controls, sigenstor-arrays",
  )) {
    await eventually(() => expect(part.shadowRoot?.querySelector("sigenstor-spinner")).toBeNull());
    await (part as FlowForm).updateComplete;
  }
}

const textOf = (root: Element | null) => root?.shadowRoot?.textContent?.replace(/\s+/g, " ") ?? "";
const formOf = (view: SettingsView) => view.renderRoot.querySelector("sigenstor-flow-form") as FlowForm;
const fieldsOf = (form: FlowForm) => form.renderRoot.querySelector("sigenstor-plain-form") as PlainForm;

async function type(form: FlowForm, id: string, value: string) {
  const fields = fieldsOf(form);
  await fields.updateComplete;
  const input = fields.renderRoot.querySelector(`#${id}`) as HTMLInputElement;
  input.value = value;
  input.dispatchEvent(new Event("change"));
  await form.updateComplete;
}

async function choose(view: SettingsView, option: string) {
  const buttons = [...formOf(view).renderRoot.querySelectorAll<HTMLButtonElement>(".menu button")];
  buttons.find((each) => each.textContent?.trim() === option)?.click();
  await settle(view);
}

async function save(view: SettingsView) {
  const form = formOf(view);
  form.renderRoot.querySelector("form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await settle(view);
}

describe("the settings", () => {
  it("offer the forms of the integration's own menu, and leave nothing open for that", async () => {
    const { view, calls } = await open("");
    await eventually(() => expect(textOf(view)).toContain("Polling, control and safety limits"));
    expect(textOf(view)).toContain("Connection");
    expect(calls).toEqual([
      ["POST", "config/config_entries/options/flow", { handler: "sample" }],
      ["DELETE", "config/config_entries/options/flow/flow", {}],
    ]);
  });

  it("show which limits of the owner lie below the battery's rating", async () => {
    const { view } = await open("", {}, plant, ({ control }) =>
      Object.assign(control ?? {}, { limits_below_rating: { discharge_limit_w: 3000 } }),
    );
    expect(textOf(view).replace(/\s/g, " ")).toContain("below the battery’s rating: 3.0 kW (discharge limit).");
  });

  describe("of the reserve", () => {
    const reserve = "number.sigenstor_reserve";
    const of = { ...plant, entities: { ...plant.entities, reserve_soc: reserve } };
    const states = {
      ...sampleStates,
      [reserve]: { entity_id: reserve, state: "20", attributes: { min: 0, max: 100, step: 1 } },
    };
    const shown = async (objective: number, plan = samplePlan(Date.now())) => {
      const asked: object[] = [];
      const whatIf = (message: object) => {
        asked.push(message);
        return { current: { ...plan, objective }, changed: { ...plan, objective: -2 } };
      };
      const table = { ...answers(Date.now), "sigenstor_panel/plan/what_if": whatIf };
      const { view, hass } = await open("", { states, answers: table }, of);
      const controls = view.renderRoot.querySelector("sigenstor-quick-controls");
      await eventually(() => expect(asked).toHaveLength(1));
      return { asked, hass, controls, told: () => textOf(controls) };
    };

    it("say what it costs a year: what the plan would cost less without one, day for day", async () => {
      const { asked, told } = await shown(-1.7);
      expect(asked).toEqual([{ type: "sigenstor_panel/plan/what_if", entry_id: "sample", reserve_soc: 0 }]);
      // 30 c in the 48 hours of the plan.
      await eventually(() => expect(told()).toContain("this costs about $55 a year"));
    });

    it("say what it costs in the hours of the plan where a price spikes, as no usual day has it", async () => {
      const plan = samplePlan(Date.now());
      const [first, ...rest] = plan.slots;
      const { told } = await shown(-1.7, { ...plan, slots: [{ ...first, buy: 9 } as PlanSlot, ...rest] });
      await eventually(() => expect(told()).toContain("In the next 48 hours this costs about $0.30"));
      expect(told()).not.toContain("a year");
    });

    it("say that it costs nothing rather than that it earns", async () => {
      const { told } = await shown(-2.1);
      await eventually(() => expect(told()).toContain("this costs about $0 a year"));
    });
  });

  it("send what was changed in a section, and the rest as it was", async () => {
    const { view, calls } = await open("open=settings");
    const form = formOf(view);
    expect(textOf(form)).toContain("SigenStor options");
    await type(form, "polling-poll_interval_s", "12");
    await save(view);
    expect(calls.at(1)).toEqual(["POST", "config/config_entries/options/flow/flow", { next_step_id: "settings" }]);
    expect(calls.at(2)?.[2]).toEqual({
      polling: { poll_interval_s: 12, stale_after_s: 60 },
      control: { hand_back_on_stop: true, optimiser_above_schedules: false },
      safety: { min_soc: 5, max_soc: 98 },
    });
    expect(formOf(view)).toBeNull();
  });

  it("leave a secret out that was not entered anew, and say what is wrong with one that was", async () => {
    const { view, calls } = await open("open=prices");
    await choose(view, "Amber Electric");
    await save(view);
    expect(calls.at(-1)?.[2]).not.toHaveProperty("token");
    const again = await open("open=prices");
    await choose(again.view, "Amber Electric");
    await type(formOf(again.view), "token", "wrong");
    await save(again.view);
    await fieldsOf(formOf(again.view)).updateComplete;
    expect(textOf(fieldsOf(formOf(again.view)))).toContain("Amber does not accept this token.");
  });

  it("say what is missing before anything is sent", async () => {
    const { view, calls } = await open("open=connection");
    await type(formOf(view), "host", "");
    const sent = calls.length;
    await save(view);
    await fieldsOf(formOf(view)).updateComplete;
    expect(calls).toHaveLength(sent);
    expect(textOf(fieldsOf(formOf(view)))).toContain("Required.");
  });

  it("move the plant by the reconfigure form, and keep what was typed when nothing answers there", async () => {
    const { view, calls } = await open("open=connection");
    expect(calls[0]).toEqual([
      "POST",
      "config/config_entries/flow",
      { handler: "sigenstor_panel", entry_id: "sample" },
    ]);
    await type(formOf(view), "host", "nowhere");
    await save(view);
    expect(textOf(formOf(view))).toContain("Failed to connect to this host and port.");
    expect((fieldsOf(formOf(view)).values as { host: string }).host).toBe("nowhere");
    await type(formOf(view), "host", "192.168.1.21");
    await save(view);
    expect(formOf(view)).toBeNull();
  });

  it("show the menu where the address names a form there is not", async () => {
    const { view } = await open("open=magic");
    expect(textOf(formOf(view))).toContain("Polling, control and safety limits");
  });

  it("forget a form that was left", async () => {
    const { view, calls } = await open("open=prices");
    expect(textOf(formOf(view))).toContain("Amber Electric");
    (formOf(view).renderRoot.querySelector(".buttons button") as HTMLButtonElement).click();
    await settle(view);
    expect(calls).toContainEqual(["DELETE", "config/config_entries/options/flow/flow", {}]);
  });

  it("show at its field what Home Assistant refuses", async () => {
    const refuse = { status_code: 400, body: { errors: { port: "value must be at most 65535" } } };
    const api = (...[method, path, data]: Call) => {
      if ("host" in data) throw refuse;
      return sampleApi(method, path, data);
    };
    const { view } = await open("open=connection", { api });
    await save(view);
    await fieldsOf(formOf(view)).updateComplete;
    expect(textOf(fieldsOf(formOf(view)))).toContain("Must be from 1 to 65535.");
  });

  it("say that the plant is loaded again after saving, and go on when it is", async () => {
    const { view, connection } = await open("open=settings");
    await save(view);
    const [subscription] = connection.subscriptions;
    subscription?.send({ live: null });
    await settle(view);
    expect(textOf(view)).toContain("is reloading");
    subscription?.send({ live: sampleLive(Date.now()) });
    await settle(view);
    expect(textOf(view)).not.toContain("is reloading");
  });

  it("change entities as Home Assistant allows it", async () => {
    const { view, hass } = await open("");
    const quick = view.renderRoot.querySelector("sigenstor-quick-controls") as Element;
    const slider = quick.shadowRoot?.querySelector('[aria-labelledby="export_floor_soc"]') as HTMLInputElement;
    slider.value = "35";
    slider.dispatchEvent(new Event("change"));
    quick.shadowRoot
      ?.querySelector("sigenstor-segments")
      ?.dispatchEvent(new CustomEvent("chosen", { detail: "rules" }));
    await settle(view);
    expect(hass.called).toEqual([
      { action: "number.set_value", data: { value: 35 }, entity_id: "number.sigenstor_export_floor_soc" },
      { action: "select.select_option", data: { option: "rules" }, entity_id: "select.sigenstor_strategy" },
    ]);
  });

  it("speak of powers in kW, and set them in the entity's own unit", async () => {
    const { view, hass } = await open("");
    const quick = view.renderRoot.querySelector("sigenstor-quick-controls") as Element;
    const power = quick.shadowRoot?.querySelector('[aria-labelledby="override_power"]') as HTMLInputElement;
    expect(power.value).toBe("5");
    power.value = "7.5";
    power.dispatchEvent(new Event("change"));
    await settle(view);
    expect(hass.called).toEqual([
      { action: "number.set_value", data: { value: 7500 }, entity_id: "number.sigenstor_override_power" },
    ]);
  });

  it.each([
    ["plan", 0],
    ["rules", 1],
  ])("show the weights of the engines only where they count: %s", async (strategy, shown) => {
    const states = { ...sampleStates };
    states["select.sigenstor_strategy"] = { ...states["select.sigenstor_strategy"], state: strategy } as EntityState;
    const { view } = await open("", { states });
    const quick = view.renderRoot.querySelector("sigenstor-quick-controls") as Element;
    expect(quick.shadowRoot?.querySelectorAll('[aria-labelledby="price_weight"]')).toHaveLength(shown);
  });

  it("offer the control check to administrators", async () => {
    const { view } = await open("");
    expect(textOf(view.renderRoot.querySelector("sigenstor-control-check"))).toContain("Start the check");
  });

  it("ask nothing of Home Assistant that only administrators may, and say who may", async () => {
    const { view, calls } = await open("open=settings", { isAdmin: false });
    expect(textOf(view)).toContain("by an administrator");
    expect(calls).toEqual([]);
    expect(formOf(view)).toBeNull();
    expect(view.renderRoot.querySelector("sigenstor-arrays, sigenstor-control-check")).toBeNull();
  });
});
