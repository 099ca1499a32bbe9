"""A coordinator asks for the national report, waits on the page, and takes the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scripts.serving import Installation
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.journey


def test_a_report_is_asked_for_made_and_fetched(visitor: Callable[..., Visitor], installation: Installation) -> None:
    coordinator = visitor("coordinator.ba")
    page = coordinator.page
    page.goto("/parties/BA")
    coordinator.opens(page.get_by_role("link", name="National report").first)
    page.get_by_label("Also working drafts").check()
    coordinator.presses("Make a PDF")
    expect(page.get_by_text("It waits to be made.")).to_be_visible()

    installation.command("tick")

    download = page.get_by_role("link", name="Download national-report-BA")  # the page looks again by itself
    expect(download).to_be_visible()
    with page.expect_download() as fetched:
        download.click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
