"""Homes that tests plan for: generated, none of them anybody's."""

from math import cos, pi
from random import Random
from typing import Any


def usual_case(count: int = 48, step_min: float = 30, **changes: Any) -> dict[str, Any]:
    """Return a case file of a sunny home with an evening peak, where some values may be changed."""
    hours = [index * step_min / 60 % 24 for index in range(count)]
    case = {
        "step_min": step_min,
        "buy": [0.25 + 0.15 * (17 <= hour < 21) - 0.12 * (10 <= hour < 15) for hour in hours],
        "sell": [0.05 + 0.12 * (17 <= hour < 21) - 0.04 * (10 <= hour < 15) for hour in hours],
        "pv_kw": [5.5 * max(0.0, -cos(2 * pi * hour / 24)) for hour in hours],
        "load_kw": [0.6 + 1.8 * (17 <= hour < 21) for hour in hours],
        "cap_kwh": 24.0,
        "soc0": 0.4,
        "soc_min": 0.1,
        "soc_max": 1.0,
        "p_charge_kw": 10.0,
        "p_discharge_kw": 10.0,
        "eta_c": 0.95,
        "eta_d": 0.95,
        "import_limit_kw": 15.0,
        "export_limit_kw": 10.0,
        "soc_final": None,
        "wear_per_kwh": 0.02,
        "terminal_per_kwh": 0.2,
    }
    return case | changes


def feed_in_above_buy(seed: int) -> dict[str, Any]:
    """Return a case file of a day on which feed-in earns more than buying costs: always as much, or each time anew."""
    random = Random(seed)
    usual = usual_case()
    buy = usual["buy"] if seed % 2 else [random.uniform(0.05, 0.4) for _ in range(48)]
    sell = [0.45] * 48 if seed % 2 else [price + random.uniform(0.01, 0.3) for price in buy]
    pv_kw = [max(0.0, random.uniform(-3, 8)) for _ in range(48)] if seed % 3 else usual["pv_kw"]
    load_kw = [random.uniform(0.2, 3) for _ in range(48)]
    return usual | {
        "buy": buy,
        "sell": sell,
        "pv_kw": pv_kw,
        "load_kw": load_kw,
        "cap_kwh": [8.0, 24.0, 48.0][seed % 3],
    }


def random_case(seed: int, most: int = 20) -> dict[str, Any]:
    """Return a case file with odd prices, limits and batteries; not every one of them has a plan."""
    random = Random(seed)
    count = random.randint(1, most)
    buy = [round(random.uniform(*random.choice([(0.1, 0.5), (-0.3, 0.1), (1, 15)])), 4) for _ in range(count)]
    sell = [
        round(random.choice([price - random.uniform(0, 0.3), random.uniform(-0.3, 0.6), price]), 4) for price in buy
    ]
    least, most_soc = random.uniform(0, 0.4), random.uniform(0.5, 1)
    return {
        "step_min": [random.choice([1, 5, 5, 15, 30, 60]) for _ in range(count)],
        "buy": buy,
        "sell": sell,
        "pv_kw": [max(0.0, random.uniform(-5, 12)) for _ in range(count)],
        "load_kw": [random.choice([0.0, random.uniform(0, 3), random.uniform(0, 8)]) for _ in range(count)],
        "cap_kwh": random.choice([0.05, 1.0, 8.0, 24.0, 48.0, 500.0]),
        "soc0": random.choice([random.uniform(least, most_soc), random.uniform(0, 1)]),
        "soc_min": least,
        "soc_max": most_soc,
        "p_charge_kw": random.choice([0.0, 1.0, 5.0, 10.0, 50.0]),
        "p_discharge_kw": random.choice([0.0, 1.0, 5.0, 10.0, 50.0]),
        "eta_c": random.choice([1.0, 0.95, 0.8]),
        "eta_d": random.choice([1.0, 0.95, 0.7]),
        "import_limit_kw": random.choice([4.0, 8.0, 15.0]),
        "export_limit_kw": random.choice([0.0, 5.0, 10.0]),
        "inverter_limit_kw": random.choice([None, None, 5.0, 10.0]),
        "soc_final": random.choice([None, None, None, random.uniform(least, most_soc)]),
        "wear_per_kwh": random.choice([0.0, 0.02, 0.1]),
        "terminal_per_kwh": random.choice([0.0, 0.2, 0.35]),
    }
