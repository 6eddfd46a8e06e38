"""What the registers hold, as telemetry: every field from its register, and only what can be true."""

from dataclasses import replace
from datetime import datetime, timedelta
import json
from operator import attrgetter

from decoded_site import (
    BRISBANE,
    MINUTE,
    NOON,
    PLANT_UNIT_ID,
    SERIAL_NUMBERS,
    Row,
    Site,
    cell_voltage,
    health,
    lifetime_energy,
    limit,
    percent,
    phase_voltage,
    power,
    rating,
    stored_energy,
    temperature,
)
from modbus_connection import ModbusTimeoutError
import pytest

from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.telemetry import (
    AlarmGroup,
    EmsWorkMode,
    EnergyCounters,
    GridStatus,
    InverterTelemetry,
    PvString,
    RemoteEmsMode,
    RunningState,
    Source,
    Telemetry,
)
from custom_components.sigenstor_panel.plant.decode import TelemetryDecoder
from tests.english import english

TODAY = NOON.date()
TOMORROW = TODAY + timedelta(days=1)


RUNNING_STATES = {
    0: RunningState.STANDBY,
    1: RunningState.RUNNING,
    2: RunningState.FAULT,
    3: RunningState.SHUTDOWN,
    7: RunningState.ENVIRONMENTAL_ABNORMALITY,
}

PLANT = (
    percent("soc", 30014),
    power("grid_power_w", 30005),
    power("battery_power_w", 30037),
    *(
        Row(f"grid_phase_{phase}_power_w", address, 2, {n: n for n in (-1_000_000, -2, 0, 1_000_000)}, (-1, 1_000_001))
        for phase, address in (("a", 30052), ("b", 30054), ("c", 30056))
    ),
    power("third_party_pv_power_w", 30194),
    Row("pv_power_w", 30035, 2, {-200: 0, 0: 0, 3_000: 3_000, 1_000_000: 1_000_000}, (-201, 1_000_001)),
    Row("rated_capacity_kwh", 30083, 2, {10: 0.1, 2_400: 24.0, 10_000_000: 100_000.0}, (0, 9, 10_000_001)),
    health("state_of_health", 30087),
    rating("rated_charge_power_w", 30068),
    rating("rated_discharge_power_w", 30070),
    rating("available_charge_power_w", 30047),
    rating("available_discharge_power_w", 30049),
    stored_energy("available_charge_energy_kwh", 30064),
    stored_energy("available_discharge_energy_kwh", 30066),
    temperature("average_cell_temperature_c", 30286),
    Row("running_state", 30051, 1, RUNNING_STATES, (4, 5, 6, 8)),
    Row(
        "ems_work_mode",
        30003,
        1,
        {
            0: EmsWorkMode.SELF_CONSUMPTION,
            1: EmsWorkMode.AI,
            2: EmsWorkMode.TIME_OF_USE,
            5: EmsWorkMode.FULL_FEED_IN,
            6: EmsWorkMode.VPP,
            7: EmsWorkMode.REMOTE,
            9: EmsWorkMode.CUSTOM,
        },
        (3, 4, 8, 10),
    ),
    Row(
        "grid_status",
        30009,
        1,
        {0: GridStatus.ON_GRID, 1: GridStatus.OFF_GRID_AUTO, 2: GridStatus.OFF_GRID_MANUAL},
        (3,),
    ),
    lifetime_energy("energy.pv_kwh", 30088),
    lifetime_energy("energy.house_kwh", 30094),
    lifetime_energy("energy.grid_import_kwh", 30216),
    lifetime_energy("energy.grid_export_kwh", 30220),
    lifetime_energy("energy.battery_charged_kwh", 30200),
    lifetime_energy("energy.battery_discharged_kwh", 30204),
    lifetime_energy("energy.vehicle_charged_kwh", 30208),
    lifetime_energy("energy.vehicle_discharged_kwh", 30212),
    lifetime_energy("energy.generator_kwh", 30224),
    lifetime_energy("energy.ac_charger_kwh", 30232),
    Row("energy.pv_today_kwh", 30272, 2, {1: 0.01, 3_456: 34.56}, (0,)),
    Row("energy.house_today_kwh", 30092, 2, {1: 0.01, 1_840: 18.4}, (0,)),
    Row("control.remote_ems_enabled", 40029, 1, {0: False, 1: True}),
    Row(
        "control.remote_ems_mode",
        40031,
        1,
        {
            0: RemoteEmsMode.PCS_REMOTE,
            1: RemoteEmsMode.STANDBY,
            2: RemoteEmsMode.SELF_CONSUMPTION,
            3: RemoteEmsMode.CHARGE_GRID_FIRST,
            4: RemoteEmsMode.CHARGE_PV_FIRST,
            5: RemoteEmsMode.DISCHARGE_PV_FIRST,
            6: RemoteEmsMode.DISCHARGE_ESS_FIRST,
            8: RemoteEmsMode.VEHICLE_TO_GRID,
        },
        (7, 9),
    ),
    limit("control.charge_limit_w", 40032),
    limit("control.discharge_limit_w", 40034),
    limit("control.pv_limit_w", 40036),
    limit("control.export_limit_w", 40038),
    limit("control.import_limit_w", 40040),
    percent("control.backup_soc", 40046),
    percent("control.charge_cutoff_soc", 40047),
    percent("control.discharge_cutoff_soc", 40048),
)

