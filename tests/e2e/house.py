"""What the simulated house really does, whatever any page says, and what Home Assistant knows of it."""

from contextlib import closing
from math import nan
import sqlite3
from typing import Any, Final

from demo.stack import SOC, DemoStack
from demo.waiting import wait_until

PAST: Final = {"past_days": 35, "optimised_days": 8}
"""More than a month, so that there is one before: the more, the longer a stack takes to start."""
BATTERY_POWER: Final = "sensor.sigenstor_battery_power"
PV_POWER: Final = "sensor.sigenstor_pv_power"


async def wait_for_battery(stack: DemoStack, low_w: float, high_w: float) -> None:
    """Wait until the battery's true power is in a range; > 0 charges."""

    async def is_in_range() -> bool:
        return low_w <= stack.simulator.plant.state.battery_w <= high_w

    await wait_until(is_in_range, f"a battery power from {low_w} to {high_w} W", deadline_s=150)


def is_remote(stack: DemoStack) -> bool:
    """Return whether the plant is under somebody else's control than its owner's."""
    return bool(stack.simulator.plant.holding[40029])


async def wait_until_handed_back(stack: DemoStack) -> None:
    """Wait until the plant is its owner's again, which takes a minute after the last command."""

    async def is_handed_back() -> bool:
        return not is_remote(stack)

    await wait_until(is_handed_back, "the plant to be handed back", deadline_s=180)


async def shown(stack: DemoStack, entity_id: str) -> float:
    """Return the number that Home Assistant shows; NaN while it shows none."""
    try:
        return float(await stack.api.state(entity_id) or nan)
    except ValueError:
        return nan


async def let_it_be_evening(stack: DemoStack) -> None:
    """Let there be no sun, a house that needs little and a battery with room; return when Home Assistant knows it all.

    What is pressed before would count from what the sun made the battery do.
    """
    stack.simulator.set(soc=40, pv_power_w=0, house_power_w=500)

    async def is_known() -> bool:
        return (
            abs(await shown(stack, SOC) - 40) < 2
            and abs(await shown(stack, PV_POWER)) < 50
            and abs(await shown(stack, BATTERY_POWER) + 500) < 100
        )

    await wait_until(is_known, "the evening to be known", deadline_s=120)


async def wait_until_loaded(stack: DemoStack) -> None:
    """Wait until the integration runs, which may have been reloaded a moment ago."""

    async def is_loaded() -> bool:
        [system] = (await stack.api.command("sigenstor_panel/plants"))["plants"]
        return bool(system["loaded"])

    await wait_until(is_loaded, "the integration to be loaded", deadline_s=120)


async def optimise(stack: DemoStack) -> dict[str, Any]:
    """Let it decide now and return what it recommends."""
    await wait_until_loaded(stack)
    answer = await stack.api.post("/api/services/sigenstor_panel/optimise?return_response", {})
    response: dict[str, Any] = answer["service_response"]
    return response


def audit_tail(stack: DemoStack) -> str:
    """Return the last rows of the audit, the newest first."""
    path = stack.settings.folder / "config" / "sigenstor_panel_audit.db"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        rows = database.execute(
            "SELECT datetime(time_us / 1000000, 'unixepoch'), owner, action, reason, power_w, outcome, detail"
            " FROM sigenstor_panel_audit ORDER BY id DESC LIMIT 8"
        )
        return "\n".join("  ".join(map(str, row)) for row in rows)
