"""The record of decisions and scores, on a real SQLite file."""

import asyncio
from collections.abc import Iterator
import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
import json
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest
from sqlalchemy import create_engine, update

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.optimiser.contract import (
    Degradation,
    Engine,
    Opinion,
    OptimiserSettings,
    PlanInputs,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.decision import Decision, replay
from custom_components.sigenstor_panel.optimiser.model import PlannerSettings, PlanSlotInput
from custom_components.sigenstor_panel.optimiser.recommend import recommend
from custom_components.sigenstor_panel.records.decision_log import (
    DECISIONS,
    DecisionStore,
    OptimiserLog,
    RecordsUnavailableError,
    ScoreStore,
    made_in,
)
from custom_components.sigenstor_panel.records.decision_rows import DayRecord, DecisionRow, Savings
from tests.english import english

NOW = datetime(2026, 1, 15, 2, 0, tzinfo=UTC)
EVER = made_in(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
ROW = DecisionRow(
    id=0,
    made_at=NOW,
    mode="auto",
    strategy=Strategy.PLAN,
    action=Action.CHARGE,
    target_power_w=5000,
    export_limit_w=None,
    reason=say("reason.hold_to_use", say("reason.buying_costs", buy_per_kwh=0.05), used_at=NOW + timedelta(hours=6)),
    confidence=0.8,
    engine=Engine.PLANNER,
    trigger="time",
    soc=40.0,
    buy=0.05,
    sell=-0.01,
    marginal_per_kwh=0.3,
    degradations=(Degradation.NO_PV_FORECAST,),
    opinions=(
        Opinion(
            engine=Engine.PRICE,
            action=Action.HOLD,
            target_power_w=0,
            reason=say("reason.usual_price", plain("Größer\0")),
            confidence=0.3,
            weight=1.0,
        ),
    ),
)
DAY = DayRecord(
    day=date(2026, 1, 14),
    mode="auto",
    paid=1.0,
    actual=2.0,
    no_battery=5.0,
    self_consumption=3.5,
    rules=None,
    plan=1.9,
    perfect_foresight=1.5,
    share_vs_no_battery=88.6,
    share_vs_self_consumption=None,
)


@pytest.fixture
def url(records_url: str) -> str:
    return records_url


@pytest.fixture
def log(url: str) -> Iterator[OptimiserLog]:
    log = OptimiserLog(url, "A")
    log.open()
    yield log
    log.close()


async def test_whoever_comes_first_opens_the_record_for_all(hass: HomeAssistant, url: str) -> None:
    log = OptimiserLog(url, "A")
    decisions, scores = DecisionStore(log), ScoreStore(log)
    for _ in range(30):
        added, *_ = await asyncio.gather(
            decisions.add(ROW, None),
            scores.savings(),
            *(decisions.count(NOW, NOW + timedelta(days=1)) for _ in range(4)),
        )
        assert added > 0
        await decisions.close()


def decision(now: datetime = NOW) -> Decision:
    """Return a decision of a home with a dear evening."""
    slots = tuple(
        PlanSlotInput(duration=timedelta(minutes=30), buy_per_kwh=buy, sell_per_kwh=0.05, pv_w=0, load_w=700)
        for buy in (0.1, 0.1, 0.5, 0.5)
    )
    inputs = PlanInputs(now=now, zone="Australia/Brisbane", soc=40.0, present=Action.SELF_CONSUME, slots=slots)
    planner = PlannerSettings(
        capacity_kwh=10,
        soc_min=10,
        soc_max=98,
        charge_limit_w=5000,
        discharge_limit_w=5000,
        charge_efficiency=0.95,
        discharge_efficiency=0.95,
        import_limit_w=15_000,
        export_limit_w=10_000,
    )
    settings = OptimiserSettings(planner=planner)
    return Decision.of(inputs, settings, recommend(inputs, settings), mode="auto", trigger="time")


def test_what_is_recorded_is_read_as_it_was(log: OptimiserLog) -> None:
    number = log.add(ROW, None)
    [read] = log.query(*EVER, limit=10)
    assert read == replace(ROW, id=number)


def test_rows_of_an_earlier_version_whose_reasons_were_sentences_are_still_read(log: OptimiserLog, url: str) -> None:
    log.add(ROW, None)
    opinion = {**ROW.opinions[0].as_dict(), "reason": "Nothing stands out."}
    engine = create_engine(url)
    with engine.begin() as connection:
        was = {"reason": "Charging at 5.0 kW: 4.1 c now.", "opinions": json.dumps([opinion])}
        connection.execute(update(DECISIONS).values(was))
    engine.dispose()
    [read] = log.query(*EVER, limit=1)
    assert read.reason == plain("Charging at 5.0 kW: 4.1 c now.")
    assert [opinion.reason for opinion in read.opinions] == [plain("Nothing stands out.")]


def test_decisions_come_newest_first_in_pages(log: OptimiserLog) -> None:
    for minute in range(5):
        log.add(replace(ROW, made_at=NOW + timedelta(minutes=minute)), None)
    assert [row.made_at.minute for row in log.query(*EVER, limit=2)] == [4, 3]
    assert [row.made_at.minute for row in log.query(*EVER, limit=2, offset=3)] == [1, 0]
    assert log.count(*EVER) == 5


def test_they_can_be_chosen_by_time_action_and_engine(log: OptimiserLog) -> None:
    log.add(ROW, None)
    log.add(replace(ROW, made_at=NOW + timedelta(hours=1), action=Action.HOLD, engine=Engine.SOLAR), None)
    later = NOW + timedelta(hours=2)
    assert [row.action for row in log.query(*made_in(NOW, later, action=Action.HOLD), limit=9)] == [Action.HOLD]
    assert [row.engine for row in log.query(*made_in(NOW, later, engine=Engine.PLANNER), limit=9)] == [Engine.PLANNER]
    assert log.count(*made_in(NOW, NOW + timedelta(hours=1))) == 1


def test_a_plant_does_not_see_the_decisions_of_another_in_the_same_database(log: OptimiserLog, url: str) -> None:
    other = OptimiserLog(url, "B")
    other.open()
    other.add(ROW, None)
    other.add_day(DAY)
    assert log.count(*EVER) == 0
    assert log.days(date.min, date.max) == []
    other.close()


def test_a_decision_is_kept_with_all_it_depends_on_and_replays(log: OptimiserLog) -> None:
    number = log.add(ROW, decision())
    kept = log.decision(number)
    assert kept is not None
    assert replay(kept.as_dict()).same


def test_decisions_too_close_to_another_are_left_out_where_they_are_made_again(log: OptimiserLog) -> None:
    for minute in (0, 5, 16, 20, 33):
        made_at = NOW + timedelta(minutes=minute)
        log.add(replace(ROW, made_at=made_at), decision(made_at))
    kept = log.decisions(NOW, NOW + timedelta(hours=1), timedelta(minutes=15))
    assert [one.inputs.now.minute for one in kept] == [0, 16, 33]


def test_after_a_month_a_decision_is_only_a_row_and_after_90_days_it_is_gone(log: OptimiserLog) -> None:
    recent, old, ancient = (
        log.add(replace(ROW, made_at=NOW - timedelta(days=days)), decision()) for days in (29, 31, 91)
    )
    log.prune(NOW)
    assert [row.id for row in log.query(*EVER, limit=9)] == [recent, old]
    assert log.decision(recent) is not None
    assert log.decision(old) is None
    assert log.decision(ancient) is None


@pytest.mark.parametrize("count", [0, 1, 1001])
def test_an_export_has_each_decision_once_and_no_formula(log: OptimiserLog, count: int) -> None:
    for second in range(count):
        log.add(replace(ROW, made_at=NOW + timedelta(seconds=second // 2), reason=plain("=Charging")), None)
    lines = "".join(log.export_csv(english, *EVER)).splitlines()
    assert lines[0].startswith("id,made_at,mode,strategy,action")
    assert len({line.split(",")[0] for line in lines[1:]}) == len(lines) - 1 == count
    assert all("'=Charging" in line for line in lines[1:])


def test_an_export_has_its_reasons_as_text_seen_from_when_each_was_made(log: OptimiserLog) -> None:
    log.add(ROW, None)
    [row] = csv.DictReader("".join(log.export_csv(english, *EVER)).splitlines())
    assert row["reason"] == "Keeping the stored energy, to use it at 18:00. Buying costs 5.0 c."
    assert json.loads(row["opinions"])[0]["reason"].startswith("The price is no reason to charge or sell. ")


def test_the_score_of_a_day_takes_the_place_of_an_earlier_one(log: OptimiserLog) -> None:
    log.add_day(DAY)
    log.add_day(replace(DAY, actual=2.5))
    assert log.days(DAY.day, DAY.day) == [replace(DAY, actual=2.5)]


def test_savings_are_what_was_paid_less_than_each_other_way(log: OptimiserLog) -> None:
    log.add_day(DAY)
    log.add_day(replace(DAY, day=date(2026, 1, 15), actual=4.0))
    assert log.savings() == Savings(vs_no_battery=3.0 + 1.0, vs_self_consumption=1.5 - 0.5)


def test_a_broken_database_is_named_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(RecordsUnavailableError, match=r"problem\.decisions_opened"):
        OptimiserLog(f"sqlite:///{tmp_path / 'records.db'}", "A").open()


def test_a_log_that_is_closed_says_so(log: OptimiserLog) -> None:
    log.close()
    with pytest.raises(RecordsUnavailableError, match=r"problem\.decisions_closed"):
        log.count(*EVER)
