"""What a plant can be asked to do, what it does under that, and which order does what is planned."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from ...model.command import Action, ChargeSource
from ..model import PlannerSettings, PlanSlot, PlanSlotInput
from .cost import LEAST_FROM_GRID_KW

_ROUNDING_W = 0.01
_SAME_BATTERY_W = 10.0
"""Battery powers this close are the same."""
_SAME_W = 100.0
"""Powers of grid and PV this close are the same: less is not worth an order of its own."""


class Order(NamedTuple):
    """What the plant is asked to do; the power in W is never negative and counts for charge and discharge."""

    action: Action = Action.SELF_CONSUME
    power_w: float = 0.0
    export_limit_w: float | None = None
    """What export is limited to for the sake of the price; None: the usual limit."""
    source: ChargeSource = ChargeSource.SOLAR_FIRST
    pv_limit_w: float | None = None
    """What PV is limited to; None: not at all."""

    @property
    def battery_w(self) -> float:
        """The battery power that is asked for: > 0 charging, < 0 discharging."""
        return self.action.sign * self.power_w


_USUAL = Order()


class Flow(NamedTuple):
    """Powers in W at the AC bus; the battery's is above 0 when charging, the grid's when importing."""

    battery_w: float
    grid_w: float
    curtailed_w: float


def order_of(slot: PlanSlot) -> Order:
    """Return what the plant is asked in a slot of a plan."""
    return Order(slot.action, max(slot.charge_w, slot.discharge_w), slot.export_limit_w, slot.source, slot.pv_limit_w)


def flow(
    slot: PlanSlotInput, order: Order, settings: PlannerSettings, room_w: float = inf, held_w: float = inf
) -> Flow:
    """Return the mean powers of a slot: the battery's, then what is left for the grid, then what PV must give up.

    The battery has room for, and holds, so much power for the time of the slot.
    """
    from_grid_w = min(order.power_w, settings.charge_limit_w, room_w)
    # A battery that is full takes nothing from the grid, and nothing keeps the PV off.
    grid_alone = (
        order.action is Action.CHARGE
        and order.source is ChargeSource.GRID
        and from_grid_w >= LEAST_FROM_GRID_KW * 1000 - _ROUNDING_W
    )
    pv_w = 0.0 if grid_alone else slot.pv_w if order.pv_limit_w is None else min(slot.pv_w, order.pv_limit_w)
    surplus_w = pv_w - slot.load_w
    inverter_w = inf if settings.inverter_limit_w is None else settings.inverter_limit_w
    export_w = settings.export_limit_w if order.export_limit_w is None else order.export_limit_w
    export_w = min(export_w, settings.export_limit_w)
    most_in_w = min(settings.charge_limit_w, room_w)
    most_out_w = min(settings.discharge_limit_w, held_w, max(inverter_w - pv_w, 0.0))
    match order.action:
        case Action.HOLD:
            battery_w = 0.0
        case Action.CHARGE:
            most_in_w = min(most_in_w, settings.import_limit_w + surplus_w, inverter_w + pv_w)
            battery_w = max(min(order.power_w, most_in_w), 0.0)
        case Action.DISCHARGE:
            battery_w = -max(min(order.power_w, most_out_w, export_w - surplus_w), 0.0)
        case _:
            battery_w = min(surplus_w, most_in_w) if surplus_w > 0 else -min(-surplus_w, most_out_w)
    used_w = min(pv_w, slot.load_w + battery_w + export_w, inverter_w + battery_w)
    return Flow(battery_w, slot.load_w + battery_w - used_w, slot.pv_w - used_w)


def order_for(  # noqa: PLR0917
    planned: Flow,
    slot: PlanSlotInput,
    settings: PlannerSettings,
    room_w: float,
    held_w: float,
    export_limit_w: float | None,
    *,
    pv_limit: bool,
) -> Order:
    """Return the first order under which the plant does what is planned with battery, grid and PV.

    The first is what asks least of the plant. Where none does it all, it is the nearest.
    """
    usual = _USUAL if export_limit_w is None else Order(export_limit_w=export_limit_w)
    done = flow(slot, usual, settings, room_w, held_w)
    if (off_w := _apart(done, planned)) == 0:
        return usual
    nearest, least_w = usual, off_w
    for order in _others(planned, slot, export_limit_w, pv_limit=pv_limit):
        off_w = _apart(flow(slot, order, settings, room_w, held_w), planned)
        if off_w == 0:
            return order
        if off_w < least_w:
            nearest, least_w = order, off_w
    return nearest


def _apart(done: Flow, planned: Flow) -> float:
    """Return by how many W battery and grid are off; 0 where they and the PV are near enough."""
    battery_w, grid_w = abs(done.battery_w - planned.battery_w), abs(done.grid_w - planned.grid_w)
    if battery_w <= _SAME_BATTERY_W and grid_w <= _SAME_W and abs(done.curtailed_w - planned.curtailed_w) <= _SAME_W:
        return 0.0
    return battery_w + grid_w


def _others(planned: Flow, slot: PlanSlotInput, export_limit_w: float | None, *, pv_limit: bool) -> Iterator[Order]:
    """Yield what may be asked for besides self-consumption, what asks less of the plant first."""
    action = Action.CHARGE if planned.battery_w > 0 else Action.DISCHARGE
    power_w = abs(planned.battery_w)
    limits: list[float | None] = [None]
    if pv_limit and planned.curtailed_w > _SAME_W:
        limits.append(slot.pv_w - planned.curtailed_w)
    for limit_w in limits:
        if limit_w is not None:
            yield Order(Action.SELF_CONSUME, 0.0, export_limit_w, pv_limit_w=limit_w)
        yield Order(Action.HOLD, 0.0, export_limit_w, pv_limit_w=limit_w)
        if power_w > 0:
            yield Order(action, power_w, export_limit_w, pv_limit_w=limit_w)
        if limit_w is None and action is Action.CHARGE and slot.buy_per_kwh < 0:
            yield Order(action, power_w, export_limit_w, ChargeSource.GRID)
