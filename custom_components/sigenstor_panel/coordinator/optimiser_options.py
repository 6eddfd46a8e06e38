"""What the owner chose for the optimiser, as it is stored in the entry's options."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from math import sqrt
from typing import Any, Final

from ..const import OPTION_OPTIMISER
from ..model.message import say
from ..model.telemetry import ControlRegisters, Telemetry
from ..model.validation import MAX_POWER_W, PER_KWH, InvalidInputError, choice, flag, number_in
from ..optimiser.contract import RULES_BY_STORED_NAME, Degradation, OptimiserSettings, RulesSettings, Strategy
from ..optimiser.efficiency import Efficiency, Span, learned
from ..optimiser.model import PlannerSettings, PowerSteps
from .optimiser_inputs import MissingDataError

RANGES: Final[Mapping[str, tuple[float, float, str]]] = {
    "interval_min": (0, 60, " min"),
    "learning_days": (1, 365, " d"),
    "reserve_soc": (0, 90, " %"),
    "wear_per_kwh": (0, 1, PER_KWH),
    "efficiency": (50, 100, " %"),
    "import_limit_w": (1_000, MAX_POWER_W, " W"),
    "export_limit_w": (0, MAX_POWER_W, " W"),
    "price_weight": (0, 2, ""),
    "solar_weight": (0, 2, ""),
    "usage_weight": (0, 2, ""),
    "cheap_buy_per_kwh": (-1, 2, PER_KWH),
    "dear_buy_per_kwh": (-1, 5, PER_KWH),
    "export_min_soc": (0, 100, " %"),
    "solar_max_soc": (0, 100, " %"),
    "usage_min_soc": (0, 100, " %"),
    "solar_hours": (1, 12, " h"),
}
"""What each number can be set to."""

TRIED_OPTIONS: Final = ("reserve_soc", "strategy", "wear_per_kwh")
"""What can be tried in a plan, and taken over."""

SHORTEST_INTERVAL_MIN: Final = 5
DEFAULT_RULES: Final = RulesSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimiserOptions:
    """What the owner chose."""

    strategy: Strategy = Strategy.PLAN
    interval_min: int = 15
    """0: only when asked."""
    learning_days: int = 30
    reserve_soc: float = 10.0
    """What the plan leaves in the battery, percent."""
    wear_per_kwh: float = 0.02
    efficiency: float = 90.0
    """Percent of what is charged that comes out again, at best: less is learned from the counters."""
    import_limit_w: int = 15_000
    export_limit_w: int = MAX_POWER_W
    guess_prices: bool = False
    """Whether the plan may go by a typical day where no price is known."""
    rules: RulesSettings = DEFAULT_RULES

    @property
    def interval(self) -> timedelta | None:
        """How often a decision is made at least; None: only when asked."""
        return timedelta(minutes=self.interval_min) if self.interval_min else None


DEFAULT_OPTIONS: Final = OptimiserOptions()


def parse_options(data: Mapping[str, Any]) -> OptimiserOptions:
    """Return the options that a form, an entity or a program describes; what is left out has its default.

    Raises InvalidInputError, which names the field and says what is allowed.
    """
    values: dict[str, Any] = {}
    rules: dict[str, float] = {}
    for name, value in data.items():
        if name == "strategy":
            values[name] = choice(name, value, Strategy)
            continue
        if name == "guess_prices":
            values[name] = flag(name, value)
            continue
        low, high, unit = RANGES[name]
        checked = number_in(name, value, low, high, unit)
        if name == "interval_min" and 0 < checked < SHORTEST_INTERVAL_MIN:
            raise InvalidInputError(name, say("invalid.interval", low=SHORTEST_INTERVAL_MIN, high=high), value)
        if (rule := RULES_BY_STORED_NAME.get(name, name)) in RulesSettings.__dataclass_fields__:
            rules[rule] = float(checked)
        else:
            values[name] = round(checked) if name.endswith(("_w", "_min", "_days")) else float(checked)
    rules = {**asdict(DEFAULT_RULES), **rules}
    if (cheap := rules["cheap_buy_per_kwh"]) > (high := rules["high_buy_per_kwh"]):
        raise InvalidInputError("cheap_buy_per_kwh", say("invalid.most_per_kwh", most=f"{high:g}"), cheap)
    return OptimiserOptions(**values, rules=RulesSettings(**rules))


def options_of(options: Mapping[str, Any]) -> OptimiserOptions:
    """Return what is stored in an entry's options."""
    return parse_options(options.get(OPTION_OPTIMISER, {}))


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimits:
    """What the owner allows besides: the safety limits of control, and what the plant's registers are set to."""

    min_soc: float
    max_soc: float
    steps: PowerSteps
    export_limit_w: int | None
    """As set for control."""
    registers: ControlRegisters
    """As they were before control began."""


def settings_of(
    options: OptimiserOptions,
    telemetry: Telemetry,
    own: OwnLimits,
    inverter_limit_w: float | None,
    spans: Iterable[Span] = (),
) -> OptimiserSettings:
    """Return how to decide for a plant: nothing is wanted that its owner or the guardrails would refuse.

    From the `spans`, what the battery makes of the energy is learned.
    Raises MissingDataError where the plant does not say what its battery can hold and take.
    """
    registers = own.registers
    capacity_kwh = telemetry.rated_capacity_kwh
    charge_w = _least(telemetry.rated_charge_power_w, registers.charge_limit_w)
    discharge_w = _least(telemetry.rated_discharge_power_w, registers.discharge_limit_w)
    if not capacity_kwh or charge_w is None or discharge_w is None:
        raise MissingDataError(Degradation.NO_TELEMETRY, say("reason.no_battery_data"))
    health = 100.0 if telemetry.state_of_health is None else telemetry.state_of_health
    soc_max = own.max_soc if registers.charge_cutoff_soc is None else min(own.max_soc, registers.charge_cutoff_soc)
    soc_min = max(options.reserve_soc, own.min_soc, registers.discharge_cutoff_soc or 0, registers.backup_soc or 0)
    capacity_kwh = capacity_kwh * health / 100
    believed = Efficiency(sqrt(options.efficiency / 100), sqrt(options.efficiency / 100))
    efficiency = learned(spans, capacity_kwh, believed) or believed
    return OptimiserSettings(
        strategy=options.strategy,
        guess_prices=options.guess_prices,
        rules=options.rules,
        steps=own.steps,
        planner=PlannerSettings(
            capacity_kwh=capacity_kwh,
            soc_min=min(soc_min, soc_max),
            soc_max=soc_max,
            charge_limit_w=charge_w,
            discharge_limit_w=discharge_w,
            charge_efficiency=efficiency.charge,
            discharge_efficiency=efficiency.discharge,
            import_limit_w=_least(options.import_limit_w, registers.import_limit_w) or 0.0,
            export_limit_w=_least(options.export_limit_w, registers.export_limit_w, own.export_limit_w) or 0.0,
            inverter_limit_w=inverter_limit_w,
            wear_per_kwh=options.wear_per_kwh,
        ),
    )


def _least(*limits: float | None) -> float | None:
    return min((limit for limit in limits if limit is not None), default=None)
