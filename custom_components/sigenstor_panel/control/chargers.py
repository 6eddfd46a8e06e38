"""Takes what a person asks of a vehicle charger to it: recorded before, read back and recorded after.

Nothing of it is remembered or given back, and an emergency stop of the battery does not touch it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from ..model.audit_entry import AuditUnavailableError, Outcome
from ..model.command import Actor, ChargerAction
from ..model.message import Message, plain, say, told_by
from ..model.telemetry import AcChargerTelemetry, ChargerState, DcChargerTelemetry
from ..plant import ModbusError
from ..plant.transport import told
from .alerts import Alert, Alerts
from .charger_guardrails import ChargerLimit, ChargerRequest, why_not
from .environment import Environment
from .record import Record
from .state import State
from .waiting import NotDoneError, PreemptedError
from .writer import Result

_LOOKS = 4
"""How often a charger is looked at until it does what it was told; a vehicle takes some seconds."""

_AT_REST_W = 100
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
        self, env: Environment, state: State, alerts: Alerts, record: Record, preempted: asyncio.Event
    ) -> None:
        """Initialize; nothing is read or written yet."""
        self._env = env
        self._state = state
        self._alerts = alerts
        self._record = record
        self._preempted = preempted
        self._refused: tuple[ChargerRequest, Message] | None = None

    async def carry_out(self, request: ChargerRequest) -> None:
        """Do what is asked, and see that it was done. Raises `NotDoneError` or `PreemptedError`."""
        memory = self._state.memory
        reason = why_not(
            request,
            telemetry=self._env.plant.telemetry(),
            limits=memory.settings.limits,
            now=self._env.now(),
            emergency_stop=memory.emergency_stop,
        )
        if reason is not None:
            await self._refuse(request, reason)
            raise NotDoneError(reason)
        self._refused = None
        try:
            before = await self._env.plant.read_charger(request.charger_id)
        except ModbusError as err:
            raise NotDoneError(say("control.charger_silent", told(err))) from err
        # A charger at rest may begin at any time: it is told to stop all the same.
        if request.action is not ChargerAction.STOP and _holds(request, before):
            return
        try:
            row = await self._record.begin_attempt(_attempt(request, before))
        except AuditUnavailableError as err:
            self._alerts.set(Alert.NOT_RECORDED, say("control.nothing_written", told_by(err)))
            raise NotDoneError(say("control.not_recordable", told_by(err))) from err
        try:
            result = await self._written(request)
        except PreemptedError:
            self._record.give_up(row)
            raise
        await self._record.complete(row, result)
        if result.outcome is not Outcome.CONFIRMED:
            raise NotDoneError(result.detail or say("control.not_taken"))

    async def _refuse(self, request: ChargerRequest, reason: Message) -> None:
        """Record, once, that a request is refused."""
        if self._refused == (request, reason):
            return
        self._refused = request, reason
        telemetry = self._env.plant.telemetry()
        charger = None if telemetry is None else telemetry.charger(request.charger_id)
        row = await self._record.begin_attempt(_attempt(request, charger), urgent=True)
        await self._record.complete(row, Result(Outcome.REFUSED, None, reason))

    async def _written(self, request: ChargerRequest) -> Result:
        """Write, and look at the charger until it holds it."""
        if request.limit is None:
            field, value = "stopped", float(request.action is ChargerAction.STOP)
        else:
            field = _FIELDS[request.limit]
            value = request.value if request.limit is ChargerLimit.CURRENT else round(request.value)
        if self._preempted.is_set():
            raise PreemptedError
        found: dict[str, Any] | None = None
        try:
            await self._env.plant.write_charger(request.charger_id, field, value)
            for _ in range(_LOOKS):
                await self._rest()
                charger = await self._env.plant.read_charger(request.charger_id)
                found = _values(charger)
                if _holds(request, charger):
                    return Result(Outcome.CONFIRMED, None, None, found)
        except ModbusError as err:
            return Result(Outcome.FAILED, None, told(err), found)
        if request.action is ChargerAction.START and charger.state is not ChargerState.FAULT:
            # The charger took it; whether the vehicle wants to charge is the vehicle's affair.
            return Result(Outcome.CONFIRMED, None, say("control.vehicle_waits"), found)
        return Result(Outcome.REVERTED, None, _instead(request, charger), found)

    async def _rest(self) -> None:
        """Wait, but not when a stop comes."""
        try:
            async with asyncio.timeout(self._state.memory.settings.acknowledge_after.total_seconds()):
                await self._preempted.wait()
        except TimeoutError:
            return
        raise PreemptedError


def _holds(request: ChargerRequest, charger: DcChargerTelemetry | AcChargerTelemetry) -> bool:
    """Return whether a charger does what is asked, as far as it says: starting and stopping cannot be read back."""
    if request.limit is not None:
        is_now = getattr(charger, request.limit, None)
        return is_now is not None and abs(is_now - request.value) <= _TOLERANCES[request.limit]
    moves = charger.state in (ChargerState.CHARGING, ChargerState.DISCHARGING)
    if request.action is ChargerAction.START:
        return moves
    if charger.power_w is None:
        return charger.state is not None and not moves
    return not moves and abs(charger.power_w) <= _AT_REST_W


def _instead(request: ChargerRequest, charger: DcChargerTelemetry | AcChargerTelemetry) -> Message:
    if request.limit is None:
        return say("control.charger_takes", power_w=charger.power_w or 0)
    found = getattr(charger, request.limit, None)
    if found is None:
        return say("control.charger_limit_unknown")
    if request.limit is ChargerLimit.CURRENT:
        return say("control.charger_current_reads", found_a=found, wanted_a=request.value)
    return say("control.charger_power_reads", found_w=found, wanted_w=request.value)


def _attempt(request: ChargerRequest, charger: DcChargerTelemetry | AcChargerTelemetry | None) -> dict[str, Any]:
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


def _values(charger: DcChargerTelemetry | AcChargerTelemetry) -> dict[str, Any]:
    """Return what the record holds of a charger, by names that no register of the plant has."""
    limits = {_name(limit): getattr(charger, limit) for limit in ChargerLimit if hasattr(charger, limit)}
    return {"charger_power_w": charger.power_w, **limits}


def _name(limit: ChargerLimit) -> str:
    return f"charger_{limit}"
