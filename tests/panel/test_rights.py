"""Who may do what: everybody who is logged in looks, people of the home control, administrators set up."""

from collections.abc import Awaitable, Callable
from typing import Any

from browsers import Browser
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, UnknownUser
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.sigenstor_panel.const import DOMAIN

type OpenBrowser = Callable[..., Awaitable[Browser]]

SCHEDULE = {"name": "Night", "action": "hold", "start": "22:30", "end": "05:00", "enabled": False}


async def call_as(hass: HomeAssistant, user_id: str | None, action: str, /, **data: Any) -> Any:
    return await hass.services.async_call(
        DOMAIN, action, data, blocking=True, return_response=True, context=Context(user_id=user_id)
    )


@pytest.mark.parametrize("name", ["administrator", "user", "guest"])
async def test_everybody_looks_at_everything(open_browser: OpenBrowser, name: str) -> None:
    browser = await open_browser(name)
    await browser.result("plants")
    await browser.result("schedules/list")
    await browser.result("audit/query")
    for subscription in ("live/subscribe", "control/subscribe"):
        await browser.subscribe(subscription)
        await browser.event()


@pytest.mark.parametrize("name", ["user", "guest"])
async def test_only_administrators_change_schedules(
    open_browser: OpenBrowser, plant: ConfigEntry[Any], name: str
) -> None:
    schedule = await plant.runtime_data.control.async_set_schedule(SCHEDULE)
    browser = await open_browser(name)
    for refusal in (
        await browser.refusal("schedules/set", schedule={"id": schedule.id, "enabled": True}),
        await browser.refusal("schedules/delete", schedule_id=schedule.id),
    ):
        assert refusal.startswith("unauthorized")
    assert (await browser.result("schedules/list"))["schedules"] == [schedule.as_dict()]


async def test_an_administrator_changes_schedules(open_browser: OpenBrowser) -> None:
    browser = await open_browser("administrator")
    schedule = (await browser.result("schedules/set", schedule=SCHEDULE))["schedule"]
    assert (await browser.result("schedules/delete", schedule_id=schedule["id"]))["schedules"] == []


@pytest.mark.parametrize("user_id", ["administrator", "user", None])
async def test_people_of_the_home_and_automations_control_the_battery(
    hass: HomeAssistant, open_browser: OpenBrowser, plant: ConfigEntry[Any], user_id: str | None
) -> None:
    if user_id is not None:
        await open_browser(user_id)
    await call_as(hass, user_id, "force_hold")
    assert plant.runtime_data.control.data.state == "holding"


CONTROLLING = [
    ("force_charge", {"power_w": 1000}),
    ("force_hold", {}),
    ("force_export", {"power_w": 1000}),
    ("clear_override", {}),
    ("emergency_stop", {}),
    ("clear_emergency_stop", {}),
    ("set_schedule", SCHEDULE),
    ("delete_schedule", {"id": "nothing"}),
    ("set_export_limit", {"power_w": 1000}),
]


async def test_who_may_only_look_controls_nothing(
    hass: HomeAssistant, open_browser: OpenBrowser, plant: ConfigEntry[Any], subtests: pytest.Subtests
) -> None:
    await open_browser("guest")
    before = plant.runtime_data.control.controller.memory
    for action, data in CONTROLLING:
        with subtests.test(action=action, data=data):
            with pytest.raises(ServiceValidationError) as refused:
                await call_as(hass, "guest", action, **data)
            assert refused.value.translation_key == "may_not_control"
            assert plant.runtime_data.control.controller.memory == before


async def test_who_may_only_look_lists_schedules_and_the_audit(hass: HomeAssistant, open_browser: OpenBrowser) -> None:
    await open_browser("guest")
    assert await call_as(hass, "guest", "list_schedules") == {"schedules": []}
    assert await call_as(hass, "guest", "query_audit") == {"total": 0, "rows": []}


async def test_somebody_may_control_this_plant_alone(hass: HomeAssistant, plant: ConfigEntry[Any]) -> None:
    control_mode = er.async_get(hass).async_get_entity_id("select", DOMAIN, f"{plant.unique_id}_control_mode")
    neighbour = MockUser(id="neighbour").add_to_hass(hass)
    neighbour.mock_policy({"entities": {"entity_ids": {control_mode: True}}})
    await call_as(hass, "neighbour", "force_hold")
    assert plant.runtime_data.control.data.state == "holding"


async def test_somebody_who_does_not_exist_any_more_controls_nothing(
    hass: HomeAssistant, plant: ConfigEntry[Any]
) -> None:
    with pytest.raises(UnknownUser):
        await call_as(hass, "nobody", "force_hold")
    assert plant.runtime_data.control.data.state == "released"


async def test_only_administrators_download_the_audit_log(
    plant: ConfigEntry[Any],
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    token_of: Callable[[str], Awaitable[str]],
) -> None:
    for name, status in (("administrator", 200), ("user", 401), ("guest", 401)):
        client = await hass_client(await token_of(name))
        assert (await client.get(f"/api/{DOMAIN}/audit.csv")).status == status
    for kind in ("audit", "history"):
        assert (await (await hass_client_no_auth()).get(f"/api/{DOMAIN}/{kind}.csv")).status == 401