INVERTER = (
    Row("running_state", 30578, 1, RUNNING_STATES, (4, 5, 6, 8)),
    power("active_power_w", 30587),
    rating("available_charge_power_w", 30591),
    rating("available_discharge_power_w", 30593),
    stored_energy("available_charge_energy_kwh", 30595),
    stored_energy("available_discharge_energy_kwh", 30597),
    power("battery_power_w", 30599),
    percent("soc", 30601),
    health("state_of_health", 30602),
    temperature("average_cell_temperature_c", 30603),
    temperature("max_cell_temperature_c", 30620),
    temperature("min_cell_temperature_c", 30621),
    cell_voltage("average_cell_voltage_v", 30604),
    cell_voltage("max_cell_voltage_v", 30622),
    cell_voltage("min_cell_voltage_v", 30623),
    temperature("internal_temperature_c", 31003),
    Row("grid_frequency_hz", 31002, 1, {4_000: 40.0, 5_001: 50.01, 7_000: 70.0}, (0, 3_999, 7_001)),
    phase_voltage("phase_a_voltage_v", 31011),
    phase_voltage("phase_b_voltage_v", 31013),
    phase_voltage("phase_c_voltage_v", 31015),
    Row("insulation_resistance_mohm", 31037, 1, {0: 0.0, 1_234: 1.234, 65_000: 65.0}, (65_001,)),
    Row("pack_count", 31024, 1, {3: 3}),
)


@pytest.mark.parametrize("row", PLANT, ids=lambda row: row.field)
async def test_every_field_of_the_plant_comes_from_its_register_and_holds_only_what_can_be_true(row: Row) -> None:
    for raw, expected in row.readings():
        site = Site()
        site.set(row.address, row.count, raw)
        assert attrgetter(row.field)(await site.read()) == expected, f"{row.address} holds {raw}"


@pytest.mark.parametrize("row", INVERTER, ids=lambda row: row.field)
async def test_every_field_of_an_inverter_comes_from_its_register_and_holds_only_what_can_be_true(row: Row) -> None:
    for raw, expected in row.readings():
        site = Site(inverters=[1, 2])
        site.set(row.address, row.count, raw, unit_id=2)
        inverters = (await site.read()).inverters
        assert getattr(inverters[SERIAL_NUMBERS[2]], row.field) == expected, f"{row.address} holds {raw}"


async def test_a_reading_says_when_it_was_taken_and_that_it_came_over_modbus() -> None:
    reading = await Site().read(NOON)
    assert (reading.timestamp, reading.source) == (NOON, Source.MODBUS)


async def test_registers_that_the_firmware_lacks_have_no_value() -> None:
    site = Site(inverters=[1])
    await site.identify()
    for component, unit_id in (
        (site.client.control, PLANT_UNIT_ID),
        (site.client.inverters[0].status, 1),
        (site.client.inverters[0].electrical, 1),
    ):
        site.lacks(f"{type(component).__name__}@{unit_id}", *component.declared_fields)
    reading = await site.read()
    assert {getattr(reading.control, row.field.partition(".")[2]) for row in PLANT if "control" in row.field} == {None}
    assert reading.inverters == {SERIAL_NUMBERS[1]: InverterTelemetry(serial_number=SERIAL_NUMBERS[1])}


@pytest.mark.parametrize(
    ("address", "group", "alarm"),
    [
        (30605, AlarmGroup.PCS, "over-temperature"),
        (30606, AlarmGroup.PCS, "internal protection"),
        (30607, AlarmGroup.ESS, "temperature too high"),
        (30608, AlarmGroup.GATEWAY, "equipment fault"),
        (30609, AlarmGroup.DC_CHARGER, "over-temperature"),
    ],
)
async def test_the_alarms_of_an_inverter_are_its_own(address: int, group: AlarmGroup, alarm: str) -> None:
    site = Site(inverters=[1, 2])
    site.set(address, 1, 0b100, unit_id=2)
    first, second = (await site.read()).inverters.values()
    assert set(first.alarms) == set(AlarmGroup) - {AlarmGroup.PLANT}
    assert set(first.alarms.values()) == {()}
    assert [english(each) for each in second.alarms[group]] == [alarm]
    assert sum(map(len, second.alarms.values())) == 1
    site.set(address, 1, 0xFFFF, unit_id=2)
    assert group not in (await site.read(NOON + MINUTE)).inverters[SERIAL_NUMBERS[2]].alarms


@pytest.mark.parametrize(
    ("address", "group", "alarms"),
    [
        (30027, AlarmGroup.PCS, ("software version mismatch", "over-temperature")),
        (30028, AlarmGroup.PCS, ("leak current out of limit", "internal protection")),
        (30029, AlarmGroup.ESS, ("software version mismatch", "temperature too high")),
        (30030, AlarmGroup.GATEWAY, ("software version mismatch", "equipment fault")),
        (30072, AlarmGroup.DC_CHARGER, ("software version mismatch", "over-temperature")),
        (30280, AlarmGroup.PLANT, ("gateway communication", "AC power sensor communication")),
        (30281, AlarmGroup.PLANT, ("OVGR", "unknown (bit 2)")),
    ],
)
async def test_the_bits_of_an_alarm_register_are_named_in_its_group_and_in_no_other(
    address: int, group: AlarmGroup, alarms: tuple[str, ...]
) -> None:
    site = Site()
    site.set(address, 1, 0b101)
    named = {each: tuple(map(english, found)) for each, found in (await site.read()).alarms.items()}
    assert named == {each: alarms if each is group else () for each in AlarmGroup}


