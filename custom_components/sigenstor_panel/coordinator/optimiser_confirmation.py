"""Waits for the price in force to be confirmed, as long as that usually takes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from ..model.prices import Prices, PriceSlot
from ..optimiser.contract import PlanInputs

CONFIRMED_WITHIN: Final = timedelta(seconds=45)
"""How long after its start the price of an interval is waited for; after that, what is expected of it counts."""


class Confirmation:
    """Says whether a decision is to wait, and calls back when the price in force is late."""

    def __init__(self, hass: HomeAssistant, decide: Callable[[], None]) -> None:
        """Take what is to be done when no confirmation came."""
        self._hass = hass
        self._decide = decide
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def wait(self, inputs: PlanInputs | None, prices: Prices | None) -> bool:
        """Return whether what was decided is to wait; what was waited for before is not waited for any longer."""
        if inputs is None or prices is None or not inputs.slots[0].estimate:
            return self._wait_for(None)
        return self._wait_for(prices.current(inputs.now))

    @callback
    def expect(self, prices: Prices) -> None:
        """Have it decided anew when the price in force is not confirmed in time, whether or not that was asked for."""
        now = dt_util.utcnow()
        self._wait_for(prices.current(now) if prices.unconfirmed(now) else None)

    def _wait_for(self, slot: PriceSlot | None) -> bool:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None
        if slot is None or dt_util.utcnow() >= (until := slot.start + CONFIRMED_WITHIN):
            return False
        due = HassJob(self._due, cancel_on_shutdown=True)
        self._cancel = async_track_point_in_utc_time(self._hass, due, until)
        return True

    @callback
    def _due(self, _now: datetime) -> None:
        self._cancel = None
        self._decide()
