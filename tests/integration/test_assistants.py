"""Assistants tell what a system does, and order what costs money only after a person has heard the cost."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.llm import LLMTools
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import entity_registry as er, intent
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, ToolInput
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.sigenstor_panel.automation.skills import SKILLS
from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.intent import async_setup_intents
from custom_components.sigenstor_panel.llm import async_get_tools

pytestmark = pytest.mark.usefixtures("pacific_home")

type Ask = Callable[..., Awaitable[dict[str, Any]]]
type Expose = Callable[..., None]

TARIFF = {"source": "tariff", "buy": {"flat_per_kwh": 0.3, "bands": []}}
ASSISTANT = "conversation"
READING = {f"{DOMAIN}__{name}" for name in ("state", "plan", "price", "savings")}


@pytest.fixture
def entry(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "prices": TARIFF})
    return entry


@pytest.fixture
async def expose(hass: HomeAssistant, controlled: ConfigEntry[Any]) -> Expose:
    """Expose what questions need, and what orders need."""
    assert await async_setup_component(hass, "homeassistant", {})

    def _expose(*entities: tuple[str, str]) -> None:
        for platform, key in entities or (("sensor", "control_state"), ("select", "control_mode")):
            entity_id = er.async_get(hass).async_get_entity_id(platform, DOMAIN, f"{controlled.unique_id}_{key}")
            assert entity_id is not None
            async_expose_entity(hass, ASSISTANT, entity_id, True)

    return _expose


@pytest.fixture
async def ask(hass: HomeAssistant, controlled: ConfigEntry[Any], expose: Expose) -> Ask:
    """Ask by voice, and return the slots of the answer: `await ask("Charge", target_soc=80)`."""
    expose()
    await async_setup_intents(hass)

    async def _ask(name: str, /, user_id: str | None = None, **slots: Any) -> dict[str, Any]:
        response = await intent.async_handle(
            hass,
            "test",
            f"SigenStor{name}",
            {slot: {"value": value} for slot, value in slots.items()},
            context=Context(user_id=user_id),
            assistant=ASSISTANT,
        )
        assert response.speech["plain"]["speech"]
        return response.speech_slots

    return _ask


def tools(hass: HomeAssistant, user_id: str | None = None) -> LLMTools | None:
    return async_get_tools(hass, llm_context(user_id), LLM_API_ASSIST)


def llm_context(user_id: str | None = None) -> LLMContext:
    return LLMContext(
        platform="test", context=Context(user_id=user_id), language="en", assistant=ASSISTANT, device_id=None
    )


async def use(hass: HomeAssistant, name: str, /, user_id: str | None = None, **args: Any) -> tuple[Any, bool]:
    """Use a tool and return what the model is told, and whether that is an error."""
    found = tools(hass, user_id)
    assert found is not None
    (tool,) = [tool for tool in found.tools if tool.name == f"{DOMAIN}__{name}"]
    result = await tool.async_call(hass, ToolInput(tool_name=tool.name, tool_args=args), llm_context(user_id))
    return result.data, result.error


async def test_what_the_battery_does_and_why_is_told(ask: Ask) -> None:
    answer = await ask("State")
    assert answer["soc_percent"] == 50.0
    assert answer["system"] == "SigenStor"
    assert answer["state"] == "released"
    assert answer["why"].startswith("Nothing is asked for")


async def test_plan_price_and_savings_are_told(ask: Ask, controlled: ConfigEntry[Any]) -> None:
    await controlled.runtime_data.optimiser.async_optimise("test")
    plan = await ask("Plan")
    assert plan["plan"]
    assert plan["why_now"]
    assert (await ask("Price"))["buy_per_kwh"] == 0.3
    assert (await ask("Savings"))["compared_with"] == "no battery"


async def test_a_charge_waits_for_a_yes_after_its_cost(ask: Ask, controlled: ConfigEntry[Any]) -> None:
    control = controlled.runtime_data.control
    offer = await ask("Charge", target_soc=80, until="23:00")
    capacity_kwh = controlled.runtime_data.telemetry.data.rated_capacity_kwh
    assert offer["needs_confirmation"] is True
    assert offer["buys_at_most_kwh"] == pytest.approx(capacity_kwh * 0.3 / 0.95, abs=0.1)
    assert offer["costs_at_most"] == pytest.approx(offer["buys_at_most_kwh"] * 0.3, abs=0.05)
    assert control.data.override is None

    answer = await ask("Confirm")
    assert answer["done"] is True
    override = control.data.override
    assert (override.kind, override.target_soc, override.power_w) == ("force_charge", 80.0, offer["power_w"])
    assert override.expires_at - override.started_at == timedelta(hours=5)
    assert override.power_w * 5 >= offer["buys_at_most_kwh"] * 1000

    assert (await ask("Release"))["done"] is True
    assert control.data.override is None


async def test_to_keep_a_charge_lets_the_battery_supply_the_house_down_to_it(
    ask: Ask, controlled: ConfigEntry[Any]
) -> None:
    control, capacity_kwh = controlled.runtime_data.control, controlled.runtime_data.telemetry.data.rated_capacity_kwh
    offer = await ask("Keep", target_soc=40)
    assert offer["until"].endswith("07:00-08:00")
    assert offer["keeps_soc_percent"] == 40
    # What is above 5 %, which is never discharged, at the one price of the tariff.
    assert offer["costs_at_most"] == pytest.approx(capacity_kwh * 0.35 * 0.3, abs=0.01)
    await ask("Confirm")
    assert control.data.override.target_soc == 40
    assert control.data.state.value == "self_consuming"
    assert "keeping at least 40 %" in (await ask("State"))["why"]
    assert control.controller.memory.applied.command.floor_soc == 40


async def test_a_kept_charge_is_held_once_it_is_reached(ask: Ask, controlled: ConfigEntry[Any]) -> None:
    await ask("Keep", target_soc=50)
    await ask("Confirm")
    assert controlled.runtime_data.control.data.state.value == "holding"


async def test_the_cost_is_that_of_the_highest_price_of_the_time(
    hass: HomeAssistant, ask: Ask, controlled: ConfigEntry[Any]
) -> None:
    prices = controlled.runtime_data.prices
    slots = prices.data.slots
    dear = next(index for index, slot in enumerate(slots) if slot.start > dt_util.utcnow())
    changed = (*slots[:dear], replace(slots[dear], buy_per_kwh=0.9), *slots[dear + 1 :])
    prices.async_set_updated_data(replace(prices.data, slots=changed))
    offer = await ask("Charge", target_soc=80)
    assert offer["costs_at_most"] == pytest.approx(offer["buys_at_most_kwh"] * 0.9, abs=0.1)
    prices.async_set_updated_data(replace(prices.data, slots=changed[:dear]))
    assert (await ask("Charge", target_soc=80))["costs_at_most"] is None


@pytest.mark.parametrize(
    ("name", "slots", "why"),
    [("Charge", {"target_soc": 30}, "already_there"), ("Keep", {"target_soc": 70}, "below_already")],
)
async def test_what_makes_no_sense_is_not_even_offered(ask: Ask, name: str, slots: dict[str, Any], why: str) -> None:
    assert (await ask(name, **slots))["why"] == why
    with pytest.raises(intent.IntentHandleError, match="nothing to confirm"):
        await ask("Confirm")


async def test_an_offer_is_taken_once_soon_and_by_whom_it_was_made_to(
    hass: HomeAssistant, ask: Ask, freezer: FrozenDateTimeFactory, hass_admin_user: MockUser
) -> None:
    await ask("Charge", target_soc=80)
    with pytest.raises(intent.IntentHandleError, match="nothing to confirm"):
        await ask("Confirm", user_id=hass_admin_user.id)
    await ask("Confirm")
    with pytest.raises(intent.IntentHandleError, match="nothing to confirm"):
        await ask("Confirm")
    await ask("Charge", target_soc=80)
    freezer.tick(timedelta(minutes=6))
    with pytest.raises(intent.IntentHandleError, match="nothing to confirm"):
        await ask("Confirm")


@pytest.mark.parametrize(
    ("name", "slots", "sentence"),
    [
        ("Charge", {"target_soc": 80, "until": "half past"}, "until must be a time"),
        ("State", {"system": "Elsewhere"}, "no system with the name Elsewhere"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    ask: Ask, name: str, slots: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(intent.IntentHandleError, match=sentence):
        await ask(name, **slots)


@pytest.mark.parametrize("soc", [101, -1, "nan", "much"])
async def test_a_percentage_is_one(ask: Ask, soc: Any) -> None:
    with pytest.raises(intent.InvalidSlotInfo):
        await ask("Charge", target_soc=soc)


async def test_an_emergency_stop_is_above_an_assistant(ask: Ask, controlled: ConfigEntry[Any]) -> None:
    await controlled.runtime_data.control.async_emergency_stop()
    await ask("Charge", target_soc=80)
    with pytest.raises(intent.IntentHandleError, match="emergency stop"):
        await ask("Confirm")
    assert controlled.runtime_data.control.data.override is None


async def test_who_may_only_look_may_only_ask(ask: Ask, hass_read_only_user: MockUser) -> None:
    assert (await ask("State", user_id=hass_read_only_user.id))["soc_percent"] == 50.0
    for name, slots in (("Charge", {"target_soc": 80}), ("Release", {}), ("Confirm", {})):
        with pytest.raises(intent.IntentHandleError, match="not control it"):
            await ask(name, user_id=hass_read_only_user.id, **slots)


async def test_an_assistant_gets_what_is_exposed_to_it(hass: HomeAssistant, expose: Expose) -> None:
    assert tools(hass) is None
    expose(("sensor", "control_state"))
    found = tools(hass)
    assert found is not None
    assert {tool.name for tool in found.tools} == READING
    assert all(tool.annotations.read_only for tool in found.tools)
    expose(("select", "control_mode"))
    found = tools(hass)
    assert found is not None
    assert {tool.name for tool in found.tools} == {f"{DOMAIN}__{name}" for name in SKILLS}
    assert async_get_tools(hass, llm_context(), "another_api") is None


async def test_a_model_is_told_what_it_did_wrong(
    hass: HomeAssistant, expose: Expose, hass_read_only_user: MockUser
) -> None:
    expose()
    answer, failed = await use(hass, "state")
    assert (answer["soc_percent"], failed) == (50.0, False)
    for name, args in (("charge", {}), ("charge", {"target_soc": 200}), ("confirm", {}), ("state", {"what": 1})):
        answer, failed = await use(hass, name, **args)
        assert failed
        assert answer["error"]
    answer, failed = await use(hass, "charge", hass_read_only_user.id, target_soc=80)
    assert failed
