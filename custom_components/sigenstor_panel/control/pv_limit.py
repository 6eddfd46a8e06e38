"""Whether PV is limited, whether it follows, and that it comes back as soon as nobody asks for it any more."""

from dataclasses import replace

from ..model.backoff import Backoff
from ..model.command import Actor, Command
from ..model.message import Message, say
from ..model.telemetry import Telemetry
from ..plant.register_writes import PV_LIMIT, same
from .alerts import Alert, Alerts
from .environment import Environment
from .execution import PV_FREED, Execution
from .guardrails import RELEASE, own_pv_w, why_stale
from .intents import Intent
from .pv_test import PvTest, most_w
from .state import State

_FOLLOWS_AFTER_S = 30.0
"""What PV takes to follow a limit."""

_IN_A_ROW = 2
"""How many readings, or writes that the plant did not take, show that it does not obey."""

_NOT_TAKEN_PAUSE_S = 300.0
"""For how long it is not asked for after the plant did not take it."""

_RETRY = Backoff(30.0, 300.0)


class PvLimit:
    """The limit on PV, register 40036."""

    def __init__(self, env: Environment, state: State, alerts: Alerts, execution: Execution) -> None:
        """Initialize; nothing is limited yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._execution = execution
        self.asked = False
        """Whether this cycle's command limits PV, and may."""

        self.test: PvTest | None = None
        """The test that runs."""

        self._ended: PvTest | None = None
        self._limit_w: int | None = None
        self._due_s = 0.0
        self._suspect_readings = 0
        self._judged: Telemetry | None = None
        self._refusals = 0
        self._refused_s = 0.0
        self._not_taken = 0
        self._paused_until_s = 0.0

    @property
    def limit_w(self) -> int | None:
        """The limit of ours that the plant was read to hold; None while there is none."""
        present, ours = self._execution.registers.present, self._state.memory.written.get(PV_LIMIT, ())
        found = None if present is None else present.pv_limit_w
        return found if found is not None and any(same(PV_LIMIT, one, found) for one in ours) else None

    def as_allowed(self, command: Command, *, others_set_it: bool) -> Command:
        """Return a command without a limit that this plant was not seen to obey, or that is no limit to it."""
        limit_w = command.pv_limit_w
        if limit_w is None:
            return command
        obeyed = self._state.memory.pv_limit_obeyed is True and self._env.monotonic() >= self._paused_until_s
        tried = obeyed or self.test is not None
        rated_w = self._env.rated_w()
        if tried and not others_set_it and (rated_w is None or limit_w < rated_w):
            return command
        return replace(command, pv_limit_w=None)

    async def not_taken(self, detail: Message | None) -> None:
        """Go without a limit that the plant did not take; at the second time in a row it is not obeyed here."""
        if self.test is not None:
            await self.end_test(detail)
            return
        self._not_taken += 1
        self._paused_until_s = self._env.monotonic() + _NOT_TAKEN_PAUSE_S
        if self._not_taken >= _IN_A_ROW:
            self._not_taken = 0
            await self._state.keep(pv_limit_obeyed=False)
            self._alerts.set(Alert.PV_NOT_OBEYED, say("control.pv_not_obeyed", detail))

    async def watch(self, telemetry: Telemetry | None) -> None:
        """Remember that the plant does not obey where PV goes on above its limit, and say so once."""
        limit_w = self.limit_w
        if limit_w != self._limit_w:
            self._limit_w, self._suspect_readings = limit_w, 0
            self._due_s = self._env.monotonic() + _FOLLOWS_AFTER_S
        if limit_w is None or telemetry is None or self.test is not None:
            return
        self._not_taken = 0
        if telemetry is self._judged or self._env.monotonic() < self._due_s:
            return
        self._judged = telemetry
        if why_stale(telemetry, self._state.memory.settings.limits, self._env.now()) is not None:
            return
        if (pv_w := own_pv_w(telemetry)) is None:
            return
        if pv_w <= most_w(limit_w):
            self._suspect_readings = 0
            return
        self._suspect_readings += 1
        if self._suspect_readings >= _IN_A_ROW:
            await self._state.keep(pv_limit_obeyed=False)
            powers = say("control.pv_powers", pv_w=pv_w, limit_w=limit_w)
            self._alerts.set(Alert.PV_NOT_OBEYED, say("control.pv_not_obeyed", powers))

    async def free(self, export_limit_w: int | None = None, *, at_once: bool = False) -> None:
        """Let PV give all it can; one that was refused is tried again later, or at once. Raises `PreemptedError`.

        `export_limit_w` is what the owner limits the export to.
        """
        memory = self._state.memory
        if PV_LIMIT not in memory.written:
            self._freed()
            return
        if not at_once and self._refusals and self._env.monotonic() < self._refused_s + _RETRY.pause_s(self._refusals):
            return
        found = self._execution.registers.present
        off = found is not None and not found.remote_ems_enabled and not memory.emergency_stop
        if off:
            intent = Intent(
                command=RELEASE,
                actor=Actor.SYSTEM,
                requested_by=say("control.safety"),
                reason=PV_FREED,
                expires_at=None,
            )
            done = await self._execution.apply(RELEASE, intent, PV_FREED, export_limit_w=export_limit_w, urgent=True)
        else:
            done = await self._execution.free_pv(Actor.SAFETY if memory.emergency_stop else Actor.SYSTEM)
        if PV_LIMIT not in self._state.memory.written:
            self._freed()
            return
        if done.refused_by_plant or done.taken:
            # Taken was only what else is to be given back.
            self._refusals, self._refused_s = self._refusals + 1, self._env.monotonic()
        self._alerts.set(Alert.PV_LIMITED, say("control.pv_still_limited", done.detail))

    def _freed(self) -> None:
        self._refusals = 0
        self._alerts.clear(Alert.PV_LIMITED)

    # -- the test -----------------------------------------------------------------

    async def take_for_test(self, telemetry: Telemetry | None) -> None:
        """Let a test that runs take up a reading."""
        if (test := self.test) is None:
            return
        stale = why_stale(telemetry, self._state.memory.settings.limits, self._env.now())
        pv_w = None if stale or telemetry is None else own_pv_w(telemetry)
        held = self.limit_w is not None and same(PV_LIMIT, self.limit_w, test.limit_w)
        test.take(pv_w, telemetry, held=held, now_s=self._env.monotonic())
        if test.done:
            await self.end_test(None)

    async def end_test(self, why: Message | None) -> None:
        """End a test that runs, and remember what it showed where it showed something."""
        test, self.test = self.test, None
        if test is None:
            return
        self._ended = test
        test.end(why)
        if test.obeyed is not None:
            await self._state.keep(pv_limit_obeyed=test.obeyed)
            self._alerts.clear(Alert.PV_NOT_OBEYED)

    def tell(self) -> None:
        """Let whoever waits for a test know that it is over."""
        if self._ended is not None:
            self._ended.over.set()
            self._ended = None
