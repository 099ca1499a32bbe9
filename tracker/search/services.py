"""Keeping the index true: each text that can be found is folded in the transaction that writes it.

What was written past the session (a restored copy, rows in bulk) is taken up by a job; until then it is not found:
too little, never too much.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapper

from tracker.core.database import Model, db
from tracker.instruments.models import Commitment, Instrument
from tracker.meetings.models import Decision, Meeting
from tracker.progress.models import Revision
from tracker.search.folding import fold
from tracker.search.models import SearchEntry, SearchKind

KINDS: Final[Mapping[type[Model], SearchKind]] = {
    Commitment: SearchKind.COMMITMENT,
    Revision: SearchKind.ANSWER,
    Instrument: SearchKind.INSTRUMENT,
    Meeting: SearchKind.MEETING,
    Decision: SearchKind.DECISION,
}
#: The columns that are looked through: first those that count more.
TITLES: Final[Mapping[SearchKind, tuple[str, ...]]] = {
    SearchKind.COMMITMENT: ("code", "title"),
    SearchKind.ANSWER: (),
    SearchKind.INSTRUMENT: ("code", "short_title", "title"),
    SearchKind.MEETING: ("title", "city"),
    SearchKind.DECISION: ("text",),
}
BODIES: Final[Mapping[SearchKind, tuple[str, ...]]] = {
    SearchKind.COMMITMENT: ("summary", "evidence_hint"),
    SearchKind.ANSWER: (
        "narrative", "reason", "obstacles", "next_steps", "help_text", "share_text", "lead_institution",
    ),
    SearchKind.INSTRUMENT: ("adopters_body", "place_city", "notes"),
    SearchKind.MEETING: ("host", "summary", "agenda"),
    SearchKind.DECISION: ("addressee",),
}  # fmt: skip
#: More of one text is not looked through: PostgreSQL indexes at most a megabyte of one.
_MOST: Final = 200_000


def index_missing(limit: int) -> int:
    """Take up texts that the index does not have; return how many. Safe to run again, and by many at once."""
    taken = 0
    for model, kind in KINDS.items():
        known = sa.select(SearchEntry.subject_id).where(SearchEntry.kind == kind)
        key = sa.inspect(model).primary_key[0]
        rows = db.session.scalars(sa.select(model).where(key.not_in(known)).order_by(key).limit(limit - taken)).all()
        for row in rows:
            _keep(db.session.connection(), row)
        taken += len(rows)
        if taken >= limit:
            break
    return taken


def text_of(subject: Model, names: Iterable[str]) -> str:
    """Return some of a row's columns as one text; a revision's steps stand behind the rest."""
    parts = [str(getattr(subject, name) or "") for name in names]
    if isinstance(subject, Revision) and "narrative" in names:
        parts += [f"{step.get('what', '')} {step.get('responsible', '')}" for step in subject.steps or ()]
    return "\n".join(part for part in parts if part.strip())


def _keep(connection: Connection, subject: Any) -> None:
    kind = KINDS[type(subject)]
    values = {
        "title": fold(text_of(subject, TITLES[kind]))[:_MOST],
        "body": fold(text_of(subject, BODIES[kind]))[:_MOST],
    }
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = insert(SearchEntry).values(kind=kind, subject_id=subject.id, **values)
    connection.execute(row.on_conflict_do_update(index_elements=["kind", "subject_id"], set_=values))


def _follow(_mapper: Mapper[Any], connection: Connection, subject: Any) -> None:
    """Fold a text anew in the transaction that writes it."""
    state = sa.inspect(subject)
    kind = KINDS[type(subject)]
    looked_at = {*TITLES[kind], *BODIES[kind], *(("steps",) if kind is SearchKind.ANSWER else ())}
    if state.persistent and not any(state.attrs[name].history.has_changes() for name in looked_at):
        return
    _keep(connection, subject)


for _model in KINDS:
    event.listen(_model, "after_insert", _follow)
    event.listen(_model, "after_update", _follow)
