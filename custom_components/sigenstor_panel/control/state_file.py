"""The state of control on disk, in two copies: a save is there when it returns, and damage is told from absence.

The functions here block: call them off the event loop, one at a time.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
import errno
from glob import escape
import json
import os
from pathlib import Path
from typing import Any, Final

from ..model.message import Message, MessageError, say, told_by

VERSION: Final = 2
"""Of the format; another program of ours that knows only an older one must not touch the file.

One that knows only version 1 would run a schedule for one day every week, and has no targets of a hold. What it wrote is
read as it is.
"""

_NOT_FOR_FOLDERS = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
"""What a network share answers where a folder cannot be flushed."""


class StateLostError(MessageError):
    """There was a state, and no valid copy of it is left; the message names the files."""


class NewerStateError(MessageError):
    """The state was written by a newer version of this program; nothing is written over it."""


class _DamagedError(MessageError):
    """A file does not hold a state."""


@dataclass(frozen=True, slots=True)
class _FoundCopy:
    path: Path
    data: dict[str, Any]
    sequence: int | None
    """Counts the saves; None in a file that Home Assistant's own store wrote."""

    modified_ns: int


class StateFile:
    """One state in the format of Home Assistant's store; the same again in a file named `.copy`."""

    def __init__(self, path: Path, check: Callable[[dict[str, Any]], object]) -> None:
        """Take the path, and what raises `ValueError` for a state that cannot be; nothing is read yet."""
        self.path = path
        self._copy = path.with_name(f"{path.name}.copy")
        self._check = check
        self._sequence: int | None = None
        self._counts = path
        """The file that holds what a load finds."""

    def load(self) -> dict[str, Any] | None:
        """Return the newest valid state, None where there never was one; damaged files are set aside as `.damaged`.

        Raises `StateLostError`, `NewerStateError`, and `OSError` where it cannot be told for now.
        """
        found: list[_FoundCopy] = []
        damaged: list[Path] = []
        problems: list[Message] = []
        unreadable: OSError | None = None
        for path in (self._copy, self.path):
            try:
                found.append(self._read(path))
            except FileNotFoundError:
                continue
            except OSError as err:
                unreadable = err
            except _DamagedError as err:
                damaged.append(path)
                problems.append(say("control.file_damaged", file=path.name, why=err.message))
        if not found and unreadable is not None:
            raise unreadable
        for path in damaged:
            # One that cannot be moved is still there for the next look at it.
            with suppress(OSError):
                path.rename(_free_name(path))
        self._sequence = max((one.sequence or 0 for one in found), default=0)
        if found:
            newest = max(found, key=_age_order(found))
            self._counts = newest.path
            return newest.data
        if damaged:
            raise StateLostError(say("control.files_damaged", files=tuple(problems)))
        if set_aside := sorted(path.name for path in self._remains()):
            raise StateLostError(say("control.only_set_aside", files=", ".join(set_aside)))
        return None

    def save(self, data: Mapping[str, Any]) -> None:
        """Write the state; it is on disk when this returns.

        Raises `OSError`, and then the state before is what a load finds; `NewerStateError` as a load does.
        """
        if self._sequence is None:
            with suppress(StateLostError):
                self.load()
        assert self._sequence is not None
        text = json.dumps(
            {
                "version": VERSION,
                "minor_version": 1,
                "key": self.path.name,
                "sequence": self._sequence + 1,
                "data": data,
            },
            indent=2,
        ).encode()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # The file that counts is left alone until the other one is there for good.
        files = (self.path, self._copy) if self._counts == self._copy else (self._copy, self.path)
        new_files = [path.with_name(f"{path.name}.new") for path in files]
        replaced = False
        try:
            # All that needs space comes first: a full disk leaves both copies as they were.
            for new in new_files:
                _write(new, text)
            new_files[0].replace(files[0])
            replaced = True
            _flush_folder(self.path.parent)
        except OSError:
            for path in (*new_files, *files[:replaced]):
                with suppress(OSError):
                    path.unlink(missing_ok=True)
            raise
        self._sequence += 1
        self._counts = files[0]
        # Where this fails, the older one is left beside it.
        with suppress(OSError):
            new_files[1].replace(files[1])
        with suppress(OSError):
            new_files[1].unlink(missing_ok=True)

    def delete(self) -> None:
        """Remove the state, its copy, and what was set aside."""
        for path in (self.path, self._copy, *self._remains()):
            path.unlink(missing_ok=True)
        self._sequence = None
        self._counts = self.path

    def _read(self, path: Path) -> _FoundCopy:
        with path.open("rb") as file:
            raw, modified_ns = file.read(), os.fstat(file.fileno()).st_mtime_ns
        try:
            outer = json.loads(raw)
        except (ValueError, RecursionError) as err:
            raise _DamagedError(say("control.no_json")) from err
        if not isinstance(outer, dict) or type(version := outer.get("version")) is not int:
            raise _DamagedError(say("control.no_state"))
        if version > VERSION:
            raise NewerStateError(say("control.newer_state", file=path.name, format=version, known=VERSION))
        data, sequence = outer.get("data"), outer.get("sequence")
        if outer.get("key") != self.path.name or not isinstance(data, dict):
            raise _DamagedError(say("control.no_state"))
        if sequence is not None and (type(sequence) is not int or sequence < 0):
            raise _DamagedError(say("control.no_sequence"))
        try:
            self._check(data)
        except ValueError as err:
            raise _DamagedError(told_by(err)) from err
        return _FoundCopy(path, data, sequence, modified_ns)

    def _remains(self) -> Iterator[Path]:
        """Return what was set aside, here or by Home Assistant's store."""
        name = escape(self.path.name)
        for pattern in (f"{name}.damaged*", f"{name}.copy.damaged*", f"{name}.corrupt.*"):
            yield from self.path.parent.glob(pattern)


def _age_order(found: list[_FoundCopy]) -> Callable[[_FoundCopy], int]:
    """Return what orders copies by age: a version without sequences may have written the file in between."""
    if any(one.sequence is None for one in found):
        return lambda one: one.modified_ns
    return lambda one: one.sequence or 0


def _free_name(path: Path) -> Path:
    name, count = path.with_name(f"{path.name}.damaged"), 1
    while name.exists():
        count += 1
        name = path.with_name(f"{path.name}.damaged{count}")
    return name


def _write(path: Path, text: bytes) -> None:
    with path.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as err:
        if err.errno not in _NOT_FOR_FOLDERS:
            raise
    finally:
        os.close(descriptor)
