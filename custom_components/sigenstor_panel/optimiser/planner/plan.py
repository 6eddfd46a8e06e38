"""The cheapest way to run the battery through the slots of a case, and what that makes of each slot."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from statistics import median

from ..model import Case, InfeasibleCaseError, Plan, PlannerSettings, PlanSlot, PlanSlotInput
from .chances import with_chances
from .cost import LEAST_FROM_GRID_KW, Limits, slot_cost
from .orders import Flow, order_for
from .search import Problem, SearchStep, search
from .value import Value

_ROUNDING_KW = 1e-6
_DAY = timedelta(days=1)


def plan(case: Case, settings: PlannerSettings, *, strict: bool = False) -> Plan:
    """Return the optimal plan; raise InfeasibleCaseError where `soc_final` leaves none.

    Where prices may spike, it is what to do if they come as forecast, in view of what else may come.

    A SoC outside its bounds widens them to where it is: it is not forced back, nor taken further out. Where the
    import limit leaves no plan, the house takes what it takes, as it does in life; if strict, that has no plan.
    """
    limits = Limits.of(settings)
    try:
        return _plan(case, settings, limits)
    except InfeasibleCaseError:
        if strict:
            raise
        return _plan(case, settings, limits._replace(house_first=True))


def _plan(case: Case, settings: PlannerSettings, limits: Limits) -> Plan:
    terminal = terminal_value(case, settings) if settings.terminal_per_kwh is None else settings.terminal_per_kwh
    hours = [slot.hours for slot in case.slots]
    kwh_per_percent = settings.capacity_kwh / 100
    start = case.soc * kwh_per_percent
    least, most = min(settings.soc_min * kwh_per_percent, start), max(settings.soc_max * kwh_per_percent, start)
    if settings.soc_final is None:
        final = Value(least, most, -terminal * least, [-terminal], [most - least])
    else:
        end = settings.soc_final * kwh_per_percent
        final = Value(end, end, -terminal * end, [], [])
    orders_only = case.orders_only and not case.pv_limit
    pieces = [
        slot_cost(slot, hour, limits, orders_only=orders_only) for slot, hour in zip(case.slots, hours, strict=True)
    ]
    problem = Problem(case.slots, hours, pieces, limits, least, most, start, final, orders_only)
    found, kept = search(problem), None
    if case.spot is not None and len(case.slots) > 1 and most > least:
        # Where a limit leaves next to no way, the grid of energies may have none: what is forecast counts then.
        with suppress(InfeasibleCaseError):
            found, kept = with_chances(problem, found, *case.spot)
    slots, cost = _plan_slots(problem, found.steps, settings, pv_limit=case.pv_limit)
    return Plan(
        slots=slots, cost=cost, objective=found.objective, bound=found.bound, terminal_per_kwh=terminal, kept=kept
    )


def terminal_value(case: Case, settings: PlannerSettings) -> float:
    """Return $ for a stored kWh at the end: what it saves at the median buy price of the last day, less wear."""
    last_day: list[PlanSlotInput] = []
    covered = timedelta(0)
    for slot in reversed(case.slots):
        if covered >= _DAY:
            break
        last_day.append(slot)
        covered += slot.duration
    unit = min(slot.duration for slot in last_day)
    prices = [slot.buy_per_kwh for slot in last_day for _ in range(round(slot.duration / unit))]
    return max(0.0, (median(prices) - settings.wear_per_kwh) * settings.discharge_efficiency)


def _plan_slots(
    problem: Problem, steps: Sequence[SearchStep], settings: PlannerSettings, *, pv_limit: bool
) -> tuple[tuple[PlanSlot, ...], float]:
    """Return the slots of the plan, and their cost in $."""
    limits, energy, total = problem.limits, problem.start, 0.0
    start, slots = timedelta(0), []
    percent = 100 / settings.capacity_kwh
    for slot, hours, step in zip(problem.slots, problem.hours, steps, strict=True):
        stored = step.stored
        factor = limits.charge_efficiency if stored > 0 else 1 / limits.discharge_efficiency
        battery = min(max(stored / (hours * factor), -limits.discharge), limits.charge)
        load, pv = slot.load_w / 1000, slot.pv_w / 1000
        meter = limits.grid_range(load)
        ordered = problem.orders_only
        grid = _ordered_grid(slot, battery, meter) if ordered else _grid(slot, load + battery, pv, meter)
        used = min(max(load + battery - grid, 0.0), pv)
        cost = (slot.buy_per_kwh if grid > 0 else slot.sell_per_kwh) * grid * hours
        total += cost
        before, energy = energy, energy + stored
        room_w = (problem.most - before) / (hours * limits.charge_efficiency) * 1000
        held_w = (before - problem.least) * limits.discharge_efficiency / hours * 1000
        curtailed = pv - used
        export_limit_w = max(0.0, -grid * 1000) if slot.sell_per_kwh < 0 else None
        planned = Flow(battery * 1000, grid * 1000, curtailed * 1000)
        order = order_for(
            planned, slot, settings, max(room_w, 0.0), max(held_w, 0.0), export_limit_w, pv_limit=pv_limit
        )
        slots.append(
            PlanSlot(
                start=start,
                duration=slot.duration,
                import_w=grid * 1000 if grid > 0 else 0.0,
                export_w=-grid * 1000 if grid < 0 else 0.0,
                charge_w=battery * 1000 if battery > 0 else 0.0,
                discharge_w=-battery * 1000 if battery < 0 else 0.0,
                pv_w=used * 1000,
                curtailed_w=curtailed * 1000,
                soc_before=before * percent,
                soc_after=energy * percent,
                cost=cost,
                action=order.action,
                export_limit_w=export_limit_w,
                marginal_per_kwh=step.marginal,
                extrapolated=slot.extrapolated,
                source=order.source,
                pv_limit_w=order.pv_limit_w,
            )
        )
        start += slot.duration
    return tuple(slots), total


def _grid(slot: PlanSlotInput, need: float, pv: float, meter: tuple[float, float]) -> float:
    """Return the cheapest grid power in kW for a need of house and battery, with as much of the PV as helps."""
    low, high = max(need - pv, meter[0]), min(need, meter[1])
    buy, sell = slot.buy_per_kwh, slot.sell_per_kwh
    if high <= low or (sell >= 0 and (buy >= 0 or high <= 0)):
        return low
    if sell <= buy:
        return high if buy < 0 else min(max(low, 0.0), high) if sell < 0 else low
    if low >= 0 or high <= 0:
        return high if (buy if low >= 0 else sell) < 0 else low
    return min((low, high), key=lambda grid: (buy if grid > 0 else sell) * grid)


def _ordered_grid(slot: PlanSlotInput, battery: float, meter: tuple[float, float]) -> float:
    """Return the grid power in kW that an order leads to."""
    need, buy = slot.load_w / 1000 + battery, slot.buy_per_kwh
    rest = need - slot.pv_w / 1000
    if buy < 0 and battery >= LEAST_FROM_GRID_KW - _ROUNDING_KW and need <= meter[1] + _ROUNDING_KW:
        return need
    if rest < 0 <= battery and slot.sell_per_kwh < 0:
        rest = 0.0
    return max(rest, meter[0])
