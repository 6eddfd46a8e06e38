"""What may be asked of a vehicle charger, and why not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from guardrail_examples import LIMITS, NOW, TELEMETRY
import pytest

from custom_components.sigenstor_panel.control.charger_guardrails import (
    ChargerLimit,
    ChargerRequest,
    range_of,
    why_not,
)
from custom_components.sigenstor_panel.model.command import ChargerAction
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.model.telemetry import (
    AcChargerTelemetry,
    AlarmGroup,
    ChargerId,
    ChargerState,
    ControlRegisters,
    DcChargerTelemetry,
    GridStatus,
    Source,
)
from tests.english import english

AC = AcChargerTelemetry(
    power_w=0,
    state=ChargerState.CONNECTED,
    rated_power_w=22_000,
    rated_current_a=32.0,
    current_limit_a=16.0,
    alarms=(),
    power_per_a=687.5,
)
DC = DcChargerTelemetry(
    power_w=0,
    state=ChargerState.CONNECTED,
    rated_charge_power_w=25_000,
    rated_discharge_power_w=20_000,
    charge_limit_w=7_000,
    discharge_limit_w=5_000,
)
HOME = replace(TELEMETRY, ac_chargers={5: AC}, dc_chargers={"A": DC})
CURRENT, CHARGE, DISCHARGE = ChargerLimit.CURRENT, ChargerLimit.CHARGE, ChargerLimit.DISCHARGE
OFF_GRID = {"grid_status": GridStatus.OFF_GRID_AUTO}


def start(charger_id: str | int = 5) -> ChargerRequest:
    return ChargerRequest(charger_id=charger_id, name="Garage", action=ChargerAction.START)


def stop(charger_id: str | int = 5) -> ChargerRequest:
    return replace(start(charger_id), action=ChargerAction.STOP)


def limit(name: ChargerLimit, value: float) -> ChargerRequest:
    charger_id = 5 if name is CURRENT else "A"
    return replace(start(charger_id), action=ChargerAction.LIMIT, limit=name, value=value)


def asked(
    request: ChargerRequest,
    *,
    fuse_w: int | None = None,
    emergency_stop: bool = False,
    told: dict[ChargerId, ChargerAction] | None = None,
    **plant: Any,
) -> str:
    """Return why a request is refused, nothing where it is not; other chargers were stopped."""
    telemetry = replace(HOME, **plant)
    limits = replace(LIMITS, main_fuse_w=fuse_w)
    stopped = {5: ChargerAction.STOP, "A": ChargerAction.STOP}
    reason = why_not(
        request, telemetry=telemetry, limits=limits, now=NOW, emergency_stop=emergency_stop, told=told or stopped
    )
    return english(reason)


@pytest.mark.parametrize(
    "request_", [start(), start("A"), stop(), stop("A"), limit(CURRENT, 32), limit(CHARGE, 25_000), limit(DISCHARGE, 0)]
)
def test_a_charger_in_good_order_does_what_is_asked(request_: ChargerRequest) -> None:
    assert asked(request_) == ""


@pytest.mark.parametrize("request_", [start(), stop(), limit(CURRENT, 6)])
def test_one_that_is_offline_is_never_written(request_: ChargerRequest) -> None:
    assert asked(request_, ac_chargers={}) == "The charger does not respond"
    assert why_not(request_, telemetry=None, limits=LIMITS, now=NOW, emergency_stop=False) is not None


@pytest.mark.parametrize(
    ("plant", "why"),
    [
        ({"timestamp": NOW - timedelta(seconds=31)}, "31 s old"),
        ({"timestamp": NOW + timedelta(seconds=1)}, "future"),
        ({"source": Source.CLOUD}, "cloud"),
    ],
)
def test_nothing_but_a_stop_is_written_on_a_reading_that_does_not_count(plant: dict[str, Any], why: str) -> None:
    for request in (start(), limit(CURRENT, 6), limit(CHARGE, 100)):
        assert why in asked(request, **plant)
    assert asked(stop(), **plant) == ""


def test_off_the_grid_a_charger_may_only_take_less() -> None:
    for request in (start(), start("A"), limit(CURRENT, 17), limit(CHARGE, 7_100), limit(DISCHARGE, 5_100)):
        assert "Off grid" in asked(request, **OFF_GRID)
    for request in (stop(), limit(CURRENT, 8), limit(CHARGE, 1_000), limit(DISCHARGE, 0)):
        assert asked(request, **OFF_GRID) == ""


def test_under_the_emergency_stop_a_charger_may_only_be_stopped() -> None:
    for request in (start(), limit(CURRENT, 6)):
        assert "emergency stop" in asked(request, emergency_stop=True)
    assert asked(stop(), emergency_stop=True) == ""


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ChargerState.SCHEDULED, "schedule"),
        (ChargerState.FAULT, "fault"),
        (ChargerState.NO_VEHICLE, ""),
        (ChargerState.CHARGING, ""),
        (None, ""),
    ],
)
def test_a_charger_is_started_only_when_it_is_well_and_nobody_else_decides(
    state: ChargerState | None, why: str
) -> None:
    refusal = asked(start("A"), dc_chargers={"A": replace(DC, state=state)})
    assert why in refusal
    assert bool(refusal) is bool(why)
    assert asked(stop("A"), dc_chargers={"A": replace(DC, state=state)}) == ""


def test_an_ac_charger_is_not_started_for_nobody() -> None:
    nobody = {5: replace(AC, state=ChargerState.NO_VEHICLE)}
    assert "No vehicle" in asked(start(), ac_chargers=nobody)
    assert asked(limit(CURRENT, 20), ac_chargers=nobody) == ""


def test_while_its_own_app_is_in_charge_its_limits_are_left_alone() -> None:
    assert "schedule" in asked(limit(CHARGE, 100), dc_chargers={"A": replace(DC, state=ChargerState.SCHEDULED)})


def test_one_with_an_alarm_is_not_started() -> None:
    assert "over_temperature" in asked(start(), ac_chargers={5: replace(AC, alarms=(plain("over_temperature"),))})
    assert "charging_fault" in asked(start("A"), alarms={AlarmGroup.DC_CHARGER: (plain("charging_fault"),)})
    assert asked(start(), alarms={AlarmGroup.DC_CHARGER: (plain("charging_fault"),)}) == ""


@pytest.mark.parametrize(
    ("request_", "allowed"),
    [
        (limit(CURRENT, 5.9), "6 A to 32 A"),
        (limit(CURRENT, 32.1), "6 A to 32 A"),
        (limit(CURRENT, float("nan")), "6 A to 32 A"),
        (limit(CHARGE, -1), "0 W to 25.0 kW"),
        (limit(CHARGE, 25_001), "0 W to 25.0 kW"),
        (limit(DISCHARGE, 20_001), "0 W to 20.0 kW"),
        (limit(DISCHARGE, float("inf")), "0 W to 20.0 kW"),
    ],
)
def test_a_limit_is_within_what_the_charger_is_rated_for(request_: ChargerRequest, allowed: str) -> None:
    assert allowed in asked(request_)


@pytest.mark.parametrize(
    ("request_", "unrated"),
    [
        (limit(CURRENT, 6), {"ac_chargers": {5: replace(AC, rated_current_a=None)}}),
        (limit(CURRENT, 6), {"ac_chargers": {5: replace(AC, rated_current_a=5.0)}}),
        (limit(CHARGE, 0), {"dc_chargers": {"A": replace(DC, rated_charge_power_w=None)}}),
        (limit(DISCHARGE, 0), {"dc_chargers": {"A": replace(DC, rated_discharge_power_w=0)}}),
        (replace(limit(CHARGE, 0), charger_id=5), {}),
        (replace(limit(CURRENT, 6), charger_id="A"), {}),
    ],
)
def test_a_limit_that_a_charger_does_not_have_is_not_written(request_: ChargerRequest, unrated: dict[str, Any]) -> None:
    assert "rated" in asked(request_, **unrated)


def test_the_range_is_that_of_the_register() -> None:
    assert range_of(CURRENT, AC) == (6.0, 32.0)
    assert range_of(CHARGE, DC) == (0.0, 25_000.0)
    assert range_of(CURRENT, DC) is None


@pytest.mark.parametrize(
    ("fuse_w", "plant", "refused"),
    [
        (11_500, {}, False),  # 500 W of the house and 16 A
        (11_499, {}, True),
        (20_000, {"control": ControlRegisters(import_limit_w=11_000)}, True),
        (11_500, {"grid_power_w": 5_500, "battery_power_w": 5_000}, False),  # the battery makes room
        (11_500, {"grid_power_w": 0, "battery_power_w": -2_000}, True),  # what it gives may end
        (7_000, {"grid_power_w": -4_000}, False),
        (20_000, {"grid_power_w": None}, True),
        (20_000, {"battery_power_w": None}, True),
        (None, {"grid_power_w": None}, False),
    ],
)
def test_a_charger_is_started_only_where_the_connection_carries_it(
    fuse_w: int | None, plant: dict[str, Any], refused: bool
) -> None:
    assert bool(asked(start(), fuse_w=fuse_w, **plant)) is refused


def test_what_the_charger_takes_already_is_not_counted_twice() -> None:
    charging = {5: replace(AC, power_w=11_000, state=ChargerState.CHARGING)}
    assert asked(limit(CURRENT, 20), fuse_w=14_250, ac_chargers=charging, grid_power_w=11_500) == ""
    assert "carries 14.2 kW" in asked(limit(CURRENT, 21), fuse_w=14_250, ac_chargers=charging, grid_power_w=11_500)


def test_a_limit_may_be_lowered_whatever_the_connection_carries() -> None:
    assert asked(limit(CURRENT, 15), fuse_w=1_000) == ""
    assert asked(limit(CHARGE, 6_900), fuse_w=1_000) == ""
    assert asked(limit(DISCHARGE, 20_000), fuse_w=1_000) == ""
    assert "carries" in asked(limit(CHARGE, 7_100), fuse_w=1_000)


def test_without_a_rating_nobody_knows_whether_the_connection_carries_it() -> None:
    unrated = replace(AC, rated_power_w=None, rated_current_a=None, current_limit_a=None)
    assert "rated" in asked(start(), fuse_w=20_000, ac_chargers={5: unrated})


def test_a_refusal_says_why_in_a_sentence_number_by_number() -> None:
    silent = why_not(start(), telemetry=None, limits=LIMITS, now=NOW, emergency_stop=False)
    assert english(silent) == "The charger does not respond"
    charging = {5: replace(AC, power_w=1_000)}
    assert asked(start(), fuse_w=10_000, ac_chargers=charging, grid_power_w=1_700, battery_power_w=200) == english(
        say("control.charger_beyond", most_w=10_000, house_w=500, charger_w=11_000)
    )
    for unknown in ("grid_power_w", "battery_power_w"):
        assert asked(start(), fuse_w=10_000, **{unknown: None}) == english(say("control.house_unknown"))
    unrated = {5: replace(AC, rated_power_w=None, rated_current_a=None, current_limit_a=None)}
    assert asked(start(), fuse_w=20_000, ac_chargers=unrated) == english(say("control.charger_rating_unknown"))
    assert asked(limit(CURRENT, 5)) == english(say("control.charger_current_range", lowest_a=6.0, highest_a=32.0))
    assert asked(limit(DISCHARGE, -1)) == english(say("control.charger_power_range", lowest_w=0.0, highest_w=20_000.0))
    alarms = (plain("relay stuck"), plain("overload"))
    for state, told in (
        (ChargerState.SCHEDULED, "control.charger_scheduled"),
        (ChargerState.FAULT, "control.charger_fault"),
    ):
        assert asked(start(), ac_chargers={5: replace(AC, state=state)}) == english(say(told))
    assert asked(start(), ac_chargers={5: replace(AC, alarms=alarms)}) == english(
        say("control.charger_alarm", alarms=alarms)
    )
    assert asked(start(), emergency_stop=True) == english(say("control.stop_active"))
    assert asked(start(), **OFF_GRID) == english(say("control.off_grid"))


def test_a_limit_without_a_name_is_not_written() -> None:
    assert asked(replace(limit(CHARGE, 0), limit=None)) == english(say("control.charger_rating_unknown"))


@pytest.mark.parametrize(
    ("limit_", "rated", "expected"),
    [
        (CURRENT, replace(AC, rated_current_a=6.0), (6.0, 6.0)),
        (CURRENT, replace(AC, rated_current_a=5.9), None),
        (CURRENT, replace(AC, rated_current_a=0.0), None),
        (CHARGE, replace(DC, rated_charge_power_w=1), (0.0, 1.0)),
        (DISCHARGE, replace(DC, rated_discharge_power_w=1), (0.0, 1.0)),
        (DISCHARGE, DC, (0.0, 20_000.0)),
        (CHARGE, AC, None),
        (DISCHARGE, AC, None),
    ],
)
def test_a_range_goes_from_the_least_to_the_rating(
    limit_: ChargerLimit, rated: AcChargerTelemetry | DcChargerTelemetry, expected: tuple[float, float] | None
) -> None:
    assert range_of(limit_, rated) == expected


def test_a_limit_that_stays_is_no_more_than_before() -> None:
    for request in (limit(CURRENT, 16), limit(CHARGE, 7_000), limit(DISCHARGE, 5_000)):
        assert asked(request, fuse_w=1_000, **OFF_GRID) == ""


def test_where_no_limit_was_read_every_limit_may_be_more() -> None:
    unread = {"ac_chargers": {5: replace(AC, current_limit_a=None)}}
    assert "Off grid" in asked(limit(CURRENT, 6), **unread, **OFF_GRID)
    assert "carries" in asked(limit(CURRENT, 6), fuse_w=4_000, **unread)
    assert asked(limit(CURRENT, 6), fuse_w=4_625, **unread) == ""  # 500 W of the house and 4125 W
    assert asked(limit(CURRENT, 6), fuse_w=4_624, **unread) != ""
    assert asked(limit(CHARGE, 8_000), fuse_w=8_500) == ""
    assert asked(limit(CHARGE, 8_000), fuse_w=8_499) != ""


def test_a_charger_whose_power_is_unknown_is_counted_as_one_that_rests() -> None:
    unknown = {5: replace(AC, power_w=None)}
    assert asked(start(), fuse_w=11_500, ac_chargers=unknown) == ""
    assert asked(start(), fuse_w=11_499, ac_chargers=unknown) != ""


def test_an_ac_charger_at_fault_is_not_started_and_its_alarms_may_be_unknown() -> None:
    assert "fault" in asked(start(), ac_chargers={5: replace(AC, state=ChargerState.FAULT)})
    assert asked(start(), ac_chargers={5: replace(AC, alarms=None)}) == ""
    assert asked(start("A"), alarms={}) == ""


@pytest.mark.parametrize(
    ("state", "power_w", "told", "counts"),
    [
        (ChargerState.CONNECTED, 0, {}, True),  # it may begin
        (ChargerState.SCHEDULED, 0, {}, True),
        (ChargerState.FAULT, 0, {}, True),  # it may recover
        (None, None, {}, True),
        (ChargerState.NO_VEHICLE, 0, {}, False),
        (ChargerState.NO_VEHICLE, 0, {"A": ChargerAction.START}, True),  # its next vehicle begins by itself
        (ChargerState.CONNECTED, 0, {"A": ChargerAction.STOP}, False),
        (ChargerState.CHARGING, 0, {"A": ChargerAction.STOP}, True),  # somebody else started it
        (ChargerState.CONNECTED, 1_000, {"A": ChargerAction.STOP}, True),
    ],
)
def test_another_charger_that_may_begin_counts_with_the_most_it_may_take(
    state: ChargerState | None, power_w: int | None, told: dict[ChargerId, ChargerAction], counts: bool
) -> None:
    told = told or {5: ChargerAction.STOP}
    other = {"A": replace(DC, state=state, power_w=power_w)}
    grid_w = 500 + (power_w or 0)
    for request in (start(), limit(CURRENT, 16.0)):
        ac = {5: replace(AC, current_limit_a=16.0 if request.limit is None else 10.0)}
        plant: dict[str, Any] = {"dc_chargers": other, "ac_chargers": ac, "grid_power_w": grid_w, "told": told}
        assert bool(asked(request, fuse_w=18_499, **plant)) is counts
        assert asked(request, fuse_w=18_500, **plant) == ""


def test_another_charger_that_does_not_say_what_it_is_rated_for_is_not_left_out() -> None:
    unrated = {"A": replace(DC, rated_charge_power_w=None, charge_limit_w=None)}
    assert "rated" in asked(start(), fuse_w=50_000, dc_chargers=unrated, told={5: ChargerAction.STOP})


def test_what_chargers_said_just_now_counts_and_their_power_is_that_of_the_reading() -> None:
    limits = replace(LIMITS, main_fuse_w=11_500)
    lowered, raised = replace(AC, current_limit_a=6.0), replace(AC, current_limit_a=17.0)
    for present, request, refused in (
        (lowered, limit(CURRENT, 15), False),
        (lowered, limit(CURRENT, 17), True),
        (raised, limit(CURRENT, 17), False),
        (raised, start(), True),
        # The reading's grid power does not have these 11 kW yet.
        (replace(AC, power_w=11_000, current_limit_a=17.0), start(), True),
    ):
        why = why_not(
            request,
            telemetry=replace(HOME, dc_chargers={}),
            limits=limits,
            now=NOW,
            emergency_stop=False,
            present={5: present},
        )
        assert bool(why) is refused
