"""The back-test goes through generated days and says what each strategy cost."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
import json
from math import cos, pi
from pathlib import Path
from random import Random
from typing import Any

import pytest

from backtest import report as report_module
from backtest.__main__ import main
from backtest.price_forecasts import MadeUpForecasts
from backtest.series import MARKET, read_house, read_prices, regular
from custom_components.sigenstor_panel.model.prices import PriceSlot
from custom_components.sigenstor_panel.optimiser.model import CaseError
from tests.english import english

FIRST = datetime(2025, 1, 10)
STEP = timedelta(minutes=5)
type Run = Callable[..., dict[str, Any]]


def price_c(moment: datetime) -> tuple[float, float]:
    """Return dear evenings, cheap middays, and one spike on the 13th."""
    hour = moment.hour + moment.minute / 60
    buy = 25 + 18 * (17 <= hour < 21) - 15 * (10 <= hour < 15)
    if moment.day == 13 and 18 <= hour < 18.5:
        buy = 1500
    return buy, buy * 0.9 - 12


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    lines = ["start_nemtime_utc+10,buy_c_per_kwh,sell_c_per_kwh,spot"]
    for index in range(8 * 288):
        moment = FIRST + index * STEP
        buy, sell = price_c(moment)
        lines.append(f"{moment},{buy},{sell},0")
    (path := tmp_path / "prices.csv").write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path) -> Path:
    lines = [",GC,GG"]
    start = datetime(2011, 11, 20)
    for index in range(60 * 48):
        moment = start + index * timedelta(minutes=30)
        load = 0.4 + 1.5 * (17 <= moment.hour < 21) + 0.2 * (index * 7 % 5)
        lines.append(f"{moment},{load},{max(0.0, -cos(2 * pi * moment.hour / 24))}")
    (path := tmp_path / "house.csv").write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def run(prices: Path, house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def backtest(*arguments: str) -> dict[str, Any]:
        words = ["backtest", "--prices", str(prices), "--house", str(house), "--pv-scale", "5", *arguments]
        monkeypatch.setattr("sys.argv", words)
        assert main() == 0
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return backtest


@pytest.fixture
def refused(prices: Path, house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def backtest(*arguments: str) -> str:
        monkeypatch.setattr("sys.argv", ["backtest", "--prices", str(prices), "--house", str(house), *arguments])
        assert main(lambda error: english(error.message) if isinstance(error, CaseError) else str(error)) == 1
        return capsys.readouterr().err

    return backtest


def test_the_plan_makes_most_of_what_perfect_foresight_would(run: Run) -> None:
    found = run("--from", "2025-01-13", "--to", "2025-01-14", "--step", "30")
    cost = found["cost"]

    assert found["days"] == len(found["by_day"]) == 2
    assert cost["perfect_foresight"] < cost["plan"] < cost["self_consumption"] < cost["no_battery"]
    possible = cost["no_battery"] - cost["perfect_foresight"]
    assert found["share_vs_no_battery"] == pytest.approx((cost["no_battery"] - cost["plan"]) / possible, abs=1e-3)
    assert found["share_vs_no_battery"] > 0.9
    assert found["share_vs_self_consumption"] < found["share_vs_no_battery"]
    assert found["cycles"]["no_battery"] == 0
    assert found["cycles"]["plan"] > found["cycles"]["self_consumption"] / 2
    assert found["plan_ms"]["median"] > 0
    assert "made up" in found["assumed"]


def test_power_in_steps_costs_less_where_the_plan_begins_early(run: Run) -> None:
    found = run("--from", "2025-01-13", "--to", "2025-01-13", "--ramp", "0.5")
    cost = found["cost"]

    assert cost["perfect_foresight"] < cost["plan"] < cost["plan_unprepared"]
    assert "The battery's power changes by 0.5 kW a minute" in found["assumed"]


def test_what_no_battery_costs_is_the_sum_of_the_files(run: Run, house: Path) -> None:
    home = read_house(house, load_scale=1, pv_scale=5)
    expected = 0.0
    for index in range(288):
        moment = FIRST + timedelta(days=2) + index * STEP
        grid_kwh = (home.at(moment).load_w - home.at(moment).pv_w) / 12000
        expected += grid_kwh * price_c(moment)[0 if grid_kwh > 0 else 1] / 100

    found = run("--from", "2025-01-12", "--to", "2025-01-12", "--step", "30")
    assert found["by_day"][0]["no_battery"] == pytest.approx(expected, abs=1e-3)


def test_the_same_seed_tells_the_same(run: Run) -> None:
    chosen = ("--from", "2025-01-13", "--to", "2025-01-13", "--step", "30")
    first, again, other = run(*chosen), run(*chosen), run(*chosen, "--seed", "7")

    assert first["cost"] == again["cost"]
    assert first["cost"]["plan"] != other["cost"]["plan"]
    assert first["cost"]["perfect_foresight"] == other["cost"]["perfect_foresight"]


def test_forecasts_of_a_file_are_used_from_their_query_on(run: Run, tmp_path: Path) -> None:
    def with_evenings_at(evening_c: float) -> dict[str, Any]:
        lines = ["query,interval_start,lead_min,buy_c_per_kwh,sell_c_per_kwh"]
        midnight = FIRST + timedelta(days=2)
        for half in range(96):
            start = midnight + half * timedelta(minutes=30)
            buy = evening_c if 17 <= start.hour < 21 else 20
            lines.append(f"{midnight},{start},{half * 30},{buy},{buy - 10}")
            lines.append(f"{start},{start},-1,{9999},{9999}")
        (path := tmp_path / "forecasts.csv").write_text("\n".join(lines), encoding="utf-8")
        return run("--forecasts", str(path), "--from", "2025-01-12", "--to", "2025-01-12", "--step", "30")

    right, wrong = with_evenings_at(43), with_evenings_at(2)
    assert right["cost"]["plan"] < wrong["cost"]["plan"]
    assert "those of the file" in right["assumed"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--from", "2030-01-01"), "--from, --to: there is no price between them"),
        (("--step", "7"), "--step"),
        (("--battery", "0"), "cap_kwh: must be above 0, not 0"),
        (("--house", "nothing.csv"), "nothing.csv"),
        (("--forecasts", "{prices}"), "the column interval_start is missing"),
    ],
)
def test_what_is_wrong_is_said(refused: Run, prices: Path, arguments: tuple[str, ...], problem: str) -> None:
    assert problem in refused(*(word.format(prices=prices) for word in arguments))


def test_a_gap_in_the_prices_is_refused(refused: Run, prices: Path) -> None:
    lines = prices.read_text(encoding="utf-8").splitlines()
    prices.write_text("\n".join(lines[:100] + lines[110:]), encoding="utf-8")
    assert "prices.csv: after 2025-01-10 08:10 comes" in refused()


def varied(days: int, spread: float, spike_on: int | None = None) -> list[PriceSlot]:
    """Return 5-minute prices of days that differ, one of them with a spike at 18:00."""
    random, slots = Random(5), []
    for day in range(days):
        level = random.gauss(0, spread)
        for index in range(288):
            start = FIRST.replace(tzinfo=MARKET) + day * timedelta(days=1) + index * STEP
            buy = 0.25 + level + random.gauss(0, spread / 3)
            if day == spike_on and start.hour == 18:
                buy = 15.0
            slots.append(PriceSlot(start=start, end=start + STEP, buy_per_kwh=buy, sell_per_kwh=buy - 0.1))
    return slots


def errors(true: Sequence[PriceSlot], seed: int, ahead: int = 24) -> list[float]:
    """Return by how much the forecasts two hours ahead were above what came, in calm hours, day after day."""
    forecasts, found = MadeUpForecasts(true, seed), []
    for index in range(0, len(true) - ahead, 24):
        block = true[index + ahead : index + ahead + 6]
        slot = next(slot for slot in forecasts.after(true[index].start) if slot.start == block[0].start)
        mean = sum(each.buy_per_kwh for each in block) / 6
        if slot.buy_per_kwh < 0.9 and mean < 0.9:
            found.append(slot.buy_per_kwh - mean)
    return found


def test_made_up_forecasts_err_by_the_markets_own_prices_and_without_a_bias() -> None:
    sizes = []
    for spread in (0.02, 0.06):
        drawn = [error for seed in range(4) for error in errors(varied(12, spread), seed)]
        sizes.append(sum(map(abs, drawn)) / len(drawn))
        assert abs(sum(drawn)) / len(drawn) < 0.35 * sizes[-1]
    assert sizes[1] == pytest.approx(3 * sizes[0], rel=0.35)


def test_made_up_errors_last() -> None:
    """The error of one hour tells that of six hours later: a plan cannot wait for the next forecast to be right."""
    pairs = [
        pair
        for seed in range(8)
        for drawn in [errors(varied(10, 0.05), seed)]
        for pair in zip(drawn, drawn[3:], strict=False)
    ]
    alike = sum(one * other for one, other in pairs) / sum(one * one for one, _ in pairs)
    assert 0.2 < alike < 0.9


def test_spikes_are_announced_that_do_not_come() -> None:
    said = set()
    for seed in range(4):
        calm = varied(30, 0.03)
        forecasts = MadeUpForecasts(calm, seed)
        for price in calm[::48]:
            said |= {
                (seed, slot.start.date(), slot.start.hour)
                for slot in forecasts.after(price.start)
                if slot.buy_per_kwh > 0.6
            }
    assert len({(seed, day) for seed, day, _ in said}) > 4
    assert {hour for _, _, hour in said} & set(range(15, 22))
    assert {hour for _, _, hour in said} - set(range(15, 24))


def test_a_spike_is_not_foreseen_for_longer_than_an_hour(prices: Path) -> None:
    true = read_prices(prices)
    spike = FIRST + timedelta(days=3, hours=18)
    forecasts = MadeUpForecasts(true, seed=3)
    seen = [
        slot.buy_per_kwh
        for price in true[: 3 * 288 + 17 * 12]
        for slot in forecasts.after(price.start)
        if slot.start.replace(tzinfo=None) == spike
    ]
    assert seen
    assert max(seen) < 1


def test_prices_are_averaged_to_a_longer_step(prices: Path) -> None:
    true = read_prices(prices)
    longer = regular(true, timedelta(minutes=30))

    assert len(longer) == len(true) // 6
    assert longer[0].buy_per_kwh == pytest.approx(sum(price.buy_per_kwh for price in true[:6]) / 6)
    assert longer[-1].end == true[-1].end


def test_the_report_has_a_line_for_every_set_and_battery(
    prices: Path, house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["backtest", "--report", str(prices), "--house", str(house), "--batteries", "8", "24", "--draws", "2"]
    monkeypatch.setattr("sys.argv", [*words, "--step", "30", "--weeks", "1"])
    monkeypatch.setattr(report_module, "_WEEK", 1)
    assert main() == 0
    header, _, *lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 2
    for line, battery in zip(lines, ("8", "24"), strict=True):
        cells = dict(zip(header.split(" | "), line.split(" | "), strict=True))
        assert cells["Days"] == "1 from 13 Jan"
        assert (cells["kWh"], cells["Draws"]) == (battery, "2")
        mean, low, _, high = cells["Reckoning with spikes"].replace("(", "").replace(")", "").split()
        assert float(low) <= float(mean) <= float(high) <= 100.1


def test_the_report_on_losses_says_what_each_forecast_costs(
    prices: Path, house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["backtest", "--report", str(prices), "--house", str(house), "--pv-scale", "5", "--draws", "1", "--losses"]
    monkeypatch.setattr("sys.argv", [*words, "--weeks", "1", "--step", "30"])
    monkeypatch.setattr(report_module, "_WEEK", 1)
    assert main() == 0
    header, _, *lines = capsys.readouterr().out.splitlines()
    rows = [dict(zip(header.split(" | "), line.strip("| ").split(" | "), strict=True)) for line in lines]
    share = {row["Known ahead"]: float(row["Share"]) for row in rows}

    assert list(share) == ["nothing", "PV", "usage", "PV and usage", "calm prices", "prices", "all three"]
    assert share["nothing"] < share["prices"] <= share["all three"] <= 100.1
    assert share["all three"] > 98
    assert float(rows[-1]["Points more |"]) == pytest.approx(share["all three"] - share["nothing"], abs=0.11)


def test_perfect_foresight_is_below_every_way_and_worst_days_are_named(run: Run) -> None:
    found = run("--from", "2025-01-11", "--to", "2025-01-14", "--step", "30", "--believing")
    assert min(found["cost"].values()) == found["cost"]["perfect_foresight"]
    assert len(found["worst"]["plan"]["days"]) == 3
    assert found["above_a_dollar"]["perfect_foresight"] > 1
    assert found["believing_share_vs_no_battery"] <= 1


def test_a_plant_that_obeys_a_limit_on_pv_earns_more_where_buying_pays(run: Run, prices: Path) -> None:
    """From ten to three buying earns 20 c, and the battery is full within the first hour."""
    header, *lines = prices.read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines):
        start = line.split(",")[0]
        if 10 <= datetime.fromisoformat(start).hour < 15:
            lines[index] = f"{start},-20,-25,0"
    prices.write_text("\n".join([header, *lines]), encoding="utf-8")
    found = run("--from", "2025-01-11", "--to", "2025-01-12", "--step", "30", "--battery", "8", "--pv-limit")
    assert found["cost"]["plan_pv_limit"] < found["cost"]["plan"] - 0.05


def test_the_report_on_a_limit_on_pv_says_what_part_of_the_loss_it_closes(
    prices: Path, house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From nine to three buying earns 20 c and feeding in costs 25 c: a battery of 8 kWh has not room for all of it."""
    header, *lines = prices.read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines):
        start = line.split(",")[0]
        if 9 <= datetime.fromisoformat(start).hour < 15:
            lines[index] = f"{start},-20,-25,0"
    prices.write_text("\n".join([header, *lines]), encoding="utf-8")
    words = ["backtest", "--report", str(prices), "--house", str(house), "--batteries", "8", "--pv-limit"]
    monkeypatch.setattr("sys.argv", [*words, "--step", "30"])
    assert main() == 0
    header, _, line = capsys.readouterr().out.splitlines()
    cells = dict(zip(header.strip("| ").split(" | "), line.strip("| ").split(" | "), strict=True))
    without, limited = (float(cells[name].rstrip("%")) for name in ("Lost without the limit", "Lost with it"))
    assert without > limited
    assert float(cells["Closed"].rstrip(" %")) > 80
