"""What docs/reliability.md says of a fault is what a test proves."""

from pathlib import Path
import re

import pytest

TESTS = Path(__file__).parents[1]
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", (TESTS.parent / "docs" / "reliability.md").read_text())


def test_every_row_names_a_test() -> None:
    rows = [line for line in (TESTS.parent / "docs" / "reliability.md").read_text().splitlines() if line[:1] == "|"]
    assert [row for row in rows if "::" not in row and not row.startswith(("|---", "| Fault", "| Too much"))] == []


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (TESTS / file).read_text()
