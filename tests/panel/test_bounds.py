"""However much is asked for, the websocket API and the actions answer within bounds, and say which one."""

from collections.abc import Awaitable, Callable
from typing import Any

from browsers import Browser, refusal_of
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.coordinator import control as control_module
from custom_components.sigenstor_panel.panel import websocket

LUNCH = {"name": "Lunch", "action": "hold", "start": "12:00", "end": "13:00"}


@pytest.fixture
async def administrator(open_browser: Callable[..., Awaitable[Browser]]) -> Browser:
    return await open_browser("administrator")


async def test_there_are_at_most_50_schedules_and_those_that_exist_can_still_be_changed(
    administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert control_module.MAX_SCHEDULES == 50
    monkeypatch.setattr(control_module, "MAX_SCHEDULES", 2)
    schedules = [
        (await administrator.act("set_schedule", **LUNCH | {"name": name}))["result"]["response"]
        for name in ("One", "Two")
    ]
    refusal = refusal_of(await administrator.act("set_schedule", **LUNCH))
    assert "schedules must be at most 2, not 3" in refusal
    changed = await administrator.act("set_schedule", id=schedules[0]["id"], name="Other")
    assert changed["result"]["response"]["name"] == "Other"


@pytest.mark.parametrize(
    "name",
    ["a" * 61, "Night\u202etniop", "\u2066Night", "N\u200fight", "Night\nDay", "Night\u2028Day", "Night\0", "  ", ""],
)
async def test_a_name_is_short_on_one_line_and_turns_no_direction(administrator: Browser, name: str) -> None:
    refusal = refusal_of(await administrator.act("set_schedule", **LUNCH | {"name": name}))
    assert refusal.startswith("invalid_input: name must be 1 to 60 characters on one line")
    assert len(refusal) < 200


async def test_a_name_may_be_in_any_script(administrator: Browser) -> None:
    for name in ("לילה", "夜間料金", "Nuit d'été 👨‍👩‍👧"):
        answer = await administrator.act("set_schedule", **LUNCH | {"name": name})
        assert answer["result"]["response"]["name"] == name


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        ({"days": ["mon"] * 10_000}, "days must be at most 7, not 10000"),
        ({"start": "1" * 100_000}, "start must be a time"),
        ({"id": "x" * 100_000}, "id must be the id of a schedule"),
        ({"id": ["x"] * 1_000}, "id must be the id of a schedule"),
    ],
)
async def test_what_is_far_too_long_is_refused_in_a_short_sentence(
    administrator: Browser, field: dict[str, Any], sentence: str
) -> None:
    refusal = refusal_of(await administrator.act("set_schedule", **LUNCH | field))
    assert sentence in refusal
    assert len(refusal) < 300


async def test_one_connection_follows_so_much_and_no_more(
    hass: HomeAssistant, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "MAX_SUBSCRIPTIONS", 2)
    first = await browser.subscribe("live/subscribe")
    await browser.event()
    await browser.subscribe("live/subscribe")
    await browser.event()
    assert "already follows 2 things" in await browser.refusal("live/subscribe")
    await browser.unsubscribe(first)
    await browser.subscribe("live/subscribe")
    await browser.event()


@pytest.mark.parametrize(
    ("command", "fields", "sentence"),
    [
        ("scores/query", {"start": "1990-01-01T00:00:00Z"}, "start must be at most 3660 days"),
        (
            "history/query",
            {"start": "1990-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z", "period": "hour"},
            "62 days",
        ),
        ("audit/query", {"limit": 100_000}, "limit must be from 1 to 1000"),
        ("audit/query", {"offset": 10**18}, "offset must be from 0"),
        ("decisions/query", {"limit": 100_000}, "limit must be from 1 to 1000"),
        ("audit/query", {"start": "0001-01-01T00:00:00+14:00"}, "start must be a date and time"),
        ("decisions/query", {"end": "9999-12-31T23:59:59-14:00"}, "end must be a date and time"),
    ],
)
async def test_a_range_has_an_end(browser: Browser, command: str, fields: dict[str, Any], sentence: str) -> None:
    assert sentence in await browser.refusal(command, **fields)


@pytest.mark.parametrize("name", ["Night\u202etniop", "a" * 61])
async def test_the_action_refuses_what_the_panel_does(hass: HomeAssistant, plant: ConfigEntry[Any], name: str) -> None:
    with pytest.raises(ServiceValidationError, match="1 to 60 characters on one line"):
        await hass.services.async_call(DOMAIN, "set_schedule", {**LUNCH, "name": name}, blocking=True)
