import { beforeEach, describe, expect, it, vi } from "vitest";
import { Service } from "../../api/service";
import type { AuditRow, Decision } from "../../api/types";
import { Format } from "../../format";
import { loadTexts } from "../../i18n";
import { answers, type FakeOptions, fakeHass } from "../../testing/fake-hass";
import { plant, sampleAudit, sampleDecisions, sampleScores } from "../../testing/sample";
import type { HistoryTab } from "./history-tab";
import { HistoryView } from "./history-view";

const NOW = Date.parse("2026-01-15T04:00:00Z");
type Asked = Record<string, unknown> & { type: string };

/** The view with this address, and everything it asked Home Assistant for. */
async function open(address: string, options: FakeOptions = {}) {
  const asked: Asked[] = [];
  const table = { ...answers(() => NOW), ...options.answers };
  const recorded = Object.fromEntries(
    Object.entries(table).map(([type, answer]) => [
      type,
      (message: Record<string, unknown>) => {
        asked.push(message as Asked);
        return answer(message);
      },
    ]),
  );
  const hass = fakeHass({ ...options, answers: recorded });
  await loadTexts(hass);
  const view = new HistoryView();
  const changes: Record<string, string | null>[] = [];
  view.addEventListener("sigenstor-query", (event) => changes.push((event as CustomEvent).detail.changes));
  view.app = {
    hass: () => hass,
    plant,
    service: new Service(() => hass, plant),
    format: Format.of(hass),
    isAdmin: options.isAdmin ?? true,
  };
  view.query = new URLSearchParams(address);
  document.body.append(view);
  await settle(view);
  return { view, asked, changes, tab: tabOf(view) };
}

async function settle(view: HistoryView) {
  for (let turn = 0; turn < 5; turn++) {
    await vi.advanceTimersByTimeAsync(0);
    await view.updateComplete;
    await tabOf(view)?.updateComplete;
  }
}

const tabOf = (view: HistoryView) =>
  view.renderRoot.querySelector(
    "sigenstor-history-energy, sigenstor-history-money, sigenstor-history-decisions, sigenstor-history-audit",
  ) as HistoryTab;
const textOf = (root: Element) => root.shadowRoot?.textContent?.replace(/\s+/g, " ") ?? "";
const button = (view: HistoryView | HistoryTab, label: string) =>
  view.renderRoot.querySelector(`button[aria-label="${label}"]`) as HTMLButtonElement;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