async def test_of_alarm_registers_that_the_firmware_lacks_nobody_knows_whether_there_is_an_alarm() -> None:
    site = Site()
    site.lacks("PlantStatus@247", "alarm_6", "alarm_7", "alarm_2")
    assert (await site.read()).alarms.keys() == set(AlarmGroup) - {AlarmGroup.PLANT, AlarmGroup.PCS}
    site.set(30027, 1, 0b100)
    assert (await site.read()).alarms[AlarmGroup.PCS] == (say("alarm.over_temperature"),)


@pytest.mark.parametrize("raw", [0xFFFF, 0x7FFF])
async def test_alarm_registers_of_all_ones_are_no_alarm_and_not_the_absence_of_one(raw: int) -> None:
    site = Site()
    for address in (30027, 30028, 30029, 30030, 30072, 30280, 30281):
        site.set(address, 1, raw)
    assert (await site.read()).alarms == {}


@pytest.mark.parametrize(
    ("lacking", "house_w"),
    [((), 2_100), (("total_load_power",), 1_900), (("total_load_power", "general_load_power"), 2_000)],
)
async def test_the_house_is_the_total_load_else_the_general_load_else_the_balance(
    lacking: tuple[str, ...], house_w: int
) -> None:
    site = Site()
    for address, power_w in ((30005, 500), (30035, 2_500), (30037, 1_000), (30282, 1_900), (30284, 2_100)):
        site.set(address, 2, power_w)
    site.lacks("PlantStatus@247", *lacking)
    assert (await site.read()).house_power_w == house_w


async def test_the_house_is_no_nonsense_that_the_balance_contradicts() -> None:
    site = Site()
    for address, power_w in ((30005, 500), (30035, 2_500), (30037, 1_000), (30284, 9_000)):
        site.set(address, 2, power_w)
    assert (await site.read()).house_power_w == 2_000


@pytest.mark.parametrize(("charge_w", "discharge_w"), [(5_000, 8_000), (8_000, 5_000)])
async def test_a_battery_power_above_twice_its_rating_is_no_value(charge_w: int, discharge_w: int) -> None:
    site = Site()
    site.set(30068, 2, charge_w)
    site.set(30070, 2, discharge_w)
    for power_w, expected in ((-16_000, -16_000), (16_000, 16_000), (16_001, None), (-16_001, None)):
        site.set(30037, 2, power_w)
        assert (await site.read()).battery_power_w == expected


class TestInverters:
    """Two inverters, of which one may be silent."""

    async def test_those_that_answer_are_there_by_their_serial_numbers(self) -> None:
        site = Site(inverters=[1, 2])
        assert {key: each.serial_number for key, each in (await site.read()).inverters.items()} == {
            serial_number: serial_number for serial_number in SERIAL_NUMBERS.values()
        }

    async def test_a_silent_one_is_left_out_and_the_rest_stays(self) -> None:
        site = Site(inverters=[1, 2])
        site.set(30014, 1, 505)
        site.set(30601, 1, 480, unit_id=1)
        await site.read()
        site.unit(2).fail_requests(ModbusTimeoutError())
        reading = await site.read(NOON + MINUTE)
        assert reading.soc == 50.5
        assert {key: each.soc for key, each in reading.inverters.items()} == {SERIAL_NUMBERS[1]: 48.0}

    async def test_the_temperature_of_the_cells_is_the_plants_own_where_it_has_one(self) -> None:
        site = Site(inverters=[1])
        site.set(30286, 1, 253)
        site.set(30603, 1, 310, unit_id=1)
        assert (await site.read()).average_cell_temperature_c == 25.3
        site.set(30286, 1, 2000)
        assert (await site.read()).average_cell_temperature_c == 31.0

    async def test_the_temperature_of_the_cells_is_else_the_mean_of_those_that_answer_and_know_it(self) -> None:
        site = Site(inverters=[1, 2])
        await site.identify()
        site.lacks("PlantStatus@247", "average_cell_temperature")
        site.set(30603, 1, 201, unit_id=1)
        site.set(30603, 1, 260, unit_id=2)
        assert (await site.read()).average_cell_temperature_c in {23.0, 23.1}  # tenths, as the registers hold them
        site.set(30603, 1, 2000, unit_id=2)
        assert (await site.read()).average_cell_temperature_c == 20.1
        site.set(30603, 1, 260, unit_id=2)
        site.unit(2).fail_requests(ModbusTimeoutError())
        assert (await site.read()).average_cell_temperature_c == 20.1
        site.unit(1).fail_requests(ModbusTimeoutError())
        assert (await site.read()).average_cell_temperature_c is None

    @pytest.mark.parametrize(
        ("field", "address", "count"),
        [
            ("battery_charged_today_kwh", 30566, 2),
            ("battery_discharged_today_kwh", 30572, 2),
            ("pv_today_kwh", 31509, 2),
        ],
    )
    async def test_the_energy_of_a_day_is_the_sum_over_all_and_unknown_while_one_has_never_answered(
        self, field: str, address: int, count: int
    ) -> None:
        site = Site(inverters=[1, 2])
        await site.identify()
        site.lacks("PlantStatus@247", "pv_energy_today")
        site.set(address, count, 710, unit_id=1)
        site.set(address, count, 333, unit_id=2)
        site.unit(2).fail_requests(ModbusTimeoutError())
        assert getattr((await site.read()).energy, field) is None
        site.unit(2).fail_requests(None)
        await site.read(NOON + 2 * MINUTE)
        assert getattr((await site.read(NOON + 3 * MINUTE)).energy, field) == 10.43
        site.unit(2).fail_requests(ModbusTimeoutError())
        assert getattr((await site.read(NOON + 5 * MINUTE)).energy, field) == 10.43

    async def test_a_plant_without_inverters_has_no_energy_of_the_battery_today(self) -> None:
        energy = (await Site().read()).energy
        assert (energy.battery_charged_today_kwh, energy.battery_discharged_today_kwh) == (None, None)

    async def test_the_plants_own_pv_of_the_day_counts_before_the_sum_over_its_inverters(self) -> None:
        site = Site(inverters=[1])
        site.set(30272, 2, 2_000)
        site.set(31509, 2, 1_900, unit_id=1)
        assert (await site.read()).energy.pv_today_kwh == 20.0


