"""What the planner is asked and what it answers, in the units of the project, and the case file that both fit in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, NamedTuple, override

from ..model.command import Action, ChargeSource
from ..model.message import Message, say
from .regimes import Market

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


class CaseError(ValueError):
    """A case that is incomplete or makes no sense; `field` names the culprit as the case file does."""

    def __init__(self, field: str, problem: Message) -> None:
        """Say which field has which problem."""
        super().__init__(field)
        self.field = field
        self.problem = problem

    @property
    def message(self) -> Message:
        """What is told of it."""
        return say("invalid.case", field=self.field, problem=self.problem)

    @override
    def __str__(self) -> str:
        """Return the message for a log."""
        return str(self.message)


class InfeasibleCaseError(CaseError):
    """A case whose limits no plan can keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSlotInput:
    """What is expected of one slot: prices in $/kWh with tax (feed-in above 0: you are paid), mean powers in W."""

    duration: timedelta
    buy_per_kwh: float
    sell_per_kwh: float
    pv_w: float
    load_w: float
    extrapolated: bool = False
    """The prices are those of the typical day, or were forecast too long ago."""
    estimate: bool = False
    """The prices are in force, but not confirmed yet."""
    warned: float = 1.0
    """How much likelier a spike is to begin here by what the retailer warns of."""
    cloud_cover: float | None = None
    """Percent; None: not known."""

    def __post_init__(self) -> None:
        """Raise CaseError where a value makes no sense."""
        if self.duration <= timedelta(0):
            raise CaseError("step_min", say("invalid.case_above", least="0", value=f"{self.duration / _MINUTE:g}"))
        _check("buy", self.buy_per_kwh)
        _check("sell", self.sell_per_kwh)
        _check("pv_kw", self.pv_w, least=0)
        _check("load_kw", self.load_w, least=0)
        _check("warned", self.warned, least=0)

    @property
    def hours(self) -> float:
        """How long the slot is, in hours."""
        return self.duration / _HOUR


