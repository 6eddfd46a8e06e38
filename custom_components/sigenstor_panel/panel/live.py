"""What happens now: the plant's reading, control, the price and today's energy, as one feed."""

from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import CONF_SOURCE, OPTION_PRICES
from ..control.status import ControlStatus
from ..coordinator.optimiser import OptimiserCoordinator
from ..coordinator.optimiser_state import OptimiserState
from ..coordinator.prices import PricesCoordinator
from ..coordinator.telemetry import TelemetryCoordinator
from ..model.command import Action
from ..model.telemetry import Telemetry
from ..plants import status_as_dict, stopped_as_dict
from ..records.decision_rows import SavingParts
from ..runtime import SigenStorConfigEntry
from .feed import FeedKind
from .stops import press_of
from .websocket import subscription

_AT_REST_W = 50
"""A battery with less power than this is not on its way anywhere."""


def live(hass: HomeAssistant, entry: SigenStorConfigEntry) -> dict[str, Any]:
    """Return everything that is known of this moment as JSON values."""
    runtime, now = entry.runtime_data, dt_util.utcnow()
    return {
        "at": now.isoformat(),
        "telemetry": _telemetry(runtime.telemetry, runtime.control.data),
        "control": _control(hass, entry),
        "prices": None if runtime.prices is None else _prices(runtime.prices, now),
        "optimiser": _optimiser(runtime.optimiser),
        "today": _today(runtime.telemetry.data, runtime.optimiser.data),
    }


def _stopped(before: dict[str, Any]) -> dict[str, Any]:
    """Return what was known last, once an emergency stop was taken that has not reached the plant yet."""
    control = {**stopped_as_dict(before["control"]), "wanted_power_w": 0, "due_at": None, "stopped": None}
    return {**before, "control": control}


LIVE_FEED = FeedKind(
    key="live",
    value_fn=live,
    at_once=lambda runtime: (runtime.control, runtime.prices, runtime.optimiser),
    throttled=lambda runtime: (runtime.telemetry,),
    stopped_fn=_stopped,
)
COMMANDS = (subscription("live/subscribe", LIVE_FEED),)


def _control(hass: HomeAssistant, entry: SigenStorConfigEntry) -> dict[str, Any]:
    """Return the status of control, how strong what is wanted is, when what waits may be written, and who stopped it."""
    control = entry.runtime_data.control
    intent, verdict = control.controller.intent, control.controller.verdict
    due_at = None if verdict is None else verdict.not_before
    return {
        **status_as_dict(control.data),
        "wanted_power_w": 0 if intent is None else intent.command.power_w,
        "due_at": None if due_at is None else due_at.isoformat(),
        "stopped": press_of(hass, entry) if control.data.emergency_stop else None,
    }


def _telemetry(telemetry: TelemetryCoordinator, status: ControlStatus) -> dict[str, Any]:
    reading = telemetry.data
    return {
        "read_at": reading.timestamp.isoformat(),
        "source": "stale" if telemetry.source is None else telemetry.source.value,
        "soc": reading.soc,
        "stored_kwh": reading.stored_energy_kwh,
        "capacity_kwh": reading.rated_capacity_kwh,
        "state_of_health": reading.state_of_health,
        "temperature_c": reading.average_cell_temperature_c,
        "hours_to_full": hours_to_full(reading, status),
        "hours_to_empty": hours_to_empty(reading, status),
        "pv_w": reading.pv_power_w,
        "battery_w": reading.battery_power_w,
        "house_w": reading.house_power_w,
        "vehicle_w": reading.vehicle_power_w,
        "grid_w": reading.grid_power_w,
        "grid_status": None if reading.grid_status is None else reading.grid_status.value,
        "off_grid_since": None if telemetry.off_grid_since is None else telemetry.off_grid_since.isoformat(),
        "hours_at_load": hours_at_load(reading),
        "ems_mode": None if reading.ems_work_mode is None else reading.ems_work_mode.value,
        "alarms": _alarms(reading),
        "rated_charge_w": reading.rated_charge_power_w,
        "rated_discharge_w": reading.rated_discharge_power_w,
    }


def hours_to_full(reading: Telemetry, status: ControlStatus) -> float | None:
    """Return how long charging goes on at this power: to the plant's cut-off, under control to the safety limit."""
    most = reading.control.charge_cutoff_soc or 100.0
    if status.applied is Action.CHARGE:
        most = min(most, status.settings.limits.max_soc)
    return _hours(reading, 1, most)


