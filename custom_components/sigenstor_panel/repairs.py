"""Asks the owner, after the learning period, whether the optimiser may act; nothing changes without an answer."""

from typing import TYPE_CHECKING, Any, cast

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant

from .control.memory import ControlMode
from .control_access import entry_of

if TYPE_CHECKING:
    from homeassistant.components.repairs import RepairsFlowResult  # since 2026.6


class LearningFlow(RepairsFlow):
    """Lets the owner choose between acting, learning on, and advising for good."""

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


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that settles an issue."""
    assert data is not None
    return LearningFlow(cast("str", data["entry_id"]))
