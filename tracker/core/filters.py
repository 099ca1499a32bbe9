"""Jinja filters: dates, times and numbers as people write them, in the language of the page."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from tracker.core import form_display, frame, paging, zones

#: Printed where there is no value.
DASH: Final = "–"
_KILO: Final = 1000
_WORDS: Final = (
    _l("none"),
    _l("one"),
    _l("two"),
    _l("three"),
    _l("four"),
    _l("five"),
    _l("six"),
    _l("seven"),
    _l("eight"),
    _l("nine"),
    _l("ten"),
    _l("eleven"),
    _l("twelve"),
)
#: The day where a language's dates begin with it, with the dot that some put behind.
_DAY: Final = re.compile(r"d+\.?")


def _locale() -> Locale:
    return get_locale() or Locale("en", "GB")


def day(value: date | None) -> str:
    """14 December 2026."""
    return format_date(value, "long", locale=_locale()) if value else DASH


def weekday_day(value: date | None) -> str:
    """Monday 14 December 2026."""
    if not value:
        return DASH
    written = format_date(value, "full", locale=_locale())
    return written.replace(", ", " ", 1) if _locale().language == "en" else written


def day_short(value: date | None) -> str:
    """14 December."""
    return format_skeleton("MMMMd", value, locale=_locale()) if value else DASH


def month(value: date | None) -> str:
    """December 2026."""
    return format_skeleton("yMMMM", value, locale=_locale()) if value else DASH


def day_range(start: date | None, end: date | None = None, precision: str = "day") -> str:
    """20–21 January 2027; 31 January – 2 February 2027; January 2027 where only the month is known."""
    if start is None:
        return DASH
    if precision == "month":
        one_month = end is None or (start.year, start.month) == (end.year, end.month)
        return month(start) if one_month else f"{month(start)} – {month(end)}"
    if end is None or end == start:
        return day(start)
    leading = _DAY.match(str(_locale().date_formats["long"].pattern))
    if start.year != end.year or leading is None:
        return f"{day(start)} – {day(end)}"
    if start.month != end.month:
        return f"{day_short(start)} – {day(end)}"
    return f"{format_date(start, leading.group(), locale=_locale())}–{day(end)}"


def moment(value: datetime | None, zone_name: str | None = None) -> str:
    """20 November 2026, 17:02, in the zone named or the one that the page shows."""
    if value is None:
        return DASH
    local = zones.local(value, zone_name or frame.shown_zone())
    return str(_("%(day)s, %(time)s", day=day(local.date()), time=f"{local:%H:%M}"))


def clock(value: datetime | None, zone_name: str | None = None) -> str:
    """17:02, in the zone named or the one that the page shows."""
    return f"{zones.local(value, zone_name or frame.shown_zone()):%H:%M}" if value else DASH


def local_day(value: datetime, zone_name: str | None = None) -> date:
    """Return the calendar day of a moment, in the zone named or the one that the page shows."""
    return zones.local_day(value, zone_name or frame.shown_zone())


def days_between(start: date, end: date) -> int:
    """Return the calendar days from ``start`` to ``end``; negative where it lies before."""
    return (end - start).days


def number(value: Decimal | int | None) -> str:
    """1,234.5, with all its decimals; a dash where there is none."""
    if value is None:
        return DASH
    if isinstance(value, int) and 0 <= value < _KILO:  # nothing to group; tables are full of these
        return str(value)
    return format_decimal(value, locale=_locale(), decimal_quantization=False)


def file_size(size: int) -> str:
    """214 kB, in steps of a thousand; megabytes with one decimal below ten."""
    if size < _KILO:
        return str(_("%(size)s bytes", size=number(size)))
    kilobytes = round(Decimal(size) / _KILO)
    if kilobytes < _KILO:
        return str(_("%(size)s kB", size=number(kilobytes)))
    megabytes = Decimal(size) / (_KILO * _KILO)
    return str(_("%(size)s MB", size=number(round(megabytes, 1) if kilobytes < 10 * _KILO else round(megabytes))))


def in_words(value: int) -> str:
    """Write numbers from none to twelve as words; figures beyond."""
    return str(_WORDS[value]) if 0 <= value < len(_WORDS) else number(value)


def capital(value: object) -> str:
    """Return the text with a capital first letter; the rest as it is."""
    text = str(value)
    return text[:1].upper() + text[1:]


def paragraphs(text: str | None) -> Markup:
    """Return typed text as paragraphs and line breaks, and no other markup."""
    parts = [part.strip("\n") for part in re.split(r"\n[ \t]*\n", (text or "").replace("\r\n", "\n")) if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.split("\n"))) for part in parts
    )


def init_app(app: Flask) -> None:
    """Give templates the filters, and what the frame, forms and lists need."""
    app.jinja_env.filters.update(
        capital=capital,
        clock=clock,
        day=day,
        day_range=day_range,
        day_short=day_short,
        days_between=days_between,
        file_size=file_size,
        in_words=in_words,
        local_day=local_day,
        moment=moment,
        month=month,
        number=number,
        paragraphs=paragraphs,
        weekday_day=weekday_day,
        zone_city=zones.city,
    )
    frame.init_app(app)
    form_display.init_app(app)
    paging.init_app(app)