describe("the history", () => {
  it("shows today's energy unless the address says otherwise", async () => {
    const { view, asked, tab } = await open("");
    const start = "2026-01-14T13:00:00.000Z";
    expect(asked).toMatchObject([
      { type: "sigenstor_panel/history/query", period: "5minute", start },
      { type: "sigenstor_panel/history/query", period: "hour", start },
    ]);
    expect(textOf(view)).toContain("Thursday 15 January 2026");
    expect(textOf(tab)).toContain("Energy from");
    expect(textOf(tab)).toContain("the forecast was off by 310 W on average, 40 W too low");
  });

  it("has one figure for the grid of a day that is settled, with the page about money", async () => {
    const rows = [{ ...sampleScores(NOW, "2026-01-12T13:00:00Z", "2026-01-13T13:00:00Z")[0], paid: 1.23 }];
    const options = { answers: { "sigenstor_panel/scores/query": () => ({ rows }) } };
    expect(textOf((await open("date=2026-01-13", options)).tab)).toContain("$1.23 paid");
    expect(textOf((await open("date=2026-01-13&tab=money", options)).tab)).toContain("$1.23 paid");
  });

  it("lists the outages, when they began and how long they lasted, where there were any", async () => {
    const outages = [
      { start: "2026-01-15T13:30:00+11:00", end: null, by_hand: true },
      { start: "2026-01-15T09:05:00+11:00", end: "2026-01-15T11:25:00+11:00", by_hand: false },
    ];
    const history = answers(() => NOW)["sigenstor_panel/history/query"];
    const options: FakeOptions = {
      answers: { "sigenstor_panel/history/query": (asked) => ({ ...(history?.(asked) as object), outages }) },
    };
    expect(textOf((await open("")).tab)).not.toContain("Off the grid");
    for (const address of ["", "span=month"]) {
      const { tab } = await open(address, options);
      const table = tab.renderRoot.querySelector("sigenstor-table") as Element & { updateComplete: Promise<unknown> };
      await table.updateComplete;
      const rows = [...(table.shadowRoot?.querySelectorAll("tbody tr") ?? [])];
      expect(rows.map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
        ["Thu, 15 Jan, 13:30", "Not over", "Disconnected manually"],
        ["Thu, 15 Jan, 09:05", "2 hrs 20 mins", "Grid outage"],
      ]);
    }
  });

  it("keeps the day when money is opened", async () => {
    expect(textOf((await open("tab=money")).view)).toContain("15 January 2026");
    expect(textOf((await open("tab=money&span=month")).view)).toContain("January 2026");
  });

  it("reports a month beside the ones before, and its best day", async () => {
    const { view, tab } = await open("tab=money&span=month");
    await settle(view);
    const text = textOf(tab);
    expect(text).toMatch(/Self-powered\s*\d/);
    for (const part of ["Grid, average per day", "Month before", "Same month last year", "Best day", "Print"])
      expect(text).toContain(part);
  });

  it("says in words, without a sign, that another way would have been cheaper", async () => {
    const rows = sampleScores(NOW, "2025-12-31T13:00:00Z", "2026-01-31T13:00:00Z").map((row) => ({
      ...row,
      actual: row.no_battery + 1,
    }));
    const text = textOf(
      (await open("tab=money", { answers: { "sigenstor_panel/scores/query": () => ({ rows, supply_per_day: null }) } }))
        .tab,
    );
    expect(text).toContain("It would have been cheaper by this without a battery.");
    expect(text).toContain("Self-consumption would have been cheaper by this.");
    expect(text).not.toMatch(/[−-]\$/);
  });

  it("adds the supply charge of the settled days to the report, or says that it is missing", async () => {
    const rows = sampleScores(NOW, "2025-12-31T13:00:00Z", "2026-01-31T13:00:00Z")
      .slice(0, 10)
      .map((row) => ({ ...row, paid: 2 }));
    const report = async (supply_per_day: number | null) => {
      const scores = () => ({ rows, supply_per_day });
      return textOf((await open("tab=money&span=month", { answers: { "sigenstor_panel/scores/query": scores } })).tab);
    };
    const text = await report(1.1);
    expect(text).toMatch(/Supply charge ?\$11\.00 ?Grid with supply charge ?\$31\.00 paid/);
    expect(text).not.toContain("Without the supply charge");
    expect(await report(null)).toContain("Without the supply charge");
    expect(await report(null)).not.toContain("Grid with supply charge");
  });

  it("goes from the chart of a day to the decision of that minute, and shows no later one", async () => {
    const asked: Record<string, unknown>[] = [];
    const { tab, changes } = await open("");
    tab.renderRoot.querySelector("sigenstor-chart")?.dispatchEvent(new CustomEvent("chosen", { detail: 0 }));
    const [{ tab: name, at } = {}] = changes as unknown as Record<string, string>[];
    expect(name).toBe("decisions");
    await open(`tab=decisions&at=${encodeURIComponent(String(at))}`, {
      answers: {
        "sigenstor_panel/decisions/query": (message: Record<string, unknown>) => {
          asked.push(message);
          return { total: 0, rows: [] };
        },
      },
    });
    expect(Date.parse(String(asked[0]?.end))).toBe(Date.parse(String(at)));
  });

  it("shows equal decisions in a row as one", async () => {
    const rows = sampleDecisions(NOW)
      .slice(0, 1)
      .flatMap((row) => [row, { ...row, id: row.id - 1 }, { ...row, id: row.id - 2 }]);
    const { tab } = await open("tab=decisions", {
      answers: { "sigenstor_panel/decisions/query": () => ({ total: 3, rows }) },
    });
    expect(tab.renderRoot.querySelectorAll("details")).toHaveLength(1);
    expect(textOf(tab)).toContain("2 more entries like this");
  });

  it("says of a day that is not over that it is settled afterwards, and shows the way to the month", async () => {
    const { tab, changes } = await open("tab=money&span=day", {
      answers: { "sigenstor_panel/scores/query": () => ({ rows: [] }) },
    });
    expect(textOf(tab)).toContain("Not settled yet");
    (tab.renderRoot.querySelector(".blank button") as HTMLButtonElement).click();
    expect(changes).toEqual([{ span: "month", date: "2026-01-14" }]);
  });

  it("goes back and forth by changing the address, and not into the future", async () => {
    const { view, changes } = await open("span=month&date=2026-01-31");
    button(view, "Previous").click();
    expect(changes).toEqual([{ date: "2025-12-31", page: null }]);
    expect(button(view, "Next").disabled).toBe(true);
  });

  it("says on a new installation that History starts with the installation", async () => {
    const nothing = { rows: [], accuracy: { pv: null, house: null }, outages: [] };
    const { tab } = await open("", { answers: { "sigenstor_panel/history/query": () => nothing } });
    expect(textOf(tab)).toContain("History starts with the installation");
  });

  it("says what went wrong, and asks once more when told to", async () => {
    let broken = true;
    const fine = answers(() => NOW)["sigenstor_panel/scores/query"];
    const { view, tab } = await open("tab=money&span=month", {
      answers: {
        "sigenstor_panel/scores/query": (message) => {
          if (broken) throw { code: "home_assistant_error", message: "The database is locked." };
          return fine?.(message);
        },
      },
    });
    expect(textOf(tab)).toContain("The database is locked.");
    broken = false;
    (tab.renderRoot.querySelector("button") as HTMLButtonElement).click();
    await settle(view);
    expect(textOf(tab)).toContain("Share of possible savings");
  });

  it("asks again when five minutes have brought something new, but not about what is over", async () => {
    const today = await open("tab=money");
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    await settle(today.view);
    expect(today.asked).toHaveLength(2);
    today.view.remove();
    const past = await open("tab=money&span=day&date=2026-01-02");
    await vi.advanceTimersByTimeAsync(6 * 60_000);
    expect(past.asked).toHaveLength(1);
  });
});

