"""The scheduler reminds those who have not reported, and the mail leads them to their item."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from scripts.serving import PASSWORD, Installation
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey


def test_a_reminder_leads_to_the_item_after_signing_in(
    installation: Installation, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    reader = Visitor(page)
    installation.command("tick")

    reader.goes_to("/dev/mailbox")
    reader.opens(page.locator("main tbody tr", has_text="coordinator.rs@demo.example").first.get_by_role("link"))
    reader.reads("Serbia")
    assert reader.finds_barriers() == []
    link = page.locator(".mail-text a", has_text=re.compile(r"/items/\d+")).first
    path = urlsplit(link.get_attribute("href") or "").path
    reader.opens(link)
    page.locator("input[name=email]").fill("coordinator.rs@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")

    expect(page.locator("header.mast details.person")).to_be_visible()
    assert urlsplit(page.url).path == path


def test_the_mail_is_as_its_recipient_sees_it(installation: Installation, new_page: Callable[..., Page]) -> None:
    installation.command("tick")
    page = new_page(viewport={"width": 390, "height": 844})
    reader = Visitor(page)

    reader.goes_to("/dev/mailbox")
    reader.opens(page.locator("main tbody tr", has_text="coordinator.rs@demo.example").first.get_by_role("link"))
    with page.expect_navigation():
        reader.page.locator("main a.btn-primary").click()

    assert reader.finds_barriers() == []


def test_the_secretariat_sees_what_leaves_and_what_left(
    installation: Installation, visitor: Callable[..., Visitor]
) -> None:
    installation.command("tick")
    officer = visitor("secretariat")

    officer.goes_to("/reminders")
    officer.opens(officer.page.locator("main a[href*='/planned/']").first)
    officer.reads("This is how the mail looks")
    planned = officer.finds_barriers()
    officer.goes_to("/reminders/sent")
    officer.opens(officer.page.locator("main a[href^='/reminders/sent/']").first)
    officer.reads("Message-ID")

    assert planned == officer.finds_barriers() == []
