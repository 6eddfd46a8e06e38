"""A database file that is deleted, replaced, locked or read-only while it is used heals, and what was lost is said once."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
import shutil
import sqlite3

import pytest
from sqlalchemy import Engine, event

from custom_components.sigenstor_panel.model.audit_entry import UnavailableError
from custom_components.sigenstor_panel.records import database
from custom_components.sigenstor_panel.records.audit_log import AuditLog
from custom_components.sigenstor_panel.records.audit_trail import AuditTrail
from custom_components.sigenstor_panel.records.decision_log import DecisionStore, OptimiserLog, ScoreStore
from tests.records.test_audit import ALWAYS, attempt
from tests.records.test_optimiser_store import DAY, ROW


@dataclass
class Used:
    """A record that is used, and how often it said that something was lost."""

    add: Callable[[], Awaitable[object]]
    count: Callable[[], Awaitable[int]]
    losses: int = 0

    def lose(self) -> None:
        self.losses += 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


@pytest.fixture
async def audit(path: Path) -> Used:
    trail = AuditTrail(AuditLog(f"sqlite:///{path}", "plant"))
    used = Used(lambda: trail.begin(**attempt()), lambda: trail.count(*ALWAYS))
    trail.on_lost = used.lose
    return used


@pytest.fixture
async def decisions(path: Path) -> Used:
    store = DecisionStore(OptimiserLog(f"sqlite:///{path}", "plant"))
    used = Used(lambda: store.add(ROW, None), lambda: store.count(*ALWAYS))
    store.on_lost = used.lose
    return used


@pytest.fixture
async def scores(path: Path) -> Used:
    log = OptimiserLog(f"sqlite:///{path}", "plant")
    store, decisions = ScoreStore(log), DecisionStore(log)
    days = iter(range(9))

    async def add() -> None:
        await store.add(replace(DAY, day=DAY.day + timedelta(days=next(days))))

    async def count() -> int:
        return len(await store.query(date.min, date.max))

    await decisions.add(ROW, None)
    used = Used(add, count)
    store.on_lost = decisions.on_lost = used.lose
    return used


@pytest.fixture(params=["audit", "decisions", "scores"])
def used(request: pytest.FixtureRequest) -> Used:
    record: Used = request.getfixturevalue(request.param)
    return record


@contextmanager
def locked(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


@contextmanager
def read_only(_path: Path) -> Iterator[None]:
    """As SQLite does with a file that may not be written; a user that may write everything has no such file."""

    def refuse(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(Engine, "connect", refuse)
    yield
    event.remove(Engine, "connect", refuse)


@pytest.mark.parametrize("broken", [locked, read_only])
async def test_one_that_cannot_be_written_for_a_while_is_written_again_and_has_lost_nothing(
    used: Used, path: Path, monkeypatch: pytest.MonkeyPatch, broken: Callable[[Path], AbstractContextManager[None]]
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT_MS", 0)
    await used.add()
    with broken(path):
        for _ in range(2):
            with pytest.raises(UnavailableError, match=r"locked|readonly"):
                await used.add()
    await used.add()
    assert await used.count() == 2
    assert used.losses == 0


def delete(path: Path) -> None:
    path.unlink()


def put_another_in_its_place(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE something_else (id INTEGER)")


@pytest.mark.parametrize("lose", [delete, put_another_in_its_place])
async def test_one_that_is_gone_is_made_anew_at_the_next_use_and_the_loss_is_said_once(
    used: Used, path: Path, lose: Callable[[Path], None]
) -> None:
    await used.add()
    lose(path)
    with pytest.raises(UnavailableError):
        await used.add()
    await used.add()
    await used.add()
    assert await used.count() == 2
    assert used.losses == 1


@pytest.mark.parametrize("used", ["audit", "decisions"], indirect=True)
async def test_a_copy_of_earlier_that_takes_its_place_is_noticed_at_the_next_row_and_said_once(
    used: Used, path: Path, tmp_path: Path
) -> None:
    await used.add()
    shutil.copy(path, tmp_path / "earlier.db")
    await used.add()
    shutil.copy(tmp_path / "earlier.db", path)
    await used.add()
    await used.add()
    assert await used.count() == 3
    assert used.losses == 1


@pytest.mark.parametrize("used", ["audit", "decisions"], indirect=True)
async def test_one_that_held_nothing_has_lost_nothing(used: Used, path: Path) -> None:
    assert await used.count() == 0
    delete(path)
    with pytest.raises(UnavailableError):
        await used.count()
    await used.add()
    assert used.losses == 0


async def test_what_another_run_recorded_counts_as_lost_too(audit: Used, path: Path) -> None:
    earlier = AuditTrail(AuditLog(f"sqlite:///{path}", "plant"))
    await earlier.begin(**attempt())
    await earlier.close()
    assert await audit.count() == 1
    delete(path)
    with pytest.raises(UnavailableError):
        await audit.count()
    assert await audit.count() == 0
    assert audit.losses == 1
