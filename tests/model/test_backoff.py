"""How long to wait before something that failed is tried again."""

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.backoff import Backoff

BACKOFFS = st.builds(
    lambda first_s, more_s, factor: Backoff(first_s, first_s + more_s, factor),
    st.floats(0.1, 600),
    st.floats(0, 86_400),
    st.floats(1, 10),
)


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(30.0, 300.0)
    assert [backoff.pause_s(failures) for failures in range(1, 7)] == [30, 60, 120, 240, 300, 300]


@given(backoff=BACKOFFS, failures=st.integers(1, 10**9))
def test_a_further_failure_makes_the_pause_longer_by_the_factor_until_it_is_the_longest(
    backoff: Backoff, failures: int
) -> None:
    before_s, after_s = backoff.pause_s(failures), backoff.pause_s(failures + 1)
    assert backoff.first_s <= before_s <= after_s <= backoff.longest_s
    if failures < 60 and after_s < backoff.longest_s:
        assert after_s == pytest.approx(before_s * backoff.factor)


@given(backoff=BACKOFFS)
def test_without_a_failure_the_pause_is_the_first(backoff: Backoff) -> None:
    assert backoff.pause_s(0) == backoff.pause_s(1) == backoff.first_s
