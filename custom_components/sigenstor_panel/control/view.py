"""What the optimiser looks at of control."""

from dataclasses import dataclass

from ..model.command import Command
from ..model.telemetry import ControlRegisters
from ..plant.register_writes import owner_registers
from .controller import Controller
from .guardrails import SafetyLimits
from .memory import ControlMode


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlView:
    """Control at one moment, as far as a decision depends on it."""

    mode: ControlMode
    by_hand: bool
    """Whether an override or an emergency stop is active."""

    limits: SafetyLimits
    export_limit_w: int | None
    pv_limit_obeyed: bool | None
    requested: Command | None
    """What the optimiser requested last."""

    applied: Command | None
    registers: ControlRegisters
    """What each register would hold without control."""


def view_of(controller: Controller, present: ControlRegisters) -> ControlView:
    """Return the view of a controller; `present` is what the registers were read to hold."""
    memory, automatic = controller.memory, controller.automatic
    return ControlView(
        mode=memory.settings.mode,
        by_hand=memory.override is not None or memory.emergency_stop,
        limits=memory.settings.limits,
        export_limit_w=memory.export_limit_w,
        pv_limit_obeyed=memory.pv_limit_obeyed,
        requested=None if automatic is None else automatic.command,
        applied=None if memory.applied is None else memory.applied.command,
        registers=owner_registers(memory.saved, memory.written, present),
    )
