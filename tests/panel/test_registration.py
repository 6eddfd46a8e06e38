"""The panel in the sidebar, the cards, and the files that they are made of."""

from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, DATA_PANELS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.panel import registration
from simulator import Simulator


@pytest.fixture
async def frontend(hass: HomeAssistant, bundle: Path) -> HomeAssistant:
    """Home Assistant with its frontend, and a bundle to serve."""
    assert await async_setup_component(hass, "frontend", {})
    return hass


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle that is not there yet."""
    folder = tmp_path / "frontend"
    monkeypatch.setattr(registration, "BUNDLE", folder)
    return folder


@pytest.fixture
def built(bundle: Path) -> Path:
    """The bundle, with a chunk."""
    (bundle / "chunks").mkdir(parents=True)
    for name in ("panel.js", "cards.js", "chunks/plan-1a2b3c.js"):
        (bundle / name).write_text(f"// {name}\n")
    return bundle


def panel_of(hass: HomeAssistant) -> Any:
    return hass.data[DATA_PANELS].get("sigenstor")


async def test_a_plant_brings_the_panel_for_everybody_and_the_cards(
    frontend: HomeAssistant, built: Path, entry: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator
) -> None:
    assert await frontend.config_entries.async_setup(entry.entry_id)
    panel = panel_of(frontend)
    assert (panel.sidebar_title, panel.sidebar_icon, panel.require_admin) == ("SigenStor", "mdi:home-battery", False)
    custom = panel.config["_panel_custom"]
    assert custom["name"] == "sigenstor-panel"
    (cards_url,) = [url for url in frontend.data[DATA_EXTRA_MODULE_URL].urls if DOMAIN in url]
    client = await hass_client_no_auth()
    for url, text in ((custom["module_url"], "// panel.js\n"), (cards_url, "// cards.js\n")):
        response = await client.get(url)
        assert await response.text() == text
        assert "max-age" in response.headers["Cache-Control"]
    assert (await client.get("/sigenstor_panel_static/chunks/plan-1a2b3c.js")).status == 200


async def test_a_new_version_of_the_panel_has_another_address(built: Path) -> None:
    before = registration._entry_url(built / "panel.js")
    (built / "panel.js").write_text("// another\n")
    assert registration._entry_url(built / "panel.js") != before


async def test_the_panel_stays_over_a_reload_and_leaves_with_the_last_plant(
    frontend: HomeAssistant, built: Path, entry: MockConfigEntry
) -> None:
    assert await frontend.config_entries.async_setup(entry.entry_id)
    panel = panel_of(frontend)
    assert await frontend.config_entries.async_reload(entry.entry_id)
    assert panel_of(frontend) is panel
    await frontend.config_entries.async_remove(entry.entry_id)
    assert panel_of(frontend) is None


async def test_a_plant_that_is_added_after_the_last_one_left_brings_the_panel_back(
    frontend: HomeAssistant, built: Path, entry: MockConfigEntry
) -> None:
    assert await frontend.config_entries.async_setup(entry.entry_id)
    await frontend.config_entries.async_remove(entry.entry_id)
    again = MockConfigEntry(
        domain=DOMAIN, unique_id=entry.unique_id, data=dict(entry.data), options=dict(entry.options)
    )
    again.add_to_hass(frontend)
    assert await frontend.config_entries.async_setup(again.entry_id)
    assert panel_of(frontend) is not None


async def test_a_plant_that_does_not_answer_has_its_panel(
    frontend: HomeAssistant, built: Path, entry: MockConfigEntry, simulator: Simulator
) -> None:
    await simulator.stop()
    assert not await frontend.config_entries.async_setup(entry.entry_id)
    assert panel_of(frontend) is not None


async def test_without_a_bundle_the_plant_runs_and_one_line_says_what_is_missing(
    frontend: HomeAssistant, bundle: Path, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    assert await frontend.config_entries.async_setup(entry.entry_id)
    assert panel_of(frontend) is None
    (line,) = [record.getMessage() for record in caplog.records if "panel.js" in record.getMessage()]
    assert (
        line
        == f"There is no panel and there are no cards: {bundle / 'panel.js'} cannot be read: No such file or directory"
    )


async def test_without_a_frontend_the_plant_runs(hass: HomeAssistant, built: Path, entry: MockConfigEntry) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.LOADED
    assert "sigenstor" not in hass.data.get(DATA_PANELS, {})
