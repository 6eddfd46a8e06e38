"""Decide again on the inputs of a recorded decision, and say whether the answer is the same."""

import argparse
import json
import sys

from pure import in_english, read_json, without_home_assistant


def main() -> int:
    """Return the exit code: 1 where the answer differs, 2 where there is no recorded decision to replay."""
    parser = argparse.ArgumentParser(
        prog="scripts/replay", description="Decide again on the inputs of a recorded decision."
    )
    parser.add_argument("decision", help="the file with the decision; - reads standard input")
    options = parser.parse_args()
    without_home_assistant()
    from custom_components.sigenstor_panel.optimiser.decision import replay

    try:
        result = replay(read_json(options.decision))
    except ValueError as error:
        print(in_english(error), file=sys.stderr)
        return 2
    answer = {
        "identical": result.same,
        "recommendation": result.replayed.recommendation.as_dict(),
        "reason": in_english(result.replayed.recommendation.reason),
        "differences": [f"{field}: recorded {before}, replayed {after}" for field, before, after in result.differences],
    }
    print(json.dumps(answer))
    return 0 if result.same else 1


if __name__ == "__main__":
    sys.exit(main())
