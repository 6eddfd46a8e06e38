import { beforeEach, describe, expect, it, vi } from "vitest";
import { Service } from "../../api/service";
import type { Live, Plan } from "../../api/types";
import type { Chart } from "../../charts/chart";
import { HATCHED } from "../../charts/spec";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { FakeConnection, fakeHass, answers as usual } from "../../testing/fake-hass";
import { plant, refused, sampleLive, samplePlan, told } from "../../testing/sample";
import { changesIn } from "./changes";
import { verdict } from "./comparison";
import type { PlanTable } from "./plan-table";
import { PlanView } from "./plan-view";

const NOW = Date.parse("2026-01-15T01:10:00Z");
let asked: Record<string, unknown>[];
let refusal: { code: string; message: string } | undefined;

async function opened(
  query = "",
  options: {
    isAdmin?: boolean;
    may_control?: boolean;
    plan?: Plan | null;
    problem?: string;
    change?: (live: Live) => void;
  } = {},
) {
  const plan = options.plan === undefined ? samplePlan(NOW) : options.plan;
  const live = sampleLive(NOW);
  options.change?.(live);
  if (live.prices) live.prices.problem = options.problem ? told(options.problem) : null;
  const connection = new FakeConnection(({ message, send }) =>
    send(message.type === "sigenstor_panel/plan/subscribe" ? { plan } : { live }),
  );
  const table = usual(() => NOW);
  const listen = (type: string) => (message: Record<string, unknown>) => {
    asked.push(message);
    if (refusal) throw refusal;
    return table[type]?.(message);
  };
  const kinds = [
    "sigenstor_panel/plan/what_if",
    "sigenstor_panel.set_optimiser_settings",
    "sigenstor_panel.set_schedule",
  ];
  const hass = fakeHass({
    answers: { ...table, ...Object.fromEntries(kinds.map((kind) => [kind, listen(kind)])) },
    connection,
  });
  await loadTexts(hass);
  const view = new PlanView();
  const isAdmin = options.isAdmin ?? true;
  const of = { ...plant, may_control: options.may_control ?? true };
  view.app = { hass: () => hass, plant: of, service: new Service(() => hass, of), format: Format.of(hass), isAdmin };
  view.query = new URLSearchParams(query);
  const changes: Record<string, string | null>[] = [];
  view.addEventListener("sigenstor-query", (event) => changes.push((event as CustomEvent).detail.changes));
  document.body.append(view);
  await settled(view);
  const root = view.renderRoot as ShadowRoot;
  return { view, root, changes, plan, connection };
}

async function settled(view: PlanView) {
  for (let turn = 0; turn < 12; turn++) await view.updateComplete;
}

const inside = (host: Element | null) => host?.shadowRoot as ShadowRoot;
const text = (node: ParentNode | null) => (node?.textContent ?? "").replace(/\s+/g, " ").trim();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
  asked = [];
  refusal = undefined;
});

