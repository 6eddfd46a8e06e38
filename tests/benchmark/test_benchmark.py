"""The benchmark fails when what it measures is over its budget, and only then."""

import importlib
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from benchmark.figures import Figure


@pytest.fixture
def main(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The benchmark as a program, without a browser."""
    monkeypatch.setitem(sys.modules, "benchmark.panel", SimpleNamespace(measure_panel=None))
    return importlib.import_module("benchmark.__main__")


def measured(monkeypatch: pytest.MonkeyPatch, main: Any, *values: float) -> None:
    """Let the benchmark measure these values, each against a budget of 4."""
    figures = [
        Figure(key=f"figure_{index}", value=value, budget=4, unit="", detail="") for index, value in enumerate(values)
    ]

    async def all_of_them() -> list[Figure]:
        return figures

    async def nothing() -> list[Figure]:
        return []

    monkeypatch.setattr(main, "measure", all_of_them)
    monkeypatch.setattr(main, "measure_panel", nothing)
    monkeypatch.setattr(main, "measure_systems", nothing)
    monkeypatch.setattr(main, "measure_plans", lambda _days: {})


@pytest.mark.parametrize("arguments", [[], ["--json"]])
@pytest.mark.parametrize(("values", "code", "over"), [([3.9, 4.0], 0, ""), ([4.0, 4.1], 1, "Over budget: figure_1\n")])
def test_it_fails_over_a_budget_and_names_what_is_over(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    main: Any,
    arguments: list[str],
    values: list[float],
    code: int,
    over: str,
) -> None:
    measured(monkeypatch, main, *values)
    monkeypatch.setattr(sys, "argv", ["benchmark", *arguments])
    assert main.main() == code
    out, err = capsys.readouterr()
    assert err == over
    if arguments:
        assert json.loads(out) == {"figure_0": values[0], "figure_1": values[1]}
    else:
        assert ("OVER" in out) is bool(code)
