"""What the optimiser is given and what it answers: everything a decision depends on, and the decision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..command import Action
from .model import Plan, PlannerSettings, PlanSlotInput


class Strategy(StrEnum):
    """How decisions are made."""

    PLAN = "plan"
    """The cheapest way through everything that is known."""

    RULES = "rules"
    """The engines' opinions, by weight and confidence."""


class Engine(StrEnum):
    """Whose idea a recommendation is."""

    PLANNER = "planner"
    PRICE = "price"
    SOLAR = "solar"
    USAGE = "usage"
    FALLBACK = "fallback"
    """Nobody's: something that a decision needs is missing."""


class Degradation(StrEnum):
    """What had to be replaced because it was missing, in the order of the damage it does."""

    STALE_PRICES = "stale_prices"
    """Prices past their time are those of the typical day."""

    NO_PV_FORECAST = "no_pv_forecast"
    """The PV is expected to be yesterday's."""

    NO_LOAD_PROFILE = "no_load_profile"
    """The house is expected to follow the default curve."""

    NO_PRICES = "no_prices"
    NO_TELEMETRY = "no_telemetry"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInputs:
    """Everything that a decision looks at; `slots` run from `now` on without a gap."""

    now: datetime
    """Aware, UTC."""
    zone: str
    """The IANA name of the home's time zone, for the times in reasons."""
    soc: float
    """Percent."""
    present: Action
    """What the battery has been asked to do so far."""
    slots: tuple[PlanSlotInput, ...]
    degradations: tuple[Degradation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSettings:
    """The engines' thresholds and weights; an engine of weight 0 is not asked."""

    price_weight: float = 1.0
    solar_weight: float = 0.8
    usage_weight: float = 0.6
    cheap_buy_per_kwh: float = 0.10
    dear_buy_per_kwh: float = 0.40
    export_min_soc: float = 50.0
    solar_max_soc: float = 90.0
    usage_min_soc: float = 30.0
    solar_hours: float = 4.0
    """How far ahead the solar engine compares PV and house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserSettings:
    """How to decide; replaying a decision needs nothing else."""

    strategy: Strategy = Strategy.PLAN
    planner: PlannerSettings
    rules: RulesSettings = RulesSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one engine would do; `target_power_w` is never negative and counts for charge and discharge."""

    engine: Engine
    action: Action
    target_power_w: int
    reason: str
    confidence: float
    """0–1."""
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What to do now, why, and what everybody else thought."""

    action: Action
    target_power_w: int
    """Never negative; counts for charge and discharge."""
    reason: str
    """A sentence or two for people, with the numbers in it."""
    confidence: float
    """0–1."""
    engine: Engine
    export_limit_w: int | None = None
    """What export is to be limited to for the sake of the price; None: the usual limit."""
    opinions: tuple[Opinion, ...] = ()
    """Of all the engines that were asked, the winner's too."""
    plan: Plan | None = None
    """The plan of the same inputs, whichever strategy decided; None where there is none."""


class InputError(ValueError):
    """Inputs that are incomplete or contradict each other; `field` names the culprit."""

    def __init__(self, field: str, problem: str) -> None:
        """Say which field has which problem."""
        super().__init__(f"{field}: {problem}")
        self.field = field
