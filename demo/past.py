"""Runs the simulated battery through past days as the integration's planner would have, on what the market forecast then."""

from datetime import timedelta
from functools import lru_cache
from typing import Final

from custom_components.sigenstor_panel.model.command import Action
from custom_components.sigenstor_panel.optimiser.model import Case, PlannerSettings, PlanSlotInput
from custom_components.sigenstor_panel.optimiser.planner.orders import Order, order_of
from custom_components.sigenstor_panel.optimiser.planner.plan import plan
from simulator import Simulator
from simulator.market import SimulatedMarket
from simulator.plant import SimulatedPlant

SLOT: Final = timedelta(minutes=30)
STEP: Final = timedelta(minutes=5)
"""How long what flows stays as it is."""
_STEP_S: Final = STEP.total_seconds()
_SLOT_S: Final = int(SLOT.total_seconds())
_AHEAD: Final = 48
_RESERVE_SOC: Final = 10.0
_EFFICIENCY: Final = 0.95
_CONNECTION_W: Final = 15_000
_EXPORT_W: Final = 10_000
_MODES: Final = {Action.HOLD: 1, Action.SELF_CONSUME: 2, Action.CHARGE: 3, Action.DISCHARGE: 6}
"""Register 40031 (Sigenergy Modbus Protocol V2.9, appendix 6)."""


def live_through(simulator: Simulator, seconds: float) -> None:
    """Run a simulator forward as the demo's history says that its days went, and leave it in its owner's own mode."""
    plant = simulator.plant
    optimiser = PastOptimiser(plant)
    while seconds > 0:
        optimiser.decide()
        slot_s = min(seconds, _SLOT_S - plant.time_s % _SLOT_S)
        seconds -= slot_s
        while slot_s > 0:
            step_s = min(slot_s, _STEP_S)
            plant.step(step_s)
            slot_s -= step_s
    optimiser.leave()


class PastOptimiser:
    """Decides at the start of each half hour what the battery does."""

    def __init__(self, plant: SimulatedPlant) -> None:
        """Read what the plant is built for."""
        self._plant = plant
        self._market = SimulatedMarket(plant.seed, plant.sky)
        self._usual = dict(plant.holding)
        # Each moment is planned for once in every half hour of the day before it.
        self._pv_w = lru_cache(2 * _AHEAD)(plant.pv_expected_w)
        self._load_w = lru_cache(2 * _AHEAD)(plant.house.power_w)
        self._settings = PlannerSettings(
            capacity_kwh=plant.capacity_kwh,
            soc_min=_RESERVE_SOC,
            soc_max=100.0,
            charge_limit_w=plant.rated_charge_w,
            discharge_limit_w=plant.rated_discharge_w,
            charge_efficiency=_EFFICIENCY,
            discharge_efficiency=_EFFICIENCY,
            import_limit_w=_CONNECTION_W,
            export_limit_w=_EXPORT_W,
            inverter_limit_w=plant.rated_power_w,
        )

    def decide(self) -> None:
        """Ask of the plant what the first slot of a new plan does."""
        now_s = int(self._plant.time_s)
        slots = tuple(self._slot(now_s, now_s // _SLOT_S * _SLOT_S + index * _SLOT_S) for index in range(_AHEAD))
        soc = min(max(self._plant.soc, _RESERVE_SOC), 100.0)
        self.ask(order_of(plan(Case(slots=slots, soc=soc), self._settings).slots[0]))

    def ask(self, order: Order) -> None:
        """Set the plant's control registers."""
        holding, power_kw = self._plant.holding, order.power_w / 1000
        holding.update(self._usual)
        holding[40029], holding[40031] = 1, _MODES[order.action]
        holding[40048] = _RESERVE_SOC
        if order.action is Action.CHARGE:
            holding[40032] = power_kw
        elif order.action is Action.DISCHARGE:
            holding[40034] = power_kw
        if order.export_limit_w is not None:
            holding[40038] = order.export_limit_w / 1000
        self._plant.settle()

    def leave(self) -> None:
        """Set the registers to what they were."""
        self._plant.holding.clear()
        self._plant.holding.update(self._usual)
        self._plant.settle()

    def _slot(self, now_s: int, start_s: int) -> PlanSlotInput:
        known = start_s <= now_s
        price = self._market.settled(start_s, 30) if known else self._market.forecast(start_s, 30, now_s)
        middle_s = start_s + _SLOT_S / 2
        return PlanSlotInput(
            duration=SLOT,
            buy_per_kwh=price.general / 100,
            sell_per_kwh=price.feed_in / 100,
            pv_w=self._pv_w(middle_s),
            load_w=self._load_w(middle_s),
        )
