"""The control service in Home Assistant: the controller with its disk, its audit, its clocks and its listeners."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from operator import attrgetter
from time import monotonic
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady, ServiceValidationError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import DOMAIN, LOGGER
from ..control.charger_guardrails import ChargerRequest
from ..control.controlled_plant import ControlledPlant
from ..control.controller import ControlEvent, Controller, Environment
from ..control.intents import Intent, OverrideKind, new_override
from ..control.memory import ControlMemory, check_settings
from ..control.ownership import describe, rated_powers_w, without_lost
from ..control.pv_test import PvTest
from ..control.schedules import Schedule, check_day, parse_schedule
from ..control.status import ControlStatus, status_of
from ..control.view import ControlView, view_of
from ..errors import cause, translated_errors
from ..model.message import Message, plain, say
from ..model.telemetry import Telemetry
from ..model.validation import DAY_NAMES, InvalidInputError, at_most, most_power_w, number_in, plain_name
from ..records.audit_log import AuditEntry, AuditUnavailableError
from .control_issues import async_raise_or_settle, async_settle_stop_waits, async_tell_lost, async_tell_recovered
from .control_storage import (
    DISK_TIMEOUT_S,
    LOST,
    Recalled,
    audit_in_recorder,
    audit_trail,
    control_storage,
    database_url,
)
from .telemetry import TelemetryCoordinator

MAX_SCHEDULES: Final = 50

_TICK = timedelta(seconds=10)


class ControlService(DataUpdateCoordinator[ControlStatus]):
    """Runs the controller of one plant; `data` is what people see of it."""

    config_entry: ConfigEntry[Any]

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], telemetry: TelemetryCoordinator) -> None:
        """Initialize the service; nothing is read or written yet."""
        super().__init__(hass, LOGGER, config_entry=entry, name=f"{entry.title} control")
        assert entry.unique_id is not None
        self.telemetry = telemetry
        self.audit = audit_trail(hass, entry.unique_id, in_recorder=audit_in_recorder(entry))
        self.audit.on_lost = lambda: async_tell_lost(hass, entry, "audit", say("problem.audit_log_lost"))
        self.found: Message | None = None
        """What was found when this started."""

        self._storage = control_storage(hass, entry.unique_id)
        self._event_listeners: list[Callable[[ControlEvent], None]] = []
        self._controller: Controller | None = None

    @property
    def controller(self) -> Controller:
        """The controller; there is one once `async_start` has run."""
        assert self._controller is not None
        return self._controller

    @property
    def database_url(self) -> str:
        """Where the audit log is kept."""
        return database_url(self.hass, in_recorder=audit_in_recorder(self.config_entry))

    async def async_start(self) -> None:
        """Take up what was left, say what was found, and begin.

        Raises `ConfigEntryNotReady` and `ConfigEntryError` where what control must know is lost.
        """
        memory = without_lost(await self._async_recall(), rated_powers_w(self.telemetry.data))
        interrupted = await self._async_open_audit(memory)
        # From here to the controller nothing is awaited: a stop is taken either before, or by the controller.
        if stop_requested := self._storage.stop_requested:
            memory = replace(memory, emergency_stop=True, override=None)
        self._controller = Controller(
            Environment(
                plant=ControlledPlant(self.telemetry.client, lambda: self.telemetry.data),
                audit=self.audit,
                save=self._save,
                now=dt_util.utcnow,
                monotonic=monotonic,
                zone=_zone,
                on_event=self._on_event,
                on_change=self.async_show,
                firmware=self._firmware,
                rated_w=self._rated_w,
            ),
            memory,
        )
        self._storage.running, self._storage.stop_requested = self, False
        entry = self.config_entry
        # Awaited before the event on which the Modbus connections close.
        release = HassJob(self._async_release, name="sigenstor_panel release")
        entry.async_on_unload(self.hass.async_add_shutdown_job(release))
        entry.async_on_unload(async_track_time_interval(self.hass, self._on_time, _TICK, cancel_on_shutdown=True))
        self.found = _found(memory, self.telemetry.data, interrupted)
        LOGGER.info("%s: %s", entry.title, self.found)
        async_settle_stop_waits(self.hass, entry)
        if stop_requested:
            await self.controller.async_emergency_stop()
            self.async_show()
        else:
            await self.async_tick()

    async def async_stop(self, reason: Message) -> None:
        """End control, and close the audit, even where the caller is cancelled meanwhile."""
        await asyncio.shield(self.hass.async_create_task(self._async_stop(reason), f"{self.name} end"))

    async def _async_stop(self, reason: Message) -> None:
        try:
            if self._controller is not None:
                await self._controller.async_close(reason)
                while not self._controller.idle:
                    await self._controller.async_close(reason)
        finally:
            if self._storage.running is self:
                self._storage.running = None
            await self.audit.close()

    async def async_tick(self) -> None:
        """Let the controller do what is due, and show it."""
        await self.controller.async_tick()
        self.async_show()

    @property
    def view(self) -> ControlView:
        """What the optimiser looks at."""
        return view_of(self.controller, self.telemetry.data.control)

    async def async_take_request(self, request: Intent | None) -> None:
        """Take what the optimiser requests, in place of what it requested before; None: nothing."""
        self.controller.automatic = request
        await self.async_tick()

    async def async_force(
        self,
        kind: OverrideKind,
        *,
        power_w: float | None = None,
        target_soc: float | None = None,
        duration: timedelta | None = None,
    ) -> None:
        """Start a manual override. Raises `ServiceValidationError` when a value cannot be."""
        settings = self.controller.memory.settings
        with self._for_people():
            if self.controller.memory.emergency_stop:
                raise ServiceValidationError(translation_domain=DOMAIN, translation_key="emergency_stop_active")
            override = new_override(
                kind,
                now=dt_util.utcnow(),
                power_w=power_w,
                target_soc=target_soc,
                duration=duration,
                default_power_w=settings.override_power_w,
                default_charge_target_soc=settings.charge_target_soc,
                default_floor_soc=settings.export_floor_soc,
                most_w=most_power_w(self._rated_w()),
            )
            await self.controller.async_set_override(override)

    async def async_clear_override(self) -> None:
        """End the manual override, if there is one."""
        with self._for_people():
            await self.controller.async_set_override(None)

    async def async_emergency_stop(self) -> None:
        """Put the battery on hold at once and write nothing more until a person clears it."""
        with self._for_people():
            await self.controller.async_emergency_stop()

    async def async_clear_emergency_stop(self) -> None:
        """Let control go on."""
        with self._for_people():
            await self.controller.async_clear_emergency_stop()

    async def async_settle_limits(self, *, to_rated: bool) -> None:
        """Keep battery limits that may not be the owner's, or have the rated power in their place."""
        with self._for_people():
            await self.controller.async_settle_limits(to_rated=to_rated)

    async def async_charger(self, request: ChargerRequest) -> None:
        """Start, stop or limit a vehicle charger, and show what it does then."""
        with self._for_people():
            await self.controller.async_charger(request)
        await self.telemetry.async_request_refresh()

    async def async_test_pv_limit(self) -> PvTest:
        """Find out whether the plant obeys a limit on PV; it is limited for a minute at most."""
        with self._for_people():
            return await self.controller.async_test_pv_limit()

    async def async_check(self) -> None:
        """Begin to find out what the plant obeys; what it found is in the status."""
        with self._for_people():
            await self.controller.async_check()

    async def async_set_schedule(self, data: Mapping[str, Any]) -> Schedule:
        """Create a schedule, or change the one whose `id` is given. Raises `ServiceValidationError`."""
        today = dt_util.now().date()
        left = (schedule for schedule in self.controller.memory.schedules if not schedule.is_over(today))
        schedules = {schedule.id: schedule for schedule in left}
        with self._for_people():
            existing = self._schedule(data["id"]) if data.get("id") else None
            _check_input(data)
            if existing is None and len(schedules) >= MAX_SCHEDULES:
                raise InvalidInputError("schedules", say("invalid.at_most", most=MAX_SCHEDULES), len(schedules) + 1)
            schedule = parse_schedule(
                data, now=dt_util.utcnow(), existing=existing, most_w=most_power_w(self._rated_w())
            )
            when = attrgetter("only_on", "start", "end")
            if existing is None or when(existing) != when(schedule):
                check_day(schedule, dt_util.utcnow(), _zone())
            await self.controller.async_change(schedules=tuple({**schedules, schedule.id: schedule}.values()))
        return schedule

    async def async_delete_schedule(self, schedule_id: str) -> None:
        """Delete a schedule. Raises `ServiceValidationError` when there is none of this id."""
        with self._for_people():
            doomed = self._schedule(schedule_id)
            await self.controller.async_change(
                schedules=tuple(one for one in self.controller.memory.schedules if one is not doomed)
            )

    async def async_set_export_limit(self, limit_w: float | None) -> None:
        """Limit what is fed into the grid, or stop limiting it."""
        with self._for_people():
            most_w = most_power_w(self._rated_w())
            limit_w = None if limit_w is None else round(number_in("power_w", limit_w, 0, most_w, " W"))
            await self.controller.async_change(export_limit_w=limit_w)

    async def async_change_settings(self, **changes: Any) -> None:
        """Change settings; names of `SafetyLimits` go there."""
        with self._for_people():
            settings = self.controller.memory.settings
            of_limits = {name: value for name, value in changes.items() if hasattr(settings.limits, name)}
            others = {name: value for name, value in changes.items() if name not in of_limits}
            changed = replace(settings, limits=replace(settings.limits, **of_limits), **others)
            check_settings(changed)
            await self.controller.async_change(settings=changed)

    def _schedule(self, schedule_id: str) -> Schedule:
        for schedule in self.controller.memory.schedules:
            if schedule.id == schedule_id:
                return schedule
        raise InvalidInputError("id", say("invalid.schedule_id"), schedule_id)

    @contextmanager
    def _for_people(self) -> Generator[None]:
        """Turn what can go wrong into sentences, and show what became of it."""
        try:
            with translated_errors():
                yield
        finally:
            self.async_show()

    @callback
    def async_show(self) -> None:
        """Show the present state to everyone who listens."""
        if self._controller is None:
            return
        status = status_of(self.controller)
        if status is not None and status != self.data:
            async_raise_or_settle(self.hass, self.config_entry, status)
            self.async_set_updated_data(status)

    @callback
    def async_listen_events(self, listener: Callable[[ControlEvent], None]) -> Callable[[], None]:
        """Call `listener` for everything that happens; return what ends it."""
        self._event_listeners.append(listener)
        return lambda: self._event_listeners.remove(listener)

    @override
    async def _async_update_data(self) -> ControlStatus:
        """Return what there is to see; asked for by a manual refresh."""
        await self.controller.async_tick()
        status = status_of(self.controller)
        return self.data if status is None else status

    @callback
    def _on_event(self, event: ControlEvent) -> None:
        LOGGER.info(
            "%s: %s of %s by %s: %s", self.config_entry.title, event.kind, event.action, event.owner, event.reason
        )
        for listener in list(self._event_listeners):
            listener(event)
        if event.kind == "command":
            self.config_entry.async_create_background_task(
                self.hass, self.telemetry.async_request_refresh(), name="sigenstor_panel refresh after command"
            )

    def _firmware(self) -> str:
        return self.telemetry.inverters[0].firmware if self.telemetry.inverters else ""

    def _rated_w(self) -> int | None:
        return sum(info.rated_power_w or 0 for info in self.telemetry.inverters) or None

    async def _on_time(self, _now: datetime) -> None:
        await self.async_tick()

    async def _async_release(self) -> None:
        await self.async_stop(say("control.stopping"))

    async def _async_recall(self) -> ControlMemory:
        # A plant whose remote EMS cannot be read may be controlled by somebody else.
        under_remote = self.telemetry.data.control.remote_ems_enabled is not False
        storage = self._storage
        try:
            recalled = await storage.async_recall(self.audit, under_remote=under_remote)
        except (ConfigEntryError, ConfigEntryNotReady) as err:
            if not storage.stop_requested or err.translation_key not in LOST:
                # Forgetting an emergency stop or the owner's limits is worse than not starting.
                raise
            # A battery can be stopped without knowing what was before.
            problem = plain((err.translation_placeholders or {})["error"])
            recalled = Recalled(ControlMemory(emergency_stop=True), say("control.state_unknown", problem))
        if recalled.lost is not None:
            async_tell_recovered(self.hass, self.config_entry, recalled.memory, recalled.lost)
            await self._async_keep(recalled.memory)
        return recalled.memory

    async def _async_keep(self, memory: ControlMemory) -> None:
        """Write down what was found out; while the disk does not take it, it can be found out again."""
        stopped = memory.emergency_stop or self._storage.stop_requested
        try:
            async with asyncio.timeout(DISK_TIMEOUT_S):
                await self._save(replace(memory, emergency_stop=stopped))
        except OSError as err:
            LOGGER.warning("%s: what was recovered could not be saved: %s", self.config_entry.title, cause(err))

    async def _async_open_audit(self, memory: ControlMemory) -> list[AuditEntry]:
        try:
            async with self._storage.record_timeout(memory):
                return await self.audit.open()
        except (AuditUnavailableError, TimeoutError) as err:
            LOGGER.warning(
                "%s: the audit log cannot be opened: %s", self.config_entry.title, err or "it does not answer"
            )
            return []

    async def _save(self, memory: ControlMemory) -> None:
        await self._storage.saver.save(memory.as_dict())


def _check_input(schedule: Mapping[str, Any]) -> None:
    """Refuse what is refused of people only: a schedule that is on disk stays valid."""
    if "name" in schedule:
        plain_name("name", schedule["name"])
    if isinstance(days := schedule.get("days"), list | tuple | set | frozenset):
        at_most("days", days, len(DAY_NAMES))


def _zone() -> tzinfo:
    return dt_util.get_default_time_zone()


def _found(memory: ControlMemory, telemetry: Telemetry, interrupted: list[AuditEntry]) -> Message:
    """Return what was found at the start: what was stored, what the plant does, what was cut off."""
    parts = []
    if interrupted:
        parts.append(say("control.found_interrupted", writes=len(interrupted)))
    enabled, mode = telemetry.control.remote_ems_enabled, telemetry.control.remote_ems_mode
    if memory.emergency_stop:
        parts.append(say("control.found_stop"))
    elif memory.override is not None:
        parts.append(say("control.found_override", override=memory.override.kind.label))
    elif memory.written:
        parts.append(say("control.found_written"))
    if enabled and not memory.written:
        parts.append(say("control.found_others", mode=describe("remote_ems_mode", mode)))
    return say("control.started", *(parts or [say("control.found_own_mode")]))
