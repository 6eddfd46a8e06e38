"""Scores every day once it is over, and what was saved so far today."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import DATA_INSTANCE
from homeassistant.util import dt as dt_util
from sqlalchemy.exc import SQLAlchemyError

from ..const import DOMAIN, LOGGER
from ..errors import cause
from ..model.prices import PriceSlot, merged
from ..optimiser.contract import OptimiserSettings, PlanInputs
from ..optimiser.model import CaseError
from ..optimiser.recommend import decide
from ..optimiser.scoring.score import DayOutcome, DayScore, score_day
from ..records.decision_log import DecisionStore, ScoreStore
from ..records.decision_rows import DayRecord, SavingParts, Savings
from ..statistics.chargers import charger_sensors
from ..statistics.energy import async_in_recorder
from .optimiser_actual import ENERGIES, SOC, Actual, read_actual
from .optimiser_history import read_prices, statistic_id_of

CATCH_UP: Final = timedelta(days=30)
"""How far back a day without a score is still scored."""

APART: Final = timedelta(minutes=15)
"""Decisions closer to each other are not made again: it takes a while, and says little more."""

_BEGINNING: Final = timedelta(minutes=10)
"""How long after midnight today's first statistics may still be missing."""

_UNATTENDED = "manual"
"""The mode of a day on which nobody decided: nobody but the owner acted."""


class OptimiserScores:
    """What came true, made into scores."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry[Any],
        decisions: DecisionStore,
        scores: ScoreStore,
        recent_prices: Callable[[], Sequence[PriceSlot]],
    ) -> None:
        """Initialize; nothing is read yet."""
        self._hass = hass
        assert entry.unique_id is not None
        self._serial_number, self._title = entry.unique_id, entry.title
        self._decisions = decisions
        self._scores = scores
        self._recent_prices = recent_prices

    async def async_score_past(self, settings: OptimiserSettings) -> None:
        """Score every day of the last weeks that is over and has no score; raises RecordsUnavailableError."""
        today = dt_util.now().date()
        scored = {record.day for record in await self._scores.query(today - CATCH_UP, today)}
        for back in range(CATCH_UP.days, 0, -1):
            if (day := today - timedelta(days=back)) not in scored:
                await self._async_score(day, settings)

    async def async_today(
        self, settings: OptimiserSettings, latest: PlanInputs | None = None
    ) -> tuple[float, Savings, SavingParts | None] | None:
        """Return what was paid, what was saved and its parts since local midnight; None where that is not known.

        What is stored is worth what the hours make of it that the `latest` decision expects, as for a day that is over.
        """
        midnight, now = dt_util.as_utc(dt_util.start_of_local_day()), dt_util.utcnow()
        actual = await self._async_actual(midnight, now, settings, whole=False)
        if actual is None:
            return (0.0, Savings(), None) if DATA_INSTANCE in self._hass.data and now - midnight < _BEGINNING else None
        known = () if latest is None else (latest,)
        score = await self._async_score_of(actual, known, settings)
        if score is None or score.actual is None:
            return None
        paid = actual.settlement
        savings = Savings(
            vs_no_battery=score.no_battery.cost - score.actual.cost,
            vs_self_consumption=score.self_consumption.cost - score.actual.cost,
        )
        parts = SavingParts(
            until=actual.slots.end,
            cost=paid.cost,
            no_battery=score.no_battery.cost,
            stored_value=paid.cost + paid.wear - score.actual.cost,
            stored_soc=paid.soc[-1] - paid.soc[0],
            wear=paid.wear,
        )
        return paid.cost, savings, parts

    async def _async_score(self, day: date, settings: OptimiserSettings) -> None:
        start, end = (dt_util.as_utc(dt_util.start_of_local_day(one)) for one in (day, day + timedelta(days=1)))
        actual = await self._async_actual(start, end, settings, whole=True)
        if actual is None:
            return
        made = await self._decisions.between(start, end, APART)
        score = await self._async_score_of(actual, [decision.inputs for decision in made], settings)
        if score is None or score.actual is None:
            return
        await self._scores.add(
            DayRecord(
                day=day,
                mode=made[-1].mode if made else _UNATTENDED,
                paid=actual.settlement.cost,
                actual=score.actual.cost,
                no_battery=score.no_battery.cost,
                self_consumption=score.self_consumption.cost,
                rules=_cost(score.rules),
                plan=_cost(score.plan),
                perfect_foresight=score.perfect_foresight.cost,
                share_vs_no_battery=_percent(score.share_vs_no_battery),
                share_vs_self_consumption=_percent(score.share_vs_self_consumption),
            )
        )

    async def _async_actual(
        self, start: datetime, end: datetime, settings: OptimiserSettings, *, whole: bool
    ) -> Actual | None:
        ids = {key: statistic_id_of(self._hass, self._serial_number, key) for key in (*ENERGIES, SOC)}
        found = {key: statistic_id for key, statistic_id in ids.items() if statistic_id is not None}
        if len(found) < len(ids) or DATA_INSTANCE not in self._hass.data or start >= end:
            return None
        entry = self._hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, self._serial_number)
        vehicles = [] if entry is None else charger_sensors(self._hass, entry, "charger_energy")
        recent = [slot for slot in self._recent_prices() if not slot.forecast]

        def read() -> Actual | None:
            prices = merged(read_prices(self._hass, self._serial_number, start - timedelta(hours=1)), recent)
            return read_actual(
                self._hass,
                found,
                start,
                end,
                vehicles=vehicles,
                prices=prices,
                settings=settings.planner,
                whole=whole,
            )

        try:
            return await async_in_recorder(self._hass, read)
        except SQLAlchemyError as err:
            LOGGER.warning("What %s did could not be read: %s", self._title, cause(err))
            return None

    async def _async_score_of(
        self, actual: Actual, known: Sequence[PlanInputs], settings: OptimiserSettings
    ) -> DayScore | None:
        try:
            return await self._hass.async_add_executor_job(
                score_day, actual.slots, known, settings, decide, actual.settlement
            )
        except CaseError as err:
            LOGGER.warning("A day of %s could not be scored: %s", self._title, err)
            return None


def _cost(scored: DayOutcome | None) -> float | None:
    return None if scored is None else scored.cost


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)
