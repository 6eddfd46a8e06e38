import type { Live, Schedule } from "../src/api/types";
import type { SigenstorPanel } from "../src/panel";
import { answers, FakeConnection, fakeHass } from "../src/testing/fake-hass";
import { plant, refused, sampleLive, samplePlan, sampleSchedules, told } from "../src/testing/sample";
import "../src/panel";
import "../src/cards";

/**
 * The panel with made-up data, without Home Assistant. In the address: `page`, `theme=dark`, `clock=12`, `admin=no`, `cards=yes`,
 * `state=` one of normal, loading, unloaded, empty, stale, lost, override, stop, stopping,
 * external, waiting, outage, night, export, vehicle, error, refused.
 */
const options = new URLSearchParams(location.search);
const page = options.get("page") ?? "dashboard";
const state = options.get("state") ?? "normal";
document.documentElement.classList.toggle("dark", options.get("theme") === "dark");

function liveNow(): Live | null {
  const now = Date.now();
  const live = sampleLive(now);
  const { telemetry, control, today } = live;
  if (!telemetry || !control) return live;
  if (state === "unloaded") return null;
  if (live.control) live.control.schedules = [...schedules.values()];
  if (state === "empty") {
    const nothing = Object.fromEntries(Object.keys(today).map((key) => [key, null])) as unknown as Live["today"];
    return { at: live.at, telemetry: null, control: null, prices: null, optimiser: null, today: nothing };
  }
  if (state === "stale") {
    telemetry.source = "stale";
    telemetry.read_at = new Date(now - 9 * 60_000).toISOString();
    if (live.prices) Object.assign(live.prices, { stale: true, problem: told("Amber does not answer") });
  }
  if (state === "override") {
    const expires_at = new Date(now + 5_400_000).toISOString();
    control.override = { kind: "force_charge", power_w: 5000, target_soc: 90, started_at: live.at, expires_at };
    Object.assign(control, {
      actor: "manual",
      owner: told("Manual override"),
      reason: told("Force charge at 5.0 kW until 90 %"),
    });
  }
  if (state === "stop")
    Object.assign(control, {
      emergency_stop: true,
      state: "stopped",
      actor: "safety",
      applied: "hold",
      reason: told("Emergency stop"),
    });
  if (state === "stopping")
    Object.assign(control, {
      emergency_stop: true,
      state: "stopping",
      actor: "safety",
      reason: told("Emergency stop"),
      alert: told("The SigenStor was not reached", "It does not answer", "The stop is tried again every 10 s"),
    });
  if (state === "external") Object.assign(control, { state, actor: "system", applied: "release" });
  if (state === "waiting") Object.assign(control, { state, applied: "self_consume", reason: told("Waiting 41 s") });
  if (state === "outage") {
    const off_grid_since = new Date(now - 4_000_000).toISOString();
    Object.assign(telemetry, { grid_status: "off_grid_auto", off_grid_since, hours_at_load: 6.2, grid_w: 0 });
    Object.assign(telemetry, { battery_w: 2560, alarms: [{ group: "pcs", name: told("Grid outage") }] });
  }
  if (state === "night") {
    Object.assign(telemetry, {
      pv_w: 0,
      battery_w: -640,
      house_w: 640,
      grid_w: 0,
      hours_to_full: null,
      hours_to_empty: 19.4,
      soc: 31,
    });
    Object.assign(control, {
      state: "self_consuming",
      applied: "self_consume",
      reason: told("The battery powers the house"),
    });
  }
  if (state === "vehicle") {
    Object.assign(telemetry, { pv_w: 3420, battery_w: 0, house_w: 640, grid_w: 4620, vehicle_w: 7400 });
    Object.assign(control, { state: "self_consuming", applied: "self_consume" });
  }
  if (state === "export") {
    Object.assign(telemetry, {
      pv_w: 5200,
      battery_w: -4800,
      house_w: 700,
      grid_w: -9300,
      hours_to_full: null,
      hours_to_empty: 2.6,
    });
    Object.assign(control, {
      state: "discharging",
      applied: "discharge",
      reason: told("Exporting at 4.8 kW: 120 c now"),
    });
  }
  return live;
}

