"""What people see of the optimiser."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from homeassistant.util import dt as dt_util

from ..model.message import Message
from ..optimiser.contract import OptimiserSettings, PlanInputs, Strategy
from ..optimiser.expensive_hours import ExpensiveHours, expensive_hours
from ..optimiser.model import Plan
from ..records.decision_rows import DayRecord, SavingParts, Savings, StoredDecision


class OptimiserStatus(StrEnum):
    """How the last decision came about."""

    READY = "ready"
    WAITING = "waiting"
    """Something that a decision needs is missing."""
    DEGRADED = "degraded"
    """Something was missing and had to be replaced."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """The money of today, in the contract's currency; None: not known."""

    since: datetime | None = None
    """The local midnight that it counts from; for a moment after the next one, that is yesterday's."""
    cost: float | None = None
    """What was paid since local midnight; costs > 0."""
    expected_cost: float | None = None
    """That, and what the plan expects until the next."""
    savings: Savings | None = None
    parts: SavingParts | None = None
    """What `savings.vs_no_battery` is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserState:
    """What people see of the optimiser."""

    status: OptimiserStatus = OptimiserStatus.WAITING
    problem: Message | None = None
    """Why it waits or failed."""
    decision: StoredDecision | None = None
    next_run_at: datetime | None = None
    """None while it runs only when asked."""
    learning_until: datetime | None = None
    today: Today = Today()
    totals: Savings | None = None
    """Of all days that were scored, without today."""
    last_day: DayRecord | None = None
    """The score of the last day that has one."""

    def expected_cost(self, midnight: datetime) -> float | None:
        """Return what was paid since a local midnight, and what the plan expects until the next; None: not known.

        The plan counts from where what was paid ends; its first slot stands for the minutes before it was made.
        """
        if self.today.cost is None:
            return None
        paid = self.today.cost if self.today.since == midnight else 0.0
        inputs, plan = self.inputs, self.plan
        if inputs is None or plan is None:
            return paid
        day = dt_util.as_local(inputs.now).date()
        began, ends = (dt_util.start_of_local_day(each) for each in (day, day + timedelta(days=1)))
        counted = self.today.parts.until if self.today.parts and self.today.since == midnight else began
        known, left = max(counted, began) - inputs.now, ends - inputs.now
        starts = (min(known, plan.slots[0].start), *(slot.start for slot in plan.slots[1:])) if plan.slots else ()
        return paid + sum(
            slot.cost * max(0.0, (min(left, slot.start + slot.duration) - max(start, known)) / slot.duration)
            for start, slot in zip(starts, plan.slots, strict=True)
        )

    @property
    def expensive_hours(self) -> ExpensiveHours | None:
        """The next hours in which power is expensive; None: there are none, or no plan."""
        inputs, settings, plan = self.inputs, self.settings, self.plan
        if inputs is None or settings is None or plan is None:
            return None
        return expensive_hours(inputs, plan, settings.planner)

    def stored_per_kwh(self, now: datetime) -> float | None:
        """Return what a kWh must earn now to be worth taking out of the battery; None: not known."""
        inputs, settings, plan = self.inputs, self.settings, self.plan
        if inputs is None or settings is None or plan is None:
            return None
        for slot in plan.slots:
            if inputs.now + slot.start <= now < inputs.now + slot.start + slot.duration:
                planner = settings.planner
                return slot.marginal_per_kwh / planner.discharge_efficiency + planner.wear_per_kwh
        return None

    @property
    def follows_plan(self) -> bool:
        """Whether the decision is the plan's, and not that of the rules."""
        return self.settings is not None and self.settings.strategy is Strategy.PLAN

    @property
    def plan(self) -> Plan | None:
        """The plan of the decision, whichever strategy made it."""
        return None if self.decision is None else self.decision.recommendation.plan

    @property
    def inputs(self) -> PlanInputs | None:
        """What the decision looked at."""
        return None if self.decision is None or self.decision.decision is None else self.decision.decision.inputs

    @property
    def settings(self) -> OptimiserSettings | None:
        """How the decision was made."""
        return None if self.decision is None or self.decision.decision is None else self.decision.decision.settings
