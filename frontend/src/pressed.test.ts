import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Live } from "./api/types";
import type { Dialog } from "./components/dialog";
import type { SigenstorPanel } from "./panel";
import { connect, eventually, NOW, settle } from "./testing/browser";
import { answers, type FakeConnection, fakeHass } from "./testing/fake-hass";
import { plant, sampleSchedules, sampleStates } from "./testing/sample";
import { sampleApi } from "./testing/sample-flows";
import "./panel";

/** Presses everything that can be pressed, page by page, and looks at what was asked of Home Assistant. */

const PERSONS = {
  administrator: { isAdmin: true, mayControl: true },
  resident: { isAdmin: false, mayControl: true },
  guest: { isAdmin: false, mayControl: false },
};
type Person = keyof typeof PERSONS;

/** Two blocks in the week: the first of them is deleted, and more would take long to press. */
const scheduled = ({ control }: Live) =>
  Object.assign(control ?? {}, { schedules: sampleSchedules.slice(0, 2).map((one) => ({ ...one, days: ["mon"] })) });
const stopped = ({ control }: Live) => Object.assign(control ?? {}, { emergency_stop: true, state: "stopped" });
const override = { kind: "force_hold", power_w: 0, target_soc: null, started_at: "", expires_at: null };
const overridden = ({ control }: Live) => Object.assign(control ?? {}, { override, state: "holding" });
const PAGES: [path: string, change?: (live: Live) => void][] = [
  ["/dashboard"],
  ["/dashboard", overridden],
  ["/dashboard", stopped],
  ["/plan?reserve=35"],
  ["/plan?slot=2026-01-05T14:00:00.000Z"],
  ["/schedules", scheduled],
  ["/history"],
  ["/settings"],
  ["/settings?open=prices"],
];

const RESERVE = "number.sigenstor_reserve";
const entities = { ...plant.entities, reserve_soc: RESERVE };
const states = {
  ...sampleStates,
  [RESERVE]: { entity_id: RESERVE, state: "20", attributes: { min: 0, max: 100, step: 1 } },
};
/** Commands that change nothing. */
const ASKING = /\/(plants|list|query|what_if|get_user_data|sign_path)$/;

let changes: Set<string>;
let undo: (() => void) | undefined;
const noticed = (event: Event) => {
  undo = (event as CustomEvent<{ action?: { action: () => void } }>).detail.action?.action;
};

beforeEach(() => {
  window.addEventListener("hass-notification", noticed);
  HTMLInputElement.prototype.showPicker = () => undefined;
});
afterEach(() => window.removeEventListener("hass-notification", noticed));

async function open(person: Person, path: string, change?: (live: Live) => void) {
  changes = new Set();
  undo = undefined;
  const { isAdmin, mayControl } = PERSONS[person];
  const table: Record<string, (message: Record<string, unknown>) => unknown> = {
    ...answers(() => NOW),
    "sigenstor_panel/plants": () => ({ plants: [{ ...plant, entities, may_control: mayControl }] }),
    "frontend/get_user_data": () => ({ value: null }),
    "frontend/set_user_data": () => null,
  };
  const told = Object.entries(table).map(([type, answer]) => {
    const listening = (message: Record<string, unknown>) => {
      if (!ASKING.test(type)) changes.add(type);
      return answer(message);
    };
    return [type, listening];
  });
  const api = (method: string, where: string, data: Record<string, unknown>) => {
    if (method === "POST" && !("handler" in data) && !("next_step_id" in data))
      changes.add(where.replace(/\/flow$/, ""));
    return sampleApi(method, where, data);
  };
  const hass = fakeHass({ connection: connect(change), answers: Object.fromEntries(told), api, isAdmin, states });
  hass.callService = async (domain, service, data, target = {}) => {
    const switched = service === "set_schedule" && Object.keys(data ?? {}).join(" ") === "id enabled config_entry_id";
    changes.add([`${domain}.${service}`, target.entity_id, switched && "on or off"].filter(Boolean).join(" "));
    return data && "config_entry_id" in data && service === "set_up_energy_dashboard"
      ? { response: { added: [], kept: [] } }
      : undefined;
  };
  history.replaceState(null, "", `/sigenstor${path}`);
  const panel = document.createElement("sigenstor-panel") as SigenstorPanel;
  Object.assign(panel, { hass, route: { prefix: "/sigenstor", path: path.split("?")[0] } });
  document.body.append(panel);
  await eventually(() => expect(panel.shadowRoot?.querySelector("main > :not([role=status])")).not.toBeNull());
  await settle();
  return { panel, connection: hass.connection as FakeConnection };
}

interface Control {
  element: HTMLElement;
  key: string;
}

