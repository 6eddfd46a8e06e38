"""A plant in good order, and commands that are put to the guardrails on it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from custom_components.sigenstor_panel.control.guardrails import LastWrite, SafetyLimits, Verdict, judge
from custom_components.sigenstor_panel.model.command import Action, Actor, Command
from custom_components.sigenstor_panel.model.telemetry import (
    AlarmGroup,
    GridStatus,
    InverterTelemetry,
    Source,
    Telemetry,
)

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
LIMITS = SafetyLimits()
HOLD, RELEASE, SELF_CONSUME = (Command(action=each) for each in (Action.HOLD, Action.RELEASE, Action.SELF_CONSUME))


def charge(power_w: int = 1000) -> Command:
    return Command(action=Action.CHARGE, power_w=power_w)


def discharge(power_w: int = 1000) -> Command:
    return Command(action=Action.DISCHARGE, power_w=power_w)


def cells(coldest: float | None, warmest: float | None, name: str = "A") -> InverterTelemetry:
    return InverterTelemetry(serial_number=name, min_cell_temperature_c=coldest, max_cell_temperature_c=warmest)


TELEMETRY = Telemetry(
    timestamp=NOW,
    source=Source.MODBUS,
    soc=50.0,
    battery_power_w=0,
    grid_power_w=500,
    pv_power_w=0,
    house_power_w=500,
    rated_charge_power_w=10_000,
    rated_discharge_power_w=10_000,
    available_charge_power_w=10_000,
    available_discharge_power_w=10_000,
    average_cell_temperature_c=25.0,
    grid_status=GridStatus.ON_GRID,
    alarms={AlarmGroup.ESS: ()},
    inverters={"A": cells(24.0, 26.0)},
)

UNRATED: dict[str, Any] = dict.fromkeys(
    (
        *("rated_charge_power_w", "rated_discharge_power_w"),
        *("available_charge_power_w", "available_discharge_power_w"),
    )
)
"""What a plant reads that does not say what its battery can do."""


def ask(
    command: Command,
    actor: Actor = Actor.MANUAL,
    *,
    limits: SafetyLimits = LIMITS,
    last: Command | None = None,
    since: timedelta = timedelta(hours=1),
    **telemetry: Any,
) -> Verdict:
    """Put a command to the guardrails, with a plant in good order except for what is given."""
    written = None if last is None else LastWrite(command=last, at=NOW - since)
    return judge(command, actor, telemetry=replace(TELEMETRY, **telemetry), limits=limits, last=written, now=NOW)
