"""What the price, the sun and the habits ask for, sentence by sentence."""

from typing import Any, NamedTuple

import pytest

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.contract import Degradation, Engine, Opinion
from custom_components.sigenstor_panel.optimiser.engines import opinions, price, solar, usage
from tests.english import english
from tests.optimiser.examples import ahead, settings

CHARGE, DISCHARGE, HOLD, SELF_CONSUME = Action.CHARGE, Action.DISCHARGE, Action.HOLD, Action.SELF_CONSUME
SUNNY = {-1: 0.0, 0: 4000.0, 1: 4000.0, 2: 4000.0, 3: 4000.0}
EVENING = {-1: 0.25, 6: 0.38}
PEAK = {-1: 400.0, 2: 3000.0}


class Row(NamedTuple):
    """What an engine says of what lies ahead."""

    says: str
    ahead: dict[str, Any]
    action: Action
    power_w: int
    reason: str


PRICE = [
    Row(
        "buying below 10 c: strong charge",
        {"buy": {-1: 0.38, 0: 0.041}},
        CHARGE,
        10_000,
        "Charging: buying is cheap now. Buying costs 4.1 c. Buying costs 38 c at 13:00.",
    ),
    Row(
        "a negative price: strong charge",
        {"buy": {-1: 0.2, 0: -0.03}},
        CHARGE,
        10_000,
        "Charging: buying earns money now. Buying earns 3.0 c. ",
    ),
    Row(
        "no more than the grid gives beside the house",
        {"buy": 0.05, "load": 9000.0},
        CHARGE,
        6_000,
        "Below 10 c is cheap",
    ),
    Row(
        "a full battery is kept while it is cheap",
        {"buy": {-1: 0.3, 0: 0.05}, "soc": 100},
        HOLD,
        0,
        "Buying is cheap, but the battery cannot take more at 100 %. ",
    ),
    Row(
        "a full battery lets the sun out, not in",
        {"buy": 0.05, "soc": 100, "pv": 3000.0},
        SELF_CONSUME,
        0,
        "Buying is cheap, but the battery cannot take more at 100 %. ",
    ),
    Row(
        "above 40 c over 50 %: export",
        {"buy": {-1: 0.2, 0: 0.45}},
        DISCHARGE,
        10_000,
        "Selling: the price is high now. Buying costs 45 c. Feed-in earns 5.0 c.",
    ),
    Row("above 40 c at 50 %: not", {"buy": {-1: 0.2, 0: 0.45}, "soc": 50}, SELF_CONSUME, 0, "Buying costs 45 c."),
    Row(
        "where feed-in costs money, only the house is fed",
        {"buy": {-1: 0.2, 0: 0.45}, "sell": -0.02, "load": 700.0},
        DISCHARGE,
        700,
        "Using the battery: buying is expensive now. Buying costs 45 c. Feed-in costs 2.0 c.",
    ),
    Row(
        "feed-in above the next hour's buy: charge now, export later",
        {"buy": 0.25, "sell": {-1: 0.05, 5: 0.6}},
        CHARGE,
        10_000,
        "to sell it at 17:00. Buying costs 25 c on average in the next hour. Feed-in earns 60 c at 17:00.",
    ),
    Row(
        "feed-in that losses and wear eat up: not", {"buy": 0.25, "sell": {-1: 0.05, 5: 0.29}}, SELF_CONSUME, 0, "25 c"
    ),
    Row(
        "between, before a dear hour: hold",
        {"buy": {-1: 0.25, 5: 0.45}},
        HOLD,
        0,
        "buying is expensive at 17:00. Buying costs 25 c. Buying costs 45 c",
    ),
    Row("between, where self-consuming: keep to it", {}, SELF_CONSUME, 0, "The average of the next 24 h is 25 c."),
    Row(
        "between, where the plant was its owner's: leave it to itself",
        {"present": Action.RELEASE},
        SELF_CONSUME,
        0,
        "25 c",
    ),
    Row("between, where holding: hold on", {"present": HOLD}, HOLD, 0, "until buying costs more. Buying costs 25 c."),
    Row(
        "between, where holding, once it is dearer than usual: let go",
        {"present": HOLD, "buy": {-1: 0.2, 0: 0.3}},
        SELF_CONSUME,
        0,
        "Buying costs 30 c.",
    ),
]
SOLAR = [
    Row(
        "PV above the house below 90 %: charge from excess sun",
        {"pv": SUNNY},
        CHARGE,
        3500,
        "Charging from surplus solar. 14.0 kWh more solar than usage is expected in the next 4 h.",
    ),
    Row(
        "PV above the house soon: wait for it",
        {"pv": SUNNY | {0: 0.0}},
        SELF_CONSUME,
        0,
        "Waiting for solar to charge the battery. ",
    ),
    Row("at 90 %: nothing to charge", {"pv": SUNNY, "soc": 90}, SELF_CONSUME, 0, "16.0 kWh of solar"),
    Row(
        "sun that sells for more than it saves is sold",
        {"pv": SUNNY, "sell": 0.3},
        SELF_CONSUME,
        0,
        "16.0 kWh of solar",
    ),
    Row(
        "clear sky turning to cloud within 2 h: discharge across the gap",
        {"pv": {-1: 0.0, 0: 300.0, 1: 100.0}, "cloud": {-1: 90.0, 0: 10.0}},
        DISCHARGE,
        200,
        "because clouds come at 13:00. 10 % of the sky is cloudy now, 90 % at 13:00.",
    ),
    Row(
        "clouds to come while the sun still covers the house: not yet",
        {"pv": {-1: 0.0, 0: 800.0}, "cloud": {-1: 90.0, 0: 10.0}},
        SELF_CONSUME,
        0,
        "After that, the battery gives 500 W.",
    ),
    Row(
        "cloud after 2 h: not", {"pv": {-1: 0.0, 0: 300.0}, "cloud": {-1: 90.0, 0: 0.0, 1: 0.0}}, SELF_CONSUME, 0, "kWh"
    ),
    Row(
        "a low-sun day: charge in the cheapest window",
        {"buy": {-1: 0.3, 0: 0.15, 1: 0.15, 8: 0.5}},
        CHARGE,
        10_000,
        "there is little sun ahead. 0.0 kWh of solar and 12.0 kWh of usage are expected in the next 24 h. Buying costs 15 c "
        "in the cheapest hours. Buying costs 50 c at 20:00.",
    ),
    Row(
        "a low-sun day before its cheapest window: wait",
        {"buy": {-1: 0.3, 3: 0.15, 4: 0.15, 8: 0.5}},
        SELF_CONSUME,
        0,
        "the cheapest time to charge from the grid is 15:00. ",
    ),
    Row("a low-sun day of one price: nothing to gain", {}, SELF_CONSUME, 0, "0.0 kWh of solar"),
]
USAGE = [
    Row(
        "a peak ahead over 30 %, price rising: pre-discharge",
        {"load": PEAK, "buy": {-1: 0.25, 2: 0.38}},
        DISCHARGE,
        400,
        "Usage of 3.0 kW is expected at 14:00. Buying costs 25 c. Buying costs 38 c at 14:00.",
    ),
    Row("a peak ahead at 30 %: not", {"load": PEAK, "buy": {-1: 0.25, 2: 0.38}, "soc": 30}, SELF_CONSUME, 0, "400 W"),
    Row("a peak ahead, price falling: not", {"load": PEAK, "buy": {-1: 0.25, 2: 0.2}}, SELF_CONSUME, 0, "400 W"),
    Row(
        "a peak that takes all there is: keep it for then",
        {"load": {-1: 400.0, 2: 6000.0}, "buy": {-1: 0.25, 2: 0.38}, "soc": 31},
        HOLD,
        0,
        "Keeping the stored energy for high usage at 14:00. Usage of 6.0 kW is expected at 14:00.",
    ),
    Row("a peak after 4 h: not yet", {"load": {-1: 400.0, 5: 3000.0}, "buy": {-1: 0.25, 5: 0.38}}, SELF_CONSUME, 0, ""),
    Row(
        "quiet overnight: hold",
        {"at": 23, "buy": {-1: 0.2, 8: 0.35}},
        HOLD,
        0,
        "on a quiet night. Buying costs 20 c. Buying costs 35 c at 07:00 tomorrow.",
    ),
    Row(
        "quiet overnight at cheap rates: charge",
        {"at": 1, "buy": {-1: 0.2, 0: 0.08}},
        CHARGE,
        10_000,
        "Charging on a quiet night, because buying is cheap. Buying costs 8.0 c.",
    ),
    Row("overnight with nothing dearer to come: not", {"at": 23}, SELF_CONSUME, 0, "Usage is 500 W now"),
    Row(
        "a night that is not quiet: not",
        {"at": 23, "buy": EVENING, "load": {-1: 400.0, 0: 2000.0}},
        SELF_CONSUME,
        0,
        "",
    ),
]


