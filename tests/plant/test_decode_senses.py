"""What a reading owes to several registers at once: the meter, the device's clock, the state of charge, PV strings."""

from datetime import timedelta

from decoded_site import NOON, SERIAL_NUMBERS, Site
import pytest

from custom_components.sigenstor_panel.model.telemetry import PvString, Telemetry


class TestMeter:
    """The grid's power is what a meter says, which may be lost."""

    @pytest.mark.parametrize(("status", "connected"), [(1, True), (0, False), (2, False), (0xFFFF, None)])
    async def test_it_is_connected_or_not_or_nobody_knows(self, status: int, *, connected: bool | None) -> None:
        site = Site()
        site.set(30004, 1, status)
        assert (await site.read()).meter_connected is connected

    @pytest.mark.parametrize(
        ("status", "power_w", "grid_w"), [(0, 0, None), (0, 1, 1), (0, 500, 500), (1, 0, 0), (2, 0, 0), (0xFFFF, 0, 0)]
    )
    async def test_without_one_a_power_of_0_is_none(self, status: int, power_w: int, grid_w: int | None) -> None:
        site = Site()
        site.set(30004, 1, status)
        site.set(30005, 2, power_w)
        assert (await site.read()).grid_power_w == grid_w


class TestClock:
    """The device's own clock, in UTC or in the home's time."""

    @staticmethod
    async def reading(time_s: int, *, zone_min: int = 600) -> Telemetry:
        """Read a plant whose counters of the day say 18.4 kWh, with its clock at so many seconds."""
        site = Site(inverters=[1])
        site.set(30000, 2, time_s)
        site.set(30002, 1, zone_min)
        site.set(30094, 4, 100_000)
        site.set(30092, 2, 1_840)
        await site.read()
        site.decoder = type(site.decoder)()
        return await site.read()

    NOON_S = int(NOON.timestamp())

    @pytest.mark.parametrize(
        ("time_s", "off_s"),
        [
            (NOON_S + 120, 120),
            (NOON_S - 120, -120),
            (NOON_S + 36_000 - 60, -60),
            (NOON_S + 18_001, -17_999),
            (0, None),
            (1_499_999_999, None),
            (1_500_000_000, 1_500_000_000 - NOON_S),
            (0xFFFF_FFFF, None),
        ],
    )
    async def test_it_is_off_by_what_is_less(self, time_s: int, off_s: float | None) -> None:
        assert (await self.reading(time_s)).clock_off_s == off_s

    @pytest.mark.parametrize(("off_s", "agrees"), [(300, True), (-300, True), (301, False), (-301, False)])
    async def test_five_minutes_are_the_same_clock(self, off_s: int, *, agrees: bool) -> None:
        assert (await self.reading(self.NOON_S + off_s)).energy.house_today_kwh == (18.4 if agrees else None)

    @pytest.mark.parametrize(
        ("zone_min", "offset_min"), [(840, 840), (-840, -840), (841, None), (-841, None), (345, 345)]
    )
    async def test_no_zone_is_further_away_than_14_hours(self, zone_min: int, offset_min: int | None) -> None:
        assert (await self.reading(0, zone_min=zone_min)).utc_offset_min == offset_min


class TestStateOfCharge:
    """A jump is believed where the inverters agree, or where the battery is small enough to make it."""

    @staticmethod
    async def after_a_jump(site: Site, soc: int, *, seconds: int = 10) -> float | None:
        site.set(30014, 1, 500)
        assert (await site.read()).soc == 50.0
        site.set(30014, 1, soc)
        return (await site.read(NOON + timedelta(seconds=seconds))).soc

    @pytest.mark.parametrize(
        ("capacities", "socs", "believed"),
        [
            ((800, 2_400), (600, 740), True),  # 70.5 % of both together
            ((2_400, 800), (600, 740), False),  # 63.5 %
            ((0, 0), (600, 840), True),
            ((800, 800), (600, 840), True),
            ((0, 300), (600, 760), True),  # one that does not say what it holds counts as a kWh
        ],
    )
    async def test_inverters_count_by_what_they_hold(
        self, capacities: tuple[int, int], socs: tuple[int, int], *, believed: bool
    ) -> None:
        site = Site(inverters=[1, 2])
        for unit_id, capacity, soc in zip((1, 2), capacities, socs, strict=True):
            site.set(30548, 2, capacity, unit_id)
            site.set(30601, 1, soc, unit_id)
            site.set(31024, 1, 3, unit_id)
        assert await self.after_a_jump(site, 720) == (72.0 if believed else 50.0)

    @pytest.mark.parametrize(("charge_w", "discharge_w"), [(36_000, 0), (0, 36_000), (36_000, 1_000)])
    @pytest.mark.parametrize(("capacity", "believed"), [(800, True), (2_400, False), (0, False)])
    async def test_a_small_battery_moves_fast(
        self, charge_w: int, discharge_w: int, capacity: int, *, believed: bool
    ) -> None:
        """In half a minute 36 kW move 8 kWh by 3.75 %, twice that is believed."""
        for soc, expected in ((595, 59.5 if believed else 50.0), (596, 50.0)):
            site = Site(inverters=[1])
            for address, raw in ((30068, charge_w), (30070, discharge_w), (30083, capacity)):
                site.set(address, 2, raw)
            assert await self.after_a_jump(site, soc, seconds=30) == expected


class TestHouse:
    """Bounds of what the house takes."""

    @pytest.mark.parametrize(("rated_w", "house_w"), [(10_000, None), (0, 300_000)])
    async def test_a_load_that_no_home_has_is_none(self, rated_w: int, house_w: int | None) -> None:
        site = Site(inverters=[1])
        await site.identify()
        site.lacks("PlantStatus@247", "grid_power")
        site.set(30540, 2, rated_w, unit_id=1)
        site.set(30284, 2, 300_000)
        assert (await site.read()).house_power_w == house_w

    async def test_a_charger_that_rests_takes_nothing(self) -> None:
        site = Site(inverters=[1], ac_chargers=[5])
        site.set(30005, 2, 800)
        site.set(30284, 2, 30_000)
        site.set(30282, 2, 30_000)
        assert (await site.read()).house_power_w == 800


@pytest.mark.parametrize(
    ("voltage", "current", "string"),
    [
        (-1, -1, None),
        (-1, 0, (0.0, 0.0)),
        (0, -1, (0.0, 0.0)),
        (-1, 1, (0.0, 0.01)),
        (1, -1, (0.1, 0.0)),
        (-2, -2, (0.0, 0.0)),
        (-11, -1, (0.0, 0.0)),
        (-1, -101, (0.0, 0.0)),
        (1, 1, (0.1, 0.01)),
    ],
)
async def test_a_string_is_unknown_only_where_both_its_registers_are_all_ones(
    voltage: int, current: int, string: tuple[float, float] | None
) -> None:
    """At dusk both are a digit or two below 0, which is 0."""
    site = Site(inverters=[1])
    site.set(31025, 1, 1, unit_id=1)
    site.set(31027, 1, voltage, unit_id=1)
    site.set(31028, 1, current, unit_id=1)
    expected = () if string is None else (PvString(number=1, voltage_v=string[0], current_a=string[1]),)
    assert (await site.read()).inverters[SERIAL_NUMBERS[1]].pv_strings == expected
