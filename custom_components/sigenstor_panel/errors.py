"""What is refused or cannot be done, as errors that Home Assistant shows to people."""

from collections.abc import Generator
from contextlib import contextmanager

from homeassistant.core import async_get_hass
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import DOMAIN
from .control.waiting import NotDoneError
from .model.audit_entry import UnavailableError
from .model.message import Message, say, told_by
from .model.validation import InvalidInputError
from .texts import localize


def cause(err: Exception) -> str:
    """Return what went wrong, without the path of a file and the statement of a database: some hold a serial number."""
    return getattr(err, "strerror", None) or str(getattr(err, "orig", None) or err) or type(err).__name__


def told(message: Message) -> dict[str, str]:
    """Return the placeholder in which a message reaches the panel, which writes it in the language of its reader."""
    return {"told": message.as_text()}


@contextmanager
def translated_errors() -> Generator[None]:
    """Turn what can go wrong with input, the disk and the records into translated errors; a message names the field."""
    try:
        yield
    except InvalidInputError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="invalid_input",
            translation_placeholders={"message": _localized(err.message), "field": err.field, **told(err.message)},
        ) from err
    except NotDoneError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="not_done",
            translation_placeholders={"reason": _localized(err.message), **told(err.message)},
        ) from err
    except OSError as err:
        message = say("problem.not_saved", told_by(err))
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="not_saved",
            translation_placeholders={"error": _localized(told_by(err)), **told(message)},
        ) from None
    except UnavailableError as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="records_unavailable",
            translation_placeholders={"error": _localized(err.message), **told(err.message)},
        ) from err


def _localized(message: Message) -> str:
    return localize(async_get_hass(), message)
