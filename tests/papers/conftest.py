"""A kind of paper for trials, and a workshop that makes it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.papers.jobs import make_papers
from tracker.papers.kinds import KINDS, Kind
from tracker.papers.making import Made, Maker, Order, Progress
from tracker.papers.models import Paper
from tracker.papers.services.asking import ask_paper


def gather(order: Order) -> Mapping[str, Any]:
    return {"text": order.parameters["text"]}


def make(data: Mapping[str, Any], _progress: Progress) -> Made:
    return Made(content=data["text"].encode(), file_name="trial.txt", media_type="text/plain")


TRIAL = Maker(gather, make)


@pytest.fixture(autouse=True)
def _trial(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be a kind that people see who asked for it."""
    kind = Kind(
        code="trial",
        words="Trial",
        may_see=lambda user, paper: user.id == paper.requested_by_id,
        asked_on=lambda _paper: ("Home", "/"),
    )
    monkeypatch.setitem(KINDS, "trial", kind)


@pytest.fixture
def asked(coordinator: User, now: datetime) -> Callable[..., Paper]:
    """Asks for a paper, as the coordinator."""

    def ask(text: str = "Hello", **more: Any) -> Paper:
        paper = ask_paper("trial", {"text": text}, by=coordinator, at=now, **more).paper
        db.session.commit()
        return paper

    return ask


@pytest.fixture
def made(now: datetime) -> Callable[..., int]:
    """Lets one pass of the job process make what waits."""

    def run(maker: Maker = TRIAL, at: datetime = now) -> int:
        return make_papers(at, {"trial": maker})

    return run
