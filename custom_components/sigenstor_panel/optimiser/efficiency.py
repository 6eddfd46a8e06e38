"""What a battery makes of the energy that goes in and out, learned from its counters and its state of charge."""

from collections.abc import Iterable
from math import sqrt
from typing import Final, NamedTuple

_LEAST_KWH: Final = 30.0
"""How much has to have gone in, and out, before anything is learned."""
_BELIEF_KWH2: Final = 5.0
"""How much what was believed before counts for, as the square of an energy that goes in or out in an hour."""
_LEAST: Final = 0.75


class Span(NamedTuple):
    """A stretch of time of about an hour: what was counted, and by how much the state of charge changed, percent."""

    charged_kwh: float
    discharged_kwh: float
    soc_change: float


class Efficiency(NamedTuple):
    """The share of what is charged that is stored, and of what is taken out of the store that arrives, 0–1."""

    charge: float
    discharge: float


def learned(spans: Iterable[Span], capacity_kwh: float, believed: Efficiency) -> Efficiency | None:
    """Return the efficiencies under which the counters and the state of charge agree best; None with too little.

    stored = charge × charged − discharged / discharge, by least squares from what is believed. Together they are never
    better than that: the counters may be at the battery's own terminals, where the inverter's losses do not show.
    """
    into = out = 0.0
    # The sums of the normal equations of two unknowns: the charge efficiency, and the inverse of the other.
    cc = dd = _BELIEF_KWH2
    cd, cs, ds = 0.0, _BELIEF_KWH2 * believed.charge, _BELIEF_KWH2 / believed.discharge
    for span in spans:
        charged, drawn, stored = span.charged_kwh, -span.discharged_kwh, span.soc_change / 100 * capacity_kwh
        into, out = into + charged, out - drawn
        cc, dd, cd = cc + charged * charged, dd + drawn * drawn, cd + charged * drawn
        cs, ds = cs + charged * stored, ds + drawn * stored
    if into < _LEAST_KWH or out < _LEAST_KWH:
        return None
    determinant = cc * dd - cd * cd
    charge = _between((cs * dd - ds * cd) / determinant)
    discharge = _between(determinant / (ds * cc - cs * cd))
    most = sqrt(min(1.0, believed.charge * believed.discharge / (charge * discharge)))
    return Efficiency(charge * most, discharge * most)


def _between(efficiency: float) -> float:
    return min(max(efficiency, _LEAST), 1.0)