describe("the log of decisions", () => {
  it("asks for the page and the filters of the address, and ignores filters there are not", async () => {
    const { asked } = await open("tab=decisions&action=charge&engine=magic&page=25");
    expect(asked).toMatchObject([{ type: "sigenstor_panel/decisions/query", action: "charge", offset: 25 }]);
    expect(asked[0]).not.toHaveProperty("engine");
  });

  it.each(["decisions", "audit"] as const)("shows equal entries as one, however many there are: %s", async (kind) => {
    const [first] = kind === "audit" ? sampleAudit(NOW) : sampleDecisions(NOW);
    const all = Array.from({ length: 130 }, (_, index) => ({
      ...first,
      id: 1000 - index,
      action: index < 110 ? "charge" : index % 2 ? "hold" : "discharge",
    }));
    const query = ({ limit, offset }: Record<string, unknown>) => ({
      total: all.length,
      rows: all.slice(Number(offset), Number(offset) + Number(limit)),
    });
    const { tab, view, changes } = await open(`tab=${kind}`, { answers: { [`sigenstor_panel/${kind}/query`]: query } });
    await settle(view);
    expect(tab.renderRoot.querySelectorAll("details")).toHaveLength(21);
    expect(textOf(tab)).toContain("109 more entries like this");
    expect(changes).toEqual([]);
  });

  it("goes on where the page before ended, and back to where that began", async () => {
    const all = Array.from({ length: 60 }, (_, index) => ({
      ...(sampleDecisions(NOW)[0] as Decision),
      id: 1000 - index,
      action: (["charge", "charge", "hold"] as const)[index % 3] ?? "hold",
    }));
    const query = ({ limit, offset }: Record<string, unknown>) => ({
      total: all.length,
      rows: all.slice(Number(offset), Number(offset) + Number(limit)),
    });
    const answers = { "sigenstor_panel/decisions/query": query };
    const first = await open("tab=decisions", { answers });
    expect(textOf(first.tab)).toContain("1–38 of 60");
    button(first.tab, "Older").click();
    expect(first.changes).toEqual([{ page: "38" }]);
    first.view.remove();
    const second = await open("tab=decisions&page=38", { answers });
    expect(textOf(second.tab)).toContain("39–60 of 60");
    button(second.tab, "Newer").click();
    expect(second.changes).toEqual([{ page: null }]);
  });

  it.each([
    ["2026-01-15", "09:30", "2026-01-14T22:30:00.000Z"],
    // The night in which the clock goes back.
    ["2026-04-05", "09:30", "2026-04-04T23:30:00.000Z"],
  ])("jumps to a time of day: %s %s", async (date, clock, at) => {
    const { tab, changes } = await open(`tab=decisions&date=${date}`);
    const input = tab.renderRoot.querySelector("input[type=time]") as HTMLInputElement;
    input.value = clock;
    input.dispatchEvent(new Event("change"));
    input.value = "";
    input.dispatchEvent(new Event("change"));
    expect(changes).toEqual([
      { at, page: null },
      { at: null, page: null },
    ]);
  });

  it("opens into what every engine thought", async () => {
    const { tab } = await open("tab=decisions");
    const row = tab.renderRoot.querySelector("details");
    expect(row?.querySelector("summary")?.textContent).toContain("Surplus solar charges the battery");
    const table = row?.querySelector("sigenstor-table") as Element & { rows: { engine: string }[] };
    expect(table.rows.map(({ engine }) => engine)).toEqual(["planner", "price", "solar", "usage"]);
  });

  it("begins at the first page again when a filter changes", async () => {
    const { tab, changes } = await open("tab=decisions&page=2");
    const select = tab.renderRoot.querySelector("select") as HTMLSelectElement;
    select.value = "hold";
    select.dispatchEvent(new Event("change"));
    expect(changes).toEqual([{ action: "hold", page: null }]);
  });
});

