import { beforeEach, describe, expect, it, vi } from "vitest";
import { Service } from "../../api/service";
import type { Live, Schedule } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { eventually } from "../../testing/browser";
import { FakeConnection, fakeHass, answers as usual } from "../../testing/fake-hass";
import { plant, refused, sampleLive, samplePlan } from "../../testing/sample";
import type { ScheduleDialog } from "./schedule-dialog";
import type { ScheduleList } from "./schedule-list";
import { SchedulesView } from "./schedules-view";
import type { WeekGrid } from "./week-grid";

const HEIGHT = 960;
const evening: Schedule = {
  id: "peak",
  name: "Evening peak",
  enabled: true,
  action: "discharge",
  days: ["mon"],
  start: "17:30:00",
  end: "20:00:00",
  power_w: 4000,
  target_soc: 20,
  priority: 10,
  created_at: "2026-01-01T00:00:00+00:00",
  only_on: null,
};
let sent: Record<string, unknown>[];
let refusal: { code: string; message: string } | undefined;

async function opened(options: { isAdmin?: boolean; change?: (live: Live) => void } = {}) {
  const live = sampleLive(Date.now());
  if (live.control) live.control.schedules = [evening];
  options.change?.(live);
  const connection = new FakeConnection(({ message, send }) =>
    send(message.type === "sigenstor_panel/plan/subscribe" ? { plan: samplePlan(Date.now()) } : { live }),
  );
  const answer = (message: Record<string, unknown>) => {
    sent.push(message);
    if (refusal) throw refusal;
  };
  const answers = {
    ...usual(Date.now),
    "sigenstor_panel.set_schedule": answer,
    "sigenstor_panel.delete_schedule": answer,
  };
  const hass = fakeHass({ answers, connection });
  await loadTexts(hass);
  const view = new SchedulesView();
  const isAdmin = options.isAdmin ?? true;
  view.app = { hass: () => hass, plant, service: new Service(() => hass, plant), format: Format.of(hass), isAdmin };
  document.body.append(view);
  await settled(view);
  const root = view.renderRoot as ShadowRoot;
  return { view, root, connection, grid: root.querySelector("sigenstor-week-grid") as WeekGrid };
}

async function settled(view: SchedulesView) {
  for (let turn = 0; turn < 8; turn++) await view.updateComplete;
}

const inside = (host: Element | null) => host?.shadowRoot as ShadowRoot;
const block = (grid: WeekGrid) => inside(grid).querySelector<HTMLElement>('[data-id="peak"]') as HTMLElement;
const press = (on: HTMLElement, key: string, shiftKey = false) =>
  on.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, composed: true }));
const schedule = (index = 0) => sent[index] as unknown as Schedule;

/** Give the grid a size, and drag over it from one day and hour to another. */
async function drag(grid: WeekGrid, on: Element, from: [number, number], to: [number, number], pointerType = "mouse") {
  const columns = inside(grid).querySelector(".columns") as HTMLElement;
  columns.getBoundingClientRect = () => new DOMRect(0, 0, 700, HEIGHT);
  on.getBoundingClientRect = () => new DOMRect(0, 0, 100, HEIGHT);
  columns.setPointerCapture = () => undefined;
  const event = (
    type: string,
    [day, hour]: [number, number],
    clientX = day * 100 + 50,
    clientY = (hour / 24) * HEIGHT,
  ) =>
    new PointerEvent(type, {
      pointerType,
      clientX,
      clientY,
      pointerId: 1,
      isPrimary: true,
      button: 0,
      bubbles: true,
      composed: true,
    });
  const down = event("pointerdown", from);
  on.dispatchEvent(down);
  down.composedPath = () => []; // as in browsers, once an event has been dispatched
  if (pointerType === "touch") await vi.advanceTimersByTimeAsync(400);
  on.dispatchEvent(event("pointermove", to));
  on.dispatchEvent(event("pointerup", to));
}

