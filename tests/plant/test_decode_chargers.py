"""What the registers of chargers and smart loads hold, as telemetry."""

from collections.abc import Callable
from dataclasses import replace
from operator import attrgetter

from decoded_site import (
    MINUTE,
    NOON,
    PLANT_UNIT_ID,
    SERIAL_NUMBERS,
    Row,
    Site,
    percent,
    rating,
)
from modbus_connection import ModbusTimeoutError, ServerDeviceFailureError
import pytest

from custom_components.sigenstor_panel.model.telemetry import (
    AcChargerTelemetry,
    ChargerState,
    DcChargerTelemetry,
    SmartLoad,
    Telemetry,
)
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder, charger_of
from custom_components.sigenstor_panel.plant.registers import NO_LIMIT, NO_LIMIT_WRITABLE
from tests.english import english

SERIAL = SERIAL_NUMBERS[1]
CHARGER_UNIT_ID = 5


def session_energy(field: str, address: int) -> Row:
    return Row(field, address, 2, {0: 0.0, 1_234: 12.34, 2_500_000: 25_000.0}, (2_500_001,))


def counted(field: str, address: int) -> Row:
    return Row(field, address, 2, {1: 0.01, 1_234: 12.34, 4_000_000_000: 40_000_000.0}, (0,))


def limit_of_charger(field: str, address: int) -> Row:
    return Row(field, address, 2, {0: 0, 7_000: 7_000, 1_000_000: 1_000_000}, (1_000_001, NO_LIMIT, NO_LIMIT_WRITABLE))


DC_CHARGER = (
    Row("power_w", 31502, 2, {n: n for n in (-1_000_000, -2, 0, 1_000_000)}, (-1_000_001, -1, 1_000_001)),
    percent("vehicle_soc", 31504),
    Row("vehicle_voltage_v", 31500, 1, {0: 0.0, 4_012: 401.2, 15_000: 1_500.0}, (15_001, 0xFFFF)),
    session_energy("session_charged_kwh", 31505),
    session_energy("session_discharged_kwh", 31515),
    Row("session_charging_s", 31507, 2, {0: 0, 5_400: 5_400}, (0xFFFF_FFFF, 0x7FFF_FFFF)),
    Row("session_discharging_s", 31517, 2, {0: 0, 5_400: 5_400}, (0xFFFF_FFFF, 0x7FFF_FFFF)),
    counted("charged_kwh", 31519),
    counted("discharged_kwh", 31521),
    rating("rated_charge_power_w", 31523),
    rating("rated_discharge_power_w", 31525),
    limit_of_charger("charge_limit_w", 41002),
    limit_of_charger("discharge_limit_w", 41004),
    Row(
        "state",
        31513,
        1,
        {
            0: ChargerState.NO_VEHICLE,
            1: ChargerState.CONNECTED,
            2: ChargerState.PREPARING,
            3: ChargerState.CHARGING,
            4: ChargerState.FAULT,
            5: ChargerState.SCHEDULED,
        },
        (6, 0xFFFF),
    ),
)

AC_CHARGER = (
    Row("power_w", 32003, 2, {0: 0, 11_000: 11_000, 1_000_000: 1_000_000}, (-1, 1_000_001)),
    counted("energy_kwh", 32001),
    rating("rated_power_w", 32005),
    Row("rated_current_a", 32007, 2, {1: 0.01, 3_200: 32.0, 100_000: 1_000.0}, (-1, 0, 100_001)),
    Row("rated_current_a", 32010, 2, {1: 0.01, 3_200: 32.0, 100_000: 1_000.0}, (-1, 0, 100_001)),
    Row("current_limit_a", 42001, 2, {0: 0.0, 1_600: 16.0, 100_000: 1_000.0}, (100_001,)),
    Row(
        "state",
        32000,
        1,
        {
            0: ChargerState.STARTING,
            1: ChargerState.NO_VEHICLE,
            2: ChargerState.CONNECTED,
            3: ChargerState.CONNECTED,
            4: ChargerState.CHARGING,
            5: ChargerState.CHARGING,
            6: ChargerState.FAULT,
            7: ChargerState.FAULT,
        },
        (8, 0xFFFF),
    ),
)


def dc_site() -> Site:
    """Return an inverter with a DC charger, of which nothing is known but that it is there."""
    site = Site(inverters=[1])
    site.set(31513, 1, 1, unit_id=1)
    site.set(31523, 2, 25_000, unit_id=1)
    return site


