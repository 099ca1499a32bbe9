"""The questionnaire in a browser: fetched, filled in elsewhere, handed in, looked at, taken."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor
from tests.papers.questionnaire.samples import with_cells
from tracker.core.clock import utc_now
from tracker.making import MAKERS
from tracker.papers.jobs import make_papers

pytestmark = pytest.mark.journey


def test_a_workbook_is_fetched_filled_in_and_taken(
    sample_app: Flask, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    coordinator = visitor("coordinator.hr")
    page = coordinator.page
    coordinator.goes_to("/work")
    coordinator.follows("Fill in elsewhere (Excel, Word)")
    coordinator.presses("Make an Excel workbook")
    make_papers(utc_now(), MAKERS)
    page.reload()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download questionnaire-HR").click()
    content = fetched.value.path().read_bytes()
    answers = load_workbook(io.BytesIO(content))["Answers"]
    code = next(row[0].value for row in answers.iter_rows(min_row=4) if not row[7].protection.locked)
    filled_in = tmp_path / "filled in.xlsx"
    filled_in.write_bytes(
        with_cells(content, {(code, "narrative"): "Закон је усвојен (sample).", (code, "status"): "Quite good"})
    )

    coordinator.goes_to("/parties/HR/questionnaire")
    page.get_by_label("The file that you filled in").set_input_files(filled_in)
    coordinator.presses("Upload the file")
    make_papers(utc_now(), MAKERS)
    page.reload()
    coordinator.follows("See what the file would change")

    expect(page.locator(".findings")).to_contain_text("“Quite good” is not one of the statuses.")
    expect(page.locator(f"#item-{code} ins")).to_contain_text("Закон је усвојен")
    assert coordinator.finds_barriers() == []
    coordinator.presses("Take what is ticked")
    expect(page.locator("body")).to_contain_text("1 thing was taken from the file.")
    expect(coordinator.row_of_work(code)).to_contain_text("Draft")
