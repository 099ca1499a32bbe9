"""Dates, times and numbers as people write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask_babel import force_locale

from tracker.core import filters

DUE = date(2026, 12, 14)
LATE_EVENING = datetime(2026, 12, 14, 22, 59, tzinfo=UTC)


def test_days_are_written_day_month_year() -> None:
    assert filters.day(DUE) == "14 December 2026"
    assert filters.weekday_day(DUE) == "Monday 14 December 2026"
    assert filters.day_short(DUE) == "14 December"
    assert filters.month(DUE) == "December 2026"


def test_a_missing_day_is_a_dash() -> None:
    assert filters.day(None) == filters.weekday_day(None) == filters.day_short(None) == filters.day_range(None) == "–"


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        (date(2027, 1, 20), date(2027, 1, 21), "20–21 January 2027"),
        (date(2027, 1, 20), date(2027, 1, 20), "20 January 2027"),
        (date(2027, 1, 20), None, "20 January 2027"),
        (date(2027, 1, 31), date(2027, 2, 2), "31 January – 2 February 2027"),
        (date(2027, 12, 31), date(2028, 1, 2), "31 December 2027 – 2 January 2028"),
    ],
)
def test_a_range_names_what_changes(start: date, end: date | None, written: str) -> None:
    assert filters.day_range(start, end) == written


def test_a_range_known_to_the_month_only_names_months() -> None:
    assert filters.day_range(date(2027, 1, 1), None, "month") == "January 2027"
    assert filters.day_range(date(2027, 1, 1), date(2027, 1, 31), "month") == "January 2027"
    assert filters.day_range(date(2027, 1, 1), date(2027, 2, 28), "month") == "January 2027 – February 2027"


def test_days_follow_the_language(app: Flask) -> None:
    with app.test_request_context(), force_locale("de"):
        assert filters.day(DUE) == "14. Dezember 2026"
        assert filters.day_range(date(2027, 1, 20), date(2027, 1, 21)) == "20.–21. Januar 2027"
    with app.test_request_context(), force_locale("mk"):
        assert filters.weekday_day(DUE) == "понеделник, 14 декември 2026\u202fг."


def test_a_language_that_begins_with_the_month_gets_two_whole_days(app: Flask) -> None:
    with app.test_request_context(), force_locale("en_US"):
        assert filters.day_range(date(2027, 1, 20), date(2027, 1, 21)) == "January 20, 2027 – January 21, 2027"


def test_moments_are_written_in_the_zone_named() -> None:
    assert filters.moment(LATE_EVENING, "Europe/Vienna") == "14 December 2026, 23:59"
    assert filters.moment(LATE_EVENING, "Europe/Chisinau") == "15 December 2026, 00:59"
    assert filters.clock(LATE_EVENING, "Europe/Chisinau") == "00:59"
    assert filters.local_day(LATE_EVENING, "Europe/Chisinau") == date(2026, 12, 15)
    assert filters.moment(None) == filters.clock(None) == "–"


def test_moments_are_written_in_the_networks_zone_where_nobody_is_signed_in() -> None:
    assert filters.moment(LATE_EVENING) == "14 December 2026, 23:59"


def test_days_between_are_calendar_days() -> None:
    assert filters.days_between(date(2026, 3, 28), date(2026, 3, 30)) == 2
    assert filters.days_between(date(2026, 3, 30), date(2026, 3, 28)) == -2


def test_numbers_keep_their_decimals_and_group_by_language(app: Flask) -> None:
    assert filters.number(1234567) == "1,234,567"
    assert filters.number(Decimal("0.123456789")) == "0.123456789"
    assert filters.number(0) == "0"
    assert filters.number(None) == "–"
    with app.test_request_context(), force_locale("de"):
        assert filters.number(Decimal("1234.5")) == "1.234,5"


def test_sizes_go_in_steps_of_a_thousand() -> None:
    assert filters.file_size(0) == "0 bytes"
    assert filters.file_size(999) == "999 bytes"
    assert filters.file_size(214_300) == "214 kB"
    assert filters.file_size(999_999) == "1 MB"
    assert filters.file_size(1_500_000) == "1.5 MB"
    assert filters.file_size(25_000_000) == "25 MB"


def test_small_numbers_are_words() -> None:
    assert filters.in_words(11) == "eleven"
    assert filters.in_words(0) == "none"
    assert filters.in_words(13) == "13"
    assert filters.in_words(1308) == "1,308"


def test_a_capital_leaves_the_rest_alone() -> None:
    assert filters.capital("eleven parties of NATC") == "Eleven parties of NATC"
    assert filters.capital("") == ""


def test_typed_text_becomes_paragraphs_and_nothing_else() -> None:
    text = "First line\nsecond line\n\n\n  \nNext <script>alert(1)</script> & {{ 7 * 7 }}"

    assert filters.paragraphs(text) == (
        "<p>First line<br>second line</p><p>Next &lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}</p>"
    )
    assert filters.paragraphs(None) == filters.paragraphs(" \n ") == ""
    assert filters.paragraphs("one {0} {name} %s") == "<p>one {0} {name} %s</p>"
