"""The emergency stop: holds the battery whatever happens, and watches that it stays held."""

from ..model.backoff import Backoff
from ..model.message import say
from ..model.telemetry import Telemetry
from ..plant import ModbusError
from ..plant.register_writes import blind_hold, differences
from .alerts import Alert, Alerts
from .effect import is_at_rest
from .environment import Environment
from .execution import Execution
from .guardrails import OFF_GRID, RELEASE, why_stale
from .intents import EMERGENCY_STOP
from .ownership import reads_instead
from .state import State

_RETRY = Backoff(10.0, 60.0)
_QUIET_S = 600.0
"""After this long at rest, the next disturbance is a new one."""

_CONFIRMED_WITHIN_S = 90.0
"""How long readings, once a minute at the least, may take to show a battery at rest before a person is told that none does."""

_READINGS = 2
"""How many new readings have to show a moving battery before another way of holding it is tried."""


class EmergencyStop:
    """Keeps the battery at rest until a person clears the stop."""

    def __init__(self, env: Environment, state: State, alerts: Alerts, execution: Execution) -> None:
        """Initialize; nothing is written yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._execution = execution
        self.confirmed = False
        """Whether registers and battery power say that the battery rests."""

        self.supplying = False
        """Whether the plant was given back, since the house is off the grid."""

        self._registers_hold = False
        self._taken = False
        """Whether the plant took the last hold; then the next one is a disturbance later, and less and less often."""

        self._retries = 0
        self._written_s: float | None = None
        self._confirmed_s = 0.0
        self._seen: Telemetry | None = None
        self._moving = 0

    def begin(self) -> None:
        """Take note that a person pressed stop."""
        self.confirmed = self._registers_hold = self._taken = False
        self._retries = self._moving = 0
        self._written_s = None

    async def hold(self, *, pressed: bool = False) -> None:
        """Write the hold now, or give the plant back while it supplies the house off the grid."""
        telemetry = self._env.plant.telemetry()
        self._seen = telemetry
        self._moving = 0
        if self._off_grid(telemetry):
            await self._supply()
            return
        self.supplying = False
        done = await self._execution.hold_now(EMERGENCY_STOP, self._state.memory.hold_method, pressed=pressed)
        self._written_s = self._env.monotonic()
        self._registers_hold = self._taken = done.taken
        if not done.taken:
            self.confirmed = False
            self._alerts.set(Alert.NOT_STOPPED, say("control.stop_not_taken", done.detail))

    async def tick(self) -> None:
        """Confirm the stop, and stop again what moves the battery."""
        telemetry = self._env.plant.telemetry()
        new = telemetry is not None and telemetry is not self._seen
        if telemetry is not None and new:
            self._seen = telemetry
        if self._off_grid(telemetry):
            if self._state.memory.written:
                await self._supply()
            return
        if telemetry is not None and new and self._fresh(telemetry):
            await self._check_registers(telemetry)
            self._judge(telemetry)
        if self.confirmed and self._registers_hold:
            if self._env.monotonic() - self._confirmed_s > _QUIET_S:
                self._retries = 0
            return
        self._say_what_is_not_confirmed()
        moves = self._moving >= _READINGS
        if (moves or not self._registers_hold) and self._due():
            if moves and self._registers_hold:
                await self._next_method()
            if self._taken:
                self._retries += 1
            await self.hold()

    async def _check_registers(self, telemetry: Telemetry) -> None:
        targets = blind_hold(self._state.memory.hold_method)
        present = telemetry.control
        if differences(targets, present):
            # The reading may be older than the stop.
            try:
                present = await self._env.plant.read_control()
            except ModbusError:
                return
        self._execution.registers.present = present
        wrong = differences(targets, present)
        self._registers_hold = not wrong
        if wrong and self._written_s is not None:
            name, (wanted, found) = next(iter(wrong.items()))
            self.confirmed = False
            self._alerts.set(Alert.NOT_STOPPED, say("control.stop_overwritten", reads_instead(name, wanted, found)))

    def _judge(self, telemetry: Telemetry) -> None:
        """Compare a new reading of the battery's power with the stop."""
        if not self._registers_hold:
            return
        if is_at_rest(telemetry):
            if not self.confirmed:
                self._confirmed_s = self._env.monotonic()
            self.confirmed, self._moving = True, 0
            self._alerts.clear(Alert.NOT_STOPPED)
            return
        self._moving += 1
        # Right after the write, a battery may still be on its way to rest.
        if self.confirmed or self._moving >= _READINGS:
            power_w = telemetry.battery_power_w
            measured = say("control.power_unknown") if power_w is None else say("control.power", power_w=power_w)
            self._alerts.set(Alert.NOT_STOPPED, say("control.moves_though_stopped", measured))
        self.confirmed = False

    def _say_what_is_not_confirmed(self) -> None:
        if not self._taken or self._written_s is None or Alert.NOT_STOPPED in self._alerts:
            return
        if self._env.monotonic() - self._written_s >= _CONFIRMED_WITHIN_S:
            self._alerts.set(Alert.NOT_STOPPED, say("control.stop_unconfirmed"))

    async def _next_method(self) -> None:
        """Go on to what holds more: the registers hold, and the battery moves."""
        memory = self._state.memory
        if (method := memory.hold_method.next) is not memory.hold_method:
            await self._state.keep(hold_method=method)

    def _due(self) -> bool:
        if self._written_s is None:
            return True
        return self._env.monotonic() - self._written_s >= _RETRY.pause_s(self._retries)

    async def _supply(self) -> None:
        """Give the plant back: off the grid, a battery on hold leaves the house dark."""
        self.confirmed = self._registers_hold = False
        self._written_s = None
        reason = say("control.stop_supplies")
        done = await self._execution.apply(RELEASE, EMERGENCY_STOP, reason, export_limit_w=None, urgent=True)
        self.supplying = done.taken
        self._alerts.set(Alert.NOT_STOPPED, reason if done.taken else say("control.stop_supplies_not_yet", done.detail))

    def _off_grid(self, telemetry: Telemetry | None) -> bool:
        return telemetry is not None and telemetry.grid_status in OFF_GRID and self._fresh(telemetry)

    def _fresh(self, telemetry: Telemetry) -> bool:
        return why_stale(telemetry, self._state.memory.settings.limits, self._env.now()) is None
