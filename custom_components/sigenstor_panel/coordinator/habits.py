"""Learns the home's habits from the recorder's long-term statistics of the house energy.

The energy that the plant counts for the house has in it what vehicles took: where there is a charger, the mean power of
the house is what is learned, which leaves vehicles out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..const import DOMAIN, LOGGER
from ..errors import cause
from ..optimiser.load.habits import (
    DEFAULT_DAILY_KWH,
    LoadProfile,
    LoadSample,
    LoadSlot,
    ProfileError,
    default_profile,
    profile_error as error_of,
)
from ..statistics.chargers import charger_sensors
from ..statistics.energy import StatisticsPeriod, async_in_recorder, read_energy, read_power

HISTORY = timedelta(weeks=16)
"""Four half-lives of the profile's memory: what is older counts less than 7 %."""

FINE_HISTORY = timedelta(days=10)
"""How long the recorder keeps statistics of five minutes, unless its owner chose otherwise."""

MEASURED = timedelta(days=7)
"""The days on which a profile that did not see them is measured."""

RECENT = timedelta(hours=6)
"""What lies further back nudges nothing."""

_HALF_HOUR = timedelta(minutes=30)
_AHEAD = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a look at the whole history gave."""

    profile: LoadProfile
    error: ProfileError | None


@dataclass(frozen=True, slots=True)
class _House:
    """The statistics that tell what the house used."""

    energy_id: str
    power_id: str | None
    """Only where there are chargers."""


class HabitsCoordinator(DataUpdateCoordinator[LoadProfile]):
    """Keeps the load profile; learns at start, then once a day, and more often while it has little to go by.

    It moves with the recorder: every five minutes, when new statistics are there, it takes up what the house used
    lately. Without a recorder, or without history, the profile is the default one.
    """

    config_entry: ConfigEntry[Any]

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        """Initialize the coordinator; nothing is read yet."""
        super().__init__(hass, LOGGER, config_entry=entry, name=f"{entry.title} habits", update_interval=_HALF_HOUR)
        self.data = default_profile(DEFAULT_DAILY_KWH)
        self.profile_error: ProfileError | None = None
        """How far the profile was from the last week, learned without it; None until three weeks are known."""
        self.recent: tuple[LoadSample, ...] = ()
        """What the house used in the last six hours."""
        self.ahead: tuple[LoadSlot, ...] = ()
        """What the house is expected to use in the next two days, by half hours; renewed with every refresh."""
        self._learned_on: date | None = None

    def forecast(self, start: datetime, end: datetime, step: timedelta) -> tuple[LoadSlot, ...]:
        """Return the load to expect from `start` to `end` (aware), nudged by what the house used lately."""
        return self.data.forecast(dt_util.as_local(start), end, step, recent=self.recent)

    @override
    async def _async_setup(self) -> None:
        """Follow the recorder's statistics."""
        self.config_entry.async_on_unload(
            self.hass.bus.async_listen(EVENT_RECORDER_5MIN_STATISTICS_GENERATED, self._new_statistics)
        )

    @callback
    def _new_statistics(self, _event: Event) -> None:
        self.config_entry.async_create_background_task(self.hass, self.async_refresh(), f"{self.name} refresh")

    @override
    async def _async_update_data(self) -> LoadProfile:
        """Take up what there is to know, and look ahead with it."""
        profile = await self._async_learn()
        now = dt_util.now()
        start = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
        look_ahead = partial(profile.forecast, start, start + _AHEAD, _HALF_HOUR, recent=self.recent)
        self.ahead = await self.hass.async_add_executor_job(look_ahead)
        return profile

    async def _async_learn(self) -> LoadProfile:
        """Take up the latest statistics; learn anew on another day, and as long as there is no profile of this home."""
        house = self._house()
        if house is None or DATA_INSTANCE not in self.hass.data:
            return self.data
        now, today = dt_util.utcnow(), dt_util.now().date()
        try:
            self.recent = await async_in_recorder(self.hass, _samples, self.hass, house, now - RECENT, now - RECENT)
            if self._learned_on == today and not self.data.is_default:
                return self.data
            samples = await async_in_recorder(self.hass, _samples, self.hass, house, now - HISTORY, now - FINE_HISTORY)
        except SQLAlchemyError as err:
            # What was learned before still holds.
            LOGGER.warning("The history of %s could not be read: %s", self.config_entry.title, cause(err))
            return self.data
        learned = await self.hass.async_add_executor_job(_learn, samples, now, today)
        self.profile_error = learned.error
        self._learned_on = today
        return learned.profile

    def _house(self) -> _House | None:
        """Return where the history of the house is; None while its sensor is unknown."""
        registry, prefix = er.async_get(self.hass), self.config_entry.unique_id
        energy_id, power_id = (
            registry.async_get_entity_id(SENSOR_DOMAIN, DOMAIN, f"{prefix}_{key}")
            for key in ("house_energy", "house_power")
        )
        charged = charger_sensors(self.hass, self.config_entry, "charger_power")
        return None if energy_id is None else _House(energy_id, power_id if charged else None)


def _learn(samples: tuple[LoadSample, ...], now: datetime, today: date) -> _Learned:
    zone = dt_util.get_default_time_zone()
    measured_from = now - MEASURED
    before = [sample for sample in samples if sample.start < measured_from]
    earlier = LoadProfile.learn(before, zone, today - MEASURED)
    measured = [sample for sample in samples if sample.start >= measured_from]
    return _Learned(
        profile=LoadProfile.learn(samples, zone, today),
        error=None if earlier.is_default else error_of(earlier, measured, zone),
    )


def _samples(hass: HomeAssistant, house: _House, start: datetime, fine_from: datetime) -> tuple[LoadSample, ...]:
    """Return what was used since `start`: five minutes each since `fine_from` where there are such, else hours.

    Where the power was not recorded, the energy is better than nothing. Runs in the recorder's executor.
    """
    if house.power_id and (found := _fine_and_hours(partial(read_power, hass, house.power_id), start, fine_from)):
        return found
    return _fine_and_hours(partial(read_energy, hass, house.energy_id), start, fine_from)


def _fine_and_hours(
    read: Callable[[datetime, StatisticsPeriod], list[LoadSample]], start: datetime, fine_from: datetime
) -> tuple[LoadSample, ...]:
    fine = read(fine_from, "5minute")
    fine_hours = {_hour_of(sample) for sample in fine}
    return (*(sample for sample in read(start, "hour") if sample.start not in fine_hours), *fine)


def _hour_of(sample: LoadSample) -> datetime:
    return sample.start.replace(minute=0, second=0, microsecond=0)