/** What is not off, through shadow roots, but for the emergency stop, which never is. */
function controlsIn(root: ShadowRoot, above = ""): Control[] {
  return [...root.querySelectorAll<HTMLElement>("*")].flatMap((element) => {
    if (element.localName === "sigenstor-stop") return [];
    const path = `${above} ${element.localName}`;
    const inner = element.shadowRoot ? controlsIn(element.shadowRoot, path) : [];
    if (!element.matches("button, input, select") || element.matches(":disabled")) return inner;
    const { name = "", value = "" } = element as HTMLInputElement;
    const label = element.getAttribute("aria-label") ?? element.getAttribute("aria-labelledby") ?? element.id;
    const text = (element.textContent ?? "").replace(/[\d.,:$]+/g, "").trim();
    const which = element.matches("[type=radio]") ? value : "";
    const around =
      element.closest<Dialog>("sigenstor-dialog")?.heading ??
      element.closest(".step")?.querySelector("h3")?.textContent;
    return [...inner, { element, key: [path, around, element.id, label, text, name, which].join("|") }];
  });
}

const confirms = ({ element }: Control) => element.matches(".primary, .danger, [type=submit]");

async function press({ element }: Control) {
  if (element.matches(".block")) {
    for (const key of ["ArrowDown", "Delete"]) element.dispatchEvent(new KeyboardEvent("keydown", { key }));
    element.dispatchEvent(new Event("blur"));
  }
  if (element.matches("input:not([type=radio], [type=checkbox]), select")) {
    (element as HTMLInputElement).value ||= "1";
    element.dispatchEvent(new Event("input", { bubbles: true }));
    element.dispatchEvent(new Event("change", { bubbles: true }));
  } else element.click();
  (element as HTMLButtonElement).form?.dispatchEvent(new Event("submit", { cancelable: true }));
  await settle();
}

/** Press everything once: what confirms before what closes. */
async function pressAll(panel: SigenstorPanel, seen = new Set<string>(), each = async (_: Control) => {}) {
  for (;;) {
    const left = controlsIn(panel.shadowRoot as ShadowRoot).filter(({ key }) => !seen.has(key));
    const next = left.find(confirms) ?? left[0];
    if (!next) return;
    seen.add(next.key);
    expect(seen.size).toBeLessThan(400);
    await press(next);
    await each(next);
  }
}

const ORDERS = [
  "select.select_option select.sigenstor_mode",
  "sigenstor_panel.clear_emergency_stop",
  "sigenstor_panel.clear_override",
  "sigenstor_panel.force_charge",
  "sigenstor_panel.force_export",
  "sigenstor_panel.force_hold",
];
const OF_RESIDENTS = [
  "number.set_value number.sigenstor_charge_target_soc",
  "number.set_value number.sigenstor_export_floor_soc",
  "number.set_value number.sigenstor_override_power",
  ...ORDERS,
  "sigenstor_panel.set_schedule on or off",
];

describe("what can be pressed", () => {
  it.each([
    ["guest", []],
    ["resident", OF_RESIDENTS],
    [
      "administrator",
      [
        ...OF_RESIDENTS,
        "config/config_entries/flow",
        "config/config_entries/options/flow",
        "config/config_entries/subentries/flow",
        "config_entries/subentries/delete",
        "frontend/set_user_data",
        `number.set_value ${RESERVE}`,
        "select.select_option select.sigenstor_strategy",
        "sigenstor_panel.check_control",
        "sigenstor_panel.delete_schedule",
        "sigenstor_panel.set_optimiser_settings",
        "sigenstor_panel.set_schedule",
        "sigenstor_panel.set_up_energy_dashboard",
      ],
    ],
  ] as [Person, string[]][])("is what a person may do, no more and no less: %s", async (person, expected) => {
    const all = new Set<string>();
    for (const [path, change] of PAGES) {
      const { panel } = await open(person, path, change);
      await pressAll(panel);
      for (const one of changes) all.add(one);
      panel.remove();
    }
    expect([...all].sort()).toEqual([...expected].sort());
  });

  it.each(PAGES)("changes nothing while the connection is lost: %s", async (path, change) => {
    const { panel, connection } = await open("administrator", path, change);
    connection.drop();
    await settle();
    await pressAll(panel);
    expect([...changes]).toEqual([]);
  });

  it.each(PAGES)(
    "changes nothing once the connection is lost, also in what was opened before: %s",
    async (path, change) => {
      const { panel, connection } = await open("administrator", path, change);
      await pressAll(panel, new Set(), async ({ key }) => {
        connection.drop();
        await settle();
        changes.clear();
        undo?.();
        for (const control of controlsIn(panel.shadowRoot as ShadowRoot).filter(confirms)) await press(control);
        expect([key, ...changes]).toEqual([key]);
        connection.restore();
        await settle();
      });
    },
  );
});
