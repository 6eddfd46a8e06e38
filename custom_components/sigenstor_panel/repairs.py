"""Asks the owner what only the owner can answer; nothing changes without an answer."""

from typing import TYPE_CHECKING, Any, cast

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .const import CONF_REPLACED, DOMAIN
from .control.memory import ControlMode
from .coordinator.left_behind import async_purge
from .plants import entry_of

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlowResult  # since 2026.6


class LearningFlow(RepairsFlow):
    """Lets the owner choose, after the learning period, between acting, learning on, and advising for good."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the plant."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        return self.async_show_menu(step_id="init", menu_options=["let_it_act", "learn_on", "only_advise"])

    async def async_step_let_it_act(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let the optimiser control the plant."""
        return await self._async_change(ControlMode.AUTO)

    async def async_step_learn_on(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Learn for as long again."""
        await entry_of(self.hass, self._entry_id).runtime_data.optimiser.async_learn_on()
        return self.async_create_entry(data={})

    async def async_step_only_advise(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Advise, and ask no more."""
        return await self._async_change(ControlMode.MANUAL)

    async def _async_change(self, mode: ControlMode) -> RepairsFlowResult:
        await entry_of(self.hass, self._entry_id).runtime_data.control.async_change_settings(mode=mode)
        return self.async_create_entry(data={})


class LimitsFlow(RepairsFlow):
    """Lets the owner say what is to become of battery limits that may be somebody else's."""

    def __init__(self, entry_id: str) -> None:
        """Take the entry of the plant."""
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["set_to_rated", "keep_limits"],
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def async_step_set_to_rated(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Let the battery do what it is rated for."""
        return await self._async_settle(to_rated=True)

    async def async_step_keep_limits(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave the limits as they are, and ask no more."""
        return await self._async_settle(to_rated=False)

    async def _async_settle(self, *, to_rated: bool) -> RepairsFlowResult:
        try:
            await entry_of(self.hass, self._entry_id).runtime_data.control.async_settle_limits(to_rated=to_rated)
        except HomeAssistantError as err:
            return self.async_abort(reason="not_settled", description_placeholders={"error": str(err)})
        return self.async_create_entry(data={})


class LeftBehindFlow(RepairsFlow):
    """Lets the owner delete what a system left that is no longer set up."""

    def __init__(self, plant: str, *, in_recorder: bool) -> None:
        """Take the serial number of the plant, and where its record is."""
        self._plant = plant
        self._in_recorder = in_recorder

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_menu(
            step_id="init",
            menu_options=["keep", "delete"],
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )

    async def async_step_keep(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Leave everything as it is."""
        return self.async_create_entry(data={})

    async def async_step_delete(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Delete everything, unless the system came back meanwhile."""
        if self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, self._plant) is not None:
            return self.async_abort(reason="set_up_again")
        try:
            await async_purge(self.hass, self._plant, in_recorder=self._in_recorder)
        except HomeAssistantError as err:
            return self.async_abort(reason="not_deleted", description_placeholders={"error": str(err)})
        return self.async_create_entry(data={})


class ExchangedFlow(RepairsFlow):
    """Lets the owner say that an inverter was exchanged: the new one takes the place of the old one."""

    def __init__(self, entry_id: str, known_as: str, by: str) -> None:
        """Take the entry, what the inverter is known by, and the serial number that answers now."""
        self._entry_id = entry_id
        self._known_as = known_as
        self._by = by

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        if user_input is not None:
            entry = self.hass.config_entries.async_get_known_entry(self._entry_id)
            replaced = {**entry.data.get(CONF_REPLACED, {}), self._known_as: self._by}
            self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_REPLACED: replaced})
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
            return self.async_create_entry(data={})
        issue = ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id)
        return self.async_show_form(
            step_id="init",
            data_schema=vol.Schema({}),
            description_placeholders=None if issue is None else issue.translation_placeholders,
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that settles an issue."""
    if data is None:
        return ConfirmRepairFlow()
    if "plant" in data:
        return LeftBehindFlow(cast("str", data["plant"]), in_recorder=bool(data["in_recorder"]))
    if "exchanged" in data:
        return ExchangedFlow(cast("str", data["entry_id"]), cast("str", data["exchanged"]), cast("str", data["by"]))
    if "limits" in data:
        return LimitsFlow(cast("str", data["entry_id"]))
    return LearningFlow(cast("str", data["entry_id"]))
