"""The reasons of a plan, in sentences for people, built on what a stored kWh is worth."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from ..model.command import Action, ChargeSource
from .contract import PlanInputs
from .model import Kept, Plan, PlannerSettings, PlanSlot, PlanSlotInput
from .ramp import EarlyStart
from .reasons import cents, clock, day_word, export_limited, home_zone, kilowatts

_AHEAD = timedelta(hours=24)
_NOTHING_W = 10.0
_OFTEN = 0.15


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


def worth(plan: Plan, settings: PlannerSettings, index: int = 0, when: str = "") -> str:
    """Return what a stored kWh is worth after a slot, and the prices at which charging and exporting pay."""
    stored, charge_below, use_above = thresholds(plan.slots[index], settings)
    return (
        f"A stored kWh is worth {cents(stored)}{when and ' '}{when}: charging below {cents(charge_below)}, "
        f"exporting above {cents(use_above)}."
    )


def reason(plan: Plan, inputs: PlanInputs, settings: PlannerSettings, early: EarlyStart | None = None) -> str:
    """Return why the first slot of a plan is as it is, or why a later one begins early, and what that is built on."""
    now, zone = inputs.now, home_zone(inputs.zone)
    use = _uses(plan, inputs)[0]
    when = "" if use is None else day_word(now + use.start, now, zone)
    if early is None:
        sentence = _sentence(plan.slots[0], inputs.slots[0], use, settings, _times(inputs))
    else:
        sentence = _early(plan, inputs, early)
    kept = "" if plan.kept is None else f" {_kept(plan.kept)}"
    return f"{sentence}{kept} {worth(plan, settings, when=when)}"


def _kept(kept: Kept) -> str:
    """Return for what energy is kept: "Keeping 12 kWh: prices above $8 follow within 3 h in 4 of 10 such cases."."""
    often = f"{kept.chance * 10:.0f} of 10" if kept.chance >= _OFTEN else f"{max(kept.chance * 100, 1):.0f} of 100"
    hours = kept.within / timedelta(hours=1)
    return f"Keeping {kept.kwh:.0f} kWh: prices above ${kept.above_per_kwh:g} follow within {hours:g} h in {often} such cases."


def _early(plan: Plan, inputs: PlanInputs, early: EarlyStart) -> str:
    slot, given = plan.slots[early.slot], inputs.slots[early.slot]
    charging, exported = early.battery_w > 0, slot.export_w > _NOTHING_W
    price = cents(given.sell_per_kwh if exported else given.buy_per_kwh)
    later = _times(inputs)(slot.start)
    return (
        f"{'Charging' if charging else 'Discharging'} at {kilowatts(abs(early.battery_w))} to be ready for "
        f"{'feed-in ' if exported else ''}{price} at {later}: the power changes by {kilowatts(early.step_w)} at a time."
    )


def slot_reason(plan: Plan, inputs: PlanInputs, settings: PlannerSettings, index: int) -> str:
    """Return why one slot of a plan is as it is."""
    return _sentence(plan.slots[index], inputs.slots[index], _uses(plan, inputs)[index], settings, _times(inputs))


def slot_reasons(
    plan: Plan, inputs: PlanInputs, settings: PlannerSettings, early: EarlyStart | None = None
) -> tuple[str, ...]:
    """Return why each slot of a plan, made from these inputs, is as it is, and why a later one begins early."""
    at = _times(inputs)
    first, *later = (
        _sentence(slot, given, use, settings, at)
        for slot, given, use in zip(plan.slots, inputs.slots, _uses(plan, inputs), strict=True)
    )
    return (first if early is None else _early(plan, inputs, early), *later)


class _Use(NamedTuple):
    """When the battery gives the energy back, for what price, and whether to the grid."""

    start: timedelta
    price_per_kwh: float
    exported: bool


def _uses(plan: Plan, inputs: PlanInputs) -> list[_Use | None]:
    """Return for each slot the dearest use of stored energy in the day after it; of equals, the first."""
    found: list[_Use | None] = []
    coming = deque[_Use]()
    for slot, given in zip(reversed(plan.slots), reversed(inputs.slots), strict=True):
        while coming and coming[-1].start > slot.start + _AHEAD:
            coming.pop()
        found.append(coming[-1] if coming else None)
        if slot.discharge_w > _NOTHING_W:
            exported = slot.export_w > _NOTHING_W
            use = _Use(slot.start, given.sell_per_kwh if exported else given.buy_per_kwh, exported)
            while coming and coming[0].price_per_kwh <= use.price_per_kwh:
                coming.popleft()
            coming.appendleft(use)
    found.reverse()
    return found


def _times(inputs: PlanInputs) -> Callable[[timedelta], str]:
    """Return how to say a time since the start of the plan."""
    now, zone = inputs.now, home_zone(inputs.zone)
    return lambda since: clock(now + since, now, zone)


def _sentence(
    slot: PlanSlot, given: PlanSlotInput, use: _Use | None, settings: PlannerSettings, at: Callable[[timedelta], str]
) -> str:
    moment = f"at {at(slot.start)}" if slot.start else "now"
    about = "about " if slot.extrapolated else ""
    imported = slot.import_w > _NOTHING_W
    price = given.buy_per_kwh if imported else given.sell_per_kwh
    if use is None:
        later = f"a stored kWh is worth {cents(slot.marginal_per_kwh)}"
    else:
        later = f"{'feed-in ' if use.exported else ''}{cents(use.price_per_kwh)} at {at(use.start)}"
    match slot.action:
        case Action.CHARGE:
            earned = "" if imported else "feed-in "
            alone = " from the grid with PV off" if slot.source is ChargeSource.GRID else ""
            text = f"Charging at {kilowatts(slot.charge_w)}{alone}: {earned}{about}{cents(price)} {moment}, {later}"
        case Action.DISCHARGE:
            exported = slot.export_w > _NOTHING_W
            verb, kind = ("Exporting", "feed-in ") if exported else ("Discharging", "")
            price = given.sell_per_kwh if exported else given.buy_per_kwh
            text = (
                f"{verb} at {kilowatts(slot.discharge_w)}: {kind}{about}{cents(price)} {moment}, "
                f"a stored kWh is worth {cents(slot.marginal_per_kwh)}"
            )
        case Action.HOLD:
            kind = "" if imported else "feed-in "
            text = f"Holding {slot.soc_before:.0f} %: {kind}{about}{cents(price)} {moment}, {later}"
        case _:
            text = f"Self-consumption: {_usual(slot, given, settings, about, moment)}"
    if slot.export_limit_w is not None:
        return f"{text}. {export_limited(given.sell_per_kwh, slot.export_limit_w)}"
    return f"{text}."


def _usual(slot: PlanSlot, given: PlanSlotInput, settings: PlannerSettings, about: str, moment: str) -> str:
    """Return what the battery does by itself."""
    buying = f"buying costs {about}{cents(given.buy_per_kwh)} {moment}"
    feeding = f"feed-in earns {about}{cents(given.sell_per_kwh)} {moment}"
    if slot.discharge_w > _NOTHING_W:
        return f"the battery feeds the house, {buying}"
    if slot.charge_w > _NOTHING_W:
        return f"the sun charges the battery, {feeding}"
    if given.pv_w > given.load_w + _NOTHING_W:
        full = f"the battery is full at {slot.soc_before:.0f} %"
        return f"{full}, {feeding}" if slot.soc_before >= settings.soc_max - 0.5 else feeding
    if given.load_w > given.pv_w + _NOTHING_W and slot.soc_before <= settings.soc_min + 0.5:
        return f"the battery is at its reserve of {settings.soc_min:.0f} %, {buying}"
    return buying
