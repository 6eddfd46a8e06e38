"""Where on earth the demo's home stands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place and its clock."""

    latitude: float
    longitude: float
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """Return its time zone."""
        return ZoneInfo(self.time_zone)


BRISBANE: Final = Place(latitude=-27.4698, longitude=153.0251, time_zone="Australia/Brisbane")


def where_it_is(hour: int, now: datetime) -> Place:
    """Return a place as far south as Brisbane where the clock, set by the sun, shows this hour now."""
    ahead_h = (hour - now.astimezone(UTC).hour + 11) % 24 - 11
    # These zones are named as POSIX counts: west of Greenwich is above 0.
    west_h = f"{-ahead_h:+d}" if ahead_h else ""
    return Place(latitude=BRISBANE.latitude, longitude=15.0 * ahead_h, time_zone=f"Etc/GMT{west_h}")