class TestPvStrings:
    """The strings of panels at an inverter."""

    STRINGS = (PvString(number=1, voltage_v=401.0, current_a=1.01), PvString(number=2, voltage_v=402.0, current_a=1.02))

    async def strings(self, count: int, *lacking: str) -> tuple[PvString, ...]:
        site = Site(inverters=[1])
        await site.identify()
        site.set(31025, 1, count, unit_id=1)
        for number in range(1, 5):
            site.set(31025 + 2 * number, 1, 4000 + 10 * number, unit_id=1)
            site.set(31026 + 2 * number, 1, 100 + number, unit_id=1)
        site.lacks("InverterElectrical@1", *lacking)
        return (await site.read()).inverters[SERIAL_NUMBERS[1]].pv_strings

    async def test_there_are_as_many_as_the_inverter_says(self) -> None:
        assert await self.strings(0) == ()
        assert await self.strings(2) == self.STRINGS

    async def test_a_large_inverter_has_up_to_36(self) -> None:
        site = Site(inverters=[1])
        for number in range(5, 37):
            site.set(31032 + 2 * number, 1, 4000 + 10 * number, unit_id=1)
            site.set(31033 + 2 * number, 1, 100 + number, unit_id=1)
        for count, last in ((4, 4), (5, 5), (36, 36), (40, 36)):
            site.set(31025, 1, count, unit_id=1)
            strings = (await site.read()).inverters[SERIAL_NUMBERS[1]].pv_strings
            assert [each.number for each in strings] == list(range(1, last + 1))
            assert all(each.voltage_v == 400 + each.number for each in strings[4:])
            assert all(each.current_a == pytest.approx(1 + each.number / 100) for each in strings[4:])

    async def test_those_beyond_four_are_asked_for_only_where_there_are_any(self) -> None:
        for count, asked in ((4, False), (5, True)):
            site = Site(inverters=[1])
            site.set(31025, 1, count, unit_id=1)
            await site.read()
            assert (("input", 31042) in site.client.raw_blocks[1]) is asked

    async def test_without_their_number_there_are_none(self) -> None:
        assert await self.strings(2, "string_count") == ()

    @pytest.mark.parametrize("lacking", ["pv1_voltage", "pv1_current"])
    async def test_one_of_which_half_is_unknown_is_left_out(self, lacking: str) -> None:
        assert await self.strings(2, lacking) == self.STRINGS[1:]


class TestThirdPartyPv:
    """Inverters of other makers: the plant's own registers leave them out."""

    async def test_their_power_is_added(self) -> None:
        site = Site()
        site.set(30035, 2, 3_000)
        site.set(30194, 2, 1_200)
        assert (await site.read()).pv_power_w == 4_200

    async def test_their_energy_is_added_to_the_total_and_to_the_day(self) -> None:
        site = Site()
        late = NOON.replace(hour=23, minute=30)
        for address, count, raw in ((30088, 4, 100_000), (30196, 4, 50_001), (30272, 2, 2_000)):
            site.set(address, count, raw)
        first = (await site.read(late)).energy
        assert first.pv_kwh == 1_500.01
        assert first.pv_today_kwh is None  # what the others had at midnight is not known
        site.set(30196, 4, 50_134)
        second = (await site.read(late + 45 * MINUTE)).energy
        assert second.pv_kwh == 1_501.34
        assert second.pv_today_kwh == 1.33

    @pytest.mark.parametrize("vanished", [(30196,), (30088,), (30088, 30196)])
    async def test_a_total_whose_part_vanishes_for_some_polls_stays_what_it_was(
        self, vanished: tuple[int, ...]
    ) -> None:
        site = Site()
        raw = {30088: 100_000, 30196: 1_200_000}
        for address, counted in raw.items():
            site.set(address, 4, counted)
        assert (await site.read()).energy.pv_kwh == 13_000.0
        for gone in (0, 0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF):
            for address in vanished:
                self.unit_word(site, address, gone)
            assert (await site.read(NOON + MINUTE)).energy.pv_kwh == 13_000.0

    async def test_after_a_restart_the_total_waits_for_a_part_that_is_known(self) -> None:
        site = Site()
        site.set(30088, 4, 100_000)
        site.set(30196, 4, 1_200_000)
        await site.read()
        memory = json.loads(json.dumps(site.decoder.memory()))
        site.decoder = TelemetryDecoder()
        site.decoder.remember(memory)
        site.set(30196, 4, 0)
        assert (await site.read(NOON + MINUTE)).energy.pv_kwh == 13_000.0

    async def test_a_part_that_comes_late_is_no_energy_of_this_moment(self) -> None:
        site = Site()
        site.set(30088, 4, 100_000)
        assert (await site.read()).energy.pv_kwh == 1_000.0
        site.set(30196, 4, 1_200_000)
        assert (await site.read(NOON + MINUTE)).energy.pv_kwh == 1_000.0
        assert (await site.read(NOON + 2 * MINUTE)).energy.pv_kwh == 1_000.0
        site.set(30196, 4, 1_200_050)
        assert (await site.read(NOON + 3 * MINUTE)).energy.pv_kwh == 1_000.5

    async def test_a_total_waits_for_a_part_that_is_not_confirmed_yet(self) -> None:
        site = Site(confirmed=False)
        site.set(30088, 4, 100_000)
        for minute, (raw, shown) in enumerate([(700, None), (1_200_000, None), (1_200_050, 13_000.5)]):
            site.set(30196, 4, raw)
            assert (await site.read(NOON + minute * MINUTE)).energy.pv_kwh == shown

    @pytest.mark.parametrize("unknown", [-1, 0x7FFF_FFFF, 1_000_001])
    @pytest.mark.parametrize(("address", "count", "known"), [(30194, 2, 1_200), (30196, 4, 1_200_000)])
    async def test_once_they_are_known_pv_and_house_are_unknown_while_their_power_is(
        self, address: int, count: int, known: int, unknown: int
    ) -> None:
        site = Site()
        site.set(30035, 2, 3_000)
        site.lacks("PlantStatus@247", "total_load_power", "general_load_power")
        site.set(30194, 2, unknown)
        reading = await site.read()
        assert (reading.pv_power_w, reading.house_power_w) == (3_000, 3_000)
        site.set(30194, 2, 0)
        site.set(address, count, known)
        await site.read(NOON + MINUTE)
        assert (await site.read(NOON + 2 * MINUTE)).pv_power_w in {3_000, 4_200}
        site.set(30194, 2, unknown)
        reading = await site.read(NOON + 3 * MINUTE)
        assert (reading.pv_power_w, reading.house_power_w) == (None, None)

    async def test_a_power_of_theirs_of_minus_1_w_is_none_at_night_where_the_house_agrees(self) -> None:
        for house_w, pv_w in ((600, 0), (3_000, None)):
            site = Site()
            site.set(30194, 2, 1_200)
            await site.read()
            for address, power_w in ((30194, -1), (30005, 600), (30284, house_w)):
                site.set(address, 2, power_w)
            assert (await site.read(NOON + MINUTE)).pv_power_w == pv_w

    @staticmethod
    def unit_word(site: Site, address: int, raw: int) -> None:
        data = raw.to_bytes(8)
        site.unit().input[address] = [int.from_bytes(data[at : at + 2]) for at in range(0, 8, 2)]

    async def test_a_plant_without_any_keeps_a_total_of_its_own(self) -> None:
        site = Site()
        site.set(30088, 4, 100_000)
        for minute in range(20):  # a total of 0 counts once it has lasted
            assert (await site.read(NOON + minute * MINUTE)).energy.pv_kwh == 1_000.0
        assert "third_party_pv" not in site.decoder.memory()["midnights"]


