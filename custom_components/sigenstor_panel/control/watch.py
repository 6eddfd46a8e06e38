"""Watches over what was written: whether the battery follows it, and whether somebody else changes it."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from ..model.backoff import Backoff
from ..model.command import Action, ChargeSource, Command
from ..model.message import Message, say
from ..model.telemetry import Telemetry
from ..plant.register_writes import PV_LIMIT, HoldMethod
from .effect import Effect, effect_of
from .memory import ControlMemory
from .ownership import ForeignChange, reads_instead

_EFFECT_AFTER_S = 30.0
"""What the battery takes to follow a command."""

_READINGS = 2
"""How many readings in a row have to say that it does not follow."""

_WINDOW_S = 900.0
_SAID_WITHIN_S = 180.0
"""Two changes of one register within this time are said: whoever makes them may be the one that stands back."""

_MOST_REWRITES = 3
PAUSES = Backoff(300.0, 3_600.0)
_QUIET_S = 2 * PAUSES.longest_s
"""After so long without a change, the next one is a new beginning."""


class Remedy(StrEnum):
    """What to do about a battery that does not follow."""

    NONE = "none"
    CHARGE_VIA_GRID = "charge_via_grid"
    DISCHARGE_ESS_FIRST = "discharge_ess_first"
    NEXT_HOLD_METHOD = "next_hold_method"
    SAY_SO = "say_so"
    REVERT = "revert"


@dataclass(slots=True)
class EffectWatch:
    """Judges whether the battery follows the last command."""

    due_s: float | None = None
    """From when it is judged, by the steady clock; None while nothing is commanded."""

    _suspect_readings: int = 0
    _judged: Telemetry | None = None

    def written(self, now_s: float) -> None:
        """Judge what was just written once it has had its time."""
        self.due_s, self._suspect_readings = now_s + _EFFECT_AFTER_S, 0

    def end(self) -> None:
        """Judge nothing until something is written."""
        self.due_s, self._suspect_readings = None, 0

    @property
    def doubtful(self) -> bool:
        """Return whether the last reading did not fit the command."""
        return self._suspect_readings > 0

    def judge(self, command: Command, telemetry: Telemetry, memory: ControlMemory, now_s: float) -> Remedy | None:
        """Return what to do; None while nothing can be said, `Remedy.NONE` where the battery follows."""
        if self.due_s is None or now_s < self.due_s or telemetry is self._judged:
            return None
        self._judged = telemetry
        effect = effect_of(command, telemetry)
        if effect is Effect.UNKNOWN:
            return None
        if effect is Effect.AS_COMMANDED:
            self._suspect_readings = 0
            return Remedy.NONE
        self._suspect_readings += 1
        return _remedy(command, effect, memory) if self._suspect_readings >= _READINGS else None


def _remedy(command: Command, effect: Effect, memory: ControlMemory) -> Remedy:
    if effect is Effect.TOO_LITTLE:
        if command.action is Action.CHARGE:
            via_grid = command.source is ChargeSource.SOLAR_FIRST and not memory.charge_via_grid
            return Remedy.CHARGE_VIA_GRID if via_grid else Remedy.SAY_SO
        if command.action is Action.DISCHARGE:
            return Remedy.SAY_SO if memory.discharge_ess_first else Remedy.DISCHARGE_ESS_FIRST
        return Remedy.REVERT
    if command.action is not Action.HOLD:
        return Remedy.REVERT
    # Given back it would move more. Held by its cut-offs, it comes to rest within two percent.
    last = memory.hold_method is HoldMethod.CUTOFFS or command.cover_w
    return Remedy.SAY_SO if last else Remedy.NEXT_HOLD_METHOD


@dataclass(slots=True)
class _Contest:
    """The changes of one register by somebody else."""

    seen_s: deque[float] = field(default_factory=lambda: deque(maxlen=20))
    paused_before: bool = False


@dataclass(slots=True)
class ForeignWatch:
    """Counts who keeps changing what this controller wrote, and stands back for longer and longer."""

    pauses: int = 0
    paused_until_s: float = 0.0
    message: Message | None = None
    said_until_s: float = 0.0
    """How long it is worth saying who changes what, while nobody stands back."""

    export_paused_until_s: float = 0.0
    """As for the rest, for the export limit alone: whoever sets that does not want the battery."""

    pv_paused_until_s: float = 0.0
    """The same for the PV limit."""

    _contests: dict[str, _Contest] = field(default_factory=dict)

    def note(self, changes: list[ForeignChange], now_s: float) -> bool:
        """Take up changes; return whether to stand back from now on."""
        stand_back = False
        if (
            not self.paused_until_s
            and max(self.said_until_s, self.export_paused_until_s, self.pv_paused_until_s) <= now_s
        ):
            self.message = None
        for change in changes:
            contest = self._contests.setdefault(change.name, _Contest())
            if contest.seen_s and now_s - contest.seen_s[-1] > _QUIET_S:
                self._contests[change.name] = contest = _Contest()
            contest.seen_s.append(now_s)
            recent = [seen for seen in contest.seen_s if now_s - seen <= _WINDOW_S]
            fight = len(recent) >= _MOST_REWRITES or contest.paused_before
            if not fight and not any(0 < now_s - seen <= _SAID_WITHIN_S for seen in recent):
                continue
            self.message = say(
                "control.overwritten",
                reads_instead(change.name, change.ours, change.found),
                say("control.seen", times=len(recent)),
            )
            self.said_until_s = 0.0 if fight else now_s + _WINDOW_S
            if not fight:
                continue
            contest.paused_before = True
            if change.name == "export_limit_w":
                self.export_paused_until_s = now_s + self._next_pause_s()
            elif change.name == PV_LIMIT:
                self.pv_paused_until_s = now_s + self._next_pause_s()
            else:
                stand_back = True
        if stand_back:
            self.said_until_s = now_s + _WINDOW_S
            self.paused_until_s = now_s + self._next_pause_s()
        return stand_back

    def longer(self, now_s: float) -> bool:
        """Stand back for longer; return whether that is still possible."""
        if PAUSES.pause_s(self.pauses) >= PAUSES.longest_s:
            return False
        self.paused_until_s = now_s + self._next_pause_s()
        return True

    def forget(self) -> None:
        """Begin anew: a person asks for something."""
        self.pauses, self.message = 0, None
        self.paused_until_s = self.export_paused_until_s = self.pv_paused_until_s = self.said_until_s = 0.0
        self._contests.clear()

    def _next_pause_s(self) -> float:
        self.pauses += 1
        return PAUSES.pause_s(self.pauses)
