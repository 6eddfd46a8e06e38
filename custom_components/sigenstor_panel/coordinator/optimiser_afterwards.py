"""What comes after a decision: it is recorded, days that are over are scored, and today is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_RECORDER_5MIN_STATISTICS_GENERATED
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_change
from homeassistant.util import dt as dt_util

from ..const import LOGGER
from ..model.message import Message, say
from ..model.prices import PriceSlot, merged
from ..optimiser.contract import OptimiserSettings, PlanInputs, Recommendation, Strategy
from ..optimiser.decision import Decision
from ..records.decision_log import DecisionStore, OptimiserLog, RecordsUnavailableError, ScoreStore
from ..records.decision_rows import DecisionRow, StoredDecision
from .control_issues import async_tell_lost
from .month import Month, async_month
from .optimiser_inputs import MissingDataError
from .optimiser_scores import CATCH_UP, OptimiserScores
from .optimiser_state import Today
from .prices import PricesCoordinator


class Afterwards:
    """Keeps decisions and scores, and shows what was paid and saved."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        *,
        database_url: str,
        prices: PricesCoordinator | None,
        settings: Callable[[], OptimiserSettings],
        latest: Callable[[], PlanInputs | None],
        show: Callable[..., None],
    ) -> None:
        """Initialize; `latest` returns what the last decision looked at, `show` takes the fields that have changed."""
        assert entry.unique_id is not None
        self._hass = hass
        self._entry = entry
        self._prices = prices
        self._settings = settings
        self._latest = latest
        self._show = show
        self._since: datetime | None = None
        log = OptimiserLog(database_url, entry.unique_id)
        self.decisions = DecisionStore(log)
        self.scores = ScoreStore(log)
        self.decisions.on_lost = self.scores.on_lost = self._lost
        self._missed = 0
        """How many decisions in a row could not be recorded."""

        self._scoring = OptimiserScores(hass, entry, self.decisions, self.scores, self.past_prices)

    @callback
    def start(self) -> list[CALLBACK_TYPE]:
        """Score at night, and count today with every new statistics; return what ends it."""
        return [
            self._hass.bus.async_listen(EVENT_RECORDER_5MIN_STATISTICS_GENERATED, self._new_statistics),
            async_track_time_change(self._hass, self._night, hour=0, minute=20, second=0),
        ]

    async def async_record(
        self, decision: Decision | None, recommendation: Recommendation, row: DecisionRow
    ) -> StoredDecision:
        """Record a decision; one that cannot be recorded counts all the same."""
        try:
            row = replace(row, id=await self.decisions.add(row, decision))
        except RecordsUnavailableError as err:
            self._missed += 1
            if self._missed == 1:
                LOGGER.warning("%s: %s", self._entry.title, err)
        else:
            missed, self._missed = self._missed, 0
            if missed:
                self._tell_lost(say("problem.decisions_missed", missed=missed))
        return StoredDecision(row=row, recommendation=recommendation, decision=decision)

    async def async_score(self) -> None:
        """Score the days that are over, forget what is too old, and show it."""
        now = dt_util.utcnow()
        found: dict[str, Any] = {}
        try:
            await self._scoring.async_score_past(self._settings())
            await self.decisions.prune(now)
            days = await self.scores.query((now - CATCH_UP).date(), dt_util.now().date())
            totals = await self.scores.savings()
        except (MissingDataError, RecordsUnavailableError) as err:
            LOGGER.warning("%s: past days are not scored: %s", self._entry.title, err)
        else:
            found = {"totals": totals, "last_day": days[-1] if days else None}
        await self.async_today(**found)

    async def async_month(self, first: date) -> Month | None:
        """Return the report of the month that begins on a day; None where there is none, or it cannot be read."""
        try:
            return await async_month(self._hass, self._entry, self.scores, first)
        except RecordsUnavailableError as err:
            LOGGER.warning("%s: there is no report of the month: %s", self._entry.title, err)
            return None

    def past_prices(self) -> tuple[PriceSlot, ...]:
        """Return the prices that are known best, past ones and others."""
        if self._prices is None:
            return ()
        return merged(self._prices.settled, () if self._prices.data is None else self._prices.data.slots)

    async def async_today(self, **changes: Any) -> None:
        """Renew what was paid and saved today, and show it together with other changes."""
        self._since = since = dt_util.start_of_local_day()
        try:
            found = await self._scoring.async_today(self._settings(), self._latest())
        except MissingDataError:
            found = None
        cost, savings, parts = found or (None, None, None)
        self._show(today=Today(since=since, cost=cost, savings=savings, parts=parts), **changes)

    @callback
    def _lost(self) -> None:
        self._missed = 0
        self._tell_lost(say("problem.decisions_lost"))

    @callback
    def _tell_lost(self, lost: Message) -> None:
        async_tell_lost(self._hass, self._entry, "decisions", lost)

    @callback
    def _new_statistics(self, _event: Event) -> None:
        """Count again; the first time after midnight, yesterday goes into the totals as today begins anew."""
        renew = self.async_today if self._since == dt_util.start_of_local_day() else self.async_score
        self._entry.async_create_background_task(self._hass, renew(), name=f"{self._entry.title} optimiser today")

    @callback
    def _night(self, _now: datetime) -> None:
        self._entry.async_create_background_task(
            self._hass, self.async_score(), name=f"{self._entry.title} optimiser scores"
        )


def row_of(
    decision: Decision | None,
    recommendation: Recommendation,
    *,
    mode: str,
    strategy: Strategy,
    trigger: str,
    soc: float | None,
) -> DecisionRow:
    """Return what is recorded of a decision; what it looked at is not known where nothing was decided."""
    slot = None if decision is None else decision.inputs.slots[0]
    plan = recommendation.plan
    return DecisionRow(
        id=0,
        made_at=dt_util.utcnow() if decision is None else decision.inputs.now,
        mode=mode,
        strategy=strategy,
        action=recommendation.action,
        target_power_w=recommendation.target_power_w,
        export_limit_w=recommendation.export_limit_w,
        reason=recommendation.reason,
        confidence=recommendation.confidence,
        engine=recommendation.engine,
        trigger=trigger,
        soc=soc if decision is None else decision.inputs.soc,
        buy=None if slot is None else slot.buy_per_kwh,
        sell=None if slot is None else slot.sell_per_kwh,
        marginal_per_kwh=None if plan is None else plan.slots[0].marginal_per_kwh,
        degradations=() if decision is None else decision.inputs.degradations,
        opinions=recommendation.opinions,
    )
