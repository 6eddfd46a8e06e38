"""By how much the prices of a spot market came above what was forecast of them lately: such errors last for hours."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from ..model.prices import PriceSlot
from .regimes import regime_of

_LEAD: Final = timedelta(hours=1)
_GRAIN: Final = timedelta(minutes=5)
_HALF_LIFE: Final = timedelta(hours=8)
_PRIOR: Final = 12
"""How many intervals without an error are believed in before any came: an hour."""
_MOST_PER_KWH: Final = 0.30
"""An error counts for this much at most: one interval says little of the hours after it."""
_SELL_SHARE: Final = 1 / 1.1
"""How much the feed-in price moves when the buy price moves by 1: it has no tax."""


class PriceErrors:
    """What was forecast an hour ahead, and by how much less it was than what came, later intervals counting for more."""

    def __init__(self) -> None:
        """Start with nothing learned."""
        self._said: dict[datetime, float] = {}
        self._at: datetime | None = None
        self._sum_per_kwh = self._weight = 0.0

    def take(self, prices: Iterable[PriceSlot], now: datetime) -> None:
        """Compare the price in force, once it is confirmed, and remember what is forecast of the time in an hour.

        Spikes are left out, announced ones too: they are no error of a level.
        """
        present, later = _grain(now), now + _LEAD
        self._said = {moment: said for moment, said in self._said.items() if moment >= present}
        for slot in prices:
            if regime_of(slot.buy_per_kwh):
                continue
            if slot.start <= now < slot.end and not slot.forecast and not slot.estimate and present in self._said:
                self._learn(slot.buy_per_kwh - self._said.pop(present), now)
            if slot.start <= later < slot.end and slot.forecast:
                self._said[_grain(later)] = slot.buy_per_kwh

    def bias_per_kwh(self, now: datetime) -> float:
        """Return by how much prices are likely to come above their forecasts, $."""
        kept = self._kept(now)
        return kept * self._sum_per_kwh / (kept * self._weight + _PRIOR)

    def corrected(self, prices: Iterable[PriceSlot], now: datetime) -> Iterator[PriceSlot]:
        """Yield the prices, forecasts of the time after now with what they are likely to be off by."""
        bias = self.bias_per_kwh(now)
        for slot in prices:
            if not bias or not slot.forecast or slot.start <= now or regime_of(slot.buy_per_kwh):
                yield slot
                continue
            sell = slot.sell_per_kwh
            yield replace(
                slot,
                buy_per_kwh=slot.buy_per_kwh + bias,
                sell_per_kwh=None if sell is None else sell + bias * _SELL_SHARE,
            )

    def _learn(self, error_per_kwh: float, now: datetime) -> None:
        kept = self._kept(now)
        self._sum_per_kwh = kept * self._sum_per_kwh + min(max(error_per_kwh, -_MOST_PER_KWH), _MOST_PER_KWH)
        self._weight = kept * self._weight + 1
        self._at = now

    def _kept(self, now: datetime) -> float:
        """Return how much of what was learned still counts."""
        return 0.0 if self._at is None else 0.5 ** (max(now - self._at, timedelta()) / _HALF_LIFE)


def _grain(moment: datetime) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (moment - epoch) // _GRAIN * _GRAIN
