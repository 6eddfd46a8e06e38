"""The plan as it changes, what another one would cost, and taking over what was tried."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from itertools import pairwise
import time
from typing import Any

from browsers import Browser, refusal_of
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from custom_components.sigenstor_panel.const import DOMAIN
from custom_components.sigenstor_panel.model.message import Message, say
from custom_components.sigenstor_panel.panel import plan as plan_module
from simulator import Simulator

type OpenBrowser = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def plan(browser: Browser) -> dict[str, Any]:
    """The plan that is in force at first."""
    await browser.subscribe("plan/subscribe")
    found: dict[str, Any] = (await browser.event())["plan"]
    return found


async def test_the_plan_covers_two_days_without_a_gap_and_every_slot_balances(plan: dict[str, Any]) -> None:
    slots = plan["slots"]
    assert slots[0]["start"] == plan["made_at"]
    assert all(before["end"] == after["start"] for before, after in pairwise(slots))
    assert all(before["soc_after"] == after["soc_before"] for before, after in pairwise(slots))
    covered = datetime.fromisoformat(slots[-1]["end"]) - datetime.fromisoformat(slots[0]["start"])
    assert covered.total_seconds() >= 24 * 3600
    for slot in slots:
        balance_w = slot["house_w"] + slot["battery_w"] - (slot["pv_w"] - slot["curtailed_w"])
        assert slot["grid_w"] == pytest.approx(balance_w, abs=2)
        assert slot["reason"]["key"].startswith("reason.")
    assert plan["cost"] == pytest.approx(sum(slot["cost"] for slot in slots), abs=0.01)


async def test_the_plan_says_from_what_it_was_made_and_what_other_ways_would_cost(
    plan: dict[str, Any], plant: ConfigEntry[Any]
) -> None:
    planner = plant.runtime_data.optimiser.settings_now().planner
    assert (plan["strategy"], plan["soc"]) == ("plan", plant.runtime_data.telemetry.data.soc)
    assert (plan["soc_min"], plan["soc_max"]) == (planner.soc_min, planner.soc_max)
    assert "no_pv_forecast" in plan["degradations"]
    assert {slot["buy"] for slot in plan["slots"]} == {0.3, 0.5}
    # The evening costs more than the night: a battery saves, and a plan saves at least as much as none.
    assert plan["self_consumption_cost"] < plan["no_battery_cost"]
    # All three count wear and what is left in the battery, so that they compare.
    assert plan["objective"] <= min(plan["self_consumption_objective"], plan["no_battery_objective"]) + 1e-6
    assert plan["no_battery_objective"] < plan["no_battery_cost"]


async def test_every_decision_sends_a_new_plan_to_every_tab(
    browser: Browser, plan: dict[str, Any], open_browser: OpenBrowser, plant: ConfigEntry[Any]
) -> None:
    other = await open_browser("guest")
    await other.subscribe("plan/subscribe")
    # Made already: the second tab gets it at once.
    assert (await other.event())["plan"] == plan
    await plant.runtime_data.optimiser.async_change(reserve_soc=30)
    for tab in (browser, other):
        assert (await tab.event())["plan"]["soc_min"] == 30


async def test_the_plan_goes_on_over_a_reload(
    hass: HomeAssistant, browser: Browser, plan: dict[str, Any], plant: ConfigEntry[Any]
) -> None:
    await hass.config_entries.async_reload(plant.entry_id)
    while (after := (await browser.event())["plan"]) is None:
        pass
    assert after["slots"]


async def test_there_is_no_plan_while_the_plant_is_silent(
    browser: Browser, plan: dict[str, Any], plant: ConfigEntry[Any], simulator: Simulator, freezer: Any
) -> None:
    await simulator.stop()
    freezer.tick(120)
    await plant.runtime_data.optimiser.async_optimise()
    assert await browser.event() == {"plan": None}
    refusal = await browser.refusal("plan/what_if")
    assert refusal.startswith("no_plan: There is no plan at the moment: ")


async def test_what_if_compares_both_plans_of_this_moment_and_changes_nothing(
    browser: Browser, plant: ConfigEntry[Any]
) -> None:
    optimiser = plant.runtime_data.optimiser
    before, decision = dict(plant.options), optimiser.data.decision
    both = await browser.result("plan/what_if", reserve_soc=60, wear_per_kwh=0.05)
    assert both["current"]["soc_min"] < both["changed"]["soc_min"] == 60
    assert both["current"]["made_at"] == both["changed"]["made_at"]
    assert both["changed"]["cost"] > both["current"]["cost"]
    assert min(slot["soc_after"] for slot in both["changed"]["slots"]) >= 40
    assert (dict(plant.options), optimiser.data.decision) == (before, decision)


async def test_what_if_nothing_changes_gives_the_same_plan_twice(browser: Browser) -> None:
    both = await browser.result("plan/what_if")
    assert both["current"] == both["changed"]


async def test_of_many_who_ask_at_once_each_has_an_answer_and_one_plan_is_made_at_a_time(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, together = plan_module.plan, [0]

    def counted(*args: Any, **options: Any) -> Any:
        together.append(together[-1] + 1)
        try:
            time.sleep(0.02)
            return made(*args, **options)
        finally:
            together.append(together[-1] - 1)

    monkeypatch.setattr(plan_module, "plan", counted)
    for reserve in range(20, 50):
        await browser._client.send_json_auto_id({"type": f"{DOMAIN}/plan/what_if", "reserve_soc": reserve})
    answers = [await browser._client.receive_json() for _ in range(30)]
    assert all(answer["success"] for answer in answers)
    assert max(together) == 1


@pytest.mark.parametrize("limit", ["charge_limit_w", "discharge_limit_w"])
async def test_what_if_the_battery_had_less_power(browser: Browser, limit: str) -> None:
    changed = (await browser.result("plan/what_if", **{limit: 400}))["changed"]
    powers_w = [slot["battery_w"] for slot in changed["slots"]]
    assert (max(powers_w) if limit == "charge_limit_w" else -min(powers_w)) <= 400


async def test_what_if_the_grid_took_nothing(browser: Browser) -> None:
    changed = (await browser.result("plan/what_if", export_limit_w=0))["changed"]
    assert min(slot["grid_w"] for slot in changed["slots"]) >= 0


async def test_what_if_the_rules_decided_each_slot_follows_from_the_one_before(browser: Browser) -> None:
    both = await browser.result("plan/what_if", strategy="rules")
    plan, rules = both["current"], both["changed"]
    assert (plan["strategy"], rules["strategy"]) == ("plan", "rules")
    assert rules["objective"] >= plan["objective"] - 1e-6
    for before, after in pairwise(rules["slots"]):
        assert before["soc_after"] == after["soc_before"]
    for slot in rules["slots"]:
        balance_w = slot["house_w"] + slot["battery_w"] - (slot["pv_w"] - slot["curtailed_w"])
        assert slot["grid_w"] == pytest.approx(balance_w, abs=2)
    assert rules["cost"] == pytest.approx(sum(slot["cost"] for slot in rules["slots"]), abs=0.01)


IMPOSSIBLE = [
    ({"reserve_soc": 95}, "invalid_input: reserve_soc must be from 0 to 90 %, not 95"),
    ({"reserve_soc": "much"}, "invalid_input: reserve_soc must be from 0 to 90 %, not 'much'"),
    ({"strategy": "luck"}, "invalid_input: strategy must be one of plan, rules, not 'luck'"),
    ({"wear_per_kwh": -1}, "invalid_input: wear_per_kwh must be from 0 to 1 per kWh, not -1"),
    ({"charge_limit_w": 1e6}, "invalid_input: charge_limit_w must be from 0 to "),
    ({"export_limit_w": None}, "invalid_input: export_limit_w must be from 0 to 5000000 W, not None"),
    ({"import_limit_w": 0, "discharge_limit_w": 0}, "invalid_input: import_limit_w: "),
    ({"entry_id": "unknown"}, "service_config_entry_not_found"),
]


async def test_what_cannot_be_is_refused_by_name(browser: Browser, subtests: pytest.Subtests) -> None:
    for fields, sentence in IMPOSSIBLE:
        with subtests.test(fields=fields, sentence=sentence):
            assert (await browser.refusal("plan/what_if", **fields)).startswith(sentence)


async def test_what_no_plan_can_keep_is_told_at_its_field_in_the_readers_language(browser: Browser) -> None:
    error = (await browser.ask("plan/what_if", import_limit_w=0, discharge_limit_w=0))["error"]
    assert error["message"] == "import_limit_w: The home needs more power than grid, solar and battery can give"
    placeholders = error["translation_placeholders"]
    assert placeholders["field"] == "import_limit_w"
    told = Message.from_text(placeholders["told"])
    assert told == say("invalid.case", field="import_limit_w", problem=say("reason.home_needs_more"))


async def test_an_administrator_takes_over_what_was_tried_and_it_lasts(
    hass: HomeAssistant, open_browser: OpenBrowser, plant: ConfigEntry[Any]
) -> None:
    browser = await open_browser("administrator")
    wanted = {"reserve_soc": 45, "strategy": "rules", "wear_per_kwh": 0.04}
    assert (await browser.act("set_optimiser_settings", **wanted))["result"]["response"] == wanted
    planned = (await browser.result("plan/what_if"))["current"]
    assert (planned["soc_min"], planned["strategy"]) == (45, "rules")
    await hass.config_entries.async_reload(plant.entry_id)
    options = plant.runtime_data.optimiser.options
    assert (options.reserve_soc, options.strategy, options.wear_per_kwh) == (45, "rules", 0.04)


async def test_taking_over_nothing_is_refused(open_browser: OpenBrowser) -> None:
    browser = await open_browser("administrator")
    refusal = refusal_of(await browser.act("set_optimiser_settings"))
    assert refusal.startswith("invalid_input: reserve_soc must be given, or strategy, wear_per_kwh")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reserve_soc": 120}, "reserve_soc must be from 0 to 90 %"),
        ({"reserve_soc": 45, "strategy": "magic"}, "strategy must be one of plan, rules"),
        ({"wear_per_kwh": "x"}, "wear_per_kwh must be from 0 to 1"),
    ],
)
async def test_what_cannot_be_taken_over_is_refused_by_name_and_nothing_changes(
    open_browser: OpenBrowser, plant: ConfigEntry[Any], fields: dict[str, Any], sentence: str
) -> None:
    browser = await open_browser("administrator")
    before = dict(plant.options)
    refusal = refusal_of(await browser.act("set_optimiser_settings", **fields))
    assert refusal.startswith(f"invalid_input: {sentence}")
    assert dict(plant.options) == before


@pytest.mark.parametrize("name", ["user", "guest"])
async def test_only_administrators_take_over(open_browser: OpenBrowser, plant: ConfigEntry[Any], name: str) -> None:
    browser = await open_browser(name)
    before = dict(plant.options)
    refusal = refusal_of(await browser.act("set_optimiser_settings", reserve_soc=45))
    assert refusal.startswith("may_not_configure")
    assert (await browser.result("plan/what_if", reserve_soc=45))["changed"]["soc_min"] == 45
    assert dict(plant.options) == before
