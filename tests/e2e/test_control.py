"""Control as a person uses it: press, watch the battery, stop, start the demo once more."""

from pathlib import Path
from typing import Any

from house import PAST, let_it_be_evening, wait_for_battery

from demo.config_folder import DOMAIN
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


async def only_entry(stack: DemoStack) -> dict[str, Any]:
    """Return the integration's entry in Home Assistant."""
    [entry] = await stack.api.get(f"/api/config/config_entries/entry?domain={DOMAIN}")
    found: dict[str, Any] = entry
    return found


async def test_force_charge_ramps_the_battery_and_a_second_run_on_other_ports_finds_the_entry_and_the_emergency_stop(
    tmp_path: Path, place: Place
) -> None:
    async with DemoStack(StackSettings.on_free_ports(tmp_path, place=place, **PAST)) as stack:
        first = await only_entry(stack)
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

    async with DemoStack(StackSettings.on_free_ports(tmp_path, place=place, **PAST)) as stack:
        second = await only_entry(stack)
        assert (second["entry_id"], second["state"]) == (first["entry_id"], "loaded")
        await wait_for_state(stack, STOP, "on")
        await wait_for_state(stack, STATE, "stopped")
        await wait_for_battery(stack, 0, 0)
        await press(stack, "switch.turn_off", STOP)
        await wait_for_state(stack, STATE, "released")
