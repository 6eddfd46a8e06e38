"""What a check of control found, as it is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from ..model.message import Message, say
from ..model.validation import choice, flag, instant


class Step(StrEnum):
    """What is tried, in this order."""

    READ = "read"
    HOLD = "hold"
    CHARGE = "charge"
    DISCHARGE = "discharge"
    PV_LIMIT = "pv_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What came of one step."""

    step: Step
    obeyed: bool | None
    """None: it was not tried, or showed nothing."""

    said: Message

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON values."""
        return {"step": self.step.value, "obeyed": self.obeyed, "said": self.said.as_dict()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the finding that `as_dict` described."""
        obeyed = data["obeyed"]
        return cls(
            step=choice("step", data["step"], Step),
            obeyed=None if obeyed is None else flag("obeyed", obeyed),
            said=Message.from_dict(data["said"]),
        )


def finding(step: Step, obeyed: bool | None, why: Message | None) -> Finding:
    """Return a finding with its sentence, which `why` explains."""
    outcome = {True: "obeyed", False: "not_obeyed", None: "not_tried"}[obeyed]
    return Finding(step=step, obeyed=obeyed, said=say(f"control.check_{step}_{outcome}", why))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What a check found."""

    at: datetime
    firmware: str
    findings: tuple[Finding, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "at": self.at.isoformat(),
            "firmware": self.firmware,
            "findings": [each.as_dict() for each in self.findings],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the result that `as_dict` described."""
        return cls(
            at=instant("at", data["at"]),
            firmware=str(data["firmware"]),
            findings=tuple(map(Finding.from_dict, data["findings"])),
        )
