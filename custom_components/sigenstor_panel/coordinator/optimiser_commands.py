"""What the optimiser asks of control for a recommendation."""

from dataclasses import replace

from ..model.command import Action, Command
from ..optimiser.contract import Recommendation

_POWER_STEP_W = 100
_SAME_POWER_W = 200
"""A recommended power that differs less is not worth a write."""


def command_of(advice: Recommendation) -> Command:
    """Return what a recommendation asks of the plant."""
    power_w = 0
    if advice.action in (Action.CHARGE, Action.DISCHARGE):
        power_w = max(1, round(advice.target_power_w / _POWER_STEP_W)) * _POWER_STEP_W
    pv_limit_w = None if advice.pv_limit_w is None else round(advice.pv_limit_w / _POWER_STEP_W) * _POWER_STEP_W
    return Command(
        action=advice.action,
        power_w=power_w,
        source=advice.source,
        export_limit_w=advice.export_limit_w,
        pv_limit_w=pv_limit_w,
    )


def keep_if_similar(before: Command | None, after: Command) -> Command:
    """Return the command before where the one after it is much the same: a write to the plant wears its memory."""
    if before is None or replace(before, power_w=after.power_w, pv_limit_w=after.pv_limit_w) != after:
        return after
    similar = abs(before.power_w - after.power_w) <= _SAME_POWER_W and _similar(before.pv_limit_w, after.pv_limit_w)
    return before if similar else after


def _similar(before_w: int | None, after_w: int | None) -> bool:
    if before_w is None or after_w is None:
        return before_w is after_w
    return abs(before_w - after_w) <= _SAME_POWER_W
