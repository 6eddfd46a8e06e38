"""What a slot costs as a function of the energy that it stores: convex pieces, and the hull over all of them.

Energy in kWh, power in kW at the AC bus, cost in $. The grid takes part with two segments (export at the feed-in
price, import at the buy price) and unused PV with one that costs nothing: for a convex price, sorting them by price
is the cheapest way to supply the battery. The limit of a hybrid inverter, −L ≤ PV + discharge − charge ≤ L, only
narrows what flows through the meter: load − L ≤ grid ≤ load + L.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ...model.message import say
from ..model import InfeasibleCaseError, PlannerSettings, PlanSlotInput

_ROUNDING_KW = 1e-9
_ROUNDING_KWH = 1e-12
LEAST_FROM_GRID_KW = 0.5
"""With less, charging from the grid alone does not keep the PV off."""


class Piece(NamedTuple):
    """A convex piecewise-linear cost of the stored energy, from `start` to `end`; `cost` is the one at the start."""

    start: float
    end: float
    cost: float
    slopes: list[float]
    lengths: list[float]

    def at(self, stored: float) -> float:
        """Return the cost at a stored energy in the range of the piece."""
        cost, rest = self.cost, stored - self.start
        for slope, length in zip(self.slopes, self.lengths, strict=True):
            if rest <= length:
                return cost + slope * rest
            cost += slope * length
            rest -= length
        return cost


class Limits(NamedTuple):
    """The settings as the slots need them, powers in kW."""

    charge: float
    discharge: float
    charge_efficiency: float
    discharge_efficiency: float
    grid_import: float
    grid_export: float
    inverter: float
    wear: float
    house_first: bool = False
    """The house takes what it takes, also above the import limit."""

    @classmethod
    def of(cls, settings: PlannerSettings) -> Limits:
        """Return the limits of the settings."""
        inverter_w = settings.inverter_limit_w
        return cls(
            charge=settings.charge_limit_w / 1000,
            discharge=settings.discharge_limit_w / 1000,
            charge_efficiency=settings.charge_efficiency,
            discharge_efficiency=settings.discharge_efficiency,
            grid_import=settings.import_limit_w / 1000,
            grid_export=settings.export_limit_w / 1000,
            inverter=float("inf") if inverter_w is None else inverter_w / 1000,
            wear=settings.wear_per_kwh,
        )

    def grid_range(self, load: float) -> tuple[float, float]:
        """Return the least and the most that may flow through the meter, import above 0."""
        most = max(self.grid_import, load) if self.house_first else self.grid_import
        return max(-self.grid_export, load - self.inverter), min(most, load + self.inverter)


def slot_cost(
    slot: PlanSlotInput,
    hours: float,
    limits: Limits,
    prices: tuple[float, float] | None = None,
    *,
    orders_only: bool = False,
) -> list[Piece]:
    """Return the convex pieces of which the cost of a slot is the lowest; only one where that is convex itself.

    Prices to buy and sell at may be given in place of its own. PV may be left unused at will; for orders only, it is so
    where export is limited or the battery is charged from the grid alone.
    """
    buy, sell = prices or (slot.buy_per_kwh, slot.sell_per_kwh)
    pv, load = slot.pv_w / 1000, slot.load_w / 1000
    least, most = limits.grid_range(load)
    if least >= 0:
        supplies = [(least, buy * least, [(buy, most - least), (0.0, pv)])]
    elif sell <= buy:
        supplies = [(least, sell * least, [(sell, -least), (buy, most), (0.0, pv)])]
    else:
        supplies = [(least, sell * least, [(sell, -least), (0.0, pv)]), (0.0, 0.0, [(buy, most), (0.0, pv)])]
    pieces: list[Piece] = []
    if orders_only and least <= most and pv > 0 and (buy < 0 or sell < 0 or pv - load > -least):
        pieces = _orders(slot, hours, limits)
    elif least <= most:
        for grid, cost, segments in supplies:
            segments.sort()
            used = pv if orders_only else 0.0
            if orders_only:
                segments.remove((0.0, pv))
            pieces += _stored(grid + used - load, cost, segments, hours, limits)
    if not pieces:
        raise InfeasibleCaseError("import_limit_kw", say("reason.home_needs_more"))
    return pieces


def _orders(slot: PlanSlotInput, hours: float, limits: Limits) -> list[Piece]:
    """Return the pieces of what orders lead to where free use of PV would be more.

    Discharging, all of the PV is used. Else, PV is left unused where export is limited, or is off while the battery is
    charged from the grid alone.
    """
    buy, sell, pv, load = slot.buy_per_kwh, slot.sell_per_kwh, slot.pv_w / 1000, slot.load_w / 1000
    least, most = limits.grid_range(load)
    surplus, off = pv - load, LEAST_FROM_GRID_KW
    low, idle = max(least, 0.0), min(max(-surplus, least), most)
    # The battery power that each begins at, its cost, and the segments of grid power or unused PV from there on.
    supplies = [
        (least + surplus, sell * least, [(sell, min(idle, 0.0) - least)]),
        (low + surplus, buy * low, [(buy, idle - low)]),
        (max(low + surplus, 0.0), buy * max(low, -surplus), [(buy, most - max(low, -surplus))]),
        (off, buy * (load + off), [(buy, most - load - off)]),
    ]
    if least >= 0 or sell < 0:
        supplies.append((0.0, buy * low, [(0.0, low + surplus)]))
    else:
        unused = max(0.0, least + surplus)
        supplies.append((0.0, sell * idle, [(0.0, unused), (sell, -idle)]))
    return [
        piece
        for first, cost, segments in supplies
        if all(width >= 0 for _, width in segments)
        for piece in _stored(first, cost, segments, hours, limits)
    ]


def hull(pieces: Sequence[Piece]) -> Piece:
    """Return the greatest convex cost that is nowhere above the pieces."""
    if len(pieces) == 1:
        return pieces[0]
    points: list[tuple[float, float]] = []
    for stored, cost in sorted(point for piece in pieces for point in _points(piece)):
        same = points.pop() if points and stored - points[-1][0] < _ROUNDING_KWH else (stored, cost)
        point = same[0], min(same[1], cost)
        while len(points) > 1 and _is_above(points[-1], points[-2], point):
            points.pop()
        points.append(point)
    lengths = [right[0] - left[0] for left, right in pairwise(points)]
    slopes = [(right[1] - left[1]) / (right[0] - left[0]) for left, right in pairwise(points)]
    return Piece(points[0][0], points[-1][0], points[0][1], slopes, lengths)


def _stored(
    first: float, cost: float, segments: Sequence[tuple[float, float]], hours: float, limits: Limits
) -> list[Piece]:
    """Turn the cost per hour of the battery power from `first` into pieces by stored energy.

    Charging and discharging are one piece where they join without a dent.
    """
    most_in, most_out = limits.charge, -limits.discharge
    per_in, per_out = hours * limits.charge_efficiency, hours / limits.discharge_efficiency
    in_slopes: list[float] = []
    in_lengths: list[float] = []
    out_slopes: list[float] = []
    out_lengths: list[float] = []
    power = first
    for price, width in segments:
        after = power + width
        low, high = max(power, most_out), min(after, 0.0)
        if power < most_out:
            cost += price * (min(after, most_out) - power)
        if high > low:
            out_slopes.append((price - limits.wear) * limits.discharge_efficiency)
            out_lengths.append((high - low) * per_out)
        low, high = max(power, 0.0), min(after, most_in)
        if high > low:
            in_slopes.append(price / limits.charge_efficiency)
            in_lengths.append((high - low) * per_in)
        power = after
    if power < most_out - _ROUNDING_KW or first > most_in + _ROUNDING_KW:
        return []
    start = max(first, most_out)
    if start >= 0:
        stored = start * per_in
        return [Piece(stored, stored + sum(in_lengths), cost * hours, in_slopes, in_lengths)]
    stored, out = start * per_out, sum(out_lengths)
    cost = (cost - limits.wear * start) * hours
    if not in_slopes or not out_slopes or out_slopes[-1] <= in_slopes[0]:
        slopes, lengths = out_slopes + in_slopes, out_lengths + in_lengths
        return [Piece(stored, stored + out + sum(in_lengths), cost, slopes, lengths)]
    idle = cost + sum(slope * length for slope, length in zip(out_slopes, out_lengths, strict=True))
    return [
        Piece(stored, 0.0, cost, out_slopes, out_lengths),
        Piece(0.0, sum(in_lengths), idle, in_slopes, in_lengths),
    ]


def _points(piece: Piece) -> list[tuple[float, float]]:
    stored, cost = piece.start, piece.cost
    points = [(stored, cost)]
    for slope, length in zip(piece.slopes, piece.lengths, strict=True):
        stored += length
        cost += slope * length
        points.append((stored, cost))
    return points


def _is_above(middle: tuple[float, float], left: tuple[float, float], right: tuple[float, float]) -> bool:
    """Say whether the middle point lies on or above the line between its neighbours."""
    return (middle[1] - left[1]) * (right[0] - left[0]) >= (right[1] - left[1]) * (middle[0] - left[0])
