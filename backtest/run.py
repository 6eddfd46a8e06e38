"""A walk through the days: at each interval a decision from what could be known, then what came true."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from statistics import fmean, median
from time import perf_counter
from typing import Any

from backtest.house_forecasts import HouseForecasts
from backtest.price_forecasts import Foresight
from backtest.series import House, came_true
from custom_components.sigenstor_panel.command import Action
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings, PlanInputs, Recommendation, Strategy
from custom_components.sigenstor_panel.optimiser.model import PlannerSettings, PowerSteps
from custom_components.sigenstor_panel.optimiser.planner_horizon import plan_slots
from custom_components.sigenstor_panel.optimiser.recommend import by_rules, recommend
from custom_components.sigenstor_panel.optimiser.score import Leftover, order_by
from custom_components.sigenstor_panel.optimiser.settle import (
    Order,
    Policy,
    Settlement,
    Truth,
    no_battery,
    perfect_foresight,
    self_consumption,
    settle,
)
from custom_components.sigenstor_panel.prices import PriceSlot

HORIZON = timedelta(hours=48)
_TYPICAL = timedelta(days=7)
_HALF_HOUR = timedelta(minutes=30)


@dataclass(slots=True)
class Decisions:
    """The orders of a strategy, each from what could be known when its interval began."""

    prices: Sequence[PriceSlot]
    first: int
    """The index of the price at which the walk starts."""
    foresight: Foresight
    expected: HouseForecasts
    settings: OptimiserSettings
    decide: Callable[[PlanInputs, OptimiserSettings], Recommendation]
    times_ms: list[float] = field(default_factory=list)
    _past: list[PriceSlot] = field(default_factory=list)
    _present: Action = Action.SELF_CONSUME

    def order(self, index: int, soc: float, battery_w: float) -> Order:
        """Decide at the start of an interval of the walk."""
        inputs = self.inputs(self.first + index, soc, battery_w)
        began = perf_counter()
        decided = self.decide(inputs, self.settings)
        self.times_ms.append((perf_counter() - began) * 1000)
        self._present = decided.action
        return order_by(decided)

    def inputs(self, at: int, soc: float, battery_w: float) -> PlanInputs:
        """Return what could be known at the start of an interval; its own price is confirmed."""
        price = self.prices[at]
        now, until = price.start, price.start + HORIZON
        known = [*self._typical(at), price, *self.foresight.after(now)]
        slots = plan_slots(
            now,
            until,
            known,
            lambda start, _: self.expected.pv_w(start),
            lambda start, _: self.expected.load_w(now, start, until),
        )
        return PlanInputs(now=now, zone="UTC", soc=soc, present=self._present, battery_w=battery_w, slots=slots)

    def _typical(self, at: int) -> Sequence[PriceSlot]:
        """Return the half-hours of the past week that are over."""
        step = self.prices[0].duration
        per_block = max(1, _HALF_HOUR // step)
        start = self._past[-1].end if self._past else self.prices[max(0, at - _TYPICAL // step)].start
        index = (start - self.prices[0].start) // step
        while index + per_block <= at:
            block = self.prices[index : index + per_block]
            buy, sell = fmean(each.buy_per_kwh for each in block), fmean(each.sell_per_kwh or 0.0 for each in block)
            self._past.append(PriceSlot(start=block[0].start, end=block[-1].end, buy_per_kwh=buy, sell_per_kwh=sell))
            index += per_block
        del self._past[: -(_TYPICAL // (per_block * step))]
        return self._past


def back_test(
    prices: Sequence[PriceSlot],
    days: Sequence[range],
    house: House,
    foresight: Callable[[], Foresight],
    settings: OptimiserSettings,
    *,
    soc: float,
    seed: int,
) -> dict[str, Any]:
    """Return the five costs in $, over all days and for each; `days` are the indices of their prices.

    The SoC is carried from day to day. A cost counts energy and wear, less what was stored more than at the start.
    """
    first, end = days[0].start, days[-1].stop
    slots = tuple(came_true(price, house) for price in prices[first:end])
    after = tuple(came_true(price, house) for price in prices[end : end + len(days[-1])])
    truth = Truth(start=prices[first].start, slots=slots, soc=soc)
    left = Leftover(truth, after, settings.planner)
    planned, ruled = (
        Decisions(prices, first, foresight(), HouseForecasts(house, seed), replace(settings, strategy=strategy), decide)
        for strategy, decide in ((Strategy.PLAN, recommend), (Strategy.RULES, by_rules))
    )
    ways: dict[str, Policy] = {
        "no_battery": no_battery,
        "self_consumption": self_consumption,
        "rules": ruled.order,
        "plan": planned.order,
        "perfect_foresight": perfect_foresight(truth, left.settings, after),
    }
    if settings.steps is not None:
        ways["plan_unprepared"] = Decisions(
            prices, first, foresight(), HouseForecasts(house, seed), replace(settings, steps=None), recommend
        ).order
    at_once = ways["perfect_foresight"]
    walked = {
        name: _walk(truth, days, settings.planner, policy, None if policy is at_once else settings.steps)
        for name, policy in ways.items()
    }
    cost = {
        name: sum(day.cost + day.wear for day in found) + left.cost(found[-1].soc[-1]) for name, found in walked.items()
    }
    return {
        "days": len(days),
        "cost": _rounded(cost),
        "cost_per_day": _rounded({name: each / len(days) for name, each in cost.items()}),
        "share_vs_no_battery": _share(cost, "no_battery", "plan"),
        "share_vs_self_consumption": _share(cost, "self_consumption", "plan"),
        "rules_share_vs_no_battery": _share(cost, "no_battery", "rules"),
        "rules_share_vs_self_consumption": _share(cost, "self_consumption", "rules"),
        "cycles": _rounded({name: sum(day.cycles for day in found) for name, found in walked.items()}),
        "plan_ms": {"median": round(median(planned.times_ms), 2), "max": round(max(planned.times_ms), 2)},
        "by_day": [
            {"date": prices[day.start].start.date().isoformat()}
            | _rounded({name: found[index].cost + found[index].wear for name, found in walked.items()})
            | {"plan_soc_after": round(walked["plan"][index].soc[-1], 1)}
            for index, day in enumerate(days)
        ],
    }


def _walk(
    truth: Truth, days: Sequence[range], settings: PlannerSettings, policy: Policy, steps: PowerSteps | None
) -> list[Settlement]:
    """Settle day by day, the SoC carried on."""
    settled: list[Settlement] = []
    soc = truth.soc
    for day in days:
        first, last = (index - days[0].start for index in (day.start, day.stop))

        def order(index: int, soc: float, battery_w: float, first: int = first) -> Order:
            return policy(first + index, soc, battery_w)

        of_day = Truth(start=truth.start, slots=truth.slots[first:last], soc=soc)
        settled.append(settle(of_day, settings, order, steps))
        soc = settled[-1].soc[-1]
    return settled


def _share(cost: dict[str, float], without: str, chosen: str) -> float | None:
    possible = cost[without] - cost["perfect_foresight"]
    return None if possible < 0.01 else round((cost[without] - cost[chosen]) / possible, 4)


def _rounded(values: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}
