"""Several schedulers at once, and schedulers that are killed: every paper is made, and kept once."""

import contextlib
import hashlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from config import Config
from tests.conftest import SECRET_KEY
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
    reported,
)
from tests.reminders.test_processes import ROOT, tickers
from tracker import create_app
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.papers.models import Paper, PaperState
from tracker.papers.services.asking import ask_paper
from tracker.papers.services.workshop import LEASE
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.processes
PAPERS = 12


@pytest.fixture
def environment(new_database: Callable[[], str], tmp_path: Path) -> dict[str, str]:
    return os.environ | {
        "DATABASE_URL": new_database(),
        "STORAGE_URL": f"file://{tmp_path / 'files'}",
        "TRACKER_INSTANCE": str(tmp_path),
        "TRACKER_SECRET_KEY": SECRET_KEY,
        "PYTHONPATH": str(ROOT),
    }


@pytest.fixture
def installation(environment: dict[str, str], make_config: Callable[..., Config]) -> Iterator[Flask]:
    """An application on a database and a folder of its own, with a dozen reports that wait to be made."""
    app = create_app(
        make_config(SQLALCHEMY_DATABASE_URI=environment["DATABASE_URL"], STORAGE_URL=environment["STORAGE_URL"])
    )
    with app.app_context():
        upgrade()
        instrument = InstrumentFactory.create()
        round_ = RoundFactory.create(instruments=[instrument], meeting__code="M-2027")
        party = PartyFactory.create(code="AL")
        coordinator = MembershipFactory.create(party=party).person
        for position in range(10):
            commitment = CommitmentFactory.create(instrument=instrument, position=position)
            item = ItemFactory.create(commitment=commitment, party=party)
            reported(item, round_, coordinator, state=UpdateState.ACCEPTED)
        for number in range(PAPERS):
            chosen = {"party": "AL", "round": "M-2027", "holds": "accepted", "order": "theme", "number": number}
            kind = ("national-report-pdf", "national-report-word")[number % 2]
            ask_paper(kind, chosen, by=coordinator, at=utc_now(), party_id=party.id)
        db.session.commit()
        db.session.remove()
        yield app
        db.session.remove()
        db.engine.dispose()


def made() -> list[Paper]:
    """The papers that are ready; each with a file that is whole."""
    papers = list(db.session.scalars(sa.select(Paper).filter_by(state=PaperState.READY).order_by(Paper.id)))
    for paper in papers:
        assert paper.storage_name is not None
        content = b"".join(storage().pieces(paper.storage_name))
        assert hashlib.sha256(content).hexdigest() == paper.sha256
    return papers


def test_three_schedulers_make_each_paper_once(
    installation: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    go = tmp_path / "go"
    with tickers(environment, [(go, [utc_now()])] * 3):
        go.touch()

    papers = made()
    assert len(papers) == PAPERS
    assert {paper.attempts for paper in papers} == {1}
    assert len({paper.storage_name for paper in papers}) == PAPERS
    assert sum(1 for _ in storage().stored()) == PAPERS


def test_what_killed_schedulers_had_in_hand_is_made_by_the_next(
    installation: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    now, gos = utc_now(), [tmp_path / f"go-{n}" for n in range(3)]
    # The last one wakes when the leases of the dead have run out.
    moments = [now, now, now + LEASE + timedelta(seconds=1)]
    with tickers(environment, list(zip(gos, [[moment] for moment in moments], strict=True))) as children:
        for child, go in zip(children[:2], gos, strict=False):
            go.touch()
            wait_for_work()
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        gos[2].touch()

    papers = made()
    assert len(papers) == PAPERS
    # A file whose row was never written has no name anywhere; the sweep finds it. At most one for each kill.
    assert PAPERS <= sum(1 for _ in storage().stored()) <= PAPERS + 2


def wait_for_work() -> None:
    """Wait until somebody has a paper in hand."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        in_hand = db.session.scalar(sa.select(Paper.id).filter_by(state=PaperState.MAKING).limit(1))
        waiting = db.session.scalar(sa.select(Paper.id).where(Paper.state != PaperState.READY).limit(1))
        db.session.rollback()
        if in_hand is not None or waiting is None:
            return
        time.sleep(0.005)
