"""The audit log as a CSV download."""

from http import HTTPStatus

from aiohttp import web
from homeassistant.components.http import KEY_HASS, HomeAssistantView, require_admin
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..const import DOMAIN
from ..control_access import audit_range, entry_of
from ..errors import translated_errors


class AuditCsvView(HomeAssistantView):
    """Hands out a range of the audit log, piece by piece."""

    url = f"/api/{DOMAIN}/audit.csv"
    name = f"api:{DOMAIN}:audit_csv"

    @require_admin
    async def get(self, request: web.Request) -> web.StreamResponse:
        """Return the rows from `start` to `end` of the plant with `entry_id`."""
        hass = request.app[KEY_HASS]
        try:
            audit = entry_of(hass, request.query.get("entry_id")).runtime_data.control.audit
            start, end = audit_range(request.query.get("start"), request.query.get("end"))
            with translated_errors():
                # What cannot be read must be known before the first byte is sent.
                await audit.count(start, end)
        except ServiceValidationError as err:
            return self.json_message(str(err), HTTPStatus.BAD_REQUEST)
        except HomeAssistantError as err:
            return self.json_message(str(err), HTTPStatus.SERVICE_UNAVAILABLE)
        response = web.StreamResponse(headers={"Content-Disposition": 'attachment; filename="sigenstor_audit.csv"'})
        response.content_type = "text/csv"
        response.charset = "utf-8"
        await response.prepare(request)
        pieces = audit.export_csv(start, end)
        while (piece := await hass.async_add_executor_job(next, pieces, None)) is not None:
            await response.write(piece.encode())
        await response.write_eof()
        return response
