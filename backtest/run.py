"""A walk through the days: at each interval a decision from what could be known, then what came true."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, timedelta
from statistics import fmean, median
from time import process_time
from typing import Any

from backtest.house_forecasts import HouseForecasts
from backtest.price_forecasts import Foresight
from backtest.series import MARKET, House, came_true
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.contract import (
    OptimiserSettings,
    PlanInputs,
    Recommendation,
    RulesSettings,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.model import Case, PlannerSettings, PlanSlotInput, PowerSteps
from custom_components.sigenstor_panel.optimiser.planner.horizon import TypicalDay, plan_slots
from custom_components.sigenstor_panel.optimiser.planner.orders import Order, order_of
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from custom_components.sigenstor_panel.optimiser.price_errors import PriceErrors
from custom_components.sigenstor_panel.optimiser.recommend import by_rules, recommend
from custom_components.sigenstor_panel.optimiser.regimes import (
    SPIKES_FROM,
    TENSE_FOR,
    Market,
    likelihood,
    regime_at,
)
from custom_components.sigenstor_panel.optimiser.scoring.score import StoredEnergyValue, order_by
from custom_components.sigenstor_panel.optimiser.settle import (
    ActualSlots,
    Policy,
    Settlement,
    no_battery,
    perfect_foresight,
    self_consumption,
    settle,
    settled,
)

HORIZON = timedelta(hours=48)
STRATEGIES = ("rules", "plan")
_PREFIXES = {
    "plan": "",
    "rules": "rules_",
    "plan_believing": "believing_",
    "plan_premium": "premium_",
    "plan_pv_limit": "pv_limit_",
}
_TYPICAL = timedelta(days=7)
_HALF_HOUR = timedelta(minutes=30)
_DOLLAR = 1.0
_WORST_DAYS = 3


class DecisionInputs:
    """What can be known when an interval begins, its own price confirmed; the same for every strategy."""

    def __init__(self, prices: Sequence[PriceSlot], foresight: Foresight, expected: HouseForecasts) -> None:
        """Take the prices that came true, and what is forecast of them and of the home."""
        self._prices = prices
        self._foresight = foresight
        self._expected = expected
        self._slots: dict[int, tuple[PlanSlotInput, ...]] = {}
        self._markets: dict[int, Market] = {}
        self._likely: dict[date, float] = {}
        self._past: list[PriceSlot] = []
        self._typical_day = TypicalDay(UTC, ())
        self._errors = PriceErrors()

    def forget(self) -> None:
        """Forget a day that all strategies went through."""
        self._slots.clear()
        self._markets.clear()

    def slots(self, at: int) -> tuple[PlanSlotInput, ...]:
        """Return what is expected from an interval on; a day's intervals are first asked for in order."""
        if at not in self._slots:
            price, expected = self._prices[at], self._expected
            now, until = price.start, price.start + HORIZON
            known = [price, *self._foresight.after(now)]
            self._errors.take(known, now)
            self._slots[at] = plan_slots(
                now,
                until,
                list(self._errors.corrected(known, now)),
                lambda start, end: expected.pv_w(now, start, end),
                lambda start, _: expected.load_w(now, start, until),
                before=self._typical(at),
            )
        return self._slots[at]

    def market(self, at: int) -> Market:
        """Return what the market is like in an interval."""
        if at not in self._markets:
            price = self._prices[at]
            recent = self._prices[max(0, at - TENSE_FOR // price.duration) : at + 1]
            self._markets[at] = Market(regime_at(price.start, recent), self._likelihood(at))
        return self._markets[at]

    def _likelihood(self, at: int) -> float:
        """Return how much likelier a spike is here, from the past days; it changes once a day."""
        day = self._prices[at].start.date()
        if day not in self._likely:
            past = self._prices[max(0, at - SPIKES_FROM // self._prices[0].duration) : at]
            self._likely[day] = likelihood(past, self._prices[at].start)
        return self._likely[day]

    def _typical(self, at: int) -> TypicalDay:
        """Return the typical day of the half-hours of the past week that are over."""
        step = self._prices[0].duration
        per_block = max(1, _HALF_HOUR // step)
        start = self._past[-1].end if self._past else self._prices[max(0, at - _TYPICAL // step)].start
        index = (start - self._prices[0].start) // step
        known = len(self._past)
        while index + per_block <= at:
            block = self._prices[index : index + per_block]
            buy, sell = fmean(each.buy_per_kwh for each in block), fmean(each.sell_per_kwh or 0.0 for each in block)
            self._past.append(PriceSlot(start=block[0].start, end=block[-1].end, buy_per_kwh=buy, sell_per_kwh=sell))
            index += per_block
        if len(self._past) > known:
            del self._past[: -(_TYPICAL // (per_block * step))]
            self._typical_day = TypicalDay(UTC, self._past)
        return self._typical_day


@dataclass(slots=True)
class Decisions:
    """The orders of a strategy, each from what could be known when its interval began."""

    prices: Sequence[PriceSlot]
    first: int
    """The index of the price at which the walk starts."""
    known: DecisionInputs
    settings: OptimiserSettings
    decide: Callable[[PlanInputs, OptimiserSettings], Recommendation]
    spot: bool = True
    """Whether the prices are those of a market that may spike; else the forecasts are believed."""
    pv_limit: bool = False
    """Whether the plant obeys a limit on PV."""
    times_ms: list[float] = field(default_factory=list)
    _present: Action = Action.SELF_CONSUME

    def order(self, index: int, soc: float, battery_w: float) -> Order:
        """Decide at the start of an interval of the walk."""
        at = self.first + index
        inputs = PlanInputs(
            now=self.prices[at].start,
            zone="UTC",
            soc=soc,
            present=self._present,
            battery_w=battery_w,
            slots=self.known.slots(at),
            market=self.known.market(at) if self.spot else None,
            pv_limit_obeyed=self.pv_limit,
        )
        began = process_time()
        decided = self.decide(inputs, self.settings)
        self.times_ms.append((process_time() - began) * 1000)
        self._present = decided.action
        return order_by(decided)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a way through the days cost, day by day, with energy and wear; and what was left."""

    days: list[Settlement]
    left: float
    """$; below 0 where more is stored than at the start."""

    @property
    def by_day(self) -> list[float]:
        """What each day cost, $."""
        return [day.cost + day.wear for day in self.days]

    @property
    def cost(self) -> float:
        """What all days cost, $."""
        return sum(self.by_day) + self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A back-test: prices, the days of them to go through, a home, and how to decide."""

    prices: Sequence[PriceSlot]
    days: Sequence[range]
    """The indices of the prices of each day."""
    house: House
    settings: OptimiserSettings
    soc: float
    seed: int
    ahead: frozenset[str] = frozenset()
    """Which of `pv`, `load`, `calm` (prices) and `prices` are known ahead."""


@dataclass(slots=True)
class Walk:
    """A way through the days, one after another, with the SoC carried on."""

    actual: ActualSlots
    settings: PlannerSettings
    policy: Policy
    steps: PowerSteps | None = None
    days: list[Settlement] = field(default_factory=list)

    def go(self, cut: slice) -> None:
        """Settle the slots of the next day."""
        soc = self.days[-1].soc[-1] if self.days else self.actual.soc

        def order(index: int, soc: float, battery_w: float) -> Order:
            return self.policy(cut.start + index, soc, battery_w)

        day = ActualSlots(start=self.actual.start, slots=self.actual.slots[cut], soc=soc)
        self.days.append(settle(day, self.settings, order, self.steps))


def back_test(case: Setting, foresight: Foresight, strategies: Sequence[str] = STRATEGIES) -> dict[str, Any]:
    """Return what each way cost in $, over all days and for each.

    The SoC is carried from day to day. A cost counts energy and wear, less what was stored more than at the start.
    Of the strategies, `plan_believing` takes the forecasts at their word, `plan_premium` has forecasts count for more by
    a fixed premium, as earlier versions did, `plan_pv_limit` has a plant that obeys a limit on PV, and `plan_unprepared`
    does not begin early.
    """
    prices, days, house = case.prices, case.days, case.house
    first, end = days[0].start, days[-1].stop
    slots = tuple(came_true(price, house) for price in prices[first:end])
    after = tuple(came_true(price, house) for price in prices[end : end + len(days[-1])])
    actual = ActualSlots(start=prices[first].start, slots=slots, soc=case.soc)
    left = StoredEnergyValue(actual, after, case.settings.planner)
    if case.settings.steps is not None and "plan" in strategies:
        strategies = [*strategies, "plan_unprepared"]
    known = DecisionInputs(prices, foresight, HouseForecasts(house, case.seed, case.ahead))
    deciders = {name: _decisions(name, case, known) for name in strategies}
    best = perfect_foresight(actual, left.settings, after)
    cuts = [slice(day.start - first, day.stop - first) for day in days]
    planner, steps = case.settings.planner, case.settings.steps
    walks = {
        "no_battery": Walk(actual, planner, no_battery),
        "self_consumption": Walk(actual, planner, self_consumption),
        **{name: Walk(actual, planner, each.order, steps) for name, each in deciders.items()},
    }
    for cut in cuts:
        for walk in walks.values():
            walk.go(cut)
        known.forget()
    ways = {name: walk.days for name, walk in walks.items()}
    ways["perfect_foresight"] = [settled(best[cut], planner) for cut in cuts]
    walked = {name: Walked(days=found, left=left.cost(found[-1].soc[-1])) for name, found in ways.items()}
    dates = [prices[day.start].start.date().isoformat() for day in days]
    return {
        "days": len(days),
        "cost": {name: round(way.cost, 4) for name, way in walked.items()},
        "cost_per_day": {name: round(way.cost / len(days), 4) for name, way in walked.items()},
        **{
            f"{prefix}share_vs_{without}": _share(walked[without].cost, walked[name].cost, walked)
            for name, prefix in _PREFIXES.items()
            if name in walked
            for without in ("no_battery", "self_consumption")
        },
        "cycles": {name: round(sum(day.cycles for day in way.days), 4) for name, way in walked.items()},
        "worst": {name: _worst(walked, name, dates) for name in deciders},
        "above_a_dollar": _above(walked, [slot.buy_per_kwh > _DOLLAR for slot in slots]),
        "plan_ms": _times(deciders["plan"].times_ms) if "plan" in deciders else None,
        "by_day": [
            {"date": day}
            | {name: round(way.by_day[index], 4) for name, way in walked.items()}
            | ({"plan_soc_after": round(walked["plan"].days[index].soc[-1], 1)} if "plan" in walked else {})
            for index, day in enumerate(dates)
        ],
    }


def orders_lose(actual: ActualSlots, planner: PlannerSettings) -> tuple[float, float]:
    """Return what orders lose against the optimum of the physical problem where all is known, and with a limit on PV.

    It is a share of the possible saving against no battery.
    """
    left = StoredEnergyValue(actual, (), planner)

    def cost(found: Settlement) -> float:
        return found.cost + found.wear + left.cost(found.soc[-1])

    def by_orders(*, pv_limit: bool) -> float:
        case = Case(slots=actual.slots, soc=actual.soc, orders_only=True, pv_limit=pv_limit)
        slots = plan(case, left.settings).slots
        return cost(settle(actual, planner, lambda index, _soc, _battery_w: order_of(slots[index])))

    best = cost(settled(perfect_foresight(actual, left.settings), planner))
    possible = cost(settle(actual, planner, no_battery)) - best
    return (by_orders(pv_limit=False) - best) / possible, (by_orders(pv_limit=True) - best) / possible


def _decisions(name: str, case: Setting, known: DecisionInputs) -> Decisions:
    settings = case.settings if name != "plan_unprepared" else replace(case.settings, steps=None)
    rules = name == "rules"
    if not rules:
        # What the engines think of it decides nothing, and takes time.
        settings = replace(settings, rules=RulesSettings(price_weight=0, solar_weight=0, usage_weight=0))
    return Decisions(
        case.prices,
        case.days[0].start,
        known,
        replace(settings, strategy=Strategy.RULES if rules else Strategy.PLAN),
        by_rules if rules else _with_premium if name == "plan_premium" else recommend,
        spot=name not in ("plan_believing", "plan_premium") and "prices" not in case.ahead,
        pv_limit=name == "plan_pv_limit",
    )


def _with_premium(inputs: PlanInputs, settings: OptimiserSettings) -> Recommendation:
    """Decide as earlier versions did: a forecast counts for 2 c more than it says, from 14:00 to 20:00 for 9 c."""
    slots: list[PlanSlotInput] = []
    start = inputs.now.astimezone(MARKET)
    for slot in inputs.slots:
        premium = 0.0 if slot.extrapolated or not slots else 0.09 if start.hour in range(14, 20) else 0.02
        dearer = PlanSlotInput(
            duration=slot.duration,
            buy_per_kwh=slot.buy_per_kwh + premium,
            sell_per_kwh=slot.sell_per_kwh + premium,
            pv_w=slot.pv_w,
            load_w=slot.load_w,
            extrapolated=slot.extrapolated,
        )
        slots.append(dearer)
        start += slot.duration
    return recommend(replace(inputs, slots=tuple(slots)), settings)


def _worst(walked: dict[str, Walked], name: str, dates: Sequence[str]) -> dict[str, Any]:
    """Return the three days that a way lost most on, and its share of the possible saving without them."""
    ways = {each: walked[each].by_day for each in (name, "no_battery", "perfect_foresight")}
    lost = [mine - best for mine, best in zip(ways[name], ways["perfect_foresight"], strict=True)]
    worst = sorted(range(len(lost)), key=lambda index: -lost[index])[:_WORST_DAYS]
    rest = {each: sum(cost for day, cost in enumerate(costs) if day not in worst) for each, costs in ways.items()}
    possible = rest["no_battery"] - rest["perfect_foresight"]
    return {
        "lost": round(sum(lost), 4),
        "days": {dates[index]: round(lost[index], 4) for index in worst},
        "share_without_them": round((rest["no_battery"] - rest[name]) / possible, 4) if possible > 0.01 else None,
    }


def _above(walked: dict[str, Walked], dear: Sequence[bool]) -> dict[str, float]:
    """Return in $ what each way saved against no battery in the intervals that cost more than a dollar."""

    def cost(way: Walked) -> float:
        return sum(
            cost for cost, counts in zip((c for day in way.days for c in day.costs), dear, strict=True) if counts
        )

    without = cost(walked["no_battery"])
    return {name: round(without - cost(way), 4) for name, way in walked.items() if name != "no_battery"}


def _times(times_ms: Sequence[float]) -> dict[str, float]:
    return {"median": round(median(times_ms), 2), "max": round(max(times_ms), 2)}


def _share(without: float, chosen: float, walked: dict[str, Walked]) -> float | None:
    possible = without - walked["perfect_foresight"].cost
    return None if possible < 0.01 else round((without - chosen) / possible, 4)
