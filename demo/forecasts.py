"""Sets prices and solar forecast up in the demo, through the same forms that a person fills in."""

from typing import Any, Final

from demo.api import HassApi, Json
from demo.waiting import DemoError
from simulator import Simulator
from simulator.amber import DEFAULT_TOKEN
from simulator.plant import PV_AZIMUTH, PV_TILT

OPTIONS: Final = "/api/config/config_entries/options/flow"
SUBENTRIES: Final = "/api/config/config_entries/subentries/flow"
PV_PEAK_KW: Final = 10.0


async def set_up(api: HassApi, entry_id: str, simulator: Simulator) -> None:
    """Choose the stand-ins as sources, and describe the simulated PV array; a second run changes nothing."""
    advanced: Json = {"base_url": simulator.amber_url}
    amber = await _walk(api, entry_id, ["prices", "amber"], {"token": DEFAULT_TOKEN, "advanced": advanced})
    if amber["type"] != "create_entry":
        raise DemoError(f"The prices could not be set up: {amber.get('errors') or amber}.")
    forecast_url: Json = {"base_url": simulator.open_meteo_url}
    solar = await _walk(api, entry_id, ["solar", "open_meteo"], {"advanced": forecast_url})
    if solar["type"] != "create_entry":
        raise DemoError(f"The solar forecast could not be set up: {solar.get('errors') or solar}.")
    if not await api.command("config_entries/subentries/list", entry_id=entry_id):
        await _add_array(api, entry_id)


async def _walk(api: HassApi, entry_id: str, menu: list[str], answers: Json) -> Any:
    """Open the options, choose from the menus, and fill in the form."""
    step = await api.post(OPTIONS, {"handler": entry_id})
    for choice in menu:
        step = await api.post(f"{OPTIONS}/{step['flow_id']}", {"next_step_id": choice})
    return await api.post(f"{OPTIONS}/{step['flow_id']}", answers)


async def _add_array(api: HassApi, entry_id: str) -> None:
    step = await api.post(SUBENTRIES, {"handler": [entry_id, "pv_array"]})
    array: Json = {
        "name": "North roof",
        "peak_kw": PV_PEAK_KW,
        "azimuth": PV_AZIMUTH,
        "tilt": PV_TILT,
        "year_installed": 2026,
    }
    step = await api.post(f"{SUBENTRIES}/{step['flow_id']}", array)
    if step["type"] != "create_entry":
        raise DemoError(f"The PV array could not be added: {step.get('errors') or step}.")
