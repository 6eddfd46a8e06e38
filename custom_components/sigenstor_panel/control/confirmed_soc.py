"""The state of charge that two readings agree on."""

from ..model.telemetry import Source, Telemetry

_AGREEMENT = 2.0
"""How far two readings, some seconds apart, may differ, in percent."""


class ConfirmedSoc:
    """Believes a state of charge once a second reading agrees: a single wrong one must not end or move anything."""

    def __init__(self) -> None:
        """Initialize without a value."""
        self.value: float | None = None
        self._last: Telemetry | None = None

    def update(self, telemetry: Telemetry | None) -> None:
        """Take up a reading; the same one twice is one."""
        last = self._last
        if telemetry is None or telemetry is last or telemetry.soc is None or telemetry.source is not Source.MODBUS:
            return
        self._last = telemetry
        if last is not None and last.soc is not None and abs(telemetry.soc - last.soc) <= _AGREEMENT:
            self.value = telemetry.soc

    def at(self, telemetry: Telemetry) -> float | None:
        """Return the value at the time of a reading; None where that one does not agree: after a gap, it may be old."""
        if self.value is None or telemetry.soc is None or abs(telemetry.soc - self.value) > _AGREEMENT:
            return None
        return self.value
