"""Puts the panel into the sidebar and the cards on every dashboard."""

import hashlib
from pathlib import Path
from typing import Final

from homeassistant.components import frontend, panel_custom
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER, PANEL_URL_PATH

STATIC_URL: Final = f"/{DOMAIN}_static"
BUNDLE: Final = Path(__file__).parents[1] / "frontend"

_MODULE_URL = HassKey[str](f"{DOMAIN}_module_url")


async def async_serve_bundle(hass: HomeAssistant) -> None:
    """Serve the bundle and let every dashboard load the cards; without a frontend or a bundle there is nothing to do."""
    if frontend.DOMAIN not in hass.config.components:
        return
    try:
        panel_url, cards_url = await hass.async_add_executor_job(
            lambda: (_entry_url(BUNDLE / "panel.js"), _entry_url(BUNDLE / "cards.js"))
        )
    except OSError as err:
        LOGGER.warning("There is no panel and there are no cards: %s cannot be read: %s", err.filename, err.strerror)
        return
    await hass.http.async_register_static_paths([StaticPathConfig(STATIC_URL, str(BUNDLE), cache_headers=True)])
    frontend.add_extra_js_url(hass, cards_url)
    hass.data[_MODULE_URL] = panel_url


async def async_show_panel(hass: HomeAssistant) -> None:
    """Put the panel into the sidebar, unless it is there or cannot be served."""
    if _MODULE_URL not in hass.data or frontend.async_panel_exists(hass, PANEL_URL_PATH):
        return
    await panel_custom.async_register_panel(
        hass,
        frontend_url_path=PANEL_URL_PATH,
        webcomponent_name="sigenstor-panel",
        sidebar_title="SigenStor",
        sidebar_icon="mdi:home-battery",
        module_url=hass.data[_MODULE_URL],
        require_admin=False,
    )


@callback
def async_hide_panel(hass: HomeAssistant) -> None:
    """Take the panel out of the sidebar."""
    frontend.async_remove_panel(hass, PANEL_URL_PATH, warn_if_unknown=False)


def _entry_url(path: Path) -> str:
    """Return the URL of a part of the bundle, which changes with its content: browsers keep it for good."""
    return f"{STATIC_URL}/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
