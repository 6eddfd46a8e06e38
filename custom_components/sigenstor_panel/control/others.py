"""Takes note of whoever else writes to the plant, and stands back where somebody keeps doing it."""

from ..model.command import Action, Actor
from ..model.message import Message, say
from ..model.telemetry import EmsWorkMode, Telemetry
from .alerts import Alert, Alerts
from .environment import Environment
from .execution import Execution
from .intents import Intent
from .state import State
from .watch import EffectWatch, ForeignWatch


class Others:
    """Other controllers, an owner's app, a network operator, a virtual power plant."""

    def __init__(
        self, env: Environment, state: State, alerts: Alerts, execution: Execution, effect: EffectWatch
    ) -> None:
        """Initialize; nobody was seen yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._execution = execution
        self._effect = effect
        self._watch = ForeignWatch()

    @property
    def message(self) -> Message | None:
        """Who keeps changing what."""
        return self._watch.message

    @property
    def set_export_limit(self) -> bool:
        """Whether the export limit is left to somebody else for a while."""
        return self._env.monotonic() < self._watch.export_paused_until_s

    @property
    def set_pv_limit(self) -> bool:
        """Whether the PV limit is left to somebody else for a while."""
        return self._env.monotonic() < self._watch.pv_paused_until_s

    @property
    def control(self) -> bool:
        """Whether the plant is under a remote control that is not ours."""
        present, written = self._execution.registers.present, self._state.memory.written
        return bool(present is not None and present.remote_ems_enabled and "remote_ems_mode" not in written)

    def forget(self) -> None:
        """Begin anew: a person asks for something."""
        self._watch.forget()
        self._alerts.clear(Alert.OVERWRITTEN)

    async def look(self, telemetry: Telemetry) -> None:
        """Take note of what others wrote, and give back what would be in their way."""
        changes = await self._execution.registers.look(telemetry)
        if not changes:
            return
        if self._watch.note(changes, self._env.monotonic()):
            self._effect.end()
            await self._execution.give_back_limits()
        if self._watch.message:
            self._alerts.set(Alert.OVERWRITTEN, self._watch.message)

    def stand_back_s(self, intent: Intent) -> float:
        """Return for how long somebody else is left to control the plant, in s; 0 where nobody is."""
        now_s, watch = self._env.monotonic(), self._watch
        if not watch.paused_until_s:
            if not self.set_export_limit and not self.set_pv_limit and now_s >= watch.said_until_s:
                self._alerts.clear(Alert.OVERWRITTEN)
            return 0.0
        if now_s >= watch.paused_until_s and not (self.control and watch.longer(now_s)):
            watch.paused_until_s = 0.0
            if now_s >= watch.said_until_s:
                self._alerts.clear(Alert.OVERWRITTEN)
            return 0.0
        if intent.command.action is Action.RELEASE and not self._state.memory.written:
            return 0.0
        return watch.paused_until_s - now_s

    def say_whether_a_vpp_is_there(self, telemetry: Telemetry | None, intent: Intent) -> None:
        """Warn whoever commands a battery that a virtual power plant uses."""
        if telemetry is not None and telemetry.ems_work_mode is EmsWorkMode.VPP and intent.actor is Actor.MANUAL:
            self._alerts.set(Alert.VPP, say("control.vpp_disturbed"))
        else:
            self._alerts.clear(Alert.VPP)
