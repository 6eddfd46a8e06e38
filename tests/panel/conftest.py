"""A plant with a tariff, and browsers of people with different rights."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from browsers import Browser
from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_ADMIN, GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.auth.models import Credentials
from homeassistant.components.recorder.db_schema import Statistics, StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import get_instance
import pytest
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.control import memory
from custom_components.sigenstor_panel.control.state_file import StateFile
from custom_components.sigenstor_panel.statistics.prices import buy_statistic_id, sell_statistic_id
from simulator import Simulator

GROUPS = {"administrator": GROUP_ID_ADMIN, "user": GROUP_ID_USER, "guest": GROUP_ID_READ_ONLY}
"""A user may use everything at home, a guest only look."""

EVENING = {"per_kwh": 0.5, "start": "18:00", "end": "21:00"}
TARIFF = {
    "source": "tariff",
    "buy": {"flat_per_kwh": 0.3, "bands": [EVENING]},
    "sell": {"flat_per_kwh": 0.05, "bands": []},
}


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """A configuration folder of its own for each test: the audit log lives there."""
    return str(tmp_path)


@pytest.fixture
async def plant(
    freezer: FrozenDateTimeFactory,
    hass: HomeAssistant,
    simulator: Simulator,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> ConfigEntry[Any]:
    """A plant in Brisbane with a tariff, set up at noon; control reads back at once what it wrote."""
    simulator.set(soc=40, pv_power_w=3000, house_power_w=500)
    simulator.advance(1)
    freezer.move_to(simulator.plant.state.time)
    await hass.config.async_set_time_zone("Australia/Brisbane")
    hass.config.currency = "AUD"
    monkeypatch.setattr(memory, "ACKNOWLEDGE_RANGE_S", (0.0, 10.0))
    data = memory.ControlMemory().as_dict()
    data["settings"]["acknowledge_after"] = 0.0
    path = Path(hass.config.path(".storage", f"{DOMAIN}.{entry.unique_id}.control"))
    StateFile(path, memory.ControlMemory.from_dict).save(data)
    hass.config_entries.async_update_entry(entry, options={**entry.options, "prices": TARIFF})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    # Nothing is done on the state of charge of a single reading.
    await entry.runtime_data.telemetry.async_refresh()
    await entry.runtime_data.control.async_tick()
    return entry


@pytest.fixture
def token_of(hass: HomeAssistant, local_auth: Any) -> Callable[[str], Awaitable[str]]:
    """Log somebody in, who exists or by a key of GROUPS, and return what they identify themselves with."""

    async def log_in(name: str) -> str:
        if (user := await hass.auth.async_get_user(name)) is None:
            group = await hass.auth.async_get_group(GROUPS[name])
            assert group is not None
            user = MockUser(id=name, groups=[group]).add_to_hass(hass)
        credential = Credentials(
            id=f"of {name}",
            auth_provider_type="homeassistant",
            auth_provider_id=None,
            data={"username": name},
            is_new=False,
        )
        user.credentials.append(credential)
        refresh_token = await hass.auth.async_create_refresh_token(user, CLIENT_ID, credential=credential)
        return hass.auth.async_create_access_token(refresh_token)

    return log_in


@pytest.fixture
async def open_browser(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    hass_ws_client: WebSocketGenerator,
    token_of: Callable[[str], Awaitable[str]],
) -> Callable[..., Awaitable[Browser]]:
    """Open a browser: `await open_browser("guest")`."""

    async def open_one(name: str = "administrator") -> Browser:
        return Browser(await hass_ws_client(hass, await token_of(name)))

    return open_one


@pytest.fixture
async def browser(open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    """The browser of somebody who may use everything at home, but is no administrator."""
    return await open_browser("user")


@pytest.fixture
def seed(hass: HomeAssistant, plant: ConfigEntry[Any]) -> Callable[..., Awaitable[None]]:
    """Put what counters counted and means were into the recorder's statistics: `await seed(start, {"pv_energy": […]})`."""
    serial_number = str(plant.unique_id)
    prices = {"buy": buy_statistic_id(serial_number), "sell": sell_statistic_id(serial_number)}

    registry = er.async_get(hass)

    def sensor(key: str) -> str:
        return registry.async_get_or_create("sensor", DOMAIN, f"{serial_number}_{key}", config_entry=plant).entity_id

    def metadata(statistic_id: str, *, counts: bool, unit: str) -> StatisticMetaData:
        return StatisticMetaData(
            statistic_id=statistic_id,
            source=DOMAIN if ":" in statistic_id else "recorder",
            name=None,
            has_sum=counts,
            mean_type=StatisticMeanType.NONE if counts else StatisticMeanType.ARITHMETIC,
            unit_class={"kWh": "energy", "W": "power"}.get(unit),
            unit_of_measurement=unit,
        )

    async def put(
        start: datetime,
        counted: Mapping[str, Iterable[float | None]] | None = None,
        means: Mapping[str, Iterable[float]] | None = None,
        *,
        step: timedelta = timedelta(hours=1),
        before_kwh: float = 100.0,
    ) -> None:
        table = Statistics if step == timedelta(hours=1) else StatisticsShortTerm
        for key, kwhs in (counted or {}).items():
            total, at = before_kwh, start
            data = [StatisticData(start=start - step, sum=total, state=total)]
            for kwh in kwhs:
                if kwh is not None:
                    total += kwh
                    data.append(StatisticData(start=at, sum=total, state=total))
                at += step
            about = metadata(sensor(key), counts=True, unit="kWh")
            get_instance(hass).async_import_statistics(about, data, table)
        for key, values in (means or {}).items():
            data = [StatisticData(start=start + index * step, mean=mean) for index, mean in enumerate(values)]
            if key in prices:
                async_add_external_statistics(hass, metadata(prices[key], counts=False, unit="AUD/kWh"), data)
            else:
                unit = "%" if key == "state_of_charge" else "W"
                about = metadata(sensor(key), counts=False, unit=unit)
                get_instance(hass).async_import_statistics(about, data, table)
        await async_wait_recording_done(hass)

    return put
