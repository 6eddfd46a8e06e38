"""The reasons of a plan, built on what a stored kWh is worth; their numbers are details."""

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from ..model.command import Action, ChargeSource
from ..model.message import Message, say
from .contract import PlanInputs
from .model import Kept, Plan, PlannerSettings, PlanSlot, PlanSlotInput
from .ramp import EarlyStart
from .reasons import buying, export_limited, feeding, price_then, with_details

_AHEAD = timedelta(hours=24)
_NOTHING_W = 10.0
_OFTEN = 0.15
_SAME_SOC = 0.5


class Thresholds(NamedTuple):
    """What a stored kWh is worth after a slot in $, and the prices between which nothing is gained by trading it."""

    worth_per_kwh: float
    charge_below_per_kwh: float
    use_above_per_kwh: float


def thresholds(slot: PlanSlot, settings: PlannerSettings) -> Thresholds:
    """Return what a stored kWh is worth after a slot, with losses and wear counted in."""
    worth = slot.marginal_per_kwh
    return Thresholds(
        worth,
        worth * settings.charge_efficiency,
        worth / settings.discharge_efficiency + settings.wear_per_kwh,
    )


def worth(plan: Plan, settings: PlannerSettings) -> Message:
    """Return what a stored kWh is worth after the first slot, and the prices at which charging and exporting pay."""
    stored, charge_below, use_above = thresholds(plan.slots[0], settings)
    return say(
        "reason.worth",
        worth_per_kwh=round(stored, 4),
        charge_below_per_kwh=round(charge_below, 4),
        use_above_per_kwh=round(use_above, 4),
    )


def reason(plan: Plan, inputs: PlanInputs, settings: PlannerSettings, early: EarlyStart | None = None) -> Message:
    """Return why the first slot of a plan is as it is, or why a later one begins early, and what that is built on."""
    if early is None:
        found = _Reasons(plan, inputs, settings).of(0, _next_use(plan, inputs))
    else:
        found = _early(plan, inputs, early)
    kept = () if plan.kept is None else (_kept(plan.kept),)
    return with_details(found, *kept, worth(plan, settings))


def slot_reasons(
    plan: Plan, inputs: PlanInputs, settings: PlannerSettings, early: EarlyStart | None = None
) -> tuple[Message, ...]:
    """Return why each slot of a plan, made from these inputs, is as it is, and why a later one begins early."""
    reasons = _Reasons(plan, inputs, settings)
    first, *later = (reasons.of(index, use) for index, use in enumerate(_uses(plan, inputs)))
    return (first if early is None else _early(plan, inputs, early), *later)


def _kept(kept: Kept) -> Message:
    """Return for what energy is kept, and how often it is needed."""
    percent = kept.chance * 100
    return say(
        "reason.kept",
        kept_kwh=round(kept.kwh, 1),
        above_per_kwh=kept.above_per_kwh,
        within_s=kept.within.total_seconds(),
        chance_percent=round(percent, -1) if kept.chance >= _OFTEN else max(round(percent), 1),
    )


def _early(plan: Plan, inputs: PlanInputs, early: EarlyStart) -> Message:
    slot, given = plan.slots[early.slot], inputs.slots[early.slot]
    ready_at = inputs.now + slot.start
    exported = slot.export_w > _NOTHING_W
    details = (
        price_then(given.sell_per_kwh if exported else given.buy_per_kwh, exported=exported, then_at=ready_at),
        say("reason.steps", step_w=round(early.step_w)),
    )
    if early.battery_w > 0:
        return say("reason.early_charge", *details, ready_at=ready_at)
    return say("reason.early_sale" if exported else "reason.early_use", *details, ready_at=ready_at)


class _Use(NamedTuple):
    """When the battery gives the energy back, for what price, and whether to the grid."""

    start: timedelta
    price_per_kwh: float
    exported: bool

    @classmethod
    def of(cls, slot: PlanSlot, given: PlanSlotInput) -> _Use:
        """Return the use of a slot that discharges."""
        exported = slot.export_w > _NOTHING_W
        return cls(slot.start, given.sell_per_kwh if exported else given.buy_per_kwh, exported)


def _uses(plan: Plan, inputs: PlanInputs) -> list[_Use | None]:
    """Return for each slot the most valuable use of stored energy in the day after it; of equals, the first."""
    found: list[_Use | None] = []
    coming = deque[_Use]()
    for slot, given in zip(reversed(plan.slots), reversed(inputs.slots), strict=True):
        while coming and coming[-1].start > slot.start + _AHEAD:
            coming.pop()
        found.append(coming[-1] if coming else None)
        if slot.discharge_w > _NOTHING_W:
            use = _Use.of(slot, given)
            while coming and coming[0].price_per_kwh <= use.price_per_kwh:
                coming.popleft()
            coming.appendleft(use)
    found.reverse()
    return found


