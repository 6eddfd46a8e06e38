"""Finds out what makes this firmware obey, and remembers it."""

from dataclasses import replace
import logging
from typing import Any

from ..model.command import Action, ChargeSource, Command
from ..model.message import Message, say
from ..model.telemetry import Telemetry
from ..plant.register_writes import HoldMethod
from .alerts import Alert, Alerts
from .environment import Environment
from .release import Release
from .state import State
from .watch import EffectWatch, Remedy

_LOGGER = logging.getLogger(__name__)


class Obedience:
    """Whether the battery does what it was told, and what is done where it does not."""

    def __init__(self, env: Environment, state: State, alerts: Alerts, effect: EffectWatch, release: Release) -> None:
        """Initialize; nothing was judged yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._effect = effect
        self._release = release

    async def note_firmware(self) -> None:
        """Forget what was found out about another firmware."""
        firmware, known = self._env.firmware(), self._state.memory.firmware
        if not firmware or firmware == known:
            return
        learned: dict[str, Any] = {
            "charge_via_grid": False,
            "discharge_ess_first": False,
            "hold_method": HoldMethod.LIMITS,
            "limits_hidden": False,
            "pv_limit_obeyed": None,
        }
        await self._state.keep(firmware=firmware, **(learned if known else {}))
        self._alerts.clear(Alert.PV_NOT_OBEYED)

    def as_learned(self, command: Command) -> Command:
        """Return a command in the way in which this firmware obeys it."""
        if command.action is Action.CHARGE and self._state.memory.charge_via_grid:
            return replace(command, source=ChargeSource.GRID)
        return command

    async def judge(self, command: Command, telemetry: Telemetry) -> bool:
        """Return whether the battery follows a command that its registers hold; find a remedy where it does not."""
        match self._effect.judge(command, telemetry, self._state.memory, self._env.monotonic()):
            case Remedy.NONE:
                self._release.obeyed()
            case Remedy.CHARGE_VIA_GRID:
                _LOGGER.info("The plant does not top up from the grid in its solar-first mode; using grid-first")
                await self._state.keep(charge_via_grid=True)
            case Remedy.DISCHARGE_ESS_FIRST:
                _LOGGER.info("The battery does not discharge in the solar-first mode; using battery-first")
                await self._state.keep(discharge_ess_first=True)
                self._effect.written(self._env.monotonic())
            case Remedy.NEXT_HOLD_METHOD:
                method = self._state.memory.hold_method.next
                _LOGGER.info("The battery moves although it is held; holding it by %s", method)
                await self._state.keep(hold_method=method)
                self._effect.written(self._env.monotonic())
            case Remedy.SAY_SO:
                self._alerts.set(Alert.NOT_OBEYED, say("control.not_obeyed", _not_obeyed(command, telemetry)))
            case Remedy.REVERT:
                await self._release.revert(_not_obeyed(command, telemetry))
                return False
            case None:
                pass
        return True


def _not_obeyed(command: Command, telemetry: Telemetry) -> Message:
    action = say(f"word.action_{command.action}")
    return say("control.asked_otherwise", action=action, power_w=telemetry.battery_power_w or 0)
