"""Two Home Assistants with this integration on one plant: one ends standing back, and both say why."""

from datetime import timedelta
from typing import Any

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.status import ControlState, ControlStatus, status_of
from tests.english import english

CHARGE, HOLD, EXPORT = OverrideKind.FORCE_CHARGE, OverrideKind.FORCE_HOLD, OverrideKind.FORCE_EXPORT
OWNERS = {40032: 8.0, 40034: 9.0}


class Pair:
    """A plant without sun, and two controllers that look at it in turn."""

    def __init__(self, **plant: Any) -> None:
        self.first, self.second = Rig(**plant), Rig(**plant)
        self.plant = self.second.plant = self.first.plant
        self.second.device = self.first.device
        self.plant.pv_power_w, self.plant.house_power_w = 0, 500
        self.plant.holding.update(OWNERS)
        self.plant.settle()
        self.owners = dict(self.plant.holding)

    @property
    def both(self) -> tuple[Rig, Rig]:
        return self.first, self.second

    async def run(self, seconds: int) -> None:
        """Let time pass; each controller is five seconds behind the other."""
        for _ in range(0, seconds, 10):
            for rig in self.both:
                for _ in range(5):
                    self.plant.step(1.0)
                for each in self.both:
                    each.now += timedelta(seconds=5)
                    each.steady_s += 5
                await rig.poll()
                await rig.controller.async_tick()

    def states(self) -> dict[ControlState, ControlStatus]:
        """Return what people see in each, by the state."""
        seen = [status_of(rig.controller) for rig in self.both]
        return {status.state: status for status in seen if status is not None}


async def started(**plant: Any) -> Pair:
    pair = Pair(**plant)
    await pair.run(20)
    return pair


async def ask(rig: Rig, kind: OverrideKind | None, power_w: int) -> None:
    """Force something, or stop the battery."""
    if kind is None:
        await rig.controller.async_emergency_stop()
        return
    power = None if kind is HOLD else power_w
    await rig.controller.async_set_override(new_override(kind, now=rig.now, power_w=power))


DISPUTES = {
    "charge and export": ((CHARGE, 3000), (EXPORT, 3000)),
    "hold and charge": ((HOLD, 0), (CHARGE, 2000)),
    "export and hold": ((EXPORT, 2000), (HOLD, 0)),
    "more and less": ((CHARGE, 3000), (CHARGE, 1000)),
}


@pytest.mark.parametrize("dispute", DISPUTES)
async def test_one_stands_back_both_say_why_and_neither_goes_on_writing(dispute: str) -> None:
    (first, first_w), (second, second_w) = DISPUTES[dispute]
    pair = await started()
    await ask(pair.first, first, first_w)
    await pair.run(100)
    await ask(pair.second, second, second_w)
    await pair.run(600)
    states = pair.states()
    assert ControlState.WAITING in states
    (winner,) = (status for state, status in states.items() if state is not ControlState.WAITING)
    assert winner.applied is winner.wanted
    for status in states.values():
        assert "Something else keeps changing" in english(status.alert)
    assert all(len(rig.writes) <= 15 for rig in pair.both)
    for _ in range(2):
        before = [len(rig.writes) for rig in pair.both]
        await pair.run(3600)
        assert ControlState.WAITING in pair.states()
        assert all(len(rig.writes) - already <= 15 for rig, already in zip(pair.both, before, strict=True))


async def test_an_emergency_stop_holds_whatever_the_other_wants() -> None:
    pair = await started()
    await ask(pair.first, None, 0)
    await pair.run(60)
    await ask(pair.second, CHARGE, 2000)
    await pair.run(300)
    moved_s = 0
    for _ in range(360):
        await pair.run(10)
        moved_s += 10 * (abs(pair.first.battery_w) > 200)
    assert moved_s <= 60
    assert set(pair.states()) == {ControlState.STOPPED, ControlState.WAITING}
    assert "Something else keeps changing" in english(pair.states()[ControlState.WAITING].alert)


@pytest.mark.parametrize("first_to_end", [0, 1])
@pytest.mark.parametrize("dispute", ["charge and export", "hold and charge", "export and hold"])
async def test_when_both_have_ended_no_limit_of_theirs_is_left_without_a_word(dispute: str, first_to_end: int) -> None:
    (first, first_w), (second, second_w) = DISPUTES[dispute]
    pair = await started()
    await ask(pair.first, first, first_w)
    await pair.run(100)
    await ask(pair.second, second, second_w)
    await pair.run(1200)
    for rig in (pair.both[first_to_end], pair.both[1 - first_to_end]):
        await rig.controller.async_set_override(None)
        await pair.run(600)
    assert pair.plant.holding[40029] == 0
    # Who came second found the limits of the first, and asks about them.
    asked = pair.second.controller.limits_below_rating
    for name, address in (("charge_limit_w", 40032), ("discharge_limit_w", 40034)):
        assert pair.plant.holding[address] >= OWNERS[address] or (name in asked and pair.plant.holding[address] > 0)
