"""No page shuts anybody out: axe finds nothing in light, in dark and on a narrow screen; nothing scrolls sideways."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.e2e.places import address_of, pages, viewer_of
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def signed_in(module_page: Callable[[], Page]) -> Callable[[str | None], Visitor]:
    """Gives a visitor for a sample person, signed in once for all pages; None has not signed in."""
    known: dict[str | None, Visitor] = {}

    def visitor(who: str | None) -> Visitor:
        if who not in known:
            known[who] = Visitor(module_page())
            if who is not None:
                known[who].sign_in(who)
        return known[who]

    return visitor


@pytest.mark.parametrize("endpoint", pages())
def test_a_page_has_no_barriers(signed_in: Callable[[str | None], Visitor], sample_app: Flask, endpoint: str) -> None:
    visitor = signed_in(viewer_of(endpoint))
    page = visitor.page
    found: dict[str, list[str]] = {}

    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    visitor.goes_to(address_of(sample_app, endpoint))
    found["light"] = visitor.finds_barriers()
    page.emulate_media(color_scheme="dark")
    found["dark"] = visitor.finds_barriers()
    page.set_viewport_size(NARROW)
    found["narrow"] = visitor.finds_barriers()

    assert found == {"light": [], "dark": [], "narrow": []}
