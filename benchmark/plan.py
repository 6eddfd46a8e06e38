"""The planner against the HiGHS mixed-integer programme, on the same generated days in the same run."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time
from typing import Any, Final

from backtest.series import came_true, read_house, read_prices, regular
from benchmark.plan_cases import feed_in_above_buy, usual_case
from benchmark.plan_milp import solve
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings, PlanInputs
from custom_components.sigenstor_panel.optimiser.model import case_from_dict
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.regimes import Market, Regime
from custom_components.sigenstor_panel.optimiser.rules_plan import rules_plan

SIZES = ((48, 30), (96, 30), (192, 30), (336, 30), (288, 5), (576, 5))
"""Counts and minutes: from a day to a week of half-hours, a day and two of 5 minutes."""
_AMBERS: Final[dict[int, list[float]]] = {106: [5.0] * 12 + [30.0] * 94, 576: [5.0] * 576}
"""Minutes of the slots of two days as Amber forecasts them, and if it did so by five minutes."""
_LOOKS_AHEAD = (576, 2016)
_REPEATS = 5
_DAYS = 100
_ODD_DAYS = 24
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
    odd = list(map(feed_in_above_buy, range(_ODD_DAYS)))
    return {
        "plan_ms": plan_ms,
        "milp_ms": milp_ms,
        "plan_gap_per_day_max": round(worst, 6),
        "plan_days_compared": len(gaps),
        "feed_in_above_buy_ms_max": max(_plan_ms(file) for file in odd),
        "feed_in_above_buy_gap_per_day_max": round(max(map(_gap, odd)), 6),
        "chances_ms": {f"{count} slots": _chances_ms(steps_min) for count, steps_min in _AMBERS.items()},
        "rules_ms": {f"{count}x5": _rules_ms(count) for count in _LOOKS_AHEAD},
    }


def _ms(job: Callable[[], object]) -> float:
    """Return the median CPU time of a job in ms."""
    times = []
    for _ in range(_REPEATS):
        began = process_time()
        job()
        times.append(process_time() - began)
    return round(median(times) * 1000, 2)


def _plan_ms(file: dict[str, Any]) -> float:
    case, settings = case_from_dict(file)
    return _ms(lambda: plan(case, settings))


def _inputs(count: int, step_min: float | list[float], market: Market | None = None) -> PlanInputs:
    case, _ = case_from_dict(usual_case(count, 30) | {"step_min": step_min})
    now = datetime(2026, 1, 14, 14, tzinfo=UTC)
    return PlanInputs(now=now, zone="UTC", soc=case.soc, present=Action.SELF_CONSUME, slots=case.slots, market=market)


def _chances_ms(steps_min: list[float]) -> float:
    """Return how long a plan takes that reckons with spikes."""
    case = _inputs(len(steps_min), steps_min, Market(Regime.USUAL, 1.0)).case
    settings = case_from_dict(usual_case())[1]
    return _ms(lambda: plan(case, settings))


def _rules_ms(count: int) -> float:
    """Return how long the rules take to look ahead."""
    inputs, home = _inputs(count, 5), case_from_dict(usual_case())[1]
    planned, settings = plan(inputs.case, home), OptimiserSettings(planner=home)
    return _ms(lambda: rules_plan(inputs, settings, planned))


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
