"""Plan a case file and print the plan as JSON; needs nothing but Python."""

import argparse
import json
import sys
from time import perf_counter

from pure import in_english, read_json, without_home_assistant


def main() -> int:
    """Return the exit code: 1 where the case is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/plan", description="Plan a case file and print the plan as JSON.")
    parser.add_argument("case", help="the case file; - reads standard input")
    options = parser.parse_args()
    without_home_assistant()
    from custom_components.sigenstor_panel.optimiser.model import case_from_dict
    from custom_components.sigenstor_panel.optimiser.planner.plan import plan

    try:
        case, settings = case_from_dict(read_json(options.case))
        began = perf_counter()
        planned = plan(case, settings, strict=True)
        solve_ms = (perf_counter() - began) * 1000
    except ValueError as error:
        print(f"{type(error).__name__}: {in_english(error)}", file=sys.stderr)
        return 1
    slots = [slot.as_dict() for slot in planned.slots]
    answer = {"cost": planned.cost, "objective": planned.objective, "solve_ms": round(solve_ms, 3), "slots": slots}
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
