"""A home and days ahead of it, in hours: what the tests of decisions start from."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from benchmark.plan_cases import random_case
from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.contract import (
    Degradation,
    OptimiserSettings,
    PlanInputs,
    RulesSettings,
    Strategy,
)
from custom_components.sigenstor_panel.optimiser.model import PlannerSettings, PlanSlotInput, PowerSteps, case_from_dict

MIDNIGHT = datetime(2026, 1, 14, 14, 0, tzinfo=UTC)
"""In Brisbane, where the examples are."""
HOME = PlannerSettings(
    capacity_kwh=24.0,
    soc_min=10.0,
    soc_max=100.0,
    charge_limit_w=10_000,
    discharge_limit_w=10_000,
    charge_efficiency=0.95,
    discharge_efficiency=0.95,
    import_limit_w=15_000,
    export_limit_w=10_000,
)

type Hours = float | dict[int, float]
"""The value of every hour from now; or that of some, under -1 that of all others."""


def ahead(
    *,
    at: int = 12,
    buy: Hours = 0.25,
    sell: Hours = 0.05,
    pv: Hours = 0.0,
    load: Hours = 500.0,
    cloud: dict[int, float] | None = None,
    soc: float = 55.0,
    present: Action = Action.SELF_CONSUME,
    degradations: tuple[Degradation, ...] = (),
    hours: int = 24,
    minutes: int = 60,
    battery_w: float = 0.0,
) -> PlanInputs:
    """Return what is known at a local hour about the hours, or slots of other lengths, after it."""

    def of(values: Hours, index: int) -> float:
        return values.get(index, values.get(-1, 0.0)) if isinstance(values, dict) else values

    slots = tuple(
        PlanSlotInput(
            duration=timedelta(minutes=minutes),
            buy_per_kwh=of(buy, index),
            sell_per_kwh=of(sell, index),
            pv_w=of(pv, index),
            load_w=of(load, index),
            cloud_cover=None if cloud is None else of(cloud, index),
        )
        for index in range(hours)
    )
    return PlanInputs(
        now=MIDNIGHT + timedelta(hours=at),
        zone="Australia/Brisbane",
        soc=soc,
        present=present,
        battery_w=battery_w,
        slots=slots,
        degradations=degradations,
    )


def settings(strategy: Strategy = Strategy.PLAN, **rules: float) -> OptimiserSettings:
    """Return the settings of the home, with some of the rules' own."""
    return OptimiserSettings(strategy=strategy, planner=HOME, rules=RulesSettings(**rules))


@st.composite
def situations(draw: st.DrawFn) -> tuple[PlanInputs, OptimiserSettings]:
    """Draw odd inputs and settings; not all of them have a plan."""
    case, planner = case_from_dict(random_case(draw(st.integers(0, 10**9)), most=12))
    clouds = draw(st.lists(st.none() | st.floats(0, 100), min_size=len(case.slots), max_size=len(case.slots)))
    slots = tuple(
        PlanSlotInput(**{name: getattr(slot, name) for name in slot.__slots__} | {"cloud_cover": cloud})
        for slot, cloud in zip(case.slots, clouds, strict=True)
    )
    weights = st.sampled_from([0.0, 0.5, 1.0, 1.0])
    rules: dict[str, Any] = {f"{engine}_weight": draw(weights) for engine in ("price", "solar", "usage")}
    inputs = PlanInputs(
        now=draw(st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))),
        zone=draw(st.sampled_from(["Australia/Brisbane", "Australia/Adelaide", "Europe/Berlin", "UTC"])),
        soc=case.soc,
        present=draw(st.sampled_from(Action)),
        battery_w=draw(st.floats(-12_000, 12_000)),
        slots=slots,
        pv_limit_obeyed=draw(st.booleans()),
        degradations=tuple(draw(st.sets(st.sampled_from(Degradation), max_size=2))),
    )
    steps = draw(st.none() | st.builds(PowerSteps, step_w=st.floats(100, 10_000), every_s=st.floats(60, 600)))
    strategy = draw(st.sampled_from(Strategy))
    return inputs, OptimiserSettings(strategy=strategy, planner=planner, rules=RulesSettings(**rules), steps=steps)