describe("the plan", () => {
  it("says what it costs, and what it saves, before anything else", async () => {
    const { root } = await opened();
    expect(text(root.querySelector(".tiles"))).toContain("Expected with the plan$11.10 earnedin the next 48");
    expect(text(root.querySelector(".tiles"))).toContain("Without a battery$4.43 paid");
    expect(text(root.querySelector(".tiles"))).toContain("the plan saves $18.12, including wear and stored energy");
    expect(text(root.querySelector(".tiles"))).toContain("the plan saves $8.80, including wear and stored energy");
  });

  it("hatches the prices that are guessed, and says from when", async () => {
    const { root } = await opened();
    const { spec } = root.querySelector("sigenstor-chart") as Chart;
    const hatched = spec.panes[0]?.layers.find(({ colour }) => colour === HATCHED);
    expect(hatched?.points[0]?.start).toBe(Date.parse("2026-01-16T01:00:00Z"));
    expect(text(root.querySelector(".legend"))).toContain(
      "From Fri 12:00: estimated prices (average of the past week)",
    );
  });

  it("shows the slot of the address, with its reason, and the running one without", async () => {
    const { root, view, plan } = await opened();
    expect(text(root)).toContain("Thu 12:00 – 12:30");
    view.query = new URLSearchParams({ slot: plan?.slots[14]?.start ?? "" });
    await settled(view);
    expect(text(root)).toContain("Thu 19:00 – 19:30");
    expect(text(root)).toContain("Selling: solar refills the battery by");
    expect((root.querySelector("sigenstor-chart") as Chart).chosen).toBe(14);
  });

  it("puts the slot that is tapped into the address", async () => {
    const { root, changes, plan } = await opened();
    root.querySelector("sigenstor-chart")?.dispatchEvent(new CustomEvent("chosen", { detail: 3 }));
    expect(changes).toEqual([{ slot: plan?.slots[3]?.start }]);
  });

  const otherwise = async (options: { change?: (live: Live) => void } = {}, query = "") => {
    const { root, view } = await opened(query, options);
    const actions = root.querySelector("sigenstor-slot-actions") as HTMLElement;
    const alone = [...inside(actions).querySelectorAll("button")].find((one) => text(one).startsWith("Self-"));
    alone?.click();
    await settled(view);
    return { view, dialog: inside(actions).querySelector("sigenstor-dialog") };
  };

  it.each([
    ["now", "", "Thursday 12:00 – 12:30", { start: "12:00:01", only_on: "2026-01-15" }],
    ["later", "slot=2026-01-15T14:00:00.000Z", "Friday 01:00 – 01:30", { start: "01:00:00", only_on: "2026-01-16" }],
  ])("can be left alone for a slot, by a schedule for this once: %s", async (_, query, when, fields) => {
    const { view, dialog } = await otherwise({}, query);
    expect(text(dialog)).toContain(`This adds a schedule for ${when}, once only.`);
    dialog?.querySelector<HTMLElement>(".primary")?.click();
    await settled(view);
    expect(asked).toMatchObject([{ action: "self_consume", power_w: 0, target_soc: null, ...fields }]);
  });

  it.each([
    ["an administrator", true, true, "", ["Charge", "Hold", "Discharge", "Self-consumption"], ""],
    ["a resident, now", false, true, "", ["Charge", "Hold", "Discharge"], "Only administrators can add"],
    ["a resident, later", false, true, "slot=2026-01-15T14:00:00.000Z", [], "Only administrators can add"],
    ["a guest", false, false, "", [], "you do not have permission"],
  ])(
    "offers only what a person may do instead, and says who may do the rest: %s",
    async (_, isAdmin, may_control, query, names, why) => {
      const { root } = await opened(query, { isAdmin, may_control });
      const actions = inside(root.querySelector("sigenstor-slot-actions"));
      const buttons = [...actions.querySelectorAll("button")];
      expect(buttons.map((one) => text(one).split(" ")[0])).toEqual(names);
      expect(buttons.every(({ disabled }) => !disabled)).toBe(true);
      expect(text(actions)).toContain(why);
    },
  );

  it("warns where the optimiser comes before the schedule, which then changes nothing", async () => {
    expect(text((await otherwise()).dialog)).not.toContain("The optimiser comes before schedules.");
    const change = ({ control }: Live) => Object.assign(control?.settings ?? {}, { optimiser_above_schedules: true });
    expect(text((await otherwise({ change })).dialog)).toContain("The optimiser comes before schedules.");
  });

  it("stands still with its buttons off, also in an open dialog, while the connection is lost", async () => {
    const { view, root, connection } = await opened();
    const actions = root.querySelector("sigenstor-slot-actions") as HTMLElement;
    inside(actions).querySelector<HTMLButtonElement>("button")?.click();
    await settled(view);
    const confirm = () => inside(actions).querySelector<HTMLButtonElement>(".primary")?.disabled;
    expect(confirm()).toBe(false);
    connection.drop();
    vi.setSystemTime(NOW + 3_600_000);
    await settled(view);
    expect(confirm()).toBe(true);
    expect(text(root)).toContain("Now in the plan");
    expect((root.querySelector("sigenstor-chart") as Chart).spec.now).toBe(NOW);
  });

  it("is a table when the address says so, whose rows open", async () => {
    const { root } = await opened("view=table");
    const table = root.querySelector("sigenstor-plan-table") as PlanTable;
    const rows = () => inside(table).querySelectorAll("tr.slot").length;
    expect(root.querySelector("sigenstor-chart")).toBeNull();
    expect([...inside(table).querySelectorAll("tr.day")].map(text)).toEqual([
      "Thu, 15 Jan",
      "Fri, 16 Jan",
      "Sat, 17 Jan",
    ]);
    expect(rows()).toBe(0);
    inside(table).querySelector<HTMLElement>("[aria-expanded]")?.click();
    await table.updateComplete;
    expect(rows()).toBeGreaterThan(0);
    expect(inside(table).querySelector("[aria-expanded]")?.getAttribute("aria-expanded")).toBe("true");
  });

  it("says what it had to do without, and that it is old", async () => {
    const plan = { ...samplePlan(NOW), made_at: "2026-01-14T22:00:00Z", degradations: ["no_pv_forecast" as const] };
    const { root } = await opened("", { plan });
    expect([...root.querySelectorAll(".notice")].map(text)).toEqual([
      "This plan was made 3 hours ago and is not being updated. The battery may do something else.",
      "No solar forecast. Solar like yesterday is assumed.",
    ]);
  });

  it("says why there is none and where to go", async () => {
    const { root } = await opened("", { plan: null, problem: "Amber does not answer" });
    expect(text(root)).toContain("No plan yet");
    expect(text(root)).toContain("Amber does not answer. A plan needs prices");
    expect(root.querySelector("a")?.getAttribute("href")).toBe("settings");
  });
});

