"""The report: every set of prices, every size of battery, several draws of what is made up, as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

from backtest.price_forecasts import KnownAhead, MadeUpForecasts
from backtest.run import Setting, back_test, orders_lose
from backtest.series import House, came_true, read_prices, regular
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings
from custom_components.sigenstor_panel.optimiser.settle import ActualSlots

_STRATEGIES = ("plan", "plan_believing", "plan_premium")
_BATTERIES_KW = {8.0: 5.0, 24.0: 10.0, 48.0: 10.0}
_WEEK = 7
_DOLLAR = 1.0
_BEST_DAYS = 3
_LEAST_LOST = 0.0001
_HEADER = (
    "| Set | Days | kWh | Draws | Reckoning with spikes | Forecasts believed | Fixed premium | Without the three worst days "
    "| Three best days | Earned above $1 |"
)
_LOSSES_HEADER = "| Set | Days | kWh | Known ahead | Share | Points more |"
_KNOWN_AHEAD = {
    "nothing": frozenset[str](),
    "PV": frozenset({"pv"}),
    "usage": frozenset({"load"}),
    "PV and usage": frozenset({"pv", "load"}),
    "calm prices": frozenset({"calm"}),
    "prices": frozenset({"prices"}),
    "all three": frozenset({"pv", "load", "prices"}),
}
_PV_HEADER = "| Set | Days | kWh | Lost without the limit | Lost with it | Closed |"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What to report on."""

    batteries_kwh: Sequence[float]
    draws: int
    step: timedelta
    weeks: int | None
    """Only so many weeks of each set, those with the most intervals above a dollar; None: all of it."""


def report(files: Sequence[Path], house: House, settings: OptimiserSettings, scope: Scope) -> Iterator[str]:
    """Yield the lines of the table, each as soon as it is known: shares of the possible saving against no battery.

    A share is the mean of the draws with their lowest and highest; what is earned above $1 is a share of what perfect
    foresight earns there. The three best days are those with most of the possible saving.
    """
    yield _HEADER
    yield "|---" * (_HEADER.count("|") - 1) + "|"
    for name, case in _cases(files, house, settings, scope):
        yield _line(name, case, [_draw(case, seed) for seed in range(1, scope.draws + 1)])


def pv_report(files: Sequence[Path], house: House, settings: OptimiserSettings, scope: Scope) -> Iterator[str]:
    """Yield the lines of a table of what orders lose where all is known ahead, without and with a limit on PV.

    It is lost against the optimum of the physical problem, in percent of the possible saving against no battery.
    """
    yield _PV_HEADER
    yield "|---" * (_PV_HEADER.count("|") - 1) + "|"
    for file in files:
        prices = regular(read_prices(file), scope.step)
        for battery_kwh in scope.batteries_kwh:
            slots = tuple(came_true(price, house) for price in prices)
            actual = ActualSlots(start=prices[0].start, slots=slots, soc=40.0)
            without, limited = orders_lose(actual, _sized(settings, battery_kwh).planner)
            closed = f"{100 * (1 - limited / without):.0f} %" if without >= _LEAST_LOST else ""
            days = (prices[-1].end - prices[0].start).days
            first = f"{days} from {prices[0].start:%d %b}"
            yield f"| {file.stem} | {first} | {battery_kwh:g} | {without:.2%} | {limited:.2%} | {closed} |"


def losses_report(files: Sequence[Path], house: House, settings: OptimiserSettings, scope: Scope) -> Iterator[str]:
    """Yield the lines of a table of what the plan would save if some of what is forecast were known ahead.

    Prices are known as far ahead as they are forecast. A share is the mean of the draws.
    """
    yield _LOSSES_HEADER
    yield "|---" * (_LOSSES_HEADER.count("|") - 1) + "|"
    for file, case in _cases(files, house, settings, scope):
        days, battery_kwh = case.days, case.settings.planner.capacity_kwh
        first = f"{file} | {len(days)} from {case.prices[days[0].start].start:%d %b} | {battery_kwh:g}"
        before = None
        for name, ahead in _KNOWN_AHEAD.items():
            share = fmean(_share(replace(case, seed=seed, ahead=ahead)) for seed in range(1, scope.draws + 1))
            before = share if before is None else before
            yield f"| {first} | {name} | {share:.1f} | {share - before:.1f} |"


