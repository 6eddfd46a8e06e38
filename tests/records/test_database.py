"""A server that does not answer is given up on, whichever it is, and holds up no other."""

import threading
from typing import Any

import pytest
from sqlalchemy import make_url

from custom_components.sigenstor_panel.records import database
from custom_components.sigenstor_panel.records.audit_log import AuditLog, AuditUnavailableError


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("mysql://ha@host/ha", {"connect_timeout": 5, "read_timeout": 30, "write_timeout": 30}),
        ("mysql+pymysql://ha@host/ha", {"connect_timeout": 5, "read_timeout": 30, "write_timeout": 30}),
        ("mariadb+pymysql://ha@host/ha?read_timeout=90", {"connect_timeout": 5, "write_timeout": 30}),
        (
            "postgresql://ha@host/ha",
            {
                "connect_timeout": 5,
                "tcp_user_timeout": 30_000,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 4,
            },
        ),
        ("mysql+asyncmy://ha@host/ha", {}),
    ],
)
def test_each_driver_is_told_when_to_give_up_unless_the_url_says_so(url: str, known: dict[str, Any]) -> None:
    assert database._timeouts(make_url(url)) == known


def test_one_that_hangs_while_it_is_opened_holds_up_neither_itself_for_ever_nor_another(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_PREPARING_WAIT_S", 0.0)
    hanging, other = (AuditLog(f"sqlite:///{tmp_path / name}.db", "plant") for name in ("hanging", "other"))
    begun, answers = threading.Event(), threading.Event()
    prepare = database.Database._prepare

    def hang(self: Any, connection: Any) -> bool:
        if threading.current_thread() is thread:
            begun.set()
            answers.wait()
        return prepare(self, connection)

    monkeypatch.setattr(database.Database, "_prepare", hang)
    thread = threading.Thread(target=hanging.open)
    thread.start()
    begun.wait()
    try:
        assert other.open() == []
        assert AuditLog(f"sqlite:///{tmp_path / 'hanging'}.db", "plant").open() == []
    finally:
        answers.set()
        thread.join()


def test_a_log_that_cannot_be_opened_again_says_so(tmp_path: Any) -> None:
    log = AuditLog(f"sqlite:///{tmp_path / 'missing' / 'audit.db'}", "plant")
    with pytest.raises(AuditUnavailableError, match="audit_log_opened"):
        log.open()
