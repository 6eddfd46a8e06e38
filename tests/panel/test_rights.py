"""Who may do what, by every door: who may read looks, who may control controls, administrators configure."""

from collections.abc import Awaitable, Callable
from typing import Any

from browsers import Browser, refusal_of
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
    for subscription in ("live/subscribe", "plan/subscribe"):
        await browser.subscribe(subscription)
        await browser.event()


@pytest.mark.parametrize("name", ["user", "guest"])
async def test_only_administrators_change_schedules(
    hass: HomeAssistant, open_browser: OpenBrowser, plant: ConfigEntry[Any], name: str
) -> None:
    schedule = await plant.runtime_data.control.async_set_schedule(SCHEDULE)
    browser = await open_browser(name)
    changed = {"id": schedule.id, "enabled": True, "power_w": 500}
    for action, fields in (
        ("set_schedule", SCHEDULE),
        ("set_schedule", changed),
        ("delete_schedule", {"id": schedule.id}),
        ("set_export_limit", {"power_w": 1000}),
        ("set_optimiser_settings", {"reserve_soc": 40}),
        ("test_pv_limit", {}),
        ("check_control", {}),
        ("set_up_energy_dashboard", {}),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await call_as(hass, name, action, **fields)
        assert refused.value.translation_key == "may_not_configure"
    assert (await browser.result("schedules/list"))["schedules"] == [schedule.as_dict()]


async def test_who_may_control_switches_a_schedule(
    hass: HomeAssistant, open_browser: OpenBrowser, plant: ConfigEntry[Any]
) -> None:
    schedule = await plant.runtime_data.control.async_set_schedule(SCHEDULE)
    guest, user = await open_browser("guest"), await open_browser("user")
    switched = {"id": schedule.id, "enabled": True}
    assert refusal_of(await guest.act("set_schedule", **switched)).startswith("may_not_control")
    assert (await user.act("set_schedule", **switched))["result"]["response"]["enabled"]
    assert not (await call_as(hass, "user", "set_schedule", id=schedule.id, enabled=False))["enabled"]


@pytest.mark.parametrize(
    ("domain", "action", "key", "data"),
    [
        ("number", "set_value", "cooldown", {"value": 120}),
        ("number", "set_value", "max_soc", {"value": 90}),
        ("number", "set_value", "reserve_soc", {"value": 40}),
        ("select", "select_option", "optimiser_strategy", {"option": "rules"}),
    ],
)
async def test_only_administrators_change_settings_by_their_entities(
    hass: HomeAssistant,
    open_browser: OpenBrowser,
    plant: ConfigEntry[Any],
    domain: str,
    action: str,
    key: str,
    data: dict[str, Any],
) -> None:
    entity_id = er.async_get(hass).async_get_entity_id(domain, DOMAIN, f"{plant.unique_id}_{key}")
    for name in ("user", "administrator"):
        await open_browser(name)

    async def change_as(user_id: str | None) -> None:
        await hass.services.async_call(
            domain, action, {"entity_id": entity_id, **data}, blocking=True, context=Context(user_id=user_id)
        )

    with pytest.raises(ServiceValidationError) as refused:
        await change_as("user")
    assert refused.value.translation_key == "may_not_configure"
    await change_as("administrator")
    await change_as(None)


async def test_an_administrator_changes_schedules(open_browser: OpenBrowser) -> None:
    browser = await open_browser("administrator")
    schedule = (await browser.act("set_schedule", **SCHEDULE))["result"]["response"]
    assert (await browser.act("delete_schedule", id=schedule["id"]))["result"]["response"] == {"schedules": []}


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


async def test_who_may_read_the_system_downloads_its_records(
    hass: HomeAssistant,
    plant: ConfigEntry[Any],
    hass_client: ClientSessionGenerator,
    hass_client_no_auth: ClientSessionGenerator,
    token_of: Callable[[str], Awaitable[str]],
) -> None:
    stranger = MockUser(id="stranger", name="Stranger").add_to_hass(hass)
    stranger.mock_policy({"entities": {"entity_ids": {"light.kitchen": True}}})
    for name, status in (("administrator", 200), ("user", 200), ("guest", 200), ("stranger", 401)):
        client = await hass_client(await token_of(name))
        assert (await client.get(f"/api/{DOMAIN}/audit.csv")).status == status
    for kind in ("audit", "history"):
        assert (await (await hass_client_no_auth()).get(f"/api/{DOMAIN}/{kind}.csv")).status == 401
