"""The planner against the HiGHS mixed-integer programme, on the same generated days in the same run."""

from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from benchmark.plan_cases import usual_case
from benchmark.plan_milp import solve
from custom_components.sigenstor_panel.optimiser.model import case_from_dict
from custom_components.sigenstor_panel.optimiser.planner import plan

SIZES = ((48, 30), (96, 30), (288, 5), (576, 5))
_REPEATS = 5
_DAYS = 100


def measure_plans() -> dict[str, Any]:
    """Return the times in ms by size, and in $ how far a plan's cost is above the solver's at worst, per day."""
    plan_ms: dict[str, float] = {}
    milp_ms: dict[str, float] = {}
    worst = max(_gap(day) for day in range(_DAYS))
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
    return {"plan_ms": plan_ms, "milp_ms": milp_ms, "plan_gap_per_day_max": round(worst, 6)}


def _gap(seed: int) -> float:
    """Return in $ how far the plan of a generated day of odd prices, 8 to 48 kWh, is above the solver's."""
    random = Random(seed)
    buy = [random.uniform(-0.05, 0.5) for _ in range(48)]
    sell = [price - random.uniform(0.02, 0.2) for price in buy]
    file = usual_case(48, 30, buy=buy, sell=sell, cap_kwh=random.choice([8.0, 16.0, 24.0, 48.0]))
    answer = solve(file, gap=1e-6)
    return 0.0 if answer.objective is None else plan(*case_from_dict(file)).objective - answer.objective