class TestDailyCounters:
    """The plant's and the inverters' own counters of the day."""

    COUNTERS = (
        ("house_today_kwh", PLANT_UNIT_ID, 30092, 30094),
        ("pv_today_kwh", PLANT_UNIT_ID, 30272, 30088),
        ("battery_charged_today_kwh", 1, 30566, 30200),
        ("battery_discharged_today_kwh", 1, 30572, 30204),
    )

    @pytest.mark.parametrize(("field", "unit_id", "address", "total_address"), COUNTERS)
    @pytest.mark.parametrize(
        ("hour", "minute", "expected"),
        [(0, 1, 0.0), (0, 15, 0.0), (0, 16, 18.4), (10, 0, 18.4), (23, 44, 18.4), (23, 45, 0.0)],
    )
    async def test_without_a_total_they_start_again_within_a_quarter_of_an_hour_of_local_midnight_only(
        self, field: str, unit_id: int, address: int, total_address: int, hour: int, minute: int, expected: float
    ) -> None:
        site = Site(inverters=[1])
        site.set(address, 2, 1_840, unit_id)
        restart = datetime.combine(TOMORROW, NOON.timetz()).replace(hour=hour, minute=minute)
        assert getattr((await site.read(restart - MINUTE)).energy, field) == 18.4
        site.set(address, 2, 0, unit_id)
        assert getattr((await site.read(restart)).energy, field) == expected

    @pytest.mark.parametrize(("field", "unit_id", "address", "total_address"), COUNTERS)
    @pytest.mark.parametrize("hour", [0, 1, 15.5, 23])
    async def test_a_day_is_the_homes_own_whenever_the_device_begins_its(
        self, field: str, unit_id: int, address: int, total_address: int, hour: float
    ) -> None:
        site = Site(inverters=[1])
        midnight = datetime.combine(TOMORROW, datetime.min.time(), BRISBANE)

        async def shown_at(hours: float, total: int, device: int) -> float | None:
            site.set(total_address, 4, total)
            site.set(address, 2, device, unit_id)
            energy = (await site.read(midnight + timedelta(hours=hours))).energy
            return getattr(energy, field)

        await shown_at(-0.05, 100_000, 1_840)
        assert await shown_at(0.05, 100_010, 1_850 if hour else 0) == 0.1
        for quarter in range(1, 24 * 4):
            began = quarter / 4 >= hour
            total = 100_010 + 10 * quarter
            device = 10 * quarter if began else 1_850 + 10 * quarter
            assert await shown_at(quarter / 4, total, device) == pytest.approx(0.1 + 0.1 * quarter)

    async def test_a_device_whose_days_begin_at_another_hour_says_nothing_about_our_midnight(self) -> None:
        site = Site(inverters=[1])
        for field in ("house", "pv"):
            assert getattr((await self.read_days(site, NOON, 1_840)).energy, f"{field}_today_kwh") == 18.4
        for minute, expected in ((1, 18.4), (7, None), (60, None)):
            energy = (await self.read_days(site, NOON + minute * MINUTE, 0)).energy
            assert (energy.house_today_kwh, energy.pv_today_kwh) == (expected, expected)
        assert site.decoder.energy.device_midnight_differs

    async def test_counters_of_the_day_that_read_0_for_some_polls_are_no_new_day(self) -> None:
        site = Site(inverters=[1])
        for minute, raw in enumerate((1_840, 0, 0, 1_840, 1_840, 1_840, 1_840, 1_840, 1_840, 1_840)):
            energy = (await self.read_days(site, NOON + minute * MINUTE, raw)).energy
            assert (energy.house_today_kwh, energy.pv_today_kwh) == (18.4, 18.4)
        assert not site.decoder.energy.device_midnight_differs

    @pytest.mark.parametrize(
        ("device_time", "zone_min", "expected"),
        [
            (NOON.timestamp(), 600, 18.4),
            (NOON.timestamp() + 36_000, 600, 18.4),  # one that counts local time as if it were UTC
            (NOON.timestamp() - 5_400, 600, None),
            (NOON.timestamp(), -300, None),
            (0, 0, 18.4),  # one that says nothing
        ],
    )
    async def test_a_device_whose_clock_is_wrong_says_nothing_about_our_midnight(
        self, device_time: float, zone_min: int, expected: float | None
    ) -> None:
        site = Site(inverters=[1])
        site.set(30000, 2, int(device_time))
        site.set(30002, 1, zone_min)
        reading = await self.read_days(site, NOON, 1_840)
        assert (reading.energy.house_today_kwh, reading.energy.pv_today_kwh) == (expected, expected)
        assert reading.utc_offset_min == zone_min

    @staticmethod
    async def read_days(site: Site, at: datetime, raw: int) -> Telemetry:
        """Let house and PV have counted 1000 kWh in all and `raw` today, and read them."""
        for total_address, address in ((30094, 30092), (30088, 30272)):
            site.set(total_address, 4, 100_000)
            site.set(address, 2, raw)
        return await site.read(at)

    @pytest.mark.parametrize(("field", "unit_id", "address", "total_address"), COUNTERS)
    async def test_a_first_0_is_believed_of_a_plant_that_has_counted_before(
        self, field: str, unit_id: int, address: int, total_address: int
    ) -> None:
        """Counters that read 0 for a moment after a reconnect do so all at once."""
        site = Site(inverters=[1])
        site.set(address, 2, 0, unit_id)
        assert getattr((await site.read()).energy, field) is None
        site.set(total_address, 4, 100_000)
        await site.read(NOON + MINUTE)
        assert getattr((await site.read(NOON + 2 * MINUTE)).energy, field) == 0.0


