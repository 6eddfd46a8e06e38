"""The commands of the plan: as it changes, and what another one would cost."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..coordinator.optimiser_inputs import KnownNow, MissingDataError, plan_inputs
from ..coordinator.optimiser_options import TRIED_OPTIONS, parse_options
from ..errors import translated_errors
from ..model.message import say
from ..model.telemetry import Telemetry
from ..model.validation import MAX_POWER_W, number_in
from ..optimiser.contract import OptimiserSettings
from ..optimiser.model import CaseError
from ..optimiser.planner.plan import plan
from ..runtime import SigenStorConfigEntry
from ..texts import localize
from .feed import FeedKind
from .plan_rows import planned_as_dict
from .websocket import WebsocketMessage, optional, plant_command, subscription

_LIMITS: Final = ("charge_limit_w", "discharge_limit_w", "import_limit_w", "export_limit_w")


def _plan_job(_hass: HomeAssistant, entry: SigenStorConfigEntry) -> Callable[[], dict[str, Any] | None]:
    """Return what makes the plan of the decision in force; None where something that a plan needs is missing."""
    stored = entry.runtime_data.optimiser.data.decision
    if stored is None or stored.decision is None or (planned := stored.recommendation.plan) is None:
        return lambda: None
    made_from = stored.decision
    return lambda: planned_as_dict(made_from.inputs, made_from.settings, planned)


PLAN_FEED = FeedKind(key="plan", value_fn=_plan_job, slow=True, at_once=lambda runtime: (runtime.optimiser,))


@plant_command("plan/what_if", optional(*TRIED_OPTIONS, *_LIMITS))
async def what_if(hass: HomeAssistant, entry: SigenStorConfigEntry, msg: WebsocketMessage) -> Mapping[str, Any]:
    """Return the plan of this moment as things are, and as they would be with other settings; nothing is changed."""
    runtime = entry.runtime_data
    optimiser = runtime.optimiser
    with translated_errors():
        options = _options(msg)
        limits = _limits(msg, runtime.telemetry.data)

    def work(known: KnownNow, current: OptimiserSettings, changed: OptimiserSettings) -> dict[str, Any]:
        inputs = plan_inputs(known)
        changed = replace(changed, planner=replace(changed.planner, **limits))
        # A limit that is tried is to hold; of one that is set, the house takes what it takes.
        planned = plan(inputs.case, changed.planner, strict="import_limit_w" in limits)
        return {"current": planned_as_dict(inputs, current), "changed": planned_as_dict(inputs, changed, planned)}

    async with optimiser.trying:
        with _named_problems(hass):
            current, changed = optimiser.settings_now(), optimiser.settings_now(**options)
            return await hass.async_add_executor_job(work, optimiser.known_now(), current, changed)


COMMANDS = (subscription("plan/subscribe", PLAN_FEED), what_if)


def _options(msg: WebsocketMessage) -> dict[str, Any]:
    """Return the options that are given. Raises InvalidInputError for what cannot be."""
    options: dict[str, Any] = {name: msg[name] for name in TRIED_OPTIONS if name in msg}
    parse_options(options)
    return options


def _limits(msg: WebsocketMessage, reading: Telemetry) -> dict[str, float]:
    """Return the limits that are given: what the plant can do is the most. Raises InvalidInputError for what cannot be."""
    most_w = {"charge_limit_w": reading.rated_charge_power_w, "discharge_limit_w": reading.rated_discharge_power_w}
    return {
        name: number_in(name, msg[name], 0, most_w.get(name) or MAX_POWER_W, " W") for name in _LIMITS if name in msg
    }


@contextmanager
def _named_problems(hass: HomeAssistant) -> Generator[None]:
    """Turn what leaves no plan into errors that name what it is."""
    try:
        yield
    except MissingDataError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="no_plan",
            translation_placeholders={"error": localize(hass, err.message)},
        ) from err
    except CaseError as err:
        # The names of a case file, in kW, are those of the fields, in W.
        field = f"{err.field.removesuffix('_kw')}_w" if err.field.endswith("_kw") else err.field
        told = say("invalid.case", field=field, problem=err.problem)
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="invalid_input",
            translation_placeholders={"message": localize(hass, told), "field": field, "told": told.as_text()},
        ) from err
