"""What people see of control."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..command import Action, Actor
from .controller import Controller
from .guardrails import Decision
from .intents import Override
from .memory import ControlSettings
from .schedules import Schedule


class ControlState(StrEnum):
    """What control is doing."""

    RELEASED = "released"
    """The plant runs its owner's own mode."""

    SELF_CONSUMING = "self_consuming"
    CHARGING = "charging"
    DISCHARGING = "discharging"
    HOLDING = "holding"
    RAMPING = "ramping"
    WAITING = "waiting"
    REFUSED = "refused"
    STOPPED = "stopped"
    """The emergency stop is active."""


_STATES = {
    Action.RELEASE: ControlState.RELEASED,
    Action.SELF_CONSUME: ControlState.SELF_CONSUMING,
    Action.CHARGE: ControlState.CHARGING,
    Action.DISCHARGE: ControlState.DISCHARGING,
    Action.HOLD: ControlState.HOLDING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStatus:
    """Control at one moment."""

    state: ControlState
    owner: str
    actor: Actor
    wanted: Action
    applied: Action
    power_w: int
    """The set-point that was written last, never negative."""

    ramping_to_w: int | None
    reason: str
    """Why it is so, in a sentence."""

    wish: str
    """Why it is wanted, in a sentence."""

    expires_at: datetime | None
    emergency_stop: bool
    override: Override | None
    schedules: tuple[Schedule, ...]
    export_limit_w: int | None
    settings: ControlSettings
    alert: str | None


def status_of(controller: Controller) -> ControlStatus | None:
    """Return what there is to see; None before the first cycle."""
    intent, verdict, memory = controller.intent, controller.verdict, controller.memory
    if intent is None:
        return None
    applied = Action.RELEASE if memory.applied is None or memory.saved is None else memory.applied.command.action
    power_w = 0 if memory.applied is None or memory.saved is None else memory.applied.command.power_w
    state = _STATES[applied]
    if memory.emergency_stop:
        state = ControlState.STOPPED
    elif verdict is not None and verdict.decision is Decision.REFUSED:
        state = ControlState.REFUSED
    elif verdict is not None and verdict.decision is Decision.WAIT:
        state = ControlState.WAITING
    elif verdict is not None and verdict.ramping_to_w is not None:
        state = ControlState.RAMPING
    return ControlStatus(
        state=state,
        owner=intent.owner,
        actor=intent.actor,
        wanted=intent.command.action,
        applied=applied,
        power_w=power_w,
        ramping_to_w=None if verdict is None else verdict.ramping_to_w,
        reason=(verdict.reason if verdict is not None and verdict.reason else intent.reason),
        wish=intent.reason,
        expires_at=intent.expires_at,
        emergency_stop=memory.emergency_stop,
        override=memory.override,
        schedules=memory.schedules,
        export_limit_w=memory.export_limit_w,
        settings=memory.settings,
        alert=controller.alert,
    )
