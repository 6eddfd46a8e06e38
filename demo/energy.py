"""The Energy page of the demo, filled in with the SigenStor's sensors."""

from typing import Any, Final

from demo.api import HassApi, Json

# Every sensor that a source of the Energy page names must exist for the source to be used.
SENSOR: Final = "sensor.sigenstor_"
SOURCES: Final[list[Json]] = [
    {
        "type": "grid",
        "stat_energy_from": f"{SENSOR}grid_import_energy",
        "stat_energy_to": f"{SENSOR}grid_export_energy",
        "stat_cost": None,
        "entity_energy_price": f"{SENSOR}buy_price",
        "number_energy_price": None,
        "stat_compensation": None,
        "entity_energy_price_export": f"{SENSOR}feed_in_price",
        "number_energy_price_export": None,
        "power_config": {"stat_rate": f"{SENSOR}grid_power"},
        "cost_adjustment_day": 0,
    },
    {
        "type": "solar",
        "stat_energy_from": f"{SENSOR}pv_energy",
        "stat_rate": f"{SENSOR}pv_power",
        "config_entry_solar_forecast": None,
    },
    {
        "type": "battery",
        "stat_energy_from": f"{SENSOR}battery_discharged_energy",
        "stat_energy_to": f"{SENSOR}battery_charged_energy",
        "power_config": {"stat_rate_inverted": f"{SENSOR}battery_power"},
        "stat_soc": f"{SENSOR}state_of_charge",
    },
]


async def fill_in(api: HassApi, entry_id: str) -> None:
    """Set up the Energy page with the entry's sensors and its solar forecast, unless someone has already."""
    if await api.command("energy/get_prefs"):
        return
    states = {state["entity_id"] for state in await api.get("/api/states")}
    sources = [source for source in SOURCES if _sensors(source) <= states]
    sources = [
        {**source, "config_entry_solar_forecast": [entry_id]} if source["type"] == "solar" else source
        for source in sources
    ]
    await api.command("energy/save_prefs", energy_sources=sources)


def _sensors(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set().union(*(_sensors(item) for item in value.values()))
    return {value} if isinstance(value, str) and value.startswith(SENSOR) else set()
