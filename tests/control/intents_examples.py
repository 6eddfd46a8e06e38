"""Schedules for the tests of intents."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from custom_components.sigenstor_panel.control.intents import Schedule, ScheduleAction, parse_schedule

NOW = datetime(2026, 1, 14, 16, 0, tzinfo=UTC)
COMPLETE: dict[str, Any] = {
    "name": "Night rate",
    "enabled": True,
    "action": "charge",
    "start": "22:00",
    "end": "05:00",
    "days": ["mon", "tue", "wed", "thu", "fri"],
    "power_w": 3_000,
    "target_soc": 80,
    "priority": 5,
}


def schedule(**changes: Any) -> Schedule:
    data = COMPLETE | {"days": list(range(7))} | changes
    if data.get("only_on") and "days" not in changes:
        del data["days"]
    return parse_schedule(data, now=NOW)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    start, end = draw(
        st.lists(st.times().map(lambda at: at.replace(microsecond=0)), min_size=2, max_size=2, unique=True)
    )
    action = draw(st.sampled_from(ScheduleAction))
    powerless = action in {ScheduleAction.HOLD, ScheduleAction.SELF_CONSUME}
    data = {
        "name": draw(
            st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60).filter(str.strip)
        ),
        "enabled": draw(st.booleans()),
        "action": action.value,
        "start": start.isoformat(),
        "end": end,
        "days": draw(st.lists(st.integers(0, 6), min_size=1, max_size=7)),
        "power_w": 0 if powerless else draw(st.integers(1, 100_000)),
        "target_soc": None if powerless else draw(st.floats(0, 100) | st.none()),
        "priority": draw(st.integers(-100, 100)),
    }
    return parse_schedule(data, now=NOW + draw(st.integers(0, 3)) * timedelta(seconds=1))
