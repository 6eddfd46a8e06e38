"""A decision with everything it was made from, as JSON that is small and replays to the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
import json
from typing import Any, Final, NamedTuple, Self

from ..model.command import Action, ChargeSource
from ..model.message import PLAIN_TEXT, say
from .contract import (
    RULES_BY_STORED_NAME,
    Degradation,
    Engine,
    InputError,
    Opinion,
    OptimiserSettings,
    PlanInputs,
    Recommendation,
    RulesSettings,
    Strategy,
)
from .json_fields import (
    as_choice,
    as_number,
    as_object,
    as_seconds,
    choice,
    get,
    items,
    message,
    moment,
    number,
    part,
    record,
    text,
    whole,
)
from .model import Plan, PlannerSettings, PlanSlotInput, PowerSteps
from .recommend import decide
from .regimes import Market, Regime

_MOST_SLOTS: Final = 10_000


def _flag(field: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise InputError(field, say("invalid.case_flag", value=repr(value)))
    return value


def _number_or_none(field: str, value: object) -> float | None:
    return None if value is None else as_number(field, value)


def _whole_or_none(data: Mapping[str, Any], field: str) -> int | None:
    return None if get(data, field) is None else whole(data, field)


_COLUMNS: Final[dict[str, Callable[[str, object], Any]]] = {
    "buy_per_kwh": as_number,
    "sell_per_kwh": as_number,
    "pv_w": as_number,
    "load_w": as_number,
    "extrapolated": _flag,
    "estimate": _flag,
    "warned": as_number,
    "cloud_cover": _number_or_none,
}
"""The fields of a slot as they are, and how each value is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDigest:
    """What is kept of a plan: enough to prove that a replay finds the same."""

    cost: float
    """$"""
    objective: float
    """$"""
    sha256: str
    """Of the JSON of its slots."""

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return the digest of a plan."""
        slots = json.dumps([slot.as_dict() for slot in plan.slots], sort_keys=True)
        return cls(cost=plan.cost, objective=plan.objective, sha256=sha256(slots.encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was recommended, from what, why just then, and in which mode."""

    mode: str
    trigger: str
    inputs: PlanInputs
    settings: OptimiserSettings
    recommendation: Recommendation
    """Without its plan where the decision was read back."""
    plan: PlanDigest | None

    @classmethod
    def of(
        cls,
        inputs: PlanInputs,
        settings: OptimiserSettings,
        recommendation: Recommendation,
        *,
        mode: str,
        trigger: str,
    ) -> Self:
        """Return the decision that a recommendation is."""
        plan = recommendation.plan
        return cls(
            mode=mode,
            trigger=trigger,
            inputs=inputs,
            settings=settings,
            recommendation=recommendation,
            plan=None if plan is None else PlanDigest.of(plan),
        )

    @property
    def made_at(self) -> datetime:
        """When it was made, UTC."""
        return self.inputs.now

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as JSON values; a field that is the same in all slots is there once."""
        inputs = self.inputs
        slots: dict[str, Any] = {"count": len(inputs.slots)}
        slots["duration_s"] = _packed([slot.duration.total_seconds() for slot in inputs.slots])
        slots |= {name: _packed([getattr(slot, name) for slot in inputs.slots]) for name in _COLUMNS}
        return {
            "mode": self.mode,
            "trigger": self.trigger,
            "inputs": {
                "now": inputs.now.astimezone(UTC).isoformat(),
                "zone": inputs.zone,
                "soc": inputs.soc,
                "present": inputs.present.value,
                "battery_w": inputs.battery_w,
                "degradations": [degradation.value for degradation in inputs.degradations],
                "market": None if inputs.market is None else _market_as_dict(inputs.market),
                "pv_limit_obeyed": inputs.pv_limit_obeyed,
                "slots": slots,
            },
            "settings": {
                "strategy": self.settings.strategy.value,
                "planner": asdict(self.settings.planner),
                "rules": self.settings.rules.stored,
                "steps": None if self.settings.steps is None else asdict(self.settings.steps),
                "guess_prices": self.settings.guess_prices,
            },
            "recommendation": self.recommendation.as_dict(),
            "plan": None if self.plan is None else asdict(self.plan),
        }

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Return the decision that `as_dict` described; raise CaseError, naming the field, where it is not one."""
        decision = as_object("decision", data)
        # What comes first of each is what decisions of earlier versions do not have.
        inputs = {"battery_w": 0.0, "market": None, "pv_limit_obeyed": False, **part(decision, "inputs")}
        settings = {"steps": None, "guess_prices": True, **part(decision, "settings")}
        answer = {"source": ChargeSource.SOLAR_FIRST.value, "pv_limit_w": None, **part(decision, "recommendation")}
        plan = get(decision, "plan")
        return cls(
            mode=text(decision, "mode"),
            trigger=text(decision, "trigger"),
            inputs=PlanInputs(
                now=moment(inputs, "now"),
                zone=text(inputs, "zone"),
                soc=number(inputs, "soc"),
                present=choice(inputs, "present", Action),
                battery_w=number(inputs, "battery_w"),
                slots=_slots({"estimate": False, "warned": 1.0, **part(inputs, "slots")}),
                market=None if inputs["market"] is None else _market(part(inputs, "market")),
                pv_limit_obeyed=_flag("pv_limit_obeyed", inputs["pv_limit_obeyed"]),
                degradations=tuple(
                    as_choice("degradations", item, Degradation) for item in items(inputs, "degradations")
                ),
            ),
            settings=OptimiserSettings(
                strategy=choice(settings, "strategy", Strategy),
                planner=record(PlannerSettings, part(settings, "planner")),
                rules=record(RulesSettings, _named_rules(part(settings, "rules"))),
                steps=None if settings["steps"] is None else record(PowerSteps, part(settings, "steps")),
                guess_prices=_flag("guess_prices", settings["guess_prices"]),
            ),
            recommendation=Recommendation(
                **_advice(answer),
                export_limit_w=_whole_or_none(answer, "export_limit_w"),
                pv_limit_w=_whole_or_none(answer, "pv_limit_w"),
                source=choice(answer, "source", ChargeSource),
                opinions=tuple(_opinion(as_object("opinions", item)) for item in items(answer, "opinions")),
            ),
            plan=None if plan is None else _digest(as_object("plan", plan)),
        )


