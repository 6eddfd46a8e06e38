"""The main fuse of the house: what it carries, and whether it is blown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FUSE_VOLTAGE_V = 230.0
HOLDS_S = 5.0


@dataclass(slots=True)
class MainFuse:
    """A fuse in the grid connection; unlimited where nothing is set.

    `rated_a` is a phase's, `rated_w` all phases'. More is carried for `holds_s`.
    """

    rated_a: float | None = None
    rated_w: int | None = None
    holds_s: float = HOLDS_S
    over_s: float = 0.0
    highest_import_w: int = 0
    blown: bool = False

    def carry(self, grid_w: int, phases_w: Callable[[], Sequence[int]], seconds: float) -> None:
        """Carry a power for a time; its phases are asked for where they count."""
        self.highest_import_w = max(self.highest_import_w, grid_w)
        over = self.rated_w is not None and grid_w > self.rated_w
        if self.rated_a is not None:
            over |= max(phases_w()) > self.rated_a * FUSE_VOLTAGE_V
        self.over_s = self.over_s + seconds if over else 0.0
        self.blown |= self.over_s > self.holds_s

    def replace(self) -> None:
        """Put in a new one."""
        self.over_s = 0.0
        self.highest_import_w = 0
        self.blown = False
