"""The step that sets how the optimiser decides."""

from dataclasses import replace
from typing import Any

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.helpers.selector import BooleanSelector, NumberSelector, SelectSelector, SelectSelectorConfig
import voluptuous as vol

from ..const import OPTION_OPTIMISER
from ..coordinator.optimiser_options import DEFAULT_OPTIONS, RANGES, parse_options
from ..model.validation import PER_KWH, InvalidInputError
from ..optimiser.contract import Strategy
from ..texts import currency_of, localize
from .fields import async_labels, collapsed, field_of, in_kw, in_w, number, power
from .prices import PricesSteps

SECTION_RULES = "rules"

_STEPS = {"wear_per_kwh": 0.001, "cheap_buy_per_kwh": 0.01, "dear_buy_per_kwh": 0.01, "solar_hours": 0.5}
_PLAN = (
    "interval_min",
    "learning_days",
    "reserve_soc",
    "wear_per_kwh",
    "efficiency",
    "import_limit_w",
    "export_limit_w",
)
_RULES = (
    *("price_weight", "solar_weight", "usage_weight", "cheap_buy_per_kwh", "dear_buy_per_kwh"),
    *("export_min_soc", "solar_max_soc", "usage_min_soc", "solar_hours"),
)


def _field(name: str, currency: str) -> NumberSelector:
    low, high, unit = RANGES[name]
    if name.endswith("_w"):
        return power(low, high)
    unit = currency + unit if unit == PER_KWH else unit.strip()
    return number(low, high, 0.05 if name.endswith("_weight") else _STEPS.get(name, 1), unit or None)


def _marker(name: str) -> vol.Marker:
    """Return the field with its default, as it is shown; what has no limit is left empty."""
    if name == "export_limit_w":
        return vol.Optional(field_of(name))
    default = DEFAULT_OPTIONS.rules.stored[name] if name in _RULES else getattr(DEFAULT_OPTIONS, name)
    return vol.Required(field_of(name), default=in_kw({name: default})[field_of(name)])


def optimiser_schema(currency: str) -> vol.Schema:
    """Return the form, with prices in a currency."""
    return vol.Schema(
        {
            vol.Required("strategy", default=DEFAULT_OPTIONS.strategy.value): SelectSelector(
                SelectSelectorConfig(options=[strategy.value for strategy in Strategy], translation_key="strategy")
            ),
            **{_marker(name): _field(name, currency) for name in _PLAN},
            vol.Required("guess_prices", default=DEFAULT_OPTIONS.guess_prices): BooleanSelector(),
            vol.Required(SECTION_RULES): collapsed({_marker(name): _field(name, currency) for name in _RULES}),
        }
    )


OPTIMISER_SCHEMA = optimiser_schema("")


class OptimiserSteps(PricesSteps):
    """Sets how the optimiser decides."""

    async def async_step_optimiser(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the strategy, how often, and the limits and thresholds."""
        errors: dict[str, str] = {}
        placeholders = {"problem": ""}
        if user_input is not None:
            chosen = in_w({**user_input, **user_input[SECTION_RULES]})
            del chosen[SECTION_RULES]
            try:
                parse_options(chosen)
            except InvalidInputError as err:
                errors["base"] = "invalid_option"
                label = (await async_labels(self.hass, "optimiser")).get(field_of(err.field), err.field)
                message = replace(err.message, values={**err.message.values, "field": label})
                placeholders["problem"] = localize(self.hass, message)
            else:
                return self._with(OPTION_OPTIMISER, chosen)
        stored = in_kw(self.config_entry.options.get(OPTION_OPTIMISER, {}))
        return self.async_show_form(
            step_id="optimiser",
            data_schema=self.add_suggested_values_to_schema(
                optimiser_schema(currency_of(self.hass, self.config_entry)),
                user_input or {**stored, SECTION_RULES: stored},
            ),
            errors=errors,
            description_placeholders=placeholders,
        )
