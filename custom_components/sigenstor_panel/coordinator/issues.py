"""What a person is told under Repairs about the system itself, each once and until it is over."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..model.telemetry import EnergyCounters, InverterInfo, Telemetry
from .system_issue import create_issue, settle_issue

_READINGS: Final = 3
"""How many readings in a row have to agree before a person is told."""

_CLOCK_OFF_S: Final = 300

NEEDED_DAYS: Final = 7
"""How long the recorder has to keep states and statistics of five minutes for what looks back at them."""

_TELLING_KWH: Final = 100.0
"""From how much on three lifetime totals (import, export, usage) tell one system from another."""

_SAME_KWH: Final = 0.5
"""How far they may be apart in one system: two entries do not read at the same moment."""


class SystemIssues:
    """Keeps what people are told in step with the readings of one system."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Initialize; nothing is told yet."""
        self._hass = hass
        self._entry = entry
        self._readings: dict[str, int] = {}

    @callback
    def update(self, reading: Telemetry, *, device_midnight_differs: bool, switched_on: bool) -> None:
        """Tell what a reading shows; `switched_on` says that control switched remote control on and not off again."""
        units = ", ".join(map(str, reading.unheard_chargers))
        off = switched_on and reading.control.remote_ems_enabled is False
        for key, placeholders in (
            ("meter_not_connected", {} if reading.meter_connected is False else None),
            ("device_clock_wrong", _clock(reading, device_midnight_differs=device_midnight_differs)),
            ("charger_silent", {"units": units} if units else None),
            ("remote_control_off", {} if off else None),
        ):
            if placeholders is None:
                if self._readings.pop(key, 1):
                    settle_issue(self._hass, key, self._entry)
                self._readings[key] = 0
                continue
            self._readings[key] = self._readings.get(key, 0) + 1
            if self._readings[key] == _READINGS:
                create_issue(self._hass, key, self._entry, **placeholders)


@callback
def async_check_recorder(hass: HomeAssistant) -> None:
    """Say that the recorder keeps details for less time than is looked back at; it is set up once, and before this."""
    recorder = hass.data.get(DATA_INSTANCE)
    if recorder is None or not recorder.auto_purge or recorder.keep_days >= NEEDED_DAYS:
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        "recorder_keeps_too_little",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="recorder_keeps_too_little",
        translation_placeholders={"kept": str(recorder.keep_days), "needed": str(NEEDED_DAYS)},
    )


@callback
def async_tell_new_firmware(hass: HomeAssistant, entry: ConfigEntry[Any], before: str, after: str) -> None:
    """Say that an inverter has new firmware."""
    create_issue(hass, "firmware_changed", entry, before=before, after=after)


@callback
def async_ask_whether_exchanged(hass: HomeAssistant, entry: ConfigEntry[Any], known: InverterInfo, found: str) -> None:
    """Ask whether the inverter that answers with another serial number takes the place of the one that is known."""
    data = {"entry_id": entry.entry_id, "exchanged": known.identity, "by": found}
    create_issue(hass, "inverter_exchanged", entry, data, known=_end_of(known.serial_number), found=_end_of(found))


@callback
def async_settle_exchanged(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Ask no more: the inverters are those that are known."""
    settle_issue(hass, "inverter_exchanged", entry)


@callback
def async_ask_what_was_found(
    hass: HomeAssistant, entry: ConfigEntry[Any], silent: InverterInfo, found: InverterInfo
) -> None:
    """Ask whether an inverter that was found takes the place of one that is silent, or is one more."""
    data: dict[str, str | int] = {
        "entry_id": entry.entry_id,
        "silent": silent.identity,
        "silent_unit": silent.unit_id,
        "found": found.serial_number,
        "found_unit": found.unit_id,
    }
    create_issue(hass, "inverter_found", entry, data, known=silent.serial_number, found=found.serial_number)


@callback
def async_settle_found(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Ask no more: nobody new was found while an inverter is silent."""
    settle_issue(hass, "inverter_found", entry)


@callback
def async_keep_same_system(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say, of one entry, that another one reads the same system at another address, which its meters show."""
    counted = _counted_kwh(entry)
    for other in hass.config_entries.async_loaded_entries(DOMAIN):
        others = _counted_kwh(other) if other.entry_id < entry.entry_id else None
        if counted is None or others is None:
            continue
        if all(abs(ours - theirs) <= _SAME_KWH for ours, theirs in zip(counted, others, strict=True)):
            create_issue(hass, "same_system", entry, other=other.title)
            return
    async_settle_same_system(hass, entry)


@callback
def async_settle_same_system(hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
    """Say no more of it."""
    settle_issue(hass, "same_system", entry)


def _counted_kwh(entry: ConfigEntry[Any]) -> tuple[float, ...] | None:
    """Return what the meters of a system have counted; None while that is too little to tell one from another."""
    telemetry = getattr(getattr(entry, "runtime_data", None), "telemetry", None)
    if telemetry is None or not telemetry.readable:
        return None
    energy: EnergyCounters = telemetry.data.energy
    counted = [kwh or 0.0 for kwh in (energy.grid_import_kwh, energy.grid_export_kwh, energy.house_kwh)]
    return tuple(counted) if min(counted) >= _TELLING_KWH else None


def _end_of(serial_number: str) -> str:
    """Return what two inverters can be told apart by: issues are shown and logged."""
    return f"…{serial_number[-4:]}"


def _clock(reading: Telemetry, *, device_midnight_differs: bool) -> dict[str, Any] | None:
    """Return how the device's clock differs from ours; None where it does not, or says nothing."""
    if reading.clock_off_s is None:
        return {"off": "?"} if device_midnight_differs else None
    off_s = reading.clock_off_s
    ours = dt_util.as_local(reading.timestamp).utcoffset()
    if reading.utc_offset_min is not None and ours is not None and abs(off_s) <= _CLOCK_OFF_S:
        off_s = reading.utc_offset_min * 60 - ours.total_seconds()
    if abs(off_s) <= _CLOCK_OFF_S and not device_midnight_differs:
        return None
    minutes, seconds = divmod(round(abs(off_s)), 60)
    return {"off": f"{'-' if off_s < 0 else '+'}{minutes // 60}:{minutes % 60:02}:{seconds:02}"}
