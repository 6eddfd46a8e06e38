"""The optimiser in a real Home Assistant: in auto the plant follows it, in manual nothing is written."""

from collections.abc import AsyncIterator

from house import is_remote, optimise, wait_until_handed_back, wait_until_loaded
import pytest

from demo.stack import DemoStack
from demo.waiting import wait_until

MODE = "select.sigenstor_control_mode"
RECOMMENDATION = "sensor.sigenstor_recommendation"
NIGHTLY = "sensor.sigenstor_share_of_possible_savings"


@pytest.fixture
async def auto(stack: DemoStack) -> AsyncIterator[DemoStack]:
    """The stack with the optimiser in charge; afterwards it advises again, and the plant is soon handed back."""
    await wait_until_handed_back(stack)
    await choose_mode(stack, "auto")
    yield stack
    await choose_mode(stack, "manual")


async def choose_mode(stack: DemoStack, mode: str) -> None:
    await stack.api.post("/api/services/select/select_option", {"entity_id": MODE, "option": mode})


async def test_in_manual_it_advises_with_a_reason_and_nothing_is_written(stack: DemoStack) -> None:
    await wait_until_handed_back(stack)
    advice = await optimise(stack)
    assert advice["mode"] == "manual"
    assert advice["reason"]
    assert advice["buy"] is not None
    assert not is_remote(stack)


async def test_the_plan_covers_the_next_day_and_a_half(stack: DemoStack) -> None:
    await wait_until_loaded(stack)
    answer = await stack.api.post("/api/services/sigenstor_panel/get_plan?return_response", {})
    slots = answer["service_response"]["slots"]
    assert len(slots) >= 72
    assert [slot["start"] for slot in slots[1:]] == [slot["end"] for slot in slots[:-1]]


async def test_in_auto_the_plant_is_under_the_optimisers_control(auto: DemoStack) -> None:
    async def is_controlled() -> bool:
        return is_remote(auto)

    await wait_until(is_controlled, "the plant to be controlled", deadline_s=120)
    advice = await optimise(auto)
    audit = await auto.api.post("/api/services/sigenstor_panel/query_audit?return_response", {"limit": 1000})
    owners = [row["owner"] for row in audit["service_response"]["rows"]]
    assert "Optimiser" in owners
    assert await auto.api.state(RECOMMENDATION) == advice["action"]


async def test_past_days_are_scored_from_what_really_happened(stack: DemoStack) -> None:
    async def has_score() -> bool:
        return await stack.api.state(NIGHTLY) not in {"unknown", "unavailable"}

    await wait_until(has_score, "a score", deadline_s=60)
    shown = await stack.api.get(f"/api/states/{NIGHTLY}")
    score = shown["attributes"]["score"]
    assert score["perfect_foresight"] <= score["self_consumption"] + 0.001
    assert score["perfect_foresight"] <= score["no_battery"] + 0.001
    possible = score["no_battery"] - score["perfect_foresight"]
    assert float(shown["state"]) == pytest.approx(100 * (score["no_battery"] - score["actual"]) / possible, abs=0.06)
    days = (await stack.api.command("sigenstor_panel/scores/query"))["rows"]
    assert len(days) >= 29
    assert all(day["share_vs_no_battery"] is not None for day in days)
    # The month that the demo shows was run by the planner, and it shows.
    assert sum(day["actual"] for day in days) < sum(day["self_consumption"] for day in days)
