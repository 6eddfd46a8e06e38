"""The optimiser in Home Assistant: when it decides, what it is told, what becomes of a decision, and what is recorded."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan
from typing import Any
from unittest.mock import patch

from forecasts import CLOUDS, START, Move
from forms import choose, suggested
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sigenstor_panel.control.memory import ControlMode
from custom_components.sigenstor_panel.coordinator import optimiser as module
from custom_components.sigenstor_panel.coordinator.optimiser import OptimiserCoordinator
from custom_components.sigenstor_panel.coordinator.optimiser_confirmation import CONFIRMED_WITHIN
from custom_components.sigenstor_panel.coordinator.optimiser_history import OptimiserHistory
from custom_components.sigenstor_panel.coordinator.optimiser_inputs import MissingDataError, plan_inputs
from custom_components.sigenstor_panel.coordinator.optimiser_state import OptimiserStatus
from custom_components.sigenstor_panel.model.command import Action, Actor
from custom_components.sigenstor_panel.model.message import say
from custom_components.sigenstor_panel.model.prices import FORECAST_STANDS_FOR
from custom_components.sigenstor_panel.model.validation import MAX_POWER_W, InvalidInputError
from custom_components.sigenstor_panel.optimiser.contract import Degradation, Engine, Strategy
from custom_components.sigenstor_panel.optimiser.decision import replay
from custom_components.sigenstor_panel.optimiser.model import PowerSteps
from custom_components.sigenstor_panel.repairs import async_create_fix_flow
from simulator import Simulator
from tests.english import english, says

pytestmark = pytest.mark.parametrize("simulator_settings", [CLOUDS])

EVER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
async def optimiser(
    hass: HomeAssistant, quick_control: dict[str, Any], forecasting: MockConfigEntry
) -> OptimiserCoordinator:
    """The optimiser of a plant with prices, forecast and telemetry, after its first decision."""
    await hass.async_block_till_done(wait_background_tasks=True)
    coordinator = forecasting.runtime_data.optimiser
    assert isinstance(coordinator, OptimiserCoordinator)
    return coordinator


async def triggers(optimiser: OptimiserCoordinator) -> list[str]:
    """Return why decisions were made, first to last."""
    return [row.trigger for row in await optimiser.decisions.query(*EVER, limit=1000)][::-1]


async def test_the_first_decision_comes_with_set_up_and_is_a_plan(optimiser: OptimiserCoordinator) -> None:
    state = optimiser.data
    assert state.decision is not None
    assert state.inputs is not None
    assert state.decision.recommendation.plan is not None
    assert state.decision.recommendation.engine is Engine.PLANNER
    assert state.inputs.degradations == (Degradation.NO_LOAD_PROFILE,)
    assert state.status is OptimiserStatus.DEGRADED
    assert await triggers(optimiser) == ["start"]


async def test_the_slot_in_progress_has_the_price_in_force_and_the_house_its_forecast(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    inputs = optimiser.data.inputs
    assert inputs is not None
    current = forecasting.runtime_data.prices.data.current(inputs.now)
    first = inputs.slots[0]
    assert inputs.now + first.duration == current.end
    assert first.buy_per_kwh == current.buy_per_kwh
    assert first.sell_per_kwh == current.sell_per_kwh
    assert first.pv_w == pytest.approx(forecasting.runtime_data.sun.data.power_at(inputs.now))
    assert first.cloud_cover == forecasting.runtime_data.sun.data.slot_at(inputs.now).cloud_cover


async def test_it_decides_every_quarter_of_an_hour(optimiser: OptimiserCoordinator, move: Move) -> None:
    assert optimiser.data.next_run_at == START.replace(minute=15, second=0)
    for minute, second in ((5, 26), (10, 26), (14, 50), (15, 0)):
        await move(START.replace(minute=minute, second=second))
    assert "time" in await triggers(optimiser)
    assert optimiser.data.next_run_at == START.replace(minute=30, second=0)


async def test_it_decides_once_on_every_confirmed_price(optimiser: OptimiserCoordinator, move: Move) -> None:
    await move(START.replace(minute=5, second=26))
    await move(START.replace(minute=5, second=50))
    assert (await triggers(optimiser)).count("price") == 1


async def test_an_estimate_is_no_price_to_decide_on(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    prices = forecasting.runtime_data.prices
    slots = tuple(replace(slot, estimate=True, buy_per_kwh=9.0) for slot in prices.data.slots)
    prices.async_set_updated_data(replace(prices.data, slots=slots))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await triggers(optimiser) == ["start"]


async def test_a_decision_on_an_unconfirmed_price_waits_and_what_was_requested_stays(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry, move: Move
) -> None:
    """By the clock at second 0: $20 that nobody has confirmed are not acted on."""
    controller, prices = forecasting.runtime_data.control.controller, forecasting.runtime_data.prices
    await move(START.replace(minute=15, second=0))
    now = START.replace(minute=15, second=0)
    slots = tuple(
        replace(slot, estimate=True, buy_per_kwh=20.0, sell_per_kwh=19.0) if slot.start <= now < slot.end else slot
        for slot in prices.data.slots
    )
    prices.data = replace(prices.data, slots=slots)
    requested = controller.automatic
    decided = await optimiser.async_optimise()

    assert decided.decision is not None
    assert decided.decision.inputs.slots[0].estimate
    assert decided.recommendation.action is Action.DISCHARGE
    assert controller.automatic is requested
    before = len(await triggers(optimiser))
    await move(now + CONFIRMED_WITHIN)
    assert len(await triggers(optimiser)) > before
    assert controller.automatic is not requested


async def test_without_a_price_for_now_the_plant_is_left_to_itself_unless_guesses_are_allowed(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    """Not even a dear half-hour at this time yesterday is sold for."""
    prices = forecasting.runtime_data.prices
    yesterday = tuple(
        replace(slot, start=slot.start - timedelta(days=3), end=slot.end - timedelta(days=3), sell_per_kwh=14.0)
        for slot in prices.data.slots
    )
    prices.data = replace(prices.data, slots=yesterday)
    decided = await optimiser.async_optimise()

    assert decided.recommendation.engine is Engine.FALLBACK
    assert forecasting.runtime_data.control.controller.automatic is None
    assert optimiser.data.status is OptimiserStatus.WAITING


async def test_once_no_prices_are_chosen_the_plant_is_left_to_itself_whatever_the_past_was(
    hass: HomeAssistant,
    optimiser: OptimiserCoordinator,
    forecasting: MockConfigEntry,
    move: Move,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The recorder still has the prices of the past week: a dear half-hour of yesterday is not sold for."""
    past = tuple(
        replace(slot, start=slot.start - timedelta(days=3), end=slot.end - timedelta(days=3), sell_per_kwh=14.0)
        for slot in forecasting.runtime_data.prices.data.slots
    )

    async def remember(self: OptimiserHistory, _now: datetime) -> None:
        self.prices = past

    monkeypatch.setattr(OptimiserHistory, "async_refresh", remember)
    await forecasting.runtime_data.control.async_change_settings(mode=ControlMode.AUTO)
    options = {name: value for name, value in forecasting.options.items() if name != "prices"}
    hass.config_entries.async_update_entry(forecasting, options=options)
    await hass.config_entries.async_reload(forecasting.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await move(START + timedelta(seconds=8))

    runtime = forecasting.runtime_data
    assert runtime.prices is None
    assert runtime.optimiser.data.decision.decision.inputs.slots[0].extrapolated
    assert runtime.optimiser.data.status is OptimiserStatus.WAITING
    assert runtime.control.controller.automatic is None
    assert runtime.control.controller.memory.applied.command.action is Action.RELEASE


async def test_in_manual_mode_it_advises_and_nothing_is_written(
    optimiser: OptimiserCoordinator, simulator: Simulator, forecasting: MockConfigEntry
) -> None:
    before = dict(simulator.plant.holding)
    await optimiser.async_optimise()
    await forecasting.runtime_data.control.async_tick()
    assert optimiser.data.decision is not None
    assert simulator.plant.holding == before


async def test_in_auto_mode_control_follows_it_with_its_reason(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, simulator: Simulator, forecasting: MockConfigEntry
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(mode=ControlMode.AUTO)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (await triggers(optimiser))[-1] == "settings"
    decision = optimiser.data.decision
    assert decision is not None
    status = control.data
    assert (status.actor, status.owner) == (Actor.OPTIMISER, say("word.actor_optimiser"))
    assert status.request_reason == decision.recommendation.reason
    assert status.wanted is decision.recommendation.action
    assert status.expires_at == decision.made_at + timedelta(minutes=30)
    assert simulator.plant.holding[40029] == 1


async def test_in_auto_mode_pv_is_off_while_the_battery_charges_at_a_price_below_0(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, simulator: Simulator, forecasting: MockConfigEntry
) -> None:
    prices, control = forecasting.runtime_data.prices, forecasting.runtime_data.control
    slots = tuple(
        replace(slot, buy_per_kwh=-0.1, sell_per_kwh=-0.2) if slot.start <= START < slot.end else slot
        for slot in prices.data.slots
    )
    prices.async_set_updated_data(replace(prices.data, slots=slots))
    await hass.async_block_till_done(wait_background_tasks=True)
    # A battery is moved once two readings agree on its charge.
    for _ in range(2):
        await forecasting.runtime_data.telemetry.async_refresh()
        await control.async_tick()
    await control.async_change_settings(mode=ControlMode.AUTO)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert control.data.wanted is Action.CHARGE
    assert control.data.request_reason.key == "reason.charge_without_solar"
    assert simulator.plant.holding[40031] == 3


async def test_when_an_override_ends_it_decides_again(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    await hass.services.async_call("sigenstor_panel", "force_hold", blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "override_ended" not in await triggers(optimiser)
    await hass.services.async_call("sigenstor_panel", "clear_override", blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (await triggers(optimiser))[-1] == "override_ended"


async def test_a_plant_that_is_silent_is_left_to_itself_until_it_is_back(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, simulator: Simulator, move: Move, forecasting: MockConfigEntry
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(mode=ControlMode.AUTO)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert control.controller.automatic is not None
    await simulator.stop()
    for minute in (2, 3, 4):
        await move(START.replace(minute=minute, second=0))
    assert optimiser.data.status is OptimiserStatus.WAITING
    assert optimiser.data.problem == say("reason.no_telemetry")
    assert optimiser.data.decision is not None
    assert optimiser.data.decision.recommendation.engine is Engine.FALLBACK
    assert control.controller.automatic is None
    with pytest.raises(MissingDataError):
        plan_inputs(optimiser.known_now())
    await simulator.start()
    await move(START.replace(minute=6, second=30))
    assert control.controller.automatic is not None


async def test_in_an_amber_outage_the_plan_goes_on_for_ten_minutes_and_then_nothing_is_traded_on_a_guess(
    optimiser: OptimiserCoordinator, simulator: Simulator, forecasting: MockConfigEntry, move: Move
) -> None:
    await forecasting.runtime_data.control.async_change_settings(mode=ControlMode.AUTO)
    simulator.set(quirks={"amber_outage": "http_500"})
    for minute, second in ((5, 0), (5, 30), (5, 45), (10, 30)):
        await move(START.replace(minute=minute, second=second))
    assert optimiser.data.status is OptimiserStatus.DEGRADED
    assert optimiser.data.inputs is not None
    assert Degradation.STALE_PRICES in optimiser.data.inputs.degradations
    assert optimiser.data.decision is not None
    assert optimiser.data.decision.recommendation.engine is Engine.PLANNER
    assert forecasting.runtime_data.control.controller.automatic is not None

    await move(START + FORECAST_STANDS_FOR)
    assert optimiser.data.inputs.slots[0].extrapolated
    assert optimiser.data.status is OptimiserStatus.WAITING
    assert optimiser.data.problem is not None
    assert optimiser.data.problem.key == "reason.no_price_now"
    assert forecasting.runtime_data.control.controller.automatic is None

    await optimiser.async_change(guess_prices=True)
    assert optimiser.data.decision.recommendation.action in (Action.SELF_CONSUME, Action.HOLD)
    assert forecasting.runtime_data.control.controller.automatic is not None


async def test_a_price_that_is_late_is_decided_on_anew_and_not_left_to_the_order_of_the_one_before(
    optimiser: OptimiserCoordinator, simulator: Simulator, move: Move
) -> None:
    simulator.set(quirks={"amber_outage": "http_500"})
    before = len(await triggers(optimiser))
    await move(START.replace(minute=5, second=0))
    await move(START.replace(minute=5, second=44))
    assert len(await triggers(optimiser)) == before
    await move(START.replace(minute=5, second=45))
    assert (await triggers(optimiser))[before:] == ["price"]


@pytest.mark.parametrize("broken", [RuntimeError("a bug"), ZeroDivisionError()])
@pytest.mark.parametrize(("part", "step"), [(module, "recommend"), (OptimiserHistory, "async_refresh")])
async def test_whatever_goes_wrong_the_plant_is_left_to_itself_and_it_is_logged_once(
    hass: HomeAssistant,
    optimiser: OptimiserCoordinator,
    forecasting: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    part: Any,
    step: str,
    broken: Exception,
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(mode=ControlMode.AUTO)
    await hass.async_block_till_done(wait_background_tasks=True)
    with patch.object(part, step, side_effect=broken):
        await optimiser.async_optimise()
        await optimiser.async_optimise()
    assert optimiser.data.status is OptimiserStatus.FAILED
    assert control.controller.automatic is None
    assert caplog.text.count("the optimiser failed") == 1
    await optimiser.async_optimise()
    assert optimiser.data.status is OptimiserStatus.DEGRADED
    assert control.controller.automatic is not None


async def test_a_price_that_is_no_number_leaves_the_plant_to_itself(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    prices = forecasting.runtime_data.prices
    slots = tuple(replace(slot, buy_per_kwh=nan) for slot in prices.data.slots)
    prices.data = replace(prices.data, slots=slots)
    stored = await optimiser.async_optimise()
    assert stored.recommendation.engine is Engine.FALLBACK
    assert stored.recommendation.action is Action.SELF_CONSUME
    assert optimiser.data.status is OptimiserStatus.FAILED
    assert optimiser.data.problem is not None
    assert "No plan is possible, " in english(optimiser.data.problem)
    assert "buy: must be " in english(optimiser.data.problem)


async def test_a_decision_is_recorded_with_all_it_depends_on_and_replays_to_the_same(
    optimiser: OptimiserCoordinator,
) -> None:
    stored = await optimiser.async_optimise("asked")
    kept = await optimiser.decisions.get(stored.id)
    assert kept is not None
    assert replay(kept.as_dict()).same
    [row] = await optimiser.decisions.query(*EVER, limit=1)
    assert row == stored.row
    assert row.opinions


async def test_options_change_what_is_decided_and_are_kept(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    await optimiser.async_change(strategy=Strategy.RULES.value, reserve_soc=35)
    assert optimiser.data.settings is not None
    assert optimiser.data.settings.strategy is Strategy.RULES
    assert optimiser.data.settings.planner.soc_min == 35
    assert forecasting.options["optimiser"] == {"strategy": "rules", "reserve_soc": 35}


async def test_options_that_cannot_be_are_refused_and_nothing_changes(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    with pytest.raises(InvalidInputError, check=says(r"reserve_soc must be from 0 to 90 %, not 120")):
        await optimiser.async_change(reserve_soc=120)
    assert "optimiser" not in forecasting.options


async def test_the_plan_wants_nothing_that_the_guardrails_or_the_owner_would_refuse(
    optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(min_soc=25.0, max_soc=80.0, step_w=500)
    await control.async_set_export_limit(3000)
    decided_by = optimiser.settings_now()
    planner = decided_by.planner
    assert (planner.soc_min, planner.soc_max) == (25, 80)
    assert decided_by.steps == PowerSteps(step_w=500, every_s=60)
    assert planner.export_limit_w == 3000
    telemetry = forecasting.runtime_data.telemetry.data
    assert planner.charge_limit_w == telemetry.rated_charge_power_w
    assert planner.capacity_kwh == telemetry.rated_capacity_kwh * telemetry.state_of_health / 100


async def test_only_when_asked_means_not_by_the_clock(
    optimiser: OptimiserCoordinator, move: Move, simulator: Simulator
) -> None:
    simulator.set(quirks={"amber_outage": "http_500"})
    await optimiser.async_change(interval_min=0)
    assert optimiser.data.next_run_at is None
    await move(START + timedelta(minutes=20))
    assert "time" not in await triggers(optimiser)


async def test_the_actions_return_the_recommendation_and_its_plan(
    hass: HomeAssistant, optimiser: OptimiserCoordinator
) -> None:
    async def ask(action: str) -> Any:
        return await hass.services.async_call("sigenstor_panel", action, {}, blocking=True, return_response=True)

    advice = await ask("optimise")
    assert advice["trigger"] == "action"
    assert optimiser.data.decision is not None
    assert advice["reason"] == english(optimiser.data.decision.recommendation.reason, START)
    assert all(isinstance(opinion["reason"], str) for opinion in advice["opinions"])
    plan = await ask("get_plan")
    assert plan["made_at"] == advice["made_at"]
    assert plan["slots"][0]["start"] == advice["made_at"]
    assert plan["slots"][0]["action"] == advice["action"]


async def test_the_sensor_shows_the_reason_in_one_line_and_has_its_numbers_in_the_text(
    hass: HomeAssistant, optimiser: OptimiserCoordinator
) -> None:
    assert optimiser.data.decision is not None
    reason = optimiser.data.decision.recommendation.reason
    state = hass.states.get("sensor.sigenstor_recommendation_reason")
    assert state is not None
    assert state.state == english(replace(reason, details=()), START)
    assert state.attributes["text"] == english(reason, START)
    assert "A stored kWh is worth " in state.attributes["text"]


async def test_learning_advises_until_its_time_is_over_then_asks_and_never_switches_itself(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry, move: Move
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(mode=ControlMode.LEARNING)
    await hass.async_block_till_done(wait_background_tasks=True)
    issue = f"learning_is_over_{forecasting.entry_id}"
    assert optimiser.data.learning_until == START + timedelta(days=30)
    assert ir.async_get(hass).async_get_issue("sigenstor_panel", issue) is None
    await move(START + timedelta(days=30, minutes=1))
    await optimiser.async_optimise()
    assert ir.async_get(hass).async_get_issue("sigenstor_panel", issue) is not None
    assert control.data.settings.mode is ControlMode.LEARNING
    assert control.data.actor is Actor.SYSTEM


@pytest.mark.parametrize(
    ("answer", "mode"),
    [
        ("let_it_act", ControlMode.AUTO),
        ("learn_on", ControlMode.LEARNING),
        ("only_advise", ControlMode.MANUAL),
    ],
)
async def test_the_owners_answer_settles_the_learning_period(
    hass: HomeAssistant,
    optimiser: OptimiserCoordinator,
    forecasting: MockConfigEntry,
    move: Move,
    answer: str,
    mode: ControlMode,
) -> None:
    control = forecasting.runtime_data.control
    await control.async_change_settings(mode=ControlMode.LEARNING)
    await hass.async_block_till_done(wait_background_tasks=True)
    await move(START + timedelta(days=31))
    await optimiser.async_optimise()
    issue = f"learning_is_over_{forecasting.entry_id}"
    flow = await async_create_fix_flow(hass, issue, {"entry_id": forecasting.entry_id})
    flow.hass = hass
    flow.flow_id = flow.handler = issue
    assert (await flow.async_step_init())["menu_options"] == ["let_it_act", "learn_on", "only_advise"]
    await getattr(flow, f"async_step_{answer}")()
    await hass.async_block_till_done(wait_background_tasks=True)
    assert control.data.settings.mode is mode
    assert ir.async_get(hass).async_get_issue("sigenstor_panel", issue) is None


async def test_the_form_stores_what_is_possible_and_says_what_is_not(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    async def answer(**changes: Any) -> Any:
        flow = await hass.config_entries.options.async_init(forecasting.entry_id)
        flow_id = flow["flow_id"]
        await hass.config_entries.options.async_configure(flow_id, {"next_step_id": "optimiser"})
        return await hass.config_entries.options.async_configure(flow_id, {"rules": {}, **changes})

    refused = await answer(interval_min=3)
    assert refused["errors"] == {"base": "invalid_option"}
    assert "Decide every must be from 5 to 60 min" in refused["description_placeholders"]["problem"]
    refused = await answer(rules={"cheap_buy_per_kwh": 0.5, "dear_buy_per_kwh": 0.4})
    assert refused["errors"] == {"base": "invalid_option"}
    assert "Low price below" in refused["description_placeholders"]["problem"]
    taken = await answer(interval_min=30, reserve_soc=20, rules={"price_weight": 0.5})
    assert taken["type"] == "create_entry"
    await hass.async_block_till_done(wait_background_tasks=True)
    options = forecasting.runtime_data.optimiser.options
    assert (options.interval_min, options.reserve_soc, options.rules.price_weight) == (30, 20, 0.5)


async def test_the_form_asks_for_powers_in_kw_and_stores_w(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    form = await choose(hass, forecasting, "optimiser")
    answers = {"import_limit_kw": 14.49, "export_limit_kw": 5, "rules": {}}
    await hass.config_entries.options.async_configure(form["flow_id"], answers)
    await hass.async_block_till_done(wait_background_tasks=True)
    stored = forecasting.options["optimiser"]
    assert (stored["import_limit_w"], stored["export_limit_w"]) == (14_490, 5_000)
    assert forecasting.runtime_data.optimiser.options.import_limit_w == 14_490
    shown = suggested(await choose(hass, forecasting, "optimiser"))
    assert (shown["import_limit_kw"], shown["export_limit_kw"]) == (14.49, 5)


async def test_the_form_names_the_currency_and_shows_no_export_limit_where_there_is_none(
    hass: HomeAssistant, optimiser: OptimiserCoordinator, forecasting: MockConfigEntry
) -> None:
    hass.config.currency = "EUR"
    form = await choose(hass, forecasting, "optimiser")
    schema = form["data_schema"].schema
    assert schema["wear_per_kwh"].config["unit_of_measurement"] == "AUD/kWh"
    assert "export_limit_kw" not in form["data_schema"]({"rules": {}})
    await hass.config_entries.options.async_configure(form["flow_id"], {"rules": {}})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert optimiser.settings_now().planner.export_limit_w == MAX_POWER_W
