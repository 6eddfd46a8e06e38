"""A battery that rests at a schedule's target may drift by a percent before the schedule goes after it again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from custom_components.sigenstor_panel.control.intents import Requests, arbitrate, parse_schedule
from custom_components.sigenstor_panel.model.command import Action

SYDNEY = ZoneInfo("Australia/Sydney")
NOW = datetime(2026, 1, 14, 16, 0, tzinfo=UTC)  # 03:00 on Thursday in Sydney


@pytest.mark.parametrize(
    ("action", "soc", "holding", "expected"),
    [
        (Action.CHARGE, 80.0, False, Action.HOLD),
        (Action.CHARGE, 79.9, False, Action.CHARGE),
        (Action.CHARGE, 79.0, True, Action.HOLD),
        (Action.CHARGE, 78.9, True, Action.CHARGE),
        (Action.DISCHARGE, 80.0, False, Action.HOLD),
        (Action.DISCHARGE, 80.1, False, Action.DISCHARGE),
        (Action.DISCHARGE, 81.0, True, Action.HOLD),
        (Action.DISCHARGE, 81.1, True, Action.DISCHARGE),
    ],
)
def test_a_battery_on_hold_at_its_target_stays_there_for_a_percent(
    action: Action, soc: float, holding: bool, expected: Action
) -> None:
    night = {"name": "Night", "action": action, "start": "00:00", "end": "05:00", "power_w": 3_000, "target_soc": 80}
    requests = Requests(
        override=None,
        schedules=(parse_schedule(night, now=NOW),),
        automatic=None,
        optimiser_above_schedules=False,
        emergency_stop=False,
        holding=holding,
    )
    assert arbitrate(requests, soc=soc, now=NOW, zone=SYDNEY).command.action is expected
