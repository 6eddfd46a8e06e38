"""What was saved is on disk; what cannot be saved says so; damage is told from absence. On real file systems."""

from collections import Counter
from collections.abc import Callable, Iterator
import errno
import itertools
import json
import os
from pathlib import Path
import random
import resource
import signal
import stat
import subprocess
import sys
from time import sleep
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.sigenstor_panel.control import state_file
from custom_components.sigenstor_panel.control.state_file import NewerStateError, StateFile, StateLostError
from custom_components.sigenstor_panel.model.message import Message, plain, say
from tests.control.dying_saver import check as check_number

NAME = "sigenstor_panel.110A123B0001.control"
SAVER = Path(__file__).with_name("dying_saver.py")


def is_numbered(data: dict[str, Any]) -> None:
    if type(data.get("number")) is not int:
        raise ValueError("number is missing")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".storage" / NAME


@pytest.fixture
def file(path: Path) -> StateFile:
    return StateFile(path, is_numbered)


def again(file: StateFile) -> StateFile:
    """Return the file as the next process sees it."""
    return StateFile(file.path, is_numbered)


def copy_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.copy")


def stored_by_home_assistant(path: Path, number: int) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"version": 1, "minor_version": 1, "key": path.name, "data": {"number": number}}))


def refuse_to_flush_folders(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    sync = os.fsync

    def refuse(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(error, os.strerror(error))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)


def refuse_second_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one of two files be put in place, and never the other."""
    replace, tries = Path.replace, itertools.count(1)

    def refuse(path: Path, target: Path) -> Path:
        if next(tries) % 2 == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)


class TestSaving:
    """What a save leaves behind."""

    def test_what_was_saved_is_loaded_by_the_next_process(self, file: StateFile) -> None:
        for number in range(3):
            file.save({"number": number})
            assert again(file).load() == {"number": number}

    def test_a_file_that_was_never_there_is_no_state(self, file: StateFile) -> None:
        assert file.load() is None

    def test_both_copies_and_the_folder_are_flushed_before_a_save_returns(
        self, file: StateFile, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        flushed = list[tuple[str, str]]()
        sync = os.fsync

        def note(descriptor: int) -> None:
            name = Path(f"/proc/self/fd/{descriptor}").readlink().name
            flushed.append((name, path.read_text() if path.exists() else ""))
            sync(descriptor)

        file.save({"number": 1})
        before = path.read_text()
        monkeypatch.setattr(os, "fsync", note)
        file.save({"number": 2})
        names = [name for name, _ in flushed]
        assert (set(names[:2]), names[2:]) == ({f"{NAME}.copy.new", f"{NAME}.new"}, [".storage"])
        assert [is_now == before for _, is_now in flushed] == [True, True, False]

    def test_it_has_the_format_of_home_assistants_store(self, file: StateFile, path: Path) -> None:
        file.save({"number": 7})
        stored = json.loads(path.read_text())
        assert stored == {"version": 2, "minor_version": 1, "key": NAME, "sequence": 1, "data": {"number": 7}}

    def test_each_save_counts_one_more(self, file: StateFile, path: Path) -> None:
        for sequence in (1, 2, 3):
            file.save({"number": 0})
            assert json.loads(path.read_text())["sequence"] == sequence

    def test_a_folder_that_is_not_there_is_made_with_those_above_it(self, tmp_path: Path) -> None:
        file = StateFile(tmp_path / "not" / "there" / NAME, is_numbered)
        file.save({"number": 1})
        assert again(file).load() == {"number": 1}

    @pytest.mark.parametrize("error", [errno.EINVAL, errno.ENOTSUP, errno.EBADF])
    def test_a_network_share_that_flushes_no_folders_is_good_enough(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch, error: int
    ) -> None:
        refuse_to_flush_folders(monkeypatch, error)
        file.save({"number": 1})
        assert again(file).load() == {"number": 1}

    def test_a_file_of_home_assistants_store_is_taken_over(self, file: StateFile, path: Path) -> None:
        stored_by_home_assistant(path, 5)
        assert file.load() == {"number": 5}
        file.save({"number": 6})
        assert again(file).load() == {"number": 6}

    def test_what_an_older_version_stored_in_between_counts_more_than_an_older_copy(
        self, file: StateFile, path: Path
    ) -> None:
        file.save({"number": 1})
        os.utime(copy_of(path), (1_000_000, 1_000_000))
        stored_by_home_assistant(path, 2)
        assert again(file).load() == {"number": 2}

    def test_deleting_leaves_nothing(self, file: StateFile, path: Path) -> None:
        file.save({"number": 1})
        path.write_text("{")
        file.load()
        file.delete()
        assert list(path.parent.iterdir()) == []
        assert again(file).load() is None

    def test_after_deleting_what_was_not_there_a_new_state_can_be_saved(self, file: StateFile) -> None:
        file.delete()
        file.save({"number": 1})
        assert again(file).load() == {"number": 1}


class TestWhatCannotBeSaved:
    """A full disk, and a folder that cannot be written."""

    @pytest.fixture
    def full(self, tmp_path: Path) -> Iterator[Path]:
        """A file system of its own that two states fill; where none may be mounted, the process may write no more."""
        folder = tmp_path / "small"
        folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
        )
        if mounted.returncode:
            pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
        yield folder / NAME
        subprocess.run(["umount", str(folder)], check=True)

    def test_a_full_disk_raises_and_leaves_the_state_before(self, full: Path) -> None:
        file = StateFile(full, is_numbered)
        file.save({"number": 1})
        (full.parent / "other").write_bytes(b"x" * os.statvfs(full.parent).f_bavail * os.statvfs(full.parent).f_bsize)
        for _ in range(3):
            with pytest.raises(OSError, match="No space left"):
                file.save({"number": 2})
            assert again(file).load() == {"number": 1}
        assert {one.name for one in full.parent.iterdir()} == {NAME, f"{NAME}.copy", "other"}
        (full.parent / "other").unlink()
        file.save({"number": 3})
        assert again(file).load() == {"number": 3}

    def test_a_disk_with_room_for_one_of_the_copies_raises_and_leaves_the_state_before(self, full: Path) -> None:
        file = StateFile(full, is_numbered)
        file.save({"number": 1})
        disk = os.statvfs(full.parent)
        (full.parent / "other").write_bytes(b"x" * (disk.f_bavail - 1) * disk.f_bsize)
        with pytest.raises(OSError, match="No space left"):
            file.save({"number": 2})
        assert again(file).load() == {"number": 1}

    def test_a_file_that_may_not_grow_raises_and_leaves_the_state_before(self, file: StateFile) -> None:
        file.save({"number": 1})
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
        try:
            with pytest.raises(OSError, match="too large"):
                file.save({"number": 2, "more": "x" * 1000})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, ignored)
        assert again(file).load() == {"number": 1}

    def test_a_read_only_file_system_raises_and_leaves_the_state_before(self, full: Path) -> None:
        file = StateFile(full, is_numbered)
        file.save({"number": 1})
        full.write_text("{")
        subprocess.run(["mount", "-o", "remount,ro", str(full.parent)], check=True)
        # What is damaged cannot be set aside there; the copy counts all the same.
        assert again(file).load() == {"number": 1}
        with pytest.raises(OSError, match="Read-only"):
            file.save({"number": 2})
        assert again(file).load() == {"number": 1}

    @pytest.mark.parametrize("saves", [1, 2, 3])
    def test_a_folder_that_the_disk_fails_to_flush_raises_and_leaves_the_state_before(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch, saves: int
    ) -> None:
        for number in range(saves):
            file.save({"number": number})
        with monkeypatch.context() as patch:
            refuse_to_flush_folders(patch, errno.EIO)
            with pytest.raises(OSError, match="Input/output"):
                file.save({"number": 9})
        assert again(file).load() == {"number": saves - 1}

    def test_the_first_state_of_all_is_not_there_either_where_its_folder_is_not_flushed(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        refuse_to_flush_folders(monkeypatch, errno.EIO)
        with pytest.raises(OSError, match="Input/output"):
            file.save({"number": 1})
        assert again(file).load() is None

    @pytest.mark.parametrize("saves", [1, 2, 3])
    @pytest.mark.parametrize("refused", [{1}, {2}, {2, 3}, {2, 4}, {2, 4, 5}])
    def test_a_save_that_raises_is_never_what_is_loaded_and_one_that_does_not_always_is(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch, saves: int, refused: set[int]
    ) -> None:
        for number in range(saves):
            file.save({"number": number})
        saved, tries = saves - 1, 0
        replace = Path.replace

        def refuse(path: Path, target: Path) -> Path:
            nonlocal tries
            tries += 1
            if tries in refused:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", refuse)
        for number in range(10, 14):
            try:
                file.save({"number": number})
                saved = number
            except OSError:
                pass
            assert again(file).load() == {"number": saved}
            assert not list(file.path.parent.glob("*.new"))

    @pytest.mark.parametrize("restarted", [False, True])
    @pytest.mark.parametrize("saves", [1, 2, 3])
    def test_a_state_of_which_there_is_one_copy_only_outlives_a_later_save_that_raises(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch, saves: int, restarted: bool
    ) -> None:
        for number in range(saves):
            file.save({"number": number})
        with monkeypatch.context() as patch:
            refuse_second_copies(patch)
            file.save({"number": 10})
        if restarted:
            file = again(file)
            assert file.load() == {"number": 10}
        with monkeypatch.context() as patch:
            refuse_to_flush_folders(patch, errno.EIO)
            with pytest.raises(OSError, match="Input/output"):
                file.save({"number": 11})
        assert again(file).load() == {"number": 10}

    def test_what_is_left_of_a_second_copy_and_cannot_be_removed_is_no_reason_to_raise(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(path: Path, missing_ok: bool = False) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        refuse_second_copies(monkeypatch)
        monkeypatch.setattr(Path, "unlink", refuse)
        file.save({"number": 1})
        assert again(file).load() == {"number": 1}

    def test_a_folder_that_is_a_file_raises(self, tmp_path: Path) -> None:
        (tmp_path / "folder").write_text("")
        with pytest.raises(OSError, match=r"folder"):
            StateFile(tmp_path / "folder" / NAME, is_numbered).save({"number": 1})


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "truncated": lambda text: text[: len(text) // 2],
    "NUL-filled": lambda text: b"\0" * len(text),
    "NUL at its end": lambda text: text[:-20] + b"\0" * 20,
    "foreign JSON": lambda _: b'{"latitude": -27.5}',
    "a list": lambda _: b"[1, 2]",
    "no JSON": lambda _: b"# YAML: yes\n",
    "no text": lambda _: bytes(range(128, 256)),
    "another plant's": lambda text: text.replace(b"110A123B0001", b"110A123B0002"),
    "a damaged value": lambda text: text.replace(b'"number": 1', b'"number": "1"'),
    "a damaged sequence": lambda text: text.replace(b'"sequence": 1', b'"sequence": -1'),
    "without its data": lambda text: text.replace(b'"data"', b'"dada"'),
    "endlessly nested": lambda _: b"[" * 100_000,
}


class TestDamage:
    """Files that are there and hold no state."""

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
    @pytest.mark.parametrize("which", ["file", "copy"])
    def test_of_one_leaves_the_other_which_counts(
        self, file: StateFile, path: Path, damage: Callable[[bytes], bytes], which: str
    ) -> None:
        file.save({"number": 1})
        damaged = path if which == "file" else copy_of(path)
        damaged.write_bytes(text := damage(damaged.read_bytes()))
        assert again(file).load() == {"number": 1}
        assert not damaged.exists()
        assert damaged.with_name(f"{damaged.name}.damaged").read_bytes() == text
        heir = again(file)
        assert heir.load() == {"number": 1}
        heir.save({"number": 2})
        assert path.read_bytes() == copy_of(path).read_bytes()

    @pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
    def test_of_both_is_a_loss_also_for_those_who_look_later(
        self, file: StateFile, path: Path, damage: Callable[[bytes], bytes]
    ) -> None:
        file.save({"number": 1})
        for damaged in (path, copy_of(path)):
            damaged.write_bytes(damage(damaged.read_bytes()))
        for _ in range(2):
            with pytest.raises(StateLostError, match=NAME):
                again(file).load()
        assert len(list(path.parent.iterdir())) == 2

    @pytest.mark.parametrize(
        ("damage", "why"),
        [
            ("no JSON", say("control.no_json")),
            ("a list", say("control.no_state")),
            ("another plant's", say("control.no_state")),
            ("a damaged sequence", say("control.no_sequence")),
            ("a damaged value", plain("number is missing")),
        ],
    )
    def test_of_both_is_told_by_the_names_of_the_files_and_what_is_wrong_with_each(
        self, file: StateFile, path: Path, damage: str, why: Message
    ) -> None:
        file.save({"number": 1})
        for damaged in (path, copy_of(path)):
            damaged.write_bytes(DAMAGES[damage](damaged.read_bytes()))
        with pytest.raises(StateLostError) as raised:
            again(file).load()
        said = tuple(say("control.file_damaged", file=each, why=why) for each in (f"{NAME}.copy", NAME))
        assert raised.value.message == say("control.files_damaged", files=said)
        with pytest.raises(StateLostError) as raised:
            again(file).load()
        assert raised.value.message == say("control.only_set_aside", files=f"{NAME}.copy.damaged, {NAME}.damaged")

    def test_is_never_overwritten_by_later_damage(self, file: StateFile, path: Path) -> None:
        file.save({"number": 1})
        for text in ("first", "second", "third"):
            path.write_text(text)
            assert again(file).load() == {"number": 1}
        assert {one.name: one.read_text() for one in path.parent.glob("*.damaged*")} == {
            f"{NAME}.damaged": "first",
            f"{NAME}.damaged2": "second",
            f"{NAME}.damaged3": "third",
        }

    def test_after_a_loss_a_new_state_can_be_saved(self, file: StateFile, path: Path) -> None:
        path.parent.mkdir()
        path.write_text("{")
        file.save({"number": 4})
        assert again(file).load() == {"number": 4}

    def test_what_home_assistants_store_set_aside_is_a_loss(self, file: StateFile, path: Path) -> None:
        path.parent.mkdir()
        path.with_name(f"{NAME}.corrupt.2026-01-15T02:00:00+00:00").write_text("{")
        with pytest.raises(StateLostError, match="corrupt"):
            file.load()

    def test_the_newest_of_two_valid_ones_counts(self, file: StateFile, path: Path) -> None:
        file.save({"number": 1})
        older = path.read_bytes()
        file.save({"number": 2})
        path.write_bytes(older)
        heir = again(file)
        assert heir.load() == {"number": 2}
        heir.save({"number": 3})
        copy_of(path).write_bytes(older)
        assert again(file).load() == {"number": 3}

    @given(st.data())
    def test_of_any_kind_gives_the_state_or_a_loss(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        path = tmp_path_factory.mktemp("state") / NAME
        StateFile(path, is_numbered).save({"number": 1, "schedules": [1, 2, 3]})
        text = path.read_bytes()
        for one in (path, copy_of(path)):
            start = data.draw(st.integers(0, len(text)))
            one.write_bytes(
                text[:start] + data.draw(st.binary(max_size=8)) + text[data.draw(st.integers(start, len(text))) :]
            )
        try:
            found = StateFile(path, is_numbered).load()
        except StateLostError, NewerStateError:
            return
        assert found is not None
        is_numbered(found)


class TestANewerVersion:
    """A file that a newer version wrote, before a step back."""

    @pytest.fixture
    def newer(self, file: StateFile, path: Path) -> dict[Path, bytes]:
        file.save({"number": 1})
        for one in (path, copy_of(path)):
            one.write_bytes(one.read_bytes().replace(b'"version": 2,\n  "minor', b'"version": 3,\n  "minor'))
        return {one: one.read_bytes() for one in path.parent.iterdir()}

    def test_is_refused_with_a_reason_and_nothing_is_written_over_it(
        self, file: StateFile, newer: dict[Path, bytes]
    ) -> None:
        for act in (lambda one: one.load(), lambda one: one.save({"number": 2})):
            with pytest.raises(NewerStateError) as raised:
                act(again(file))
            assert raised.value.message == say("control.newer_state", file=f"{NAME}.copy", format=3, known=2)
        assert {one: one.read_bytes() for one in file.path.parent.iterdir()} == newer

    def test_is_refused_also_where_only_one_of_the_two_is(self, file: StateFile, newer: dict[Path, bytes]) -> None:
        copy_of(file.path).write_text("{")
        with pytest.raises(NewerStateError):
            again(file).load()
        assert copy_of(file.path).read_text() == "{"

    def test_one_that_knows_only_weekly_schedules_leaves_this_one_alone(
        self, file: StateFile, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file.save({"number": 8})
        monkeypatch.setattr(state_file, "VERSION", 1)
        before = path.read_bytes()
        with pytest.raises(NewerStateError, match=r"format=2 known=1"):
            StateFile(path, is_numbered).save({"number": 9})
        assert path.read_bytes() == before

    def test_with_a_newer_minor_version_is_read(self, file: StateFile, path: Path) -> None:
        file.save({"number": 1})
        path.write_bytes(path.read_bytes().replace(b'"minor_version": 1', b'"minor_version": 9'))
        assert again(file).load() == {"number": 1}


class TestWhatCannotBeReadNow:
    """A file that is there and does not open: nothing is concluded from it."""

    def test_raises_where_nothing_else_is_there(self, file: StateFile, path: Path) -> None:
        path.mkdir(parents=True)
        with pytest.raises(IsADirectoryError):
            file.load()
        assert path.is_dir()

    def test_leaves_the_copy_that_can_be_read(self, file: StateFile, path: Path) -> None:
        file.save({"number": 1})
        path.unlink()
        path.mkdir()
        assert again(file).load() == {"number": 1}


STEPS = {
    ("write", 1): 1,
    ("fsync", 1): 1,
    ("write", 2): 1,
    ("fsync", 2): 1,
    ("replace", 1): 1,
    ("replace", 2): 2,
    ("fsync", 3): 2,
}
"""The step that is not done any more, and the state that counts then."""


class TestACut:
    """A process that ends between any two steps of a save."""

    @pytest.mark.parametrize(("step", "nth"), STEPS)
    def test_leaves_the_old_or_the_new_state(
        self, file: StateFile, monkeypatch: pytest.MonkeyPatch, step: str, nth: int
    ) -> None:
        class Killed(BaseException):
            pass

        file.save({"number": 1})
        done = Counter[str]()

        def cut[**P, T](name: str, original: Callable[P, T]) -> Callable[P, T]:
            def run(*args: P.args, **kwargs: P.kwargs) -> T:
                done[name] += 1
                if (name, done[name]) == (step, nth):
                    raise Killed
                return original(*args, **kwargs)

            return run

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", cut("fsync", os.fsync))
            patch.setattr(Path, "replace", cut("replace", Path.replace))
            patch.setattr(state_file, "_write", cut("write", state_file._write))
            with pytest.raises(Killed):
                file.save({"number": 2})
        heir = again(file)
        assert heir.load() == {"number": STEPS[step, nth]}
        heir.save({"number": 3})
        assert again(file).load() == {"number": 3}

    def test_a_kill_in_the_middle_of_many_saves_never_loses_what_was_said_to_be_saved(self, path: Path) -> None:
        chance = random.Random(1)
        for _ in range(10):
            with subprocess.Popen([sys.executable, SAVER, path], stdout=subprocess.PIPE) as child:
                assert child.stdout is not None
                first = child.stdout.readline()
                sleep(chance.uniform(0, 0.05))
                child.kill()
                said = [int(line) for line in (first + child.stdout.read()).split()]
            found = StateFile(path, check_number).load()
            assert found is not None
            assert found["number"] in (said[-1], said[-1] + 1)
        assert list(path.parent.glob("*.damaged*")) == []
