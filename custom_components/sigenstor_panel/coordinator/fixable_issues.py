"""What a person is told under Repairs, and can set right there: another system at the address, a login that expired."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN, OPTION_CLOUD
from .system_issue import create_issue, settle_issue

WRONG_PLANT = "wrong_plant"
CLOUD_LOGIN = "cloud_login"


@callback
def async_keep_wrong_plant(hass: HomeAssistant, entry: ConfigEntry[Any], problem: BaseException | None) -> None:
    """Keep an issue in step with whether another system answers at the address."""
    if getattr(problem, "translation_key", None) != WRONG_PLANT:
        if problem is None:
            settle_issue(hass, WRONG_PLANT, entry)
        return
    data = {"entry_id": entry.entry_id, "fix": WRONG_PLANT}
    create_issue(hass, "wrong_plant", entry, data, severity=ir.IssueSeverity.ERROR)


@callback
def async_keep_cloud_login(hass: HomeAssistant, option: Mapping[str, Any], *, refused: bool) -> None:
    """Keep an issue in step with whether the cloud accepts the login of an entry's option."""
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.options.get(OPTION_CLOUD) != option:
            continue
        if refused:
            create_issue(hass, "cloud_login", entry, {"entry_id": entry.entry_id, "fix": CLOUD_LOGIN})
        else:
            settle_issue(hass, CLOUD_LOGIN, entry)
