"""What is remembered of the optimiser: every decision, and what each day cost against what it could have cost."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, TypedDict

from ..model.command import Action
from ..model.message import Message
from ..optimiser.contract import Degradation, Engine, Opinion, Recommendation, Strategy
from ..optimiser.decision import Decision


class DecisionFilter(TypedDict, total=False):
    """Which decisions are asked for; None and what is left out keep all."""

    action: Action | None
    engine: Engine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRow:
    """A decision as lists and charts show it; powers in W, prices in $/kWh, SoC in percent, None: not known."""

    id: int
    """0 where it could not be recorded."""
    made_at: datetime
    mode: str
    strategy: Strategy
    action: Action
    target_power_w: int
    export_limit_w: int | None
    reason: Message
    confidence: float
    engine: Engine
    trigger: str
    """Why it was made when it was."""
    soc: float | None
    buy: float | None
    sell: float | None
    marginal_per_kwh: float | None
    degradations: tuple[Degradation, ...]
    opinions: tuple[Opinion, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "made_at": self.made_at.isoformat(),
            "reason": self.reason.as_dict(),
            "degradations": [degradation.value for degradation in self.degradations],
            "opinions": [opinion.as_dict() for opinion in self.opinions],
        }

    def in_words(self, write: Callable[[Message], str]) -> dict[str, Any]:
        """Return the row as JSON values with its reasons written as text."""
        return self.as_dict() | {
            "reason": write(self.reason),
            "opinions": [opinion.as_dict() | {"reason": write(opinion.reason)} for opinion in self.opinions],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDecision:
    """A decision as it was made."""

    row: DecisionRow
    recommendation: Recommendation
    decision: Decision | None
    """With all that it depends on, to be replayed; None where something that a decision needs was missing."""

    @property
    def id(self) -> int:
        """Its number."""
        return self.row.id

    @property
    def made_at(self) -> datetime:
        """When it was made."""
        return self.row.made_at


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRecord:
    """What a local day cost, in the contract's currency: energy and wear, less what more was left in the battery.

    `paid` is for the energy alone, as it was metered; `rules` and `plan` are None where no decision is known.
    The shares are what `actual` is, in percent, of the possible saving; None where there was next to none.
    """

    day: date
    mode: str
    paid: float
    actual: float
    no_battery: float
    self_consumption: float
    rules: float | None
    plan: float | None
    perfect_foresight: float
    share_vs_no_battery: float | None
    share_vs_self_consumption: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the day as JSON values."""
        return {**asdict(self), "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingParts:
    """What a saving against no battery is made of: `no_battery` - `cost` + `stored_value` - `wear`, in the contract's currency."""

    until: datetime
    """Up to when it is counted."""
    cost: float
    """What was paid for import less what export earned."""
    no_battery: float
    """The same without a battery."""
    stored_value: float
    """What the energy that was stored since the start is worth in the hours to come; < 0 where less is left."""
    stored_soc: float
    """How much was stored since the start, in percent of the capacity."""
    wear: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """What was saved, in the contract's currency."""

    vs_no_battery: float = 0.0
    vs_self_consumption: float = 0.0

    @classmethod
    def of(cls, day: DayRecord) -> Savings:
        """Return what a day saved."""
        return cls(vs_no_battery=day.no_battery - day.actual, vs_self_consumption=day.self_consumption - day.actual)

    def __add__(self, other: Savings) -> Savings:
        """Return both together."""
        return Savings(
            vs_no_battery=self.vs_no_battery + other.vs_no_battery,
            vs_self_consumption=self.vs_self_consumption + other.vs_self_consumption,
        )
