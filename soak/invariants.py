"""What must hold at every step of a soak."""

from typing import Final

from custom_components.sigenstor_panel.control.guardrails import SafetyLimits, why_stale
from custom_components.sigenstor_panel.control.status import action_of, status_of
from custom_components.sigenstor_panel.model.telemetry import GridStatus
from custom_components.sigenstor_panel.plant.decode import control_registers

from .world import CONTROL_REGISTERS, World

_CALM_S: Final = 200
"""How long after the last trouble a stopped battery may still move: reading, backing off, trying another way."""

_MOST_TASKS: Final = 40
_LIMITS: Final = SafetyLimits()
_HOLD: Final[dict[int, set[tuple[int, ...]]]] = {40029: {(1,)}, 40031: {(1,), (2,)}, 40032: {(0, 0)}, 40034: {(0, 0)}}


class Invariants:
    """Checks the world after each step, and keeps what was violated."""

    def __init__(self, world: World) -> None:
        """Take the world; nothing was violated yet."""
        self._world = world
        self.violations: list[str] = []
        self.checks = 0
        self._calm_since_s = world.steady_s
        self._stopped_since_s: float | None = None
        self._writes_checked = 0
        self._owner: dict[int, float | None] | None = None

    # -- what the life says ---------------------------------------------------------

    def troubled(self, *, active: bool) -> None:
        """Take note that something is wrong with the world, or no longer."""
        if active:
            self._calm_since_s = self._world.steady_s

    def stop_pressed(self) -> None:
        """Take note that a person pressed stop."""
        if self._stopped_since_s is None:
            self._stopped_since_s = self._world.steady_s

    def stop_cleared(self) -> None:
        """Take note that a person cleared the stop, where it was taken."""
        if not self._world.controller.memory.emergency_stop:
            self._stopped_since_s = None

    def expect_stop(self) -> None:
        """Check that a stop outlived the process."""
        if not self._world.controller.memory.emergency_stop:
            self._violated("an emergency stop was lost with the process")
            self._stopped_since_s = None

    def forget_owner(self) -> None:
        """Take note that others may have changed what is the owner's."""
        self._owner = None

    # -- checks -----------------------------------------------------------------------

    @property
    def _calm_s(self) -> float:
        return self._world.steady_s - self._calm_since_s

    def check(self) -> None:
        """Check everything that can be seen now."""
        self.checks += 1
        self._check_stop()
        self._check_writes()
        self._check_shown()
        self._note_owner()

    def _check_stop(self) -> None:
        world = self._world
        if (self._stopped_since_s is not None) != world.controller.memory.emergency_stop:
            self._violated("the emergency stop is not what a person left it")
            self._stopped_since_s = world.steady_s if world.controller.memory.emergency_stop else None
        if self._stopped_since_s is None or world.plant.faults["on_off_grid"]:
            return
        stopped_s = world.steady_s - self._stopped_since_s
        if min(stopped_s, self._calm_s) > _CALM_S and abs(world.plant.state.battery_w) > 200:
            self._violated(f"the battery is at {world.plant.state.battery_w} W under a stop")

    def _check_writes(self) -> None:
        world = self._world
        grid = None if world.telemetry is None else world.telemetry.grid_status
        for write in world.writes[self._writes_checked :]:
            if not write.ours:
                continue
            if write.address not in CONTROL_REGISTERS:
                self._violated(f"{write.address} was written")
            if not write.recorded:
                self._violated(f"{write.address} = {write.words} was written without a row of the record")
            if write.address == 40048 and write.words[0] / 10 > max(0.0, write.soc - 0.5):
                self._violated(f"a discharge cut-off of {write.words[0] / 10} % at {write.soc:.1f} %")
            held = write.address not in _HOLD or write.words in _HOLD[write.address]
            if write.stopped and not held and grid is GridStatus.ON_GRID and not world.plant.faults["on_off_grid"]:
                self._violated(f"{write.address} = {write.words} was written under a stop")
        self._writes_checked = len(world.writes)

    def _check_shown(self) -> None:
        world = self._world
        status = status_of(world.controller)
        if status is None or why_stale(world.telemetry, _LIMITS, world.now) or self._calm_s < 60:
            return
        if not world.controller.memory.written:
            return
        registers = control_registers(world.client.control)
        action, power_w = action_of(registers)
        if "remote_ems_enabled" in world.controller.memory.written and (status.applied, status.power_w) != (
            action,
            power_w,
        ):
            cover = world.controller.memory.applied
            if cover is None or not cover.command.cover_w:
                self._violated(f"{status.applied} at {status.power_w} W is shown, {action} at {power_w} W is held")

    def _note_owner(self) -> None:
        """Remember what the owner's registers are while nothing of them is ours."""
        if not self._world.controller.memory.written and self._calm_s > 60 and not self._world.others:
            self._owner = self._registers()

    def check_given_back(self) -> None:
        """Check the registers after the plant was given back."""
        world = self._world
        if world.plant.holding[40029] != 0:
            self._violated("remote control is on after a hand-back")
        if self._owner is None or self._calm_s < 60:
            return
        found, owed = self._registers(), world.controller.memory.written
        wrong = {
            address: (value, found[address])
            for address, value in self._owner.items()
            if value != found[address] and not (address in (40047, 40048) and owed)
        }
        if wrong:
            self._violated(f"registers after a hand-back (before, now): {wrong}")

    def _registers(self) -> dict[int, float | None]:
        return {address: self._world.plant.holding[address] for address in CONTROL_REGISTERS}

    def _violated(self, what: str) -> None:
        day = self._world.steady_s / 86_400
        self.violations.append(f"day {day:.3f}: {what}")
