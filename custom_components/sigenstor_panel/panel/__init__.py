"""What the panel is and what it talks to: its place in the sidebar, the websocket API and the downloads."""

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback

from . import control, decisions, history, live, plan, systems as plants
from .downloads import CsvView
from .registration import async_hide_panel, async_serve_bundle, async_show_panel
from .stops import async_note_stops

__all__ = ["async_hide_panel", "async_register_panel_api", "async_serve_bundle", "async_show_panel"]


@callback
def async_register_panel_api(hass: HomeAssistant) -> None:
    """Register the websocket API and the downloads; once for all plants."""
    for module in (plants, live, control, history, plan, decisions):
        for command in module.COMMANDS:
            websocket_api.async_register_command(hass, command)
    hass.http.register_view(CsvView)
    async_note_stops(hass)