class TestLifetimeCounters:
    """Totals that may read 0 for a moment after a reconnect."""

    @pytest.mark.parametrize("row", [row for row in PLANT if row.count == 4], ids=lambda row: row.field)
    async def test_a_total_that_reads_0_for_a_moment_keeps_its_value_even_at_midnight(self, row: Row) -> None:
        site = Site()
        midnight = datetime.combine(TOMORROW, datetime.min.time(), BRISBANE)
        for minute, raw, expected in ((0, 500_000, 5_000.0), (1, 0, 5_000.0), (2, 500_100, 5_001.0)):
            site.set(row.address, 4, raw)
            assert attrgetter(row.field)(await site.read(midnight + minute * MINUTE)) == expected


HOUSE = EnergyCounters(house_kwh=900.0, house_today_kwh=10.0)
RECORDED = {"house": 890.0, "grid_import": 96.0, "grid_export": 43.0}


class TestMidnight:
    """The grid's energy of the day: its totals less what they were at midnight."""

    @pytest.fixture
    async def site(self) -> Site:
        """A plant that is read for the first time at noon."""
        site = Site()
        site.set(30216, 4, 10_000)
        site.set(30220, 4, 5_000)
        assert today_kwh(await site.read()) == (None, None)
        return site

    async def test_it_is_not_known_on_a_day_whose_start_nobody_saw(self, site: Site) -> None:
        assert site.decoder.lacks_midnight
        assert not TelemetryDecoder().lacks_midnight  # nothing has been read yet

    async def test_it_begins_at_midnight_of_the_plants_own_place(self, site: Site) -> None:
        midnight = datetime.combine(TOMORROW, datetime.min.time(), BRISBANE)
        await site.read(midnight - MINUTE)
        site.set(30216, 4, 10_120)
        site.set(30220, 4, 5_034)
        assert today_kwh(await site.read(midnight)) == (1.2, 0.34)
        assert not site.decoder.lacks_midnight

    async def test_what_was_recorded_at_midnight_fills_it_in(self, site: Site) -> None:
        site.decoder.recall_midnight(TODAY, RECORDED, HOUSE)
        assert not site.decoder.lacks_midnight
        assert today_kwh(await site.read(NOON + MINUTE)) == (4.0, 7.0)

    async def test_one_total_of_two_is_not_enough(self, site: Site) -> None:
        site.decoder.recall_midnight(TODAY, {"house": 890.0, "grid_export": 43.0}, HOUSE)
        assert site.decoder.lacks_midnight
        assert today_kwh(await site.read(NOON + MINUTE)) == (None, 7.0)

    @pytest.mark.parametrize("off_kwh", [-0.5, 0.5])
    async def test_the_house_may_disagree_by_half_a_kwh(self, site: Site, off_kwh: float) -> None:
        site.decoder.recall_midnight(TODAY, {**RECORDED, "house": 890.0 + off_kwh}, HOUSE)
        assert not site.decoder.lacks_midnight

    @pytest.mark.parametrize("off_kwh", [-0.75, 0.75, 100.0])
    async def test_a_midnight_at_which_nothing_was_recorded_is_not_believed(self, site: Site, off_kwh: float) -> None:
        site.decoder.recall_midnight(TODAY, {**RECORDED, "house": 890.0 + off_kwh}, HOUSE)
        assert today_kwh(await site.read(NOON + MINUTE)) == (None, None)

    @pytest.mark.parametrize("unknown", ["house_kwh", "house_today_kwh"])
    async def test_without_the_houses_own_counters_it_is_not_believed(self, site: Site, unknown: str) -> None:
        site.decoder.recall_midnight(TODAY, RECORDED, replace(HOUSE, **{unknown: None}))
        assert site.decoder.lacks_midnight

    async def test_without_the_houses_total_it_is_not_believed(self, site: Site) -> None:
        site.decoder.recall_midnight(TODAY, {"grid_import": 96.0, "grid_export": 43.0}, HOUSE)
        assert site.decoder.lacks_midnight

    async def test_the_midnight_of_another_day_changes_nothing(self, site: Site) -> None:
        site.decoder.recall_midnight(TODAY - timedelta(days=1), RECORDED, HOUSE)
        assert site.decoder.lacks_midnight

    async def test_what_was_seen_is_not_replaced_by_what_was_recorded(self, site: Site) -> None:
        await site.read(NOON + timedelta(days=1))
        site.decoder.recall_midnight(TOMORROW, RECORDED, HOUSE)
        assert today_kwh(await site.read(NOON + timedelta(days=1, minutes=1))) == (0.0, 0.0)

    async def test_it_goes_on_after_a_restart(self, site: Site) -> None:
        site.decoder.recall_midnight(TODAY, RECORDED, HOUSE)
        memory = json.loads(json.dumps(site.decoder.memory()))
        assert memory["midnights"] == {
            "grid_import": {"day": "2026-01-15", "at_midnight": 96.0, "latest": 100.0, "derived": False},
            "grid_export": {"day": "2026-01-15", "at_midnight": 43.0, "latest": 50.0, "derived": False},
        }
        site.decoder = TelemetryDecoder()
        site.decoder.remember({**memory, "of a later version": {}})
        assert today_kwh(await site.read(NOON + MINUTE)) == (4.0, 7.0)

    async def test_a_restart_over_midnight_counts_from_the_last_reading(self, site: Site) -> None:
        memory = site.decoder.memory()
        site.decoder = TelemetryDecoder()
        site.decoder.remember(memory)
        site.set(30216, 4, 10_050)
        assert today_kwh(await site.read(NOON + timedelta(days=1))) == (0.5, 0.0)

    async def test_what_an_earlier_version_remembered_is_taken_up(self, site: Site) -> None:
        site.decoder = TelemetryDecoder()
        site.decoder.remember(
            {
                "grid_import": {"day": "2026-01-15", "at_midnight": 96.0, "latest": 100.0},
                "grid_export": {"day": "2026-01-15", "at_midnight": 43.0, "latest": 50.0},
            }
        )
        assert today_kwh(await site.read(NOON + MINUTE)) == (4.0, 7.0)

    def test_nothing_is_remembered_before_the_first_reading(self) -> None:
        memory = TelemetryDecoder().memory()
        assert (memory["counters"], memory["midnights"]) == ({}, {})


