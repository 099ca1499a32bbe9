"""Long lists, one page at a time."""

import pytest
import sqlalchemy as sa
from flask import Flask, render_template_string

from tests.factories import PartyFactory
from tracker.core.paging import Page, page_number, page_of, page_url
from tracker.parties.models import Party


def test_a_page_knows_where_it_stands() -> None:
    page: Page[int] = Page(items=range(25), number=2, size=25, total=308)

    assert (page.first, page.last, page.pages) == (26, 50, 13)
    assert page.numbers == [1, 2, 3, 4, None, 13]
    assert (page.has_previous, page.has_next) == (True, True)


def test_an_empty_list_has_one_page_with_nothing_on_it() -> None:
    page: Page[int] = Page(items=[], number=1, size=25, total=0)

    assert (page.first, page.last, page.pages, page.has_next) == (0, 0, 1, False)


def test_a_page_costs_two_statements_and_one_too_far_is_the_last() -> None:
    PartyFactory.create_batch(7)
    query = sa.select(Party.code).order_by(Party.position)

    page = page_of(query, number=99, size=3, scalars=True)

    assert (page.number, page.total, len(page.items)) == (3, 7, 1)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("3", 3),
        ("", 1),
        ("0", 1),
        ("-1", 1),
        ("1e9", 1),
        ("٣", 1),
        ("9" * 40, 1),
        ("2 ", 1),
        ("<x>", 1),
        ("999999", 999999),
    ],
)
def test_what_is_no_page_number_is_the_first_page(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(query_string={"page": asked}):
        assert page_number() == number


def test_addresses_of_other_pages_keep_the_filters_and_stay_here(app: Flask) -> None:
    with app.test_request_context("/x?page=2&theme=a&theme=b&_external=1&_scheme=javascript&q=%22%3E%3Cb%3E"):
        assert page_url(3) == "?theme=a&theme=b&_external=1&_scheme=javascript&q=%22%3E%3Cb%3E&page=3"


def test_a_list_on_one_page_offers_no_other(app: Flask) -> None:
    with app.test_request_context():
        shown = render_template_string(
            '{% from "components/pager.html" import pager %}{{ pager(page) }}',
            page=Page(items=[1, 2], number=1, size=25, total=2),
        )

    assert "1–2 of 2" in shown
    assert "<ol>" not in shown
