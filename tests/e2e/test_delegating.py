"""A coordinator assigns items, a contributor fills one in by a link without a password, and the coordinator sees it."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from scripts.serving import Installation
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey

NEWCOMER = "focal.point@demo.example"


def test_a_contributor_fills_in_an_item_by_link(
    installation: Installation, visitor: Callable[..., Visitor], new_page: Callable[..., Page]
) -> None:
    coordinator = visitor("coordinator.hr")
    coordinator.goes_to("/work")
    boxes = coordinator.page.locator("input[form=selection]")
    rows = coordinator.page.locator("main li.item").filter(has=boxes)
    code = rows.first.get_attribute("id") or ""
    for number in range(3):
        boxes.nth(number).check()
    coordinator.presses("Assign the ticked items")
    page = coordinator.page
    page.get_by_label("Somebody new, whom you name below").check()
    page.get_by_label("Name", exact=True).fill("Focal point")
    page.get_by_label("E-mail address").fill(NEWCOMER)
    page.get_by_label("By a link for this round, without a password").check()
    coordinator.presses("Assign the ticked items")
    coordinator.reads("3 items are in the hands of Focal point. The link is on its way.")
    assert coordinator.finds_barriers() == []

    installation.command("tick")
    reader = Visitor(new_page())
    reader.goes_to("/dev/mailbox")
    mails = reader.page.locator("main tbody tr", has_text=NEWCOMER)
    reader.opens(mails.filter(has_text="your items for the meeting").first.get_by_role("link"))
    link = reader.page.locator(".mail-text a", has_text=re.compile("/by-link/")).first.get_attribute("href") or ""
    contributor = Visitor(new_page())
    contributor.goes_to(urlsplit(link).path)
    contributor.reads("This link is for Focal point.")
    contributor.presses("Open my items")
    assert contributor.finds_barriers() == []
    expect(contributor.page.locator("main li.item")).to_have_count(3)
    contributor.opens(contributor.row_of_work(code).locator(".actions a"))
    contributor.page.get_by_label("Partly in place").check()
    contributor.page.get_by_label("What has been done since the last round?").fill("The focal point wrote this.")
    assert contributor.finds_barriers() == []
    contributor.presses("Save, and say that it can go")
    expect(contributor.row_of_work(code)).to_contain_text("ready to be submitted")

    coordinator.goes_to("/work")
    expect(coordinator.row_of_work(code)).to_contain_text("ready to be submitted")
    coordinator.goes_to("/work/assignments")
    coordinator.reads("1 of 3 ready or submitted")
    coordinator.reads("Opened once")
