"""What the panel is sent is what the TypeScript says it is: real answers, recorded for the type checker.

`frontend/src/testing/recorded.ts` is written anew with `pytest tests/panel/test_recorded.py --snapshot-update`.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
import json
from pathlib import Path
import re
from typing import Any

from browsers import Browser
from homeassistant.config_entries import ConfigEntry
import pytest

from custom_components.sigenstor_panel.const import DOMAIN

RECORDED = Path(__file__).parents[2] / "frontend" / "src" / "testing" / "recorded.ts"
TYPES = {
    "plants": "Plant[]",
    "live": "Live",
    "plan": "Plan",
    "changedPlan": "Plan",
    "schedules": "Schedule[]",
    "decisions": "Decision[]",
    "audit": "AuditRow[]",
    "scores": "Scores",
    "history": "History",
}
"""The types of `frontend/src/api/types.ts`, by the names of the recordings."""
MOST = 2
"""Of a list, as many say what all of them are."""

pytestmark = pytest.mark.usefixtures("recorder_mock")


def shortened(value: Any) -> Any:
    """Return a value with the first few of each list."""
    if isinstance(value, dict):
        return {key: shortened(each) for key, each in value.items()}
    return [shortened(each) for each in value[:MOST]] if isinstance(value, list) else value


def shape(value: Any) -> Any:
    """Return what kind of values stand where."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def as_typescript(recorded: dict[str, Any]) -> str:
    """Return the recordings, each checked against its type."""
    names = ", ".join(sorted({kind.removesuffix("[]") for kind in TYPES.values()}))
    parts = [
        f"export const {name} = {json.dumps(value, indent=2, ensure_ascii=False)} satisfies {TYPES[name]};\n"
        for name, value in recorded.items()
    ]
    head = f'// Written by tests/panel/test_recorded.py.\nimport type {{ {names} }} from "../api/types";\n'
    return "\n".join([head, *parts])


def from_typescript(text: str) -> dict[str, Any]:
    """Return what `as_typescript` wrote."""
    found = re.findall(r"export const (\w+) = (.*?) satisfies", text, flags=re.DOTALL)
    return {name: json.loads(value) for name, value in found}


@pytest.fixture
async def recorded(
    plant: ConfigEntry[Any], browser: Browser, open_browser: Callable[..., Awaitable[Browser]]
) -> dict[str, Any]:
    """The answers to everything that the panel asks, after a day with an override and a schedule."""
    optimiser, control = plant.runtime_data.optimiser, plant.runtime_data.control
    await optimiser.async_optimise("asked")
    schedule = {"name": "Night", "action": "charge", "start": "01:00", "end": "04:00", "days": [0], "power_w": 3000}
    await control.async_set_schedule({**schedule, "target_soc": 80})
    assert (await browser.act("force_charge", power_w=2000, duration={"minutes": 30}))["success"]
    await control.async_tick()
    day = {
        "start": datetime(2026, 1, 14, 14, tzinfo=UTC).isoformat(),
        "end": datetime(2026, 1, 15, 14, tzinfo=UTC).isoformat(),
    }
    [one] = (await browser.result("plants"))["plants"]
    # One of many entities says what all are; which there are is another test's concern.
    found: dict[str, Any] = {"plants": [one | {"entities": {"state_of_charge": one["entities"]["state_of_charge"]}}]}
    for feed in ("live", "plan"):
        another = await open_browser("user")
        await another.subscribe(f"{feed}/subscribe")
        found[feed] = (await another.event())[feed]
    found["changedPlan"] = (await browser.result("plan/what_if", reserve_soc=30))["changed"]
    found["schedules"] = (await browser.result("schedules/list"))["schedules"]
    found["decisions"] = (await browser.result("decisions/query", limit=5))["rows"]
    found["audit"] = (await browser.result("audit/query", limit=5))["rows"]
    found["scores"] = await browser.result("scores/query", **day)
    found["history"] = await browser.result("history/query", period="hour", **day)
    return {name: shortened(value) for name, value in found.items()}


async def test_the_panel_is_sent_what_its_types_say(recorded: dict[str, Any], request: pytest.FixtureRequest) -> None:
    assert recorded.keys() == TYPES.keys()
    if request.config.getoption("--snapshot-update"):
        RECORDED.write_text(as_typescript(recorded), encoding="utf-8")
    assert shape(from_typescript(RECORDED.read_text(encoding="utf-8"))) == shape(recorded), (
        f"frontend/src/testing/recorded.ts is out of date: record {DOMAIN} anew with --snapshot-update, and see what tsc says"
    )
