"""Runs the optimiser: gathers what it looks at, lets it decide, hands that to control, and shows it.

When it decides is in `optimiser_when`, what comes after it in `optimiser_afterwards`.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from ..const import LOGGER, OPTION_OPTIMISER
from ..control.intents import Intent
from ..control.memory import ControlMode
from ..model.command import Actor
from ..model.message import Message, plain, say
from ..optimiser.contract import (
    Engine,
    OptimiserSettings,
    Recommendation,
)
from ..optimiser.decision import Decision
from ..optimiser.model import CaseError, PowerSteps
from ..optimiser.price_errors import PriceErrors
from ..optimiser.recommend import fallback, no_plan, recommend
from ..records.decision_rows import StoredDecision
from .control import ControlService
from .habits import HabitsCoordinator
from .optimiser_afterwards import Afterwards, row_of
from .optimiser_commands import command_of, keep_if_similar
from .optimiser_confirmation import Confirmation
from .optimiser_history import OptimiserHistory
from .optimiser_inputs import KnownNow, MissingDataError, plan_inputs
from .optimiser_learning import Learning
from .optimiser_options import OptimiserOptions, OwnLimits, options_of, parse_options, settings_of
from .optimiser_state import OptimiserState, OptimiserStatus
from .optimiser_when import Occasions
from .prices import PricesCoordinator
from .sun import SunCoordinator
from .telemetry import TelemetryCoordinator

LONGEST_WAIT: Final = timedelta(seconds=30)
"""How long the first decision waits for prices and PV forecast."""

_WHEN_ASKED = timedelta(hours=1)
"""How often it is asked, at least, where it runs only then."""


class OptimiserCoordinator(DataUpdateCoordinator[OptimiserState]):
    """Decides by the clock, on every confirmed price, after an override, when what it depends on changes, when asked.

    A request expires, so that the plant is released when no further decision comes.
    """

    config_entry: ConfigEntry[Any]

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
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
        self._history = OptimiserHistory(hass, entry)
        self.afterwards = Afterwards(
            hass,
            entry,
            database_url=control.database_url,
            prices=prices,
            settings=self.settings_now,
            latest=lambda: self.data.inputs,
            show=self._show,
        )
        self.decisions, self.scores = self.afterwards.decisions, self.afterwards.scores
        self._occasions = Occasions(
            hass, telemetry=self.telemetry, prices=prices, wanted=self._wanted, request=self.async_request
        )
        self._learning = Learning(hass, entry.entry_id, entry.title)
        self._deciding = asyncio.Lock()
        self.trying = asyncio.Lock()
        """However many try other settings, one plan at a time is made for them."""
        self._requested = False
        self._problem: Message | None = None
        self._confirmation = Confirmation(hass, lambda: self.async_request("price"))

    @property
    def options(self) -> OptimiserOptions:
        """What the owner chose."""
        return options_of(self.config_entry.options)

    @property
    def _mode(self) -> str:
        return self.control.view.mode.value

    def _wanted(self) -> tuple[object, ...]:
        """Return whether people act by hand, and what else a decision depends on."""
        view = self.control.view
        return view.by_hand, view.mode, view.limits, view.export_limit_w, view.pv_limit_obeyed

    # -- for everybody ----------------------------------------------------------

    async def async_optimise(self, trigger: str = "asked") -> StoredDecision:
        """Decide now, after a decision that is being made, and return the decision."""
        async with self._deciding:
            return await self._async_decide(trigger)

    def settings_now(self, **changes: Any) -> OptimiserSettings:
        """Return how a decision would be made now, were some options others.

        Raises MissingDataError where the plant cannot be read, InvalidInputError for an option that cannot be.
        """
        view, reading = self.control.view, self.telemetry.data
        limits = view.limits
        own = OwnLimits(
            min_soc=limits.min_soc,
            max_soc=limits.max_soc,
            steps=PowerSteps(step_w=limits.step_w, every_s=limits.cooldown.total_seconds()),
            export_limit_w=view.export_limit_w,
            registers=view.registers,
        )
        rated_w = sum(info.rated_power_w or 0 for info in self.telemetry.inverters) or None
        options = parse_options({**self.config_entry.options.get(OPTION_OPTIMISER, {}), **changes})
        return settings_of(options, reading, own, rated_w, self._history.spans)

    @callback
    def known_now(self) -> KnownNow:
        """Return what a decision would look at now, all of the same moment."""
        prices, sun, habits = self._prices, self._sun, self._habits
        view = self.control.view
        now = dt_util.utcnow()
        return KnownNow(
            pv_limit_obeyed=view.pv_limit_obeyed is True,
            now=now,
            zone=self.hass.config.time_zone,
            soc=self.telemetry.data.soc if self.telemetry.readable else None,
            applied=view.applied,
            battery_power_w=self.telemetry.data.battery_power_w,
            prices=None if prices is None else prices.data,
            prices_fresh=prices is not None and prices.fresh,
            price_errors=PriceErrors() if prices is None else prices.errors,
            likelihood=self._history.likelihood,
            past_prices=self._history.prices,
            settled=() if prices is None else prices.settled,
            forecast=None if sun is None else sun.data,
            past_pv=self._history.pv,
            pv_share=1.0 if sun is None else sun.recent.share(now),
            pv_power_w=self.telemetry.data.pv_power_w,
            rated_pv_w=self._rated_pv_w(),
            latitude=self.hass.config.latitude,
            longitude=self.hass.config.longitude,
            profile=habits.data,
            load_ahead=habits.ahead,
        )

    def _rated_pv_w(self) -> float:
        """Return the rated power of the panels where they are described, else that of the inverters."""
        arrays = () if self._sun is None else self._sun.config.arrays
        if arrays:
            return 1000 * sum(array.peak_kw for array in arrays)
        return sum(info.rated_power_w or 0 for info in self.telemetry.inverters)

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
        listening = [self.control.async_add_listener(self._occasions.control_changed)]
        if self._prices is not None:
            listening.append(self._prices.async_add_listener(self._expect_confirmation))
        for end in (*listening, *self._occasions.start(), *self.afterwards.start()):
            self.config_entry.async_on_unload(end)
        await self.async_optimise("start")
        await self.afterwards.async_score()

    @callback
    def _expect_confirmation(self) -> None:
        assert self._prices is not None
        if self._prices.data is not None and not self._shutdown_requested:
            self._confirmation.expect(self._prices.data)

    @override
    async def async_shutdown(self) -> None:
        """Decide nothing more."""
        await super().async_shutdown()
        self._occasions.cancel()
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
    def _show(self, **changes: Any) -> None:
        """Show what has changed, with what today is expected to cost as of now."""
        state = replace(self.data, **changes)
        expected = state.expected_cost(dt_util.start_of_local_day())
        self.async_set_updated_data(replace(state, today=replace(state.today, expected_cost=expected)))

    # -- deciding ---------------------------------------------------------------

    async def _async_decide(self, trigger: str) -> StoredDecision:
        """Decide, apply, record and show; the next decision is arranged before, whatever goes wrong with this one."""
        next_run_at = self._occasions.decided(None if self._shutdown_requested else self.options.interval)
        decision: Decision | None = None
        status = OptimiserStatus.READY
        problem: Message | None = None
        try:
            await self._history.async_refresh(dt_util.utcnow())
            known, settings, mode = self.known_now(), self.settings_now(), self._mode
            decision = await self.hass.async_add_executor_job(_decide, known, settings, mode, trigger)
            recommendation = decision.recommendation
            if recommendation.engine is Engine.FALLBACK:
                status, problem = OptimiserStatus.WAITING, recommendation.reason
            elif decision.inputs.degradations:
                status = OptimiserStatus.DEGRADED
        except MissingDataError as err:
            status, problem = OptimiserStatus.WAITING, err.message
            recommendation = fallback(problem)
        except CaseError as err:
            status, problem = OptimiserStatus.FAILED, no_plan(err)
            recommendation = fallback(problem)
        except Exception as err:  # noqa: BLE001  whatever it is, the plant is to be left to itself
            status, problem = OptimiserStatus.FAILED, say("reason.failed", plain(str(err) or type(err).__name__))
            recommendation = fallback(problem)
            if problem != self._problem:
                LOGGER.error("%s: the optimiser failed", self.config_entry.title, exc_info=err)
        self._note(problem)
        if not self._unconfirmed(decision, recommendation):
            await self._async_apply(recommendation)
        row = row_of(
            decision,
            recommendation,
            mode=self._mode,
            strategy=self.options.strategy,
            trigger=trigger,
            soc=self.telemetry.data.soc,
        )
        stored = await self.afterwards.async_record(decision, recommendation, row)
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
        """Return whether the price in force may soon be confirmed: what was requested before stays until then."""
        if decision is None or recommendation.engine is Engine.FALLBACK or self._shutdown_requested:
            return self._confirmation.wait(None, None)
        return self._confirmation.wait(decision.inputs, None if self._prices is None else self._prices.data)

    async def _async_apply(self, recommendation: Recommendation) -> None:
        """Hand control what is recommended, as a request that expires; none where no decision could be made."""
        if self._shutdown_requested:
            return
        request: Intent | None = None
        if recommendation.engine is not Engine.FALLBACK:
            request = Intent(
                command=keep_if_similar(self.control.view.requested, command_of(recommendation)),
                actor=Actor.OPTIMISER,
                requested_by=say("word.actor_optimiser"),
                reason=recommendation.reason,
                expires_at=dt_util.utcnow() + 2 * (self.options.interval or _WHEN_ASKED),
            )
        await self.control.async_take_request(request)

    def _note(self, problem: Message | None) -> None:
        """Log once when the optimiser cannot decide, and once when it can again."""
        if problem is not None and problem != self._problem:
            # A plant that was just added has no prices yet: that is nothing to warn of at every start.
            level = logging.INFO if self._prices is None else logging.WARNING
            LOGGER.log(level, "%s: the optimiser leaves the plant to itself: %s", self.config_entry.title, problem)
        elif problem is None and self._problem is not None:
            LOGGER.info("%s: the optimiser decides again", self.config_entry.title)
        self._problem = problem


def _decide(known: KnownNow, settings: OptimiserSettings, mode: str, trigger: str) -> Decision:
    """Decide on what is known; takes some milliseconds."""
    inputs = plan_inputs(known)
    return Decision.of(inputs, settings, recommend(inputs, settings), mode=mode, trigger=trigger)
