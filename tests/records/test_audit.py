"""Every write attempt is on disk before it happens, once and for ever; a log that cannot be written says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
import sqlite3
import subprocess
import sys
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateTable

from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_log import (
    AlreadyCompletedError,
    Attempt,
    AuditEntry,
    AuditLog,
    AuditUnavailableError,
    Outcome,
)
from custom_components.sigenstor_panel.records.audit_table import AUDIT
from tests.english import english

NOW = datetime(2026, 1, 14, 16, 0, 0, 123_457, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
SYDNEY = ZoneInfo("Australia/Sydney")


READ_BACK = say("control.not_kept", plain("2.5 kW read back"))
CHARGING = say("control.charging", power_w=3_000, until_at=NOW + timedelta(hours=3))


def attempt(**changes: Any) -> Attempt:
    known: Attempt = {
        "time": NOW,
        "actor": Actor.SCHEDULE,
        "owner": plain("Night rate"),
        "action": Action.CHARGE,
        "reason": CHARGING,
        "power_w": 3_000,
        "previous": {"remote_ems_mode": 2, "charge_limit_kw": None},
        "wanted": {"remote_ems_mode": 3, "charge_limit_kw": 3.0},
    }
    return known | changes  # type: ignore[return-value]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.db"


@pytest.fixture
def log(path: Path) -> AuditLog:
    return opened(path)


def opened(path: Path, plant: str = "plant") -> AuditLog:
    log = AuditLog(f"sqlite:///{path}", plant)
    log.open()
    return log


def everything(log: AuditLog) -> list[AuditEntry]:
    return log.query(*ALWAYS, limit=100_000)


@contextmanager
def full_disk(log: AuditLog) -> Iterator[None]:
    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size instead

    assert log._database._engine is not None
    event.listen(log._database._engine, "connect", limit)
    yield
    event.remove(log._database._engine, "connect", limit)


class TestRows:
    """What is recorded."""

    def test_an_attempt_is_on_disk_before_begin_returns(self, log: AuditLog, path: Path) -> None:
        log.begin(**attempt())
        with sqlite3.connect(path) as other:
            assert other.execute("SELECT owner, outcome FROM sigenstor_panel_audit").fetchall() == [
                (plain("Night rate").as_text(), "started")
            ]

    def test_an_entry_holds_all_that_was_known_before_and_all_that_came_of_it(self, log: AuditLog) -> None:
        entry_id = log.begin(**attempt())
        log.complete(entry_id, Outcome.REVERTED, {"remote_ems_mode": 2, "charge_limit_kw": 2.5}, READ_BACK)
        assert everything(log) == [
            AuditEntry(
                id=entry_id,
                **attempt(),
                read_back={"remote_ems_mode": 2, "charge_limit_kw": 2.5},
                outcome=Outcome.REVERTED,
                detail=READ_BACK,
            )
        ]

    def test_a_refusal_is_recorded_with_its_reason_and_without_read_back(self, log: AuditLog) -> None:
        entry_id = log.begin(**attempt(power_w=None))
        log.complete(entry_id, Outcome.REFUSED, detail=say("control.no_reading"))
        [entry] = everything(log)
        assert (entry.outcome, entry.read_back, entry.power_w) == (Outcome.REFUSED, None, None)
        assert entry.detail == say("control.no_reading")

    @pytest.mark.parametrize("actor", Actor)
    @pytest.mark.parametrize("action", Action)
    def test_every_actor_and_action_is_kept(self, log: AuditLog, actor: Actor, action: Action) -> None:
        log.begin(**attempt(actor=actor, action=action))
        [entry] = everything(log)
        assert (entry.actor, entry.action) == (actor, action)

    @pytest.mark.parametrize(
        "text", ["Größer 电池 ⚡ − ×", "a\nb\r\nc", "'; DROP TABLE sigenstor_panel_audit; --", "x" * 60_000]
    )
    def test_any_text_comes_back_as_it_was(self, log: AuditLog, text: str) -> None:
        entry_id = log.begin(**attempt(reason=plain(text)))
        log.complete(entry_id, Outcome.FAILED, detail=plain(text))
        [entry] = everything(log)
        assert (entry.reason, entry.detail) == (plain(text), plain(text))

    def test_a_row_of_an_older_version_is_read_as_it_stands(self, log: AuditLog, path: Path) -> None:
        with sqlite3.connect(path) as other:
            other.execute(
                "INSERT INTO sigenstor_panel_audit (plant, time_us, actor, owner, action, reason, power_w, previous,"
                " wanted, outcome, detail) VALUES ('plant', 0, 'schedule', 'Night rate', 'charge', ?, 1, '{}', '{}',"
                " 'confirmed', ?), ('plant', 1, 'manual', '7', 'hold', '', 0, '{}', '{}', 'confirmed', '')",
                ("Charging at 3.0 kW until 05:00", "6 attempts in 17 min"),
            )
        old, shortest = everything(log)
        assert (old.owner, old.reason) == (plain("Night rate"), plain("Charging at 3.0 kW until 05:00"))
        assert old.detail == plain("6 attempts in 17 min")
        assert (shortest.owner, shortest.reason, shortest.detail) == (plain("7"), plain(""), None)
        exported = "".join(log.export_csv(*ALWAYS, english))
        assert ",Night rate,charge,Charging at 3.0 kW until 05:00,1," in exported
        assert ",confirmed,6 attempts in 17 min\r\n" in exported

    def test_a_name_that_fills_the_column_is_kept_whole(self, log: AuditLog) -> None:
        name = plain('"\\' * 60)
        log.begin(**attempt(owner=name))
        assert [entry.owner for entry in everything(log)] == [plain('"\\' * 60)]

    def test_text_that_no_database_takes_does_not_keep_an_attempt_from_being_recorded(self, log: AuditLog) -> None:
        log.begin(**attempt(reason=plain("nul\0 and \ud800"), owner=plain("o" * 1_000)))
        [entry] = everything(log)
        assert (entry.reason, entry.owner) == (plain("nul\0 and ?"), plain("o" * 255))

    def test_times_are_utc_to_the_microsecond_whatever_zone_they_come_in(self, log: AuditLog) -> None:
        log.begin(**attempt(time=NOW.astimezone(SYDNEY)))
        [entry] = everything(log)
        assert entry.time == NOW
        assert entry.time.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("dialect", "key"),
    [
        (sqlite.dialect(), "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"),
        (postgresql.dialect(), "id BIGSERIAL NOT NULL"),
        (mysql.dialect(), "id BIGINT NOT NULL AUTO_INCREMENT"),
    ],
    ids=["SQLite", "PostgreSQL", "MariaDB"],
)
def test_the_table_numbers_its_rows_itself_in_every_database_the_recorder_can_use(dialect: Dialect, key: str) -> None:
    assert key in str(CreateTable(AUDIT).compile(dialect=dialect))


class TestAppendOnly:
    """What is recorded stays."""

    def test_an_outcome_is_recorded_once(self, log: AuditLog) -> None:
        entry_id = log.begin(**attempt())
        log.complete(entry_id, Outcome.CONFIRMED, {"remote_ems_mode": 3})
        before = everything(log)
        with pytest.raises(AlreadyCompletedError):
            log.complete(entry_id, Outcome.FAILED, None, plain("a second thought"))
        assert everything(log) == before

    def test_a_refusal_cannot_be_completed_again_and_neither_can_a_row_that_does_not_exist(self, log: AuditLog) -> None:
        refused = log.begin(**attempt())
        log.complete(refused, Outcome.REFUSED)
        for entry_id in (refused, refused + 1):
            with pytest.raises(AlreadyCompletedError):
                log.complete(entry_id, Outcome.CONFIRMED)

    def test_started_is_no_outcome(self, log: AuditLog) -> None:
        entry_id = log.begin(**attempt())
        with pytest.raises(ValueError, match="started"):
            log.complete(entry_id, Outcome.STARTED)
        assert len(everything(log)) == 1

    def test_opening_again_keeps_every_row_and_goes_on_counting(self, log: AuditLog, path: Path) -> None:
        first = log.begin(**attempt())
        log.complete(first, Outcome.REFUSED)
        before = everything(log)
        log.close()
        again = opened(path)
        assert everything(again) == before
        assert again.begin(**attempt()) > first

    def test_plants_in_one_database_neither_see_nor_complete_nor_interrupt_each_other(
        self, log: AuditLog, path: Path
    ) -> None:
        entry_id = log.begin(**attempt())
        other = AuditLog(f"sqlite:///{path}", "other")
        assert other.open() == []
        assert everything(other) == []
        assert other.count(*ALWAYS) == 0
        assert list(other.export_csv(*ALWAYS, english))[1:] == []
        with pytest.raises(AlreadyCompletedError):
            other.complete(entry_id, Outcome.FAILED)
        log.complete(entry_id, Outcome.CONFIRMED)


class TestCrash:
    """The controller dies between the record and the outcome."""

    def test_a_row_left_started_is_marked_interrupted_and_returned_once(self, log: AuditLog, path: Path) -> None:
        done, left = log.begin(**attempt()), log.begin(**attempt(reason=plain("The last one")))
        log.complete(done, Outcome.CONFIRMED)
        log.close()
        again = AuditLog(f"sqlite:///{path}", "plant")
        [interrupted] = again.open()
        assert (interrupted.id, interrupted.reason, interrupted.outcome) == (
            left,
            plain("The last one"),
            Outcome.INTERRUPTED,
        )
        assert english(interrupted.detail) == "Home Assistant stopped before this write was confirmed"
        assert [entry.outcome for entry in everything(again)] == [Outcome.CONFIRMED, Outcome.INTERRUPTED]
        again.close()
        assert AuditLog(f"sqlite:///{path}", "plant").open() == []

    def test_a_process_killed_in_the_middle_of_a_write_leaves_its_attempt_behind(self, path: Path) -> None:
        script = """
