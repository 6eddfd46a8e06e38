"""The planner against the HiGHS mixed-integer programme, on the same generated days in the same run."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from backtest.series import came_true, read_house, read_prices, regular
from benchmark.plan_cases import usual_case
from benchmark.plan_milp import solve
from custom_components.sigenstor_panel.optimiser.model import case_from_dict
from custom_components.sigenstor_panel.optimiser.planner.plan import plan

SIZES = ((48, 30), (96, 30), (192, 30), (336, 30), (288, 5), (576, 5))
"""Counts and minutes: from a day to a week of half-hours, a day and two of 5 minutes."""
_REPEATS = 5
_DAYS = 100
_BATTERIES_KWH = (8.0, 16.0, 24.0, 48.0)
_SHIFT = 24
"""Half-hours from one day that is compared to the next: days may overlap."""


def measure_plans(days: Iterable[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the times in ms by size, and in $ how far a plan's cost is above the solver's at worst, per day.

    The days to compare are case files; by default generated ones.
    """
    plan_ms: dict[str, float] = {}
    milp_ms: dict[str, float] = {}
    gaps = [_gap(day) for day in (days or map(_odd_day, range(_DAYS)))]
    worst = max(gaps)
    for count, step_min in SIZES:
        size = f"{count}x{step_min}"
        file = usual_case(count, step_min)
        case, settings = case_from_dict(file)
        times = []
        for _ in range(_REPEATS):
            began = perf_counter()
            planned = plan(case, settings)
            times.append(perf_counter() - began)
        answer = solve(file, gap=1e-6)
        plan_ms[size], milp_ms[size] = round(median(times) * 1000, 2), round(answer.seconds * 1000, 2)
        if answer.objective is not None:
            worst = max(worst, (planned.objective - answer.objective) / (count * step_min / 1440))
    return {
        "plan_ms": plan_ms,
        "milp_ms": milp_ms,
        "plan_gap_per_day_max": round(worst, 6),
        "plan_days_compared": len(gaps),
    }


def real_days(prices: Path, house: Path) -> list[dict[str, Any]]:
    """Return case files of the days in the files of a back-test, the load doubled and the PV scaled to 6.6 kWp."""
    home = read_house(house, load_scale=2.0, pv_scale=6.6 / 1.04)
    slots = [came_true(price, home) for price in regular(read_prices(prices), timedelta(minutes=30))]
    starts = range(0, len(slots) - 47, _SHIFT)
    return [
        usual_case(
            48,
            30,
            buy=[slot.buy_per_kwh for slot in slots[start : start + 48]],
            sell=[slot.sell_per_kwh for slot in slots[start : start + 48]],
            pv_kw=[slot.pv_w / 1000 for slot in slots[start : start + 48]],
            load_kw=[slot.load_w / 1000 for slot in slots[start : start + 48]],
            cap_kwh=battery_kwh,
        )
        for start, battery_kwh in zip(starts, cycle(_BATTERIES_KWH), strict=False)
    ]


def _gap(file: dict[str, Any]) -> float:
    """Return in $ how far the plan of a day is above the solver's."""
    answer = solve(file, gap=1e-6)
    return 0.0 if answer.objective is None else plan(*case_from_dict(file)).objective - answer.objective


def _odd_day(seed: int) -> dict[str, Any]:
    """Return a generated day of odd prices."""
    random = Random(seed)
    buy = [random.uniform(-0.05, 0.5) for _ in range(48)]
    sell = [price - random.uniform(0.02, 0.2) for price in buy]
    return usual_case(48, 30, buy=buy, sell=sell, cap_kwh=random.choice(_BATTERIES_KWH))
