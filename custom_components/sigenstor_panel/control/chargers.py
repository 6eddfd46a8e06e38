"""Takes what a person asks of a vehicle charger to it: recorded before, read back and recorded after.

Nothing of it is kept after a restart or given back, and an emergency stop of the battery does not touch it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ..model.audit_entry import AuditUnavailableError, Outcome
from ..model.command import Actor, ChargerAction
from ..model.message import Message, plain, say, told_by
from ..model.telemetry import AcChargerTelemetry, ChargerId, ChargerState, Telemetry
from ..plant import ModbusError, ModbusExceptionError
from ..plant.transport import told
from .alerts import Alert, Alerts
from .charger_guardrails import AT_REST_W, Charger, ChargerLimit, ChargerRequest, chargers_in, may_take, why_not
from .environment import Environment
from .guardrails import connection_w
from .record import Record, Row
from .state import State
from .waiting import NotDoneError, PreemptedError
from .writer import Result

_LOOKS = 4
"""How often a charger is looked at until it does what it was told; a vehicle takes some seconds."""

_TOLERANCES: Final[Mapping[ChargerLimit, float]] = {
    ChargerLimit.CURRENT: 0.02,
    ChargerLimit.CHARGE: 2,
    ChargerLimit.DISCHARGE: 2,
}
_FIELDS: Final[Mapping[ChargerLimit, str]] = {
    ChargerLimit.CURRENT: "current_limit",
    ChargerLimit.CHARGE: "charge_limit",
    ChargerLimit.DISCHARGE: "discharge_limit",
}


class Chargers:
    """The way from a request to a charger."""

    def __init__(
        self,
        env: Environment,
        state: State,
        alerts: Alerts,
        record: Record,
        preempted: asyncio.Event,
        *,
        lock: asyncio.Lock,
    ) -> None:
        """Initialize; nothing is read or written yet. `lock` is that of everything that writes."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._record = record
        self._preempted = preempted
        self._lock = lock
        self._in_turn = asyncio.Lock()
        self._refused: dict[tuple[ChargerId, ChargerAction, ChargerLimit | None], tuple[ChargerRequest, str]] = {}
        self._told: dict[ChargerId, ChargerAction] = {}
        """Which were started or stopped last."""

        self._stopped_at: dict[ChargerId, Telemetry | None] = {}
        """The reading there was when a charger was stopped: it says nothing of it yet."""

        self._seen: dict[ChargerId, Charger] = {}
        self.closed = False
        """Whether nothing is written any more."""

    async def carry_out(self, request: ChargerRequest) -> None:
        """Do what is asked, and see that it was done. Raises `NotDoneError` or `PreemptedError`.

        The lock is held for one look, or while it is judged and written, and not in between: the battery goes first.
        """
        async with self._in_turn:
            others = await self._others(request)
            async with self._lock:
                row = await self._begun(request, others)
                if row is None:
                    return
                failed = await self._written(request, row)
            try:
                result = failed or await self._looked_at(request)
            except PreemptedError:
                self._record.give_up(row)
                raise
            async with self._lock:
                await self._record.complete(row, result)
            if result.outcome is not Outcome.CONFIRMED:
                raise NotDoneError(result.detail or say("control.not_taken"))

    async def ended(self) -> None:
        """Wait until what is under way has ended."""
        async with self._in_turn:
            return

    def note(self) -> None:
        """Forget that a charger was stopped once it charges, its vehicle left, or it fell silent."""
        telemetry = self._env.plant.telemetry()
        for charger_id, reading in list(self._stopped_at.items()):
            if telemetry is None or telemetry is reading:
                continue
            charger = telemetry.charger(charger_id)
            gone = charger is None or charger.state is ChargerState.NO_VEHICLE
            if gone or (charger is not None and may_take(charger, ChargerAction.STOP)):
                del self._stopped_at[charger_id], self._told[charger_id]

    async def _others(self, request: ChargerRequest) -> dict[ChargerId, Charger]:
        """Return what other chargers say just now, where the connection has to carry them too."""
        telemetry = self._env.plant.telemetry()
        stops = request.action is ChargerAction.STOP or request.limit is ChargerLimit.DISCHARGE
        if stops or telemetry is None or connection_w(telemetry, self._state.memory.settings.limits) is None:
            return {}
        known = chargers_in(telemetry)
        # One that was started and is silent now may charge all the same.
        silent = {
            charger_id: charger
            for charger_id, charger in self._seen.items()
            if charger_id not in known and self._told.get(charger_id) is ChargerAction.START
        }
        others = dict[ChargerId, Charger]()
        for charger_id, charger in known.items():
            if charger_id == request.charger_id:
                continue
            try:
                others[charger_id] = await self._look(charger_id)
            except ModbusError:
                others[charger_id] = _without_limit(charger)
        return {**{charger_id: _without_limit(charger) for charger_id, charger in silent.items()}, **others}

    async def _begun(self, request: ChargerRequest, others: Mapping[ChargerId, Charger]) -> Row | None:
        """Judge a request and record that it is about to be written; None where the charger does it already."""
        if self.closed:
            raise NotDoneError(say("control.has_ended"))
        try:
            before = await self._read(request.charger_id)
        except ModbusError as err:
            raise NotDoneError(say("control.charger_silent", told(err))) from err
        memory = self._state.memory
        reason = why_not(
            request,
            telemetry=self._env.plant.telemetry(),
            limits=memory.settings.limits,
            now=self._env.now(),
            emergency_stop=memory.emergency_stop,
            present={**others, request.charger_id: before},
            told=self._told,
        )
        if reason is not None:
            await self._refuse(request, reason)
            raise NotDoneError(reason)
        self._refused.pop(_kind(request), None)
        # A charger at rest may begin at any time: it is told to stop all the same.
        if request.action is not ChargerAction.STOP and _holds(request, before):
            if request.action is ChargerAction.START:
                self._note_told(request)
            return None
        try:
            return await self._record.begin_attempt(_attempt(request, before))
        except AuditUnavailableError as err:
            self._alerts.set(Alert.NOT_RECORDED, say("control.nothing_written", told_by(err)))
            raise NotDoneError(say("control.not_recordable", told_by(err))) from err

    async def _refuse(self, request: ChargerRequest, reason: Message) -> None:
        """Record that a request is refused, once as long as it is the same for the same reason."""
        if self._refused.get(_kind(request)) == (request, reason.key):
            return
        self._refused[_kind(request)] = request, reason.key
        telemetry = self._env.plant.telemetry()
        charger = None if telemetry is None else telemetry.charger(request.charger_id)
        row = await self._record.begin_attempt(_attempt(request, charger), urgent=True)
        await self._record.complete(row, Result(Outcome.REFUSED, None, reason))

    async def _written(self, request: ChargerRequest, row: Row) -> Result | None:
        """Write; return what went wrong."""
        if request.limit is None:
            field, value = "stopped", float(request.action is ChargerAction.STOP)
        else:
            field = _FIELDS[request.limit]
            value = request.value if request.limit is ChargerLimit.CURRENT else round(request.value)
        if self._preempted.is_set():
            self._record.give_up(row)
            raise PreemptedError
        try:
            await self._env.plant.write_charger(request.charger_id, field, value)
        except ModbusError as err:
            if request.action is ChargerAction.START and not isinstance(err, ModbusExceptionError):
                # It may have begun.
                self._note_told(request)
            return Result(Outcome.FAILED, None, told(err))
        if request.action is ChargerAction.START:
            self._note_told(request)
        return None

    async def _looked_at(self, request: ChargerRequest) -> Result:
        """Look at the charger until it holds what was written."""
        found: dict[str, Any] | None = None
        try:
            for _ in range(_LOOKS):
                await self._rest()
                charger = await self._look(request.charger_id)
                found = _values(charger)
                if _holds(request, charger):
                    if request.action is ChargerAction.STOP:
                        self._note_told(request)
                    return Result(Outcome.CONFIRMED, None, None, found)
        except ModbusError as err:
            return Result(Outcome.FAILED, None, told(err), found)
        if request.action is ChargerAction.START and charger.state is not ChargerState.FAULT:
            # The charger took it; a vehicle that is full or waits for its own timer does not charge.
            return Result(Outcome.CONFIRMED, None, say("control.vehicle_waits"), found)
        return Result(Outcome.REVERTED, None, _instead(request, charger), found)

    async def _look(self, charger_id: ChargerId) -> Charger:
        async with self._lock:
            return await self._read(charger_id)

    async def _read(self, charger_id: ChargerId) -> Charger:
        """Read a charger, but not when a stop comes."""
        self._yield_to_stop()
        charger = self._seen[charger_id] = await self._env.plant.read_charger(charger_id)
        return charger

    def _note_told(self, request: ChargerRequest) -> None:
        self._told[request.charger_id] = request.action
        self._stopped_at.pop(request.charger_id, None)
        if request.action is ChargerAction.STOP:
            self._stopped_at[request.charger_id] = self._env.plant.telemetry()

    def _yield_to_stop(self) -> None:
        if self._preempted.is_set():
            raise PreemptedError

    async def _rest(self) -> None:
        """Wait, but not when a stop comes."""
        try:
            async with asyncio.timeout(self._state.memory.settings.acknowledge_after.total_seconds()):
                await self._preempted.wait()
        except TimeoutError:
            return
        raise PreemptedError


