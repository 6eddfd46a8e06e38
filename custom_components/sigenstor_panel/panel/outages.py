"""When the plant was off the grid, from the states that the recorder keeps; call it in the recorder's executor."""

from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any, Final

from homeassistant.components.recorder.history import state_changes_during_period
from homeassistant.core import HomeAssistant

from ..coordinator.issues import NEEDED_DAYS
from ..model.telemetry import GridStatus

_KNOWN: Final = frozenset(GridStatus)
_EARLIER: Final = timedelta(days=NEEDED_DAYS)
"""How long before a range one is looked for that reaches into it."""


def outages(
    hass: HomeAssistant, entity_id: str | None, start: datetime, end: datetime, zone: tzinfo
) -> list[dict[str, Any]]:
    """Return the times off the grid that touch [start, end) as JSON values, the latest first.

    One ends when the plant is seen on the grid again, as it may not answer meanwhile; without an end it goes on.
    """
    if entity_id is None:
        return []
    states = state_changes_during_period(hass, start - _EARLIER, None, entity_id, no_attributes=True)
    known = (state for state in states.get(entity_id, []) if state.state in _KNOWN)
    changes = [
        (GridStatus(status), next(same).last_changed.astimezone(zone))
        for status, same in groupby(known, key=lambda state: state.state)
    ]
    ends = [*(since for _, since in changes[1:]), None]
    return [
        {
            "start": since.isoformat(),
            "end": None if until is None else until.isoformat(),
            "by_hand": status is GridStatus.OFF_GRID_MANUAL,
        }
        for (status, since), until in zip(changes, ends, strict=False)
        if status is not GridStatus.ON_GRID and since < end and (until is None or until > start)
    ][::-1]
