"""The moment at which tests of prices start, and ways to others."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from custom_components.sigenstor_panel.coordinator.prices import PriceConfig, PricesCoordinator

START = datetime(2026, 1, 15, 2, 0, 40, tzinfo=UTC)
"""12:00:40 market time: the price is confirmed."""
SERIAL = "110A118B0001"

type Move = Callable[..., Awaitable[None]]
type Make = Callable[[PriceConfig], PricesCoordinator]


def at(hour: int, minute: int, second: int = 0, day: int = 15) -> datetime:
    return datetime(2026, 1, day, hour, minute, second, tzinfo=UTC)
