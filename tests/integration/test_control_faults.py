"""What goes wrong between Home Assistant and the plant, over real TCP: where the registers, the audit and people end up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import timedelta
from time import monotonic
from typing import Any

from forms import choose, fill_in
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.model.message import Message, plain
from custom_components.sigenstor_panel.plant import client
from simulator import Simulator

type Act = Callable[..., Awaitable[Any]]
type Later = Callable[[int], Awaitable[None]]
type AtWrite = Callable[[int, Callable[[], object]], None]

REAL_CLOCK = (monotonic,)
"""Kept where freezing time does not replace it."""

OWNERS = {40032: 8.0, 40034: 9.0, 40038: None, 40047: 100.0, 40048: 0.0}
TAKE_OVER = [40047, 40048, 40029, 40032, 40031]


@pytest.fixture
def patience_s() -> float:
    """How long to wait for a reply."""
    return client.READ_TIMEOUT_S


@pytest.fixture(autouse=True)
def patience(patience_s: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give up on a reply sooner where a test asks for it."""
    monkeypatch.setattr(client, "READ_TIMEOUT_S", patience_s)


@pytest.fixture(autouse=True)
def owners(simulator: Simulator) -> None:
    """Let the owner's registers differ from all that control wants, so that each is written and given back."""
    simulator.plant.holding.update(OWNERS)


