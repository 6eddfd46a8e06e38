"""What the house uses, without what its vehicles take."""

from dataclasses import asdict
import json

from decoded_site import MINUTE, NOON, PLANT_UNIT_ID, Site
from modbus_connection import ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder
from custom_components.sigenstor_panel.plant.house import HouseCounter

CHARGER_UNIT_ID = 5


def test_without_chargers_it_is_what_the_plant_counts() -> None:
    counter = HouseCounter()
    assert [counter.count(kwh, 3.0, {}) for kwh in (900.0, None, 899.0, 901.0)] == [900.0, None, 899.0, 901.0]


def test_what_chargers_count_is_taken_out_of_what_all_loads_count() -> None:
    counter = HouseCounter()
    readings = [(900.0, 50.0, 900.0), (908.0, 57.0, 901.0), (909.5, 57.0, 902.5), (916.5, 64.0, 902.5)]
    for all_kwh, vehicle_kwh, house_kwh in readings:
        assert counter.count(all_kwh, None, {"a": vehicle_kwh}) == house_kwh


def test_the_counter_without_vehicles_counts_before_that_and_neither_jumps_when_the_other_takes_over() -> None:
    counter = HouseCounter()
    readings = [
        (900.0, 10.0, 50.0, 900.0),
        (908.0, 11.5, 57.0, 901.5),
        (909.0, None, 57.0, 902.5),
        (910.0, 14.0, 57.0, 903.5),
        (911.0, 15.0, 57.0, 904.5),
        (None, 16.0, 57.0, 905.5),
    ]
    for all_kwh, common_kwh, vehicle_kwh, house_kwh in readings:
        assert counter.count(all_kwh, common_kwh, {"a": vehicle_kwh}) == house_kwh


def test_while_a_charger_is_silent_it_is_unknown_and_the_vehicle_is_no_usage_afterwards() -> None:
    counter = HouseCounter()
    readings: list[tuple[float, float | None, float | None]] = [
        (900.0, 50.0, 900.0),
        (908.0, None, None),
        (920.0, None, None),
        (921.0, 68.0, 903.0),
    ]
    for all_kwh, vehicle_kwh, house_kwh in readings:
        assert counter.count(all_kwh, None, {"a": vehicle_kwh}) == house_kwh


def test_a_silent_charger_does_not_matter_to_a_counter_without_vehicles() -> None:
    counter = HouseCounter()
    for common_kwh, house_kwh in ((10.0, 900.0), (11.0, 901.0), (12.0, 902.0)):
        assert counter.count(900.0 + 7 * common_kwh - 70, common_kwh, {"a": None}) == house_kwh
    assert counter.count(None, None, {"a": None}) is None


def test_a_counter_of_all_loads_that_lags_makes_the_house_stand_and_never_fall() -> None:
    counter = HouseCounter()
    readings = [
        (900.0, 50.0, 900.0),
        (900.0, 50.2, 900.0),
        (900.3, 50.2, 900.1),
        (900.3, 90.0, 900.1),
        (905.3, 90.0, 904.1),
    ]
    for all_kwh, vehicle_kwh, house_kwh in readings:
        assert counter.count(all_kwh, None, {"a": vehicle_kwh}) == house_kwh


def test_counters_that_start_again_and_chargers_that_come_late_count_nothing() -> None:
    counter = HouseCounter()
    counter.count(900.0, 10.0, {"a": 50.0})
    assert counter.count(3.0, 0.5, {"a": 1.0}) == 900.0
    assert counter.count(4.0, None, {"a": 1.0, "b": 700.0}) == 901.0
    assert counter.count(5.0, None, {"a": 1.0, "b": 700.5}) == 901.5


def test_after_a_restart_it_goes_on_from_there() -> None:
    before = HouseCounter()
    before.count(900.0, None, {"a": 50.0})
    counter = HouseCounter(**json.loads(json.dumps(asdict(before))))
    assert counter.count(960.0, None, {"a": 100.0}) == 910.0


class TestSite:
    """A plant whose vehicle takes 7 kWh and whose house takes 1 kWh in an hour."""

    @staticmethod
    def count(site: Site, hour: int, *, common: bool) -> None:
        for address, kwh in ((30094, 900 + 8 * hour), (30228, 20 + hour if common else 0)):
            site.set(address, 4, 100 * kwh)
        site.set(30092, 2, 100 * (40 + 8 * hour))
        site.set(32001, 2, 100 * (50 + 7 * hour), CHARGER_UNIT_ID)

    @pytest.mark.parametrize("common", [True, False])
    async def test_neither_its_total_nor_its_day_has_the_vehicle_in_it(self, *, common: bool) -> None:
        site = Site(inverters=[1], ac_chargers=[CHARGER_UNIT_ID])
        self.count(site, 0, common=common)
        energy = (await site.read()).energy
        assert (energy.house_kwh, energy.house_today_kwh) == (900.0, None)
        midnight = NOON.replace(hour=23, minute=59)
        await site.read(midnight)
        memory = json.loads(json.dumps(site.decoder.memory()))
        site.decoder = TelemetryDecoder()
        site.decoder.remember(memory)
        for hour in (1, 2):
            self.count(site, hour, common=common)
            energy = (await site.read(midnight + 60 * hour * MINUTE)).energy
            assert (energy.house_kwh, energy.house_today_kwh) == (900.0 + hour, float(hour))

    @pytest.mark.parametrize(("common", "house_kwh"), [(True, 901.0), (False, None)])
    async def test_while_the_charger_is_silent_the_house_does_not_gain_what_the_vehicle_takes(
        self, *, common: bool, house_kwh: float | None
    ) -> None:
        site = Site(inverters=[1], ac_chargers=[CHARGER_UNIT_ID])
        self.count(site, 0, common=common)
        await site.read()
        site.unit(CHARGER_UNIT_ID).fail_requests(ModbusTimeoutError())
        self.count(site, 1, common=common)
        assert (await site.read(NOON + 60 * MINUTE)).energy.house_kwh == house_kwh
        site.unit(CHARGER_UNIT_ID).fail_requests(None)
        self.count(site, 2, common=common)
        assert (await site.read(NOON + 120 * MINUTE)).energy.house_kwh == 902.0

    async def test_all_ones_of_the_counter_without_vehicles_are_no_value(self) -> None:
        for raw in (0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF):
            site = Site(inverters=[1], ac_chargers=[CHARGER_UNIT_ID])
            self.count(site, 0, common=True)
            await site.read()
            self.count(site, 1, common=True)
            data = raw.to_bytes(8)
            site.unit(PLANT_UNIT_ID).input[30228] = [int.from_bytes(data[at : at + 2]) for at in range(0, 8, 2)]
            assert (await site.read(NOON + 60 * MINUTE)).energy.house_kwh == 901.0
