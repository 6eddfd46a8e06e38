"""What the entities of the optimiser show and change: tables of descriptions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from homeassistant.components.button import ButtonEntityDescription
from homeassistant.components.number import NumberEntityDescription, NumberMode
from homeassistant.components.select import SelectEntityDescription
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfPower

from ..coordinator.optimiser import OptimiserCoordinator
from ..coordinator.optimiser_options import RANGES, OptimiserOptions
from ..coordinator.optimiser_state import OptimiserState, OptimiserStatus
from ..model.command import Action
from ..model.message import Message
from ..optimiser.contract import Strategy
from ..records.decision_rows import Savings, StoredDecision
from .currency import CurrencyDescription
from .write_gate import SensorValue


@dataclass(frozen=True, kw_only=True)
class OptimiserSensorDescription(CurrencyDescription):
    """Describes a sensor of the optimiser's state."""

    value_fn: Callable[[OptimiserState], SensorValue | Message]
    """Of a message, the sentence without its details is shown."""
    attributes_fn: Callable[[OptimiserState], dict[str, Any]] | None = None
    of_today: bool = False
    """It begins anew at local midnight."""


@dataclass(frozen=True, kw_only=True)
class OptimiserNumberDescription(NumberEntityDescription):
    """Describes an option of the optimiser that is a number; its key is the option's name."""

    native_min_value: float
    native_max_value: float
    value_fn: Callable[[OptimiserOptions], float]


@dataclass(frozen=True, kw_only=True)
class OptimiserButtonDescription(ButtonEntityDescription):
    """Describes a button of the optimiser."""

    press_fn: Callable[[OptimiserCoordinator], Awaitable[object]]


def plan_rows(stored: StoredDecision | None) -> list[dict[str, Any]]:
    """Return the slots of a decision's plan, in the one shape that charts and automations get; powers in W."""
    if stored is None or stored.decision is None or (plan := stored.recommendation.plan) is None:
        return []
    inputs = stored.decision.inputs
    return [
        {
            "start": (inputs.now + slot.start).isoformat(),
            "end": (inputs.now + slot.start + slot.duration).isoformat(),
            "action": slot.action.value,
            "battery_w": round(slot.battery_w),
            "grid_w": round(slot.grid_w),
            "pv_w": round(expected.pv_w),
            "house_w": round(expected.load_w),
            "soc": round(slot.soc_after, 1),
            "buy": expected.buy_per_kwh,
            "sell": expected.sell_per_kwh,
            "cost": round(slot.cost, 4),
            "extrapolated": slot.extrapolated,
        }
        for slot, expected in zip(plan.slots, inputs.slots, strict=True)
    ]


def _recommended_w(stored: StoredDecision) -> int:
    return stored.recommendation.action.sign * stored.recommendation.target_power_w


def _decided[V: SensorValue | Message](
    value_fn: Callable[[StoredDecision], V],
) -> Callable[[OptimiserState], V | None]:
    return lambda state: None if state.decision is None else value_fn(state.decision)


def _money(key: str, value_fn: Callable[[OptimiserState], float | None], **more: Any) -> OptimiserSensorDescription:
    return OptimiserSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        in_currency=True,
        value_fn=lambda state: None if (value := value_fn(state)) is None else round(value, 4),
        **more,
    )


def _saved(key: str, saved_fn: Callable[[Savings], float]) -> tuple[OptimiserSensorDescription, ...]:
    """Return the sensors of what was saved today, and of what was saved in all."""

    def today(state: OptimiserState) -> float | None:
        return None if state.today.savings is None else saved_fn(state.today.savings)

    def total(state: OptimiserState) -> float | None:
        return None if state.totals is None else saved_fn(state.totals + (state.today.savings or Savings()))

    return (
        _money(f"savings_today{key}", today, state_class=SensorStateClass.TOTAL, of_today=True),
        _money(f"savings_total{key}", total, state_class=SensorStateClass.TOTAL),
    )


OPTIMISER_SENSORS: tuple[OptimiserSensorDescription, ...] = (
    OptimiserSensorDescription(
        key="recommendation",
        translation_key="recommendation",
        device_class=SensorDeviceClass.ENUM,
        options=[action.value for action in Action if action is not Action.RELEASE],
        value_fn=_decided(lambda stored: stored.recommendation.action.value),
        attributes_fn=lambda state: {"plan": plan_rows(state.decision)},
    ),
    OptimiserSensorDescription(
        key="recommendation_reason",
        translation_key="recommendation_reason",
        value_fn=_decided(lambda stored: stored.recommendation.reason),
        attributes_fn=lambda state: {
            "text": None if state.decision is None else state.decision.recommendation.reason,
        },
    ),
    OptimiserSensorDescription(
        key="recommended_power",
        translation_key="recommended_power",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_decided(_recommended_w),
    ),
    OptimiserSensorDescription(
        key="recommendation_confidence",
        translation_key="recommendation_confidence",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=_decided(lambda stored: round(stored.recommendation.confidence * 100, 1)),
    ),
    OptimiserSensorDescription(
        key="marginal_value",
        translation_key="marginal_value",
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=3,
        in_currency=True,
        value_fn=_decided(
            lambda stored: None if stored.row.marginal_per_kwh is None else round(stored.row.marginal_per_kwh, 4)
        ),
    ),
    _money("expected_cost_today", lambda state: state.today.expected_cost),
    *_saved("", lambda savings: savings.vs_no_battery),
    *_saved("_vs_self_consumption", lambda savings: savings.vs_self_consumption),
    OptimiserSensorDescription(
        key="share_of_possible_saving",
        translation_key="share_of_possible_saving",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda state: None if state.last_day is None else state.last_day.share_vs_no_battery,
        attributes_fn=lambda state: {} if state.last_day is None else {"score": state.last_day.as_dict()},
    ),
    OptimiserSensorDescription(
        key="optimiser_status",
        translation_key="optimiser_status",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=list(OptimiserStatus),
        value_fn=lambda state: state.status.value,
        attributes_fn=lambda state: {
            "problem": state.problem,
            "degradations": []
            if state.decision is None
            else [found.value for found in state.decision.row.degradations],
        },
    ),
)

STRATEGY_SELECT = SelectEntityDescription(
    key="optimiser_strategy", translation_key="optimiser_strategy", options=list(Strategy)
)


def _weight(key: str, value_fn: Callable[[OptimiserOptions], float]) -> OptimiserNumberDescription:
    low, high, _ = RANGES[key]
    return OptimiserNumberDescription(
        key=key,
        translation_key=key,
        entity_category=EntityCategory.CONFIG,
        native_min_value=low,
        native_max_value=high,
        native_step=0.05,
        mode=NumberMode.BOX,
        value_fn=value_fn,
    )


OPTIMISER_NUMBERS: tuple[OptimiserNumberDescription, ...] = (
    _weight("price_weight", lambda options: options.rules.price_weight),
    _weight("solar_weight", lambda options: options.rules.solar_weight),
    _weight("usage_weight", lambda options: options.rules.usage_weight),
    OptimiserNumberDescription(
        key="reserve_soc",
        translation_key="reserve_soc",
        native_unit_of_measurement=PERCENTAGE,
        native_min_value=RANGES["reserve_soc"][0],
        native_max_value=RANGES["reserve_soc"][1],
        native_step=1,
        value_fn=lambda options: options.reserve_soc,
    ),
)

OPTIMISER_BUTTONS = (
    OptimiserButtonDescription(
        key="optimise_now",
        translation_key="optimise_now",
        press_fn=lambda optimiser: optimiser.async_optimise("asked"),
    ),
)
