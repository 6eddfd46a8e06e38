"""Keeps the prices of a home current, and the last good ones through every failure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import uniform
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from ..clients.amber import AmberAuthError, AmberClient
from ..const import DOMAIN, LOGGER
from ..model.backoff import Backoff
from ..model.message import Message
from ..model.prices import Prices, PriceSlot
from ..optimiser.price_errors import PriceErrors
from ..statistics.prices import async_keep_prices
from ..texts import currency_of, localize
from .price_entities import EntityFeed
from .price_feeds import (
    AmberConfig,
    AmberFeed,
    AskedTooSoonError,
    EntityConfig,
    NoPricesError,
    PriceConfig,
    PriceFeed,
    TariffConfig,
    TariffFeed,
)

__all__ = ["AmberConfig", "EntityConfig", "PriceConfig", "PricesCoordinator", "TariffConfig"]

_RETRY: Final = Backoff(60.0, 900.0)


def retry_after_s(failures: int, at_least_s: float | None, jitter: Callable[[float, float], float] = uniform) -> float:
    """Return how long to wait after so many failures in a row: doubling from a minute to a quarter of an hour."""
    return max(_RETRY.pause_s(failures), at_least_s or 0.0) * jitter(1.0, 1.2)


class PricesCoordinator(DataUpdateCoordinator[Prices]):
    """Polls one source at the moments that it names; `data` is the last good, marked stale while it fails."""

    config_entry: ConfigEntry[Any]

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], config: PriceConfig) -> None:
        """Initialize the coordinator; nothing is fetched yet."""
        super().__init__(hass, LOGGER, config_entry=entry, name=f"{entry.title} prices", always_update=False)
        self._feed = _feed(hass, config)
        self._failures = 0
        self._kept_until: datetime | None = None
        self._cancel_poll: CALLBACK_TYPE | None = None
        self._cancel_boundary: CALLBACK_TYPE | None = None
        self.problem: Message | None = None
        """Why the prices are stale, or why there are none; None while all is well."""
        self.next_poll_at: datetime | None = None
        self.settled: tuple[PriceSlot, ...] = ()
        """The past week's prices, from a source that has them."""
        self.errors = PriceErrors()

    @property
    def fresh(self) -> bool:
        """Whether the prices are what the source says now, and one is in force."""
        if self.data is None or self.data.stale or not self.last_update_success:
            return False
        return self.data.current(dt_util.utcnow()) is not None

    @override
    async def _async_update_data(self) -> Prices:
        """Ask the source once, and arrange for the next time."""
        now = dt_util.utcnow()
        planned = self.next_poll_at
        # An error that nobody expects must not end the polling.
        self._poll_at(now + timedelta(seconds=_RETRY.longest_s))
        try:
            fetched = await self._feed.async_fetch(now)
        except NoPricesError as err:
            return self._failed(now, err, planned)
        except AmberAuthError as err:
            # Home Assistant logs this one itself.
            self.problem = err.message
            self._mark_stale()
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="amber_auth_failed") from err
        self._failures = 0
        self._note(fetched.problem)
        self._poll_at(fetched.next_poll_at)
        if fetched.settled:
            self.settled = fetched.settled
            self._keep(fetched.settled, None, now)
        self._kept_until = self._keep(fetched.prices.slots, self._kept_until, now)
        if fetched.prices.spot:
            self.errors.take(fetched.prices.slots, now)
        self._watch(fetched.prices, now)
        return fetched.prices

    @override
    async def async_shutdown(self) -> None:
        """Stop polling."""
        await super().async_shutdown()
        for cancel in (self._cancel_poll, self._cancel_boundary):
            if cancel is not None:
                cancel()
        self._cancel_poll = self._cancel_boundary = None

    def _keep(self, slots: Sequence[PriceSlot], since: datetime | None, now: datetime) -> datetime | None:
        assert self.config_entry.unique_id is not None
        currency = currency_of(self.hass, self.config_entry)
        return async_keep_prices(self.hass, self.config_entry.unique_id, slots, since, now, currency=currency)

    def _failed(self, now: datetime, err: NoPricesError, planned: datetime | None) -> Prices:
        """Keep the last good prices, marked stale, and slow down; who only asked too soon puts nothing off."""
        if isinstance(err, AskedTooSoonError) and planned is not None and planned > now:
            self._poll_at(planned)
        else:
            self._failures += 1
            self._poll_at(now + timedelta(seconds=retry_after_s(self._failures, err.retry_after_s)))
        self._note(err.message)
        self._mark_stale()
        if self.data is None:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key="no_prices",
                translation_placeholders={"error": localize(self.hass, err.message)},
            ) from err
        return self.data

    def _mark_stale(self) -> None:
        if self.data is not None:
            self.data = replace(self.data, stale=True)

    def _note(self, problem: Message | None) -> None:
        """Log once when the prices go stale, and once when they are current again."""
        if problem is not None and self.problem is None and self.data is not None:
            LOGGER.warning("%s: not all prices are current: %s", self.config_entry.title, problem)
        elif problem is None and self.problem is not None:
            LOGGER.info("%s: prices are current again", self.config_entry.title)
        self.problem = problem

    def _poll_at(self, moment: datetime) -> None:
        if self._cancel_poll is not None:
            self._cancel_poll()
            self._cancel_poll = None
        self.next_poll_at = moment
        if not self._shutdown_requested:
            self._cancel_poll = self._call_at(self._poll, moment)

    @callback
    def _poll(self, _now: datetime) -> None:
        self._cancel_poll = None
        self.config_entry.async_create_background_task(self.hass, self.async_refresh(), f"{self.name} poll")

    def _watch(self, prices: Prices, now: datetime) -> None:
        """Tell listeners when another price comes into force, or what stands in for one has become too old."""
        if self._cancel_boundary is not None:
            self._cancel_boundary()
            self._cancel_boundary = None
        current, following = prices.current(now), prices.next_after(now)
        boundary = current.end if current else following.start if following else None
        if boundary is not None and prices.spot and now < prices.forecast_stands_until:
            boundary = min(boundary, prices.forecast_stands_until)
        if boundary is not None and not self._shutdown_requested:
            self._cancel_boundary = self._call_at(self._boundary, boundary)

    def _call_at(self, action: Callable[[datetime], None], moment: datetime) -> CALLBACK_TYPE:
        return async_track_point_in_utc_time(self.hass, HassJob(action, cancel_on_shutdown=True), moment)

    @callback
    def _boundary(self, now: datetime) -> None:
        self._cancel_boundary = None
        self.async_update_listeners()
        self._watch(self.data, max(now, dt_util.utcnow()))


def _feed(hass: HomeAssistant, config: PriceConfig) -> PriceFeed:
    match config:
        case AmberConfig():
            client = AmberClient(async_get_clientsession(hass), config.token, config.base_url)
            return AmberFeed(client, config.site_id)
        case EntityConfig():
            return EntityFeed(hass, config)
        case TariffConfig():
            return TariffFeed(config.tariff)
