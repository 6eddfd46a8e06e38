"""The records are on a real PostgreSQL and a real MariaDB what they are on SQLite; `scripts/test-databases` starts them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from proxy import Proxy
import pytest
from sqlalchemy import create_engine, make_url, text

from custom_components.sigenstor_panel.model import threads
from custom_components.sigenstor_panel.model.audit_entry import AuditUnavailableError, Outcome
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain
from custom_components.sigenstor_panel.records.audit_log import AuditLog
from custom_components.sigenstor_panel.records.audit_trail import AuditTrail
from tests.english import english

NOW = datetime(2026, 1, 15, 2, 0, 0, 123_456, tzinfo=UTC)
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def attempt(**changes: Any) -> Any:
    return {
        "time": NOW,
        "actor": Actor.SCHEDULE,
        "owner": plain("Night ⚡ 电池"),
        "action": Action.CHARGE,
        "reason": plain("Größer − '; DROP TABLE sigenstor_panel_audit; --"),
        "power_w": 2500,
        "previous": {"remote_ems_mode": 2, "charge_limit_kw": None},
        "wanted": {"remote_ems_mode": 3, "charge_limit_kw": 2.5},
        **changes,
    }


@pytest.fixture
def proxy(records_url: str) -> Iterator[Proxy]:
    port = make_url(records_url).port
    assert port is not None
    proxy = Proxy(port)
    yield proxy
    proxy.close()


@pytest.fixture
def url(records_url: str, proxy: Proxy) -> str:
    """Return the address of the database behind the proxy."""
    return make_url(records_url).set(port=proxy.port).render_as_string(hide_password=False)


@pytest.fixture
def log(url: str) -> Iterator[AuditLog]:
    log = AuditLog(url, "plant")
    log.open()
    yield log
    log.close()


def test_a_row_comes_back_to_the_microsecond_and_to_the_letter(log: AuditLog) -> None:
    number = log.begin(**attempt())
    log.complete(number, Outcome.CONFIRMED, {"remote_ems_mode": 3}, plain("x" * 60_000))
    [row] = log.query(*EVER, limit=10)
    assert {name: getattr(row, name) for name in attempt()} == attempt()
    assert (row.outcome, row.read_back, row.detail) == (Outcome.CONFIRMED, {"remote_ems_mode": 3}, plain("x" * 60_000))


def test_rows_come_in_pages_in_order_and_as_csv(log: AuditLog) -> None:
    for second in range(5):
        log.begin(**attempt(time=NOW + timedelta(seconds=second)))
    assert [row.time.second for row in log.query(*EVER, limit=2, newest_first=True)] == [4, 3]
    assert [row.time.second for row in log.query(*EVER, limit=2, offset=3)] == [3, 4]
    assert log.count(*EVER) == 5
    assert "".join(log.export_csv(*EVER, english)).count("\r\n") == 6


def test_a_crash_leaves_interrupted_what_this_system_had_started_and_nothing_of_another(
    url: str, log: AuditLog
) -> None:
    other = AuditLog(url, "other")
    other.open()
    other.begin(**attempt())
    number = log.begin(**attempt())
    again = AuditLog(url, "plant")
    try:
        assert [row.id for row in again.open()] == [number]
        assert [row.outcome for row in other.query(*EVER, limit=9)] == [Outcome.STARTED]
    finally:
        again.close()
        other.close()


async def test_connections_that_were_cut_are_made_anew(url: str, proxy: Proxy) -> None:
    trail = AuditTrail(AuditLog(url, "plant"))
    await trail.begin(**attempt())
    proxy.cut()
    await trail.begin(**attempt())
    assert await trail.count(*EVER) == 2
    await trail.close()


async def test_a_server_that_stops_answering_is_refused_at_once_and_used_again_when_it_answers(
    url: str, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = AuditTrail(AuditLog(url, "plant"))
    await trail.begin(**attempt())
    proxy.hang()
    hanging = asyncio.ensure_future(trail.begin(**attempt()))
    await asyncio.wait([hanging], timeout=0.1)
    assert not hanging.done()
    monkeypatch.setattr(threads, "HANGS_AFTER_S", 0.05)
    with pytest.raises(AuditUnavailableError, match="audit_log_silent"):
        await trail.begin(**attempt())
    proxy.resume()
    await hanging
    assert await trail.count(*EVER) == 2
    await trail.close()


async def test_tables_that_are_dropped_while_they_are_in_use_are_made_anew(records_url: str, url: str) -> None:
    trail = AuditTrail(AuditLog(url, "plant"))
    await trail.begin(**attempt())
    engine = create_engine(records_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE sigenstor_panel_audit"))
    engine.dispose()
    with pytest.raises(AuditUnavailableError):
        await trail.begin(**attempt())
    await trail.begin(**attempt())
    assert await trail.count(*EVER) == 1
    await trail.close()