def hours_to_empty(reading: Telemetry, status: ControlStatus) -> float | None:
    """Return how long discharging goes on at this power: to the plant's cut-off, under control to the safety limit."""
    least = max(reading.control.discharge_cutoff_soc or 0.0, reading.control.backup_soc or 0.0)
    if status.applied is Action.DISCHARGE:
        least = max(least, status.settings.limits.min_soc)
    return _hours(reading, -1, least)


def hours_at_load(reading: Telemetry) -> float | None:
    """Return how long the battery alone supplies the house at its present power; None where that is not known."""
    energy_kwh, house_w = reading.available_discharge_energy_kwh, reading.house_power_w
    if energy_kwh is None or house_w is None or house_w < _AT_REST_W:
        return None
    return round(energy_kwh * 1000 / house_w, 2)


def _alarms(reading: Telemetry) -> list[dict[str, Any]] | None:
    """Return the active alarms; None where the reading knows nothing of alarms."""
    if not reading.alarms:
        return None
    return [{"group": group.value, "name": name.as_dict()} for group, names in reading.alarms.items() for name in names]


def _hours(reading: Telemetry, direction: int, bound_soc: float) -> float | None:
    """Return the hours to a state of charge; None while the battery does not move in that direction (1: charging)."""
    battery_w, soc, capacity_kwh = reading.battery_power_w, reading.soc, reading.rated_capacity_kwh
    if battery_w is None or soc is None or capacity_kwh is None or direction * battery_w < _AT_REST_W:
        return None
    health = 100.0 if reading.state_of_health is None else reading.state_of_health
    to_go_kwh = capacity_kwh * health / 100 * max(0.0, direction * (bound_soc - soc)) / 100
    return round(to_go_kwh * 1000 / abs(battery_w), 2)


def _prices(prices: PricesCoordinator, now: datetime) -> dict[str, Any]:
    slot = None if prices.data is None else prices.data.current(now)
    return {
        "now": slot
        and {
            "buy": slot.buy_per_kwh,
            "sell": slot.sell_per_kwh,
            "estimate": slot.estimate,
            "level": slot.level,
            "spike": slot.spike,
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
        },
        "stale": not prices.fresh,
        "source": prices.config_entry.options[OPTION_PRICES][CONF_SOURCE],
        "problem": prices.problem and prices.problem.as_dict(),
    }


def _optimiser(optimiser: OptimiserCoordinator) -> dict[str, Any]:
    state = optimiser.data
    return {
        "status": state.status.value,
        "problem": None if state.problem is None else state.problem.as_dict(),
        "strategy": optimiser.options.strategy.value,
        "decision": None if state.decision is None else state.decision.row.as_dict(),
        "next_run_at": None if state.next_run_at is None else state.next_run_at.isoformat(),
        "learning_until": None if state.learning_until is None else state.learning_until.isoformat(),
    }


def _today(reading: Telemetry, state: OptimiserState) -> dict[str, Any]:
    energy, money, totals = reading.energy, state.today, state.totals
    if totals is not None and money.savings is not None:
        totals += money.savings
    return {
        "pv_kwh": energy.pv_today_kwh,
        "house_kwh": energy.house_today_kwh,
        "import_kwh": energy.grid_import_today_kwh,
        "export_kwh": energy.grid_export_today_kwh,
        "charge_kwh": energy.battery_charged_today_kwh,
        "discharge_kwh": energy.battery_discharged_today_kwh,
        "cost": money.cost,
        "parts": None if money.parts is None else _parts(money.parts, reading.rated_capacity_kwh),
        "expected_cost": money.expected_cost,
        "saved_vs_no_battery": None if money.savings is None else money.savings.vs_no_battery,
        "saved_vs_self_consumption": None if money.savings is None else money.savings.vs_self_consumption,
        "saved_total_vs_no_battery": None if totals is None else totals.vs_no_battery,
        "saved_total_vs_self_consumption": None if totals is None else totals.vs_self_consumption,
        "share_of_possible_saving": None if state.last_day is None else state.last_day.share_vs_no_battery,
    }


def _parts(parts: SavingParts, capacity_kwh: float | None) -> dict[str, Any]:
    """Return what today's saving is made of; costs > 0."""
    return {
        "until": parts.until.isoformat(),
        "no_battery_cost": round(parts.no_battery, 4),
        "stored_kwh": None if capacity_kwh is None else round(parts.stored_soc / 100 * capacity_kwh, 2),
        "stored_value": round(parts.stored_value, 4),
        "wear": round(parts.wear, 4),
    }
