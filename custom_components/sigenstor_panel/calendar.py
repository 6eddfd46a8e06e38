"""The calendar of the schedules: its events are their windows; they are changed with the actions."""

from datetime import datetime, timedelta
from typing import override

from homeassistant.components.calendar import CalendarEntity, CalendarEntityDescription, CalendarEvent
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .control.schedules import Schedule, ScheduleAction, Window, active_window, windows
from .entity import ControlEntity, async_add_in_steps
from .model.message import Message, say
from .runtime import SigenStorConfigEntry
from .texts import localize

PARALLEL_UPDATES = 0

CALENDARS = (CalendarEntityDescription(key="schedules", translation_key="schedules"),)

_LOOK_AHEAD = timedelta(days=14)
_LONGEST_RANGE = timedelta(days=366)


async def async_setup_entry(
    hass: HomeAssistant, entry: SigenStorConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the calendar."""
    control = entry.runtime_data.control
    await async_add_in_steps(async_add_entities, (ScheduleCalendar(control, description) for description in CALENDARS))


class ScheduleCalendar(ControlEntity, CalendarEntity):
    """The windows of the enabled schedules."""

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """The window that counts now, or the next one within two weeks."""
        now = dt_util.utcnow()
        window = active_window(self.status.schedules, now, dt_util.get_default_time_zone())
        if window is None:
            window = next(iter(_windows(self.status.schedules, now, now + _LOOK_AHEAD)), None)
        return None if window is None else _event(self.hass, window)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the windows that touch a range, of a year at most."""
        end_date = min(end_date, start_date + _LONGEST_RANGE)
        schedules = self.status.schedules
        return await hass.async_add_executor_job(
            lambda: [_event(hass, window) for window in _windows(schedules, start_date, end_date)]
        )


def _windows(schedules: tuple[Schedule, ...], start: datetime, end: datetime) -> list[Window]:
    zone = dt_util.get_default_time_zone()
    found = [window for schedule in schedules if schedule.enabled for window in windows(schedule, start, end, zone)]
    return sorted(found, key=lambda window: (window.start, -window.schedule.priority))


def _event(hass: HomeAssistant, window: Window) -> CalendarEvent:
    schedule = window.schedule
    return CalendarEvent(
        start=dt_util.as_local(window.start),
        end=dt_util.as_local(window.end),
        summary=schedule.name,
        description=localize(hass, _description(schedule)),
        uid=f"{schedule.id}_{window.start:%Y%m%dT%H%M%SZ}",
    )


def _description(schedule: Schedule) -> Message:
    """Return what the schedule does: "Charge at 2.5 kW up to 80 %"."""
    if schedule.action in {ScheduleAction.HOLD, ScheduleAction.SELF_CONSUME}:
        return say(f"word.action_{schedule.action.value}")
    charging, power_w, target_soc = schedule.action is ScheduleAction.CHARGE, schedule.power_w, schedule.target_soc
    if target_soc is None:
        return say("control.schedule_charge" if charging else "control.schedule_discharge", power_w=power_w)
    key = "control.schedule_charge_to" if charging else "control.schedule_discharge_to"
    return say(key, power_w=power_w, target_soc=target_soc)
