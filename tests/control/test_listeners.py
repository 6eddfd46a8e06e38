"""What listens to control cannot keep it from its work."""

from dataclasses import replace

import pytest
from rig import Rig

from custom_components.sigenstor_panel.control.environment import Environment
from custom_components.sigenstor_panel.control.intents import OverrideKind, new_override
from custom_components.sigenstor_panel.control.waiting import NotDoneError


def failing(*_: object) -> None:
    """Fail as a listener may."""
    raise RuntimeError("a text could not be written")


@pytest.mark.parametrize("names", [("on_event",), ("on_change",), ("on_event", "on_change")])
async def test_a_plant_that_does_not_obey_is_handed_back_whatever_a_listener_does(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("rig.Environment", lambda **given: replace(Environment(**given), **dict.fromkeys(names, failing)))
        rig = Rig()
    await rig.run(20)
    rig.plant.quirks["silently_ignored_registers"] = ((40032, 40033),)
    await rig.controller.async_tick()
    override = new_override(OverrideKind.FORCE_CHARGE, now=rig.now, power_w=1500)
    with pytest.raises(NotDoneError, match="40032"):
        await rig.controller.async_set_override(override)
    assert rig.register(40029) == 0
    await rig.run(30)
    for name in names:
        assert caplog.text.count(f"({name})") == 1


async def test_a_tick_that_was_put_off_is_made_up_for_whatever_a_listener_does(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("rig.Environment", lambda **given: replace(Environment(**given), on_change=failing))
        rig = Rig()
    await rig.run(20)
    async with rig.controller._lock:
        await rig.controller.async_tick()
    [task] = rig.controller._tasks._tasks
    await task
    assert "(on_change)" in caplog.text
