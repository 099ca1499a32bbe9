"""Time zones and the arithmetic of planned days. Source: DESIGN §3.10, kept in ``docs/adr/0006``.

What is planned is a local date (and hour) with an IANA zone; the instant is derived here and never
stored, so that a change of the zone's rules moves it as people expect.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names a person may choose from: ``UTC`` and every ``Area/City``, sorted."""
    kept = (name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/", "right/")))
    return ("UTC", *sorted(kept))


@cache
def zone(name: str) -> ZoneInfo:
    """Return the zone of that name.

    Raises:
        ValueError: there is no such zone, or it is not one that we offer.
    """
    if name not in zone_names():
        raise ValueError(f"unknown time zone {name!r}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def instant(day: date, at: time, zone_name: str) -> datetime:
    """Return the UTC instant of a local date and time.

    An hour that the clocks skip counts from before the change (02:30 becomes 03:30); one that
    occurs twice is its first occurrence. So a planned hour comes exactly once.
    """
    return datetime.combine(day, at, tzinfo=zone(zone_name)).astimezone(UTC)


def end_of_day(day: date, zone_name: str) -> datetime:
    """Return the UTC instant of 24:00 of ``day``: the first moment that is too late."""
    return instant(day + timedelta(days=1), time(0), zone_name)


def local(moment: datetime, zone_name: str) -> datetime:
    """Return the moment as the clocks of the zone show it."""
    return moment.astimezone(zone(zone_name))


def local_day(moment: datetime, zone_name: str) -> date:
    """Return the calendar day of the moment in the zone."""
    return local(moment, zone_name).date()


def city(zone_name: str) -> str:
    """Return the city that names the zone, for people: ``Europe/Chisinau`` is ``Chișinău``."""
    name = zone_name.rsplit("/", 1)[-1].replace("_", " ")
    return {"Chisinau": "Chișinău", "Tirane": "Tirana"}.get(name, name)
