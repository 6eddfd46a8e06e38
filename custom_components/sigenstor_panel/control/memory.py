"""What control must know after a restart; written to disk before the device is touched."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from ..model.command import Action, ChargeSource, Command
from ..model.message import MessageError, say, told_by
from ..model.telemetry import ControlRegisters, RemoteEmsMode
from ..model.validation import MAX_POWER_W, InvalidInputError, choice, flag, instant, number_in, required, whole_number
from ..plant.register_writes import ANY_VALUE, PV_LIMIT, SET_BY_COMMANDS, HoldMethod, Written
from .check_result import CheckResult
from .guardrails import DEFAULT_LIMITS, LastWrite, SafetyLimits
from .intents import DEFAULT_CHARGE_TARGET_SOC, DEFAULT_FLOOR_SOC, DEFAULT_OVERRIDE_POWER_W, Override
from .schedules import Schedule


class ControlMode(StrEnum):
    """What the optimiser may do; overrides and schedules act in every mode."""

    AUTO = "auto"
    MANUAL = "manual"
    LEARNING = "learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSettings:
    """What the owner chose."""

    mode: ControlMode = ControlMode.MANUAL
    optimiser_above_schedules: bool = False
    override_power_w: int = DEFAULT_OVERRIDE_POWER_W
    charge_target_soc: float = DEFAULT_CHARGE_TARGET_SOC
    export_floor_soc: float = DEFAULT_FLOOR_SOC
    hand_back_on_stop: bool = True
    limits: SafetyLimits = DEFAULT_LIMITS
    acknowledge_after: timedelta = timedelta(seconds=2)


DEFAULT_SETTINGS = ControlSettings()


class LimitsDoubt(StrEnum):
    """Why the battery limits that are given back may not be the owner's."""

    NONE = "none"
    FOUND_UNDER_REMOTE = "found_under_remote"
    """Somebody else had remote EMS on when they were read: they may be temporary ones."""

    NEVER_READ = "never_read"
    """They could not be read before they were overwritten."""


class DamagedMemoryError(MessageError, ValueError):
    """What is said to be a memory cannot be one."""


LIMIT_RANGES: Mapping[str, tuple[float, float, str]] = {
    "min_soc": (0, 50, " %"),
    "max_soc": (50, 100, " %"),
    "min_temperature_c": (-10, 20, " °C"),
    "max_temperature_c": (20, 55, " °C"),
    "step_w": (100, 10_000, " W"),
}
"""What an owner can set each safety limit to; beyond the default it asks for a confirmation."""

SETTING_RANGES: Mapping[str, tuple[float, float, str]] = {
    "override_power_w": (100, MAX_POWER_W, " W"),
    "charge_target_soc": (10, 100, " %"),
    "export_floor_soc": (0, 90, " %"),
}
MAIN_FUSE_RANGE_W = (1_000, MAX_POWER_W)
COOLDOWN_RANGE_S = (60.0, 600.0)
MAX_AGE_RANGE_S = (10.0, 30.0)
ACKNOWLEDGE_RANGE_S = (1.0, 10.0)


