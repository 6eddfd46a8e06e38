"""The demo's history in a real recorder, and how the live statistics go on from it."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from demo.api import HassApi
from demo.history import TOTALS, PastHour, levels, replay, seed_history, totals
from simulator import SimulatorSettings
from simulator.market import SimulatedMarket
from simulator.plant import SimulatedPlant

NOW = datetime(2026, 3, 16, 2, 20, tzinfo=UTC)
DAYS = 3
HOUSE = "sensor.sigenstor_house_energy"
SOC = "sensor.sigenstor_state_of_charge"
ENERGY = {"state_class": "total_increasing", "device_class": "energy", "unit_of_measurement": "kWh"}
BATTERY = {"state_class": "measurement", "device_class": "battery", "unit_of_measurement": "%"}


class Api:
    """The demo's way to Home Assistant, into the Home Assistant of a test."""

    def __init__(self, hass: HomeAssistant, socket: Any) -> None:
        self.hass = hass
        self.socket = socket
        self.imports = 0

    async def get(self, path: str) -> list[Mapping[str, Any]]:
        assert path == "/api/states"
        return [state.as_dict() for state in self.hass.states.async_all()]

    async def command(self, kind: str, **data: Any) -> Any:
        self.imports += kind == "recorder/import_statistics"
        await self.socket.send_json_auto_id({"type": kind, **data})
        answer = await self.socket.receive_json()
        assert answer["success"], answer
        return answer["result"]


@pytest.fixture
def now(freezer: FrozenDateTimeFactory) -> datetime:
    """The time, which stands still."""
    freezer.move_to(NOW)
    return NOW


@pytest.fixture
async def api(
    recorder_mock: Any,
    hass: HomeAssistant,
    now: datetime,  # before the socket: its token is not valid before it was made
    hass_ws_client: WebSocketGenerator,
) -> AsyncGenerator[Api]:
    """A Home Assistant that has just seen the first values of two sensors."""
    assert await async_setup_component(hass, "sensor", {})
    hass.states.async_set(HOUSE, "13204.8", ENERGY)
    hass.states.async_set(SOC, "61.0", BATTERY)
    await async_wait_recording_done(hass)
    socket = await hass_ws_client()
    yield Api(hass, socket)
    await socket.close()


async def seed(api: Api) -> None:
    await seed_history(cast("HassApi", api), SimulatorSettings(), DAYS, DAYS)
    await async_wait_recording_done(api.hass)


async def statistics(hass: HomeAssistant, entity_id: str) -> list[StatisticsRow]:
    found = await get_instance(hass).async_add_executor_job(
        statistics_during_period,
        hass,
        NOW - timedelta(days=30),
        None,
        {entity_id},
        "hour",
        None,
        {"change", "sum", "state", "mean", "min", "max"},
    )
    return found[entity_id]


async def test_every_hour_until_the_present_one_has_statistics(api: Api) -> None:
    await seed(api)
    house, soc = await statistics(api.hass, HOUSE), await statistics(api.hass, SOC)

    # From the midnight three days before today's, 00:00 in Brisbane, to noon.
    assert len(house) == len(soc) == DAYS * 24 + 12
    assert house[-1]["end"] == NOW.replace(minute=0).timestamp()
    assert all(row["mean"] is not None and 0 <= row["min"] <= row["mean"] <= row["max"] <= 100 for row in soc)


async def test_live_statistics_go_on_without_a_jump(api: Api, freezer: FrozenDateTimeFactory) -> None:
    await seed(api)
    for minutes in range(0, 40, 5):
        freezer.move_to(NOW + timedelta(minutes=minutes))
        api.hass.states.async_set(HOUSE, f"{13204.8 + minutes / 60:.2f}", ENERGY)
        await async_wait_recording_done(api.hass)
        do_adhoc_statistics(api.hass, start=NOW + timedelta(minutes=minutes))
        await async_wait_recording_done(api.hass)
    *before, live = await statistics(api.hass, HOUSE)

    assert len(before) == DAYS * 24 + 12
    assert live["start"] == before[-1]["end"]
    assert before[-1]["sum"] < 0 < live["sum"]
    assert 0 <= live["change"] < 3
    assert all(0 <= row["change"] < 6 for row in before[1:])


async def test_a_second_run_imports_nothing(api: Api) -> None:
    await seed(api)
    assert api.imports == 2
    await seed(api)

    assert api.imports == 2


def test_the_replayed_home_keeps_its_energy_balance() -> None:
    hours = list(replay(SimulatorSettings(), NOW, days=DAYS))
    kwh = {name: sum(hour.energy_kwh[name] for hour in hours) for name in TOTALS}

    assert kwh["house"] / (DAYS + 0.5) == pytest.approx(18, abs=5)
    assert kwh["pv"] + kwh["imported"] + kwh["discharged"] == pytest.approx(
        kwh["house"] + kwh["exported"] + kwh["charged"]
    )
    assert len(levels(hours, "house_power")) == len(hours) - 1


def test_totals_end_where_the_live_counter_is() -> None:
    hours = list(replay(SimulatorSettings(), NOW, days=1))
    rows = totals(hours, "house", 100.0)

    assert rows[-1]["state"] == pytest.approx(100 - hours[-1].energy_kwh["house"])
    assert all(row["state"] - row["sum"] == pytest.approx(100) for row in rows)


def test_the_optimiser_earned_more_in_the_days_that_it_ran_the_battery(now: datetime) -> None:
    settings = SimulatorSettings()
    market = SimulatedPlant(settings)
    prices = SimulatedMarket(market.seed, market.sky)

    def cost(hours: list[PastHour]) -> float:
        settled = [(hour, prices.settled(int(hour.start.timestamp()), 60)) for hour in hours]
        return sum(
            hour.energy_kwh["imported"] * price.general - hour.energy_kwh["exported"] * price.feed_in
            for hour, price in settled
        )

    alone, optimised = list(replay(settings, now, 4)), list(replay(settings, now, 4, 3))
    assert alone[: 24 - 1] == optimised[: 24 - 1]
    assert cost(optimised) < cost(alone)
    assert {hour.start for hour in alone} == {hour.start for hour in optimised}