def ac_site() -> Site:
    return Site(inverters=[1], ac_chargers=[CHARGER_UNIT_ID])


async def dc_charger(site: Site) -> DcChargerTelemetry:
    return (await site.read()).dc_chargers[SERIAL]


async def ac_charger(site: Site) -> AcChargerTelemetry:
    return (await site.read()).ac_chargers[CHARGER_UNIT_ID]


@pytest.mark.parametrize("row", DC_CHARGER, ids=lambda row: row.field)
async def test_every_field_of_a_dc_charger_comes_from_its_register_and_holds_only_what_can_be_true(row: Row) -> None:
    for raw, expected in row.readings():
        site = dc_site()
        site.set(row.address, row.count, raw, unit_id=1)
        assert attrgetter(row.field)(await dc_charger(site)) == expected, f"{row.address} holds {raw}"


@pytest.mark.parametrize("row", AC_CHARGER, ids=lambda row: f"{row.field} {row.address}")
async def test_every_field_of_an_ac_charger_comes_from_its_register_and_holds_only_what_can_be_true(row: Row) -> None:
    for raw, expected in row.readings():
        site = ac_site()
        site.set(row.address, row.count, raw, unit_id=CHARGER_UNIT_ID)
        assert attrgetter(row.field)(await ac_charger(site)) == expected, f"{row.address} holds {raw}"


@pytest.mark.parametrize(
    ("state", "power_w", "expected"),
    [
        (3, -1_500, ChargerState.DISCHARGING),
        (3, -2, ChargerState.DISCHARGING),
        (3, -1, ChargerState.CHARGING),
        (3, 0, ChargerState.CHARGING),
        (3, 1_000_001, ChargerState.CHARGING),
        (3, -1_000_001, ChargerState.CHARGING),
        (1, -1_500, ChargerState.CONNECTED),
    ],
)
async def test_a_vehicle_that_charges_backwards_discharges(state: int, power_w: int, expected: ChargerState) -> None:
    site = dc_site()
    site.set(31513, 1, state, unit_id=1)
    site.set(31502, 2, power_w, unit_id=1)
    assert (await dc_charger(site)).state is expected


async def test_of_what_an_ac_charger_and_its_breaker_are_rated_for_the_smaller_counts() -> None:
    for rated_a, breaker_a, expected in ((32, 20, 20.0), (16, 20, 16.0), (32, 2_000, 32.0)):
        site = ac_site()
        site.set(32007, 2, 100 * rated_a, unit_id=CHARGER_UNIT_ID)
        site.set(32010, 2, 100 * breaker_a, unit_id=CHARGER_UNIT_ID)
        assert (await ac_charger(site)).rated_current_a == expected


@pytest.mark.parametrize(
    ("rated_w", "rated_a", "expected"), [(22_000, 32, 687.5), (7_400, 32, 231.25), (0, 32, 690.0), (22_000, 0, 690.0)]
)
async def test_what_an_ampere_comes_to_is_the_ratio_of_the_ratings_else_that_of_three_phases(
    rated_w: int, rated_a: int, expected: float
) -> None:
    site = ac_site()
    site.set(32005, 2, rated_w, unit_id=CHARGER_UNIT_ID)
    site.set(32007, 2, 100 * rated_a, unit_id=CHARGER_UNIT_ID)
    site.set(32010, 2, 2_000, unit_id=CHARGER_UNIT_ID)
    assert (await ac_charger(site)).power_per_a == expected


async def test_the_alarms_of_an_ac_charger_are_named() -> None:
    site = ac_site()
    assert (await ac_charger(site)).alarms == ()
    for address in (32012, 32013, 32014):
        site.set(address, 1, 0b10, unit_id=CHARGER_UNIT_ID)
    named = [english(alarm) for alarm in (await ac_charger(site)).alarms or ()]
    assert named == ["grid under-voltage", "relay stuck", "charging cable fault"]


async def test_chargers_that_do_not_answer_are_left_out_and_the_rest_stays() -> None:
    site = Site(inverters=[1, 2], ac_chargers=[CHARGER_UNIT_ID, 6])
    for unit_id in (1, 2):
        site.set(31523, 2, 25_000, unit_id)
    reading = await site.read()
    assert (set(reading.dc_chargers), set(reading.ac_chargers)) == (set(SERIAL_NUMBERS.values()), {5, 6})
    site.unit(2).fail_requests(ModbusTimeoutError())
    site.unit(CHARGER_UNIT_ID).fail_requests(ModbusTimeoutError())
    reading = await site.read(NOON + MINUTE)
    assert (set(reading.dc_chargers), set(reading.ac_chargers)) == ({SERIAL}, {6})


