"""What people see of control."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..model.command import Action, Actor
from ..model.message import Message
from ..model.telemetry import ControlRegisters, RemoteEmsMode
from .check_result import CheckResult, Step
from .controller import Controller
from .guardrails import VerdictKind
from .intents import Override
from .memory import ControlSettings, LimitsDoubt
from .schedules import Schedule


class ControlState(StrEnum):
    """What control is doing, as far as the plant confirmed it."""

    RELEASED = "released"
    """The plant runs its owner's own mode."""

    SELF_CONSUMING = "self_consuming"
    CHARGING = "charging"
    DISCHARGING = "discharging"
    HOLDING = "holding"
    RAMPING = "ramping"
    WAITING = "waiting"
    REFUSED = "refused"
    WRITING = "writing"
    """A command is on its way to the plant."""

    STOPPING = "stopping"
    """The emergency stop is active, and the battery was not seen to rest yet."""

    STOPPED = "stopped"
    """The emergency stop is active, and the battery rests."""

    EXTERNAL = "external"
    """Somebody else controls the plant."""


_STATES = {
    Action.RELEASE: ControlState.RELEASED,
    Action.SELF_CONSUME: ControlState.SELF_CONSUMING,
    Action.CHARGE: ControlState.CHARGING,
    Action.DISCHARGE: ControlState.DISCHARGING,
    Action.HOLD: ControlState.HOLDING,
}

_MODE_ACTIONS = {
    RemoteEmsMode.STANDBY: Action.HOLD,
    RemoteEmsMode.SELF_CONSUMPTION: Action.SELF_CONSUME,
    RemoteEmsMode.CHARGE_GRID_FIRST: Action.CHARGE,
    RemoteEmsMode.CHARGE_PV_FIRST: Action.CHARGE,
    RemoteEmsMode.DISCHARGE_PV_FIRST: Action.DISCHARGE,
    RemoteEmsMode.DISCHARGE_ESS_FIRST: Action.DISCHARGE,
}


def action_of(registers: ControlRegisters) -> tuple[Action, int]:
    """Return what the registers make the battery do, and its set-point in W."""
    if not registers.remote_ems_enabled or registers.remote_ems_mode not in _MODE_ACTIONS:
        return Action.RELEASE, 0
    action = _MODE_ACTIONS[registers.remote_ems_mode]
    if action is Action.SELF_CONSUME and registers.charge_limit_w == 0 and registers.discharge_limit_w is not None:
        # During a hold the battery may cover what the connection cannot carry: that is no self-consumption.
        return (Action.HOLD, 0) if registers.discharge_limit_w == 0 else (Action.SELF_CONSUME, 0)
    power_w = {Action.CHARGE: registers.charge_limit_w, Action.DISCHARGE: registers.discharge_limit_w}.get(action)
    return action, power_w or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlStatus:
    """Control at one moment."""

    state: ControlState
    owner: Message
    actor: Actor
    wanted: Action
    applied: Action
    power_w: int
    """The set-point that the plant was read to hold, never negative."""

    ramping_to_w: int | None
    reason: Message
    """Why it is so."""

    request_reason: Message
    """Why it is requested."""

    expires_at: datetime | None
    emergency_stop: bool
    override: Override | None
    schedules: tuple[Schedule, ...]
    export_limit_w: int | None
    settings: ControlSettings
    alert: Message | None
    limits_below_rating: Mapping[str, int]
    """The battery limits, in W, that hold without this controller and lie below the rating: `charge_limit_w`, …"""

    limits_doubt: LimitsDoubt
    pv_limit_w: int | None
    """What PV is limited to by this controller, as it was read; None: nothing."""

    pv_limit_obeyed: bool | None
    """Whether the plant was seen to obey such a limit; None: nobody has tried."""

    checking: Step | None
    """The step of the check that runs."""

    check: CheckResult | None
    """What the check that runs has found so far, else what the last one found."""


def status_of(controller: Controller) -> ControlStatus | None:
    """Return what there is to see; None before the first cycle."""
    intent, verdict, memory = controller.intent, controller.verdict, controller.memory
    if intent is None:
        return None
    applied, power_w = _applied(controller)
    return ControlStatus(
        state=_state(controller, applied),
        owner=intent.requested_by,
        actor=intent.actor,
        wanted=intent.command.action,
        applied=applied,
        power_w=power_w,
        ramping_to_w=None if verdict is None else verdict.ramping_to_w,
        reason=(None if verdict is None else verdict.reason) or intent.reason,
        request_reason=intent.reason,
        expires_at=intent.expires_at,
        emergency_stop=memory.emergency_stop,
        override=memory.override,
        schedules=memory.schedules,
        export_limit_w=memory.export_limit_w,
        settings=memory.settings,
        alert=controller.alert,
        limits_below_rating=controller.limits_below_rating,
        limits_doubt=memory.limits_doubt,
        pv_limit_w=controller.pv_limit_w,
        pv_limit_obeyed=memory.pv_limit_obeyed,
        checking=controller.check.step,
        check=controller.check.result,
    )


def _applied(controller: Controller) -> tuple[Action, int]:
    """Return what the plant was read to hold; its own mode, or somebody else's control, is `release`."""
    memory, present = controller.memory, controller.present
    if "remote_ems_enabled" not in memory.written:
        return Action.RELEASE, 0
    applied = memory.applied
    if present is None:
        return (Action.RELEASE, 0) if applied is None else (applied.command.action, applied.command.power_w)
    action, power_w = action_of(present)
    if applied is not None and applied.command.action is Action.HOLD and applied.command.cover_w:
        return Action.HOLD, 0
    return action, power_w


def _state(controller: Controller, applied: Action) -> ControlState:
    verdict, present = controller.verdict, controller.present
    if controller.memory.emergency_stop:
        if applied is Action.RELEASE and controller.supplying:
            return ControlState.RELEASED
        return ControlState.STOPPED if controller.stop_confirmed else ControlState.STOPPING
    if controller.writing:
        return ControlState.WRITING
    if verdict is not None and verdict.kind is VerdictKind.REFUSED:
        return ControlState.REFUSED
    if verdict is not None and verdict.kind is VerdictKind.WAIT:
        return ControlState.WAITING
    if verdict is not None and verdict.ramping_to_w is not None and applied is verdict.command.action:
        return ControlState.RAMPING
    ours = "remote_ems_mode" in controller.memory.written
    if present is not None and present.remote_ems_enabled and not ours:
        return ControlState.EXTERNAL
    return _STATES[applied]
