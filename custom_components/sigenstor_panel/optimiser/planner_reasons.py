"""The reasons of a plan, in sentences for people, built on what a stored kWh is worth."""

from .model import Plan, PlannerSettings


def worth(plan: Plan, settings: PlannerSettings, index: int = 0) -> str:
    """Return what a stored kWh is worth after a slot, and the prices at which charging and exporting pay."""
    marginal = plan.slots[index].marginal_per_kwh
    charge_below = marginal * settings.charge_efficiency
    export_above = marginal / settings.discharge_efficiency + settings.wear_per_kwh
    return (
        f"A stored kWh is worth {_cents(marginal)}: charging below {_cents(charge_below)}, "
        f"exporting above {_cents(export_above)}."
    )


def _cents(per_kwh: float) -> str:
    return f"{per_kwh * 100:.0f} c"
