"""What the simulated house really does, whatever any page says."""

from demo.stack import DemoStack
from demo.waiting import wait_until


async def wait_for_battery(stack: DemoStack, low_w: float, high_w: float) -> None:
    """Wait until the battery's true power is in a range; > 0 charges."""

    async def is_in_range() -> bool:
        return low_w <= stack.simulator.plant.state.battery_w <= high_w

    await wait_until(is_in_range, f"a battery power from {low_w} to {high_w} W", deadline_s=150)