async def test_an_inverter_without_a_dc_charger_has_none() -> None:
    assert (await Site(inverters=[1]).read()).dc_chargers == {}


class TestHouse:
    """What vehicles take is no consumption of the house."""

    @staticmethod
    async def reading(*, grid_w: int, vehicle_w: int, total_w: int, general_w: int | None = None) -> Telemetry:
        """Read a plant whose AC charger takes so much."""
        site = ac_site()
        await site.identify()
        site.set(30005, 2, grid_w)
        site.set(30284, 2, total_w)
        site.set(32003, 2, vehicle_w, unit_id=CHARGER_UNIT_ID)
        if general_w is None:
            site.lacks("PlantStatus@247", "general_load_power")
        else:
            site.set(30282, 2, general_w)
        return await site.read()

    async def test_the_total_load_is_without_what_an_ac_charger_takes(self) -> None:
        assert (await self.reading(grid_w=7_800, vehicle_w=7_000, total_w=7_900)).house_power_w == 900

    async def test_the_general_load_is_without_it_already(self) -> None:
        assert (await self.reading(grid_w=7_800, vehicle_w=7_000, total_w=7_900, general_w=850)).house_power_w == 850

    async def test_the_balance_is_without_it(self) -> None:
        assert (await self.reading(grid_w=7_800, vehicle_w=7_000, total_w=30_000)).house_power_w == 800

    async def test_where_a_vehicles_power_is_unknown_the_total_load_says_nothing_of_the_house(self) -> None:
        reading = await self.reading(grid_w=7_800, vehicle_w=1_000_001, total_w=7_800)
        assert (reading.house_power_w, reading.vehicle_power_w) == (None, None)

    @pytest.mark.parametrize(("general_w", "house_w"), [(850, 850), (7_800, 7_800), (9_081, None), (-373_000, None)])
    async def test_the_general_load_counts_then_unless_it_is_more_than_the_house_and_vehicles_take(
        self, general_w: int, house_w: int | None
    ) -> None:
        reading = await self.reading(grid_w=7_800, vehicle_w=1_000_001, total_w=7_800, general_w=general_w)
        assert (reading.house_power_w, reading.vehicle_power_w) == (house_w, None)

    @pytest.mark.parametrize("charger", ["ac", "dc", "dc refused"])
    @pytest.mark.parametrize(("general_w", "house_w"), [(800, 800), (None, None)])
    async def test_a_charger_that_falls_silent_makes_its_vehicle_no_consumption_of_the_house(
        self, charger: str, general_w: int | None, house_w: int | None
    ) -> None:
        site = Site(inverters=[1, 2], ac_chargers=[CHARGER_UNIT_ID])
        await site.identify()
        for address, power_w in ((30005, 7_800), (30284, 7_800), (30282, general_w or 0)):
            site.set(address, 2, power_w)
        if general_w is None:
            site.lacks("PlantStatus@247", "general_load_power")
        site.set(31523, 2, 25_000, unit_id=2)
        unit_id, address = (CHARGER_UNIT_ID, 32003) if charger == "ac" else (2, 31502)
        site.set(address, 2, 7_000, unit_id)
        reading = await site.read()
        assert (reading.house_power_w, reading.vehicle_power_w) == (800, 7_000)
        site.unit(unit_id).fail_requests(
            ServerDeviceFailureError() if charger == "dc refused" else ModbusTimeoutError()
        )
        reading = await site.read(NOON + MINUTE)
        assert (reading.house_power_w, reading.vehicle_power_w) == (house_w, None)
        site.unit(unit_id).fail_requests(None)
        assert (await site.read(NOON + 10 * MINUTE)).house_power_w == 800

    @pytest.mark.parametrize("charger", ["ac", "dc", "dc refused", "one without a power"])
    async def test_one_that_was_charging_leaves_the_house_unknown_for_a_quarter_of_an_hour_and_then_counts_as_nothing(
        self, charger: str
    ) -> None:
        site = Site(inverters=[1, 2], ac_chargers=[CHARGER_UNIT_ID])
        await site.identify()
        for address, power_w in ((30005, 7_800), (30284, 7_800)):
            site.set(address, 2, power_w)
        site.lacks("PlantStatus@247", "general_load_power")
        site.set(31523, 2, 25_000, unit_id=2)
        unit_id, address = (2, 31502) if charger.startswith("dc") else (CHARGER_UNIT_ID, 32003)
        site.set(address, 2, 7_000, unit_id)
        await site.read()
        if charger == "one without a power":
            site.set(address, 2, -1, unit_id)
        else:
            site.unit(unit_id).fail_requests(
                ServerDeviceFailureError() if charger == "dc refused" else ModbusTimeoutError()
            )
        for minute in range(1, 16):
            reading = await site.read(NOON + minute * MINUTE)
            assert (reading.house_power_w, reading.unheard_chargers) == (None, ())
        reading = await site.read(NOON + 16 * MINUTE)
        assert (reading.house_power_w, reading.unheard_chargers) == (7_800, (unit_id,))
        # What the battery does is judged by no house that may have a vehicle in it.
        assert (reading.vehicle_power_w, reading.vehicles_unknown) == (None, True)
        site.unit(unit_id).fail_requests(None)
        site.set(address, 2, 7_000, unit_id)
        reading = await site.read(NOON + 36 * MINUTE)
        assert (reading.house_power_w, reading.vehicle_power_w, reading.unheard_chargers) == (800, 7_000, ())

    async def test_one_that_never_answered_does_not_leave_the_house_unknown_for_ever(self) -> None:
        site = ac_site()
        await site.identify()
        site.lacks("PlantStatus@247", "general_load_power", "common_load_energy")
        site.set(30005, 2, 900)
        site.set(30284, 2, 900)
        site.set(30094, 4, 100_000)
        site.unit(CHARGER_UNIT_ID).fail_requests(ModbusTimeoutError())
        for minute in range(15):
            reading = await site.read(NOON + minute * MINUTE)
            assert (reading.house_power_w, reading.energy.house_kwh) == (None, 1000.0 if minute == 0 else None)
        site.set(30094, 4, 100_040)
        reading = await site.read(NOON + 15 * MINUTE)
        assert (reading.house_power_w, reading.energy.house_kwh) == (900, 1000.4)

    async def test_what_a_vehicle_gives_does_not_raise_the_total_load(self) -> None:
        site = dc_site()
        await site.identify()
        site.lacks("PlantStatus@247", "general_load_power")
        for address, power_w in ((30005, -1_000), (30284, 900)):
            site.set(address, 2, power_w)
        site.set(31502, 2, -2_000, unit_id=1)
        assert (await site.read()).house_power_w == 900


