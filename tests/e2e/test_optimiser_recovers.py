"""Nothing bad happens to a plant whose optimiser, or whose Home Assistant, is gone for a while."""

from copy import deepcopy

from charging import (
    CHARGE_W,
    DISCHARGE_CUTOFF,
    OWNERS,
    REMOTE,
    choose_mode,
    last_decision,
    wait_for_decision,
    wait_for_recommended_power,
)

from demo.stack import DemoStack
from demo.waiting import wait_until


async def test_home_assistant_killed_while_it_charges_leaves_a_safe_plant_and_takes_it_up_again(
    acting: DemoStack,
) -> None:
    before = await last_decision(acting)
    await acting.hass.kill()
    plant = acting.simulator.plant
    # The plant goes on charging by itself: what ends it is the cut-off in its own registers.
    assert plant.holding[REMOTE] == 1
    assert plant.holding[DISCHARGE_CUTOFF] >= 5
    alone = deepcopy(plant)
    for _ in range(48 * 120):
        alone.step(30.0)
        assert 5 <= alone.state.soc <= 98.5
        assert alone.state.battery_w <= CHARGE_W + 20
    assert alone.state.soc >= 97.5

    await acting.start_hass()
    assert (await wait_for_decision(acting, "start", before))["action"] == "charge"
    await wait_for_recommended_power(acting)
    await choose_mode(acting, "manual")

    async def is_given_back() -> bool:
        return {address: plant.holding[address] for address in OWNERS} == OWNERS

    await wait_until(is_given_back, "the plant to be as its owner had set it", deadline_s=120)


async def test_without_telemetry_nothing_is_requested_until_it_is_back(acting: DemoStack) -> None:
    before = await last_decision(acting)

    async def waits() -> bool:
        return await acting.api.state("sensor.sigenstor_optimiser_status") == "waiting"

    await acting.simulator.stop()
    try:
        await wait_until(waits, "the optimiser to wait", deadline_s=120)
        gone = await wait_for_decision(acting, "plant_gone", before)
        assert (gone["action"], gone["engine"]) == ("self_consume", "fallback")
    finally:
        await acting.simulator.start()
    back = await wait_for_decision(acting, "plant_back", gone["id"])
    assert (back["action"], back["engine"]) == ("charge", "price")
    await wait_for_recommended_power(acting)
