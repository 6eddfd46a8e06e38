"""The physics of a plant: no I/O, no clock but its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import floor
from typing import Any

from .battery import CAPACITY_KWH, JOULES_PER_KWH, RATED_W, Battery
from .counters import INVERTER_HISTORY_KWH, PLANT_HISTORY_KWH, Counters
from .disturbances import Disturbances
from .ems import Conditions, Control, Firmware, Flows, control_from, dispatch
from .firmware import firmware_quirks
from .fuse import MainFuse
from .house import House
from .noise import smooth
from .options import contains, defaults, parse_changes
from .quirks import FAULTS, QUIRKS
from .registers import initial_holding
from .settings import SimulatorSettings
from .sharing import share_out, three_phases
from .state import InverterState, PlantState, RunningState
from .vpp import EMS_MODE_VPP, Vpp
from .weather import Sky, Weather

AC_LIMIT_W = 10_000
RATED_VOLTAGE_V = 230.0
RATED_FREQUENCY_HZ = 50.0
PV_PEAK_W = 10_000
PV_STRINGS = 4
PV_TILT = 22.0
PV_AZIMUTH = 0.0
PV_EFFICIENCY = 0.96
PV_LOSS_PER_C = 0.004
PV_WARMING_C_M2_PER_W = 0.0342

MODEL = "SigenStor EC 10.0 TP"
FIRMWARE = "V100R001C00SPC115B034"
FIRMWARE_BEFORE_SPC113 = "V100R001C00SPC110B052"
GRID_OUTAGE_ALARM_BIT = 9
EMS_MODE_SELF_CONSUMPTION = 0
EMS_MODE_REMOTE = 7

# The sky and the house change in steps of this length, whatever the length of a physics step.
SAMPLE_S = 5

_VOLTAGE_CHANNEL = 50
_FREQUENCY_CHANNEL = 51
_PHASE_CHANNELS = (52, 53, 54)


class Inverter:
    """A hybrid inverter with its battery and its share of the plant's flows."""

    def __init__(self, unit: int, soc: float, temperature_c: float) -> None:
        """Start with a battery at rest."""
        self.unit = unit
        self.serial_number = f"110A123B{unit:04d}"
        self.battery = Battery(CAPACITY_KWH * soc / 100, temperature_c)
        self.holding = initial_holding("inverter")
        self.counters = Counters(INVERTER_HISTORY_KWH)
        self.started = True
        self.pv_w = 0
        self.battery_w = 0


