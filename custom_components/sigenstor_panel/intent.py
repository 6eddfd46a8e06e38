"""Intents: what sentences of one's own, and assistants, can ask of a system."""

from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent

from .automation.skills import SKILLS, Answer, Asker, Skill, async_use, parameters_of
from .texts import localize


class SkillIntent(intent.IntentHandler):
    """Answers with what a skill found, for a sentence's own response: `{{ slots.soc_percent }}`."""

    def __init__(self, hass: HomeAssistant, name: str, skill: Skill) -> None:
        """Initialize the handler."""
        self.intent_type = intent_type(name)
        self.description = localize(hass, skill.description)
        self._skill = skill
        self._slots = parameters_of(hass, skill)

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        """What the intent takes."""
        return self._slots

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Do what is asked for. Raises `IntentHandleError` with a sentence."""
        slots = self.async_validate_slots(intent_obj.slots)
        asker = Asker(context=intent_obj.context, assistant=intent_obj.assistant, device_id=intent_obj.device_id)
        try:
            answer = await async_use(
                intent_obj.hass, self._skill, asker, {name: slot["value"] for name, slot in slots.items()}
            )
        except HomeAssistantError as err:
            raise intent.IntentHandleError(str(err)) from err
        response = intent_obj.create_response()
        response.async_set_speech_slots(answer)
        response.async_set_speech(_speech(answer))
        return response


def intent_type(name: str) -> str:
    """Return the name of a skill's intent: SigenStorState."""
    return f"SigenStor{name.title()}"


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register the intents."""
    for name, skill in SKILLS.items():
        intent.async_register(hass, SkillIntent(hass, name, skill))


def _speech(answer: Answer) -> str:
    """Return a plain answer, for a sentence that has no response of its own."""
    return str(
        answer.get("why")
        or answer.get("why_now")
        or "; ".join(
            f"{name}: {value}" for name, value in answer.items() if value is not None and not isinstance(value, list)
        )
    )
