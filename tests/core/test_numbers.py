"""Numbers as people of the region type them."""

import contextlib
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tracker.core.numbers import NumberRefused, plain, read_decimal


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", "12"),
        ("0", "0"),
        ("007", "7"),
        (" 1 234 ", "1234"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("1\u202f234.50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("+3", "3"),
    ],
)
def test_what_can_be_read_in_one_way_is_read(app: Flask, typed: str, read: str) -> None:
    with app.test_request_context():
        assert read_decimal(typed) == Decimal(read)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("1.234,50", "two ways"),
        ("1,234.50", "two ways"),
        ("1.234", "Enter 1234"),
        ("12,345", "Enter 12345"),
        ("-3", "below zero"),
        ("−3", "below zero"),
        ("1 23", "in digits"),
        ("1 234 5678", "in digits"),
        ("twelve", "in digits"),
        ("1e9", "in digits"),
        ("NaN", "in digits"),
        ("Infinity", "in digits"),
        ("", "in digits"),
        (".", "in digits"),
        ("1.", "in digits"),
        ("٣", "0 to 9"),
        ("9" * 60, "shorter"),
        ("12 EUR", "in digits"),
        ("1..2", "in digits"),
    ],
)
def test_what_cannot_is_asked_about(app: Flask, typed: str, says: str) -> None:
    with app.test_request_context(), pytest.raises(NumberRefused, match=says):
        read_decimal(typed)


@given(st.decimals(min_value=0, max_value=10**11, places=2))
def test_a_number_shown_in_a_field_is_read_as_itself(value: Decimal) -> None:
    assert read_decimal(plain(value)) == value


@given(st.text(max_size=45))
def test_nothing_typed_breaks_it(app: Flask, typed: str) -> None:
    with app.test_request_context(), contextlib.suppress(NumberRefused):
        assert read_decimal(typed) >= 0
