"""Plan a case file and print the plan as JSON; needs nothing but Python."""

import argparse
import json
from pathlib import Path
import sys
from time import perf_counter
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Return the exit code: 1 where the case is wrong."""
    parser = argparse.ArgumentParser(prog="scripts/plan", description="Plan a case file and print the plan as JSON.")
    parser.add_argument("case", help="the case file; - reads standard input")
    options = parser.parse_args()
    _without_home_assistant()
    from custom_components.sigenstor_panel.optimiser.model import CaseError, case_from_dict
    from custom_components.sigenstor_panel.optimiser.planner import plan

    try:
        text = sys.stdin.read() if options.case == "-" else Path(options.case).read_text(encoding="utf-8")
        case, settings = case_from_dict(json.loads(text))
        began = perf_counter()
        planned = plan(case, settings)
        solve_ms = (perf_counter() - began) * 1000
    except (CaseError, OSError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    slots = [slot.as_dict() for slot in planned.slots]
    answer = {"cost": planned.cost, "objective": planned.objective, "solve_ms": round(solve_ms, 3), "slots": slots}
    print(json.dumps(answer))
    return 0


def _without_home_assistant() -> None:
    """Let the parts that need no Home Assistant be imported without the integration's own set-up, which does."""
    name = "custom_components.sigenstor_panel"
    package = ModuleType(name)
    package.__path__ = [str(ROOT / "custom_components" / "sigenstor_panel")]
    sys.modules[name] = package
    sys.path.insert(0, str(ROOT))


if __name__ == "__main__":
    sys.exit(main())
