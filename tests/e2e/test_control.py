"""Control as a person uses it: press, watch the battery, stop, restart."""

from pathlib import Path
from typing import Any

from house import let_it_be_evening, wait_for_battery

from demo.place import Place
from demo.stack import DemoStack, StackSettings
from demo.waiting import wait_until

OVERRIDE = "select.sigenstor_override"
STOP = "switch.sigenstor_emergency_stop"
STATE = "sensor.sigenstor_control_state"


async def press(stack: DemoStack, action: str, entity_id: str, **data: Any) -> None:
    """Do what a tap in the interface does."""
    domain, service = action.split(".")
    await stack.api.post(f"/api/services/{domain}/{service}", {"entity_id": entity_id, **data})


async def wait_for_state(stack: DemoStack, entity_id: str, expected: str) -> None:
    """Wait until Home Assistant shows a state."""

    async def is_there() -> bool:
        return await stack.api.state(entity_id) == expected

    await wait_until(is_there, f"{entity_id} to be {expected}", deadline_s=120)


async def test_force_charge_ramps_the_battery_and_an_emergency_stop_outlives_a_restart(
    tmp_path: Path, place: Place
) -> None:
    async with DemoStack(StackSettings.on_free_ports(tmp_path, place=place)) as stack:
        await let_it_be_evening(stack)
        assert await stack.api.state(STATE) == "released"
        await press(stack, "number.set_value", "number.sigenstor_override_power", value=2000)
        await press(stack, "select.select_option", OVERRIDE, option="force_charge")
        await wait_for_battery(stack, 900, 1100)
        await wait_for_state(stack, STATE, "ramping")
        await wait_for_battery(stack, 1800, 2100)
        await wait_for_state(stack, STATE, "charging")

        await press(stack, "switch.turn_on", STOP)
        await wait_for_battery(stack, 0, 0)
        await wait_for_state(stack, STATE, "stopped")

    async with DemoStack(StackSettings.on_free_ports(tmp_path, place=place)) as stack:
        await wait_for_state(stack, STOP, "on")
        await wait_for_state(stack, STATE, "stopped")
        await wait_for_battery(stack, 0, 0)
        await press(stack, "switch.turn_off", STOP)
        await wait_for_state(stack, STATE, "released")
