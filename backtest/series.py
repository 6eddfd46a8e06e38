"""The prices and the home of a back-test, as the files tell them."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
import csv
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.model import PlanSlotInput

MARKET = timezone(timedelta(hours=10))
"""The market's time has no daylight saving."""
_HALF_HOUR = timedelta(minutes=30)
_DAY = timedelta(days=1)


class DataError(ValueError):
    """A file that is not what the back-test needs."""


@dataclass(frozen=True, slots=True)
class HousePower:
    """Mean powers of an interval in W."""

    load_w: float
    pv_w: float


class House:
    """What a home used and what its roof gave, by half-hour, looked up by month, day and time of day."""

    def __init__(self, rows: Mapping[datetime, HousePower]) -> None:
        """Take the half-hours by their local start, without a time zone."""
        if not rows:
            raise DataError("house: there is no row")
        self._rows = rows
        self._years = sorted({start.year for start in rows}, reverse=True)

    def paired(self, moment: datetime) -> datetime:
        """Return the start of the half-hour of the home that stands for a moment, in the latest year that has it.

        Raises DataError where there is none.
        """
        local = moment.replace(tzinfo=None, minute=moment.minute // 30 * 30, second=0, microsecond=0)
        if (local.month, local.day) == (2, 29):
            local -= _DAY
        for year in self._years:
            if (start := local.replace(year=year)) in self._rows:
                return start
        raise DataError(f"house: there is nothing for {local:%d %B, %H:%M}")

    def at(self, moment: datetime) -> HousePower:
        """Return the powers of the half-hour that a moment is in; raise DataError where there are none."""
        return self._rows[self.paired(moment)]

    def around(self, moment: datetime) -> HousePower:
        """Return the powers of a half-hour; beyond the end of the file, those of the last day that has it."""
        for days in range(4):
            with suppress(DataError):
                return self.at(moment - days * _DAY)
        return self.at(moment)

    def known(self, starts: Iterable[datetime]) -> Iterator[tuple[datetime, HousePower]]:
        """Yield those of the home's half-hours that the file has."""
        return ((start, self._rows[start]) for start in starts if start in self._rows)


def read_prices(path: Path) -> tuple[PriceSlot, ...]:
    """Return settled prices; raise DataError where the file has gaps, or is not one."""
    rows = list(_rows(path, "buy_c_per_kwh", "sell_c_per_kwh"))
    if len(rows) < 2:
        raise DataError(f"{path.name}: there are fewer than two prices")
    starts = [_market(row["start"]) for row in rows]
    step = starts[1] - starts[0]
    for earlier, later in pairwise(starts):
        if later - earlier != step:
            raise DataError(f"{path.name}: after {earlier:%Y-%m-%d %H:%M} comes {later:%Y-%m-%d %H:%M}")
    return tuple(
        PriceSlot(
            start=start,
            end=start + step,
            buy_per_kwh=float(row["buy_c_per_kwh"]) / 100,
            sell_per_kwh=float(row["sell_c_per_kwh"]) / 100,
        )
        for start, row in zip(starts, rows, strict=True)
    )


def read_house(path: Path, *, load_scale: float, pv_scale: float) -> House:
    """Return the home of a file with load GC and PV GG in kW, scaled."""
    rows = {}
    for row in _rows(path, "GC", "GG"):
        power = HousePower(float(row["GC"]) * 1000 * load_scale, float(row["GG"]) * 1000 * pv_scale)
        rows[datetime.fromisoformat(row["start"])] = power
    return House(rows)


def read_forecasts(path: Path) -> dict[datetime, tuple[PriceSlot, ...]]:
    """Return what was forecast at each query: intervals that had not begun, the earliest first."""
    queries: dict[datetime, list[tuple[datetime, float, float]]] = {}
    for row in _rows(path, "interval_start", "lead_min", "buy_c_per_kwh", "sell_c_per_kwh"):
        if float(row["lead_min"]) >= 0:
            queries.setdefault(_market(row["start"]), []).append(
                (_market(row["interval_start"]), float(row["buy_c_per_kwh"]), float(row["sell_c_per_kwh"]))
            )
    return {query: _forecast(sorted(rows)) for query, rows in sorted(queries.items())}


def regular(prices: tuple[PriceSlot, ...], step: timedelta) -> tuple[PriceSlot, ...]:
    """Return the prices in intervals of a step: cut, or averaged where the step is longer."""
    own = prices[0].duration
    starts = [price.start for price in prices]
    if step % own and own % step:
        raise DataError(f"--step: {step} does not fit prices of {own}")
    if step == own:
        return prices
    slots = []
    for index in range(int(len(prices) * own / step)):
        start = prices[0].start + index * step
        inside = prices[bisect_right(starts, start) - 1 : bisect_right(starts, start + step - timedelta.resolution)]
        slots.append(
            PriceSlot(
                start=start,
                end=start + step,
                buy_per_kwh=fmean(price.buy_per_kwh for price in inside),
                sell_per_kwh=fmean(price.sell_per_kwh or 0.0 for price in inside),
            )
        )
    return tuple(slots)


def came_true(price: PriceSlot, house: House) -> PlanSlotInput:
    """Return an interval as it came true."""
    power = house.at(price.start)
    return PlanSlotInput(
        duration=price.duration,
        buy_per_kwh=price.buy_per_kwh,
        sell_per_kwh=price.sell_per_kwh or 0.0,
        pv_w=power.pv_w,
        load_w=power.load_w,
    )


def _forecast(rows: list[tuple[datetime, float, float]]) -> tuple[PriceSlot, ...]:
    slots = []
    for index, (start, buy, sell) in enumerate(rows):
        end = rows[index + 1][0] if index + 1 < len(rows) else start + _HALF_HOUR
        slot = PriceSlot(
            start=start, end=min(end, start + _HALF_HOUR), buy_per_kwh=buy / 100, sell_per_kwh=sell / 100, forecast=True
        )
        slots.append(slot)
    return tuple(slots)


def _rows(path: Path, *columns: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file; the first column is called `start`, whatever the file calls it."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = ["start", *next(lines, [])[1:]]
        if missing := [column for column in columns if column not in header]:
            raise DataError(f"{path.name}: the column {missing[0]} is missing")
        for line in lines:
            yield dict(zip(header, line, strict=False))


def _market(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=MARKET) if moment.tzinfo is None else moment.astimezone(MARKET)
