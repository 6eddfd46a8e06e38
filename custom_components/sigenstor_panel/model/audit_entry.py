"""One row of the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Required, TypedDict

from .command import Action, Actor, ChargerAction
from .message import Message, MessageError

type RegisterValues = Mapping[str, int | float | None]


class Attempt(TypedDict):
    """What is known of a write before it happens."""

    time: datetime
    actor: Actor
    owner: Message
    action: Action | ChargerAction
    reason: Message
    power_w: int | None
    previous: RegisterValues
    wanted: RegisterValues


class Outcome(StrEnum):
    """What came of a write attempt."""

    STARTED = "started"
    """Recorded, and not yet known."""
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    """A guardrail refused it; nothing was written."""
    FAILED = "failed"
    REVERTED = "reverted"
    INTERRUPTED = "interrupted"
    """Found started when the log was opened: the controller died in between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One attempt to write to the plant."""

    id: int
    time: datetime
    actor: Actor
    owner: Message
    action: Action | ChargerAction
    reason: Message
    power_w: int | None
    previous: dict[str, int | float | None]
    wanted: dict[str, int | float | None]
    read_back: dict[str, int | float | None] | None
    outcome: Outcome
    detail: Message | None


class AuditFilter(TypedDict, total=False):
    """Which rows are asked for; None and what is left out keep all."""

    actor: Actor | None
    outcome: Outcome | None


class AuditQuery(AuditFilter, total=False):
    """Which rows are asked for, how many of them, and in which order."""

    limit: Required[int]
    offset: int
    newest_first: bool


class UnavailableError(MessageError):
    """A record cannot be read or written; the message says which and why."""


class AuditUnavailableError(UnavailableError):
    """The audit log cannot be read or written."""


class AlreadyCompletedError(Exception):
    """The row has its outcome, or does not exist: an outcome is recorded once."""
