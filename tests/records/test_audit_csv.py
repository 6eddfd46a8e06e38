"""What is exported is what was recorded, and no spreadsheet runs it."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import io
import json
from pathlib import Path

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import plain, say
from custom_components.sigenstor_panel.records.audit_csv import csv_header, csv_rows
from custom_components.sigenstor_panel.records.audit_log import AuditEntry, AuditLog, Outcome
from tests.english import english

NOW = datetime(2026, 1, 14, 16, 0, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "'quoted'", '"', ",", "\r\n", "a\nb", '=HYPERLINK("x","y")']
)
REGISTERS = st.dictionaries(
    st.text(st.characters(codec="ascii")), st.integers() | st.floats(allow_nan=False) | st.none()
)


def entry(owner: str, reason: str, detail: str, read_back: dict[str, int | float | None] | None) -> AuditEntry:
    return AuditEntry(
        id=7,
        time=NOW,
        actor=Actor.OPTIMISER,
        owner=plain(owner),
        action=Action.DISCHARGE,
        reason=plain(reason),
        power_w=5_000,
        previous={"a": 1},
        wanted={"a": 2.5, "b": None},
        read_back=read_back,
        outcome=Outcome.CONFIRMED,
        detail=plain(detail) if detail else None,
    )


def parsed(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@given(owner=TEXTS, reason=TEXTS, detail=TEXTS, read_back=REGISTERS | st.none())
def test_an_exported_entry_can_be_read_back_as_it_was(
    owner: str, reason: str, detail: str, read_back: dict[str, int | float | None] | None
) -> None:
    [row] = parsed(csv_header() + csv_rows([entry(owner, reason, detail, read_back)], english))
    texts = tuple(row[name].removeprefix("'") for name in ("owner", "reason", "detail"))
    assert texts == (owner, reason, detail)
    assert (row["id"], row["time"], row["power_w"]) == ("7", "2026-01-14T16:00:00.000000+00:00", "5000")
    assert (row["actor"], row["action"], row["outcome"]) == ("optimiser", "discharge", "confirmed")
    assert json.loads(row["wanted"]) == {"a": 2.5, "b": None}
    assert (json.loads(row["read_back"]) if row["read_back"] else None) == read_back


@given(text=TEXTS)
def test_no_cell_begins_with_what_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    [row] = parsed(csv_header() + csv_rows([entry(text, text, text, {})], english))
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")) for cell in row.values()
    )


def test_lines_end_as_rfc_4180_wants_and_only_what_needs_quotes_has_them() -> None:
    header, row = csv_header(), csv_rows([entry("Plain", "one, two", 'say "hi"', None)], english)
    assert header == "id,time,actor,owner,action,reason,power_w,previous,wanted,read_back,outcome,detail\r\n"
    assert row.endswith(',,confirmed,"say ""hi"""\r\n')
    assert ',Plain,discharge,"one, two",5000,' in row


@pytest.mark.parametrize("rows", [0, 1, 999, 1_000, 1_001, 2_500])
def test_an_export_has_each_row_of_its_range_once_across_page_boundaries(tmp_path: Path, rows: int) -> None:
    log = AuditLog(f"sqlite:///{tmp_path}/audit.db", "plant")
    log.open()
    assert log._database._engine is not None
    with log._database._engine.begin() as connection:
        for number in range(rows):
            connection.exec_driver_sql(
                "INSERT INTO sigenstor_panel_audit (plant, time_us, actor, owner, action, reason, previous, wanted,"
                " outcome, detail) VALUES ('plant', ?, 'safety', '', 'hold', ?, '{}', '{}', 'refused', '')",
                # Several rows share a moment, so that a page ends between them.
                (number // 7 * 1_000_000, str(number)),
            )
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    chunks = list(log.export_csv(epoch, epoch + timedelta(days=1), english))
    assert chunks[0] == csv_header()
    assert [row["reason"] for row in parsed("".join(chunks))] == [str(number) for number in range(rows)]
    assert parsed("".join(log.export_csv(epoch + timedelta(days=1), epoch + timedelta(days=2), english))) == []


def test_a_message_is_written_as_seen_from_when_it_was_recorded() -> None:
    one = replace(
        entry("Night", "", "", None), reason=say("control.holding", until_at=NOW + timedelta(hours=3)), detail=None
    )
    assert ",discharge,Holding until 05:00,5000," in csv_rows([one], english)
    late = replace(one, time=NOW - timedelta(days=1))
    assert ",discharge,Holding until 05:00 tomorrow,5000," in csv_rows([late], english)
