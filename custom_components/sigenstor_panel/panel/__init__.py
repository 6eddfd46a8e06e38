"""What the panel talks to: the websocket API and the download of the audit log."""

from homeassistant.core import HomeAssistant, callback

from .csv_view import AuditCsvView
from .websocket import async_register_commands


@callback
def async_register_panel_api(hass: HomeAssistant) -> None:
    """Register the websocket API and the download; once for all plants."""
    async_register_commands(hass)
    hass.http.register_view(AuditCsvView)
