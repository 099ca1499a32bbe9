"""The main job in a browser: a country reports, the Secretariat returns and accepts, and the matrix shows it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey

COMPENSATION = "BRDO-2018-05"
FIRST = "The fund pays awards since May; 14 persons were paid."
SECOND = "The fund pays awards since May 2026; 14 persons were paid, the annual report is public."


def fills_in(coordinator: Visitor, narrative: str) -> None:
    page = coordinator.page
    page.get_by_label("In place and used").check()
    page.get_by_label("What has been done since the last round?").fill(narrative)
    page.get_by_label("Name", exact=True).fill("Ana Sample")
    page.get_by_label("Function", exact=True).fill("Deputy minister")
    page.get_by_label("Date", exact=True).fill("2026-11-20")
    coordinator.presses("Check and submit")
    coordinator.reads(narrative)
    assert coordinator.finds_barriers() == []
    coordinator.presses("Submit to the Secretariat")


def opens_the_item(coordinator: Visitor) -> None:
    coordinator.goes_to("/work")
    coordinator.opens(coordinator.row_of_work(COMPENSATION).locator("a.item-title"))


def opens_the_review(officer: Visitor) -> None:
    officer.goes_to("/review")
    officer.page.get_by_label("Party").select_option(label="Albania")
    officer.presses("Show")
    officer.opens(officer.row_of_review(COMPENSATION, "Albania").get_by_role("link").first)


def test_a_report_is_returned_corrected_accepted_and_shown_in_the_matrix(visitor: Callable[..., Visitor]) -> None:
    coordinator = visitor("coordinator.al")
    officer = visitor("secretariat")

    opens_the_item(coordinator)
    coordinator.follows("Write an update")
    fills_in(coordinator, FIRST)
    coordinator.goes_to("/work")
    expect(coordinator.row_of_work(COMPENSATION)).to_contain_text("Submitted")

    opens_the_review(officer)
    officer.page.get_by_label("What has to change?").fill("Name the public report.")
    officer.presses("Return to Albania")

    opens_the_item(coordinator)
    coordinator.follows("Correct the update")
    coordinator.reads("Name the public report.")
    fills_in(coordinator, SECOND)

    opens_the_review(officer)
    expect(officer.page.locator("main ins").first).to_be_visible()
    officer.presses("Accept the update")

    officer.goes_to("/dashboard")
    expect(officer.cell_of_matrix(COMPENSATION, "Albania")).to_contain_text("In place and used")
