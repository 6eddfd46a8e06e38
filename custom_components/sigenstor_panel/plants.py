"""Which systems there are, who may do what with them, and control's values as JSON."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypedDict

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.select import DOMAIN as SELECT_DOMAIN
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError, UnknownUser
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .control.check_result import CheckResult
from .control.intents import EMERGENCY_STOP
from .control.memory import ControlSettings, LimitsDoubt
from .control.pv_test import PvTest
from .control.status import ControlState, ControlStatus
from .coordinator.control import ControlService
from .errors import translated_errors
from .model.command import Actor
from .model.message import Message, say
from .model.validation import InvalidInputError, choice, flag, whole_number
from .records.audit_log import AuditEntry, AuditFilter, Outcome
from .runtime import SigenStorConfigEntry
from .texts import currency_of, localize

MAX_AUDIT_ROWS: Final = 1_000
DEFAULT_AUDIT_ROWS: Final = 100

_MAX_OFFSET = 1_000_000_000
_DEFAULT_RANGE = timedelta(days=1)
# Not the present moment: a clock that was set back must not hide rows.
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


type Tell = Callable[[Message, datetime | None], Any]
"""Returns a message as whoever asks needs it, with its times as seen from a moment, or from now."""


class ControlStatusDict(TypedDict):
    """The status of control as JSON values; times in ISO 8601, powers in W; messages as they are told."""

    state: str
    owner: Any
    actor: str
    wanted: str
    applied: str
    power_w: int
    ramping_to_w: int | None
    reason: Any
    wish: Any
    expires_at: str | None
    emergency_stop: bool
    override: dict[str, Any] | None
    schedules: list[dict[str, Any]]
    export_limit_w: int | None
    settings: dict[str, Any]
    alert: Any
    limits_below_rating: dict[str, int]
    limits_in_doubt: bool
    pv_limit_w: int | None
    pv_limit_obeyed: bool | None
    checking: str | None
    check: dict[str, Any] | None


class AuditPage(TypedDict):
    """Some rows of the audit log, oldest first, and how many there are in the range."""

    total: int
    rows: list[dict[str, Any]]


@callback
def plants_of(hass: HomeAssistant) -> list[SigenStorConfigEntry]:
    """Return the entries of all plants, loaded or not."""
    return hass.config_entries.async_entries(DOMAIN, include_ignore=False, include_disabled=False)


@callback
def entry_of(hass: HomeAssistant, entry_id: str | None) -> SigenStorConfigEntry:
    """Return the loaded entry of a plant; the id may be left out while there is one plant only."""
    if entry_id is None:
        plants = plants_of(hass)
        if len(plants) > 1:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="several_plants")
        entry_id = plants[0].entry_id if plants else ""
    return async_get_config_entry(hass, DOMAIN, entry_id)


@callback
def known_entry(hass: HomeAssistant, entry_id: str | None) -> SigenStorConfigEntry:
    """Return the entry of a plant, loaded or not; the id may be left out while there is one plant only."""
    for entry in (plants := plants_of(hass)):
        if entry.entry_id == entry_id or (entry_id is None and len(plants) == 1):
            return entry
    return entry_of(hass, entry_id)


class Access(StrEnum):
    """What somebody wants to do with a system, by whichever door; each value is the key of the refusal."""

    READ = "may_not_read"
    """For whoever may read the entity of the control mode."""

    CONTROL = "may_not_control"
    """Force, stop, clear, choose the mode, switch schedules: for whoever may control that entity."""

    CONFIGURE = "may_not_configure"
    """Schedules, settings and limits: for administrators."""


def schedule_access(fields: Mapping[str, object]) -> Access:
    """Return what setting these fields of a schedule takes: one that exists is switched by whoever controls."""
    return Access.CONTROL if fields.keys() == {"id", "enabled"} else Access.CONFIGURE


@callback
def may(hass: HomeAssistant, entry: SigenStorConfigEntry, user: User, access: Access) -> bool:
    """Return whether a user may do this with this system."""
    if access is Access.CONFIGURE:
        return user.is_admin
    control_mode = er.async_get(hass).async_get_entity_id(SELECT_DOMAIN, DOMAIN, f"{entry.unique_id}_control_mode")
    policy = POLICY_READ if access is Access.READ else POLICY_CONTROL
    return user.permissions.check_entity(control_mode or "", policy)


@callback
def check_access(hass: HomeAssistant, entry: SigenStorConfigEntry, user: User, access: Access) -> None:
    """Raise `ServiceValidationError` where a user may not do this with this system."""
    if not may(hass, entry, user, access):
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key=access.value)


async def async_check_access(
    hass: HomeAssistant, entry: SigenStorConfigEntry, context: Context | None, access: Access
) -> None:
    """Refuse the user of a context, as `check_access` does; automations and Home Assistant itself may do everything."""
    if context is None or context.user_id is None:
        return
    if (user := await hass.auth.async_get_user(context.user_id)) is None:
        raise UnknownUser(context=context)
    check_access(hass, entry, user, access)


def as_json(message: Message, _seen_from: datetime | None = None) -> dict[str, Any]:
    """Return a message for the panel, which writes it in the language of its reader."""
    return message.as_dict()


def in_words(hass: HomeAssistant, entry: SigenStorConfigEntry) -> Tell:
    """Return what writes messages in Home Assistant's language and the contract's currency, for automations and entities."""
    currency = currency_of(hass, entry)
    return lambda message, seen_from: localize(hass, message, now=seen_from, currency=currency)


def status_as_dict(status: ControlStatus, tell: Tell = as_json) -> ControlStatusDict:
    """Return the status of control as JSON values."""
    return {
        "state": status.state.value,
        "owner": tell(status.owner, None),
        "actor": status.actor.value,
        "wanted": status.wanted.value,
        "applied": status.applied.value,
        "power_w": status.power_w,
        "ramping_to_w": status.ramping_to_w,
        "reason": tell(status.reason, None),
        "wish": tell(status.request_reason, None),
        "expires_at": None if status.expires_at is None else status.expires_at.isoformat(),
        "emergency_stop": status.emergency_stop,
        "override": None if status.override is None else status.override.as_dict(),
        "schedules": [schedule.as_dict() for schedule in status.schedules],
        "export_limit_w": status.export_limit_w,
        "settings": _settings_as_dict(status.settings),
        "alert": None if status.alert is None else tell(status.alert, None),
        "limits_below_rating": dict(status.limits_below_rating),
        "limits_in_doubt": status.limits_doubt is not LimitsDoubt.NONE,
        "pv_limit_w": status.pv_limit_w,
        "pv_limit_obeyed": status.pv_limit_obeyed,
        "checking": None if status.checking is None else status.checking.value,
        "check": None if status.check is None else _check_as_dict(status.check, tell),
    }


def stopped_as_dict(status: Mapping[str, Any]) -> dict[str, Any]:
    """Return a status as JSON values, as it is once an emergency stop was taken that has not reached the plant yet."""
    return {
        **status,
        "state": ControlState.STOPPING.value,
        "owner": as_json(EMERGENCY_STOP.requested_by),
        "actor": EMERGENCY_STOP.actor.value,
        "wanted": EMERGENCY_STOP.command.action.value,
        "reason": as_json(EMERGENCY_STOP.reason),
        "wish": as_json(EMERGENCY_STOP.reason),
        "expires_at": None,
        "ramping_to_w": None,
        "emergency_stop": True,
        "override": None,
    }


def _check_as_dict(check: CheckResult, tell: Tell) -> dict[str, Any]:
    findings = [{**found.as_dict(), "said": tell(found.said, check.at)} for found in check.findings]
    return {**check.as_dict(), "findings": findings}


def pv_test_as_dict(test: PvTest, tell: Tell) -> dict[str, Any]:
    """Return what a test of the PV limit showed as JSON values."""
    return {
        "obeyed": test.obeyed,
        "before_w": test.before_w,
        "limit_w": test.limit_w,
        "seen_w": test.seen_w,
        "lasted_s": round(test.lasted_s),
        "said": tell(test.said or say("control.pv_test_nothing"), None),
    }


def schedules_as_dict(status: ControlStatus) -> dict[str, Any]:
    """Return the schedules as JSON values."""
    return {"schedules": [schedule.as_dict() for schedule in status.schedules]}


def audit_entry_as_dict(entry: AuditEntry, tell: Tell) -> dict[str, Any]:
    """Return a row of the audit log as JSON values."""
    return {
        "id": entry.id,
        "time": entry.time.isoformat(),
        "actor": entry.actor.value,
        "owner": tell(entry.owner, entry.time),
        "action": entry.action.value,
        "reason": tell(entry.reason, entry.time),
        "power_w": entry.power_w,
        "previous": entry.previous,
        "wanted": entry.wanted,
        "read_back": entry.read_back,
        "outcome": entry.outcome.value,
        "detail": None if entry.detail is None else tell(entry.detail, entry.time),
    }


def time_range(start: object, end: object, default: timedelta = _DEFAULT_RANGE) -> tuple[datetime, datetime]:
    """Return a range in UTC: a day before its end, or the last day, unless it is told otherwise.

    Raises `ServiceValidationError` for what is no moment, and for a range that ends before it starts.
    """
    with translated_errors():
        until = _END_OF_TIME if end is None else _moment("end", end)
        since = min(until, dt_util.utcnow()) - default if start is None else _moment("start", start)
        if until <= since:
            raise InvalidInputError("end", say("invalid.after_start"), str(end))
    return since, until


async def query_audit(
    control: ControlService,
    *,
    tell: Tell = as_json,
    start: object = None,
    end: object = None,
    limit: object = None,
    offset: object = None,
    newest_first: object = False,
    actor: object = None,
    outcome: object = None,
) -> AuditPage:
    """Return a page of the audit log; what is left out has a default."""
    since, until = time_range(start, end)
    with translated_errors():
        rows = DEFAULT_AUDIT_ROWS if limit is None else whole_number("limit", limit, 1, MAX_AUDIT_ROWS)
        skipped = 0 if offset is None else whole_number("offset", offset, 0, _MAX_OFFSET)
        only: AuditFilter = {
            "actor": None if actor is None else choice("actor", actor, Actor),
            "outcome": None if outcome is None else choice("outcome", outcome, Outcome),
        }
        entries = await control.audit.query(
            since, until, limit=rows, offset=skipped, newest_first=flag("newest_first", newest_first), **only
        )
        total = await control.audit.count(since, until, **only)
    return {"total": total, "rows": [audit_entry_as_dict(entry, tell) for entry in entries]}


async def last_audit_rows(control: ControlService, count: int) -> AuditPage:
    """Return the latest rows of the audit log, oldest first."""
    everything: dict[str, Any] = {"start": datetime.min.replace(tzinfo=UTC), "end": _END_OF_TIME}
    page = await query_audit(control, **everything, limit=count, newest_first=True)
    return {"total": page["total"], "rows": page["rows"][::-1]}


def _moment(field: str, value: object) -> datetime:
    """Return a moment in UTC from ISO 8601 text; without an offset it is Home Assistant's own time."""
    try:
        moment = dt_util.parse_datetime(value) if isinstance(value, str) else value
        if isinstance(moment, datetime):
            return dt_util.as_utc(moment)
    except ValueError, OverflowError:
        pass
    raise InvalidInputError(field, say("invalid.moment"), value)


def _settings_as_dict(settings: ControlSettings) -> dict[str, Any]:
    limits = settings.limits
    return {
        "mode": settings.mode.value,
        "optimiser_above_schedules": settings.optimiser_above_schedules,
        "override_power_w": settings.override_power_w,
        "charge_target_soc": settings.charge_target_soc,
        "export_floor_soc": settings.export_floor_soc,
        "hand_back_on_stop": settings.hand_back_on_stop,
        "acknowledge_after_s": settings.acknowledge_after.total_seconds(),
        "limits": {
            "min_soc": limits.min_soc,
            "max_soc": limits.max_soc,
            "min_temperature_c": limits.min_temperature_c,
            "max_temperature_c": limits.max_temperature_c,
            "step_w": limits.step_w,
            "cooldown_s": limits.cooldown.total_seconds(),
            "max_age_s": limits.max_age.total_seconds(),
            "main_fuse_w": limits.main_fuse_w,
        },
    }
