"""A test that a person starts: whether PV follows a limit on it. Pure but for the event that tells that it is over."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from ..model.message import Message, say
from ..model.telemetry import Telemetry

LEAST_PV_W: Final = 500
"""Below this, a limit cannot be told from a cloud."""

LONGEST_S: Final = 60.0
"""How long PV is limited at most."""

LONGEST_TEST_S: Final = 300.0
"""When whoever asked stops waiting: a change may have to wait for the one before it."""

_POLL_S = 10.0
_BEGINS_WITHIN_S = 180.0
_READINGS = 2
"""How many readings in a row have to show PV at its limit."""

_TOLERANCE_W = 200
_TOLERANCE_SHARE = 0.1


def most_w(limit_w: int) -> float:
    """Return the most that PV under a limit may be measured to give."""
    return limit_w + _tolerance_w(limit_w)


def _tolerance_w(limit_w: int) -> float:
    return max(_TOLERANCE_W, _TOLERANCE_SHARE * limit_w)


@dataclass(slots=True)
class PvTest:
    """A test that runs, and then what came of it."""

    before_w: int
    limit_w: int
    asked_s: float
    seen_w: int | None = None
    """What PV gave at the last reading under the limit."""

    readings: int = 0
    """How many readings there were under the limit."""

    lasted_s: float = 0.0
    obeyed: bool | None = None
    """None: it showed nothing."""

    said: Message | None = None
    done: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once PV may give all it can again, or that was tried."""

    _held_since_s: float | None = None
    _follows: int = 0
    _seen: Telemetry | None = None

    def take(self, pv_w: int | None, telemetry: Telemetry | None, *, held: bool, now_s: float) -> None:
        """Take up what the plant's registers hold and, where it is new and fresh, what PV gives."""
        if self.done:
            return
        if not held:
            self._wait(pv_w, now_s)
            return
        if self._held_since_s is None:
            self._held_since_s, self._seen = now_s, None
        self.lasted_s = now_s - self._held_since_s
        if pv_w is not None and telemetry is not self._seen:
            self._seen, self.seen_w = telemetry, pv_w
            self.readings += 1
            # PV far below its limit is not held by it: a cloud is the likelier cause.
            at_limit = abs(pv_w - self.limit_w) <= _tolerance_w(self.limit_w)
            self._follows = self._follows + 1 if at_limit else 0
        if self._follows >= _READINGS:
            self.obeyed = True
            self.end()
        elif self.lasted_s > LONGEST_S - 1.5 * _POLL_S:
            if self.seen_w is not None and self.readings >= _READINGS and self.seen_w > most_w(self.limit_w):
                self.obeyed = False
            self.end(None if self.obeyed is False else say("control.pv_unsteady"))

    def _wait(self, pv_w: int | None, now_s: float) -> None:
        """Take up what PV gives while the limit does not stand, or no longer."""
        if self._held_since_s is not None:
            self.end(say("control.pv_limit_changed"))
        elif now_s - self.asked_s > _BEGINS_WITHIN_S:
            self.end(say("control.pv_limit_not_written"))
        elif pv_w is not None and pv_w <= most_w(self.limit_w):
            self.end(say("control.pv_unsteady"))
        elif pv_w is not None:
            self.before_w = pv_w

    def end(self, why: Message | None = None) -> None:
        """End the test; `why` counts where it has shown nothing."""
        if self.done:
            return
        self.done = True
        if self.obeyed is None or self.seen_w is None:
            self.said = say("control.pv_test_nothing", why)
            return
        self.said = say(
            "control.pv_test_obeyed" if self.obeyed else "control.pv_test_not_obeyed",
            say("control.pv_test_seen", before_w=self.before_w, limit_w=self.limit_w),
            say("control.pv_test_then", seen_w=self.seen_w, lasted_s=self.lasted_s),
        )
