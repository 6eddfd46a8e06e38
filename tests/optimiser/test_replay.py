"""A recorded decision, decided again."""

from collections.abc import Callable
from copy import deepcopy
import json
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

from hypothesis import given
import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.contract import Degradation, OptimiserSettings, PlanInputs
from custom_components.sigenstor_panel.optimiser.decision import Decision, replay
from custom_components.sigenstor_panel.optimiser.model import CaseError
from custom_components.sigenstor_panel.optimiser.recommend import decide
from tests.english import english
from tests.optimiser.examples import ahead, settings, situations

ROOT = Path(__file__).parents[2]
type Json = dict[str, Any]


def record(inputs: PlanInputs, chosen: OptimiserSettings) -> Decision:
    return Decision.of(inputs, chosen, decide(inputs, chosen), mode="auto", trigger="price")


@pytest.fixture
def recorded() -> Json:
    """A decision as it is stored."""
    return record(ahead(buy={-1: 0.25, 0: 0.041, 6: 0.38}, present=Action.HOLD, soc=20), settings()).as_dict()


@given(situations())
def test_a_decision_replays_byte_for_byte(situation: tuple[PlanInputs, OptimiserSettings]) -> None:
    decision = record(*situation)
    stored = json.loads(json.dumps(decision.as_dict()))
    result = replay(stored)
    assert result.same
    assert (result.replayed.inputs, result.replayed.settings) == situation
    assert json.dumps(result.replayed.as_dict(), sort_keys=True) == json.dumps(decision.as_dict(), sort_keys=True)
    assert Decision.from_dict(stored).as_dict() == decision.as_dict()


def test_a_decision_of_an_earlier_version_replays(recorded: Json) -> None:
    del recorded["recommendation"]["source"], recorded["inputs"]["battery_w"], recorded["settings"]["steps"]
    assert replay(recorded).same


def test_a_fallback_replays_too() -> None:
    decision = record(ahead(degradations=(Degradation.NO_TELEMETRY,)), settings())
    assert decision.plan is None
    assert replay(decision.as_dict()).same


def test_what_is_the_same_in_all_slots_is_stored_once(recorded: Json) -> None:
    slots = recorded["inputs"]["slots"]
    assert (slots["count"], slots["duration_s"], slots["sell_per_kwh"]) == (24, 3600.0, 0.05)
    assert len(slots["buy_per_kwh"]) == 24


def test_a_price_that_was_tampered_with_shows_in_the_plan(recorded: Json) -> None:
    recorded["inputs"]["slots"]["buy_per_kwh"][3] += 1e-9
    result = replay(recorded)
    assert not result.same
    assert any(difference.field == "plan" for difference in result.differences)


def test_an_answer_that_was_tampered_with_is_named(recorded: Json) -> None:
    recorded["recommendation"]["confidence"] = 0.123
    (difference,) = replay(recorded).differences
    assert difference[:2] == ("confidence", "0.123")


def test_the_reasons_of_an_earlier_version_are_text_and_are_not_compared(recorded: Json) -> None:
    for part in (recorded["recommendation"], *recorded["recommendation"]["opinions"]):
        part["reason"] = "Charging at 10.0 kW: 4.1 c now, 38 c at 18:00."
    result = replay(recorded)
    assert result.same
    assert english(result.recorded.recommendation.reason) == "Charging at 10.0 kW: 4.1 c now, 38 c at 18:00."


def test_a_reason_that_was_tampered_with_is_named(recorded: Json) -> None:
    recorded["recommendation"]["reason"]["key"] = "reason.hold"
    (difference,) = replay(recorded).differences
    assert difference.field == "reason"


def spoil(*path: str | int, value: object = None, missing: bool = False) -> Callable[[Json], None]:
    def change(data: Any) -> None:
        for key in path[:-1]:
            data = data[key]
        if missing:
            del data[path[-1]]
        else:
            data[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (spoil("inputs", missing=True), "inputs"),
        (spoil("inputs", value=[]), "inputs"),
        (spoil("mode", value=3), "mode"),
        (spoil("inputs", "now", value="yesterday"), "now"),
        (spoil("inputs", "now", value="2026-01-01T00:00:00"), "now"),
        (spoil("inputs", "soc", value=True), "soc"),
        (spoil("inputs", "soc", value=float("nan")), "soc"),
        (spoil("inputs", "present", value="explode"), "present"),
        (spoil("inputs", "degradations", value="none"), "degradations"),
        (spoil("inputs", "degradations", value=["rain"]), "degradations"),
        (spoil("inputs", "slots", "count", value=10**9), "count"),
        (spoil("inputs", "slots", "count", value=2.5), "count"),
        (spoil("inputs", "slots", "duration_s", value=1e300), "duration_s"),
        (spoil("inputs", "slots", "buy_per_kwh", value=[0.3]), "buy_per_kwh"),
        (spoil("inputs", "slots", "buy_per_kwh", 1, value="dear"), "buy_per_kwh"),
        (spoil("inputs", "slots", "extrapolated", value=1), "extrapolated"),
        (spoil("settings", "planner", "capacity_kwh", missing=True), "capacity_kwh"),
        (spoil("settings", "planner", "capacity_kwh", value=None), "capacity_kwh"),
        (spoil("settings", "planner", "capacity_kwh", value="big"), "capacity_kwh"),
        (spoil("settings", "rules", "courage", value=1), "courage"),
        (spoil("recommendation", "target_power_w", value=-1), "target_power_w"),
        (spoil("recommendation", "opinions", 0, "engine", value="luck"), "engine"),
        (spoil("recommendation", "reason", value=3), "reason"),
        (spoil("recommendation", "reason", value={"values": {}}), "reason"),
        (spoil("recommendation", "reason", value={"key": "a.b", "values": {"x": None}}), "reason"),
        (spoil("plan", "sha256", missing=True), "sha256"),
    ],
)
def test_what_is_no_decision_is_refused_by_the_name_of_the_field(
    recorded: Json, change: Callable[[Json], None], field: str
) -> None:
    change(recorded)
    with pytest.raises(CaseError, match=field):
        replay(recorded)


def run(decision: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run scripts/replay with the Python of the tests."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [str(ROOT / "scripts" / "replay"), *(arguments or ("-",))]
    return subprocess.run(
        command, input=decision, capture_output=True, text=True, check=False, env=os.environ | {"PATH": path}
    )


def test_the_script_says_that_a_recorded_decision_is_reproduced(recorded: Json, tmp_path: Path) -> None:
    file = tmp_path / "decision.json"
    file.write_text(json.dumps(recorded))
    done = run("", str(file))
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["identical"] is True
    assert answer["recommendation"] == recorded["recommendation"]
    assert answer["reason"].startswith("Charging from the grid, to ")


def test_the_script_says_where_a_tampered_decision_differs(recorded: Json) -> None:
    tampered = deepcopy(recorded)
    tampered["recommendation"]["action"] = "discharge"
    done = run(json.dumps(tampered))
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert answer["identical"] is False
    assert answer["differences"] == ['action: recorded "discharge", replayed "charge"']
    assert answer["recommendation"] == recorded["recommendation"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "- is not JSON: "),
        ("[]", "decision: must be a JSON object"),
        ("{}", "inputs: is missing"),
    ],
)
def test_the_script_says_what_is_wrong_with_its_input(text: str, sentence: str) -> None:
    done = run(text)
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1
