"""Messages are written in the language of Home Assistant, and again when that changes."""

from datetime import UTC, datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.texts import localize

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "Charging at 5.5 kW until Sunday 18:30"),
        ("sv", "söndag 18:30"),
        ("fr", "dimanche 18:30"),
    ],
)
async def test_a_message_is_told_in_the_language_of_home_assistant(
    hass: HomeAssistant, language: str, written: str
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.config.async_update(language=language, time_zone="Australia/Brisbane", currency="AUD")
    await hass.async_block_till_done()
    until_at = NOW + timedelta(days=3, hours=6.5)
    told = localize(hass, say("control.charging", power_w=5500, until_at=until_at), now=NOW)
    assert told.endswith(written)
    assert ("5,5 kW" if language != "en" else "5.5 kW") in told
