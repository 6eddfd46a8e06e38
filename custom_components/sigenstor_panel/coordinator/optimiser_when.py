"""When the optimiser decides: by the clock, on a confirmed price, and when what a decision depends on has changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .prices import PricesCoordinator
from .telemetry import TelemetryCoordinator


class Occasions:
    """Asks for a decision whenever there is a reason for one, by the name of the reason."""

    def __init__(
        self,
        hass: HomeAssistant,
        *,
        telemetry: TelemetryCoordinator,
        prices: PricesCoordinator | None,
        wanted: Callable[[], tuple[object, ...]],
        request: Callable[[str], None],
    ) -> None:
        """Initialize; nothing is listened to yet.

        `wanted` tells whether people act by hand, and then all else that control wants and a decision depends on.
        """
        self._hass = hass
        self._telemetry = telemetry
        self._prices = prices
        self._wanted = wanted
        self._request = request
        self._cancel_next: CALLBACK_TYPE | None = None
        self._confirmed: tuple[datetime, float, float | None] | None = None
        self._said = False
        self._requested = wanted()
        self._readable = telemetry.readable

    @callback
    def start(self) -> list[CALLBACK_TYPE]:
        """Listen to the plant and the prices, and return what ends it."""
        self._requested = self._wanted()
        self._confirmed, self._said = self._confirmed_price(), self._is_said()
        ends = [self._telemetry.async_add_listener(self._telemetry_changed)]
        if self._prices is not None:
            ends.append(self._prices.async_add_listener(self._prices_changed))
        return ends

    @callback
    def decided(self, interval: timedelta | None) -> datetime | None:
        """Arrange for the next decision by the clock, at multiples of an interval since local midnight; return when."""
        self.cancel()
        self._readable = self._telemetry.readable
        if interval is None:
            return None
        now = dt_util.utcnow()
        midnight = dt_util.as_utc(dt_util.start_of_local_day())
        next_at = midnight + ((now - midnight) // interval + 1) * interval
        due = HassJob(self._due, cancel_on_shutdown=True)
        self._cancel_next = async_track_point_in_utc_time(self._hass, due, next_at)
        return next_at

    @callback
    def cancel(self) -> None:
        """Let no decision come by the clock."""
        if self._cancel_next is not None:
            self._cancel_next()
            self._cancel_next = None

    @callback
    def _due(self, _now: datetime) -> None:
        self._cancel_next = None
        self._request("time")

    @callback
    def control_changed(self) -> None:
        """Ask for a decision where people stopped to act by hand, or want something else."""
        before, self._requested = self._requested, self._wanted()
        if self._requested == before:
            return
        overridden, *settings = before
        still_overridden, *settings_now = self._requested
        if overridden and not still_overridden:
            self._request("override_ended")
        elif settings != settings_now:
            self._request("settings")

    @callback
    def _prices_changed(self) -> None:
        before, self._confirmed = self._confirmed, self._confirmed_price()
        said, self._said = self._said, self._is_said()
        if self._said != said or (self._confirmed is not None and self._confirmed != before):
            self._request("price")

    def _is_said(self) -> bool:
        """Return whether the source has said what is in force, if only as a forecast that is not old."""
        prices, now = None if self._prices is None else self._prices.data, dt_util.utcnow()
        return prices is not None and prices.current(now) is not None and not prices.guessed(now)

    def _confirmed_price(self) -> tuple[datetime, float, float | None] | None:
        """Return the price in force, and since when, unless it is an estimate."""
        prices = None if self._prices is None else self._prices.data
        slot = None if prices is None else prices.current(dt_util.utcnow())
        if prices is None or slot is None or prices.unconfirmed(dt_util.utcnow()):
            return None
        return slot.start, slot.buy_per_kwh, slot.sell_per_kwh

    @callback
    def _telemetry_changed(self) -> None:
        before, self._readable = self._readable, self._telemetry.readable
        if self._readable != before:
            self._request("plant_back" if self._readable else "plant_gone")
