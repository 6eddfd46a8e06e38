"""A test of whether PV follows a limit: what shows it, what shows nothing, and what a person is told of it."""

from dataclasses import dataclass, field, replace

from guardrail_examples import TELEMETRY
import pytest

from custom_components.sigenstor_panel.control.pv_test import PvTest, most_w
from custom_components.sigenstor_panel.model.message import Message, plain, say
from custom_components.sigenstor_panel.model.telemetry import Telemetry

LIMIT_W = 1500
BEFORE_W = 3000


@dataclass
class Scene:
    """A limit to half of 3 kW that was asked for at 1000 s, and the readings that come."""

    test: PvTest = field(default_factory=lambda: PvTest(before_w=BEFORE_W, limit_w=LIMIT_W, asked_s=1000.0))
    now_s: float = 1000.0
    last: Telemetry | None = None

    def read(self, pv_w: int | None, *, after_s: float = 10.0, held: bool = True, new: bool = True) -> None:
        """Let time pass, and the test take up a reading; one that is not new is the one before."""
        self.now_s += after_s
        if new:
            self.last = replace(TELEMETRY)
        self.test.take(pv_w, self.last, held=held, now_s=self.now_s)

    def nothing(self, why: str) -> None:
        """See that the test ended and showed nothing, for this reason."""
        assert (self.test.done, self.test.obeyed, self.test.said) == (
            True,
            None,
            say("control.pv_test_nothing", say(why)),
        )


@pytest.fixture
def scene() -> Scene:
    return Scene()


def said(key: str, *, seen_w: int, lasted_s: float, before_w: int = BEFORE_W) -> Message:
    return say(
        key,
        say("control.pv_test_seen", before_w=before_w, limit_w=LIMIT_W),
        say("control.pv_test_then", seen_w=seen_w, lasted_s=lasted_s),
    )


@pytest.mark.parametrize(("limit_w", "most"), [(0, 200), (500, 700), (2000, 2200), (3000, 3300), (10_000, 11_000)])
def test_pv_under_a_limit_may_be_measured_a_little_above_it(limit_w: int, most: float) -> None:
    assert most_w(limit_w) == most


