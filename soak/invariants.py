"""What must hold at every step of a soak."""

import asyncio
from collections import deque
from typing import Final

from custom_components.sigenstor_panel.control.guardrails import SafetyLimits, why_stale
from custom_components.sigenstor_panel.control.status import action_of, status_of
from custom_components.sigenstor_panel.model.telemetry import GridStatus
from custom_components.sigenstor_panel.plant.decode import control_registers

from .guardrails import broken_by
from .world import CONTROL_REGISTERS, Attempt, Seen, World

_CALM_S: Final = 200
"""How long after the last trouble a stopped battery may still move: reading, backing off, trying another way."""

_MOST_TASKS: Final = 40
_PV_FREE_WITHIN_S: Final = 30
_CALM_FOR_PV_S: Final = 320
"""How long after the last trouble a limit on PV may still wait for another attempt to remove it."""

_ROWS_COMPLETE_AFTER_S: Final = 400
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
        self._rows = deque[Attempt](maxlen=50)
        self._owner: dict[int, float | None] | None = None
        self._pv_unasked_since_s: float | None = None

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
        self._check_rows()
        self._check_writes()
        self._check_shown()
        self._check_pv()
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

    def _check_rows(self) -> None:
        """Check each new row of the record against the guardrails, and that none stays open."""
        world = self._world
        attempts, world.attempts = world.attempts, []
        for attempt in attempts:
            for problem in broken_by(attempt, self._rows):
                self._violated(problem)
            if set(attempt.attempt["wanted"]) != {"pv_limit_w"}:
                # The end of a limit on PV comes between other rows, and is no command to the battery.
                self._rows.append(attempt)
        if self._calm_s > _ROWS_COMPLETE_AFTER_S and world.record.rows and world.controller.alert is None:
            self._violated(f"a row of the record stays open: {next(iter(world.record.rows.values())).attempt}")
        if len(asyncio.all_tasks()) > _MOST_TASKS:
            self._violated(f"{len(asyncio.all_tasks())} tasks")

    def _check_writes(self) -> None:
        writes, self._world.writes = self._world.writes, []
        for write in writes:
            if write.ours:
                self._check_write(write)

    def _check_write(self, write: Seen) -> None:
        world, value = self._world, write.words[0] / 10
        grid = None if world.data is None else world.data.grid_status
        if write.elsewhere:
            self._violated(f"{write.address} = {write.words} was written to another plant")
        if write.address not in CONTROL_REGISTERS:
            self._violated(f"{write.address} was written")
        if not write.recorded:
            self._violated(f"{write.address} = {write.words} was written without a row of the record")
        moved = value != write.before
        if write.address == 40048 and moved and value > max(0.0, write.soc - 0.5):
            self._violated(f"a discharge cut-off of {value} % at {write.soc:.1f} %")
        if write.address == 40047 and moved and value < min(100.0, write.soc - 0.5):
            self._violated(f"a charge cut-off of {value} % at {write.soc:.1f} %")
        if write.address in (40036, 40038) and write.before_by_others and _raises(write):
            self._violated(f"{write.address}, which others set to {write.before} kW, was raised to {write.words}")
        held = write.address not in _HOLD or write.words in _HOLD[write.address]
        if write.stopped and not held and grid is GridStatus.ON_GRID and not world.plant.faults["on_off_grid"]:
            self._violated(f"{write.address} = {write.words} was written under a stop")

    def _check_pv(self) -> None:
        """Check that PV is limited by the controller only while it is asked to."""
        world = self._world
        intent, memory = world.controller.intent, world.controller.memory
        asked = intent is not None and intent.command.pv_limit_w is not None and not memory.emergency_stop
        if asked or "pv_limit_w" not in memory.written:
            self._pv_unasked_since_s = None
            return
        if self._pv_unasked_since_s is None:
            self._pv_unasked_since_s = world.steady_s
        if world.steady_s - self._pv_unasked_since_s > _PV_FREE_WITHIN_S and self._calm_s > _CALM_FOR_PV_S:
            self._violated(f"PV is limited to {world.plant.holding[40036]} kW and nobody asks for it")

    def _check_shown(self) -> None:
        world = self._world
        status = status_of(world.controller)
        if status is None or why_stale(world.data, _LIMITS, world.now) or self._calm_s < 60:
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
        world = self._world
        # Remote control that others left on is nobody's own, and is not given back.
        others = world.others or world.plant.holding[40029]
        if not world.controller.memory.written and self._calm_s > 60 and not others:
            self._owner = self._registers()

    def check_given_back(self) -> None:
        """Check the registers after the plant was given back."""
        world = self._world
        if world.plant.holding[40029] != 0 and 40029 not in world.by_others:
            self._violated("remote control is on after a hand-back")
        if self._owner is None or self._calm_s < 60:
            return
        found, owed = self._registers(), world.controller.memory.written
        wrong = {
            address: (value, found[address])
            for address, value in self._owner.items()
            if value != found[address] and not (address in (40047, 40048) and owed)
        }
        if found[40031] == 2:
            # Old firmware does not take the mode that was there, once remote EMS is off.
            wrong.pop(40031, None)
        for address in (40032, 40034):
            # A limit of 0 that only a stop could read is not believed: the battery would stay dead.
            if self._owner[address] == 0 and found[address] == world.plant.rated_power_w / 1000:
                wrong.pop(address, None)
        if wrong:
            self._violated(f"registers after a hand-back (before, now): {wrong}")

    def _registers(self) -> dict[int, float | None]:
        return {address: self._world.plant.holding[address] for address in CONTROL_REGISTERS}

    def _violated(self, what: str) -> None:
        day = self._world.steady_s / 86_400
        self.violations.append(f"day {day:.3f}: {what}")


def _raises(write: Seen) -> bool:
    """Return whether an export limit, in W over two words, is above the one in kW that stood there."""
    high, low = write.words
    return write.before is not None and high * 0x10000 + low > write.before * 1000 + 1
