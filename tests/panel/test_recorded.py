"""What the panel is sent is what the TypeScript says it is: real answers, recorded for the type checker.

`frontend/src/testing/recorded.ts` is written anew with `pytest tests/panel/test_recorded.py --snapshot-update`.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
import json
from math import pi, sin
from pathlib import Path
import re
from types import SimpleNamespace
from typing import Any

from browsers import Browser
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockModule, mock_integration, mock_platform
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control.check_result import Step
from custom_components.sigenstor_panel.control.intents import OverrideKind
from custom_components.sigenstor_panel.control.memory import ControlMode
from custom_components.sigenstor_panel.control.status import ControlState
from custom_components.sigenstor_panel.coordinator.optimiser_state import OptimiserStatus
from custom_components.sigenstor_panel.model.audit_entry import Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor, ChargerAction
from custom_components.sigenstor_panel.model.telemetry import AlarmGroup, GridStatus
from custom_components.sigenstor_panel.optimiser.contract import Degradation, Engine, Strategy
from custom_components.sigenstor_panel.optimiser.sun.correction import DayAccuracy
from custom_components.sigenstor_panel.panel.rows import Period
from custom_components.sigenstor_panel.records.decision_rows import DayRecord
from custom_components.sigenstor_panel.statistics.sun import add_day

FRONTEND = Path(__file__).parents[2] / "frontend" / "src"
RECORDED = FRONTEND / "testing" / "recorded.ts"
TYPES = {
    "plant": "Plant",
    "live": "Live",
    "overridden": "Live",
    "plan": "Plan",
    "changedPlan": "Plan",
    "schedule": "Schedule",
    "decision": "Decision",
    "auditRow": "AuditRow",
    "scores": "Scores",
    "history": "History",
}
"""The types of `frontend/src/api/types.ts`, by the names of the recordings."""
WORDS: dict[str, type[StrEnum]] = {
    "Action": Action,
    "Actor": Actor,
    "AlarmGroup": AlarmGroup,
    "AuditOutcome": Outcome,
    "ChargerAction": ChargerAction,
    "CheckStep": Step,
    "ControlState": ControlState,
    "Degradation": Degradation,
    "Engine": Engine,
    "GridStatus": GridStatus,
    "HistoryPeriod": Period,
    "Mode": ControlMode,
    "OptimiserStatus": OptimiserStatus,
    "OverrideKind": OverrideKind,
    "Strategy": Strategy,
}
"""The enumerations that it names."""

TARIFF = {
    "source": "tariff",
    "buy": {
        "flat_per_kwh": 0.28,
        "bands": [
            {"per_kwh": 0.08, "start": "10:00", "end": "14:00"},
            {"per_kwh": 0.55, "start": "17:00", "end": "21:00"},
        ],
    },
    "sell": {"flat_per_kwh": 0.05, "bands": [{"per_kwh": 0.45, "start": "17:00", "end": "20:00"}]},
}
MIDNIGHT = datetime(2026, 1, 13, 14, tzinfo=UTC)
"""In Brisbane, the day before the plant is set up."""
HOUR = timedelta(hours=1)
SUN_KWH = [max(0.0, round(6 * sin((hour - 6) / 12 * pi), 2)) for hour in range(24)]
HOUSE_KWH = [0.5] * 17 + [2.0] * 4 + [0.7] * 3

pytestmark = pytest.mark.usefixtures("recorder_mock")


def shape(value: Any) -> Any:
    """Return what kind of values stand where."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def written(value: Any) -> str:
    """Return JSON that has a line for each of the rows of a list."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in value) + "\n]"
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f'"{key}": {written(each)}' for key, each in value.items()) + "\n}"
    return json.dumps(value, ensure_ascii=False)


def as_typescript(recorded: dict[str, Any]) -> str:
    """Return the recordings, each checked against its type."""
    names = ", ".join(sorted(set(TYPES.values())))
    parts = [f"export const {name} = {written(value)} satisfies {TYPES[name]};\n" for name, value in recorded.items()]
    head = f'// Written by tests/panel/test_recorded.py.\nimport type {{ {names} }} from "../api/types";\n'
    return "\n".join([head, *parts])


def from_typescript(text: str) -> dict[str, Any]:
    """Return what `as_typescript` wrote."""
    found = re.findall(r"export const (\w+) = (.*?) satisfies", text, flags=re.DOTALL)
    return {name: json.loads(value) for name, value in found}


@pytest.fixture
async def lived(hass: HomeAssistant, plant: ConfigEntry[Any], seed: Callable[..., Awaitable[None]]) -> ConfigEntry[Any]:
    """A plant that the optimiser runs by prices that change and a solar forecast, after a day and two scores."""

    async def forecast_of(_hass: HomeAssistant, _entry_id: str) -> Any:
        return {
            "wh_hours": {
                (MIDNIGHT + (24 * day + hour) * HOUR).isoformat(): kwh * 1000
                for day in range(4)
                for hour, kwh in enumerate(SUN_KWH)
            }
        }

    mock_integration(hass, MockModule("other_solar"))
    mock_platform(hass, "other_solar.energy", SimpleNamespace(async_get_solar_forecast=forecast_of))
    hass.config.components.add("other_solar")
    MockConfigEntry(domain="other_solar", entry_id="other").add_to_hass(hass)
    options = {"prices": TARIFF, "solar": {"source": "energy", "energy_entry": "other"}, "supply_per_day": 1.1}
    hass.config_entries.async_update_entry(plant, options={**plant.options, **options})
    await hass.config_entries.async_reload(plant.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    left = [sun - house for sun, house in zip(SUN_KWH, HOUSE_KWH, strict=True)]
    await seed(
        MIDNIGHT,
        {
            "pv_energy": SUN_KWH,
            "house_energy": HOUSE_KWH,
            "grid_import_energy": [0.1] * 24,
            "grid_export_energy": [0.1] * 24,
            "battery_charged_energy": [max(0.0, kwh) for kwh in left],
            "battery_discharged_energy": [max(0.0, -kwh) for kwh in left],
        },
        {
            "buy": [0.28] * 10 + [0.08] * 4 + [0.28] * 3 + [0.55] * 4 + [0.28] * 3,
            "sell": [0.05] * 17 + [0.45] * 3 + [0.05] * 4,
            "state_of_charge": [*range(50, 38, -2), *range(40, 95, 5), *range(95, 60, -5)],
            "pv_forecast_now": [kwh * 1100 for kwh in SUN_KWH],
            "load_forecast_now": [600] * 24,
        },
    )
    data = plant.runtime_data
    for number, day in enumerate((date(2026, 1, 13), date(2026, 1, 14))):
        add_day(hass, plant, day, DayAccuracy(hours=14, mean_absolute_error_w=310.0, bias_w=-40.0))
        costs = {"actual": -1.2, "no_battery": 5.1, "self_consumption": 1.4, "rules": -0.9, "plan": -1.3}
        shares = {"share_vs_no_battery": 96.0, "share_vs_self_consumption": 90.0}
        ways = {way: cost - number for way, cost in costs.items()}
        best = -1.5 - number
        await data.optimiser.scores.add(
            DayRecord(day=day, mode="auto", paid=-1.4, perfect_foresight=best, **ways, **shares)
        )
    await async_wait_recording_done(hass)
    await data.telemetry.async_refresh()
    await data.control.async_change_settings(mode=ControlMode.AUTO)
    await data.optimiser.async_optimise("asked")
    await data.control.async_tick()
    return plant


@pytest.fixture
async def recorded(
    lived: ConfigEntry[Any], browser: Browser, open_browser: Callable[..., Awaitable[Browser]]
) -> dict[str, Any]:
    """The answers to everything that the panel asks, at last with an override and a schedule."""
    control = lived.runtime_data.control

    async def sent(feed: str) -> Any:
        another = await open_browser("user")
        await another.subscribe(f"{feed}/subscribe")
        return (await another.event())[feed]

    [one] = (await browser.result("plants"))["plants"]
    # One of many entities says what all are; which there are is another test's concern.
    found: dict[str, Any] = {"plant": one | {"entities": {"state_of_charge": one["entities"]["state_of_charge"]}}}
    found["live"] = await sent("live")
    found["plan"] = await sent("plan")
    changed = (await browser.result("plan/what_if", reserve_soc=30))["changed"]
    found["changedPlan"] = changed | {"slots": changed["slots"][:1]}
    schedule = {"name": "Night", "action": "charge", "start": "01:00", "end": "04:00", "days": [0], "power_w": 3000}
    await control.async_set_schedule({**schedule, "target_soc": 80})
    assert (await browser.act("force_charge", power_w=2000, duration={"minutes": 30}))["success"]
    await control.async_tick()
    found["overridden"] = await sent("live")
    [found["schedule"]] = (await browser.result("schedules/list"))["schedules"]
    [found["decision"]] = (await browser.result("decisions/query", limit=1))["rows"]
    [found["auditRow"]] = (await browser.result("audit/query", limit=1, newest_first=True))["rows"]
    day = {"start": MIDNIGHT.isoformat(), "end": (MIDNIGHT + 24 * HOUR).isoformat()}
    found["scores"] = await browser.result("scores/query")
    found["history"] = await browser.result("history/query", period="hour", **day)
    return {name: found[name] for name in TYPES}


async def test_the_panel_is_sent_what_its_types_say(recorded: dict[str, Any], request: pytest.FixtureRequest) -> None:
    assert recorded.keys() == TYPES.keys()
    if request.config.getoption("--snapshot-update"):
        RECORDED.write_text(as_typescript(recorded), encoding="utf-8")
    assert shape(from_typescript(RECORDED.read_text(encoding="utf-8"))) == shape(recorded), (
        f"frontend/src/testing/recorded.ts is out of date: record {DOMAIN} anew with --snapshot-update, and see what tsc says"
    )


def test_the_types_have_every_word_that_may_be_sent() -> None:
    text = (FRONTEND / "api" / "types.ts").read_text(encoding="utf-8")
    unions = {
        name: set(re.findall(r'"(\w+)"', re.sub(r"/\*\*.*?\*/", "", words)))
        for name, words in re.findall(r"export type (\w+) =\s*([^;]+);", text)
    }
    assert {name: unions.get(name) for name in WORDS} == {name: set(words) for name, words in WORDS.items()}