def _cases(
    files: Sequence[Path], house: House, settings: OptimiserSettings, scope: Scope
) -> Iterator[tuple[str, Setting]]:
    """Yield what is back-tested, with the name of its set: each stretch of days with each battery."""
    for file in files:
        prices = regular(read_prices(file), scope.step)
        for days in _stretches(prices, scope.weeks):
            for battery_kwh in scope.batteries_kwh:
                sized = _sized(settings, battery_kwh)
                yield file.stem, Setting(prices=prices, days=days, house=house, settings=sized, soc=40.0, seed=0)


def _share(case: Setting) -> float:
    """Return the plan's share of the possible saving against no battery in percent."""
    if "prices" in case.ahead:
        found = back_test(case, KnownAhead(case.prices), ("plan",))
    else:
        found = back_test(case, MadeUpForecasts(case.prices, case.seed, calm_ahead="calm" in case.ahead), ("plan",))
    return 100 * float(found["share_vs_no_battery"])


def _draw(case: Setting, seed: int) -> dict[str, Any]:
    return back_test(replace(case, seed=seed), MadeUpForecasts(case.prices, seed), _STRATEGIES)


def _sized(settings: OptimiserSettings, battery_kwh: float) -> OptimiserSettings:
    power_w = _BATTERIES_KW.get(battery_kwh, 10.0) * 1000
    home = replace(settings.planner, capacity_kwh=battery_kwh, charge_limit_w=power_w, discharge_limit_w=power_w)
    return replace(settings, planner=home)


def _stretches(prices: Sequence[PriceSlot], weeks: int | None) -> list[list[range]]:
    """Return the days to go through, as stretches without a gap."""
    days = [
        range(members[0], members[-1] + 1)
        for _, group in groupby(range(len(prices)), key=lambda index: prices[index].start.date())
        if (members := list(group))
    ]
    if weeks is None:
        return [days]

    def dear(week: Sequence[range]) -> int:
        return sum(prices[index].buy_per_kwh > _DOLLAR for day in week for index in day)

    whole = [days[first : first + _WEEK] for first in range(0, len(days) - _WEEK + 1, _WEEK)]
    return sorted(sorted(whole, key=lambda week: -dear(week))[:weeks], key=lambda week: week[0].start)


def _line(name: str, case: Setting, found: Sequence[dict[str, Any]]) -> str:
    def spread(shares: Sequence[float | None]) -> str:
        known = [share * 100 for share in shares if share is not None]
        return f"{fmean(known):.1f} ({min(known):.1f} to {max(known):.1f})" if known else ""

    first = case.prices[case.days[0].start].start
    cells = [
        name,
        f"{len(case.days)} from {first:%d %b}",
        f"{case.settings.planner.capacity_kwh:g}",
        f"{len(found)}",
        spread([each["share_vs_no_battery"] for each in found]),
        spread([each["believing_share_vs_no_battery"] for each in found]),
        spread([each["premium_share_vs_no_battery"] for each in found]),
        spread([each["worst"]["plan"]["share_without_them"] for each in found]),
        f"{_best_days(found[0]['by_day']):.0f} %",
        spread([_above(each["above_a_dollar"]) for each in found]),
    ]
    return f"| {' | '.join(cells)} |"


def _best_days(days: Sequence[dict[str, Any]]) -> float:
    """Return which share in percent of the possible saving lies in the three days with most of it."""
    possible: list[float] = sorted((day["no_battery"] - day["perfect_foresight"] for day in days), reverse=True)
    return 100 * sum(possible[:_BEST_DAYS]) / sum(possible)


def _above(earned: dict[str, float]) -> float | None:
    limit = earned["perfect_foresight"]
    return None if limit < _DOLLAR else earned["plan"] / limit
