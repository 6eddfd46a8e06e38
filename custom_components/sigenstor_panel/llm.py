"""Tools for language models: a skill each, for systems that are exposed to the assistant."""

from typing import override

from homeassistant.components.llm import LLMTools
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.llm import LLM_API_ASSIST, LLMContext, Tool, ToolAnnotations, ToolInput, ToolResult
import voluptuous as vol

from .automation.skills import SKILLS, Asker, Skill, async_exposed_systems, async_use, parameters_of
from .const import DOMAIN
from .texts import localize


class SkillTool(Tool):
    """A skill as a tool."""

    integration = DOMAIN

    def __init__(self, hass: HomeAssistant, name: str, skill: Skill) -> None:
        """Initialize the tool."""
        self.name = f"{DOMAIN}__{name}"
        self.title = localize(hass, skill.title)
        self.description = localize(hass, skill.description)
        self.parameters = vol.Schema(parameters_of(hass, skill))
        reads = skill.access.name == "READ"
        self.annotations = ToolAnnotations(
            read_only=reads, destructive=skill.destructive, idempotent=reads, open_world=False
        )
        self._skill = skill

    @override
    async def async_call(self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext) -> ToolResult:
        """Use the skill; what is refused is told to the model."""
        asker = Asker(context=llm_context.context, assistant=llm_context.assistant, device_id=llm_context.device_id)
        try:
            answer = await async_use(hass, self._skill, asker, self.parameters(tool_input.tool_args))
        except (HomeAssistantError, vol.Invalid) as err:
            return ToolResult(data={"error": str(err)}, error=True)
        return ToolResult(data=answer)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for what is exposed to the assistant; None where nothing is."""
    if api_id != LLM_API_ASSIST:
        return None
    tools: list[Tool] = [
        SkillTool(hass, name, skill)
        for name, skill in SKILLS.items()
        if async_exposed_systems(hass, llm_context.assistant, skill.access)
    ]
    return LLMTools(tools=tools) if tools else None
