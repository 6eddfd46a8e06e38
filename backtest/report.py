"""The report: every set of prices, every size of battery, several draws of what is made up, as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import Any

from backtest.price_forecasts import MadeUpForecasts
from backtest.run import Setting, back_test
from backtest.series import House, read_prices, regular
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.contract import OptimiserSettings

_STRATEGIES = ("plan", "plan_believing", "plan_premium")
_BATTERIES_KW = {8.0: 5.0, 24.0: 10.0, 48.0: 10.0}
_WEEK = 7
_DOLLAR = 1.0
_HEADER = (
    "| Set | Days | kWh | Draws | Reckoning with spikes | Forecasts believed | Fixed premium | Without the three worst days "
    "| Earned above $1 | ms |"
)


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
    foresight earns there.
    """
    yield _HEADER
    yield "|---" * (_HEADER.count("|") - 1) + "|"
    for file in files:
        prices = regular(read_prices(file), scope.step)
        for days in _stretches(prices, scope.weeks):
            for battery_kwh in scope.batteries_kwh:
                case = Setting(
                    prices=prices, days=days, house=house, settings=_sized(settings, battery_kwh), soc=40.0, seed=0
                )
                yield _line(file.stem, case, [_draw(case, seed) for seed in range(1, scope.draws + 1)])


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
        spread([_above(each["above_a_dollar"]) for each in found]),
        f"{fmean(each['plan_ms']['median'] for each in found):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def _above(earned: dict[str, float]) -> float | None:
    limit = earned["perfect_foresight"]
    return None if limit < _DOLLAR else earned["plan"] / limit
