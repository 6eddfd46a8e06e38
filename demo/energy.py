"""The Energy page of the demo, set up as an owner does it."""

from demo.api import HassApi


async def set_up(api: HassApi) -> None:
    """Set up the Energy page with the integration's own action, unless someone has already."""
    if await api.command("energy/get_prefs") is None:
        await api.post("/api/services/sigenstor_panel/set_up_energy_dashboard", {})
