"""What the optimiser is given and what it answers: everything a decision depends on, and the decision."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from math import isfinite
from typing import Any, Final

from ..model.command import Action, ChargeSource
from ..model.message import Message, say
from .model import Case, CaseError, Plan, PlannerSettings, PlanSlotInput, PowerSteps, Spot
from .regimes import Market

LONGEST_HORIZON: Final = timedelta(days=14)
_MOST_PER_KWH = 1_000
_MOST_W = 10_000_000
_MOST_LIKELY = 1_000
_HOMES: Final = {
    "capacity_kwh": (0.01, 100_000),
    "charge_efficiency": (0.1, 1),
    "discharge_efficiency": (0.1, 1),
    "charge_limit_w": (0, _MOST_W),
    "discharge_limit_w": (0, _MOST_W),
    "import_limit_w": (0, _MOST_W),
    "export_limit_w": (0, _MOST_W),
    "inverter_limit_w": (0, _MOST_W),
    "wear_per_kwh": (0, _MOST_PER_KWH),
    "terminal_per_kwh": (-_MOST_PER_KWH, _MOST_PER_KWH),
}


RULES_BY_STORED_NAME: Final = {"dear_buy_per_kwh": "high_buy_per_kwh"}
"""Fields of `RulesSettings` that options and decisions keep under another name."""

_STORED_NAMES: Final = {name: stored for stored, name in RULES_BY_STORED_NAME.items()}


class InputError(CaseError):
    """Inputs that are incomplete or contradict each other; `field` names the culprit."""


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
    """No engine decided: something that a decision needs is missing."""


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
    """The IANA name of the home's time zone, which says when it is night."""
    soc: float
    """Percent."""
    present: Action
    """What the battery has been asked to do so far."""
    battery_w: float = 0.0
    """The power that the next one is stepped from: > 0 charging, < 0 discharging."""
    slots: tuple[PlanSlotInput, ...]
    market: Market | None = None
    """Where the prices to come are those of a spot market, which may spike; None: they are as they are."""
    pv_limit_obeyed: bool = False
    """Whether the plant has been seen to obey a limit on PV: the plan counts on nothing else."""
    degradations: tuple[Degradation, ...] = ()

    @property
    def case(self) -> Case:
        """What there is to plan."""
        spot = None if self.market is None else Spot(self.now, self.market)
        return Case(slots=self.slots, soc=self.soc, orders_only=True, pv_limit=self.pv_limit_obeyed, spot=spot)

    def __post_init__(self) -> None:
        """Raise InputError where a value makes no sense."""
        if self.now.utcoffset() is None:
            raise InputError("now", say("invalid.case_time", value=str(self.now)))
        _check("soc", self.soc, most=100)
        _check("battery_w", self.battery_w, least=-_MOST_W, most=_MOST_W)
        if self.market is not None:
            _check("likelihood", self.market.likelihood, most=_MOST_LIKELY)
        if not self.slots:
            raise InputError("slots", say("invalid.case_empty"))
        horizon = timedelta(0)
        for slot in self.slots:
            horizon += min(slot.duration, LONGEST_HORIZON)
            _check("buy", slot.buy_per_kwh, least=-_MOST_PER_KWH, most=_MOST_PER_KWH)
            _check("sell", slot.sell_per_kwh, least=-_MOST_PER_KWH, most=_MOST_PER_KWH)
            _check("pv_kw", slot.pv_w, most=_MOST_W)
            _check("load_kw", slot.load_w, most=_MOST_W)
            if slot.cloud_cover is not None:
                _check("cloud_cover", slot.cloud_cover, most=100)
        if horizon >= LONGEST_HORIZON:
            raise InputError("slots", say("invalid.case_long"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSettings:
    """The engines' thresholds and weights; an engine of weight 0 is not asked."""

    price_weight: float = 1.0
    solar_weight: float = 0.8
    usage_weight: float = 0.6
    cheap_buy_per_kwh: float = 0.10
    high_buy_per_kwh: float = 0.40
    export_min_soc: float = 50.0
    solar_max_soc: float = 90.0
    usage_min_soc: float = 30.0
    solar_hours: float = 4.0
    """How far ahead the solar engine compares PV and house."""

    @property
    def stored(self) -> dict[str, float]:
        """The settings by the names under which they are kept."""
        return {_STORED_NAMES.get(name, name): value for name, value in asdict(self).items()}

    def __post_init__(self) -> None:
        """Raise InputError where a value makes no sense."""
        for name in ("price_weight", "solar_weight", "usage_weight"):
            _check(name, getattr(self, name), most=100)
        for name in ("cheap_buy_per_kwh", "high_buy_per_kwh"):
            _check(name, getattr(self, name), least=-_MOST_PER_KWH, most=_MOST_PER_KWH)
        if self.cheap_buy_per_kwh > self.high_buy_per_kwh:
            raise InputError(
                "cheap_buy_per_kwh",
                say("invalid.case_most", most=f"{self.high_buy_per_kwh:g}", value=f"{self.cheap_buy_per_kwh:g}"),
            )
        for name in ("export_min_soc", "solar_max_soc", "usage_min_soc"):
            _check(name, getattr(self, name), most=100)
        _check("solar_hours", self.solar_hours, most=48)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserSettings:
    """How to decide; replaying a decision needs nothing else."""

    strategy: Strategy = Strategy.PLAN
    planner: PlannerSettings
    rules: RulesSettings = field(default_factory=RulesSettings)
    steps: PowerSteps | None = None
    """How control lets the power change; None: at once."""
    guess_prices: bool = False
    """Whether to decide where the price in force is not known, but that of a typical day."""

    def __post_init__(self) -> None:
        """Raise InputError where a value is none of a home's: sums with it would be of no use."""
        for name, (least, most) in _HOMES.items():
            if (value := getattr(self.planner, name)) is not None:
                _check(name, value, least=least, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What one engine would do; `target_power_w` is never negative and counts for charge and discharge."""

    engine: Engine
    action: Action
    target_power_w: int
    reason: Message
    confidence: float
    """0–1."""
    weight: float
    """What the confidence counts for; 0: shown, but not asked."""

    def as_dict(self) -> dict[str, Any]:
        """Return the opinion as JSON values."""
        return {
            "engine": self.engine.value,
            "action": self.action.value,
            "target_power_w": self.target_power_w,
            "reason": self.reason.as_dict(),
            "confidence": self.confidence,
            "weight": self.weight,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What to do now, why, and what everybody else thought."""

    action: Action
    target_power_w: int
    """Never negative; counts for charge and discharge."""
    reason: Message
    """One short sentence; the numbers behind it are its details."""
    confidence: float
    """0–1."""
    engine: Engine
    export_limit_w: int | None = None
    """What export is to be limited to for the sake of the price; None: the usual limit."""
    pv_limit_w: int | None = None
    """What PV is to be limited to; None: not at all."""
    source: ChargeSource = ChargeSource.SOLAR_FIRST
    """Counts for charge."""
    opinions: tuple[Opinion, ...] = ()
    """Of all the engines that were asked, the winner's too."""
    plan: Plan | None = None
    """The plan of the same inputs, whichever strategy decided; None where there is none."""

    def as_dict(self) -> dict[str, Any]:
        """Return the recommendation without its plan, as JSON values."""
        return {
            "action": self.action.value,
            "target_power_w": self.target_power_w,
            "export_limit_w": self.export_limit_w,
            "pv_limit_w": self.pv_limit_w,
            "source": self.source.value,
            "reason": self.reason.as_dict(),
            "confidence": self.confidence,
            "engine": self.engine.value,
            "opinions": [opinion.as_dict() for opinion in self.opinions],
        }


def _check(field: str, value: float, *, least: float = 0, most: float) -> None:
    if not isfinite(value):
        raise InputError(field, say("invalid.case_number", value=repr(value)))
    if not least <= value <= most:
        raise InputError(field, say("invalid.case_between", least=f"{least:g}", most=f"{most:g}", value=f"{value:g}"))
