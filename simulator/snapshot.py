"""The true state of a simulator as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .ems import UNLIMITED_W
from .sun import PositionInSky

if TYPE_CHECKING:
    from .simulator import Simulator


def snapshot(simulator: Simulator) -> dict[str, Any]:
    """Return everything that is true, for GET /plant and for tests."""
    plant = simulator.plant
    state = asdict(plant.state)
    state["time"] = plant.state.time.isoformat()
    state["remote_ems"] = plant.state.remote_ems
    state["control"]["mode"] = plant.control.mode.name.lower()
    return {
        **_plain(state),
        "rebooting": plant.rebooting,
        "fuse_blown": plant.fuse.blown,
        "highest_import_w": plant.fuse.highest_import_w,
        "other_writers": list(simulator.other_writers.wanted),
        "house_is_dark": plant.house_is_dark,
        "house_dark_s": plant.house_dark_s,
        "house_unserved_kwh": round(plant.house_unserved_kwh, 4),
        "overrides": {
            "cloud_cover": plant.cloud_cover,
            "ambient_temperature_c": plant.ambient_temperature_c,
            "house_power_w": plant.house_power_w,
            "pv_power_w": plant.pv_power_w,
            "battery_power_w": plant.battery_power_w,
            "third_party_power_w": plant.third_party_power_w,
        },
        "quirks": _plain(plant.quirks),
        "faults": _plain(plant.faults),
        "disturbances": _plain(plant.disturbances.as_list()),
        "modbus": {
            "port": simulator.modbus_port,
            "connections": simulator.connection_count,
            "requests": simulator.request_count,
        },
        "settings": {
            "seed": simulator.settings.seed,
            "speed": simulator.settings.speed,
            "inverters": simulator.settings.inverters,
            "latitude": simulator.settings.latitude,
            "longitude": simulator.settings.longitude,
            "time_zone": simulator.settings.time_zone,
        },
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; an unlimited power is null."""
    if isinstance(value, PositionInSky):
        return _plain(value._asdict())
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 4)
    return None if value == UNLIMITED_W else value