beforeEach(() => {
  sent = [];
  refusal = undefined;
});

describe("the week", () => {
  it("opens the form for what was drawn with the mouse, and saves it", async () => {
    const { view, root, grid } = await opened();
    await drag(grid, inside(grid).querySelectorAll(".column")[2] as Element, [2, 10], [2, 12.2]);
    await settled(view);
    const dialog = root.querySelector("sigenstor-schedule-dialog") as ScheduleDialog;
    expect(dialog.draft).toMatchObject({ days: ["wed"], start: "10:00:00", end: "12:15:00" });
    inside(dialog).querySelector("form")?.requestSubmit();
    await eventually(() => expect(root.querySelector("sigenstor-schedule-dialog")).toBeNull());
    expect(schedule()).toMatchObject({
      days: ["wed"],
      start: "10:00:00",
      end: "12:15:00",
      // As strong as the battery is rated.
      power_w: 10_000,
      action: "charge",
    });
    expect(schedule()).not.toHaveProperty("id");
  });

  it("moves a schedule that is dragged to another day and time", async () => {
    const { view, grid } = await opened();
    await drag(grid, block(grid), [0, 18], [3, 16]);
    await settled(view);
    expect(schedule()).toMatchObject({ id: "peak", days: ["thu"], start: "15:30:00", end: "18:00:00" });
  });

  it("takes a drag back from the message about it", async () => {
    const { view, grid } = await opened();
    const said: { action?: { text: string; action: () => void } }[] = [];
    view.addEventListener("hass-notification", (event) => said.push((event as CustomEvent).detail));
    await drag(grid, block(grid), [0, 18], [3, 16]);
    await settled(view);
    expect(said[0]?.action?.text).toBe("Undo");
    said[0]?.action?.action();
    await settled(view);
    expect(schedule(1)).toMatchObject({ id: "peak", days: evening.days, start: evening.start, end: evening.end });
  });

  it("lets a finger scroll until it has rested", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { grid } = await opened();
    await drag(grid, block(grid), [0, 18], [0, 14], "pen");
    expect(sent).toHaveLength(1);
    const swipe = { pointerType: "touch", pointerId: 2, isPrimary: true, button: 0, bubbles: true, composed: true };
    block(grid).dispatchEvent(new PointerEvent("pointerdown", { ...swipe, clientY: 700 }));
    block(grid).dispatchEvent(new PointerEvent("pointermove", { ...swipe, clientY: 600 }));
    await vi.advanceTimersByTimeAsync(400);
    block(grid).dispatchEvent(new PointerEvent("pointerup", { ...swipe, clientY: 500 }));
    expect(sent).toHaveLength(1);
    await drag(grid, block(grid), [0, 18], [0, 14], "touch");
    expect(sent).toHaveLength(2);
  });

  it("is moved and made longer by the arrow keys, and sent once", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { view, grid } = await opened();
    for (const [key, shift] of [["ArrowDown"], ["ArrowDown"], ["ArrowRight"], ["ArrowUp", true]] as [
      string,
      boolean?,
    ][]) {
      press(block(grid), key, shift);
      await settled(view);
    }
    expect(sent).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toHaveLength(1);
    expect(schedule()).toMatchObject({ days: ["tue"], start: "18:00:00", end: "20:15:00" });
    // The action does not take it.
    expect(schedule()).not.toHaveProperty("created_at");
  });

  it("takes a change back when it is refused, and says so", async () => {
    refusal = { code: "unauthorized", message: "Unauthorized" };
    const { view, root, grid } = await opened();
    await drag(grid, block(grid), [0, 18], [0, 16]);
    await settled(view);
    expect(grid.schedules).toEqual([evening]);
    expect(root.querySelector('[role="alert"]')?.textContent).toBe(
      "Not changed. You do not have permission to do this.",
    );
  });

  it("says which of two wins", async () => {
    const night = { ...evening, id: "night", name: "Night", start: "19:00:00", end: "23:00:00", priority: 0 };
    const { root, grid } = await opened({ change: ({ control }) => control?.schedules.push(night) });
    expect(root.querySelector(".overlaps")?.textContent?.trim()).toBe(
      "Mon, 19:00 – 20:00: “Evening peak” wins over “Night”: priority 10 against 0.",
    );
    expect(inside(grid).querySelectorAll('[data-id="night"] .lost')).toHaveLength(1);
  });
});