class Spot(NamedTuple):
    """A spot market at the moment that slots begin."""

    now: datetime
    market: Market


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The slots to plan, one after another without a gap, and the SoC at the start of the first, percent."""

    slots: tuple[PlanSlotInput, ...]
    soc: float
    orders_only: bool = False
    """Whether the plan counts only what an order can carry out; else it is the optimum of the physical problem."""
    pv_limit: bool = False
    """Whether one of the orders is a limit on PV."""
    spot: Spot | None = None
    """Where the prices after the first slot are those of a market that may spike."""

    def __post_init__(self) -> None:
        """Raise CaseError where a value makes no sense."""
        if not self.slots:
            raise CaseError("buy", say("invalid.case_empty"))
        _check("soc0", self.soc, least=0, most=100)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerSettings:
    """The battery, the limits of the home at the AC bus in W, and what the owner wants."""

    capacity_kwh: float
    soc_min: float
    """Percent; the cut-off or the owner's reserve, whichever is higher."""
    soc_max: float
    charge_limit_w: float
    discharge_limit_w: float
    charge_efficiency: float
    discharge_efficiency: float
    import_limit_w: float
    export_limit_w: float
    inverter_limit_w: float | None = None
    """What PV and battery together may give to the home, or the battery take from it; None: no such limit."""
    soc_final: float | None = None
    """Percent, to be met exactly; None: what is left is worth `terminal_per_kwh`."""
    wear_per_kwh: float = 0.02
    """$ for each kWh that is discharged, at the AC bus."""
    terminal_per_kwh: float | None = None
    """$ for each stored kWh at the end; None: from the prices of the case."""

    def __post_init__(self) -> None:
        """Raise CaseError where a value makes no sense."""
        _check("cap_kwh", self.capacity_kwh, least=0, above=True)
        _check("soc_min", self.soc_min, least=0, most=100)
        _check("soc_max", self.soc_max, least=0, most=100)
        if self.soc_min > self.soc_max:
            raise CaseError("soc_min", say("invalid.case_most", most=f"{self.soc_max:g}", value=f"{self.soc_min:g}"))
        _check("p_charge_kw", self.charge_limit_w, least=0)
        _check("p_discharge_kw", self.discharge_limit_w, least=0)
        _check("eta_c", self.charge_efficiency, least=0, most=1, above=True)
        _check("eta_d", self.discharge_efficiency, least=0, most=1, above=True)
        _check("import_limit_kw", self.import_limit_w, least=0)
        _check("export_limit_kw", self.export_limit_w, least=0)
        _check("wear_per_kwh", self.wear_per_kwh, least=0)
        if self.inverter_limit_w is not None:
            _check("inverter_limit_kw", self.inverter_limit_w, least=0)
        if self.terminal_per_kwh is not None:
            _check("terminal_per_kwh", self.terminal_per_kwh)
        if self.soc_final is not None:
            _check("soc_final", self.soc_final, least=self.soc_min, most=self.soc_max)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerSteps:
    """How a power that is asked of the battery may change: by so many W at once, then not for so many seconds."""

    step_w: float
    every_s: float

    def __post_init__(self) -> None:
        """Raise CaseError where a value makes no sense."""
        _check("step_w", self.step_w, least=0, above=True)
        _check("every_s", self.every_s, least=0, above=True)

    def way(self, start_w: float, target_w: float, duration: timedelta) -> list[float]:
        """Return the battery powers on the way from one to another, each for an equal part of the time.

        Stopping takes no steps: a change of direction starts at 0.
        """
        power_w = start_w if start_w * target_w > 0 else 0.0
        powers_w = []
        for _ in range(max(1, round(duration.total_seconds() / self.every_s))):
            power_w = min(max(target_w, power_w - self.step_w), power_w + self.step_w)
            powers_w.append(power_w)
        return powers_w


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSlot:
    """What to do in one slot: mean powers at the AC bus in W, never negative, and SoC in percent."""

    start: timedelta
    """From the start of the plan."""
    duration: timedelta
    import_w: float
    export_w: float
    charge_w: float
    discharge_w: float
    pv_w: float
    """What is used of the PV."""
    curtailed_w: float
    soc_before: float
    soc_after: float
    cost: float
    """$ paid for import less what export earns."""
    action: Action
    export_limit_w: float | None
    """What to limit export to, for the sake of the price; None: the usual limit."""
    marginal_per_kwh: float
    """$ that one kWh more in the battery at the end of the slot is worth."""
    extrapolated: bool
    source: ChargeSource = ChargeSource.SOLAR_FIRST
    """Where charging takes its power from: the grid alone where buying earns money and the PV is left unused."""
    pv_limit_w: float | None = None
    """What to limit PV to; None: not at all."""

    @property
    def battery_w(self) -> float:
        """The battery power: > 0 charging, < 0 discharging."""
        return self.charge_w - self.discharge_w

    @property
    def grid_w(self) -> float:
        """The grid power: > 0 import, < 0 export."""
        return self.import_w - self.export_w

    def as_dict(self) -> dict[str, Any]:
        """Return the slot as JSON values, in the units of the case file."""
        return {
            "start_min": self.start / _MINUTE,
            "step_min": self.duration / _MINUTE,
            "import_kw": self.import_w / 1000,
            "export_kw": self.export_w / 1000,
            "charge_kw": self.charge_w / 1000,
            "discharge_kw": self.discharge_w / 1000,
            "pv_kw": self.pv_w / 1000,
            "curtailed_kw": self.curtailed_w / 1000,
            "soc_before": self.soc_before / 100,
            "soc_after": self.soc_after / 100,
            "cost": self.cost,
            "action": self.action.value,
            "export_limit_kw": None if self.export_limit_w is None else self.export_limit_w / 1000,
            "marginal_per_kwh": self.marginal_per_kwh,
            "extrapolated": self.extrapolated,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a plan keeps for a spike, beyond what the prices ask for as they are forecast."""

    kwh: float
    """Of stored energy above the reserve."""
    above_per_kwh: float
    chance: float
    """0–1, that a kWh costs more than that some time `within`."""
    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The best known way through the slots of a case."""

    slots: tuple[PlanSlot, ...]
    cost: float
    """$ paid for import less what export earns."""
    objective: float
    """The cost with wear, less the worth of what is left in the battery."""
    bound: float
    """No plan has an objective below this."""
    terminal_per_kwh: float
    """$ that a kWh left at the end counted for."""
    kept: Kept | None = None


def case_from_dict(data: Mapping[str, Any]) -> tuple[Case, PlannerSettings]:
    """Return the case and the settings that a case file describes; raise CaseError where it is not one."""
    if not isinstance(data, Mapping):
        raise CaseError("case", say("invalid.case_object"))
    buys = _numbers(data, "buy")
    count = len(buys)
    if not count:
        raise CaseError("buy", say("invalid.case_empty"))
    steps = _numbers(data, "step_min", count=count)
    sells, pvs, loads = (_numbers(data, field, count=count) for field in ("sell", "pv_kw", "load_kw"))
    extrapolated = data.get("extrapolated") or [False] * count
    if not isinstance(extrapolated, Sequence) or len(extrapolated) != count:
        raise CaseError("extrapolated", say("invalid.case_values", wanted=count))
    slots = tuple(
        PlanSlotInput(
            duration=_minutes(step),
            buy_per_kwh=buy,
            sell_per_kwh=sell,
            pv_w=pv * 1000,
            load_w=load * 1000,
            extrapolated=bool(guessed),
        )
        for step, buy, sell, pv, load, guessed in zip(steps, buys, sells, pvs, loads, extrapolated, strict=True)
    )
    final, inverter = _optional(data, "soc_final"), _optional(data, "inverter_limit_kw")
    settings = PlannerSettings(
        capacity_kwh=_number(data, "cap_kwh"),
        soc_min=_number(data, "soc_min") * 100,
        soc_max=_number(data, "soc_max") * 100,
        charge_limit_w=_number(data, "p_charge_kw") * 1000,
        discharge_limit_w=_number(data, "p_discharge_kw") * 1000,
        charge_efficiency=_number(data, "eta_c"),
        discharge_efficiency=_number(data, "eta_d"),
        import_limit_w=_number(data, "import_limit_kw") * 1000,
        export_limit_w=_number(data, "export_limit_kw") * 1000,
        inverter_limit_w=None if inverter is None else inverter * 1000,
        soc_final=None if final is None else final * 100,
        wear_per_kwh=_optional(data, "wear_per_kwh") or 0.0,
        terminal_per_kwh=_optional(data, "terminal_per_kwh", default=0.0),
    )
    return Case(slots=slots, soc=_number(data, "soc0") * 100), settings


def case_as_dict(case: Case, settings: PlannerSettings) -> dict[str, Any]:
    """Return the case file of a case and its settings, as JSON values."""
    inverter_w, final = settings.inverter_limit_w, settings.soc_final
    return {
        "step_min": [slot.duration / _MINUTE for slot in case.slots],
        "buy": [slot.buy_per_kwh for slot in case.slots],
        "sell": [slot.sell_per_kwh for slot in case.slots],
        "pv_kw": [slot.pv_w / 1000 for slot in case.slots],
        "load_kw": [slot.load_w / 1000 for slot in case.slots],
        "extrapolated": [slot.extrapolated for slot in case.slots],
        "cap_kwh": settings.capacity_kwh,
        "soc0": case.soc / 100,
        "soc_min": settings.soc_min / 100,
        "soc_max": settings.soc_max / 100,
        "p_charge_kw": settings.charge_limit_w / 1000,
        "p_discharge_kw": settings.discharge_limit_w / 1000,
        "eta_c": settings.charge_efficiency,
        "eta_d": settings.discharge_efficiency,
        "import_limit_kw": settings.import_limit_w / 1000,
        "export_limit_kw": settings.export_limit_w / 1000,
        "inverter_limit_kw": None if inverter_w is None else inverter_w / 1000,
        "soc_final": None if final is None else final / 100,
        "wear_per_kwh": settings.wear_per_kwh,
        "terminal_per_kwh": settings.terminal_per_kwh,
    }


def _check(
    field: str, value: float, *, least: float | None = None, most: float | None = None, above: bool = False
) -> None:
    if not isfinite(value):
        raise CaseError(field, say("invalid.case_number", value=repr(value)))
    if least is not None and (value < least or (above and value == least)):
        said = {"least": f"{least:g}", "value": f"{value:g}"}
        raise CaseError(field, say("invalid.case_above" if above else "invalid.case_least", **said))
    if most is not None and value > most:
        raise CaseError(field, say("invalid.case_most", most=f"{most:g}", value=f"{value:g}"))


def _number(data: Mapping[str, Any], field: str) -> float:
    if field not in data:
        raise CaseError(field, say("invalid.case_missing"))
    return _as_float(field, data[field])


def _optional(data: Mapping[str, Any], field: str, default: float | None = None) -> float | None:
    value = data.get(field, default)
    return None if value is None else _as_float(field, value)


def _numbers(data: Mapping[str, Any], field: str, *, count: int | None = None) -> list[float]:
    """Return a list of numbers; one number alone stands for `count` of them."""
    if field not in data:
        raise CaseError(field, say("invalid.case_missing"))
    value = data[field]
    if field == "step_min" and count is not None and not isinstance(value, list):
        return [_as_float(field, value)] * count
    if not isinstance(value, list):
        raise CaseError(field, say("invalid.case_list"))
    if count is not None and len(value) != count:
        raise CaseError(field, say("invalid.case_values", wanted=count))
    return [_as_float(field, item) for item in value]


def _as_float(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise CaseError(field, say("invalid.case_number", value=repr(value)))
    return float(value)


def _minutes(step: float) -> timedelta:
    try:
        return timedelta(minutes=step)
    except OverflowError:
        raise CaseError("step_min", say("invalid.case_long")) from None
