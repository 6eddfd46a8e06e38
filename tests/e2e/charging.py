"""A home whose optimiser charges the battery, whatever the hour.

It decides by rules under which any usual price is cheap. The owner lets the battery be charged with so little that one
step of the ramp reaches it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from house import let_it_be_evening, shown
import pytest

from demo.forecasts import OPTIONS
from demo.optimiser import MODE
from demo.place import Place
from demo.stack import DemoStack, StackSettings
from demo.waiting import wait_until
from simulator.market import MarketPrice, SimulatedMarket

CHARGE_W = 900
REMOTE, CHARGE_LIMIT, CHARGE_CUTOFF, DISCHARGE_CUTOFF = 40029, 40032, 40047, 40048
OWNERS = {REMOTE: 0.0, CHARGE_LIMIT: CHARGE_W / 1000, CHARGE_CUTOFF: 100.0, DISCHARGE_CUTOFF: 0.0}
"""What the owner has set; the cut-offs are wide open, so that those that count are the integration's."""

ALWAYS_CHARGE = {
    "strategy": "rules",
    "rules": {"solar_weight": 0, "usage_weight": 0, "cheap_buy_per_kwh": 2, "dear_buy_per_kwh": 5},
}


@asynccontextmanager
async def spike_ahead() -> AsyncIterator[None]:
    """Let the market have no spike but one that it forecasts in four hours, not dear yet for ALWAYS_CHARGE."""
    forecast, settled = SimulatedMarket.forecast, SimulatedMarket.settled

    def usual(price: MarketPrice) -> MarketPrice:
        return price._replace(general=min(price.general, 40.0), feed_in=min(price.feed_in, 20.0))

    def with_a_spike(market: SimulatedMarket, start_s: int, minutes: int, now_s: float) -> MarketPrice:
        price = usual(forecast(market, start_s, minutes, now_s))
        return price._replace(general=400.0) if 4 <= (start_s - now_s) / 3600 < 4.5 else price

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SimulatedMarket, "forecast", with_a_spike)
        patch.setattr(SimulatedMarket, "settled", lambda *asked: usual(settled(*asked)))
        yield


@asynccontextmanager
async def charging_home(folder: Path, place: Place) -> AsyncIterator[DemoStack]:
    """Yield a stack of its own, whose optimiser will charge once it may act; a spike is forecast in four hours."""
    settings = StackSettings.on_free_ports(folder, place=place, past_days=2, optimised_days=0)
    async with spike_ahead(), DemoStack(settings) as stack:
        await let_it_be_evening(stack)
        stack.simulator.plant.holding.update(OWNERS)
        [entry] = await stack.api.get("/api/config/config_entries/entry?domain=sigenstor_panel")
        step = await stack.api.post(OPTIONS, {"handler": entry["entry_id"]})
        step = await stack.api.post(f"{OPTIONS}/{step['flow_id']}", {"next_step_id": "optimiser"})
        step = await stack.api.post(f"{OPTIONS}/{step['flow_id']}", ALWAYS_CHARGE)
        assert step["type"] == "create_entry", step
        yield stack


async def put_in_charge(stack: DemoStack) -> None:
    """Put the optimiser in charge, and wait until the battery does what it says."""
    await choose_mode(stack, "auto")
    await wait_for_recommended_power(stack)

    async def has_an_outcome() -> bool:
        return (await last_command(stack))["outcome"] != "started"

    # The battery follows before the registers have been read back.
    await wait_until(has_an_outcome, "the command to have an outcome")


async def choose_mode(stack: DemoStack, mode: str) -> None:
    async def is_chosen() -> bool:
        await stack.api.post("/api/services/select/select_option", {"entity_id": MODE, "option": mode})
        return await stack.api.state(MODE) == mode

    await wait_until(is_chosen, f"the mode to be {mode}")


async def wait_for_recommended_power(stack: DemoStack) -> None:
    """Wait until the optimiser says to charge and the battery really does, no more and no less."""

    async def is_obeyed() -> bool:
        if await stack.api.state("sensor.sigenstor_recommendation") != "charge":
            return False
        recommended_w = await shown(stack, "sensor.sigenstor_recommended_battery_power")
        return recommended_w == CHARGE_W and abs(stack.simulator.plant.state.battery_w - recommended_w) <= 20

    # A command that could not be read back, as on a slow machine, is tried again after five minutes.
    await wait_until(is_obeyed, "the battery to do what is recommended", deadline_s=400)


async def decisions(stack: DemoStack) -> list[dict[str, Any]]:
    """Return the last decisions, latest first."""
    found = await stack.api.command("sigenstor_panel/decisions/query", limit=50)
    rows: list[dict[str, Any]] = [] if found is None else found["rows"]
    return rows


async def wait_for_decision(stack: DemoStack, trigger: str, after: int) -> dict[str, Any]:
    """Wait for a decision with a later id that was made for this reason, and return it."""

    async def made() -> dict[str, Any] | None:
        rows = await decisions(stack)
        return next((row for row in rows if row["trigger"] == trigger and row["id"] > after), None)

    found = await wait_until(made, f"a decision because of {trigger}", deadline_s=120)
    assert found is not None
    return found


async def last_command(stack: DemoStack) -> Any:
    """Return the last command of the optimiser, as the audit has it."""
    audit = await stack.api.post("/api/services/sigenstor_panel/query_audit?return_response", {"newest_first": True})
    return next(row for row in audit["service_response"]["rows"] if row["owner"] == "Optimiser")


async def last_decision(stack: DemoStack) -> int:
    """Return the id of the last decision."""
    return int((await decisions(stack))[0]["id"])