describe("the audit log", () => {
  it("comes latest first and says what was refused", async () => {
    const { asked, tab } = await open("tab=audit&actor=safety&outcome=refused");
    expect(asked).toMatchObject([{ newest_first: true, actor: "safety", outcome: "refused" }]);
    expect(textOf(tab)).toContain("Refused");
  });

  it("opens into the registers, those that were to change first", async () => {
    const { tab } = await open("tab=audit");
    const table = tab.renderRoot.querySelector("details sigenstor-table") as HTMLElement & {
      updateComplete: Promise<unknown>;
    };
    await table.updateComplete;
    const rows = [...(table.shadowRoot?.querySelectorAll("tbody tr") ?? [])];
    expect(rows.map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
      ["Remote control", "No", "Yes", "Yes"],
      ["Charge cut-off (%)", "100", "98", "98"],
      ["Remote mode", "Self-consumption", "Self-consumption", "Self-consumption"],
      ["Charge limit (W)", "10,000", "–", "10,000"],
      ["Discharge limit (W)", "10,000", "–", "10,000"],
      ["Backup reserve (%)", "0", "–", "0"],
      ["Discharge cut-off (%)", "5", "5", "5"],
    ]);
  });

  it("has what vehicle chargers were told", async () => {
    const row = {
      ...(sampleAudit(NOW)[0] as AuditRow),
      action: "charger_limit" as const,
      owner: "Garage",
      previous: { charger_power_w: 0, charger_current_limit_a: 32 },
      wanted: { charger_current_limit_a: 10 },
      read_back: { charger_power_w: 0, charger_current_limit_a: 10 },
    };
    const answers = { "sigenstor_panel/audit/query": () => ({ total: 1, rows: [row] }) };
    const { tab } = await open("tab=audit", { answers });
    expect(textOf(tab)).toContain("Limit charger");
    expect(tab.renderRoot.querySelector<HTMLElement>(".dot")?.style.background).toContain("vehicle");
    const table = tab.renderRoot.querySelector("details sigenstor-table") as HTMLElement & {
      updateComplete: Promise<unknown>;
    };
    await table.updateComplete;
    expect(textOf(table)).toContain("Charger current limit (A)");
  });

  it("is no error for those who may not read it", async () => {
    const refuse = () => {
      throw { code: "unauthorized", message: "Unauthorized" };
    };
    const { tab } = await open("tab=audit", { isAdmin: false, answers: { "sigenstor_panel/audit/query": refuse } });
    expect(textOf(tab)).toContain("for administrators");
    expect(textOf(tab)).not.toContain("Try again");
  });
});

describe("saving as CSV", () => {
  it("offers what is on the screen, for whole days of the user's time zone", async () => {
    const { view, asked } = await open("tab=audit&span=month&date=2026-01-15");
    button(view, "Download CSV").click();
    await settle(view);
    const dialog = view.renderRoot.querySelector("sigenstor-csv-dialog") as HTMLElement & {
      updateComplete: Promise<unknown>;
    };
    await dialog.updateComplete;
    const [first, last] = [...(dialog.shadowRoot?.querySelectorAll("input") ?? [])].map(({ value }) => value);
    expect([first, last]).toEqual(["2026-01-01", "2026-01-31"]);
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
    const save = dialog.shadowRoot?.querySelector("button.primary") as HTMLButtonElement | null;
    save?.click();
    await settle(view);
    expect(click).toHaveBeenCalledOnce();
    const signed = asked.find(({ type }) => type === "auth/sign_path")?.path as string;
    expect(decodeURIComponent(signed)).toBe(
      "/api/sigenstor_panel/audit.csv?entry_id=sample&start=2025-12-31T13:00:00.000Z&end=2026-01-31T13:00:00.000Z",
    );
  });

  it("offers the history in rows of any length", async () => {
    const { view, asked } = await open("tab=energy");
    button(view, "Download CSV").click();
    await settle(view);
    const dialog = view.renderRoot.querySelector("sigenstor-csv-dialog") as HTMLElement & {
      updateComplete: Promise<unknown>;
    };
    await dialog.updateComplete;
    const rows = dialog.shadowRoot?.querySelectorAll("select")[1] as HTMLSelectElement;
    expect([...rows.options].map(({ value }) => value)).toEqual(["5minute", "hour", "day", "month"]);
    rows.value = "day";
    rows.dispatchEvent(new Event("change"));
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => undefined);
    dialog.shadowRoot?.querySelector<HTMLButtonElement>("button.primary")?.click();
    await settle(view);
    expect(asked.find(({ type }) => type === "auth/sign_path")?.path).toContain("&period=day");
  });

  it("offers the audit log to whoever may read the system", async () => {
    const { view } = await open("", { isAdmin: false });
    const dialog = view.renderRoot.querySelector("sigenstor-csv-dialog");
    const kinds = [...(dialog?.shadowRoot?.querySelector("select")?.options ?? [])].map(({ value }) => value);
    expect(kinds).toEqual(["history", "scores", "decisions", "audit"]);
  });
});