class TestUnderTheLimit:
    """PV is held by its limit, or it is not."""

    @pytest.mark.parametrize("pv_w", [1300, 1500, 1700])
    def test_two_readings_at_the_limit_show_that_pv_follows(self, scene: Scene, pv_w: int) -> None:
        scene.read(pv_w)
        assert (scene.test.done, scene.test.obeyed, scene.test.readings) == (False, None, 1)
        scene.read(pv_w)
        assert (scene.test.done, scene.test.obeyed, scene.test.readings) == (True, True, 2)
        assert scene.test.said == said("control.pv_test_obeyed", seen_w=pv_w, lasted_s=10.0)

    def test_the_same_reading_twice_is_one(self, scene: Scene) -> None:
        scene.read(1500)
        scene.read(1500, new=False)
        assert (scene.test.done, scene.test.readings) == (False, 1)

    def test_a_reading_that_does_not_say_what_pv_gives_is_none(self, scene: Scene) -> None:
        scene.read(1500)
        scene.read(None)
        assert (scene.test.done, scene.test.readings, scene.test.seen_w) == (False, 1, 1500)

    @pytest.mark.parametrize("between_w", [1299, 1701])
    def test_the_two_have_to_be_in_a_row(self, scene: Scene, between_w: int) -> None:
        for pv_w in (1500, between_w, 1500):
            scene.read(pv_w)
        assert scene.test.done is False
        scene.read(1500)
        assert scene.test.obeyed is True

    def test_pv_that_goes_on_above_it_for_most_of_a_minute_does_not_follow(self, scene: Scene) -> None:
        scene.read(3000)
        for _ in range(4):
            scene.read(3000)
        assert (scene.test.done, scene.test.lasted_s) == (False, 40.0)
        scene.read(3000, after_s=5.0)
        assert (scene.test.done, scene.test.lasted_s) == (False, 45.0)
        scene.read(2900, after_s=1.0)
        assert (scene.test.done, scene.test.obeyed) == (True, False)
        assert scene.test.said == said("control.pv_test_not_obeyed", seen_w=2900, lasted_s=46.0)

    def test_it_is_pv_under_the_limit_that_lasts_and_not_the_wait_for_it(self, scene: Scene) -> None:
        for _ in range(10):
            scene.read(3000, held=False)
        scene.read(3000)
        assert (scene.test.done, scene.test.lasted_s) == (False, 0.0)

    @pytest.mark.parametrize("pv_w", [1000, 1700])
    def test_pv_that_changes_shows_nothing_once_the_time_is_over(self, scene: Scene, pv_w: int) -> None:
        scene.read(3000)
        scene.read(3000)
        scene.read(pv_w, after_s=40.0)
        scene.nothing("control.pv_unsteady")

    def test_a_single_reading_above_it_is_not_enough_to_say_that_pv_does_not_follow(self, scene: Scene) -> None:
        scene.read(3000)
        scene.read(None, after_s=50.0)
        scene.nothing("control.pv_unsteady")

    def test_without_a_reading_it_shows_nothing(self, scene: Scene) -> None:
        scene.read(None)
        scene.read(None, after_s=50.0)
        scene.nothing("control.pv_unsteady")

    def test_a_limit_that_somebody_changed_shows_nothing(self, scene: Scene) -> None:
        scene.read(1500)
        scene.read(3000, held=False)
        scene.nothing("control.pv_limit_changed")

    def test_what_comes_after_its_end_changes_nothing(self, scene: Scene) -> None:
        for pv_w in (1500, 1500, 3000):
            scene.read(pv_w)
        assert (scene.test.obeyed, scene.test.seen_w, scene.test.readings) == (True, 1500, 2)


class TestBeforeTheLimit:
    """The limit may have to wait for the change before it."""

    def test_what_pv_gives_right_before_the_limit_is_what_it_is_compared_with(self, scene: Scene) -> None:
        scene.read(2500, held=False)
        scene.read(None, held=False)
        for _ in range(2):
            scene.read(1500)
        assert scene.test.said == said("control.pv_test_obeyed", seen_w=1500, lasted_s=10.0, before_w=2500)

    @pytest.mark.parametrize(("pv_w", "done"), [(1700, True), (1701, False)])
    def test_pv_that_falls_to_the_limit_by_itself_shows_nothing(self, scene: Scene, pv_w: int, done: bool) -> None:
        scene.read(pv_w, held=False)
        assert scene.test.done is done
        if done:
            scene.nothing("control.pv_unsteady")

    @pytest.mark.parametrize("pv_w", [3000, None])
    def test_a_limit_that_is_not_written_within_three_minutes_shows_nothing(
        self, scene: Scene, pv_w: int | None
    ) -> None:
        scene.read(pv_w, after_s=180.0, held=False)
        assert scene.test.done is False
        scene.read(pv_w, after_s=0.5, held=False)
        scene.nothing("control.pv_limit_not_written")


class TestItsEnd:
    """What a person is told."""

    def test_one_that_is_ended_by_something_else_says_so(self, scene: Scene) -> None:
        scene.read(1500)
        scene.test.end(plain("a stop"))
        assert scene.test.said == say("control.pv_test_nothing", plain("a stop"))
        assert scene.test.done is True

    def test_the_first_end_counts(self, scene: Scene) -> None:
        scene.test.end(plain("a stop"))
        scene.test.end(plain("another"))
        assert scene.test.said == say("control.pv_test_nothing", plain("a stop"))

    def test_nobody_is_told_that_it_is_over_before_pv_may_give_all_it_can(self, scene: Scene) -> None:
        scene.test.end()
        assert not scene.test.over.is_set()