class Difference(NamedTuple):
    """A field of the answer that is not the same, each time as JSON."""

    field: str
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayResult:
    """What a decision said when it was made, and what the same inputs say now."""

    recorded: Decision
    replayed: Decision
    differences: tuple[Difference, ...]

    @property
    def same(self) -> bool:
        """Whether both are the same, byte for byte."""
        return not self.differences


def replay(data: object) -> ReplayResult:
    """Decide again on the inputs of a recorded decision; raise CaseError where it is not one."""
    recorded = Decision.from_dict(data)
    again = decide(recorded.inputs, recorded.settings)
    replayed = Decision.of(recorded.inputs, recorded.settings, again, mode=recorded.mode, trigger=recorded.trigger)
    # What earlier versions wrote instead of reasons cannot be the same.
    told = recorded.recommendation.reason.key != PLAIN_TEXT
    before, after = _answer(recorded, told), _answer(replayed, told)
    return ReplayResult(
        recorded=recorded,
        replayed=replayed,
        differences=tuple(
            Difference(name, before[name], after[name]) for name in before if before[name] != after[name]
        ),
    )


def _answer(decision: Decision, told: bool) -> dict[str, str]:
    """Return the JSON of each field of the answer, without the reasons unless these are `told`."""
    answer = decision.recommendation.as_dict()
    if not told:
        for part_of_it in (answer, *answer["opinions"]):
            del part_of_it["reason"]
    answer["plan"] = None if decision.plan is None else asdict(decision.plan)
    return {name: json.dumps(value, sort_keys=True) for name, value in answer.items()}


def _packed(values: Sequence[Any]) -> Any:
    """Return one value for all where they are the same to the last bit, as 0 and 0.0 are not."""
    return values[0] if len(set(map(repr, values))) == 1 else values


def _slots(data: Mapping[str, Any]) -> tuple[PlanSlotInput, ...]:
    count = whole(data, "count")
    if not 1 <= count <= _MOST_SLOTS:
        raise InputError("count", say("invalid.case_between", least="1", most=f"{_MOST_SLOTS}", value=f"{count}"))

    def column(field: str, read: Callable[[str, object], Any]) -> list[Any]:
        value = get(data, field)
        values = value if isinstance(value, list) else [value] * count
        if len(values) != count:
            raise InputError(field, say("invalid.case_values", wanted=count))
        return [read(field, value) for value in values]

    columns = {"duration": column("duration_s", as_seconds)} | {
        name: column(name, read) for name, read in _COLUMNS.items()
    }
    return tuple(
        PlanSlotInput(**dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)
    )


def _named_rules(data: Mapping[str, Any]) -> dict[str, Any]:
    return {RULES_BY_STORED_NAME.get(name, name): value for name, value in data.items()}


def _market_as_dict(market: Market) -> dict[str, Any]:
    return {"regime": market.regime.name.lower(), "likelihood": market.likelihood}


def _market(data: Mapping[str, Any]) -> Market:
    regimes = {regime.name.lower(): regime for regime in Regime}
    if (name := text(data, "regime")) not in regimes:
        raise InputError("regime", say("invalid.case_choice", choices=", ".join(regimes), value=repr(name)))
    return Market(regimes[name], number(data, "likelihood"))


def _advice(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what opinions and recommendations have in common."""
    return {
        "action": choice(data, "action", Action),
        "target_power_w": whole(data, "target_power_w"),
        "reason": message(data, "reason"),
        "confidence": number(data, "confidence"),
        "engine": choice(data, "engine", Engine),
    }


def _opinion(data: Mapping[str, Any]) -> Opinion:
    return Opinion(**_advice(data), weight=number(data, "weight"))


def _digest(data: Mapping[str, Any]) -> PlanDigest:
    return PlanDigest(cost=number(data, "cost"), objective=number(data, "objective"), sha256=text(data, "sha256"))