describe("what if", () => {
  const panel = (root: ShadowRoot) => inside(root.querySelector("sigenstor-what-if"));

  it("asks nothing while nothing is changed", async () => {
    const { root } = await opened();
    expect(asked).toEqual([]);
    expect(panel(root).querySelector(".button")).toBeNull();
  });

  it("compares what the address says, side by side", async () => {
    const { root } = await opened("reserve=35&charge=7,5");
    expect(asked).toMatchObject([{ type: "sigenstor_panel/plan/what_if", reserve_soc: 35, charge_limit_w: 7500 }]);
    expect(text(panel(root).querySelector(".verdict"))).toMatch(/^\$0.20 worse over the next 48/);
    const row = [...panel(root).querySelectorAll(".sides tr")].find((one) =>
      text(one).startsWith("Lowest state of charge"),
    );
    expect(text(row?.lastElementChild ?? null)).toBe("35 %");
  });

  it("puts what is typed into the address, and takes it out when it is emptied", async () => {
    const { root, changes } = await opened();
    const [reserve] = panel(root).querySelectorAll("input[type=number]") as unknown as HTMLInputElement[];
    if (!reserve) throw new Error("no field");
    for (const value of ["40", ""]) {
      reserve.value = value;
      reserve.dispatchEvent(new Event("change"));
    }
    expect(changes).toEqual([{ reserve: "40" }, { reserve: null }]);
  });

  it("shows a refusal at its field", async () => {
    refusal = refused("reserve_soc", "from 0 to 100 %");
    const { root } = await opened("reserve=120");
    expect(text(panel(root).querySelector("#reserve_soc-error"))).toBe("Must be from 0 to 100 %.");
    expect(panel(root).querySelector("input.wrong")?.getAttribute("aria-invalid")).toBe("true");
  });

  it("applies what lasts, after saying what changes, and not the limits", async () => {
    const { view, root, changes } = await opened("reserve=35&export=2");
    panel(root).querySelector<HTMLElement>(".buttons .primary")?.click();
    await settled(view);
    const dialog = panel(root).querySelector("sigenstor-dialog");
    expect(text(dialog)).toContain("Reserve: 10 % → 35 %");
    expect(text(dialog)).toContain("Only for comparison, not changed: Maximum export (kW).");
    dialog?.querySelector<HTMLElement>(".primary")?.click();
    await settled(view);
    const [, applied] = asked;
    expect(applied).toEqual({ config_entry_id: "sample", reserve_soc: 35 });
    expect(changes.at(-1)).toMatchObject({ reserve: null, export: null, strategy: null });
  });

  it("lets only an administrator apply, and tells the others", async () => {
    const { root } = await opened("reserve=35", { isAdmin: false });
    expect(panel(root).querySelector(".primary")).toBeNull();
    expect(text(panel(root).querySelector(".buttons"))).toContain("Only administrators can apply changes.");
  });

  it("does not take text for a number", () => {
    expect(changesIn(new URLSearchParams("reserve=half&wear=0.03&strategy=magic"))).toEqual({
      change: { wear_per_kwh: 0.03 },
      wrong: ["reserve_soc"],
    });
  });

  it("calls less than half a cent no difference", () => {
    const format = Format.of(fakeHass());
    expect(verdict(0.004, "36 h", format)).toBe("No difference over the next 36 h");
    expect(verdict(-0.2, "36 h", format)).toBe("$0.20 better over the next 36 h");
  });
});
