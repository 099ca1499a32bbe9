"""Freezing the state of play, and blanking in what is frozen what had to be redacted."""

import hashlib
import json
from collections import defaultdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapper

from tracker.accounts.models import User
from tracker.audit.services import canonical, record
from tracker.core.database import db
from tracker.core.storage import delete_on_commit
from tracker.core.zones import local_day
from tracker.instruments.models import Commitment, Indicator
from tracker.meetings.models import Meeting, Round
from tracker.papers.models import Paper, PaperSource
from tracker.papers.snapshots.content import TEXTS, Content, content_now
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.papers.snapshots.queries import newest_snapshot
from tracker.parties.models import Party
from tracker.progress.models import Figure, FigureVersion, Item, Revision, RevisionFigure

#: The kinds of papers that are made from snapshots begin so.
PACK: Final = "meeting-pack-"
#: How often a number is looked for anew when others take snapshots at the same moment.
_TRIES: Final = 5


def take_snapshot(meeting: Meeting, circle: Circle, *, zone_name: str, by: User, at: datetime) -> Snapshot:
    """Freeze the state of play for a meeting.

    Args:
        meeting: for which.
        circle: whose view.
        zone_name: the network's; its day is compared with share dates.
        by: an officer.
        at: now (UTC).
    """
    text = canonical(content_now(meeting, circle, at=at, today=local_day(at, zone_name)))
    for attempt in range(_TRIES):
        snapshot = Snapshot(
            number=(db.session.scalar(newest_snapshot()) or 0) + 1,
            meeting_id=meeting.id,
            circle=circle,
            taken_at=at,
            taken_by_id=by.id,
            content=text,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
        )
        try:
            with db.session.begin_nested():
                db.session.add(snapshot)
            break
        except IntegrityError:  # somebody else took that number
            if attempt == _TRIES - 1:
                raise
    record(
        "snapshot.taken",
        snapshot,
        at=at,
        by=by,
        changes={
            "number": snapshot.number,
            "meeting": meeting.code,
            "circle": circle.value,
            "sha256": snapshot.sha256,
        },
    )
    return snapshot


def content_of(snapshot: Snapshot) -> Content:
    """Return what a snapshot holds."""
    content: Content = json.loads(snapshot.content)
    return content


def is_unaltered(snapshot: Snapshot) -> bool:
    """Tell whether a snapshot still says what was frozen. A redacted one does not, and says so itself."""
    return hashlib.sha256(snapshot.content.encode()).hexdigest() == snapshot.sha256


def _follow_redaction(_mapper: Mapper[Revision], connection: Connection, revision: Revision) -> None:
    """Blank the texts of a redacted revision wherever a snapshot froze them, in the same transaction.

    Sources of its figures that were blanked before go likewise.
    """
    if revision.redacted_at is None or not sa.inspect(revision).attrs.redacted_at.history.has_changes():
        return
    named = connection.execute(
        sa.select(Commitment.code, Party.code.label("party"), Meeting.code.label("meeting"))
        .select_from(Item)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .join(Round, Round.id == revision.round_id)
        .join(Meeting, Meeting.id == Round.meeting_id)
        .where(Item.id == revision.item_id)
    ).one()
    sources = _sources_left(connection, revision.id)
    table = Snapshot.__table__
    for row in connection.execute(sa.select(table.c.id, table.c.number, table.c.content)).all():
        content: dict[str, Any] = json.loads(row.content)
        found = [
            each["answer"]
            for each in content["items"]
            if (each["commitment"], each["party"]) == (named.code, named.party)
            and each["answer"] is not None
            and (each["answer"]["meeting"], each["answer"]["revision"]) == (named.meeting, revision.number)
        ]
        cells = [
            cell
            for each in content.get("figures", ())
            for name, cell in each["cells"].items()
            if cell["source"]
            and (left := sources.get((each["indicator"], each["party"], each["year"], name))) is not None
            and cell["source"] not in left
        ]
        if not found and not cells:
            continue
        for answer in found:
            answer.update(dict.fromkeys((*TEXTS, "lead_institution"), ""), steps=[], is_redacted=True)
        for cell in cells:
            cell["source"] = ""
        connection.execute(
            sa.update(Snapshot)
            .where(table.c.id == row.id)
            .values(
                content=canonical(content),
                redacted_at=revision.redacted_at,
                redaction_reason=revision.redaction_reason or "–",
            )
        )
        _forget_packs(connection, row.number)


def _sources_left(connection: Connection, revision_id: int) -> dict[tuple[str, str, int, str], set[str]]:
    """Return what the figures that a revision pinned name as sources still: by indicator, party, year and cell."""
    pinned = (
        sa.select(FigureVersion.figure_id)
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .where(RevisionFigure.revision_id == revision_id)
    )
    rows = connection.execute(
        sa.select(Indicator.code, Party.code.label("party"), Figure.year, Figure.cell, FigureVersion.source)
        .select_from(FigureVersion)
        .join(Figure, Figure.id == FigureVersion.figure_id)
        .join(Indicator, Indicator.id == Figure.indicator_id)
        .join(Party, Party.id == Figure.party_id)
        .where(Figure.id.in_(pinned))
    )
    left: dict[tuple[str, str, int, str], set[str]] = defaultdict(set)
    for row in rows:
        left[row.code, row.party, row.year, row.cell].add(row.source)
    return left


def _forget_packs(connection: Connection, number: int) -> None:
    """Delete the papers made from a snapshot: they are copies of what had to go, and can be made anew."""
    papers, sources = Paper.__table__, PaperSource.__table__
    rows = connection.execute(
        sa.select(papers.c.id, papers.c.storage_name, papers.c.parameters).where(papers.c.kind.startswith(PACK))
    )
    gone = [row for row in rows if json.loads(row.parameters).get("snapshot") == number]
    for row in gone:
        connection.execute(sa.delete(PaperSource).where(sources.c.paper_id == row.id))
        connection.execute(sa.delete(Paper).where(papers.c.id == row.id))
        if row.storage_name is not None:
            delete_on_commit(row.storage_name)


event.listen(Revision, "after_update", _follow_redaction)