const sends = new Set<() => void>();
const sendAll = () => {
  for (const send of sends) send();
};
setInterval(sendAll, 10_000);
const connection = new FakeConnection((subscription) => {
  if (state === "loading") return;
  const send = () => {
    const plan = state === "empty" || state === "unloaded" ? null : samplePlan(Date.now());
    subscription.send(subscription.message.type === "sigenstor_panel/live/subscribe" ? { live: liveNow() } : { plan });
  };
  setTimeout(send, 10);
  sends.add(send);
});
if (state === "refused") connection.refuse = { code: "unauthorized", message: "You may not see this." };
const table = answers(Date.now);
if (state === "error") {
  for (const type of Object.keys(table)) {
    if (type === "sigenstor_panel/plants") continue;
    table[type] = () => {
      throw { code: "home_assistant_error", message: "The database could not be read." };
    };
  }
}
const schedules = new Map(state === "empty" ? [] : sampleSchedules.map((schedule) => [schedule.id, schedule]));
table["sigenstor_panel/schedules/list"] = () => ({ schedules: [...schedules.values()] });
table["sigenstor_panel.set_schedule"] = ({ config_entry_id: _, ...data }) => {
  const given = data as unknown as Schedule;
  if (given.action !== "hold" && !given.power_w) throw refused("power_w", "from 1 to 100000 W");
  const id = given.id ?? String(schedules.size);
  const known = schedules.get(id) ?? { created_at: new Date().toISOString() };
  const schedule = { ...known, ...given, id } as Schedule;
  schedules.set(id, schedule);
  setTimeout(sendAll, 50);
};
table["sigenstor_panel.delete_schedule"] = ({ id }) => {
  schedules.delete(String(id));
  setTimeout(sendAll, 50);
};
if (state === "empty") {
  table["sigenstor_panel/decisions/query"] = () => ({ total: 0, rows: [] });
  table["sigenstor_panel/audit/query"] = () => ({ total: 0, rows: [] });
  table["sigenstor_panel/history/query"] = () => ({
    rows: [],
    accuracy: { pv: null, house: null },
    outages: [],
    self_powered_percent: null,
  });
  table["sigenstor_panel/scores/query"] = () => ({ rows: [], supply_per_day: null });
}
if (state === "outage") {
  const history = table["sigenstor_panel/history/query"];
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const outages = [
    { start: ago(1.1), end: null, by_hand: false },
    { start: ago(9.4), end: ago(7.1), by_hand: true },
  ];
  table["sigenstor_panel/history/query"] = (message) => ({ ...(history?.(message) as object), outages });
}
if (options.has("plants"))
  table["sigenstor_panel/plants"] = () => ({ plants: [plant, { ...plant, entry_id: "second", title: "Garage" }] });
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const hass = fakeHass({
  answers: table,
  connection,
  isAdmin: options.get("admin") !== "no",
  darkMode: options.get("theme") === "dark",
  timeZone,
  locale: options.get("clock") === "12" ? { language: "en-US", time_format: "12" } : {},
});

if (state === "lost") setTimeout(() => connection.drop(), 200);

function showCards() {
  const grid = document.createElement("div");
  grid.className = "cards";
  for (const type of [
    "soc-badge",
    "price-badge",
    ...["flow", "plan", "control", "tile", "savings", "schedule"].map((kind) => `${kind}-card`),
  ]) {
    const card = document.createElement(`sigenstor-${type}`) as HTMLElement & { setConfig(config: object): void };
    card.setConfig(type === "plan-card" ? { title: "Next hours", hours: 12 } : {});
    Object.assign(card, { hass });
    grid.append(card);
  }
  document.body.append(grid);
}

const panel = document.createElement("sigenstor-panel") as SigenstorPanel;
const narrow = matchMedia("(max-width: 870px)");
const update = () =>
  Object.assign(panel, { hass, narrow: narrow.matches, route: { prefix: "", path: `/${current()}` } });
/** Pages are reached through `?page=`, so that a plain file server can serve the gallery. */
const current = () => new URLSearchParams(location.search).get("page") ?? page;
narrow.addEventListener("change", update);
window.addEventListener("location-changed", () => {
  const next = location.pathname.split("/").at(-1) ?? "";
  if (next && !next.includes("."))
    history.replaceState(null, "", `/?${new URLSearchParams({ ...Object.fromEntries(options), page: next })}`);
  update();
});
window.addEventListener("hass-notification", (event) =>
  alert((event as CustomEvent<{ message: string }>).detail.message),
);
if (options.has("cards")) {
  showCards();
} else {
  update();
  document.body.append(panel);
}
