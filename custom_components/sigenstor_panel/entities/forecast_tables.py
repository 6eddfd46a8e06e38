"""What the sensors of prices, sun and habits show: tables of descriptions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfEnergy, UnitOfPower

from ..coordinator.habits import HabitsCoordinator
from ..model.prices import DayPrices, PriceLevel, Prices, PriceSlot
from ..model.solar import SolarForecast
from .currency import CurrencyDescription
from .write_gate import SensorValue


@dataclass(frozen=True, kw_only=True)
class ForecastDescription[T](CurrencyDescription):
    """Describes a sensor whose value depends on the moment: `value_fn(data, now, local zone)`."""

    value_fn: Callable[[T, datetime, tzinfo], SensorValue]
    attributes_fn: Callable[[T, datetime], dict[str, Any]] | None = None


def _price(
    key: str, value_fn: Callable[[Prices, datetime, tzinfo], float | None], **more: Any
) -> ForecastDescription[Prices]:
    return ForecastDescription[Prices](
        key=key,
        translation_key=key,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=3,
        in_currency=True,
        value_fn=value_fn,
        **more,
    )


def _now(value_fn: Callable[[PriceSlot], Any]) -> Callable[[Prices, datetime, tzinfo], Any]:
    return lambda prices, now, _zone: None if (slot := prices.current(now)) is None else value_fn(slot)


def _next(value_fn: Callable[[PriceSlot], Any]) -> Callable[[Prices, datetime, tzinfo], Any]:
    return lambda prices, now, _zone: None if (slot := prices.next_after(now)) is None else value_fn(slot)


def _today(value_fn: Callable[[DayPrices], float | None]) -> Callable[[Prices, datetime, tzinfo], float | None]:
    return lambda prices, now, zone: None if (day := prices.today(now, zone)) is None else value_fn(day)


def price_rows(prices: Prices, now: datetime) -> list[dict[str, Any]]:
    """Return the prices from now on, in the one shape that charts and automations get."""
    return [
        {
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
            "buy": slot.buy_per_kwh,
            "sell": slot.sell_per_kwh,
            "estimate": slot.estimate,
        }
        for slot in prices.slots
        if slot.end > now
    ]


def power_rows(forecast: SolarForecast, now: datetime) -> list[dict[str, Any]]:
    """Return the PV forecast from now on, in the one shape that charts and automations get."""
    return [
        {
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
            "power_w": round(slot.power_w),
            "cloud_cover": slot.cloud_cover,
        }
        for slot in forecast.slots
        if slot.end > now
    ]


def _power[T](key: str, value_fn: Callable[[T, datetime, tzinfo], SensorValue], **more: Any) -> ForecastDescription[T]:
    return ForecastDescription[T](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=value_fn,
        **more,
    )


def _solar_energy(
    key: str, value_fn: Callable[[SolarForecast, datetime, tzinfo], float | None]
) -> ForecastDescription[SolarForecast]:
    return ForecastDescription[SolarForecast](
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        value_fn=value_fn,
    )


PRICE_SENSORS: tuple[ForecastDescription[Prices], ...] = (
    _price(
        "buy_price",
        _now(lambda slot: slot.buy_per_kwh),
        attributes_fn=lambda prices, now: {
            "source": prices.source,
            "stale": prices.stale,
            "fetched_at": prices.fetched_at.isoformat(),
            "forecast": price_rows(prices, now),
        },
    ),
    _price("sell_price", _now(lambda slot: slot.sell_per_kwh)),
    _price("buy_price_next", _next(lambda slot: slot.buy_per_kwh)),
    _price("sell_price_next", _next(lambda slot: slot.sell_per_kwh)),
    _price("buy_price_today_min", _today(lambda day: day.buy_min)),
    _price("buy_price_today_mean", _today(lambda day: day.buy_mean)),
    _price("buy_price_today_max", _today(lambda day: day.buy_max)),
    _price("sell_price_today_min", _today(lambda day: day.sell_min), entity_registry_enabled_default=False),
    _price("sell_price_today_mean", _today(lambda day: day.sell_mean), entity_registry_enabled_default=False),
    _price("sell_price_today_max", _today(lambda day: day.sell_max), entity_registry_enabled_default=False),
    ForecastDescription[Prices](
        key="price_level",
        translation_key="price_level",
        device_class=SensorDeviceClass.ENUM,
        options=[level.value for level in PriceLevel],
        value_fn=_now(lambda slot: slot.level),
    ),
    ForecastDescription[Prices](
        key="renewables",
        translation_key="renewables",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=_now(lambda slot: slot.renewables),
    ),
)

SUN_SENSORS: tuple[ForecastDescription[SolarForecast], ...] = (
    _power(
        "pv_forecast_now",
        value_fn=lambda forecast, now, _zone: forecast.power_at(now),
        attributes_fn=lambda forecast, now: {
            "source": forecast.source,
            "stale": forecast.stale,
            "fetched_at": forecast.fetched_at.isoformat(),
            "forecast": power_rows(forecast, now),
        },
    ),
    _solar_energy("pv_forecast_next_hour", lambda forecast, now, _zone: forecast.next_hour(now)),
    _solar_energy("pv_forecast_today", lambda forecast, now, zone: forecast.today(now, zone)),
    _solar_energy("pv_forecast_remaining", lambda forecast, now, zone: forecast.remaining(now, zone)),
    _solar_energy("pv_forecast_tomorrow", lambda forecast, now, zone: forecast.tomorrow(now, zone)),
    ForecastDescription[SolarForecast](
        key="cloud_cover",
        translation_key="cloud_cover",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda forecast, now, _zone: None if (slot := forecast.slot_at(now)) is None else slot.cloud_cover,
    ),
    _power(
        "pv_forecast_error",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda forecast, _now, _zone: (
            None if forecast.accuracy is None else forecast.accuracy.mean_absolute_error_w
        ),
    ),
)

HABIT_SENSORS: tuple[ForecastDescription[HabitsCoordinator], ...] = (
    _power(
        "load_forecast_now",
        value_fn=lambda habits, now, zone: round(habits.data.mean_w(now.astimezone(zone))),
        attributes_fn=lambda habits, now: {
            "default_profile": habits.data.is_default,
            "forecast": [
                {
                    "start": slot.start.isoformat(),
                    "end": slot.end.isoformat(),
                    "power_w": round(slot.mean_w),
                    "spread_w": round(slot.spread_w),
                }
                for slot in habits.ahead
                if slot.end > now
            ],
        },
    ),
    _power(
        "load_forecast_error",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda habits, _now, _zone: (
            None if habits.profile_error is None else habits.profile_error.mean_absolute_w
        ),
    ),
)
