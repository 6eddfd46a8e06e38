"""The physics of a plant: no I/O, no clock but its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any

from .battery import JOULES_PER_KWH
from .chargers import DC_RATED_W, AcCharger, DcCharger
from .counters import PLANT_HISTORY_KWH, Counters
from .description import describe
from .disturbances import Disturbances
from .ems import Conditions, Control, Firmware, Flows, control_from, dispatch
from .firmware import firmware_quirks
from .fuse import MainFuse
from .grid import grid_phases_w
from .house import House
from .inverter import PV_PEAK_W, Inverter, Rating
from .options import contains, defaults, parse_changes
from .quirks import FAULTS, QUIRKS
from .registers import initial_holding
from .settings import SimulatorSettings
from .sharing import share_out
from .state import PlantState, RunningStateCode
from .vpp import EMS_MODE_VPP, Vpp
from .weather import Sky, Weather

__all__ = ["PV_AZIMUTH", "PV_PEAK_W", "PV_TILT", "SimulatedPlant"]

PV_TILT = 22.0
PV_AZIMUTH = 0.0
PV_EFFICIENCY = 0.96
PV_LOSS_PER_C = 0.004
PV_WARMING_C_M2_PER_W = 0.0342

FIRMWARE = "V100R001C00SPC115B034"
FIRMWARE_BEFORE_SPC113 = "V100R001C00SPC110B052"
GRID_OUTAGE_ALARM_BIT = 9
EMS_MODE_SELF_CONSUMPTION = 0
EMS_MODE_REMOTE = 7

# The sky and the house change in steps of this length, whatever the length of a physics step.
SAMPLE_S = 5


class SimulatedPlant:
    """A SigenStor plant that moves only by `step`."""

    def __init__(self, settings: SimulatorSettings) -> None:
        """Build a plant at rest and settle its first flows."""
        self.seed = settings.seed
        self.zone = settings.zone
        self.sky = Sky(settings.seed, settings.latitude, settings.longitude)
        self.house = House(settings.seed, settings.zone)
        self.time_s = (settings.start or datetime.now(UTC)).timestamp()
        ambient_c = self.sky.at(self.time_s).temperature_c
        self._rating = Rating(settings.rated_w, settings.capacity_kwh, settings.pv_peak_w)
        self.inverters = [
            Inverter(unit, self._rating, settings.soc, ambient_c, has_battery=unit not in settings.pv_only_units)
            for unit in settings.inverter_units
        ]
        self.dc_charger = DcCharger()
        self.ac_chargers = [AcCharger(unit) for unit in settings.ac_charger_units]
        self.unit_map = dict(settings.unit_map)
        self.device_clock_offset_s = 0.0
        self.device_utc_offset_min: int | None = None
        self.device_midnight_h = 0.0
        self.holding = self._new_holding()
        self.counters = Counters(PLANT_HISTORY_KWH, len(self.inverters))
        self.started = True
        self.cloud_cover: float | None = None
        self.ambient_temperature_c: float | None = None
        self.house_power_w: int | None = None
        self.pv_power_w: int | None = None
        self.third_party_power_w = 0
        self.quirks: dict[str, Any] = defaults(QUIRKS)
        self.quirks.update(parse_changes("quirks", QUIRKS, firmware_quirks(settings.firmware)))
        self.quirks.update(parse_changes("quirks", QUIRKS, settings.quirks))
        self.faults: dict[str, Any] = defaults(FAULTS)
        self.battery_power_w: int | None = None
        self.disturbances = Disturbances()
        self.house_dark_s = 0.0
        self.house_unserved_kwh = 0.0
        self.fuse = MainFuse(settings.main_fuse_a, settings.main_fuse_w)
        self.vpp = Vpp()
        self._silent_until_s = 0.0
        self._disobeyed: dict[int, float | None] = {}
        self._export_limit_revert: tuple[float, float | None] | None = None
        self._sample: tuple[int, Weather, int] | None = None
        self._control: Control | None = None
        self._state: PlantState | None = None
        self.pv_yesterday_kwh = 0.0
        self.pv_potential_w = 0
        self._next_midnight_s = self._midnight_after(self.time_s)
        self._house_wanted_w = 0
        self.flows = Flows(0, 0, 0, 0, 0)
        self.settle()

    @property
    def rated_power_w(self) -> int:
        """Return the AC rating of all inverters."""
        return sum(inverter.rating.power_w for inverter in self.inverters)

    @property
    def rated_charge_w(self) -> int:
        """Return the rated charging power of all batteries."""
        return sum(inverter.battery.rated_w for inverter in self.inverters)

    @property
    def rated_discharge_w(self) -> int:
        """Return the rated discharging power of all batteries."""
        return sum(inverter.battery.rated_w for inverter in self.inverters)

    @property
    def firmware(self) -> str:
        """Return the firmware version the inverters report."""
        if version := self.quirks["firmware_version"]:
            return str(version)
        return FIRMWARE_BEFORE_SPC113 if self.quirks["pre_spc113_gating"] else FIRMWARE

    @property
    def on_off_grid(self) -> int:
        """Return 0 on grid, 1 off grid by itself, 2 off grid by hand."""
        return int(self.faults["on_off_grid"] or self.faults["grid_outage"])

    @property
    def rebooting(self) -> bool:
        """Return whether the inverters start anew, and answer nothing."""
        return self.time_s < self._silent_until_s

    @property
    def house_is_dark(self) -> bool:
        """Return whether the house gets less than it uses."""
        return self.flows.house_w < self._house_wanted_w

    @property
    def ems_mode(self) -> int:
        """Return what 30003 reads."""
        if self.vpp.active(self.time_s):
            return EMS_MODE_VPP
        return EMS_MODE_REMOTE if self.control.remote_ems else EMS_MODE_SELF_CONSUMPTION

    @property
    def weather(self) -> Weather:
        """Return the weather now."""
        return self._environment()[0]

    @property
    def soc(self) -> float:
        """Return the mean state of charge of the batteries, in percent; 0 without one."""
        batteries = [inverter.battery.soc for inverter in self.inverters if inverter.has_battery]
        return sum(batteries) / len(batteries) if batteries else 0.0

    @property
    def capacity_kwh(self) -> float:
        """Return what all batteries hold."""
        return sum(inverter.battery.capacity_kwh for inverter in self.inverters)

    @property
    def control(self) -> Control:
        """Return what the control registers ask for."""
        if self._control is None:
            self._control = control_from({**self.holding, **self._disobeyed})
        return self._control

    @property
    def state(self) -> PlantState:
        """Return everything that is true now."""
        if self._state is None:
            self._state = describe(self)
        return self._state

    def step(self, seconds: float = 1.0) -> None:
        """Move the plant forward; flows are those decided at the start of the step."""
        if seconds <= 0:
            raise ValueError(f"A step must be longer than 0 s, not {seconds!r} s.")
        self._decide(seconds)
        weather = self.weather
        self.counters.add_flows(self.flows, seconds)
        self.fuse.carry(self.flows.grid_w, lambda: grid_phases_w(self.flows, self.seed, self.time_s), seconds)
        if self.house_is_dark:
            self.house_dark_s += seconds
            self.house_unserved_kwh += (self._house_wanted_w - self.flows.house_w) * seconds / JOULES_PER_KWH
        for inverter in self.inverters:
            inverter.battery.run(inverter.battery_w, seconds, weather.temperature_c)
            inverter.counters.add("pv", inverter.pv_w, seconds)
            inverter.counters.add("charged", inverter.battery_w, seconds)
            inverter.counters.add("discharged", -inverter.battery_w, seconds)
        self.dc_charger.run(seconds)
        for charger in self.ac_chargers:
            charger.run(seconds)
        self.time_s += seconds
        self._revert_export_limit()
        if self.time_s >= self._next_midnight_s:
            self._start_day()
        self._state = None

    def settle(self) -> None:
        """Decide the flows again without letting time pass, after something was set."""
        self._sample = None
        self._control = None
        self._disobeyed = {
            address: self._disobeyed.get(address, value)
            for address, value in self.holding.items()
            if contains(self.quirks["disobeyed_registers"], address, 1)
        }
        self._decide(1.0)
        self._state = None

    def reboot(self, silent_s: float = 0.0, *, forgets_limits: bool = False) -> None:
        """Start the inverters anew; they come back without remote control."""
        self._silent_until_s = self.time_s + silent_s
        self.holding[40029] = 0
        if forgets_limits:
            new = self._new_holding()
            self.holding.update({address: new[address] for address in new if 40031 <= address <= 40045})
        self._export_limit_revert = None
        self.settle()

    def dispatch_vpp(self, power_w: int = -4000, for_s: float = 1800.0) -> None:
        """Let a virtual power plant have the battery for a time."""
        self.vpp = Vpp(power_w, self.time_s + for_s)

    def set_device_midnight(self, hour: float) -> None:
        """Let the device begin its days at another hour of the home's day."""
        self.device_midnight_h = hour
        self._next_midnight_s = self._midnight_after(self.time_s)

    def fit_dc_charger(self, wanted_w: int | None) -> None:
        """Fit a DC charger with a vehicle that wants a power, or take it away."""
        if self.dc_charger.wanted_w is None and wanted_w is not None:
            self.inverters[0].holding.update({41002: DC_RATED_W / 1000, 41004: DC_RATED_W / 1000})
        self.dc_charger.wanted_w = wanted_w

    def inverter(self, unit: int) -> Inverter | None:
        """Return the inverter at a unit."""
        return next((inverter for inverter in self.inverters if inverter.unit == unit), None)

    def add_inverter(self, unit: int, *, has_battery: bool = True) -> None:
        """Put one more inverter into the plant."""
        self.inverters.append(
            Inverter(unit, self._rating, self.soc, self.weather.temperature_c, has_battery=has_battery)
        )
        self.settle()

    def remove_inverter(self, unit: int) -> None:
        """Take an inverter out of the plant; one stays. Raises ValueError."""
        inverter = self.inverter(unit)
        if inverter is None or len(self.inverters) == 1:
            raise ValueError(f"There is no inverter at unit {unit} that can be taken away.")
        self.inverters.remove(inverter)
        self.settle()

    def set_time(self, time_s: float) -> None:
        """Put the clock somewhere else; another local day starts the daily counters anew."""
        same_day = self._midnight_after(time_s) == self._next_midnight_s
        self.time_s = time_s
        if not same_day:
            self._start_day()

    def written(self, address: int, previous: float | None) -> None:
        """Take note of a write to the plant's holding registers."""
        if address == 40000:
            self.started = self.holding[40000] == 1
        elif address == 40038 and self.quirks["export_limit_reverts_s"]:
            earlier = self._export_limit_revert[1] if self._export_limit_revert else previous
            due_s = self.time_s + self.quirks["export_limit_reverts_s"]
            self._export_limit_revert = (due_s, earlier)
        self.vpp.written(self.time_s)
        self._control = None
        self._state = None

    def running_state(self, inverter: Inverter | None = None) -> RunningStateCode:
        """Return the running state of an inverter, or of the plant."""
        if self.rebooting:
            return RunningStateCode.STANDBY
        started = self.started and (inverter is None or inverter.started)
        if inverter is None:
            started = started and any(each.started for each in self.inverters)
        return RunningStateCode(self.faults["running_state"]) if started else RunningStateCode.SHUTDOWN

    def _new_holding(self) -> dict[int, float | None]:
        rated = {40032: self.rated_charge_w / 1000, 40034: self.rated_discharge_w / 1000}
        return {**initial_holding("plant"), **rated}

    def _revert_export_limit(self) -> None:
        if self._export_limit_revert and self.time_s >= self._export_limit_revert[0]:
            self.holding[40038] = self._export_limit_revert[1]
            self._export_limit_revert = None
            self._control = None

    def _environment(self) -> tuple[Weather, int]:
        """Return the weather and what the house uses, sampled every few seconds."""
        number = floor(self.time_s / SAMPLE_S)
        if self._sample is None or self._sample[0] != number:
            weather = self.sky.at(number * SAMPLE_S, self.cloud_cover, self.ambient_temperature_c)
            self._sample = (number, weather, self.house.power_w(number * SAMPLE_S))
        house_w = self._sample[2] if self.house_power_w is None else self.house_power_w
        return self._sample[1], house_w

    def pv_expected_w(self, time_s: float) -> int:
        """Return what PV could give at a time, with the weather of then."""
        return sum(self._pv_available_w(self.sky.at(time_s)))

    def _pv_available_w(self, weather: Weather) -> list[int]:
        """Return what each inverter's strings could give.

        Cell temperature Tc = Ta + 0.0342 G; 0.4 % less a degree above 25 °C.
        """
        if self.pv_power_w is not None:
            return share_out(self.pv_power_w, [1] * len(self.inverters))
        irradiance = weather.on_plane_w_m2(PV_TILT, PV_AZIMUTH)
        cell_c = weather.temperature_c + PV_WARMING_C_M2_PER_W * irradiance
        share = irradiance / 1000 * (1 - PV_LOSS_PER_C * (cell_c - 25))
        return [max(round(each.rating.pv_peak_w * PV_EFFICIENCY * share), 0) for each in self.inverters]

    def _decide(self, seconds: float) -> None:
        """Decide the flows that can be kept up for a time, and share them out."""
        weather, house_w = self._environment()
        self._house_wanted_w = house_w
        able = [
            (inverter, pv_w)
            for inverter, pv_w in zip(self.inverters, self._pv_available_w(weather), strict=True)
            if self.running_state(inverter) is RunningStateCode.RUNNING
        ]
        running = [inverter for inverter, _ in able]
        pv_w = [pv_w for _, pv_w in able]
        charge_w = [inverter.battery.charge_available_w(seconds) for inverter in running]
        discharge_w = [inverter.battery.discharge_available_w(seconds) for inverter in running]
        self.pv_potential_w = sum(pv_w)
        on_grid = self.on_off_grid == 0
        dc_charger_w, ac_charger_w = self._decide_chargers(running, on_grid=on_grid)
        flows = dispatch(
            self.control,
            Conditions(
                house_w=house_w + dc_charger_w + ac_charger_w,
                third_party_w=self.third_party_power_w,
                pv_available_w=sum(pv_w),
                charge_available_w=sum(charge_w),
                discharge_available_w=sum(discharge_w),
                soc=self.soc,
                ac_limit_w=sum(inverter.rating.power_w for inverter in running),
                on_grid=on_grid,
            ),
            Firmware(
                limits_need_remote_ems=self.quirks["pre_spc113_gating"],
                tops_up_from_grid=not self.quirks["grid_charge_top_up_missing"],
                zero_export_limit_imports=self.quirks["zero_export_limit_imports"],
                discharge_cut_off_imports=self.quirks["discharge_cutoff_import_bug"],
                limits_bound_to_mode=self.quirks["limits_bound_to_mode"],
                standby_holds=not self.quirks["standby_does_not_hold"],
                standby_lifts_export_limit=self.quirks["standby_lifts_export_limit"],
                discharge_needs_pv=self.quirks["discharge_needs_pv"],
            ),
        )
        wanted_w = self._battery_wanted_w(flows)
        if wanted_w is not None:
            battery_w = min(max(wanted_w, -sum(discharge_w)), sum(charge_w))
            flows = flows._replace(battery_w=battery_w, grid_w=flows.grid_w + battery_w - flows.battery_w)
        house_w = flows.house_w - dc_charger_w - ac_charger_w
        self.flows = flows._replace(house_w=house_w, dc_charger_w=dc_charger_w, ac_charger_w=ac_charger_w)
        battery_w = flows.battery_w
        pv_shares = share_out(self.flows.pv_w, pv_w)
        battery_shares = share_out(abs(battery_w), charge_w if battery_w > 0 else discharge_w)
        for inverter in self.inverters:
            inverter.pv_w = inverter.battery_w = 0
        for inverter, pv_share_w, battery_share_w in zip(running, pv_shares, battery_shares, strict=True):
            inverter.pv_w = pv_share_w
            inverter.battery_w = battery_share_w if battery_w > 0 else -battery_share_w

    def _decide_chargers(self, running: Sequence[Inverter], *, on_grid: bool) -> tuple[int, int]:
        """Return what the DC charger and the AC chargers take; none of them runs off the grid."""
        host = self.inverters[0]
        # An import limit of 0 stops them, too.
        allowed = on_grid and self.control.import_limit_w > 0
        dc_charger_w = self.dc_charger.decide(host.holding, allowed=allowed and host in running)
        return dc_charger_w, sum(charger.decide(allowed=allowed) for charger in self.ac_chargers)

    def _battery_wanted_w(self, flows: Flows) -> int | None:
        """Return what the battery does whatever the control registers say; None where they decide."""
        if self.on_off_grid:
            return None
        if self.battery_power_w is None and self.vpp.active(self.time_s):
            return self.vpp.battery_w(flows, self.time_s)
        return self.battery_power_w

    def _midnight_after(self, time_s: float) -> float:
        """Return when the device begins its next day; its midnight need not be the home's."""
        after_midnight_s = self.device_midnight_h * 3600
        day = datetime.fromtimestamp(time_s - after_midnight_s, self.zone).date() + timedelta(days=1)
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp() + after_midnight_s

    def _start_day(self) -> None:
        self.pv_yesterday_kwh = self.counters.today_kwh["pv"]
        self.counters.start_day()
        for inverter in self.inverters:
            inverter.counters.start_day()
        self._next_midnight_s = self._midnight_after(self.time_s)

    @property
    def alarms(self) -> dict[str, int]:
        """Return alarm bits by name."""
        alarms = {
            name: bits
            for name, bits in self.faults.items()
            if name not in ("running_state", "on_off_grid", "grid_outage", "meter_lost")
        }
        if self.faults["grid_outage"]:
            alarms["pcs_1"] |= 1 << GRID_OUTAGE_ALARM_BIT
        return alarms