def _kind(request: ChargerRequest) -> tuple[ChargerId, ChargerAction, ChargerLimit | None]:
    return request.charger_id, request.action, request.limit


def _without_limit(charger: Charger) -> Charger:
    """Return a charger that cannot be asked for its limit now: it may have been raised up to what it is rated for."""
    if isinstance(charger, AcChargerTelemetry):
        return replace(charger, current_limit_a=None)
    return replace(charger, charge_limit_w=None)


def _holds(request: ChargerRequest, charger: Charger) -> bool:
    """Return whether a charger does what is asked, as far as it says: starting and stopping cannot be read back."""
    if request.limit is not None:
        is_now = getattr(charger, request.limit, None)
        return is_now is not None and abs(is_now - request.value) <= _TOLERANCES[request.limit]
    moves = charger.state in (ChargerState.CHARGING, ChargerState.DISCHARGING)
    if request.action is ChargerAction.START:
        return moves
    if charger.power_w is None:
        return charger.state is not None and not moves
    return not moves and abs(charger.power_w) <= AT_REST_W


def _instead(request: ChargerRequest, charger: Charger) -> Message:
    if request.limit is None:
        return say("control.charger_takes", power_w=charger.power_w or 0)
    found = getattr(charger, request.limit, None)
    if found is None:
        return say("control.charger_limit_unknown")
    if request.limit is ChargerLimit.CURRENT:
        return say("control.charger_current_reads", found_a=found, wanted_a=request.value)
    return say("control.charger_power_reads", found_w=found, wanted_w=request.value)


def _attempt(request: ChargerRequest, charger: Charger | None) -> dict[str, Any]:
    wanted = {} if request.limit is None else {_name(request.limit): request.value}
    return {
        "actor": Actor.MANUAL,
        "owner": plain(request.name),
        "action": request.action,
        "reason": say(f"word.action_{request.action.value}"),
        "power_w": None,
        "previous": {} if charger is None else _values(charger),
        "wanted": wanted,
    }


def _values(charger: Charger) -> dict[str, Any]:
    """Return what the record holds of a charger, by names that no register of the plant has."""
    limits = {_name(limit): getattr(charger, limit) for limit in ChargerLimit if hasattr(charger, limit)}
    return {"charger_power_w": charger.power_w, **limits}


def _name(limit: ChargerLimit) -> str:
    return f"charger_{limit}"
