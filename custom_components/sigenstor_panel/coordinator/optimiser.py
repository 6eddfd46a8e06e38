"""Runs the optimiser: gathers what it looks at, lets it decide, records the decision, and hands it to control."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
import logging
from typing import TYPE_CHECKING, Any, Final, override

from homeassistant.const import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time, async_track_time_change
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import LOGGER, OPTION_OPTIMISER
from ..control.intents import Intent
from ..control.memory import ControlMode
from ..model.command import Actor
from ..model.prices import PriceSlot, merged
from ..optimiser.contract import (
    Engine,
    OptimiserSettings,
    PlanInputs,
    Recommendation,
)
from ..optimiser.decision import Decision
from ..optimiser.model import CaseError, PowerSteps
from ..optimiser.recommend import fallback, recommend
from ..plant.register_writes import owner_registers
from ..records.decision_log import DecisionStore, OptimiserLog, RecordsUnavailableError, ScoreStore
from ..records.decision_rows import DecisionRow, StoredDecision
from .control import ControlService
from .habits import HabitsCoordinator
from .optimiser_commands import command_of, steady
from .optimiser_confirmation import Confirmation
from .optimiser_history import OptimiserHistory
from .optimiser_inputs import Known, NothingToGoByError, plan_inputs
from .optimiser_learning import Learning
from .optimiser_options import OptimiserOptions, OwnLimits, options_of, parse_options, settings_of
from .optimiser_scores import CATCH_UP, OptimiserScores
from .optimiser_state import OptimiserState, OptimiserStatus, Today
from .prices import PricesCoordinator
from .sun import SunCoordinator
from .telemetry import TelemetryCoordinator

if TYPE_CHECKING:
    from ..runtime import SigenStorConfigEntry

LONGEST_WAIT: Final = timedelta(seconds=30)
"""How long the first decision waits for prices and PV forecast."""

_OWNER = "Optimiser"
_WHEN_ASKED = timedelta(hours=1)
"""How often it is asked, at least, where it runs only then."""


class OptimiserCoordinator(DataUpdateCoordinator[OptimiserState]):
    """Decides by the clock, on every confirmed price, after an override, when what it depends on changes, when asked.

    What it wishes expires, so that the plant is handed back when no further decision comes.
    """

    config_entry: SigenStorConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SigenStorConfigEntry,
        *,
        control: ControlService,
        habits: HabitsCoordinator,
        prices: PricesCoordinator | None,
        sun: SunCoordinator | None,
    ) -> None:
        """Initialize the coordinator; nothing is decided yet."""
        super().__init__(hass, LOGGER, config_entry=entry, name=f"{entry.title} optimiser")
        assert entry.unique_id is not None
        self.data = OptimiserState()
        self.control = control
        self.telemetry: TelemetryCoordinator = control.telemetry
        self._habits = habits
        self._prices = prices
        self._sun = sun
        self._history = OptimiserHistory(hass, entry.unique_id)
        log = OptimiserLog(control.database_url, entry.unique_id)
        self.decisions = DecisionStore(log)
        self.scores = ScoreStore(log)
        self._scoring = OptimiserScores(hass, entry.unique_id, self.decisions, self.scores, self._past_prices)
        self._learning = Learning(hass, entry.entry_id, entry.title)
        self._deciding = asyncio.Lock()
        self._requested = False
        self._problem: str | None = None
        self._cancel_next: CALLBACK_TYPE | None = None
        self._confirmation = Confirmation(hass, lambda: self.async_request("price"))
        self._confirmed: tuple[datetime, float, float | None] | None = None
        self._wished: tuple[object, ...] = ()
        self._readable = self.telemetry.readable

    @property
    def options(self) -> OptimiserOptions:
        """What the owner chose."""
        return options_of(self.config_entry.options)

    @property
    def _mode(self) -> str:
        return self.control.controller.memory.settings.mode.value

    # -- for everybody ----------------------------------------------------------

    async def async_optimise(self, trigger: str = "asked") -> StoredDecision:
        """Decide now, after a decision that is being made, and return the decision."""
        async with self._deciding:
            return await self._async_decide(trigger)

    def settings_now(self, **changes: Any) -> OptimiserSettings:
        """Return how a decision would be made now, were some options others.

        Raises NothingToGoByError where the plant cannot be read, InvalidInputError for an option that cannot be.
        """
        memory, reading = self.control.controller.memory, self.telemetry.data
        limits = memory.settings.limits
        own = OwnLimits(
            min_soc=limits.min_soc,
            max_soc=limits.max_soc,
            steps=PowerSteps(step_w=limits.step_w, every_s=limits.cooldown.total_seconds()),
            export_limit_w=memory.export_limit_w,
            registers=owner_registers(memory.saved, memory.written, reading.control),
        )
        rated_w = sum(info.rated_power_w or 0 for info in self.telemetry.inverters) or None
        options = parse_options({**self.config_entry.options.get(OPTION_OPTIMISER, {}), **changes})
        return settings_of(options, reading, own, rated_w)

    def inputs_now(self) -> PlanInputs:
        """Return what a decision would look at now; takes some milliseconds: call it in the executor.

        Raises NothingToGoByError where there is nothing to decide on.
        """
        prices, sun, habits = self._prices, self._sun, self._habits
        applied = self.control.controller.memory.applied
        return plan_inputs(
            Known(
                now=dt_util.utcnow(),
                zone=self.hass.config.time_zone,
                soc=self.telemetry.data.soc if self.telemetry.readable else None,
                applied=None if applied is None else applied.command,
                battery_power_w=self.telemetry.data.battery_power_w,
                prices=None if prices is None else prices.data,
                prices_fresh=prices is not None and prices.fresh,
                likelihood=self._history.likelihood,
                past_prices=merged(self._history.prices, () if prices is None else prices.settled),
                forecast=None if sun is None else sun.data,
                past_pv=self._history.pv,
                profile=habits.data,
                load_ahead=habits.ahead,
            )
        )

    async def async_change(self, **changes: Any) -> None:
        """Change options, for good, and decide again; raises InvalidInputError for what cannot be."""
        stored = {**self.config_entry.options.get(OPTION_OPTIMISER, {}), **changes}
        parse_options(stored)
        self.hass.config_entries.async_update_entry(
            self.config_entry, options={**self.config_entry.options, OPTION_OPTIMISER: stored}
        )
        await self.async_optimise("settings")

    async def async_learn_on(self) -> None:
        """Begin the learning period again."""
        await self._learning.async_begin(dt_util.utcnow())
        await self.async_optimise("settings")

    # -- when -------------------------------------------------------------------

    async def async_start(self, awaited: Iterable[asyncio.Task[None]]) -> None:
        """Begin to decide, when what is awaited has come or takes too long."""
        if tasks := list(awaited):
            await asyncio.wait(tasks, timeout=LONGEST_WAIT.total_seconds())
        await self._learning.async_load()
        self._wished = self._what_control_wants()
        self._confirmed = self._confirmed_price()
        entry = self.config_entry
        entry.async_on_unload(self.control.async_add_listener(self._control_changed))
        entry.async_on_unload(self.telemetry.async_add_listener(self._telemetry_changed))
        if self._prices is not None:
            entry.async_on_unload(self._prices.async_add_listener(self._prices_changed))
        entry.async_on_unload(
            self.hass.bus.async_listen(EVENT_RECORDER_5MIN_STATISTICS_GENERATED, self._new_statistics)
        )
        entry.async_on_unload(async_track_time_change(self.hass, self._night, hour=0, minute=20, second=0))
        await self.async_optimise("start")
        await self._async_score()

    @override
    async def async_shutdown(self) -> None:
        """Decide nothing more."""
        await super().async_shutdown()
        self._cancel()
        self._confirmation.wait(None, None)
        await self.decisions.close()

    @callback
    def async_request(self, trigger: str) -> None:
        """Decide soon; what is asked for meanwhile is the same decision."""
        if self._requested or self._shutdown_requested:
            return
        self._requested = True
        self.config_entry.async_create_background_task(
            self.hass, self._async_requested(trigger), f"{self.name} {trigger}"
        )

    async def _async_requested(self, trigger: str) -> None:
        async with self._deciding:
            self._requested = False
            await self._async_decide(trigger)

    @override
    async def _async_update_data(self) -> OptimiserState:
        """Decide, because somebody wants the values renewed."""
        await self.async_optimise()
        return self.data

    @callback
    def _control_changed(self) -> None:
        before, self._wished = self._wished, self._what_control_wants()
        if self._wished == before:
            return
        overridden, *settings = before
        still_overridden, *settings_now = self._wished
        if overridden and not still_overridden:
            self.async_request("override_ended")
        elif settings != settings_now:
            self.async_request("settings")

    def _what_control_wants(self) -> tuple[object, ...]:
        """Return whether people act by hand, and what else a decision depends on."""
        memory = self.control.controller.memory
        by_hand = memory.override is not None or memory.emergency_stop
        return by_hand, memory.settings.mode, memory.settings.limits, memory.export_limit_w

    @callback
    def _prices_changed(self) -> None:
        before, self._confirmed = self._confirmed, self._confirmed_price()
        if self._confirmed is not None and self._confirmed != before:
            self.async_request("price")

    def _confirmed_price(self) -> tuple[datetime, float, float | None] | None:
        """Return the price in force, and since when, unless it is an estimate."""
        prices = None if self._prices is None else self._prices.data
        slot = None if prices is None else prices.current(dt_util.utcnow())
        if slot is None or slot.estimate or slot.forecast:
            return None
        return slot.start, slot.buy_per_kwh, slot.sell_per_kwh

    @callback
    def _telemetry_changed(self) -> None:
        before, self._readable = self._readable, self.telemetry.readable
        if self._readable != before:
            self.async_request("plant_back" if self._readable else "plant_gone")

    def _schedule(self) -> datetime | None:
        """Arrange for the next decision by the clock: at multiples of the interval since local midnight."""
        self._cancel()
        interval = self.options.interval
        if interval is None or self._shutdown_requested:
            return None
        now = dt_util.utcnow()
        midnight = dt_util.as_utc(dt_util.start_of_local_day())
        next_at = midnight + ((now - midnight) // interval + 1) * interval
        due = HassJob(self._due, cancel_on_shutdown=True)
        self._cancel_next = async_track_point_in_utc_time(self.hass, due, next_at)
        return next_at

    @callback
    def _due(self, _now: datetime) -> None:
        self._cancel_next = None
        self.async_request("time")

    def _cancel(self) -> None:
        if self._cancel_next is not None:
            self._cancel_next()
            self._cancel_next = None

    # -- what came of it --------------------------------------------------------

    @callback
    def _new_statistics(self, _event: Event) -> None:
        """Count again; the first time after midnight, yesterday goes into the totals as today begins anew."""
        renew = self._async_today if self._counts_today else self._async_score
        self.config_entry.async_create_background_task(self.hass, renew(), f"{self.name} today")

    @property
    def _counts_today(self) -> bool:
        return self.data.today.since == dt_util.start_of_local_day()

    @callback
    def _night(self, _now: datetime) -> None:
        self.config_entry.async_create_background_task(self.hass, self._async_score(), f"{self.name} scores")

    async def _async_score(self) -> None:
        """Score the days that are over, forget what is too old, and show it."""
        now = dt_util.utcnow()
        found: dict[str, Any] = {}
        try:
            await self._scoring.async_score_past(self.settings_now())
            await self.decisions.prune(now)
            days = await self.scores.query((now - CATCH_UP).date(), dt_util.now().date())
            totals = await self.scores.savings()
        except (NothingToGoByError, RecordsUnavailableError) as err:
            LOGGER.warning("%s: past days are not scored: %s", self.config_entry.title, err)
        else:
            found = {"totals": totals, "last_day": days[-1] if days else None}
        await self._async_today(**found)

    async def _async_today(self, **changes: Any) -> None:
        """Renew what was paid and saved today, and show it together with other changes."""
        since = dt_util.start_of_local_day()
        try:
            found = await self._scoring.async_today(self.settings_now(), self.data.inputs)
        except NothingToGoByError:
            found = None
        cost, savings, parts = found or (None, None, None)
        self._show(today=Today(since=since, cost=cost, savings=savings, parts=parts), **changes)

    @callback
    def _show(self, **changes: Any) -> None:
        """Show what has changed, with what today is expected to cost as of now."""
        state = replace(self.data, **changes)
        expected = state.expected_cost(dt_util.start_of_local_day())
        self.async_set_updated_data(replace(state, today=replace(state.today, expected_cost=expected)))

    def _past_prices(self) -> Sequence[PriceSlot]:
        """Return the prices that are known best, past ones and others."""
        if self._prices is None:
            return ()
        return merged(self._prices.settled, () if self._prices.data is None else self._prices.data.slots)

    # -- deciding ---------------------------------------------------------------

    async def _async_decide(self, trigger: str) -> StoredDecision:
        """Decide, apply, record and show; whatever goes wrong, there is a next time."""
        next_run_at = self._schedule()
        self._readable = self.telemetry.readable
        decision: Decision | None = None
        status, problem = OptimiserStatus.READY, None
        try:
            await self._history.async_refresh(dt_util.utcnow())
            decision = await self.hass.async_add_executor_job(self._decide, trigger)
            recommendation = decision.recommendation
            if recommendation.engine is Engine.FALLBACK:
                status, problem = OptimiserStatus.WAITING, recommendation.reason
            elif decision.inputs.degradations:
                status = OptimiserStatus.DEGRADED
        except NothingToGoByError as err:
            status, problem = OptimiserStatus.WAITING, str(err)
            recommendation = fallback(problem, (err.degradation,))
        except Exception as err:  # noqa: BLE001  whatever it is, the plant is to be left to itself
            status, problem = OptimiserStatus.FAILED, str(err) or type(err).__name__
            recommendation = fallback(problem, ())
            if not isinstance(err, CaseError) and problem != self._problem:
                LOGGER.error("%s: the optimiser failed", self.config_entry.title, exc_info=err)
        self._note(problem)
        if not self._unconfirmed(decision, recommendation):
            await self._async_apply(recommendation)
        stored = await self._async_record(decision, recommendation, trigger)
        learning_until = await self._learning.async_follow(
            learning=self._mode == ControlMode.LEARNING, days=self.options.learning_days
        )
        self._show(
            status=status,
            problem=problem,
            decision=stored,
            next_run_at=next_run_at,
            learning_until=learning_until,
        )
        return stored

    def _unconfirmed(self, decision: Decision | None, recommendation: Recommendation) -> bool:
        """Return whether the price in force may soon be confirmed: what was wished before stays until then."""
        if decision is None or recommendation.engine is Engine.FALLBACK or self._shutdown_requested:
            return self._confirmation.wait(None, None)
        return self._confirmation.wait(decision.inputs, None if self._prices is None else self._prices.data)

    def _decide(self, trigger: str) -> Decision:
        inputs, settings = self.inputs_now(), self.settings_now()
        recommendation = recommend(inputs, settings)
        return Decision.of(inputs, settings, recommendation, mode=self._mode, trigger=trigger)

    async def _async_apply(self, recommendation: Recommendation) -> None:
        """Let control know what is wished for; nothing, where nobody could tell what to do."""
        if self._shutdown_requested:
            return
        controller = self.control.controller
        if recommendation.engine is Engine.FALLBACK:
            controller.automatic = None
        else:
            before = None if controller.automatic is None else controller.automatic.command
            controller.automatic = Intent(
                command=steady(before, command_of(recommendation)),
                actor=Actor.OPTIMISER,
                owner=_OWNER,
                reason=recommendation.reason,
                expires_at=dt_util.utcnow() + 2 * (self.options.interval or _WHEN_ASKED),
            )
        await self.control.async_tick()

    async def _async_record(
        self, decision: Decision | None, recommendation: Recommendation, trigger: str
    ) -> StoredDecision:
        """Record the decision; one that cannot be recorded counts all the same."""
        slot = None if decision is None else decision.inputs.slots[0]
        plan = recommendation.plan
        row = DecisionRow(
            id=0,
            made_at=dt_util.utcnow() if decision is None else decision.inputs.now,
            mode=self._mode,
            strategy=self.options.strategy,
            action=recommendation.action,
            target_power_w=recommendation.target_power_w,
            export_limit_w=recommendation.export_limit_w,
            reason=recommendation.reason,
            confidence=recommendation.confidence,
            engine=recommendation.engine,
            trigger=trigger,
            soc=self.telemetry.data.soc if decision is None else decision.inputs.soc,
            buy=None if slot is None else slot.buy_per_kwh,
            sell=None if slot is None else slot.sell_per_kwh,
            marginal_per_kwh=None if plan is None else plan.slots[0].marginal_per_kwh,
            degradations=() if decision is None else decision.inputs.degradations,
            opinions=recommendation.opinions,
        )
        try:
            row = replace(row, id=await self.decisions.add(row, decision))
        except RecordsUnavailableError as err:
            LOGGER.warning("%s: %s", self.config_entry.title, err)
        return StoredDecision(row=row, recommendation=recommendation, decision=decision)

    def _note(self, problem: str | None) -> None:
        """Log once when the optimiser cannot decide, and once when it can again."""
        if problem is not None and problem != self._problem:
            # A plant that was just added has no prices yet: that is nothing to warn of at every start.
            level = logging.INFO if self._prices is None else logging.WARNING
            LOGGER.log(level, "%s: the optimiser leaves the plant to itself: %s", self.config_entry.title, problem)
        elif problem is None and self._problem is not None:
            LOGGER.info("%s: the optimiser decides again", self.config_entry.title)
        self._problem = problem
