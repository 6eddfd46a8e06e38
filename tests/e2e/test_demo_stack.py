"""The simulator, a real Home Assistant and the integration, together."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from house import shown
from playwright.async_api import expect
import pytest
from visits import Visits

from demo import ports
from demo.api import HassApi
from demo.hass import HassProcess
from demo.place import Place
from demo.stack import SOC, DemoStack
from demo.waiting import DemoError, wait_until


async def set_plant(stack: DemoStack, **values: Any) -> None:
    url = f"http://127.0.0.1:{stack.settings.control_port}/plant"
    async with aiohttp.ClientSession() as session, session.post(url, json=values) as response:
        assert response.ok, await response.text()


async def wait_for_soc(stack: DemoStack, expected: float) -> None:
    async def is_near() -> bool:
        return abs(await shown(stack, SOC) - expected) < 2

    await wait_until(is_near, f"a state of charge near {expected} %")


async def test_demo_login_opens_home_assistant(stack: DemoStack) -> None:
    async with HassApi(stack.hass.url) as api:
        config = await api.get("/api/config")

    assert config["time_zone"] == stack.settings.place.time_zone
    assert config["currency"] == "AUD"


async def test_demo_login_outlasts_its_access_token(stack: DemoStack, monkeypatch: pytest.MonkeyPatch) -> None:
    async with HassApi(stack.hass.url) as api:
        first = await api.tokens()
        monkeypatch.setattr("demo.api.RENEW_BEFORE_S", first["expires_in"] + 1)
        renewed = await api.tokens()

        assert renewed["expires"] > first["expires"]
        assert renewed["refresh_token"] == first["refresh_token"]
        assert (await api.get("/api/config"))["state"] == "RUNNING"


async def test_state_of_charge_follows_the_simulator(stack: DemoStack) -> None:
    for expected in (80.0, 30.0):
        await set_plant(stack, soc=expected)
        await wait_for_soc(stack, expected)


async def test_every_entity_enabled_by_default_has_a_value(stack: DemoStack) -> None:
    not_yet = ("button.", "event.")  # unknown until the first time

    async def empty() -> list[str]:
        return [
            state["entity_id"]
            for state in await stack.api.get("/api/states")
            if ".sigenstor_" in state["entity_id"]
            and not state["entity_id"].startswith(not_yet)
            and not state["entity_id"].endswith("_forecast_error")  # needs weeks
            and state["state"] in {"unknown", "unavailable"}
        ]

    async def has_none() -> bool:
        return not await empty()

    with suppress(DemoError):
        await wait_until(has_none, "every entity to have a value")
    assert await empty() == []


async def test_today_adds_up_from_the_first_minute_as_the_battery_lived_what_the_history_says(stack: DemoStack) -> None:
    async def today(name: str) -> float:
        return await shown(stack, f"sensor.sigenstor_{name}_energy_today")

    sources = [await today(name) for name in ("pv", "grid_import", "battery_discharged")]
    uses = [await today(name) for name in ("house", "grid_export", "battery_charged")]
    assert sum(sources) == pytest.approx(sum(uses), abs=0.5)


async def test_energy_page_has_grid_solar_and_battery(stack: DemoStack) -> None:
    preferences = await stack.api.command("energy/get_prefs")

    assert {source["type"] for source in preferences["energy_sources"]} == {"grid", "solar", "battery"}


async def test_energy_page_has_nothing_to_complain_about(stack: DemoStack) -> None:
    async def problems() -> list[Any]:
        found = await stack.api.command("energy/validate")
        return [issue for source in found["energy_sources"] for issue in source]

    async def none_left() -> bool:
        return not await problems()

    await wait_until(none_left, "the Energy page to be content")


async def test_home_assistant_logs_no_error_of_the_integration(stack: DemoStack) -> None:
    log = (stack.settings.folder / "home-assistant.log").read_text()

    assert [line for line in log.splitlines() if " ERROR " in line and "sigenstor" in line] == []


async def test_entities_become_unavailable_and_come_back_with_the_simulator_and_the_panel_says_so(
    visit: Visits, stack: DemoStack
) -> None:
    page = await visit("/sigenstor/dashboard")
    source = page.locator("sigenstor-source-chip")
    await expect(source).to_contain_text("Modbus")

    async def unavailable() -> bool:
        return await stack.api.state(SOC) == "unavailable"

    await stack.simulator.stop()
    try:
        await wait_until(unavailable, "the entities to become unavailable", deadline_s=120)
        await expect(source).to_contain_text("No connection")
    finally:
        await stack.start_simulator()
    await set_plant(stack, soc=64.0)

    await wait_for_soc(stack, 64.0)
    await expect(source).to_contain_text("Modbus")


async def test_another_server_that_took_the_port_is_not_taken_for_home_assistant(tmp_path: Path, place: Place) -> None:
    port = ports.any_free()
    other = web.AppRunner(web.Application())
    await other.setup()
    await web.TCPSite(other, ports.LOOPBACK, port).start()
    try:
        with pytest.raises(DemoError, match="Another server"):
            async with HassProcess(tmp_path / "config", port=port, place=place, log=tmp_path / "log"):
                pass
    finally:
        await other.cleanup()


async def test_home_assistants_own_restart_button_does_not_end_the_demo(stack: DemoStack) -> None:
    watching = asyncio.create_task(stack.hass.wait())
    before = await stack.api.command("get_config")
    with suppress(aiohttp.ClientError):
        await stack.api.post("/api/services/homeassistant/restart", {})

    async def is_back() -> bool:
        with suppress(aiohttp.ClientError, DemoError):
            return await stack.api.state(SOC) not in (None, "unknown", "unavailable")
        return False

    async def is_gone() -> bool:
        return not await is_back()

    await wait_until(is_gone, "Home Assistant to stop")
    await wait_until(is_back, "Home Assistant to be back", deadline_s=300)
    assert not watching.done()
    watching.cancel()
    assert (await stack.api.command("get_config"))["config_dir"] == before["config_dir"]
