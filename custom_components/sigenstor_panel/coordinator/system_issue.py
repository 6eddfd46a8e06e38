"""Raises an issue about one system under Repairs, and takes it back."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN


@callback
def create_issue(
    hass: HomeAssistant,
    key: str,
    entry: ConfigEntry[Any],
    data: Mapping[str, str | int] | None = None,
    *,
    of: str = "",
    persistent: bool = False,
    fixable: bool = False,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    **placeholders: str,
) -> None:
    """Raise an issue with the texts of `key`; one with data for a repair flow can be fixed there."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{key}{of}_{entry.entry_id}",
        data=None if data is None else {**data},
        is_fixable=fixable or data is not None,
        is_persistent=persistent,
        severity=severity,
        translation_key=key,
        translation_placeholders={"plant": entry.title, **placeholders},
    )


@callback
def settle_issue(hass: HomeAssistant, key: str, entry: ConfigEntry[Any]) -> None:
    """Take an issue back, where it was raised."""
    ir.async_delete_issue(hass, DOMAIN, f"{key}_{entry.entry_id}")
