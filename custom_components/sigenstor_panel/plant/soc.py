"""Keeps a state of charge that a battery cannot have reached away from everything else."""

from datetime import datetime, timedelta

_AGREES = 2.0
"""How far two readings of the same state of charge may differ, in percent: rounding, and some seconds between them."""

_OVERLOAD = 2.0
_HELD_FOR = timedelta(seconds=60)
_ONLY_BAD = (0.0, 100.0)
"""What a bad sample reads, at the plant and at its inverters alike."""


class SocGuard:
    """Holds back a jump of the state of charge until a second reading, or the inverters' own, agree with it.

    Samples of 0 and 100 % that last for one poll were reported; a battery moves by tenths of a percent meanwhile.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._accepted: tuple[float, datetime] | None = None
        self._suspect: float | None = None

    def accept(
        self,
        soc: float | None,
        now: datetime,
        *,
        of_inverters: float | None = None,
        capacity_kwh: float | None = None,
        rated_w: int | None = None,
    ) -> float | None:
        """Return the state of charge in percent, the last one that could be true, or None.

        `of_inverters` is what the inverters say at the same time; `rated_w` and `capacity_kwh` say how fast it moves.
        """
        if soc is None or not 0 <= soc <= 100:
            return None
        if self._accepted is not None and now - self._accepted[1] <= _HELD_FOR:
            last, at = self._accepted
            within = _AGREES
            if capacity_kwh and rated_w:
                hours = max(0.0, (now - at).total_seconds()) / 3600
                within += 100 * _OVERLOAD * rated_w / 1000 * hours / capacity_kwh
            confirmed = self._suspect is not None and abs(soc - self._suspect) <= within
            agreed = soc not in _ONLY_BAD and of_inverters is not None and abs(soc - of_inverters) <= _AGREES
            if abs(soc - last) > within and not confirmed and not agreed:
                self._suspect = soc
                return last
        self._accepted, self._suspect = (soc, now), None
        return soc
