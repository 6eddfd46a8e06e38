"""What control must know of each plant while its entry is not loaded: on disk, and until Home Assistant ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.util.hass_dict import HassKey

from ..const import CONF_AUDIT_IN_RECORDER, DOMAIN, SECTION_CONTROL
from ..control.memory import ControlMemory
from ..control.recovery import caught_up, recover
from ..control.saver import StateSaver
from ..control.state_file import NewerStateError, StateFile, StateLostError
from ..model.message import Message, say, told_by
from ..records.audit_log import AuditLog, AuditUnavailableError
from ..records.audit_trail import AuditTrail
from ..texts import localize

DISK_TIMEOUT_S: Final = 10.0
AUDIT_TIMEOUT_S: Final = 10.0
AUDIT_TIMEOUT_OF_A_STOP_S: Final = 1.0

LOST: Final = frozenset({"control_memory_unknown", "control_memory_unreadable"})
"""The keys of the errors that say that no state is left on disk."""


class Stoppable(Protocol):
    """A control service that runs."""

    async def async_emergency_stop(self) -> None:
        """Put the battery on hold at once."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """What control remembers, and why it had to be found out from the record, if it had to."""

    memory: ControlMemory
    lost: Message | None = None


class ControlStorage:
    """The state of control of one plant; there is one as long as Home Assistant runs, however often the entry is loaded."""

    def __init__(self, hass: HomeAssistant, plant: str, saver: StateSaver) -> None:
        """Initialize; nothing is read yet."""
        self.saver = saver
        self._hass = hass
        self._plant = plant
        self.running: Stoppable | None = None
        """The control service, from when it takes over until it has released the plant."""

        self.stop_requested = False
        """Whether the emergency stop was pressed while nothing ran."""

        self._timeouts = set[asyncio.Timeout]()

        self.drops_override = False
        """Whether an override on disk is over: it is of a restored backup, and could not be dropped there."""

    def request_stop(self) -> None:
        """Take note of an emergency stop while nothing runs: what is about to start does not wait long for the record."""
        self.stop_requested = True
        until_s = asyncio.get_running_loop().time() + AUDIT_TIMEOUT_OF_A_STOP_S
        for timeout in self._timeouts:
            if (when_s := timeout.when()) is not None and when_s > until_s:
                timeout.reschedule(until_s)

    @asynccontextmanager
    async def record_timeout(self, memory: ControlMemory) -> AsyncIterator[None]:
        """Give the record its time to answer, which ends a second after a stop. Raises `TimeoutError`."""
        stopped = memory.emergency_stop or self.stop_requested
        async with asyncio.timeout(AUDIT_TIMEOUT_OF_A_STOP_S if stopped else AUDIT_TIMEOUT_S) as timeout:
            self._timeouts.add(timeout)
            try:
                yield
            finally:
                self._timeouts.discard(timeout)

    async def async_recall(self, audit: AuditTrail, *, under_remote: bool) -> Recalled:
        """Return what is on disk, or what the record says where that is lost.

        `under_remote` says whether somebody may be controlling the plant. Raises `ConfigEntryNotReady` where it may be
        known later, and `ConfigEntryError` where it will not be.
        """
        lost: Message | None = None
        try:
            async with asyncio.timeout(DISK_TIMEOUT_S):
                stored = await self.saver.load()
        except StateLostError as err:
            stored, lost = None, without_plant(err, self._plant)
        except NewerStateError as err:
            raise ConfigEntryError(
                translation_domain=DOMAIN,
                translation_key="control_memory_newer",
                translation_placeholders={"error": localize(self._hass, without_plant(err, self._plant))},
            ) from None
        except OSError as err:
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key="control_memory_unavailable",
                translation_placeholders={"error": localize(self._hass, told_by(err))},
            ) from None
        if stored is not None:
            memory = await self._async_caught_up(ControlMemory.from_dict(stored), audit)
            return Recalled(await self._async_without_override(memory) if self.drops_override else memory)
        try:
            async with asyncio.timeout(AUDIT_TIMEOUT_S):
                recovered = await audit.read_attempts(recover)
        except (AuditUnavailableError, TimeoutError) as err:
            if lost is None and not under_remote:
                return Recalled(ControlMemory())
            problem = err.message if isinstance(err, AuditUnavailableError) else say("problem.record_slow")
            raise ConfigEntryNotReady(
                translation_domain=DOMAIN,
                translation_key="control_memory_unknown",
                translation_placeholders={"error": localize(self._hass, problem)},
            ) from err
        if recovered is not None:
            return Recalled(recovered, lost or say("control.file_gone"))
        if lost is None:
            return Recalled(ControlMemory())
        raise ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="control_memory_unreadable",
            translation_placeholders={"error": localize(self._hass, lost)},
        )

    async def _async_caught_up(self, memory: ControlMemory, audit: AuditTrail) -> ControlMemory:
        """Return a memory with what the record knows beyond it, where that can be read."""
        if memory.last_row is not None:
            with suppress(AuditUnavailableError, TimeoutError):
                async with self.record_timeout(memory):
                    return await audit.read_attempts(partial(caught_up, memory), after=memory.last_row)
        return memory

    async def _async_without_override(self, memory: ControlMemory) -> ControlMemory:
        """Return a memory without its override, on disk too as soon as that takes it."""
        memory = replace(memory, override=None)
        with suppress(OSError):
            async with asyncio.timeout(DISK_TIMEOUT_S):
                await self.saver.save(memory.as_dict())
            self.drops_override = False
        return memory

    async def async_store_stop(self, audit: AuditTrail) -> None:
        """Have an emergency stop outlive a restart, unless something runs by now, which sees to it itself.

        Raises `ConfigEntryError`, `ConfigEntryNotReady` and `OSError` where it could not be stored.
        """
        recalled = await self.async_recall(audit, under_remote=True)
        if self.running is None:
            async with asyncio.timeout(DISK_TIMEOUT_S):
                await self.saver.save(replace(recalled.memory, emergency_stop=True, override=None).as_dict())


def without_plant(err: Exception, plant: str) -> Message:
    """Return what is wrong with a state, without the serial number that its file is named after."""
    return Message.from_text(told_by(err).as_text().replace(f".{plant}.", "."))


_STORAGES: HassKey[dict[str, ControlStorage]] = HassKey(f"{DOMAIN}.control")


@callback
def control_storage(hass: HomeAssistant, plant: str) -> ControlStorage:
    """Return the storage of the plant with this serial number."""
    storages = hass.data.setdefault(_STORAGES, {})
    if plant not in storages:
        path = Path(hass.config.path(STORAGE_DIR, f"{DOMAIN}.{plant}.control"))
        storages[plant] = ControlStorage(hass, plant, StateSaver(StateFile(path, ControlMemory.from_dict)))
    return storages[plant]


@callback
def audit_in_recorder[T](entry: ConfigEntry[T]) -> bool:
    """Return whether the owner wants the record in the recorder's database."""
    return bool(entry.options.get(SECTION_CONTROL, {}).get(CONF_AUDIT_IN_RECORDER))


@callback
def database_url(hass: HomeAssistant, *, in_recorder: bool) -> str:
    """Return where the record is kept."""
    if in_recorder and (recorder := hass.data.get(DATA_INSTANCE)):
        return recorder.db_url
    return f"sqlite:///{hass.config.path(f'{DOMAIN}_audit.db')}"


@callback
def audit_trail(hass: HomeAssistant, plant: str, *, in_recorder: bool) -> AuditTrail:
    """Return the record of a plant, not opened yet."""
    return AuditTrail(AuditLog(database_url(hass, in_recorder=in_recorder), plant))
