"""Actions: what they do, what they answer, and what they refuse in a sentence that names the field."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator.control import ControlService
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.plants import in_words, status_as_dict
from custom_components.sigenstor_panel.records.audit_log import AuditUnavailableError
from simulator import Simulator
from tests.integration.conftest import NIGHT

type Act = Callable[..., Awaitable[Any]]
type Writes = Callable[[], list[int]]

NAN, INFINITY = float("nan"), float("inf")


async def test_force_charge_answers_with_what_control_does_now(
    simulator: Simulator, freezer: FrozenDateTimeFactory, act: Act
) -> None:
    response = await act("force_charge", power_w=3000, target_soc=80, duration={"hours": 1, "minutes": 30})
    assert simulator.plant.holding[40031] == 4
    assert simulator.plant.holding[40032] == 1.0
    assert response["state"] == "ramping"
    assert response["owner"] == "Force charge"
    assert response["power_w"] == 1000
    assert response["ramping_to_w"] == 3000
    assert response["reason"] == "Ramping to 3.0 kW"
    assert response["wish"].startswith("Force charge at 3.0 kW until 80 %, at most until")
    expires_at = datetime.now(UTC) + timedelta(minutes=90)
    assert datetime.fromisoformat(response["expires_at"]) == expires_at
    assert response["override"]["target_soc"] == 80


async def test_force_export_discharges_down_to_its_floor(simulator: Simulator, act: Act) -> None:
    response = await act("force_export", power_w=3000, target_soc=40)
    assert response["state"] == "ramping"
    assert response["wanted"] == response["applied"] == "discharge"
    assert response["override"] == {**response["override"], "power_w": 3000, "target_soc": 40}
    assert simulator.plant.holding[40031] in (5, 6)
    assert simulator.plant.holding[40034] == 1.5  # the house drew 500 W already


async def test_force_hold_keeps_the_battery_still(simulator: Simulator, act: Act) -> None:
    response = await act("force_hold", duration="01:00:00")
    assert response["state"] == "holding"
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    simulator.advance(5)
    assert simulator.plant.state.battery_w == 0


async def test_what_is_left_out_comes_from_the_numbers(control: ControlService, act: Act) -> None:
    await control.async_change_settings(override_power_w=700, charge_target_soc=66.0, export_floor_soc=33.0)
    charge = await act("force_charge")
    assert (charge["override"]["power_w"], charge["override"]["target_soc"]) == (700, 66)
    export = await act("force_export")
    assert (export["override"]["power_w"], export["override"]["target_soc"]) == (700, 33)
    assert export["expires_at"] is None


async def test_clear_override_gives_the_plant_back(
    simulator: Simulator, freezer: FrozenDateTimeFactory, control: ControlService, act: Act
) -> None:
    await act("force_hold")
    freezer.tick(61)
    await control.telemetry.async_refresh()
    response = await act("clear_override")
    assert response["state"] == "released"
    assert response["override"] is None
    assert simulator.plant.holding[40029] == 0


async def settled(hass: HomeAssistant, control: ControlService) -> None:
    """Wait until what a check asks for is done."""
    for _ in range(5):
        await hass.async_block_till_done()
        async with control.controller._lock:
            control.async_show()


async def test_a_control_check_answers_at_once_and_clearing_the_override_ends_it(
    hass: HomeAssistant, simulator: Simulator, freezer: FrozenDateTimeFactory, control: ControlService, act: Act
) -> None:
    before = dict(simulator.plant.holding)
    assert (await act("check_control"))["checking"] == "read"
    for _ in range(3):
        freezer.tick(10)
        simulator.advance(10)
        await control.telemetry.async_refresh()
        await control.async_tick()
        await settled(hass, control)
    status = status_as_dict(control.data)
    assert (status["checking"], status["override"] and status["override"]["kind"]) == ("hold", "force_hold")
    assert status["check"] is not None
    assert [found["said"]["key"] for found in status["check"]["findings"]] == ["control.check_read_obeyed"]
    with pytest.raises(HomeAssistantError, match="running already"):
        await act("check_control")
    freezer.tick(61)
    await control.telemetry.async_refresh()
    await act("clear_override")
    await settled(hass, control)
    status = status_as_dict(control.data, in_words(hass, control.config_entry))
    assert (status["checking"], status["override"]) == (None, None)
    assert status["check"] is not None
    assert [found["obeyed"] for found in status["check"]["findings"]] == [True, True, None, None, None]
    assert status["check"]["findings"][2]["said"] == "charging not tried. The check was ended before."
    assert simulator.plant.holding == before


async def test_an_emergency_stop_lasts_until_it_is_cleared(simulator: Simulator, act: Act) -> None:
    assert (await act("emergency_stop"))["state"] == "stopping"
    assert simulator.plant.holding[40032] == simulator.plant.holding[40034] == 0
    with pytest.raises(ServiceValidationError, match="Clear it first"):
        await act("force_charge")
    response = await act("clear_emergency_stop")
    assert response["emergency_stop"] is False
    assert response["state"] != "stopped"


async def test_schedules_are_set_changed_listed_and_deleted(controlled: ConfigEntry[Any], act: Act) -> None:
    night = await act("set_schedule", **NIGHT)
    assert night == {
        **NIGHT,
        "id": night["id"],
        "start": "22:30:00",
        "end": "05:00:00",
        "enabled": True,
        "priority": 0,
        "created_at": night["created_at"],
        "only_on": None,
    }
    changed = await act("set_schedule", id=night["id"], power_w=3000)
    assert changed == {**night, "power_w": 3000}
    lunch = await act("set_schedule", name="Lunch", action="hold", start="12:00", end="13:00")
    assert await act("list_schedules") == {"schedules": [changed, lunch]}
    assert await act("delete_schedule", id=night["id"]) == {"schedules": [lunch]}


async def test_the_export_limit_is_set_and_removed(
    simulator: Simulator, freezer: FrozenDateTimeFactory, control: ControlService, act: Act
) -> None:
    before = dict(simulator.plant.holding)
    response = await act("set_export_limit", power_w=2000)
    assert response["export_limit_w"] == 2000
    assert simulator.plant.holding[40038] == 2.0
    freezer.tick(61)
    await control.telemetry.async_refresh()
    assert (await act("set_export_limit"))["export_limit_w"] is None
    await control.async_tick()
    assert simulator.plant.holding == before


async def test_the_audit_tells_what_was_written_by_whom_and_why(
    simulator: Simulator, freezer: FrozenDateTimeFactory, act: Act
) -> None:
    assert await act("query_audit") == {"total": 0, "rows": []}
    await act("force_charge", power_w=1000)
    audit = await act("query_audit")
    assert audit["total"] == 1
    (row,) = audit["rows"]
    assert (row["actor"], row["owner"], row["action"]) == ("manual", "Force charge", "charge")
    assert (row["power_w"], row["outcome"]) == (1000, "confirmed")
    assert row["previous"]["remote_ems_enabled"] is False
    assert row["wanted"]["charge_limit_w"] == row["read_back"]["charge_limit_w"] == 1000
    assert datetime.fromisoformat(row["time"]) == datetime.now(UTC)


async def test_the_audit_is_read_by_range_and_page(freezer: FrozenDateTimeFactory, act: Act) -> None:
    start = datetime.now(UTC)
    await act("emergency_stop")
    freezer.tick(3600)
    await act("clear_emergency_stop")
    middle, everything = start + timedelta(minutes=30), {"start": start.isoformat()}
    whole = await act("query_audit", **everything)
    assert whole["total"] >= 1
    early = await act("query_audit", **everything, end=middle.isoformat())
    late = await act("query_audit", start=middle.isoformat())
    assert early["rows"] + late["rows"] == whole["rows"]
    assert (await act("query_audit", **everything, limit=1))["rows"] == whole["rows"][:1]
    assert (await act("query_audit", **everything, offset=1))["rows"] == whole["rows"][1:]
    assert (await act("query_audit", **everything, newest_first=True))["rows"] == whole["rows"][::-1]


async def test_a_time_without_an_offset_is_home_assistants_own(freezer: FrozenDateTimeFactory, act: Act) -> None:
    await act("emergency_stop")
    naive = dt_util.now().replace(tzinfo=None)
    before, after = naive - timedelta(minutes=1), naive + timedelta(minutes=1)
    found = await act("query_audit", start=before.isoformat(" "), end=after.isoformat(" "))
    assert found["total"] == 1


async def test_an_audit_that_cannot_be_read_says_why(
    control: ControlService, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: Any, **_more: Any) -> Any:
        raise AuditUnavailableError(plain("The audit log cannot be read: the disk is gone"))

    monkeypatch.setattr(control.audit, "query", broken)
    with pytest.raises(HomeAssistantError, match="the disk is gone"):
        await act("query_audit")


BAD_INPUT: list[tuple[str, dict[str, Any], str]] = [
    *(
        (action, {"power_w": value}, "power_w must be from 1 to 100000 W")
        for action in ("force_charge", "force_export")
        for value in (NAN, INFINITY, -INFINITY, -1, 0, 1e9, "a lot", "3000", True, [1], {"w": 1})
    ),
    *(
        (action, {"target_soc": value}, "target_soc must be from 0 to 100 %")
        for action in ("force_charge", "force_export")
        for value in (NAN, INFINITY, -1, 101, "full", True, [])
    ),
    *(
        (action, {"duration": value}, "duration must be from 1 min to 24 h")
        for action in ("force_charge", "force_hold", "force_export")
        for value in (
            *("25:00", "-01:00:00", "soon", 0, -5, 59, 1e12, NAN, INFINITY, [], {}),
            *({"hours": NAN}, {"hours": 1e15}, {"hours": 24, "seconds": 1}, {"fortnights": 1}, {"seconds": 0}),
        )
    ),
    *(("set_export_limit", {"power_w": value}, "power_w must be") for value in (NAN, INFINITY, -1, 1e9, "x", True)),
    *(
        ("set_schedule", {**NIGHT, **change}, sentence)
        for change, sentence in (
            ({"start": "25:00"}, "start must be a time"),
            ({"start": "7"}, "start must be a time"),
            ({"start": 1350}, "start must be a time"),
            ({"end": "24:00"}, "end must be a time"),
            ({"end": "22:30"}, "end must be another time than start"),
            ({"name": ""}, "name must be 1 to 60 characters"),
            ({"name": "x" * 61}, "name must be 1 to 60 characters"),
            ({"name": 5}, "name must be 1 to 60 characters"),
            ({"action": "explode"}, "action must be one of charge, discharge, hold"),
            ({"days": []}, "days must be one or more days"),
            ({"days": ["noday"]}, "days must be one or more days"),
            ({"days": [7]}, "days must be one or more days"),
            ({"days": "mon"}, "days must be one or more days"),
            ({"power_w": NAN}, "power_w must be from 1 to 100000 W"),
            ({"power_w": -5}, "power_w must be from 1 to 100000 W"),
            ({"power_w": 1e9}, "power_w must be from 1 to 100000 W"),
            ({"power_w": None}, "power_w must be from 1 to 100000 W"),
            ({"target_soc": NAN}, "target_soc must be from 0 to 100 %"),
            ({"target_soc": 120}, "target_soc must be from 0 to 100 %"),
            ({"priority": 1.5}, "priority must be a whole number"),
            ({"priority": 101}, "priority must be from -100 to 100"),
            ({"enabled": "yes"}, "enabled must be true or false"),
            ({"id": "nothing"}, "id must be the id of a schedule, not 'nothing'"),
            ({"action": "hold"}, "power_w must be left out for a hold"),
        )
    ),
    *(
        ("set_schedule", {key: value for key, value in NIGHT.items() if key != field}, f"{field} must be")
        for field in ("name", "action", "start", "end", "power_w")
    ),
    ("delete_schedule", {"id": "nothing"}, "id must be the id of a schedule, not 'nothing'"),
    ("delete_schedule", {"id": 5}, "id must be the id of a schedule, not 5"),
    ("query_audit", {"start": "yesterday"}, "start must be a date and time"),
    ("query_audit", {"start": 5}, "start must be a date and time"),
    ("query_audit", {"end": "2026-13-01"}, "end must be a date and time"),
    ("query_audit", {"end": NAN}, "end must be a date and time"),
    ("query_audit", {"start": "0001-01-01 00:00:00+14:00"}, "start must be a date and time"),
    ("query_audit", {"start": "2026-01-02", "end": "2026-01-01"}, "end must be after start"),
    ("query_audit", {"start": "2026-01-02", "end": "2026-01-02"}, "end must be after start"),
    *(("query_audit", {"limit": value}, "limit must be") for value in (0, 1001, -1, NAN, 1.5, "all")),
    *(("query_audit", {"offset": value}, "offset must be") for value in (-1, NAN, INFINITY, 1e12, "x")),
    ("query_audit", {"newest_first": "x"}, "newest_first must be"),
]


async def test_bad_input_is_refused_in_a_sentence_that_names_the_field_and_nothing_is_written_or_lost(
    controlled: ConfigEntry[Any], control: ControlService, act: Act, writes: Writes, subtests: pytest.Subtests
) -> None:
    await control.async_set_schedule({**NIGHT, "name": "Before", "enabled": False})
    before = control.controller.memory
    for action, data, sentence in BAD_INPUT:
        with subtests.test(action=action, data=data):
            with pytest.raises(ServiceValidationError) as refusal:
                await act(action, **data)
            assert str(refusal.value).startswith(sentence)
            assert refusal.value.translation_key == "invalid_input"
            assert control.controller.memory == before
            assert writes() == []


@pytest.mark.parametrize("simulator_settings", [{"rated_w": 110_000}])
@pytest.mark.parametrize(
    ("action", "data"),
    [("force_charge", {}), ("force_export", {}), ("set_schedule", NIGHT), ("set_export_limit", {})],
)
async def test_a_commercial_system_may_be_asked_for_what_its_inverters_are_rated_for_and_no_more(
    controlled: ConfigEntry[Any], act: Act, action: str, data: dict[str, Any]
) -> None:
    await act(action, **{**data, "power_w": 110_000})
    with pytest.raises(ServiceValidationError, match=r"power_w must be from [01] to 110000 W"):
        await act(action, **{**data, "power_w": 110_001})


BAD_FIELDS = [
    ("force_charge", {"watts": 5}, "watts"),
    ("force_hold", {"power_w": 5}, "power_w"),
    ("set_schedule", {**NIGHT, "weekday": "mon"}, "weekday"),
    ("delete_schedule", {}, "id"),
    ("emergency_stop", {"now": True}, "now"),
]


async def test_a_field_that_an_action_does_not_know_or_lacks_is_refused_by_name(
    controlled: ConfigEntry[Any], act: Act, writes: Writes, subtests: pytest.Subtests
) -> None:
    for action, data, field in BAD_FIELDS:
        with subtests.test(action=action, data=data):
            with pytest.raises(vol.Invalid, match=field):
                await act(action, **data)
            assert writes() == []


async def test_with_two_plants_an_action_asks_which_one_is_meant(
    hass: HomeAssistant, simulator: Simulator, controlled: ConfigEntry[Any], act: Act, writes: Writes
) -> None:
    MockConfigEntry(domain=DOMAIN, title="Another", unique_id="another").add_to_hass(hass)
    with pytest.raises(ServiceValidationError, match="config_entry_id"):
        await act("force_hold")
    assert writes() == []
    response = await act("force_hold", config_entry_id=controlled.entry_id)
    assert response["state"] == "holding"


async def test_a_plant_that_was_found_and_ignored_is_no_second_plant(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="ignored", source=SOURCE_IGNORE).add_to_hass(hass)
    assert (await act("force_hold"))["state"] == "holding"


async def test_an_action_for_a_plant_that_is_unknown_or_not_loaded_says_so(
    hass: HomeAssistant, controlled: ConfigEntry[Any], act: Act
) -> None:
    with pytest.raises(ServiceValidationError, match="not found"):
        await act("force_hold", config_entry_id="unknown")
    await hass.config_entries.async_unload(controlled.entry_id)
    with pytest.raises(ServiceValidationError, match="not loaded"):
        await act("force_hold")
