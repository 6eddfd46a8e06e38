"""Counts energies: lifetime totals that never jump, and days that begin at the home's own midnight.

Today's energies are differences of totals. The device's own counters of the day only say, on a day whose start nobody
saw, what the totals were at midnight; they begin when the device thinks it is midnight.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Final

from ..model.telemetry import EnergyCounters
from .house import HouseCounter
from .plausibility import Bounds, CounterGuard, DailyDifference, near_midnight
from .readers import PlantReading

_SAME_HOUSE_KWH = 0.5
"""How far a midnight that was recorded may be from what the house itself counted since."""

_SEVERAL = 2
_FELL_KWH = 0.05
_FELL_FOR = timedelta(minutes=5)
"""How many counters of the day fall by how much, and for how long, when the device begins a day."""

_GRID_TOTALS: Final = ("grid_import", "grid_export")
_OTHERS_PV: Final = "third_party_pv"
_PARTS: Final = ("own_pv", _OTHERS_PV, "dc_charged", "dc_discharged", "ac_charged", "generator")
_DAILY_TOTALS: Final = (*_GRID_TOTALS, _OTHERS_PV, "own_pv", "house", "battery_charged", "battery_discharged")


class EnergyDecoder:
    """Decodes one reading of the counters after the other."""

    def __init__(self) -> None:
        """Start without a history."""
        self._guard = CounterGuard()
        self._daily = {key: DailyDifference() for key in _DAILY_TOTALS}
        self._highest: dict[str, float] = {}
        self._fell: tuple[datetime, bool] | None = None
        self._house = HouseCounter()
        self._alone = False
        self._left_out_kwh = 0.0
        self.device_midnight_differs = False
        """Whether the device was seen to begin a day at another time than the home."""

    def decode(
        self,
        reading: PlantReading,
        bounds: Bounds,
        *,
        local: datetime,
        clock_agrees: bool,
        vehicles_kwh: Mapping[str, float | None],
    ) -> EnergyCounters:
        """Return the energies of a reading; `vehicles_kwh` is what each charger counted."""
        status, now, today = reading.status, reading.taken_at, local.date()
        raw = {
            "own_pv": status.own_pv_energy,
            _OTHERS_PV: status.third_party_pv_energy or None,
            "house": status.house_energy,
            "common_load": status.common_load_energy or None,
            "grid_import": status.grid_import_energy,
            "grid_export": status.grid_export_energy,
            "battery_charged": status.battery_charged_energy,
            "battery_discharged": status.battery_discharged_energy,
            "dc_charged": status.dc_charger_charged_energy or None,
            "dc_discharged": status.dc_charger_discharged_energy or None,
            "ac_charged": status.ac_charger_energy or None,
            "generator": status.generator_energy or None,
        }
        totals = {key: self.count(key, value, bounds, now) for key, value in raw.items()}
        # What a part of the plant counted is no less while it does not show it.
        totals |= {part: self._guard.last(part) for part in _PARTS}
        device_days = self._device_days_kwh(reading, bounds)
        self._watch_restarts({key: kwh for key, kwh in device_days.items() if raw[key] == totals[key]}, now, local)
        totals["house"] = self._house.count(totals["house"], totals["common_load"], vehicles_kwh)
        days = {key: daily.since_midnight(totals[key], today) for key, daily in self._daily.items()}
        for key, device_kwh in device_days.items():
            # The device's own counter of the house has vehicles in it.
            if device_kwh is None or not clock_agrees or (key == "house" and vehicles_kwh):
                continue
            if days[key] is None and self._guard.last(key) is None:
                # No total: counters that read 0 for a moment do so all at once.
                days[key] = self._guard.accept(
                    f"{key}_today", device_kwh, now, may_restart=near_midnight(local), rise_kw=bounds.rise_kw
                )
            elif days[key] is None:
                days[key] = self._derived(key, device_kwh, totals[key], local)
        return EnergyCounters(
            pv_kwh=self._all_pv(totals["own_pv"], totals[_OTHERS_PV]),
            house_kwh=totals["house"],
            grid_import_kwh=totals["grid_import"],
            grid_export_kwh=totals["grid_export"],
            battery_charged_kwh=totals["battery_charged"],
            battery_discharged_kwh=totals["battery_discharged"],
            pv_today_kwh=_sum_all(
                [days[key] for key in ("own_pv", _OTHERS_PV) if key == "own_pv" or self.has_third_party_pv]
            ),
            house_today_kwh=days["house"],
            grid_import_today_kwh=days["grid_import"],
            grid_export_today_kwh=days["grid_export"],
            battery_charged_today_kwh=days["battery_charged"],
            battery_discharged_today_kwh=days["battery_discharged"],
            vehicle_charged_kwh=totals["dc_charged"],
            vehicle_discharged_kwh=totals["dc_discharged"],
            ac_charger_kwh=totals["ac_charged"],
            generator_kwh=totals["generator"],
        )

    def count(self, key: str, total_kwh: float | None, bounds: Bounds, now: datetime) -> float | None:
        """Return a lifetime total in kWh, or the last one that could be true."""
        return self._guard.accept(key, bounds.total_kwh(total_kwh), now, rise_kw=bounds.rise_kw)

    def has_counted(self, key: str) -> bool:
        """Return whether a counter has shown something that could be true."""
        return self._guard.last(key) is not None

    @property
    def has_third_party_pv(self) -> bool:
        """Whether inverters of other makers have given something."""
        return self.has_counted(_OTHERS_PV)

    def _all_pv(self, own_kwh: float | None, others_kwh: float | None) -> float | None:
        """Return the PV total. A part that appears once the sum was shown without it counts from then on."""
        pending = self._guard.is_pending(_OTHERS_PV) and not self._alone
        if own_kwh is None or (others_kwh is None and (pending or self._daily[_OTHERS_PV].day is not None)):
            return None
        if others_kwh is None:
            self._alone = True
            return own_kwh
        if self._alone:
            self._left_out_kwh, self._alone = others_kwh, False
        return round(own_kwh + others_kwh - self._left_out_kwh, 2)

    def _derived(self, key: str, day_kwh: float, total_kwh: float | None, local: datetime) -> float | None:
        """Return the energy since midnight by the device's own counter of the day, and count on from it."""
        if total_kwh is None or day_kwh > total_kwh or self.device_midnight_differs or near_midnight(local):
            return None
        self._daily[key].derive(day_kwh)
        return day_kwh

    def _device_days_kwh(self, reading: PlantReading, bounds: Bounds) -> dict[str, float | None]:
        """Return the device's own counters of the day."""
        status, batteries = reading.status, [inverter for inverter in reading.inverters if inverter.has_battery]
        own_pv = status.pv_energy_today
        if own_pv is None:
            own_pv = _sum_all([inverter.pv_energy.pv_energy_today for inverter in reading.inverters])
        days = {
            "own_pv": own_pv,
            "house": status.house_energy_today,
            "battery_charged": _sum_all([inverter.status.battery_charged_energy_today for inverter in batteries]),
            "battery_discharged": _sum_all([inverter.status.battery_discharged_energy_today for inverter in batteries]),
        }
        return {key: bounds.day_kwh(value) for key, value in days.items()}

    def _watch_restarts(self, device_days: Mapping[str, float | None], now: datetime, local: datetime) -> None:
        """Notice that the device began a day: several of its counters of the day fall for good while the totals stand."""
        known = {key: kwh for key, kwh in device_days.items() if kwh is not None}
        fell = [key for key, kwh in known.items() if kwh < self._highest.get(key, 0.0) - _FELL_KWH]
        if len(fell) < _SEVERAL:
            self._fell = None
            self._highest |= {key: max(kwh, self._highest.get(key, 0.0)) for key, kwh in known.items()}
            return
        if self._fell is None:
            self._fell = now, near_midnight(local)
        if now - self._fell[0] < _FELL_FOR:
            return
        self.device_midnight_differs = not self._fell[1]
        self._highest, self._fell = known, None
        if self.device_midnight_differs:
            for daily in self._daily.values():
                daily.forget_derived()

    @property
    def lacks_midnight(self) -> bool:
        """Whether the energy of the grid since midnight is not known, for want of what its totals were then."""
        return any(self._daily[key].day and self._daily[key].at_midnight is None for key in _GRID_TOTALS)

    def recall_midnight(self, day: date, at_midnight: Mapping[str, float], energy: EnergyCounters) -> None:
        """Take the totals in kWh that were recorded at the start of a day for those that the decoder lacks.

        The house has a daily counter of its own: a midnight at which nothing was recorded disagrees with it.
        """
        house_kwh = at_midnight.get("house")
        if house_kwh is None or energy.house_kwh is None or energy.house_today_kwh is None:
            return
        if abs(energy.house_kwh - house_kwh - energy.house_today_kwh) > _SAME_HOUSE_KWH:
            return
        for key in _GRID_TOTALS:
            daily = self._daily[key]
            if daily.day == day and daily.at_midnight is None:
                daily.at_midnight = at_midnight.get(key)

    def memory(self) -> dict[str, Any]:
        """Return what must survive a restart, as JSON."""
        return {
            "counters": self._guard.memory(),
            "midnights": {
                key: {
                    "day": daily.day.isoformat(),
                    "at_midnight": daily.at_midnight,
                    "latest": daily.latest,
                    "derived": daily.derived,
                }
                for key, daily in self._daily.items()
                if daily.day is not None
            },
            "alone": self._alone,
            "left_out_kwh": self._left_out_kwh,
            "device_midnight_differs": self.device_midnight_differs,
            "house": asdict(self._house),
        }

    def remember(self, memory: Mapping[str, Any]) -> None:
        """Take up what `memory` returned before a restart; one of an earlier version holds the midnights alone."""
        self._guard.remember(memory.get("counters", {}))
        for key, values in memory.get("midnights", memory).items():
            if key in self._daily:
                self._daily[key] = DailyDifference(
                    day=date.fromisoformat(values["day"]),
                    at_midnight=values["at_midnight"],
                    latest=values["latest"],
                    derived=values.get("derived", False),
                )
        self._house = HouseCounter(**memory.get("house", {}))
        self._alone = memory.get("alone", False)
        self._left_out_kwh = memory.get("left_out_kwh", 0.0)
        self.device_midnight_differs = memory.get("device_midnight_differs", False)


def _sum_all(values: list[float | None]) -> float | None:
    """Return the sum, None when a part of it is unknown: a sum that lacks a part would fall."""
    known = [value for value in values if value is not None]
    return round(sum(known), 2) if known and len(known) == len(values) else None
