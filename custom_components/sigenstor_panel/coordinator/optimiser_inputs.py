"""What is known when a decision is made, made into the optimiser's inputs; what is missing is replaced, and said.

In this order: prices past their time are those of the typical day, a PV forecast is replaced by yesterday's PV, or by
what the panels give now, a load profile by the default curve. Without any price, or without a reading of the plant,
there is nothing to decide on.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ..model.command import Action, Command
from ..model.message import Message, MessageError, say
from ..model.prices import Prices, PriceSlot, merged
from ..model.solar import SolarForecast
from ..optimiser.contract import Degradation, PlanInputs
from ..optimiser.load.habits import LoadProfile, LoadSlot
from ..optimiser.model import PlanSlotInput
from ..optimiser.planner.horizon import MeanPower, plan_slots
from ..optimiser.price_errors import PriceErrors
from ..optimiser.regimes import Market, regime_at, warning
from ..optimiser.sun.guess import guessed_pv
from ..optimiser.sun.nowcast import nowcast

HORIZON: Final = timedelta(hours=48)
TYPICAL_DAYS: Final = timedelta(days=7)
"""Which past prices the typical day is made of."""

_DAY = timedelta(days=1)
_GRAIN = timedelta(minutes=30)


class PowerSpan(NamedTuple):
    """The mean power of [start, end)."""

    start: datetime
    end: datetime
    power_w: float


class MissingDataError(MessageError):
    """Something that a decision needs is missing; `degradation` says what."""

    def __init__(self, degradation: Degradation, message: Message) -> None:
        """Keep what is missing beside what is told of it."""
        super().__init__(message)
        self.degradation = degradation


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNow:
    """Everything that is known at one moment."""

    now: datetime
    zone: str
    soc: float | None
    """Percent; None while no reading counts."""
    applied: Command | None
    """What was written to the plant last, while control is in charge of it."""
    battery_power_w: int | None
    """> 0 charging."""
    prices: Prices | None
    prices_fresh: bool
    price_errors: PriceErrors = field(default_factory=PriceErrors)
    """How the forecasts of late were off; of a spot market's prices."""
    past_prices: tuple[PriceSlot, ...]
    """Of the past days by the hour, where nothing better reaches back to them; sorted without overlap."""
    settled: tuple[PriceSlot, ...] = ()
    """Of the past days, as the retailer settled them."""
    likelihood: float
    """How much likelier than the prior a spike is to begin, by the home's own past prices."""
    forecast: SolarForecast | None
    past_pv: tuple[PowerSpan, ...]
    """The PV power of about the last day, sorted."""
    pv_share: float = 1.0
    """What share of its forecast the sun gave in the last minutes."""
    pv_power_w: float | None
    rated_pv_w: float
    latitude: float
    longitude: float
    profile: LoadProfile
    load_ahead: tuple[LoadSlot, ...]
    pv_limit_obeyed: bool = False
    """Whether the plant has been seen to obey a limit on PV."""


def plan_inputs(known: KnownNow) -> PlanInputs:
    """Return the optimiser's inputs; raises MissingDataError where there can be none."""
    if known.soc is None:
        raise MissingDataError(Degradation.NO_TELEMETRY, say("reason.no_telemetry"))
    now, until = known.now, known.now + HORIZON
    prices = _prices(known)
    if not prices:
        raise MissingDataError(Degradation.NO_PRICES, say("reason.no_prices"))
    degradations = []
    if not known.prices_fresh:
        degradations.append(Degradation.STALE_PRICES)
    forecast = known.forecast
    if forecast is None or forecast.slot_at(now) is None:
        degradations.append(Degradation.NO_PV_FORECAST)
    if known.profile.is_default:
        degradations.append(Degradation.NO_LOAD_PROFILE)
    zone = ZoneInfo(known.zone)
    slots = plan_slots(now, until, prices, _pv(known), _load(known), zone)
    if known.prices is not None and known.prices.guessed(now):
        slots = (replace(slots[0], extrapolated=True, estimate=False), *slots[1:])
    return PlanInputs(
        now=now,
        zone=known.zone,
        soc=known.soc,
        present=Action.SELF_CONSUME if known.applied is None else known.applied.action,
        battery_w=_stepped_from(known),
        slots=tuple(_with_warnings(_with_clouds(slots, now, forecast), now, known.prices)),
        market=_market(known, prices),
        pv_limit_obeyed=known.pv_limit_obeyed,
        degradations=tuple(degradations),
    )


