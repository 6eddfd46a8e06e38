"""The learning period: the optimiser advises, and at the end its owner is asked whether it may act."""

from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from ..const import DOMAIN

_STORAGE_VERSION = 1


class Learning:
    """Remembers when learning began, and asks when it is over."""

    def __init__(self, hass: HomeAssistant, entry_id: str, title: str) -> None:
        """Initialize; nothing is known yet."""
        self._hass = hass
        self._entry_id = entry_id
        self._title = title
        self._store = learning_store(hass, entry_id)
        self._since: datetime | None = None

    async def async_load(self) -> None:
        """Take up when it began."""
        if stored := await self._store.async_load():
            self._since = datetime.fromisoformat(stored["since"])

    async def async_follow(self, *, learning: bool, days: int) -> datetime | None:
        """Begin, go on or end with the mode of control; return when it is over, None while nothing is learned."""
        now = dt_util.utcnow()
        if not learning:
            if self._since is not None:
                self._since = None
                await self._store.async_remove()
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)
            return None
        if self._since is None:
            await self.async_begin(now)
        assert self._since is not None
        until = self._since + timedelta(days=days)
        if now >= until:
            self._ask()
        else:
            ir.async_delete_issue(self._hass, DOMAIN, self._issue_id)
        return until

    async def async_begin(self, now: datetime) -> None:
        """Begin, or begin again."""
        self._since = now
        await self._store.async_save({"since": now.isoformat()})

    @property
    def _issue_id(self) -> str:
        return f"learning_is_over_{self._entry_id}"

    def _ask(self) -> None:
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            self._issue_id,
            data={"entry_id": self._entry_id},
            is_fixable=True,
            is_persistent=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="learning_is_over",
            translation_placeholders={"plant": self._title},
        )


def learning_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the store of when a plant's learning began."""
    return Store(hass, _STORAGE_VERSION, f"{DOMAIN}.{entry_id}.learning", atomic_writes=True)
