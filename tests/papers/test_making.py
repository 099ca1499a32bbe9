"""Papers are made by the job process: once, whatever happens to it."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import ItemFactory, PaperFactory, RevisionFactory
from tests.papers.conftest import TRIAL, gather
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.papers.jobs import KEPT, forget_old_papers
from tracker.papers.making import CannotBeMade, Made, Maker, Progress
from tracker.papers.models import Paper, PaperState
from tracker.papers.queries import papers_to_forget
from tracker.papers.services.workshop import LEASE
from tracker.parties.models import Party
from tracker.progress.models import Evidence, EvidenceKind, EvidenceVersion

Asked = Callable[..., Paper]
Making = Callable[..., int]


def content_of(paper: Paper) -> bytes:
    assert paper.storage_name is not None
    return b"".join(storage().pieces(paper.storage_name))


def test_a_paper_is_made_and_kept_with_its_hash(asked: Asked, made: Making) -> None:
    paper = asked("Hello")

    assert made() == 1
    assert made() == 0

    assert paper.state is PaperState.READY
    assert content_of(paper) == b"Hello"
    assert paper.sha256 == "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"
    assert (paper.file_name, paper.media_type, paper.size_bytes) == ("trial.txt", "text/plain", 5)


def test_the_same_click_twice_asks_once(asked: Asked) -> None:
    assert asked("Hello") is asked("Hello")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Paper)) == 1
    assert db.session.scalars(sa.select(AuditEvent.act)).all() == ["paper.asked_for_network"]


def test_what_would_say_the_same_is_not_made_again(asked: Asked, made: Making) -> None:
    paper = asked(fingerprint="a" * 64)
    made()

    assert asked(fingerprint="a" * 64) is paper
    assert asked(fingerprint="b" * 64) is not paper


def test_without_a_fingerprint_it_is_made_anew(asked: Asked, made: Making) -> None:
    paper = asked()
    made()

    assert asked() is not paper


def test_a_paper_that_fails_three_times_says_so(
    asked: Asked, made: Making, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)

    def fail(_data: Mapping[str, Any], _progress: Progress) -> Made:
        raise ZeroDivisionError

    paper = asked()
    finished = [made(Maker(gather, fail), at=now + timedelta(minutes=minute)) for minute in range(3)]

    assert finished == [0, 0, 1]
    assert paper.state is PaperState.FAILED
    assert "could not be made" in paper.error
    assert len(paper.error_id) == 8
    assert "ZeroDivision" not in paper.error


def test_one_that_fails_stops_no_other(asked: Asked, made: Making, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)

    def fail_some(data: Mapping[str, Any], progress: Progress) -> Made:
        if data["text"] == "bad":
            raise ZeroDivisionError
        return TRIAL.make(data, progress)

    bad, good = asked("bad"), asked("good")
    made(Maker(gather, fail_some))

    assert (bad.state, good.state) == (PaperState.ASKED, PaperState.READY)


def test_what_cannot_be_made_says_why_at_once(asked: Asked, made: Making) -> None:
    def refuse(_data: Mapping[str, Any], _progress: Progress) -> Made:
        raise CannotBeMade("The file is not a workbook.")

    paper = asked()
    made(Maker(gather, refuse))

    assert (paper.state, paper.error, paper.error_id) == (PaperState.FAILED, "The file is not a workbook.", "")


def test_what_a_killed_maker_had_is_made_by_another(asked: Asked, made: Making, now: datetime) -> None:
    paper = asked()
    paper.state, paper.lease, paper.leased_until, paper.attempts = PaperState.MAKING, "dead", now + LEASE, 1
    db.session.commit()

    assert made(at=now) == 0
    assert made(at=now + LEASE) == 1
    assert (paper.state, paper.attempts, paper.lease) == (PaperState.READY, 2, None)


def test_what_kills_every_maker_is_given_up(
    asked: Asked, made: Making, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    paper, other = asked("kills"), asked("good")
    paper.state, paper.lease, paper.leased_until, paper.attempts = PaperState.MAKING, "dead", now, 3
    db.session.commit()

    made()

    assert paper.state is PaperState.FAILED
    assert paper.error_id
    assert other.state is PaperState.READY


def test_a_result_is_kept_once_when_two_made_it(asked: Asked, made: Making) -> None:
    stored_before = sum(1 for _ in storage().stored())

    def too_slow(data: Mapping[str, Any], progress: Progress) -> Made:
        """Meanwhile the lease runs out and another has taken it."""
        db.session.execute(sa.update(Paper).values(lease="another"))
        db.session.commit()
        return TRIAL.make(data, progress)

    paper = asked()

    assert made(Maker(gather, too_slow)) == 0
    assert (paper.state, paper.lease, paper.storage_name) == (PaperState.MAKING, "another", None)
    assert sum(1 for _ in storage().stored()) == stored_before


def test_progress_is_written_and_renews_the_lease(asked: Asked, made: Making) -> None:
    seen: list[tuple[int, int, str]] = []

    def slow(data: Mapping[str, Any], progress: Progress) -> Made:
        progress(1, 4, "Reading row 1")
        seen.append(tuple(db.session.execute(sa.select(Paper.done, Paper.total, Paper.doing)).one()))
        db.session.rollback()
        return TRIAL.make(data, progress)

    asked()
    made(Maker(gather, slow))

    assert seen == [(1, 4, "Reading row 1")]


def test_papers_are_forgotten_after_thirty_days_and_kept_ones_stay(asked: Asked, made: Making, now: datetime) -> None:
    old, kept = asked("old"), asked("kept", is_kept=True)
    made()
    name = old.storage_name
    old_id = old.id

    assert forget_old_papers(now + KEPT) == 0
    assert forget_old_papers(now + KEPT + timedelta(seconds=1)) == 1
    db.session.commit()

    assert db.session.get(Paper, old_id) is None
    assert content_of(kept) == b"kept"
    assert name is not None
    assert not storage().exists(name)


def test_what_was_redacted_does_not_live_on_in_a_paper(
    asked: Asked, made: Making, party: Party, now: datetime, coordinator: User
) -> None:
    asked("before", party_id=party.id)
    made()
    RevisionFactory.create(
        item=ItemFactory.create(party=party), author=coordinator, redacted_at=now + timedelta(minutes=1)
    )
    after = asked("after", party_id=party.id)
    made(at=now + timedelta(minutes=2))

    assert forget_old_papers(now + timedelta(minutes=3)) == 1
    db.session.commit()
    assert db.session.scalars(sa.select(Paper)).all() == [after]


def test_nor_does_a_document_that_was_redacted(
    asked: Asked, made: Making, party: Party, now: datetime, coordinator: User
) -> None:
    about_it, about_all = asked("it", party_id=party.id), asked("all")
    made()
    evidence = Evidence(party=party, kind=EvidenceKind.LINK, title="Redacted document")
    evidence.versions.append(
        EvidenceVersion(
            number=1, sha256="0" * 64, added_by=coordinator, added_at=now, redacted_at=now + timedelta(minutes=1)
        )
    )
    db.session.add(evidence)
    db.session.commit()

    assert {row.id for row in db.session.execute(papers_to_forget(now, limit=9))} == {about_it.id, about_all.id}


def test_only_known_kinds_are_made(asked: Asked, now: datetime, made: Making, coordinator: User) -> None:
    paper = PaperFactory.create(kind="of-another-version", requested_by=coordinator)

    made()

    assert paper.state is PaperState.ASKED
