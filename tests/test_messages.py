"""What people are told is a key with values: its text stands in the translations, never in the Python."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

from homeassistant import exceptions
import pytest

from tests.english import texts_of

PACKAGE = Path(__file__).parents[1] / "custom_components" / "sigenstor_panel"
SOURCES = sorted(PACKAGE.rglob("*.py"))
ENGLISH = texts_of("en")

PROGRAMMERS = {"AssertionError", "AttributeError", "KeyError", "NotImplementedError", "RuntimeError", "TypeError"}
"""Errors that say to a programmer what was called wrongly."""
SHOWN_ERRORS = {"UpdateFailed"} | {
    name
    for name, error in vars(exceptions).items()
    if isinstance(error, type)
    and issubclass(error, exceptions.HomeAssistantError)
    and not issubclass(error, exceptions.Unauthorized)
}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "log"}
TASKS = {"HassJob", "Thread", "async_create_background_task", "async_create_task", "async_track_time_interval"}
"""What has a name that only a log or a debugger shows; so have coordinators, which are initialised with one."""
HTTP = ("Basic ", "Bearer ")
UNITS = (" min",)
SQL = ("SELECT ", "INSERT ", "CREATE ", "PRAGMA ", "DELETE ", "UPDATE ", "ALTER ", "BEGIN ", "WITH ")


def called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def not_for_people(tree: ast.Module) -> set[int]:
    """Return the nodes whose words are for programmers: docstrings, logs, names of tasks, errors of use."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
        elif isinstance(node, ast.Call) and called(node) in LOG_METHODS | PROGRAMMERS:
            found.update(id(inner) for inner in ast.walk(node))
        elif isinstance(node, ast.Call) and (called(node) in TASKS or ast.unparse(node.func) == "super().__init__"):
            names = [keyword.value for keyword in node.keywords if keyword.arg == "name"]
            found.update(id(inner) for name in names or node.args[-1:] for inner in ast.walk(name))
        elif isinstance(node, ast.JoinedStr):
            found.update(id(part) for part in node.values)
    return found


def sentences(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what reads as words of a sentence, with its line: two words, or one beside a value that is put in."""
    ignored = not_for_people(tree)
    for node in ast.walk(tree):
        if id(node) in ignored:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
            least = 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            least = 1 if "{" in text else 2
        else:
            continue
        if (
            len(re.findall(r"(?<![\w.{])[A-Za-z][a-z]+(?![\w.}])", text)) >= least
            and " " in text
            and not text.startswith((*SQL, *HTTP))
            and not text.endswith(UNITS)
        ):
            yield node.lineno, text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_sentence_for_people_is_built_in_python(path: Path) -> None:
    assert list(sentences(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize(
    "code",
    [
        'HomeAssistantError("No answer")',
        'DeviceInfo(name=f"Inverter {number}")',
        'SensorEntityDescription(key="x", name="Emergency stop")',
        'connection.send_error(1, "refused", "The limit is too high")',
        '_trigger_event("alert", {"reason": f"off for {hours} h"})',
        '{"message": "Battery " + "is full"}',
        '"{} hours".format(3)',
    ],
)
def test_a_sentence_is_found_wherever_it_is_built(code: str) -> None:
    assert list(sentences(ast.parse(code))) != []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_an_error_that_home_assistant_shows_names_its_text(path: Path) -> None:
    raised = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and called(node) in SHOWN_ERRORS
    ]
    assert [node.lineno for node in raised if not any(word.arg == "translation_key" for word in node.keywords)] == []


def said(tree: ast.Module) -> Iterator[tuple[int, ast.expr, set[str] | None]]:
    """Yield each message that is made: its line, its key, and the names of its values where they stand there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "say" and node.args:
            names = {keyword.arg for keyword in node.keywords}
            yield node.lineno, node.args[0], None if None in names else {name for name in names if name}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_message_has_a_text_with_just_its_values(path: Path) -> None:
    for line, key, names in said(ast.parse(path.read_text())):
        where = f"{path.name}:{line}"
        keys = [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]
        for one in keys:
            if isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
                start = str(one.values[0].value)
                assert any(text.startswith(start) for text in ENGLISH), f"{where}: no text begins with {start}"
            elif isinstance(one, ast.Constant):
                assert one.value in ENGLISH, f"{where}: {one.value} has no text"
                wanted = set(re.findall(r"{(\w+)}", ENGLISH[one.value]))
                assert names is None or names == wanted, f"{where}: {one.value} is given {names}, its text has {wanted}"