class Plant:
    """A SigenStor plant that moves only by `step`."""

    def __init__(self, settings: SimulatorSettings) -> None:
        """Build a plant at rest and settle its first flows."""
        self.seed = settings.seed
        self.zone = settings.zone
        self.sky = Sky(settings.seed, settings.latitude, settings.longitude)
        self.house = House(settings.seed, settings.zone)
        self.time_s = (settings.start or datetime.now(UTC)).timestamp()
        ambient_c = self.sky.at(self.time_s).temperature_c
        self.inverters = [Inverter(unit, settings.soc, ambient_c) for unit in range(1, settings.inverters + 1)]
        self.holding = self._new_holding()
        self.counters = Counters(PLANT_HISTORY_KWH, settings.inverters)
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
        self._pv_yesterday_kwh = 0.0
        self._pv_potential_w = 0
        self._next_midnight_s = self._midnight_after(self.time_s)
        self._house_wanted_w = 0
        self._flows = Flows(0, 0, 0, 0, 0)
        self.settle()

    @property
    def rated_power_w(self) -> int:
        """Return the AC rating of all inverters."""
        return AC_LIMIT_W * len(self.inverters)

    @property
    def rated_charge_w(self) -> int:
        """Return the rated charging power of all batteries."""
        return RATED_W * len(self.inverters)

    @property
    def rated_discharge_w(self) -> int:
        """Return the rated discharging power of all batteries."""
        return RATED_W * len(self.inverters)

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
        return self._flows.house_w < self._house_wanted_w

    @property
    def ems_mode(self) -> int:
        """Return what 30003 reads."""
        if self.vpp.active(self.time_s):
            return EMS_MODE_VPP
        return EMS_MODE_REMOTE if self.control.remote_ems else EMS_MODE_SELF_CONSUMPTION

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
            self._state = self._describe()
        return self._state

    def step(self, seconds: float = 1.0) -> None:
        """Move the plant forward; flows are those decided at the start of the step."""
        if seconds <= 0:
            raise ValueError(f"A step must be longer than 0 s, not {seconds!r} s.")
        self._decide(seconds)
        weather = self._environment()[0]
        self.counters.add_flows(self._flows, seconds)
        self.fuse.carry(self._flows.grid_w, self._phases_w()[0], seconds)
        if self.house_is_dark:
            self.house_dark_s += seconds
            self.house_unserved_kwh += (self._house_wanted_w - self._flows.house_w) * seconds / JOULES_PER_KWH
        for inverter in self.inverters:
            inverter.battery.run(inverter.battery_w, seconds, weather.temperature_c)
            inverter.counters.add("pv", inverter.pv_w, seconds)
            inverter.counters.add("charged", inverter.battery_w, seconds)
            inverter.counters.add("discharged", -inverter.battery_w, seconds)
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

    def running_state(self, inverter: Inverter | None = None) -> RunningState:
        """Return the running state of an inverter, or of the plant."""
        if self.rebooting:
            return RunningState.STANDBY
        started = self.started and (inverter is None or inverter.started)
        if inverter is None:
            started = started and any(each.started for each in self.inverters)
        return RunningState(self.faults["running_state"]) if started else RunningState.SHUTDOWN

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

    def _pv_available_w(self, weather: Weather) -> list[int]:
        """Return what each inverter's strings could give.

        Cell temperature Tc = Ta + 0.0342 G; 0.4 % less a degree above 25 °C.
        """
        if self.pv_power_w is not None:
            return share_out(self.pv_power_w, [1] * len(self.inverters))
        irradiance = weather.on_plane_w_m2(PV_TILT, PV_AZIMUTH)
        cell_c = weather.temperature_c + PV_WARMING_C_M2_PER_W * irradiance
        share = irradiance / 1000 * (1 - PV_LOSS_PER_C * (cell_c - 25))
        return [max(round(PV_PEAK_W * PV_EFFICIENCY * share), 0)] * len(self.inverters)

    def _decide(self, seconds: float) -> None:
        """Decide the flows that can be kept up for a time, and share them out."""
        weather, house_w = self._environment()
        self._house_wanted_w = house_w
        able = [
            (inverter, pv_w)
            for inverter, pv_w in zip(self.inverters, self._pv_available_w(weather), strict=True)
            if self.running_state(inverter) is RunningState.RUNNING
        ]
        running = [inverter for inverter, _ in able]
        pv_w = [pv_w for _, pv_w in able]
        charge_w = [inverter.battery.charge_available_w(seconds) for inverter in running]
        discharge_w = [inverter.battery.discharge_available_w(seconds) for inverter in running]
        self._pv_potential_w = sum(pv_w)
        self._flows = dispatch(
            self.control,
            Conditions(
                house_w=house_w,
                third_party_w=self.third_party_power_w,
                pv_available_w=sum(pv_w),
                charge_available_w=sum(charge_w),
                discharge_available_w=sum(discharge_w),
                soc=self._soc,
                ac_limit_w=AC_LIMIT_W * len(running),
                on_grid=self.on_off_grid == 0,
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
        wanted_w = self._battery_wanted_w()
        if wanted_w is not None:
            battery_w = min(max(wanted_w, -sum(discharge_w)), sum(charge_w))
            grid_w = self._flows.grid_w + battery_w - self._flows.battery_w
            self._flows = self._flows._replace(battery_w=battery_w, grid_w=grid_w)
        battery_w = self._flows.battery_w
        pv_shares = share_out(self._flows.pv_w, pv_w)
        battery_shares = share_out(abs(battery_w), charge_w if battery_w > 0 else discharge_w)
        for inverter in self.inverters:
            inverter.pv_w = inverter.battery_w = 0
        for inverter, pv_share_w, battery_share_w in zip(running, pv_shares, battery_shares, strict=True):
            inverter.pv_w = pv_share_w
            inverter.battery_w = battery_share_w if battery_w > 0 else -battery_share_w

    def _battery_wanted_w(self) -> int | None:
        """Return what the battery does whatever the control registers say; None where they decide."""
        if self.on_off_grid:
            return None
        if self.battery_power_w is None and self.vpp.active(self.time_s):
            return self.vpp.battery_w(self._flows, self.time_s)
        return self.battery_power_w

    @property
    def _soc(self) -> float:
        return sum(inverter.battery.soc for inverter in self.inverters) / len(self.inverters)

    def _midnight_after(self, time_s: float) -> float:
        tomorrow = datetime.fromtimestamp(time_s, self.zone).date() + timedelta(days=1)
        return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=self.zone).timestamp()

    def _start_day(self) -> None:
        self._pv_yesterday_kwh = self.counters.today_kwh["pv"]
        self.counters.start_day()
        for inverter in self.inverters:
            inverter.counters.start_day()
        self._next_midnight_s = self._midnight_after(self.time_s)

    def _alarms(self) -> dict[str, int]:
        alarms = {
            name: bits
            for name, bits in self.faults.items()
            if name not in ("running_state", "on_off_grid", "grid_outage")
        }
        if self.faults["grid_outage"]:
            alarms["pcs_1"] |= 1 << GRID_OUTAGE_ALARM_BIT
        return alarms

    def _house_phase_weights(self) -> tuple[int, int, int]:
        def weight(channel: int, share: float) -> int:
            return round(1000 * share * (0.7 + 0.6 * smooth(self.seed, channel, self.time_s / 300)))

        return weight(_PHASE_CHANNELS[0], 0.45), weight(_PHASE_CHANNELS[1], 0.33), weight(_PHASE_CHANNELS[2], 0.22)

    def _phases_w(self) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """Return the power of each phase at the meter, and of the inverters."""
        house_w = three_phases(self._flows.house_w, self._house_phase_weights())
        inverters_w = three_phases(self._flows.pv_w - self._flows.battery_w)
        third_party_w = three_phases(self._flows.third_party_w)
        first, second, third = (
            house - inverters - third_party
            for house, inverters, third_party in zip(house_w, inverters_w, third_party_w, strict=True)
        )
        return (first, second, third), inverters_w

    def _supply(self, grid_w: int) -> tuple[float, float]:
        """Return voltage and frequency at the inverters' AC side."""
        if self.on_off_grid:
            formed = self.running_state() is RunningState.RUNNING
            return (RATED_VOLTAGE_V, RATED_FREQUENCY_HZ) if formed else (0.0, 0.0)
        swing = smooth(self.seed, _VOLTAGE_CHANNEL, self.time_s / 90) - 0.5
        drift = smooth(self.seed, _FREQUENCY_CHANNEL, self.time_s / 20) - 0.5
        # Feeding in lifts the voltage at the house.
        return RATED_VOLTAGE_V + 4 + 8 * swing - grid_w * 0.0004, RATED_FREQUENCY_HZ + 0.08 * drift

    def _describe_inverter(self, inverter: Inverter, ambient_c: float) -> InverterState:
        battery = inverter.battery
        running_state = self.running_state(inverter)
        running = running_state is RunningState.RUNNING
        control = self.control
        headroom = max(control.charge_cut_off_soc - battery.soc, 0)
        reserve = max(battery.soc - control.discharge_cut_off_soc, 0)
        output_w = abs(inverter.pv_w - inverter.battery_w)
        return InverterState(
            unit=inverter.unit,
            model=MODEL,
            serial_number=inverter.serial_number,
            firmware=self.firmware,
            running_state=running_state,
            soc=battery.soc,
            energy_kwh=battery.energy_kwh,
            cell_temperature_c=battery.temperature_c,
            cell_voltage_v=battery.cell_voltage_v(inverter.battery_w),
            internal_temperature_c=ambient_c + 8 + 22 * output_w / AC_LIMIT_W,
            pv_w=inverter.pv_w,
            battery_w=inverter.battery_w,
            charge_available_w=battery.charge_available_w() if running and headroom else 0,
            discharge_available_w=battery.discharge_available_w() if running and reserve else 0,
            charge_available_kwh=CAPACITY_KWH * headroom / 100 if running else 0.0,
            discharge_available_kwh=CAPACITY_KWH * reserve / 100 if running else 0.0,
            energy_totals_kwh=inverter.counters.totals_kwh,
            energy_today_kwh=inverter.counters.today_kwh,
        )

    def _describe(self) -> PlantState:
        weather = self._environment()[0]
        flows = self._flows
        local = datetime.fromtimestamp(self.time_s, self.zone)
        inverters = tuple(self._describe_inverter(inverter, weather.temperature_c) for inverter in self.inverters)
        grid_phases_w, inverter_phases_w = self._phases_w()
        voltage_v, frequency_hz = self._supply(flows.grid_w)
        return PlantState(
            time=datetime.fromtimestamp(self.time_s, UTC),
            utc_offset_min=floor((local.utcoffset() or timedelta()).total_seconds() / 60),
            weather=weather,
            control=self.control,
            firmware=self.firmware,
            running_state=self.running_state(),
            ems_mode=self.ems_mode,
            on_off_grid=self.on_off_grid,
            soc=self._soc,
            cell_temperature_c=sum(each.cell_temperature_c for each in inverters) / len(inverters),
            grid_w=flows.grid_w,
            pv_w=flows.pv_w,
            battery_w=flows.battery_w,
            house_w=flows.house_w,
            third_party_w=flows.third_party_w,
            grid_phases_w=grid_phases_w,
            inverter_phases_w=inverter_phases_w,
            ac_voltage_v=voltage_v,
            ac_frequency_hz=frequency_hz,
            pv_available_w=self._pv_potential_w,
            charge_available_w=sum(each.charge_available_w for each in inverters),
            discharge_available_w=sum(each.discharge_available_w for each in inverters),
            charge_available_kwh=sum(each.charge_available_kwh for each in inverters),
            discharge_available_kwh=sum(each.discharge_available_kwh for each in inverters),
            rated_power_w=self.rated_power_w,
            rated_charge_w=self.rated_charge_w,
            rated_discharge_w=self.rated_discharge_w,
            capacity_kwh=CAPACITY_KWH * len(inverters),
            alarms=self._alarms(),
            energy_totals_kwh=self.counters.totals_kwh,
            energy_since_upgrade_kwh=self.counters.since_upgrade_kwh,
            energy_today_kwh=self.counters.today_kwh,
            pv_yesterday_kwh=self._pv_yesterday_kwh,
            inverters=inverters,
        )