async def test_smart_loads_are_those_that_have_counted_anything() -> None:
    site = Site()
    for number, energy, power_w in ((1, 100, 250), (24, 4_000_000_000, 1_000_001)):
        site.set(30096 + 2 * number, 2, energy)
        site.set(30144 + 2 * number, 2, power_w)
    site.set(30144 + 2 * 7, 2, 300)
    assert (await site.read()).smart_loads == {
        1: SmartLoad(power_w=250, energy_kwh=1.0),
        24: SmartLoad(power_w=None, energy_kwh=40_000_000.0),
    }


async def test_what_is_read_of_one_charger_is_what_is_read_with_all() -> None:
    site = Site(inverters=[1, 2], ac_chargers=[CHARGER_UNIT_ID])
    for unit_id, rated_w in ((1, 25_000), (2, 40_000)):
        site.set(30540, 2, rated_w, unit_id)
    site.set(31523, 2, 25_000, unit_id=1)
    # Four times what both inverters are rated for can flow, not more.
    site.set(31502, 2, 260_000, unit_id=1)
    site.set(31525, 2, 260_001, unit_id=1)
    site.set(32003, 2, 260_000, unit_id=CHARGER_UNIT_ID)
    reading = await site.read()
    inverters, (ac_charger,) = site.client.inverters, site.client.ac_chargers
    dc, ac = charger_of(inverters[0], inverters), charger_of(ac_charger, inverters)
    # What was counted is guarded from reading to reading, and nothing is controlled by it.
    assert dc == replace(reading.dc_chargers[SERIAL], charged_kwh=None, discharged_kwh=None)
    assert ac == replace(reading.ac_chargers[CHARGER_UNIT_ID], energy_kwh=None)
    assert (dc.power_w, ac.power_w) == (260_000, 260_000)
    assert isinstance(dc, DcChargerTelemetry)
    assert dc.rated_discharge_power_w is None


