"""What people see of the optimiser."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..optimiser.contract import OptimiserSettings, PlanInputs
from .optimiser_records import DayRecord, Savings, StoredDecision


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
    """The money of today, in the home's currency; None: not known."""

    cost: float | None = None
    """What was paid since local midnight; costs > 0."""
    expected_cost: float | None = None
    """That, and what the plan expects until the next."""
    savings: Savings | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserState:
    """What people see of the optimiser."""

    status: OptimiserStatus = OptimiserStatus.WAITING
    problem: str | None = None
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

    @property
    def inputs(self) -> PlanInputs | None:
        """What the decision looked at."""
        return None if self.decision is None or self.decision.decision is None else self.decision.decision.inputs

    @property
    def settings(self) -> OptimiserSettings | None:
        """How the decision was made."""
        return None if self.decision is None or self.decision.decision is None else self.decision.decision.settings
