"""Decides which changes of a value are worth a row in the recorder."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.helpers.typing import StateType

type SensorValue = StateType | datetime

_WRITE_SMALL_CHANGES_EVERY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Deadband:
    """The change that is written at once: the larger of an amount and a share of the last written value."""

    amount: float = 0.0
    share: float = 0.0

    def exceeded_by(self, before: float, after: float) -> bool:
        """Return whether a change is significant."""
        return abs(after - before) >= max(self.amount, self.share * abs(before))


NO_DEADBAND = Deadband()


class WriteGate:
    """Lets a significant change through at once, and a smaller one after a minute."""

    def __init__(self, deadband: Deadband) -> None:
        """Start with nothing written."""
        self._deadband = deadband
        self._written: SensorValue = None
        self._available: bool | None = None
        self._written_at: datetime | None = None

    def opens(self, value: SensorValue, *, available: bool, now: datetime) -> bool:
        """Return whether to write the value now, and remember it as written if so."""
        if not self._matters(value, available=available, now=now):
            return False
        self._written, self._available, self._written_at = value, available, now
        return True

    def _matters(self, value: SensorValue, *, available: bool, now: datetime) -> bool:
        if available != self._available or self._written_at is None:
            return True
        if value == self._written:
            return False
        if now - self._written_at >= _WRITE_SMALL_CHANGES_EVERY:
            return True
        if isinstance(value, datetime):
            return False
        if isinstance(value, (int, float)) and isinstance(self._written, (int, float)):
            return self._deadband.exceeded_by(self._written, value)
        return True
