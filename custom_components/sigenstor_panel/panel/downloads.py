"""What is kept of a plant as CSV downloads, piece by piece."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aiohttp import web
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..errors import translated_errors
from ..model.validation import choice
from ..plants import Access, entry_of, in_words, may, time_range
from ..runtime import SigenStorConfigEntry
from .decisions import days_of
from .history import csv_pieces, in_recorder
from .rows import Period

type _Query = Mapping[str, str]
type _Run = Callable[[HomeAssistant, SigenStorConfigEntry, Callable[[], Any]], Awaitable[Any]]


async def _in_audit(_hass: HomeAssistant, entry: SigenStorConfigEntry, job: Callable[[], Any]) -> Any:
    return await entry.runtime_data.control.audit.run(job)


async def _in_decisions(_hass: HomeAssistant, entry: SigenStorConfigEntry, job: Callable[[], Any]) -> Any:
    return await entry.runtime_data.optimiser.decisions.run(job)


async def _in_history(hass: HomeAssistant, _entry: SigenStorConfigEntry, job: Callable[[], Any]) -> Any:
    return await in_recorder(hass, job)


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """Describes a download: its pieces, each of which blocks until it is there, and where to wait for them."""

    pieces_fn: Callable[[HomeAssistant, SigenStorConfigEntry, _Query], Awaitable[Iterator[str]]]
    run: _Run


async def _audit(hass: HomeAssistant, entry: SigenStorConfigEntry, query: _Query) -> Iterator[str]:
    control = entry.runtime_data.control
    between = time_range(query.get("start"), query.get("end"))
    return control.audit.export_csv(*between, in_words(hass, entry))


async def _history(hass: HomeAssistant, entry: SigenStorConfigEntry, query: _Query) -> Iterator[str]:
    period = choice("period", query.get("period", Period.HOUR), Period)
    return csv_pieces(hass, entry, *time_range(query.get("start"), query.get("end")), period)


async def _decisions(hass: HomeAssistant, entry: SigenStorConfigEntry, query: _Query) -> Iterator[str]:
    decisions = entry.runtime_data.optimiser.decisions
    between = time_range(query.get("start"), query.get("end"))
    return decisions.export_csv(*between, in_words(hass, entry))


async def _scores(_hass: HomeAssistant, entry: SigenStorConfigEntry, query: _Query) -> Iterator[str]:
    scores = entry.runtime_data.optimiser.scores
    return scores.export_csv(await scores.query(*days_of(query)))


DOWNLOADS: Mapping[str, Download] = {
    "audit": Download(pieces_fn=_audit, run=_in_audit),
    "decisions": Download(pieces_fn=_decisions, run=_in_decisions),
    "history": Download(pieces_fn=_history, run=_in_history),
    "scores": Download(pieces_fn=_scores, run=_in_decisions),
}


class CsvView(HomeAssistantView):
    """Hands out a range of one kind of records of the plant with `entry_id`, from `start` to `end`."""

    url = f"/api/{DOMAIN}/{{kind:{'|'.join(DOWNLOADS)}}}.csv"
    name = f"api:{DOMAIN}:csv"

    async def get(self, request: web.Request, kind: str) -> web.StreamResponse:
        """Return the rows."""
        download = DOWNLOADS[kind]
        try:
            hass = request.app[KEY_HASS]
            entry = entry_of(hass, request.query.get("entry_id"))
            if not may(hass, entry, request[KEY_HASS_USER], Access.READ):
                return self.json_message("Unauthorized", HTTPStatus.UNAUTHORIZED)
            with translated_errors():
                pieces = await download.pieces_fn(hass, entry, request.query)
                # What cannot be read must be known before the first byte is sent: the header alone is always there.
                begin = [await download.run(hass, entry, lambda: next(pieces, "")) for _ in range(2)]
        except ServiceValidationError as err:
            return self.json_message(str(err), HTTPStatus.BAD_REQUEST)
        except HomeAssistantError as err:
            return self.json_message(str(err), HTTPStatus.SERVICE_UNAVAILABLE)
        response = web.StreamResponse(headers={"Content-Disposition": f'attachment;filename="sigenstor_{kind}.csv"'})
        response.content_type = "text/csv"
        response.charset = "utf-8"
        await response.prepare(request)
        await response.write("".join(begin).encode())
        while (piece := await download.run(hass, entry, lambda: next(pieces, None))) is not None:
            await response.write(piece.encode())
        await response.write_eof()
        return response
