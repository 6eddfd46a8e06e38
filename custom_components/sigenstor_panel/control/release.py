"""Gives the plant back, again and again until it is taken, and leaves it alone for a while where it did not obey."""

from ..model.backoff import Backoff
from ..model.command import Actor
from ..model.message import Message, say
from ..model.telemetry import Telemetry
from .alerts import Alert, Alerts
from .environment import Environment
from .execution import Done, Execution
from .guardrails import RELEASE, why_stale
from .intents import Intent
from .state import State
from .watch import EffectWatch

_RETRY = Backoff(30.0, 300.0)
_LEFT_ALONE = Backoff(300.0, 3_600.0)
_CLOSING_ATTEMPTS = 3


class Release:
    """The way out of control."""

    def __init__(
        self, env: Environment, state: State, alerts: Alerts, execution: Execution, effect: EffectWatch
    ) -> None:
        """Initialize; nothing is given back yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._execution = execution
        self._effect = effect
        self.pending = False
        """Whether the plant did not take it yet."""

        self._refusals = 0
        self._reverts = 0
        self._back_off_until_s = 0.0
        self.back_off_reason: Message | None = None

    def begin_anew(self) -> None:
        """End a back-off: a person asks for something."""
        self._refusals = self._reverts = 0
        self._back_off_until_s = 0.0
        self._alerts.clear(Alert.NOT_OBEYED)

    def obeyed(self) -> None:
        """Take note that the battery follows."""
        self._reverts = 0
        self._alerts.clear(Alert.NOT_OBEYED)

    @property
    def back_off_s(self) -> float:
        """For how long the plant is left alone after a revert, in s."""
        return max(0.0, self._back_off_until_s - self._env.monotonic())

    async def revert(self, why: Message) -> None:
        """Give the plant back after something went wrong, and leave it alone for a while."""
        self._reverts += 1
        self._back_off_until_s = self._env.monotonic() + _LEFT_ALONE.pause_s(self._reverts)
        self.back_off_reason = say("control.handed_back", why)
        self._alerts.set(Alert.NOT_OBEYED, self.back_off_reason)
        await self._now(say("control.reverting", why))

    async def again(self, telemetry: Telemetry | None) -> bool:
        """Give the plant back after it refused, when that is due; less and less often, while it goes on refusing."""
        if why_stale(telemetry, self._state.memory.settings.limits, self._env.now()):
            # A plant that was away may take now what it refused before.
            self._refusals = 0
        since_s = self._env.monotonic() - (self._execution.writer.written_at_s or 0.0)
        return since_s >= _RETRY.pause_s(self._refusals) and await self._now(
            say("control.handing_back_again"), again=True
        )

    async def on_closing(self, reason: Message) -> None:
        """Give the plant back for the last time."""
        for _ in range(_CLOSING_ATTEMPTS):
            if (await self._apply(say("control.home_assistant"), reason)).taken:
                return

    def taken(self) -> None:
        """Take note that the plant runs on its own."""
        self.pending = False
        self._effect.end()

    def any_taken(self) -> None:
        """Take note that the plant takes what it is told."""
        self._refusals = 0
        self._alerts.clear(Alert.NOT_RELEASED)

    def refused(self, done: Done) -> None:
        """Take note that the plant has not taken it yet."""
        self.pending = True
        self._refusals += done.refused_by_plant
        self._alerts.set(Alert.NOT_RELEASED, say("control.not_handed_back", done.detail))

    async def _now(self, why: Message, *, again: bool = False) -> bool:
        self.pending = True
        self._effect.end()
        done = await self._apply(say("control.safety"), why, again=again)
        if done.taken:
            self.any_taken()
            self.taken()
        else:
            self.refused(done)
        return done.taken

    async def _apply(self, requested_by: Message, why: Message, *, again: bool = False) -> Done:
        intent = Intent(command=RELEASE, actor=Actor.SYSTEM, requested_by=requested_by, reason=why, expires_at=None)
        return await self._execution.apply(RELEASE, intent, why, export_limit_w=None, urgent=True, again=again)
