"""Keeps a state of charge that a battery cannot have reached away from everything else."""

from datetime import datetime, timedelta

_AGREES = 2.0
"""How far two readings of the same state of charge may differ, in percent: rounding, and some seconds between them."""

_OVERLOAD = 2.0
_HELD_FOR = timedelta(seconds=60)
_HELD_POLLS = 3
_ONLY_BAD = (0.0, 100.0)
"""What a bad sample reads, at the plant and at its inverters alike."""


class SocGuard:
    """Holds back a jump of the state of charge until a second reading, or the inverters' own, agree with it.

    Samples of 0 and 100 % that last for one poll were reported; a battery moves by tenths of a percent meanwhile.
    """

    def __init__(self, poll_s: float) -> None:
        """Start with nothing known."""
        self._held_for = max(_HELD_FOR, timedelta(seconds=_HELD_POLLS * poll_s))
        self._accepted: tuple[float, datetime] | None = None
        self._suspect: tuple[float, datetime] | None = None

    def accept(
        self,
        soc: float | None,
        now: datetime,
        *,
        of_inverters: float | None = None,
        capacity_kwh: float | None = None,
        rated_w: int | None = None,
    ) -> float | None:
        """Return the state of charge in percent, the last one that could be true where it is recent, or None.

        `of_inverters` is what the inverters say at the same time; `rated_w` and `capacity_kwh` say how fast it moves.
        """
        if soc is None or not 0 <= soc <= 100:
            return None

        def follows(before: tuple[float, datetime] | None, *, moving: bool) -> bool:
            """Return whether it can have become this since then."""
            if before is None:
                return False
            within = _AGREES
            if moving and capacity_kwh and rated_w:
                hours = max(0.0, (now - before[1]).total_seconds()) / 3600
                within += 100 * _OVERLOAD * rated_w / 1000 * hours / capacity_kwh
            return abs(soc - before[0]) <= within

        recent, doubtful = self._is_recent(self._accepted, now), soc in _ONLY_BAD
        agreed = of_inverters is not None and abs(soc - of_inverters) <= _AGREES
        if (
            follows(self._accepted, moving=recent or not doubtful)
            or (self._is_recent(self._suspect, now) and follows(self._suspect, moving=True))
            or (not doubtful and (agreed or self._accepted is None))
        ):
            self._accepted, self._suspect = (soc, now), None
            return soc
        self._suspect = soc, now
        return self._accepted[0] if self._accepted is not None and recent else None

    def _is_recent(self, reading: tuple[float, datetime] | None, now: datetime) -> bool:
        return reading is not None and now - reading[1] <= self._held_for
