"""The commands of what is remembered of the optimiser: every decision, and the score of every day."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import OPTION_SUPPLY_PER_DAY
from ..errors import translated_errors
from ..model.command import Action
from ..model.message import say
from ..model.validation import InvalidInputError, choice, whole_number
from ..optimiser.contract import Engine
from ..plants import time_range
from ..runtime import SigenStorConfigEntry
from .websocket import WebsocketMessage, optional, plant_command

MAX_ROWS: Final = 1_000
DEFAULT_ROWS: Final = 100

LONGEST_SCORES: Final = timedelta(days=3_660)

_MAX_OFFSET = 1_000_000_000
_MONTH = timedelta(days=31)


@plant_command("decisions/query", optional("start", "end", "limit", "offset", "action", "engine"))
async def query_decisions(
    _hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage
) -> Mapping[str, Any]:
    """Return a page of the decisions, latest first."""
    decisions = entry.runtime_data.optimiser.decisions
    start, end = time_range(msg.get("start"), msg.get("end"))
    with translated_errors():
        limit = whole_number("limit", msg.get("limit", DEFAULT_ROWS), 1, MAX_ROWS)
        offset = whole_number("offset", msg.get("offset", 0), 0, _MAX_OFFSET)
        action = choice("action", msg["action"], Action) if "action" in msg else None
        engine = choice("engine", msg["engine"], Engine) if "engine" in msg else None
        rows = await decisions.query(start, end, limit=limit, offset=offset, action=action, engine=engine)
        total = await decisions.count(start, end, action=action, engine=engine)
    return {"total": total, "rows": [row.as_dict() for row in rows]}


@plant_command("scores/query", optional("start", "end"))
async def query_scores(_hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Return the scores of days, oldest first, and what the contract costs each day besides."""
    start_day, end_day = days_of(msg)
    with translated_errors():
        if min(end_day, dt_util.now().date()) - start_day > LONGEST_SCORES:
            raise InvalidInputError("start", say("invalid.scores_span", days=LONGEST_SCORES.days), msg["start"])
        days = await entry.runtime_data.optimiser.scores.query(start_day, end_day)
    return {"rows": [day.as_dict() for day in days], "supply_per_day": entry.options.get(OPTION_SUPPLY_PER_DAY)}


COMMANDS = (query_decisions, query_scores)


def days_of(query: Mapping[str, Any]) -> tuple[date, date]:
    """Return the first and the last local day of a range; a month before its end, or the last month, unless it is told."""
    start, end = time_range(query.get("start"), query.get("end"), default=_MONTH)
    return _local_day(start), _local_day(end - timedelta(microseconds=1))


def _local_day(moment: datetime) -> date:
    try:
        return dt_util.as_local(moment).date()
    except OverflowError:
        return moment.astimezone(UTC).date()
