"""Diagnostics: what was read, raw and decoded, how link, prices and sun are doing, and what control does; nothing secret."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.device_registry import DeviceEntry
from yarl import URL

from .const import (
    CONF_API_KEY,
    CONF_BASE_URL,
    CONF_PASSWORD,
    CONF_REPLACED,
    CONF_SITE_ID,
    CONF_TOKEN,
    CONF_USERNAME,
    DOMAIN,
)
from .coordinator.control import ControlService
from .coordinator.optimiser import OptimiserCoordinator
from .coordinator.prices import PricesCoordinator
from .coordinator.sun import SunCoordinator
from .entity import inverter_identifier
from .plant.registers import InverterIdentity
from .plants import last_audit_rows, status_as_dict
from .runtime import SigenStorConfigEntry

_TO_REDACT = {
    CONF_API_KEY,
    CONF_BASE_URL,
    CONF_HOST,
    CONF_PASSWORD,
    CONF_SITE_ID,
    CONF_TOKEN,
    CONF_REPLACED,
    CONF_USERNAME,
    "known_as",
    "serial_number",
}
_AUDIT_ROWS = 20
_LEARNED = ("hold_method", "charge_via_grid", "discharge_ess_first", "limits_hidden", "pv_limit_obeyed")
"""What control remembers of how the firmware obeys."""

_SHORTEST_SECRET = 4
"""Shorter ones are parts of words."""


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: SigenStorConfigEntry) -> dict[str, Any]:
    """Return diagnostics for a plant."""
    coordinator = entry.runtime_data.telemetry
    client = coordinator.client
    telemetry = asdict(coordinator.data)
    # Their keys are serial numbers.
    telemetry |= {name: list(telemetry[name].values()) for name in ("inverters", "dc_chargers")}
    found = async_redact_data(
        {
            "entry": {"data": dict(entry.data), "options": dict(entry.options)},
            "inverters": [asdict(info) for info in coordinator.inverters],
            "link": {
                "answered_last_poll": coordinator.last_update_success,
                "last_error": None if coordinator.last_update_success else str(coordinator.last_exception),
                "requests_per_hour": client.meter.requests_per_hour,
                "errors_per_hour": client.meter.errors_per_hour,
                "missing_registers": {key: sorted(names) for key, names in client.missing.items()},
            },
            "control": await _control(entry.runtime_data.control),
            "prices": _source(entry.runtime_data.prices),
            "optimiser": _optimiser(entry.runtime_data.optimiser),
            "sun": _source(entry.runtime_data.sun),
            "telemetry": telemetry,
            "registers": {
                str(unit_id): _without_serial_number(blocks) for unit_id, blocks in client.raw_blocks.items()
            },
        },
        _TO_REDACT,
    )
    cleaned: dict[str, Any] = _without(found, _secrets(hass, entry))
    return cleaned


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: SigenStorConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return diagnostics for an inverter; for the plant's device, those of the plant."""
    diagnostics = await async_get_config_entry_diagnostics(hass, entry)
    telemetry = entry.runtime_data.telemetry
    for index, info in enumerate(telemetry.inverters):
        if (DOMAIN, inverter_identifier(telemetry, info)) in device.identifiers:
            reading = telemetry.data.inverters.get(info.serial_number)
            return {
                "inverter": diagnostics["inverters"][index],
                "link": diagnostics["link"],
                "telemetry": None if reading is None else {**asdict(reading), "serial_number": REDACTED},
                "registers": diagnostics["registers"].get(str(info.unit_id)),
            }
    return diagnostics


def _secrets(hass: HomeAssistant, entry: SigenStorConfigEntry) -> set[str]:
    """Return what no free text may show: secrets, addresses, the place, and names that people gave."""
    runtime = entry.runtime_data
    found = {entry.unique_id or "", *(info.serial_number for info in runtime.telemetry.inverters)}
    found |= {schedule.name for schedule in runtime.control.data.schedules}
    for coordinate in (hass.config.latitude, hass.config.longitude):
        found |= {str(coordinate), f"{coordinate:.4f}"}
    pending: list[Any] = [entry.data, entry.options]
    while pending:
        values = pending.pop()
        for name, value in values.items():
            if isinstance(value, Mapping):
                pending.append(value)
            elif name in _TO_REDACT and isinstance(value, str):
                found |= {value, URL(value).host or ""} if name == CONF_BASE_URL else {value}
    return {secret for secret in found if len(secret) >= _SHORTEST_SECRET}


def _without(data: Any, secrets: set[str]) -> Any:
    """Return JSON values whose texts show none of the secrets."""
    if isinstance(data, Mapping):
        return {name: _without(value, secrets) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_without(value, secrets) for value in data]
    if type(data) is str:
        for secret in sorted(secrets, key=len, reverse=True):
            data = data.replace(secret, REDACTED)
    return data


def _source(coordinator: PricesCoordinator | SunCoordinator | None) -> dict[str, Any] | None:
    """Return how prices or the PV forecast are doing; None where the owner wants none."""
    if coordinator is None:
        return None
    known: dict[str, Any] = {"problem": coordinator.problem and str(coordinator.problem)}
    if coordinator.data is not None:
        known |= {name: getattr(coordinator.data, name) for name in ("source", "stale", "fetched_at")}
    return known


def _optimiser(optimiser: OptimiserCoordinator) -> dict[str, Any]:
    """Return how the optimiser is doing, and its last decision."""
    state = optimiser.data
    return {
        "status": state.status.value,
        "problem": None if state.problem is None else state.problem.as_dict(),
        "next_run_at": state.next_run_at,
        "options": asdict(optimiser.options),
        "decision": None if state.decision is None else state.decision.row.as_dict(),
    }


async def _control(control: ControlService) -> dict[str, Any]:
    """Return what control does, and what it did last."""
    audit: Any
    try:
        audit = await last_audit_rows(control, _AUDIT_ROWS)
    except HomeAssistantError as err:
        audit = str(err)
    return {
        "found_at_start": control.found and control.found.as_dict(),
        "status": status_as_dict(control.data),
        "learned": {name: getattr(control.controller.memory, name) for name in _LEARNED},
        "audit": audit,
    }


def _without_serial_number(blocks: Mapping[tuple[str, int], list[int]]) -> dict[str, list[int | str]]:
    """Return raw register words by their first address, without those of a serial number."""
    serial_number = InverterIdentity.serial_number
    secret = range(serial_number.address, serial_number.address + serial_number.count)
    return {
        f"{space} {start}": [
            REDACTED if space == "input" and address in secret else word for address, word in enumerate(words, start)
        ]
        for (space, start), words in sorted(blocks.items())
    }