@pytest.fixture(autouse=True)
async def running_loop(owners: None, patience: None, hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the event loop's clock run: late replies and timeouts take real time. Only tests tick timers and control.

    From the start: a connection remembers when it was last used.
    """
    monkeypatch.setattr(hass.loop, "time", REAL_CLOCK[0])


@pytest.fixture
def later(control: ControlService, simulator: Simulator, freezer: FrozenDateTimeFactory) -> Later:
    """Let time pass, for the plant too; then look at it, if it answers, and let control do what is due."""

    async def passes(seconds: int) -> None:
        freezer.tick(seconds)
        simulator.advance(seconds)
        await control.telemetry.async_refresh()
        await control.async_tick()
        await control.hass.async_block_till_done(wait_background_tasks=True)

    return passes


@pytest.fixture
def at_write(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> AtWrite:
    """Do something when the plant takes its nth write from now, before it answers."""

    def arm(nth: int, happen: Callable[[], object]) -> None:
        device, taken = simulator.device, list[int]()
        write = device.write

        def take(unit: int, address: int, words: Sequence[int]) -> None:
            write(unit, address, words)
            taken.append(address)
            if len(taken) == nth:
                happen()

        monkeypatch.setattr(device, "write", take)

    return arm


@pytest.fixture
async def outcomes(control: ControlService) -> Callable[[], Awaitable[list[tuple[str, str]]]]:
    """Return what the audit says, oldest first."""

    async def query() -> list[tuple[str, str]]:
        now = dt_util.utcnow()
        rows = await control.audit.query(now - timedelta(days=1), now + timedelta(days=1), limit=100)
        return [(row.action.value, row.outcome.value) for row in rows]

    return query


@pytest.fixture
def alert(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Callable[[], str | None]:
    """Return what people are told in a repair issue."""

    def look() -> str | None:
        issue = ir.async_get(hass).async_get_issue(DOMAIN, f"control_alert_{controlled.entry_id}")
        return None if issue is None else str((issue.translation_placeholders or {})["message"])

    return look


@pytest.fixture(autouse=True)
async def counters_only_rise(running_loop: None, control: ControlService) -> AsyncGenerator[None]:
    """Whatever happens to control, the counters of a plant at night never fall, and what was read stays known."""
    before = asdict(control.telemetry.data.energy)
    yield
    after = asdict(control.telemetry.data.energy)
    for name, value in before.items():
        if value is not None:
            assert after[name] is not None, name
            assert after[name] >= value, name


def is_the_owners(simulator: Simulator) -> bool:
    holding = simulator.plant.holding
    return holding[40029] == 0 and {address: holding[address] for address in OWNERS} == OWNERS


class TestTheServerGoesAway:
    """The plant is gone between two writes of a take-over, and comes back."""

    @pytest.mark.parametrize("simulator_settings", [{"quirks": {"counters_zero_after_reconnect_s": 20}}])
    @pytest.mark.parametrize("nth", range(1, len(TAKE_OVER) + 1))
    async def test_it_is_handed_back_when_it_returns_and_people_are_told(
        self,
        simulator: Simulator,
        act: Act,
        at_write: AtWrite,
        later: Later,
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
        alert: Callable[[], str | None],
        nth: int,
    ) -> None:
        stops: list[asyncio.Task[None]] = []

        def go_away() -> None:
            simulator._server.drop_connections()
            stops.append(asyncio.get_running_loop().create_task(simulator.stop()))

        at_write(nth, go_away)
        with pytest.raises(HomeAssistantError, match="Not carried out"):
            await act("force_charge", power_w=1000)
        await asyncio.gather(*stops)
        assert await outcomes() == [("charge", "failed")]
        assert "returned to its own mode" in (alert() or "")
        await later(10)
        await simulator.start()
        await later(60)
        await later(10)
        assert is_the_owners(simulator)
        assert await outcomes() == [("charge", "failed"), ("release", "confirmed")]
        assert alert()

    async def test_before_the_first_write_nothing_has_happened(
        self,
        simulator: Simulator,
        act: Act,
        later: Later,
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
    ) -> None:
        await simulator.stop()
        with pytest.raises(HomeAssistantError, match="Not carried out"):
            await act("force_charge", power_w=1000)
        assert await outcomes() == []
        assert is_the_owners(simulator)
        await simulator.start()
        await later(10)
        await later(10)
        assert await outcomes() == []
        assert is_the_owners(simulator)
        await act("force_charge", power_w=1000)
        assert simulator.plant.holding[40031] == 4
        assert await outcomes() == [("charge", "confirmed")]


class TestTheDeviceDoesNotTakeIt:
    """A register that refuses, or that says yes and does nothing."""

    @pytest.mark.parametrize("register", TAKE_OVER)
    @pytest.mark.parametrize(
        ("quirk", "outcome"), [("refused_registers", "failed"), ("silently_ignored_registers", "reverted")]
    )
    async def test_the_plant_is_handed_back_left_alone_and_people_are_told(
        self,
        simulator: Simulator,
        act: Act,
        later: Later,
        writes: Callable[[], list[int]],
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
        alert: Callable[[], str | None],
        quirk: str,
        outcome: str,
        register: int,
    ) -> None:
        simulator.set(quirks={quirk: [[register, register + (register in (40032, 40034))]]})
        with pytest.raises(HomeAssistantError, match="Not carried out"):
            await act("force_charge", power_w=1000)
        assert is_the_owners(simulator)
        rows = await outcomes()
        assert rows[0] == ("charge", outcome)
        assert set(rows[1:]) <= {("release", "confirmed")}
        assert "returned to its own mode" in (alert() or "")
        written = writes()
        for _ in range(4):
            await later(61)
        assert writes() == written

    async def test_a_hand_back_that_is_refused_is_tried_until_it_is_taken(
        self,
        simulator: Simulator,
        act: Act,
        later: Later,
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
        alert: Callable[[], str | None],
    ) -> None:
        await act("force_charge", power_w=1000)
        simulator.set(quirks={"refused_registers": [40029]})
        await later(61)
        with pytest.raises(HomeAssistantError, match="40029"):
            await act("clear_override")
        assert "could not be returned to its own mode" in (alert() or "")
        assert (await outcomes())[-1] == ("release", "failed")
        for _ in range(3):
            await later(301)
        assert (await outcomes())[-2:] == [("release", "failed"), ("release", "started")]
        simulator.set(quirks={"refused_registers": []})
        await later(301)
        assert is_the_owners(simulator)
        assert (await outcomes())[-2:] == [("release", "failed"), ("release", "confirmed")]


class TestLateReplies:
    """Wi-Fi sites see them."""

    async def test_a_reply_that_is_late_but_in_time_changes_nothing(
        self,
        simulator: Simulator,
        act: Act,
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
        alert: Callable[[], str | None],
    ) -> None:
        simulator.set(quirks={"late_reply_s": 0.05})
        await act("force_charge", power_w=1000)
        assert [simulator.plant.holding[address] for address in TAKE_OVER] == [98.0, 5.0, 1, 1.0, 4]
        assert await outcomes() == [("charge", "confirmed")]
        assert alert() is None

    @pytest.mark.parametrize("patience_s", [1.0])
    async def test_replies_that_come_too_late_are_not_taken_for_those_of_later_requests(
        self,
        simulator: Simulator,
        act: Act,
        at_write: AtWrite,
        later: Later,
        outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
        alert: Callable[[], str | None],
    ) -> None:
        at_write(2, lambda: simulator.set(quirks={"late_reply_s": 1.5}))
        with pytest.raises(HomeAssistantError, match="Not carried out"):
            await act("force_charge", power_w=1000)
        assert await outcomes() == [("charge", "failed")]
        assert alert()
        simulator.set(quirks={"late_reply_s": 0})
        for _ in range(20):
            if is_the_owners(simulator):
                break
            await later(10)
        assert is_the_owners(simulator)
        assert (await outcomes())[-1] == ("release", "confirmed")


async def test_an_export_limit_that_the_plant_drops_is_set_again_at_most_once_a_minute(
    simulator: Simulator,
    act: Act,
    later: Later,
    writes: Callable[[], list[int]],
    outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
    alert: Callable[[], str | None],
) -> None:
    simulator.set(quirks={"export_limit_reverts_s": 15})
    await act("set_export_limit", power_w=3000)
    assert simulator.plant.holding[40038] == 3.0
    for _ in range(18):
        await later(10)
    assert writes().count(40038) == 4
    assert set(await outcomes()) == {("release", "confirmed")}
    assert alert() is None
    simulator.set(quirks={"export_limit_reverts_s": 0})
    await act("set_export_limit")
    await later(61)
    assert is_the_owners(simulator)


@pytest.mark.parametrize("hand_back", [True, False])
async def test_a_reload_in_the_middle_of_a_ramp_goes_on_without_a_leap(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    control: ControlService,
    freezer: FrozenDateTimeFactory,
    act: Act,
    later: Later,
    outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
    hand_back: bool,
) -> None:
    await control.async_change_settings(hand_back_on_stop=hand_back)
    await act("force_charge", power_w=4000)
    await later(61)
    assert simulator.plant.holding[40032] == 2.0
    assert await hass.config_entries.async_unload(controlled.entry_id)
    assert is_the_owners(simulator) is hand_back
    assert await hass.config_entries.async_setup(controlled.entry_id)
    await hass.async_block_till_done()
    again: ControlService = controlled.runtime_data.control
    limits_kw = []
    for _ in range(5):
        freezer.tick(61)
        simulator.advance(61)
        await again.telemetry.async_refresh()
        await again.async_tick()
        await hass.async_block_till_done(wait_background_tasks=True)
        limits_kw.append(simulator.plant.holding[40032])
    assert limits_kw == ([1.0, 2.0, 3.0, 4.0, 4.0] if hand_back else [3.0, 4.0, 4.0, 4.0, 4.0])


async def look_twice(control: ControlService, simulator: Simulator, freezer: FrozenDateTimeFactory) -> None:
    """Let a control service that has just started see the plant, and do what is due."""
    for _ in range(2):
        freezer.tick(61)
        simulator.advance(61)
        await control.telemetry.async_refresh()
        await control.async_tick()
        await control.hass.async_block_till_done(wait_background_tasks=True)


async def test_options_that_change_while_a_command_is_written_cut_nothing_off(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    act: Act,
    at_write: AtWrite,
    freezer: FrozenDateTimeFactory,
) -> None:
    saved: list[asyncio.Task[Any]] = []

    async def save() -> None:
        step = await choose(hass, controlled, "settings")
        await fill_in(hass, step, {"polling": {"poll_interval_s": 20}, "control": {}, "safety": {}})

    at_write(2, lambda: saved.append(asyncio.get_running_loop().create_task(save())))
    with suppress(HomeAssistantError):
        await act("force_hold", duration="02:00:00")
    assert saved, "the options were saved between two writes"
    await asyncio.gather(*saved)
    await hass.async_block_till_done()
    assert controlled.state is ConfigEntryState.LOADED
    assert controlled.options["polling"]["poll_interval_s"] == 20
    again: ControlService = controlled.runtime_data.control
    assert again.controller.memory.override is not None, "the override goes on under the new options"
    await look_twice(again, simulator, freezer)
    now = dt_util.utcnow()
    rows = await again.audit.query(now - timedelta(days=1), now + timedelta(days=1), limit=100)
    assert "started" not in [row.outcome.value for row in rows], "every row has its outcome"
    assert simulator.plant.holding[40029] == 1
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0


async def test_a_storm_of_reloads_ends_with_one_connection_and_one_controller(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    act: Act,
    writes: Callable[[], list[int]],
    freezer: FrozenDateTimeFactory,
) -> None:
    await act("force_hold", duration="02:00:00")
    results = await asyncio.gather(*(hass.config_entries.async_reload(controlled.entry_id) for _ in range(10)))
    for _ in range(10):
        hass.config_entries.async_schedule_reload(controlled.entry_id)
    await hass.async_block_till_done()
    assert all(results)
    assert controlled.state is ConfigEntryState.LOADED
    assert simulator.connection_count == 1
    again: ControlService = controlled.runtime_data.control
    assert again.controller.memory.override is not None
    await look_twice(again, simulator, freezer)
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    assert await hass.config_entries.async_unload(controlled.entry_id)
    assert is_the_owners(simulator)
    before = len(writes())
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(writes()) == before, "no controller is left over"


async def test_of_two_overrides_in_the_same_second_the_later_one_waits_and_wins(
    simulator: Simulator,
    act: Act,
    later: Later,
    writes: Callable[[], list[int]],
    outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
    alert: Callable[[], str | None],
) -> None:
    await asyncio.gather(act("force_charge", power_w=1000), act("force_export", power_w=1000))
    assert writes() == TAKE_OVER
    assert simulator.plant.holding[40031] == 4
    await later(50)
    assert writes() == TAKE_OVER
    await later(11)
    assert simulator.plant.holding[40031] in (5, 6)
    assert (simulator.plant.holding[40032], simulator.plant.holding[40034]) == (8.0, 1.0)
    assert await outcomes() == [("charge", "confirmed"), ("discharge", "confirmed")]
    assert alert() is None


async def test_an_emergency_stop_overtakes_what_is_being_written(
    hass: HomeAssistant,
    simulator: Simulator,
    control: ControlService,
    act: Act,
    at_write: AtWrite,
    outcomes: Callable[[], Awaitable[list[tuple[str, str]]]],
) -> None:
    at_write(2, lambda: hass.async_create_task(control.async_emergency_stop()))
    simulator.set(quirks={"late_reply_s": 0.02})
    with pytest.raises(HomeAssistantError, match="An emergency stop came first"):
        await act("force_charge", power_w=1000)
    await hass.async_block_till_done()
    assert await outcomes() == [("charge", "failed"), ("hold", "confirmed")]
    holding = simulator.plant.holding
    assert (holding[40029], holding[40031], holding[40032], holding[40034]) == (1, 2, 0.0, 0.0)
    assert control.controller.memory.override is None


async def test_cancelling_what_unloads_the_plant_at_any_write_gives_it_back_and_leaves_no_row_open(
    simulator: Simulator, control: ControlService, act: Act, at_write: AtWrite
) -> None:
    await act("force_hold")
    caller = asyncio.ensure_future(control.async_stop(plain("test")))
    at_write(2, caller.cancel)
    with pytest.raises(asyncio.CancelledError):
        await caller
    await control.hass.async_block_till_done()
    assert is_the_owners(simulator)
    assert await control.audit.open() == [], "no row is without its outcome"
    await control.audit.close()


async def test_a_stop_that_is_pressed_when_the_plant_was_just_handed_back_is_done_before_its_connection_closes(
    hass: HomeAssistant,
    simulator: Simulator,
    controlled: ConfigEntry[Any],
    control: ControlService,
    act: Act,
    at_write: AtWrite,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await act("force_hold")
    close, stopping = control.controller.async_close, list[asyncio.Task[None]]()

    async def press_then(reason: Message) -> None:
        await close(reason)
        if not stopping:
            is_written = asyncio.Event()
            at_write(1, is_written.set)
            stopping.append(hass.async_create_task(control.async_emergency_stop()))
            await is_written.wait()

    monkeypatch.setattr(control.controller, "async_close", press_then)
    assert await hass.config_entries.async_unload(controlled.entry_id)
    await asyncio.gather(*stopping)
    holding = simulator.plant.holding
    assert (holding[40029], holding[40031], holding[40032], holding[40034]) == (1, 2, 0.0, 0.0)