def today_kwh(reading: Telemetry) -> tuple[float | None, float | None]:
    return reading.energy.grid_import_today_kwh, reading.energy.grid_export_today_kwh


class TestVehicles:
    """What vehicles take and give at the DC charger of an inverter."""

    async def reading(self, grid_w: int, pv_w: int, battery_w: int, vehicle_w: int, **registers: int) -> Telemetry:
        site = Site(inverters=[1])
        for address, power_w in ((30005, grid_w), (30035, pv_w), (30037, battery_w)):
            site.set(address, 2, power_w)
        site.set(30282, 2, registers.get("general", 800))
        site.set(30284, 2, registers.get("total", 800))
        site.set(31523, 2, registers.get("rated", 25_000), unit_id=1)
        site.set(31502, 2, vehicle_w, unit_id=1)
        return await site.read()

    async def test_a_vehicle_that_feeds_the_house_is_in_the_balance(self) -> None:
        reading = await self.reading(-1_700, 0, 10_000, -12_500, general=0, total=0)
        assert (reading.house_power_w, reading.vehicle_power_w) == (0, -12_500)
        assert (await self.reading(-1_700, 0, 10_000, -12_500)).house_power_w == 800
        assert (await self.reading(-1_700, 0, 10_000, -12_500, general=9_000)).house_power_w == 800

    async def test_a_balance_below_0_never_beats_a_load_that_can_be_true(self) -> None:
        reading = await self.reading(-1_700, 0, 10_000, 0, rated=0)
        assert (reading.house_power_w, reading.vehicle_power_w) == (800, None)

    async def test_what_a_vehicle_takes_is_no_consumption_of_the_house(self) -> None:
        reading = await self.reading(11_800, 0, 0, 11_000, total=11_800)
        assert (reading.house_power_w, reading.vehicle_power_w) == (800, 11_000)


SENTINELS = {
    1: (0xFFFF, 0x7FFF),
    2: (0xFFFF_FFFF, 0x7FFF_FFFF),
    4: (0xFFFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF, 0x7FFF_FFFF),
}


def words(raw: int, count: int) -> list[int]:
    data = raw.to_bytes(2 * count)
    return [int.from_bytes(data[at : at + 2]) for at in range(0, 2 * count, 2)]


