"""A state of charge counts once two readings agree: a single wrong one ends nothing and moves nothing."""

from dataclasses import replace
import itertools

from guardrail_examples import TELEMETRY
from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control.confirmed_soc import ConfirmedSoc
from custom_components.sigenstor_panel.model.telemetry import Source


def believed(*values: float | None, source: Source = Source.MODBUS) -> float | None:
    """Return what is believed after readings of these states of charge."""
    soc = ConfirmedSoc()
    for value in values:
        soc.update(replace(TELEMETRY, soc=value, source=source))
    return soc.value


@pytest.mark.parametrize(
    ("values", "value"),
    [
        ((), None),
        ((50.0,), None),
        ((50.0, 50.0), 50.0),
        ((50.0, 51.9), 51.9),
        ((50.0, 52.0), 52.0),
        ((50.0, 52.1), None),
        ((50.0, 50.1, 0.0), 50.1),
        ((50.0, 50.1, 0.0, 50.2), 50.1),
        ((50.0, 50.1, 0.0, 50.2, 50.3), 50.3),
        ((50.0, 50.1, 0.0, 0.0), 0.0),
        ((50.0, None, 50.0), 50.0),
        ((50.0, 50.0, None), 50.0),
    ],
)
def test_a_value_counts_when_the_reading_after_it_agrees(values: tuple[float | None, ...], value: float | None) -> None:
    assert believed(*values) == value


def test_the_same_reading_seen_twice_is_one_reading() -> None:
    soc, reading = ConfirmedSoc(), replace(TELEMETRY, soc=0.0)
    for _ in range(5):
        soc.update(reading)
    assert soc.value is None


def test_no_reading_changes_nothing() -> None:
    soc = ConfirmedSoc()
    for reading in (replace(TELEMETRY, soc=50.0), None, replace(TELEMETRY, soc=50.5), None):
        soc.update(reading)
    assert soc.value == 50.5


def test_what_the_cloud_says_confirms_nothing() -> None:
    assert believed(50.0, 50.0, source=Source.CLOUD) is None


@given(values=st.lists(st.none() | st.floats(0, 100) | st.sampled_from([0.0, 50.0, 50.5]), max_size=20))
def test_only_a_value_that_two_readings_in_a_row_agree_on_is_ever_believed(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    agreed = [after for before, after in itertools.pairwise(known) if abs(after - before) <= 2.0]
    assert believed(*values) == (agreed[-1] if agreed else None)


@pytest.mark.parametrize(("soc", "value"), [(50.0, 50.0), (52.0, 50.0), (52.1, None), (47.9, None), (None, None)])
def test_where_the_last_reading_does_not_agree_nothing_is_known_for_now(soc: float | None, value: float | None) -> None:
    confirmed = ConfirmedSoc()
    for reading in (50.0, 50.0, soc):
        confirmed.update(replace(TELEMETRY, soc=reading))
    confirmed.value = 50.0
    assert confirmed.at(replace(TELEMETRY, soc=soc)) == value