def check_settings(settings: ControlSettings) -> None:
    """Raise `InvalidInputError` for a setting outside its range."""
    limits = settings.limits
    for name, (low, high, unit) in LIMIT_RANGES.items():
        number_in(name, getattr(limits, name), low, high, unit)
    for name, (low, high, unit) in SETTING_RANGES.items():
        number_in(name, getattr(settings, name), low, high, unit)
    if limits.main_fuse_w is not None:
        whole_number("main_fuse_w", limits.main_fuse_w, *MAIN_FUSE_RANGE_W)
    number_in("cooldown", limits.cooldown.total_seconds(), *COOLDOWN_RANGE_S, " s")
    number_in("max_age", limits.max_age.total_seconds(), *MAX_AGE_RANGE_S, " s")
    number_in("acknowledge_after", settings.acknowledge_after.total_seconds(), *ACKNOWLEDGE_RANGE_S, " s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlMemory:
    """The state of control."""

    emergency_stop: bool = False
    override: Override | None = None
    schedules: tuple[Schedule, ...] = ()
    export_limit_w: int | None = None
    settings: ControlSettings = DEFAULT_SETTINGS
    saved: ControlRegisters | None = None
    """What the registers in `written` are given back to; None while there are none."""

    written: Written = field(default_factory=dict)
    """The registers that this controller wrote and has not given back."""

    limits_doubt: LimitsDoubt = LimitsDoubt.NONE
    """Until the owner has said what is to become of the limits."""

    applied: LastWrite | None = None
    """The last command that the plant was read to hold."""

    pending: LastWrite | None = None
    """The command that is being written; after a crash, nobody knows how far it came."""

    firmware: str = ""
    """The firmware for which the five below were found out."""

    charge_via_grid: bool = False
    """Whether this firmware was found not to top up from the grid in the solar-first mode."""

    discharge_ess_first: bool = False
    """Whether this firmware was found not to discharge in the PV-first mode."""

    hold_method: HoldMethod = HoldMethod.LIMITS
    """What was found to keep the battery at rest on this firmware."""

    limits_hidden: bool = False
    """Whether this firmware was seen to read 0 for the battery limits while remote EMS is off."""

    pv_limit_obeyed: bool | None = None
    """Whether this firmware was seen to obey a limit on PV; None: nobody has tried."""

    check: CheckResult | None = None
    """What the last check found; None where there was none."""

    last_row: int | None = 0
    """The row of the record up to which this is known; None in a file of an earlier version."""

    def as_dict(self) -> dict[str, Any]:
        """Return the memory as JSON values."""
        return {
            "emergency_stop": self.emergency_stop,
            "override": None if self.override is None else self.override.as_dict(),
            "schedules": [schedule.as_dict() for schedule in self.schedules],
            "export_limit_w": self.export_limit_w,
            "settings": _settings_as_dict(self.settings),
            "saved": None if self.saved is None else known_values(self.saved),
            "applied": None if self.applied is None else _last_write_as_dict(self.applied),
            "written": {name: list(values) for name, values in self.written.items()},
            "limits_doubt": self.limits_doubt.value,
            "pending": None if self.pending is None else _last_write_as_dict(self.pending),
            "firmware": self.firmware,
            "charge_via_grid": self.charge_via_grid,
            "discharge_ess_first": self.discharge_ess_first,
            "hold_method": self.hold_method.value,
            "limits_hidden": self.limits_hidden,
            "pv_limit_obeyed": self.pv_limit_obeyed,
            "check": None if self.check is None else self.check.as_dict(),
            "last_row": self.last_row,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the memory that `as_dict` wrote. Raises `DamagedMemoryError` for anything else."""
        try:
            return cls._checked(data)
        except KeyError as err:
            raise DamagedMemoryError(say("control.field_missing", field=str(err))) from err
        except (AttributeError, OverflowError, TypeError, ValueError) as err:
            raise DamagedMemoryError(told_by(err)) from err

    @classmethod
    def _checked(cls, data: Mapping[str, Any]) -> Self:
        saved = None if data["saved"] is None else _registers(data["saved"])
        limit_w, obeyed = data["export_limit_w"], data.get("pv_limit_obeyed")
        return cls(
            emergency_stop=flag("emergency_stop", data["emergency_stop"]),
            override=None if data["override"] is None else Override.from_dict(data["override"]),
            schedules=tuple(Schedule.from_dict(schedule) for schedule in data["schedules"]),
            export_limit_w=None if limit_w is None else whole_number("export_limit_w", limit_w, 0, MAX_POWER_W),
            settings=_settings_from_dict(data["settings"]),
            saved=saved,
            written=_written(data, saved),
            limits_doubt=choice("limits_doubt", data.get("limits_doubt", LimitsDoubt.NONE), LimitsDoubt),
            applied=_last_write(data["applied"]),
            pending=_last_write(data.get("pending")),
            firmware=_text("firmware", data.get("firmware", "")),
            charge_via_grid=flag("charge_via_grid", data["charge_via_grid"]),
            discharge_ess_first=flag("discharge_ess_first", data.get("discharge_ess_first", False)),
            hold_method=choice("hold_method", data.get("hold_method", HoldMethod.LIMITS), HoldMethod),
            limits_hidden=flag("limits_hidden", data.get("limits_hidden", False)),
            pv_limit_obeyed=None if obeyed is None else flag("pv_limit_obeyed", obeyed),
            check=None if (check := data.get("check")) is None else CheckResult.from_dict(check),
            last_row=None if (row := data.get("last_row")) is None else whole_number("last_row", row, 0, _LAST_ROW),
        )


def known_values(registers: ControlRegisters) -> dict[str, Any]:
    """Return what the registers hold, without those that could not be read."""
    values = asdict(registers)
    unread = values.pop("unread")
    return {name: value for name, value in values.items() if name not in unread}


_LARGEST_LIMIT_W = 0xFFFF_FFFF
_LAST_ROW = 2**63 - 1
_LARGEST_PERCENTAGE = 6553.5


def register_value(name: str, value: object) -> Any:
    """Return what a control register held, from its JSON value. Raises `InvalidInputError` for what it cannot hold."""
    if value is None:
        return None
    if name == "remote_ems_mode":
        return choice(name, value, RemoteEmsMode)
    if name == "remote_ems_enabled":
        return flag(name, value)
    if name.endswith("_soc"):
        return number_in(name, value, 0, _LARGEST_PERCENTAGE, " %")
    return whole_number(name, value, 0, _LARGEST_LIMIT_W)


def _last_write_as_dict(last: LastWrite) -> dict[str, Any]:
    return {"command": asdict(last.command), "at": last.at.isoformat()}


def _last_write(data: Mapping[str, Any] | None) -> LastWrite | None:
    if data is None:
        return None
    return LastWrite(command=_command(data["command"]), at=instant("at", data["at"]))


def _written(data: Mapping[str, Any], saved: ControlRegisters | None) -> Written:
    """Return the registers that were written, with modes as such.

    A file of version 0.1.0 does not name them: any register that its commands set may hold anything of ours.
    """
    if "written" not in data:
        names = [name for name in SET_BY_COMMANDS if name != PV_LIMIT]
        return {} if saved is None else dict.fromkeys(names, (ANY_VALUE,))
    return {_written_name(name): _written_values(name, values) for name, values in data["written"].items()}


def _written_name(name: str) -> str:
    if name not in SET_BY_COMMANDS:
        raise InvalidInputError("written", say("invalid.set_registers"), name)
    return name


def _written_values(name: str, values: object) -> tuple[Any, ...]:
    if not isinstance(values, list) or not values:
        raise InvalidInputError(name, say("invalid.written_values"), values)
    return tuple(value if value == ANY_VALUE else register_value(name, value) for value in values)


def _registers(data: Mapping[str, Any]) -> ControlRegisters:
    return ControlRegisters(**{name: register_value(name, value) for name, value in data.items()})


def _command(data: Mapping[str, Any]) -> Command:
    limit_w, floor_soc, pv_w = data["export_limit_w"], data.get("floor_soc"), data.get("pv_limit_w")
    return Command(
        action=choice("action", data["action"], Action),
        power_w=whole_number("power_w", data["power_w"], 0, _LARGEST_LIMIT_W),
        source=choice("source", data["source"], ChargeSource),
        export_limit_w=None if limit_w is None else whole_number("export_limit_w", limit_w, 0, _LARGEST_LIMIT_W),
        pv_limit_w=None if pv_w is None else whole_number("pv_limit_w", pv_w, 0, _LARGEST_LIMIT_W),
        floor_soc=None if floor_soc is None else number_in("floor_soc", floor_soc, 0, 100, " %"),
        cover_w=whole_number("cover_w", data.get("cover_w", 0), 0, _LARGEST_LIMIT_W),
        charging_allowed=flag("charging_allowed", data.get("charging_allowed", True)),
    )


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(field, say("invalid.text"), value)
    return value


_DURATIONS = ("cooldown", "max_age", "acknowledge_after")


def _settings_as_dict(settings: ControlSettings) -> dict[str, Any]:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    limits = {field.name: getattr(settings.limits, field.name) for field in fields(SafetyLimits)}
    return {**_seconds(values), "mode": settings.mode.value, "limits": _seconds(limits)}


def _settings_from_dict(data: Mapping[str, Any]) -> ControlSettings:
    settings = ControlSettings(
        **{
            **_durations(data),
            "mode": choice("mode", required(data, "mode"), ControlMode),
            "limits": SafetyLimits(**_durations(data["limits"])),
        }
    )
    for name in ("optimiser_above_schedules", "hand_back_on_stop"):
        flag(name, getattr(settings, name))
    check_settings(settings)
    return settings


def _seconds(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.total_seconds() if name in _DURATIONS else value for name, value in values.items()}


def _durations(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: timedelta(seconds=value) if name in _DURATIONS else value for name, value in values.items()}