import os, sys
from tests.records.test_audit import attempt, opened, plain
log = opened(sys.argv[1])
log.begin(**attempt(reason=plain("Killed")))
os.kill(os.getpid(), 9)
"""
        killed = subprocess.run([sys.executable, "-c", script, str(path)], cwd=Path.cwd(), check=False)
        assert killed.returncode == -9
        [interrupted] = AuditLog(f"sqlite:///{path}", "plant").open()
        assert (interrupted.reason, interrupted.outcome) == (plain("Killed"), Outcome.INTERRUPTED)


class TestQuery:
    """Finding rows again."""

    def test_10_000_rows_are_found_by_range_and_in_order_page_by_page(self, log: AuditLog, path: Path) -> None:
        log.begin(**attempt())
        with sqlite3.connect(path) as other:
            # Written backwards in time: the order is that of the times, not of the rows.
            other.executemany(
                "INSERT INTO sigenstor_panel_audit (plant, time_us, actor, owner, action, reason, power_w, previous,"
                " wanted, outcome, detail) VALUES ('plant', ?, 'optimiser', 'Optimiser', 'charge', ?, 1, '{}', '{}',"
                " 'confirmed', '')",
                [(second * 1_000_000, str(second)) for second in range(10_000, 0, -1)],
            )
        epoch = datetime(1970, 1, 1, tzinfo=UTC)
        start, end = epoch + 2_000 * SECOND, epoch + 7_000 * SECOND
        assert log.count(start, end) == 5_000
        pages = [log.query(start, end, limit=700, offset=offset) for offset in range(0, 5_600, 700)]
        assert [entry.reason for page in pages for entry in page] == [
            plain(str(second)) for second in range(2_000, 7_000)
        ]
        exported = "".join(log.export_csv(epoch, epoch + 10_001 * SECOND, english)).splitlines()
        assert len(exported) == 10_001
        assert [line.split(",")[5] for line in exported[1:]] == [str(second) for second in range(1, 10_001)]

    def test_a_range_includes_its_start_and_not_its_end(self, log: AuditLog) -> None:
        log.begin(**attempt())
        moment = timedelta(microseconds=1)
        assert log.count(NOW, NOW + moment) == len(log.query(NOW, NOW + moment, limit=9)) == 1
        assert log.count(NOW - SECOND, NOW) == len(log.query(NOW - SECOND, NOW, limit=9)) == 0
        assert log.count(NOW + moment, NOW + SECOND) == 0

    def test_rows_of_the_same_moment_keep_the_order_they_were_written_in(self, log: AuditLog) -> None:
        ids = [log.begin(**attempt()) for _ in range(30)]
        assert [entry.id for entry in everything(log)] == ids == sorted(ids)

    def test_only_what_is_asked_for_is_found(self, log: AuditLog) -> None:
        for actor in Actor:
            log.begin(**attempt(actor=actor))
            log.complete(log.begin(**attempt(actor=actor)), Outcome.REFUSED)
        manual = log.query(*ALWAYS, limit=99, actor=Actor.MANUAL)
        assert {entry.actor for entry in manual} == {Actor.MANUAL}
        refused = log.query(*ALWAYS, limit=99, outcome=Outcome.REFUSED)
        assert [entry.actor for entry in refused] == list(Actor)
        assert log.count(*ALWAYS, actor=Actor.MANUAL) == 2
        assert log.count(*ALWAYS, actor=Actor.MANUAL, outcome=Outcome.REFUSED) == 1
        assert log.count(*ALWAYS, actor=None, outcome=None) == 2 * len(Actor)

    def test_the_newest_rows_come_first_when_asked_to(self, log: AuditLog) -> None:
        ids = [log.begin(**attempt()) for _ in range(5)]
        newest = log.query(*ALWAYS, limit=3, offset=1, newest_first=True)
        assert [entry.id for entry in newest] == ids[-2:0:-1]


class TestBrokenDisk:
    """A log that cannot be written says so, and the caller can stop."""

    def test_a_full_disk_refuses_the_attempt_loses_nothing_and_recovers(self, log: AuditLog) -> None:
        log.begin(**attempt())
        kept = everything(log)
        with full_disk(log), pytest.raises(AuditUnavailableError, match=r"^problem.audit_log_written; .*full"):
            log.begin(**attempt(reason=plain("x" * 100_000)))
        assert everything(log) == kept
        entry_id = log.begin(**attempt(reason=plain("Room again")))
        log.complete(entry_id, Outcome.CONFIRMED)
        assert everything(log)[:-1] == kept
        assert everything(log)[-1].reason == plain("Room again")

    def test_a_full_disk_at_completion_leaves_the_attempt_started_to_be_completed_later(self, log: AuditLog) -> None:
        entry_id = log.begin(**attempt())
        with full_disk(log), pytest.raises(AuditUnavailableError, match="full"):
            log.complete(entry_id, Outcome.FAILED, detail=plain("x" * 1_000_000))
        assert [entry.outcome for entry in everything(log)] == [Outcome.STARTED]
        log.complete(entry_id, Outcome.FAILED, detail=plain("x" * 1_000_000))

    def test_a_database_that_can_only_be_read_is_refused_when_it_is_opened(self, log: AuditLog, path: Path) -> None:
        log.close()
        with pytest.raises(AuditUnavailableError, match="readonly"):
            AuditLog(f"sqlite:///file:{path}?mode=ro&uri=true", "plant").open()

    @pytest.mark.parametrize(
        "url", ["sqlite:///{folder}", "sqlite:///{folder}/missing/audit.db", "nonsense", "foo://x"]
    )
    def test_a_place_that_cannot_hold_a_database_is_refused(self, tmp_path: Path, url: str) -> None:
        log = AuditLog(url.format(folder=tmp_path), "plant")
        with pytest.raises(AuditUnavailableError, match=r"^problem.audit_log_opened; "):
            log.open()
        with pytest.raises(AuditUnavailableError, match="audit_log_closed"):
            log.begin(**attempt())

    def test_a_corrupted_file_is_refused_and_left_as_it_is(self, path: Path) -> None:
        path.write_bytes(b"this is no database " * 1_000)
        with pytest.raises(AuditUnavailableError, match="not a database"):
            opened(path)
        assert path.read_bytes() == b"this is no database " * 1_000

    def test_a_file_that_breaks_while_it_is_in_use_is_noticed_at_the_next_attempt(
        self, log: AuditLog, path: Path
    ) -> None:
        log.begin(**attempt())
        path.write_bytes(b"\0garbage" * 4_096)
        for use in (lambda: log.begin(**attempt()), lambda: everything(log), lambda: log.count(*ALWAYS)):
            with pytest.raises(AuditUnavailableError):
                use()

    def test_a_file_that_is_deleted_while_it_is_in_use_is_noticed_and_made_anew_by_opening(
        self, log: AuditLog, path: Path
    ) -> None:
        log.begin(**attempt())
        path.unlink()
        with pytest.raises(AuditUnavailableError):
            log.begin(**attempt())
        assert log.open() == []
        log.begin(**attempt())
        assert len(everything(log)) == 1

    def test_a_place_that_becomes_usable_can_be_opened_later(self, tmp_path: Path) -> None:
        log = AuditLog(f"sqlite:///{tmp_path}/later/audit.db", "plant")
        with pytest.raises(AuditUnavailableError):
            log.open()
        (tmp_path / "later").mkdir()
        assert log.open() == []
        log.begin(**attempt())

    def test_a_log_of_a_newer_version_is_refused_untouched(self, log: AuditLog, path: Path) -> None:
        log.begin(**attempt())
        log.close()
        with sqlite3.connect(path) as other:
            other.execute("UPDATE sigenstor_panel_schema SET version = 2")
        with pytest.raises(AuditUnavailableError, match="newer_format format=2 known=1"):
            opened(path)
        with sqlite3.connect(path) as other:
            assert other.execute("SELECT outcome FROM sigenstor_panel_audit").fetchall() == [("started",)]

    def test_a_closed_log_refuses_and_closing_twice_is_harmless(self, log: AuditLog) -> None:
        log.close()
        log.close()
        with pytest.raises(AuditUnavailableError, match="audit_log_closed"):
            log.begin(**attempt())

    def test_a_password_in_the_address_is_never_in_the_message(self) -> None:
        for url in ("postgresql://ha:hunter2@localhost:1/x", "mysql://ha:hunter2@localhost:1/x", "foo://ha:hunter2@x"):
            with pytest.raises(AuditUnavailableError) as refusal:
                AuditLog(url, "plant").open()
            assert "hunter2" not in str(refusal.value)

    def test_the_file_is_written_through_to_the_disk(self, log: AuditLog, path: Path) -> None:
        assert log._database._engine is not None
        with log._database._engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 5_000