@pytest.mark.parametrize("row", PLANT, ids=lambda row: row.field)
async def test_all_ones_are_no_value_in_any_register_of_the_plant(row: Row) -> None:
    for raw in SENTINELS[row.count]:
        site = Site()
        site.set(30284, 2, 9_000)  # what no power of −1 W agrees with
        store = site.unit().input if row.address < 40_000 else site.unit().holding
        store[row.address] = words(raw, row.count)
        assert attrgetter(row.field)(await site.read()) is None, hex(raw)


@pytest.mark.parametrize("row", INVERTER, ids=lambda row: row.field)
async def test_all_ones_are_no_value_in_any_register_of_an_inverter(row: Row) -> None:
    for raw in SENTINELS[row.count]:
        site = Site(inverters=[2])
        site.unit(2).input[row.address] = words(raw, row.count)
        value = getattr((await site.read()).inverters[SERIAL_NUMBERS[2]], row.field)
        assert value is None or (row.count == 2 and raw == 0xFFFF_FFFF and value == -1), hex(raw)


async def test_a_power_of_1_w_the_other_way_is_one_where_the_others_agree() -> None:
    for house_w, expected_w in ((600, -1), (9_000, None)):
        site = Site()
        for address, power_w in ((30005, -1), (30035, 3_000), (30037, 2_400), (30284, house_w)):
            site.set(address, 2, power_w)
        assert (await site.read()).grid_power_w == expected_w


class TestSizes:
    """What can be true depends on what the inverters are rated for."""

    @staticmethod
    def site(rated_w: int) -> Site:
        site = Site(inverters=[1])
        site.set(30540, 2, rated_w, unit_id=1)
        return site

    async def test_a_large_system_has_powers_that_no_home_has(self) -> None:
        site = self.site(1_000_000)
        for address, field in ((30005, "grid_power_w"), (30037, "battery_power_w"), (30035, "pv_power_w")):
            site.set(address, 2, 1_200_000)
            assert getattr(await site.read(), field) == 1_200_000

    async def test_a_home_has_no_such_powers_limits_and_capacities(self) -> None:
        site = self.site(10_000)
        for address in (30005, 30037, 30035, 30068, 40038, 40040):
            site.set(address, 2, 1_200_000)
        site.set(30083, 2, 340_900)
        reading = await site.read()
        assert (reading.grid_power_w, reading.battery_power_w, reading.pv_power_w) == (None, None, None)
        assert (reading.rated_charge_power_w, reading.rated_capacity_kwh, reading.cycles) == (None, None, None)
        assert (reading.control.export_limit_w, reading.control.import_limit_w) == (None, None)

    @pytest.mark.parametrize("address", [30088, 30094, 30200, 30204, 30216, 30220])
    async def test_a_first_total_that_no_system_can_have_counted_is_none(self, address: int) -> None:
        field = next(row.field for row in PLANT if row.address == address)
        for words in ([0x3A41, 0x9C2F, 0x11D0, 0x7B3E], [0, 0, 0x11D0, 0x7B3E]):
            site = self.site(10_000)
            site.unit().input[address] = words
            assert attrgetter(field)(await site.read()) is None
            for minute, shown in ((1, None), (2, 5_000.0)):
                site.set(address, 4, 500_000)
                assert attrgetter(field)(await site.read(NOON + minute * MINUTE)) == shown

    @pytest.mark.parametrize("address", [30088, 30094, 30200, 30204, 30208, 30212, 30216, 30220, 30224, 30232])
    async def test_a_first_total_of_this_size_waits_for_a_second_reading_that_agrees(self, address: int) -> None:
        site = Site(inverters=[1], confirmed=False)
        field = next(row.field for row in PLANT if row.address == address)
        readings = ((70_000_000, None), (500_000, None), (500_001, 5_000.01), (500_002, 5_000.02))
        for minute, (raw, shown) in enumerate(readings):
            site.set(address, 4, raw)
            assert attrgetter(field)(await site.read(NOON + minute * MINUTE)) == shown

    async def test_a_large_system_imports_its_share_in_hours_that_nobody_saw(self) -> None:
        site = self.site(1_000_000)
        site.set(30216, 4, 10_000_00)
        await site.read()
        site.set(30216, 4, 13_600_00)
        assert (await site.read(NOON + timedelta(hours=6))).energy.grid_import_kwh == 13_600.0


class TestPvOnlyInverter:
    """An inverter without a battery, beside one with a battery, whatever it answers for the battery's registers."""

    @pytest.mark.parametrize("raw", [0, 0xFFFF])
    async def test_it_is_in_no_mean_and_in_no_temperature_of_the_battery(self, raw: int) -> None:
        site = Site(inverters=[1, 2])
        for address in (30548, 30549, 30550, 30551, *range(30566, 30578), *range(30599, 30605), *range(30620, 30624)):
            site.set(address, 1, raw, unit_id=2)
        site.set(31024, 1, raw, unit_id=2)
        for address, value in ((30601, 800), (30603, 310), (30604, 3_312), (30620, 330), (30621, 290)):
            site.set(address, 1, value, unit_id=1)
        site.set(30566, 2, 710, unit_id=1)
        await site.identify()
        site.lacks("PlantStatus@247", "average_cell_temperature")
        reading = await site.read()
        assert (reading.average_cell_temperature_c, reading.average_cell_voltage_v) == (31.0, 3.312)
        assert reading.energy.battery_charged_today_kwh == 7.1
        solar = reading.inverters[SERIAL_NUMBERS[2]]
        assert (solar.soc, solar.min_cell_temperature_c, solar.battery_power_w) == (None, None, None)