def rows(table: list[Row]) -> Any:
    return pytest.mark.parametrize("row", table, ids=[row.says for row in table])


def check(row: Row, engine: Any) -> None:
    known = ahead(**row.ahead)
    said: Opinion = engine.view(known, settings()).opinion()
    assert (said.action, said.target_power_w) == (row.action, row.power_w)
    assert row.reason in english(said.reason, known.now)
    assert 0 < said.confidence <= 1


@rows(PRICE)
def test_price(row: Row) -> None:
    check(row, price)


@rows(SOLAR)
def test_solar(row: Row) -> None:
    check(row, solar)


@rows(USAGE)
def test_usage(row: Row) -> None:
    check(row, usage)


def test_the_score_of_the_price_grows_with_how_cheap_now_is_and_how_urgent() -> None:
    def sure(**changes: Any) -> float:
        return price.view(ahead(**{"buy": {-1: 0.3, 0: 0.05}} | changes), settings()).confidence

    cheaper = sure(buy={-1: 0.3, 0: 0.05, 1: 0.0})
    emptier = sure(soc=20.0)
    lasting = sure(buy={-1: 0.05, 20: 0.3})
    assert cheaper < sure() <= 1
    assert emptier > sure(soc=80.0)
    assert lasting < sure()


def test_thresholds_are_the_owners() -> None:
    assert price.view(ahead(buy=0.15), settings(cheap_buy_per_kwh=0.16)).action is CHARGE
    assert price.view(ahead(buy=0.35), settings(high_buy_per_kwh=0.3)).action is DISCHARGE
    assert price.view(ahead(buy=0.45, soc=40), settings(export_min_soc=30)).action is DISCHARGE
    assert solar.view(ahead(pv=SUNNY, soc=95), settings(solar_max_soc=99)).action is CHARGE
    assert solar.view(ahead(pv={-1: 0.0, 0: 2000.0}), settings(solar_hours=8)).action is SELF_CONSUME
    peak = ahead(load=PEAK, buy={-1: 0.25, 2: 0.38}, soc=30)
    assert usage.view(peak, settings(usage_min_soc=20)).action is DISCHARGE


def test_an_engine_of_weight_0_is_not_asked() -> None:
    asked = opinions(ahead(), settings(solar_weight=0))
    assert [opinion.engine for opinion in asked] == [Engine.PRICE, Engine.USAGE]


@pytest.mark.parametrize(
    ("engine", "missing"),
    [
        (price, Degradation.STALE_PRICES),
        (solar, Degradation.NO_PV_FORECAST),
        (usage, Degradation.NO_LOAD_PROFILE),
    ],
)
def test_an_engine_is_less_sure_without_what_it_looks_at(engine: Any, missing: Degradation) -> None:
    sure = engine.view(ahead(), settings())
    unsure = engine.view(ahead(degradations=(missing,)), settings())
    assert unsure.confidence < sure.confidence
    assert unsure.action is sure.action
