"""What a person should know and do something about; each ends when its cause does."""

from collections.abc import Callable
from enum import StrEnum
import logging

from ..model.message import Message

_LOGGER = logging.getLogger(__name__)


class Alert(StrEnum):
    """What can be wrong, the most important first."""

    NOT_STOPPED = "not_stopped"
    ANOTHER_PLANT = "another_plant"
    NOT_RELEASED = "not_released"
    NOT_OBEYED = "not_obeyed"
    PV_LIMITED = "pv_limited"
    OVERWRITTEN = "overwritten"
    NOT_SAVED = "not_saved"
    NOT_RECORDED = "not_recorded"
    VPP = "vpp"
    PV_NOT_OBEYED = "pv_not_obeyed"


class Alerts:
    """The alerts that are active."""

    def __init__(self, raised: Callable[[Message], None]) -> None:
        """Call `raised` with the message of each new alert."""
        self._raised = raised
        self._messages: dict[Alert, Message] = {}

    @property
    def first(self) -> Message | None:
        """The most important message; None while all is well."""
        return next((self._messages[alert] for alert in Alert if alert in self._messages), None)

    def __contains__(self, alert: Alert) -> bool:
        """Return whether an alert is active."""
        return alert in self._messages

    def set(self, alert: Alert, message: Message) -> None:
        """Raise an alert; it is logged and told once, however often its numbers change."""
        new = alert not in self._messages
        self._messages[alert] = message
        if new:
            _LOGGER.warning("%s", message)
            self._raised(message)

    def clear(self, *alerts: Alert) -> None:
        """End alerts whose cause is gone."""
        for alert in alerts:
            if self._messages.pop(alert, None) is not None:
                _LOGGER.info("Settled: %s", alert)
