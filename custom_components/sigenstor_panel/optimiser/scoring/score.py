"""What a day cost against what it could have cost: the honest score of the decisions that were made."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ...model.command import Action
from ..contract import OptimiserSettings, PlanInputs, Recommendation, Strategy
from ..model import Case, PlannerSettings, PlanSlotInput, PowerSteps
from ..planner.orders import Order, order_of
from ..planner.plan import plan, terminal_value
from ..settle import (
    ActualSlots,
    Policy,
    Settlement,
    no_battery,
    perfect_foresight,
    self_consumption,
    settle,
    settled,
)

_NOTHING_TO_SAVE = 0.01
"""$; a share of less than this says nothing."""

type Decider = Callable[[PlanInputs, OptimiserSettings], Recommendation]
"""How a decision is made: `recommend`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOutcome:
    """A way through the day: $ for energy and wear, less what was left in the battery more than at the start."""

    cost: float
    cycles: float
    import_kwh: float
    export_kwh: float
    soc_after: float
    """Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayScore:
    """Five ways through the same day; a strategy is None where no decision of the day is known.

    The shares are those of what really happened, or, where that was not given, of the strategy in force, of what
    perfect foresight would have saved; None where that is next to nothing. Perfect foresight is never dearer than what
    happened: a battery that loses less than its settings say was then the better way.
    """

    no_battery: DayOutcome
    self_consumption: DayOutcome
    rules: DayOutcome | None
    plan: DayOutcome | None
    perfect_foresight: DayOutcome
    actual: DayOutcome | None
    """What really happened, where it was given."""
    share_vs_no_battery: float | None
    share_vs_self_consumption: float | None


def score_day(
    measured: ActualSlots,
    known: Sequence[PlanInputs],
    settings: OptimiserSettings,
    decide: Decider,
    actual: Settlement | None = None,
) -> DayScore:
    """Return the score of a day from the inputs of its decisions, in any order, and of what really happened.

    Each decision is made again from the SoC that the earlier ones lead to. Until the first one, the home consumes
    its own. What is left in the battery is worth the same for all: what the cheapest way through the hours after
    the day makes of it, as they were expected at the last decision; without any, the day's own typical price.
    """
    known = sorted(known, key=lambda inputs: inputs.now)
    measured = replace(measured, slots=_cut(measured, [inputs.now for inputs in known]))
    left = StoredEnergyValue(measured, _after(measured.end, known[-1]) if known else (), settings.planner)

    def scored(found: Settlement) -> DayOutcome:
        return DayOutcome(
            cost=found.cost + found.wear + left.cost(found.soc[-1]),
            cycles=found.cycles,
            import_kwh=found.import_kwh,
            export_kwh=found.export_kwh,
            soc_after=found.soc[-1],
        )

    def by(policy: Policy, steps: PowerSteps | None = None) -> DayOutcome:
        return scored(settle(measured, settings.planner, policy, steps))

    nothing, usual = by(no_battery), by(self_consumption)
    best = scored(settled(perfect_foresight(measured, left.settings, left.after), settings.planner))
    rules, planned = (
        by(_decisions(measured, known, replace(settings, strategy=strategy), decide), settings.steps) if known else None
        for strategy in (Strategy.RULES, Strategy.PLAN)
    )
    happened = None if actual is None else scored(actual)
    if happened is not None and happened.cost < best.cost:
        best = happened
    chosen = happened or (planned if settings.strategy is Strategy.PLAN else rules)
    return DayScore(
        no_battery=nothing,
        self_consumption=usual,
        rules=rules,
        plan=planned,
        perfect_foresight=best,
        actual=happened,
        share_vs_no_battery=share(nothing, chosen, best),
        share_vs_self_consumption=share(usual, chosen, best),
    )


def share(without: DayOutcome, chosen: DayOutcome | None, best: DayOutcome) -> float | None:
    """Return which share of the possible saving was made; None where hardly any was possible."""
    possible = without.cost - best.cost
    return None if chosen is None or possible < _NOTHING_TO_SAVE else (without.cost - chosen.cost) / possible


class StoredEnergyValue:
    """What the energy left at the end is worth: what the cheapest way through the hours after it makes of it."""

    def __init__(self, measured: ActualSlots, after: tuple[PlanSlotInput, ...], settings: PlannerSettings) -> None:
        """Take what is expected after what was measured; without any, a kWh is worth its own typical price."""
        self.after = after
        worth = settings.terminal_per_kwh
        if worth is None:
            worth = terminal_value(Case(slots=after or measured.slots, soc=measured.soc), settings)
        self.settings = replace(settings, terminal_per_kwh=worth, soc_final=None)
        """With the worth of a kWh at the very end, and nothing else asked of it."""
        self._worth_per_kwh = worth
        self._start = self._objective(measured.soc)

    def cost(self, soc: float) -> float:
        """Return in $ how much more the hours after cost by ending at a SoC in place of the one at the start."""
        return self._objective(soc) - self._start

    def _objective(self, soc: float) -> float:
        if self.after:
            return plan(Case(slots=self.after, soc=soc), self.settings).objective
        return -self._worth_per_kwh * soc / 100 * self.settings.capacity_kwh


def _decisions(
    measured: ActualSlots, known: Sequence[PlanInputs], settings: OptimiserSettings, decide: Decider
) -> Policy:
    """Return the orders of the decisions, each made when its time comes; between them, what the last plan says."""
    starts = _starts(measured.start, measured.slots)
    moments = [inputs.now for inputs in known]
    latest = -1
    planned: list[datetime] = []
    recommended: Recommendation | None = None

    def order(index: int, soc: float, battery_w: float) -> Order:
        nonlocal latest, recommended, planned
        due = bisect_right(moments, starts[index]) - 1
        if due > latest:
            latest = due
            present = Action.SELF_CONSUME if recommended is None else recommended.action
            recommended = decide(replace(known[due], soc=soc, present=present, battery_w=battery_w), settings)
            planned = _starts(moments[due], known[due].slots)
        if recommended is None:
            return Order()
        slot = bisect_right(planned, starts[index]) - 1
        if settings.strategy is Strategy.PLAN and recommended.plan and 0 < slot < len(planned):
            return order_of(recommended.plan.slots[slot])
        return order_by(recommended)

    return order


def order_by(advice: Recommendation) -> Order:
    """Return what the plant is asked by a recommendation."""
    return Order(advice.action, advice.target_power_w, advice.export_limit_w, advice.source, advice.pv_limit_w)


def _starts(start: datetime, slots: Sequence[PlanSlotInput]) -> list[datetime]:
    """Return when each of the slots starts."""
    starts = []
    for slot in slots:
        starts.append(start)
        start += slot.duration
    return starts


def _cut(measured: ActualSlots, moments: Sequence[datetime]) -> tuple[PlanSlotInput, ...]:
    """Cut the slots at the moments of the decisions, so that each takes effect at once."""
    slots: list[PlanSlotInput] = []
    start = measured.start
    for slot in measured.slots:
        end = start + slot.duration
        inside = moments[bisect_right(moments, start) : bisect_right(moments, end - timedelta.resolution)]
        for moment in (*inside, end):
            if moment > start:
                slots.append(replace(slot, duration=moment - start))
                start = moment
    return tuple(slots)


def _after(end: datetime, inputs: PlanInputs) -> tuple[PlanSlotInput, ...]:
    """Return what the inputs expect after a moment."""
    slots: list[PlanSlotInput] = []
    start = inputs.now
    for slot in inputs.slots:
        over = start + slot.duration
        if over > end:
            slots.append(replace(slot, duration=over - max(start, end)))
        start = over
    return tuple(slots)