def _next_use(plan: Plan, inputs: PlanInputs) -> _Use | None:
    """Return the most valuable use of stored energy in the day after the first slot; of equals, the first."""
    return max(
        (
            _Use.of(slot, given)
            for slot, given in zip(plan.slots[1:], inputs.slots[1:], strict=True)
            if slot.discharge_w > _NOTHING_W and slot.start <= plan.slots[0].start + _AHEAD
        ),
        key=lambda use: use.price_per_kwh,
        default=None,
    )


class _Reasons:
    """The reasons of the slots of a plan."""

    def __init__(self, plan: Plan, inputs: PlanInputs, settings: PlannerSettings) -> None:
        """Take a plan and what it was made from."""
        self._slots, self._given, self._settings = plan.slots, inputs.slots, settings
        self._now = inputs.now

    def of(self, index: int, use: _Use | None) -> Message:
        """Return why a slot is as it is; `use` is the most valuable of stored energy in the day after it."""
        slot, given = self._slots[index], self._given[index]
        match slot.action:
            case Action.CHARGE:
                found = self._charging(slot, use)
            case Action.DISCHARGE:
                found = self._discharging(index)
            case Action.HOLD:
                found = self._holding(slot, use)
            case _:
                found = self._usual(slot, given)
        details = [self._price(slot, given)]
        if slot.extrapolated:
            details.append(say("reason.estimated"))
        if use is not None and slot.action in {Action.CHARGE, Action.HOLD}:
            details.append(price_then(use.price_per_kwh, exported=use.exported, then_at=self._at(use.start)))
        if slot.export_limit_w is not None:
            details.append(export_limited(given.sell_per_kwh, slot.export_limit_w))
        return with_details(found, *details)

    def _at(self, since: timedelta) -> datetime:
        return self._now + since

    @staticmethod
    def _price(slot: PlanSlot, given: PlanSlotInput) -> Message:
        """Return the price that counts in a slot: that of what is exported or could be, else that of buying."""
        if slot.import_w > _NOTHING_W:
            return buying(given.buy_per_kwh)
        if slot.export_w > _NOTHING_W or given.pv_w > given.load_w + _NOTHING_W:
            return feeding(given.sell_per_kwh)
        return buying(given.buy_per_kwh)

    def _charging(self, slot: PlanSlot, use: _Use | None) -> Message:
        if slot.source is ChargeSource.GRID:
            return say("reason.charge_without_solar")
        imported = slot.import_w > _NOTHING_W
        if use is None:
            return say("reason.charge_grid" if imported else "reason.charge_solar")
        used_at = self._at(use.start)
        if use.exported:
            return say("reason.charge_grid_to_sell" if imported else "reason.charge_solar_to_sell", used_at=used_at)
        return say("reason.charge_grid_to_use" if imported else "reason.charge_solar_to_use", used_at=used_at)

    def _discharging(self, index: int) -> Message:
        if self._slots[index].export_w <= _NOTHING_W:
            return say("reason.use")
        refilled = self._refilled(index)
        if refilled is None:
            return say("reason.sell")
        refilled_at, from_grid = refilled
        return say("reason.sell_refilled" if from_grid else "reason.sell_solar_refills", refilled_at=refilled_at)

    def _refilled(self, index: int) -> tuple[datetime, bool] | None:
        """Return when what a slot takes from the battery is back in a day, and whether the grid helps with it."""
        first, from_grid = self._slots[index], False
        for slot in self._slots[index + 1 :]:
            if slot.start > first.start + _AHEAD:
                break
            from_grid = from_grid or (slot.charge_w > _NOTHING_W and slot.import_w > _NOTHING_W)
            if slot.soc_after >= first.soc_before - _SAME_SOC:
                return self._at(slot.start + slot.duration), from_grid
        return None

    def _holding(self, slot: PlanSlot, use: _Use | None) -> Message:
        if slot.export_w > _NOTHING_W:
            return say("reason.hold_and_sell_solar")
        if use is None:
            return say("reason.hold")
        return say("reason.hold_to_sell" if use.exported else "reason.hold_to_use", used_at=self._at(use.start))

    def _usual(self, slot: PlanSlot, given: PlanSlotInput) -> Message:
        """Return what the battery does by itself."""
        if slot.discharge_w > _NOTHING_W:
            return say("reason.battery_powers_home")
        if slot.charge_w > _NOTHING_W:
            return say("reason.solar_charges")
        if given.pv_w > given.load_w + _NOTHING_W:
            full = slot.soc_before >= self._settings.soc_max - 0.5
            if slot.export_w > _NOTHING_W:
                return say("reason.full_solar_sold" if full else "reason.solar_sold")
            return say("reason.full" if full else "reason.nothing_to_do")
        if given.load_w > given.pv_w + _NOTHING_W:
            if slot.soc_before <= self._settings.soc_min + 0.5:
                return say("reason.at_reserve", reserve_soc=self._settings.soc_min)
            return say("reason.grid_powers_home")
        return say("reason.nothing_to_do")
