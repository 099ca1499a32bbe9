"""People see how far their paper is, and fetch it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import TrackerClient, page
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.papers.models import Paper, PaperState

ROOT = Path(__file__).parents[2]
Asked = Callable[..., Paper]
Making = Callable[..., int]


def test_a_paper_that_waits_says_so_and_offers_to_look_again(
    client: TrackerClient, coordinator: User, asked: Asked
) -> None:
    paper = asked()

    response = client.sign_in(coordinator).get(f"/papers/{paper.id}")

    assert "It waits to be made." in response.text
    assert page(response).select_one(f'a[href="/papers/{paper.id}"]') is not None
    assert client.get(f"/papers/{paper.id}/file").status_code == 404


def test_a_paper_in_the_making_shows_how_far_it_is(client: TrackerClient, coordinator: User, asked: Asked) -> None:
    paper = asked()
    paper.state, paper.lease, paper.done, paper.total, paper.doing = PaperState.MAKING, "x", 3, 28, "BRDO-2018-05"
    db.session.commit()

    assert "3 of 28" in client.sign_in(coordinator).get(f"/papers/{paper.id}").text


def test_a_ready_paper_is_fetched_as_a_file(
    client: TrackerClient, coordinator: User, asked: Asked, made: Making
) -> None:
    paper = asked("Hello")
    made()
    client.sign_in(coordinator)

    assert paper.sha256 is not None
    assert paper.sha256 in client.get(f"/papers/{paper.id}").text
    response = client.get(f"/papers/{paper.id}/file")

    assert response.data == b"Hello"
    assert response.headers["Content-Disposition"] == "attachment; filename=trial.txt"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]


def test_a_paper_of_somebody_else_is_no_page(
    client: TrackerClient, peer: User, secretariat: User, asked: Asked, made: Making
) -> None:
    paper = asked()
    made()

    for person in (peer, secretariat):
        client.sign_in(person)
        assert client.get(f"/papers/{paper.id}").status_code == 404
        assert client.get(f"/papers/{paper.id}/file").status_code == 404


def test_a_failed_paper_gives_the_number_of_its_error(client: TrackerClient, coordinator: User, asked: Asked) -> None:
    paper = asked()
    paper.finished_at = paper.requested_at
    paper.state, paper.error, paper.error_id = PaperState.FAILED, "It did not work.", "ab12cd34"
    db.session.commit()

    text = client.sign_in(coordinator).get(f"/papers/{paper.id}").text

    assert "It did not work." in text
    assert "ab12cd34" in text


@pytest.mark.parametrize("library", ["typst", "docx", "openpyxl", "xlsxwriter"])
def test_web_workers_do_not_load_what_writes_papers(library: str) -> None:
    program = f"import sys, tracker; assert {library!r} not in sys.modules; import tracker.scheduler"

    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
