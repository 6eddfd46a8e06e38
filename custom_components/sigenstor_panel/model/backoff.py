"""How long to wait before something that failed is tried again."""

from dataclasses import dataclass

_MOST_STEPS = 64
"""Far beyond any longest pause, and far from an overflow."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow by a factor with every failure in a row, up to the longest."""

    first_s: float
    longest_s: float
    factor: float = 2.0

    def pause_s(self, failures: int) -> float:
        """Return the pause after so many failures in a row; after none it is the first."""
        return min(self.longest_s, self.first_s * self.factor ** min(max(failures - 1, 0), _MOST_STEPS))
