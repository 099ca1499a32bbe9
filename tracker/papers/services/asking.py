"""Asking for a paper."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.audit.services import canonical, record
from tracker.core.database import db
from tracker.papers.models import Paper, PaperSource, PaperState
from tracker.papers.queries import same_papers


@dataclass(frozen=True)
class Asked:
    """What came of asking."""

    paper: Paper
    #: Whether it was made or asked for before; nothing was added.
    is_same: bool


def ask_paper(
    kind: str,
    parameters: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    party_id: int | None = None,
    round_id: int | None = None,
    fingerprint: str = "",
    source: PaperSource | None = None,
    is_kept: bool = False,
) -> Asked:
    """Ask for a paper. What is asked for already, or stands and says the same, is not made again.

    Args:
        kind: its code.
        parameters: codes and choices, never text of an answer; they decide what the paper holds, and for whom.
        by: who asks; None for a job.
        at: now (UTC).
        party_id: the party that the paper is about.
        round_id: the round that the paper is about.
        fingerprint: of what the paper would say now, from :func:`fingerprint_of`; empty: always made anew.
        source: an uploaded file that lies in the storage already, for the maker to read.
        is_kept: never forgotten: frozen packs.
    """
    written = canonical(parameters)
    key = _sha256(canonical([kind, written, party_id, round_id, source.sha256 if source else ""]))
    same = _same(key, fingerprint, by)
    if same is not None:
        return Asked(same, is_same=True)
    paper = Paper(
        kind=kind,
        parameters=written,
        key=key,
        fingerprint=fingerprint,
        party_id=party_id,
        round_id=round_id,
        requested_by_id=by.id if by is not None else None,
        requested_at=at,
        next_attempt_at=at,
        source=source,
        is_kept=is_kept,
    )
    try:
        with db.session.begin_nested():
            db.session.add(paper)
    except IntegrityError:  # the same click, twice
        same = _same(key, fingerprint, by)
        if same is None:
            raise
        return Asked(same, is_same=True)
    act = "paper.asked" if party_id is not None else "paper.asked_for_network"
    record(act, paper, at=at, by=by, job="" if by else "papers", party_id=party_id, changes={"kind": kind})
    return Asked(paper, is_same=False)


def fingerprint_of(data: Mapping[str, Any]) -> str:
    """Return the digest of what a paper says, to tell whether it would say the same again."""
    return _sha256(canonical(data))


def _same(key: str, fingerprint: str, by: User | None) -> Paper | None:
    unmade = sa.select(Paper).where(
        Paper.key == key,
        Paper.state.in_((PaperState.ASKED, PaperState.MAKING)),
        Paper.requested_by_id == by.id if by is not None else Paper.requested_by_id.is_(None),
    )
    found = db.session.scalars(unmade.limit(1)).first()
    if found is None and fingerprint:
        found = db.session.scalars(same_papers(key, fingerprint).limit(1)).first()
    return found


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