async def test_where_no_inverter_says_what_it_is_rated_for_a_megawatt_can_flow() -> None:
    site = ac_site()
    site.set(32003, 2, 1_000_000, unit_id=CHARGER_UNIT_ID)
    await site.read()
    assert charger_of(site.client.ac_chargers[0], site.client.inverters).power_w == 1_000_000


COUNTERS: dict[str, tuple[int, int, Callable[[Telemetry], float | None]]] = {
    "charged": (31519, 1, lambda reading: reading.dc_chargers[SERIAL].charged_kwh),
    "discharged": (31521, 1, lambda reading: reading.dc_chargers[SERIAL].discharged_kwh),
    "ac charger": (32001, CHARGER_UNIT_ID, lambda reading: reading.ac_chargers[CHARGER_UNIT_ID].energy_kwh),
    "smart load": (30100, PLANT_UNIT_ID, lambda reading: reading.smart_loads[2].energy_kwh),
}


class TestCounters:
    """What chargers and smart loads have counted, which never jumps."""

    @staticmethod
    def site(*, confirmed: bool = True) -> Site:
        site = Site(inverters=[1], ac_chargers=[CHARGER_UNIT_ID], confirmed=confirmed)
        site.set(30540, 2, 10_000, unit_id=1)
        site.set(31513, 1, 1, unit_id=1)
        return site

    @pytest.mark.parametrize("counter", COUNTERS)
    @pytest.mark.parametrize("bad", [0, 50_000, 550_000, 100_000_000])
    async def test_one_that_jumps_for_a_moment_keeps_its_value_after_a_restart_too(
        self, counter: str, bad: int
    ) -> None:
        address, unit_id, shown = COUNTERS[counter]
        site = self.site()
        site.set(address, 2, 500_000, unit_id)
        assert shown(await site.read()) == 5_000.0
        site.set(address, 2, bad, unit_id)
        assert shown(await site.read(NOON + MINUTE)) == 5_000.0
        memory = site.decoder.memory()
        site.decoder = TelemetryDecoder()
        site.decoder.remember(memory)
        assert shown(await site.read(NOON + 2 * MINUTE)) == 5_000.0
        site.set(address, 2, 500_010, unit_id)
        assert shown(await site.read(NOON + 3 * MINUTE)) == 5_000.1

    @pytest.mark.parametrize("counter", COUNTERS)
    async def test_a_first_value_waits_for_a_second_reading_that_agrees(self, counter: str) -> None:
        address, unit_id, shown = COUNTERS[counter]
        site = self.site(confirmed=False)
        for minute, (raw, kwh) in enumerate(((90_000_000, None), (500_000, None), (500_001, 5_000.01))):
            site.set(address, 2, raw, unit_id)
            assert shown(await site.read(NOON + minute * MINUTE)) == kwh

    @pytest.mark.parametrize("counter", COUNTERS)
    @pytest.mark.parametrize("raw", [0xFFFF_FFFF, 0x7FFF_FFFF])
    async def test_all_ones_are_no_value(self, counter: str, raw: int) -> None:
        address, unit_id, shown = COUNTERS[counter]
        site = self.site()
        site.set(address, 2, 500_000, unit_id)
        await site.read()
        site.set(address, 2, raw, unit_id)
        assert shown(await site.read(NOON + MINUTE)) is None


@pytest.mark.parametrize("raw", [0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000])
async def test_all_ones_are_no_power_of_a_smart_load(raw: int) -> None:
    for number in (1, 24):
        site = Site()
        site.set(30096 + 2 * number, 2, 100)
        site.set(30144 + 2 * number, 2, raw)
        assert (await site.read()).smart_loads == {number: SmartLoad(power_w=None, energy_kwh=1.0)}


async def test_smart_loads_are_looked_for_once_an_hour() -> None:
    site = Site()
    assert (await site.read()).smart_loads == {}
    site.set(30098, 2, 100)
    assert (await site.read(NOON + 59 * MINUTE)).smart_loads == {}
    assert (await site.read(NOON + 60 * MINUTE)).smart_loads.keys() == {1}
    await site.read(NOON + 60 * MINUTE)
    site.set(30098, 2, 0)
    for _ in ("one that reads 0 for a moment", "which it does after a restart, too"):
        assert (await site.read(NOON + 61 * MINUTE)).smart_loads == {1: SmartLoad(power_w=0, energy_kwh=1.0)}
        site.client.smart_loads_in_use.clear()
