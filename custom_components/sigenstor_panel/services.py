"""The actions. Their schemas know the fields; what a field may hold is checked by control, in its own sentences."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from .const import DOMAIN
from .control.intents import ALLOWED_DURATION, OverrideKind
from .coordinator.optimiser_options import TRIED_OPTIONS
from .coordinator.unloaded_stop import async_stop_unloaded
from .entities.energy_dashboard import async_add_to_energy_dashboard
from .entities.optimiser_settings import plan_rows
from .errors import translated_errors
from .model.message import say
from .model.validation import InvalidInputError
from .plants import (
    Access,
    Tell,
    async_check_access,
    entry_of,
    in_words,
    known_entry,
    pv_test_as_dict,
    query_audit,
    schedule_access,
    schedules_as_dict,
    status_as_dict,
)
from .runtime import SigenStorConfigEntry, SigenStorRuntimeData

ATTR_CONFIG_ENTRY_ID = "config_entry_id"

type _Data = Mapping[str, Any]
type _Run = Callable[[SigenStorRuntimeData, _Data], Awaitable[_Data]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlAction:
    """Describes an action: its fields, and what it does with them."""

    run: _Run
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    access: Access | Callable[[_Data], Access] = Access.CONTROL
    """Who may use it; for some it depends on the fields."""

    supports_response: SupportsResponse = SupportsResponse.OPTIONAL

    run_unloaded: Callable[[HomeAssistant, SigenStorConfigEntry], Awaitable[_Data]] | None = None
    """What it does while the entry is not loaded; None where it needs one that is."""

    @property
    def schema(self) -> vol.Schema:
        """The fields that the action takes."""
        return vol.Schema(
            {
                vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
                **{vol.Required(field): object for field in self.required},
                **{vol.Optional(field): object for field in self.optional},
            }
        )


def _in_words(runtime: SigenStorRuntimeData) -> Tell:
    return in_words(runtime.control.hass, runtime.control.config_entry)


def _force(kind: OverrideKind) -> _Run:
    async def force(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
        await runtime.control.async_force(
            kind,
            power_w=data.get("power_w"),
            target_soc=data.get("target_soc"),
            duration=_duration(data.get("duration")),
        )
        return status_as_dict(runtime.control.data, _in_words(runtime))

    return force


def _then_status(change: Callable[[SigenStorRuntimeData, _Data], Awaitable[None]]) -> _Run:
    async def run(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
        await change(runtime, data)
        return status_as_dict(runtime.control.data, _in_words(runtime))

    return run


async def _set_schedule(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
    return (await runtime.control.async_set_schedule(data)).as_dict()


async def _delete_schedule(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
    await runtime.control.async_delete_schedule(data["id"])
    return schedules_as_dict(runtime.control.data)


async def _list_schedules(runtime: SigenStorRuntimeData, _data: _Data) -> _Data:
    return schedules_as_dict(runtime.control.data)


async def _test_pv_limit(runtime: SigenStorRuntimeData, _data: _Data) -> _Data:
    test = await runtime.control.async_test_pv_limit()
    return pv_test_as_dict(test, _in_words(runtime))


async def _query_audit(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
    return await query_audit(runtime.control, tell=_in_words(runtime), **data)


async def _optimise(runtime: SigenStorRuntimeData, _data: _Data) -> _Data:
    stored = await runtime.optimiser.async_optimise("action")
    tell = _in_words(runtime)
    return stored.row.in_words(lambda message: tell(message, stored.made_at))


async def _set_optimiser_settings(runtime: SigenStorRuntimeData, data: _Data) -> _Data:
    with translated_errors():
        if not data:
            raise InvalidInputError(
                TRIED_OPTIONS[0], say("invalid.given_or", others=", ".join(TRIED_OPTIONS[1:])), None
            )
        await runtime.optimiser.async_change(**data)
    return {name: getattr(runtime.optimiser.options, name) for name in TRIED_OPTIONS}


async def _set_up_energy_dashboard(runtime: SigenStorRuntimeData, _data: _Data) -> _Data:
    return await async_add_to_energy_dashboard(runtime.control.hass, runtime.control.config_entry)


async def _get_plan(runtime: SigenStorRuntimeData, _data: _Data) -> _Data:
    stored = runtime.optimiser.data.decision
    plan = None if stored is None else stored.recommendation.plan
    return {
        "made_at": None if stored is None else stored.made_at.isoformat(),
        "cost": None if plan is None else plan.cost,
        "slots": plan_rows(stored),
    }


ACTIONS: Mapping[str, ControlAction] = {
    "force_charge": ControlAction(
        run=_force(OverrideKind.FORCE_CHARGE), optional=("power_w", "target_soc", "duration")
    ),
    "force_hold": ControlAction(run=_force(OverrideKind.FORCE_HOLD), optional=("duration",)),
    "force_export": ControlAction(
        run=_force(OverrideKind.FORCE_EXPORT), optional=("power_w", "target_soc", "duration")
    ),
    "clear_override": ControlAction(run=_then_status(lambda runtime, _data: runtime.control.async_clear_override())),
    "emergency_stop": ControlAction(
        run=_then_status(lambda runtime, _data: runtime.control.async_emergency_stop()),
        run_unloaded=async_stop_unloaded,
    ),
    "clear_emergency_stop": ControlAction(
        run=_then_status(lambda runtime, _data: runtime.control.async_clear_emergency_stop())
    ),
    "set_schedule": ControlAction(
        run=_set_schedule,
        optional=(
            *("id", "name", "enabled", "action", "start", "end", "days"),
            *("power_w", "target_soc", "priority", "only_on"),
        ),
        access=schedule_access,
    ),
    "delete_schedule": ControlAction(run=_delete_schedule, required=("id",), access=Access.CONFIGURE),
    "list_schedules": ControlAction(run=_list_schedules, access=Access.READ, supports_response=SupportsResponse.ONLY),
    "set_export_limit": ControlAction(
        run=_then_status(lambda runtime, data: runtime.control.async_set_export_limit(data.get("power_w"))),
        optional=("power_w",),
        access=Access.CONFIGURE,
    ),
    "set_optimiser_settings": ControlAction(
        run=_set_optimiser_settings, optional=TRIED_OPTIONS, access=Access.CONFIGURE
    ),
    "check_control": ControlAction(
        run=_then_status(lambda runtime, _data: runtime.control.async_check()), access=Access.CONFIGURE
    ),
    "test_pv_limit": ControlAction(run=_test_pv_limit, access=Access.CONFIGURE),
    "set_up_energy_dashboard": ControlAction(run=_set_up_energy_dashboard, access=Access.CONFIGURE),
    "optimise": ControlAction(run=_optimise),
    "get_plan": ControlAction(run=_get_plan, access=Access.READ, supports_response=SupportsResponse.ONLY),
    "query_audit": ControlAction(
        run=_query_audit,
        optional=("start", "end", "limit", "offset", "newest_first"),
        access=Access.READ,
        supports_response=SupportsResponse.ONLY,
    ),
}


@callback
def async_register_actions(hass: HomeAssistant) -> None:
    """Register the actions."""

    def handler_of(action: ControlAction) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
        async def handle(call: ServiceCall) -> ServiceResponse:
            data = dict(call.data)
            entry_id = data.pop(ATTR_CONFIG_ENTRY_ID, None)
            entry = entry_of(hass, entry_id) if action.run_unloaded is None else known_entry(hass, entry_id)
            access = action.access if isinstance(action.access, Access) else action.access(data)
            await async_check_access(hass, entry, call.context, access)
            if action.run_unloaded is not None and entry.state is not ConfigEntryState.LOADED:
                response = await action.run_unloaded(hass, entry)
            else:
                response = await action.run(entry.runtime_data, data)
            return cast("ServiceResponse", response) if call.return_response else None

        return handle

    for name, action in ACTIONS.items():
        hass.services.async_register(
            DOMAIN,
            name,
            handler_of(action),
            schema=action.schema,
            supports_response=action.supports_response,
        )


def _duration(value: object) -> timedelta | None:
    """Return a duration from what the duration selector and people write; its range is control's business."""
    if value is None:
        return None
    try:
        return cast("timedelta", cv.time_period(value))
    except (vol.Invalid, ValueError, OverflowError) as err:
        with translated_errors():
            raise InvalidInputError("duration", ALLOWED_DURATION, value) from err