describe("the form", () => {
  async function edited(root: ShadowRoot, view: SchedulesView) {
    inside(root.querySelector("sigenstor-schedule-list")).querySelector<HTMLElement>('[aria-label^="Edit"]')?.click();
    await settled(view);
    return root.querySelector("sigenstor-schedule-dialog") as ScheduleDialog;
  }

  it("shows a refusal at its field and stays open", async () => {
    refusal = refused("power_w", "from 1 to 100000 W");
    const { view, root } = await opened();
    const dialog = await edited(root, view);
    inside(dialog).querySelector("form")?.requestSubmit();
    await eventually(() => expect(inside(dialog).querySelector("#power_w")?.getAttribute("aria-invalid")).toBe("true"));
    expect(inside(dialog).querySelector("#power_w-error")?.textContent).toBe("Must be from 1 to 100000 W.");
    expect(root.querySelector("sigenstor-schedule-dialog")).not.toBeNull();
  });

  it("asks for neither power nor target of a hold", async () => {
    const { view, root } = await opened();
    const dialog = await edited(root, view);
    inside(dialog)
      .querySelector("sigenstor-segments")
      ?.dispatchEvent(new CustomEvent("chosen", { detail: "hold" }));
    await dialog.updateComplete;
    expect(inside(dialog).querySelector("#power_w")).toBeNull();
    inside(dialog).querySelector("form")?.requestSubmit();
    await eventually(() => expect(sent).toHaveLength(1));
    expect(schedule()).toMatchObject({ id: "peak", action: "hold", power_w: 0, target_soc: null });
  });

  const draft = (fields: Partial<Schedule>) => ({
    change: ({ control }: Live) => control?.schedules.splice(0, 1, { ...evening, ...fields }),
  });
  const now = Date.parse("2026-01-05T01:00:00Z"); // noon on a Monday

  it("is for one day where one is given, and then asks for no days of the week", async () => {
    const { view, root } = await opened(draft({ only_on: "2026-01-12" }));
    expect(inside(root.querySelector("sigenstor-schedule-list")).textContent).toContain("Mon, 12 Jan, 17:30–20:00");
    const dialog = await edited(root, view);
    expect(inside(dialog).querySelector("#days")).toBeNull();
    const day = inside(dialog).querySelector("#only_on") as HTMLInputElement;
    day.value = "";
    day.dispatchEvent(new Event("change"));
    await dialog.updateComplete;
    expect(inside(dialog).querySelector("#days")).not.toBeNull();
    inside(dialog).querySelector("form")?.requestSubmit();
    await eventually(() => expect(sent).toHaveLength(1));
    expect(schedule().only_on).toBeNull();
  });

  it("says how far it gets the next time, and what that costs", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now });
    const days = ["mon", "wed"];
    const { view, root } = await opened(
      draft({ action: "charge", days, start: "22:00:00", end: "23:00:00", target_soc: 90 }),
    );
    const dialog = await edited(root, view);
    const told = () => inside(dialog).querySelector(".summary")?.textContent?.replace(/\s/g, " ");
    await eventually(() =>
      expect(told()).toMatch(/^Next, 22:00: Reaches only \d+ % by 23:00\. Costs about \$\d\.\d\d /),
    );
    // The plan does not reach that far.
    Object.assign(dialog, { draft: { ...dialog.draft, days: ["thu"] } });
    await dialog.updateComplete;
    expect(told()).toBeUndefined();
  });

  it.each([
    ["charge", { start: "00:00", end: "06:00", target: "100" }],
    ["discharge", { start: "17:00", end: "06:00", target: "50" }],
    ["hold", { start: "22:00", end: "06:00" }],
  ] as const)("is filled in by what is ready-made: %s", async (action, filled) => {
    const { view, root } = await opened(draft({ action }));
    const dialog = await edited(root, view);
    const [, preset] = inside(dialog).querySelectorAll(".quick");
    preset?.querySelector("button")?.click();
    await dialog.updateComplete;
    const value = (id: string) => inside(dialog).querySelector<HTMLInputElement>(`#${id}`)?.value;
    expect(value("start")).toBe(filled.start);
    expect(value("end")).toBe(filled.end);
    if ("target" in filled) expect(value("target_soc")).toBe(filled.target);
  });

  it("keeps what was typed but saves nothing while the connection is gone or the plant is loaded again", async () => {
    const { view, root, connection } = await opened();
    const dialog = await edited(root, view);
    const name = inside(dialog).querySelector("#name") as HTMLInputElement;
    name.value = "My evening";
    name.dispatchEvent(new Event("input"));
    const save = () => inside(dialog).querySelector<HTMLButtonElement>(".primary")?.disabled;
    expect(save()).toBe(false);
    for (const { send } of connection.subscriptions) send({ live: null, plan: null });
    await settled(view);
    expect([root.contains(dialog), name.value, save()]).toEqual([true, "My evening", true]);
    connection.restore();
    await eventually(() => expect(save()).toBe(false));
    connection.drop();
    await eventually(() => expect(save()).toBe(true));
    expect(name.value).toBe("My evening");
  });

  it("deletes only after a second question", async () => {
    const { view, root } = await opened();
    inside(root.querySelector("sigenstor-schedule-list")).querySelector<HTMLElement>('[aria-label^="Delete"]')?.click();
    await settled(view);
    expect(sent).toHaveLength(0);
    root.querySelector<HTMLElement>(".button.danger")?.click();
    await settled(view);
    expect(sent).toMatchObject([{ id: "peak" }]);
    expect((root.querySelector("sigenstor-schedule-list") as ScheduleList | null)?.schedules ?? []).toEqual([]);
  });

  it("copies to the days that are left, as another schedule", async () => {
    const { view, root } = await opened();
    inside(root.querySelector("sigenstor-schedule-list")).querySelector<HTMLElement>('[aria-label^="Copy"]')?.click();
    await settled(view);
    const { draft } = root.querySelector("sigenstor-schedule-dialog") as ScheduleDialog;
    expect(draft.days).toEqual(["tue", "wed", "thu", "fri", "sat", "sun"]);
    expect(draft).not.toHaveProperty("id");
  });
});

describe("who is no administrator", () => {
  it("is told why, and finds nothing to change but whether a schedule is on", async () => {
    const { view, root, grid } = await opened({ isAdmin: false });
    expect(root.querySelector(".notice")?.textContent).toContain(
      "Only administrators can add, change or delete schedules.",
    );
    expect(root.querySelector(".button")).toBeNull();
    const [switched, ...others] = inside(root.querySelector("sigenstor-schedule-list")).querySelectorAll(
      "button, input",
    );
    expect(others).toEqual([]);
    await drag(grid, block(grid), [0, 18], [0, 14]);
    press(block(grid), "Delete");
    block(grid).click();
    await settled(view);
    expect(sent).toEqual([]);
    expect(root.querySelector("sigenstor-schedule-dialog, sigenstor-dialog")).toBeNull();
    (switched as HTMLElement | undefined)?.click();
    await settled(view);
    expect(sent).toEqual([{ id: "peak", enabled: false, config_entry_id: "sample" }]);
  });

  it("learns why schedules are not followed now", async () => {
    const { root } = await opened({
      change: ({ control }) => {
        if (control) control.emergency_stop = true;
      },
    });
    expect(root.querySelector(".notices")?.textContent).toContain("the emergency stop is active");
  });
});
