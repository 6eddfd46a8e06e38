"""A Home Assistant without a recorder."""

from browsers import Browser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sigenstor_panel.const import DOMAIN


async def test_there_is_no_history_and_the_reason_is_said(
    browser: Browser, hass_client: ClientSessionGenerator
) -> None:
    refusal = await browser.refusal("history/query", period="day", start="2026-01-14", end="2026-01-15")
    assert refusal == "history_unavailable: The history cannot be read: The recorder does not run"
    response = await (await hass_client()).get(f"/api/{DOMAIN}/history.csv")
    assert response.status == 503


async def test_what_is_not_kept_cannot_be_downloaded(browser: Browser, hass_client: ClientSessionGenerator) -> None:
    assert (await (await hass_client()).get(f"/api/{DOMAIN}/secrets.csv")).status == 404
