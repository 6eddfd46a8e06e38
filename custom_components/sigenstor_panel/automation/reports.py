"""What the evening summary and the report of a month say, in the words of the panel."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..control.memory import ControlMode
from ..model.command import Action
from ..model.message import Message, say
from ..model.validation import DAY_NAMES
from ..runtime import SigenStorRuntimeData

PLAN_COUNTS_FOR: Final = timedelta(hours=1)
"""How old a plan may be to be told of."""
_MORNING: Final = 7
_ORDERS: Final = frozenset({Action.CHARGE, Action.DISCHARGE, Action.HOLD})
_SHORT: Final = timedelta(minutes=10)
"""What the battery is to do for less than that is not worth telling."""


@callback
def evening(runtime: SigenStorRuntimeData, now: datetime) -> Message | None:
    """Return what today cost and saved so far, and what is planned for the night; None where nothing is known."""
    today = runtime.optimiser.data.today
    facts: list[Message] = []
    if today.cost is not None and today.since == dt_util.start_of_local_day():
        facts.append(_fact("dashboard.so_far", _owed(today.cost)))
        if today.savings is not None:
            facts.append(say("notify.saved", saved_money=today.savings.vs_no_battery))
    facts += _night(runtime, now)
    return say("notify.evening", *facts) if facts else None


async def async_month(runtime: SigenStorRuntimeData) -> Message | None:
    """Return the report of the month that is over; None where no day of it was settled."""
    last = dt_util.now().date().replace(day=1) - timedelta(days=1)
    month = await runtime.optimiser.afterwards.async_month(last.replace(day=1))
    if month is None:
        return None
    facts = [_fact("history.paid", _owed(month.paid))]
    if month.supply is not None:
        facts.append(_fact("history.bill", _owed(month.paid + month.supply)))
    facts.append(_fact("history.daily", _owed(month.paid / month.days)))
    if month.paid_before is not None:
        facts.append(_fact("history.last_month", say("history.per_day", amount=_owed(month.paid_before))))
    facts.append(say("notify.saved", saved_money=month.saved))
    if month.self_powered_percent is not None:
        facts.append(say("notify.self_powered", share_percent=round(month.self_powered_percent)))
    best = month.best_day
    weekday = say(f"weekday.{DAY_NAMES[best.weekday()]}")
    saved = say("history.best_saved", money=month.best_saved)
    facts.append(say("notify.best_day", weekday=weekday, day=best.day, saved=saved))
    return say("notify.month", *facts, days=month.days)


def _night(runtime: SigenStorRuntimeData, now: datetime) -> Iterator[Message]:
    """Yield what the optimiser is going to do until the morning, where it is what will be done."""
    status, state = runtime.control.data, runtime.optimiser.data
    inputs, plan = state.inputs, state.plan
    if inputs is None or plan is None or not state.follows_plan or now - inputs.now > PLAN_COUNTS_FOR:
        return
    if status.settings.mode is not ControlMode.AUTO or status.emergency_stop or status.override is not None:
        return
    tomorrow = dt_util.as_local(now).date() + timedelta(days=1)
    morning = dt_util.start_of_local_day(tomorrow) + timedelta(hours=_MORNING)
    slots = [slot for slot in plan.slots if inputs.now + slot.start < morning and inputs.now + slot.start >= now]
    parts = []
    for action, group in groupby(slots, key=lambda slot: slot.action):
        same = list(group)
        start, end = inputs.now + same[0].start, min(inputs.now + same[-1].start + same[-1].duration, morning)
        if action in _ORDERS and end - start >= _SHORT:
            doing = say(f"word.action_{action.value}")
            parts.append(say("notify.night_part", action=doing, start=_clock(start), end=_clock(end)))
    if slots:
        yield say("notify.night", parts=tuple(parts) or (say("word.action_self_consume"),))
        yield say("notify.morning", time=_clock(morning), expected_soc=round(slots[-1].soc_after))


def _clock(moment: datetime) -> str:
    """Return a time of the coming night, which needs no day."""
    return f"{dt_util.as_local(moment):%H:%M}"


def _fact(name: str, value: Message) -> Message:
    return say("notify.fact", name=say(name), value=value)


def _owed(amount: float) -> Message:
    """Return an amount with the word that says which way it goes, never with a sign."""
    return say("common.earned" if amount < 0 else "common.paid", money=abs(amount))
