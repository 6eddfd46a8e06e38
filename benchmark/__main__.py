"""Measure and print: for people as a table, for programs as one JSON object."""

import argparse
import asyncio
import json
import logging
from pathlib import Path
import sys

from homeassistant.runner import create_event_loop

from benchmark.figures import Figure, measure
from benchmark.panel import measure_panel
from benchmark.plan import measure_plans, real_days
from benchmark.systems import measure_systems


def main() -> int:
    """Measure everything; return the exit code, 1 where something is over its budget."""
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark", description="Measure what the design has budgets for, against the simulator."
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plans", action="store_true", help="measure the planner only")
    parser.add_argument("--prices", type=Path, help="compare plans on real days: prices as scripts/backtest takes them")
    parser.add_argument("--house", type=Path, help="and a home")
    options = parser.parse_args()
    # Home Assistant logs to the first handler of the root logger; what matters here is asserted.
    logging.basicConfig(handlers=[logging.NullHandler()])
    figures: list[Figure] = []
    if not options.plans:
        figures = asyncio.run(measure(), loop_factory=create_event_loop)
        figures += asyncio.run(measure_panel()) + asyncio.run(measure_systems())
    plans = measure_plans(real_days(options.prices, options.house) if options.prices and options.house else None)
    if options.json:
        print(json.dumps({figure.key: figure.value for figure in figures} | plans))
    else:
        for figure in figures:
            _print(figure)
        for key, value in plans.items():
            print(f"{key:30} {value}")
    over = [figure.key for figure in figures if figure.over]
    if over:
        print(f"Over budget: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


def _print(figure: Figure) -> None:
    value = f"{figure.value:,} {figure.unit}".rstrip()
    verdict = "  OVER" if figure.over else ""
    print(f"{figure.key:30} {value:>12}  (budget {figure.budget:,}){verdict}")
    print(f"{'':30} {figure.detail}")


if __name__ == "__main__":
    sys.exit(main())