def _market(known: KnownNow, prices: Sequence[PriceSlot]) -> Market | None:
    """Return the state of the spot market; prices that a retailer or an exchange has published are no guesses."""
    if known.prices is None or not known.prices.spot:
        return None
    return Market(regime_at(known.now, prices), known.likelihood)


def _stepped_from(known: KnownNow) -> float:
    """Return the battery power that control steps from: the one asked for, or what the battery does by itself."""
    if known.applied is not None and known.applied.action not in (Action.SELF_CONSUME, Action.RELEASE):
        return known.applied.signed_power_w
    return known.battery_power_w or 0.0


def _prices(known: KnownNow) -> tuple[PriceSlot, ...]:
    """Return the prices of the past days and all that is known of those to come, in grains no longer than half hours."""
    slots = merged(merged(known.past_prices, known.settled), () if known.prices is None else known.prices.slots)
    if known.prices is not None and known.prices.spot:
        # Until the market says what an interval costs, what is in force is a forecast.
        slots = tuple(
            replace(slot, estimate=True) if slot.forecast else slot
            for slot in known.price_errors.corrected(slots, known.now)
        )
    earliest = known.now - TYPICAL_DAYS
    return tuple(part for slot in slots if slot.end > earliest for part in _grains(slot))


def _grains(slot: PriceSlot) -> Iterable[PriceSlot]:
    """Yield a slot in pieces: the house and the sun change within a long one."""
    start = slot.start
    while start < slot.end:
        end = min(start + _GRAIN, slot.end)
        yield slot if (start, end) == (slot.start, slot.end) else replace(slot, start=start, end=end)
        start = end


def _pv(known: KnownNow) -> MeanPower:
    """Return how to look up the PV power: the forecast, with what the last minutes say of it, else that of a day before, else what there was on days before.

    Where nothing at all is known of an hour, what the panels give now and the height of the sun tell.
    """
    now, slots = known.now, () if known.forecast is None else known.forecast.slots
    forecast_w = _mean_of([PowerSpan(slot.start, slot.end, slot.power_w) for slot in slots])
    past_w = _mean_of(known.past_pv)
    guess_w = guessed_pv(now, known.pv_power_w, known.rated_pv_w, latitude=known.latitude, longitude=known.longitude)

    def pv_w(start: datetime, end: datetime) -> float:
        if (power_w := forecast_w(start, end)) is not None:
            expected_w = nowcast(power_w, known.pv_share, start + (end - start) / 2 - now)
            return max(min(expected_w, max(known.rated_pv_w, power_w)), 0.0)
        days = [(start - back * _DAY, end - back * _DAY) for back in range(4)]
        found = chain((forecast_w(first, last) for first, last in days if last > now), (past_w(*day) for day in days))
        power_w = next((power_w for power_w in found if power_w is not None), None)
        return guess_w(start, end) if power_w is None else max(power_w, 0.0)

    return pv_w


def _load(known: KnownNow) -> MeanPower:
    """Return how to look up the load: with what the house did lately, further ahead by the profile alone."""
    ahead_w = _mean_of([PowerSpan(slot.start, slot.end, slot.mean_w) for slot in known.load_ahead])
    zone = ZoneInfo(known.zone)

    def load_w(start: datetime, end: datetime) -> float:
        expected_w = ahead_w(start, end)
        return max(known.profile.over(start, end, zone)[0] if expected_w is None else expected_w, 0.0)

    return load_w


def _mean_of(spans: Sequence[PowerSpan]) -> Callable[[datetime, datetime], float | None]:
    """Return how to look up the mean power of an interval; None where a part of it is not known."""
    ends = [span.end for span in spans]

    def mean_w(start: datetime, end: datetime) -> float | None:
        total, moment = 0.0, start
        for span in spans[bisect_right(ends, start) :]:
            if moment >= end or span.start > moment:
                break
            last = min(span.end, end)
            total += span.power_w * ((last - moment) / (end - start))
            moment = last
        return total if moment >= end else None

    return mean_w


def _with_warnings(slots: Iterable[PlanSlotInput], start: datetime, prices: Prices | None) -> Iterable[PlanSlotInput]:
    for slot in slots:
        said = None if prices is None else prices.at(start)
        warned = 1.0 if said is None else warning(said.spike, said.buy_high_per_kwh)
        yield slot if warned == slot.warned else replace(slot, warned=warned)
        start += slot.duration


def _with_clouds(
    slots: Iterable[PlanSlotInput], start: datetime, forecast: SolarForecast | None
) -> Iterable[PlanSlotInput]:
    for slot in slots:
        sky = None if forecast is None else forecast.slot_at(start)
        yield replace(slot, cloud_cover=None if sky is None else sky.cloud_cover)
        start += slot.duration
