"""Looking a question up: what fits, as far as the reader may read it. Columns, not objects."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.core.database import db
from tracker.dashboards.queries.reader import Reader, answer_is_open_to
from tracker.instruments.models import Commitment, Instrument, Theme
from tracker.meetings.models import Decision, Meeting, Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Update
from tracker.progress.workflow import UpdateState
from tracker.search.asking import Asked
from tracker.search.models import SearchEntry, SearchKind

#: How much more a word in a title counts than one in the rest.
_TITLE_WEIGHT: Final = 6.0


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What the search is narrowed to; empty means all."""

    kind: SearchKind | None = None
    party: str = ""
    theme: str = ""


def found(asked: Asked, reader: Reader, *, submits_for: Iterable[int], narrowed: Narrowed) -> sa.CTE:
    """Return what fits, one row each: kind, subject, rank (the higher, the better), day.

    Args:
        asked: what is looked for; not empty.
        reader: who reads.
        submits_for: the ids of the parties whose submitted answers the reader sees before they are accepted.
        narrowed: filters; the kind is left to the caller, so that the others can be counted.
    """
    hits = _hits(asked)
    texts = [_commitments(hits, narrowed), _answers(hits, reader, tuple(submits_for), narrowed)]
    if not narrowed.party:
        texts += [_decisions(hits, narrowed)]
        if not narrowed.theme:
            texts += [_instruments(hits), _meetings(hits)]
    return sa.union_all(*texts).cte("found")


def counts(fitting: sa.CTE) -> sa.Select[Any]:
    """Select how many of each kind fit."""
    return sa.select(fitting.c.kind, sa.func.count().label("number")).group_by(fitting.c.kind)


def ranked(fitting: sa.CTE, narrowed: Narrowed) -> sa.Select[Any]:
    """Select what fits, the best first; of equals, the latest."""
    query = sa.select(fitting.c.kind, fitting.c.subject_id, fitting.c.rank)
    if narrowed.kind is not None:
        query = query.where(fitting.c.kind == narrowed.kind.value)
    return query.order_by(fitting.c.rank.desc(), fitting.c.on.desc(), fitting.c.kind, fitting.c.subject_id.desc())


#: How the subjects of each kind are read, with what their line on the page needs.
SUBJECTS: Final[Mapping[SearchKind, Callable[[Iterable[int]], sa.Select[Any]]]] = {
    SearchKind.COMMITMENT: lambda ids: (
        sa.select(Commitment).options(joinedload(Commitment.instrument)).where(Commitment.id.in_(ids))
    ),
    SearchKind.ANSWER: lambda ids: (
        sa.select(Revision)
        .options(
            joinedload(Revision.item).joinedload(Item.commitment),
            joinedload(Revision.item).joinedload(Item.party),
            joinedload(Revision.round).joinedload(Round.meeting),
        )
        .where(Revision.id.in_(ids))
    ),
    SearchKind.INSTRUMENT: lambda ids: sa.select(Instrument).where(Instrument.id.in_(ids)),
    SearchKind.MEETING: lambda ids: sa.select(Meeting).where(Meeting.id.in_(ids)),
    SearchKind.DECISION: lambda ids: sa.select(Decision).where(Decision.id.in_(ids)),
}


def _hits(asked: Asked) -> sa.CTE:
    """Return the entries of the index that fit, whoever reads: the one place that knows both engines."""
    entry = SearchEntry.__table__
    if db.session.get_bind().dialect.name == "sqlite":
        index = sa.table("search_text", sa.column("rowid"))
        text: sa.ColumnClause[Any] = sa.literal_column("search_text")
        rank = (-sa.func.bm25(text, _TITLE_WEIGHT, 1.0)).label("rank")
        matched = (
            sa.select(index.c.rowid.label("id"), rank)
            .where(text.op("MATCH")(asked.for_sqlite))
            .cte("matched")
            .prefix_with("MATERIALIZED")
        )
        return (
            sa.select(entry.c.kind, entry.c.subject_id, matched.c.rank)
            .join(matched, matched.c.id == entry.c.id)
            .cte("hits")
        )
    simple: sa.ColumnClause[Any] = sa.literal_column("'simple'")
    document = sa.func.setweight(sa.func.to_tsvector(simple, entry.c.title), sa.literal_column("'A'")).op("||")(
        sa.func.setweight(sa.func.to_tsvector(simple, entry.c.body), sa.literal_column("'B'"))
    )
    question = sa.func.to_tsquery(simple, asked.for_postgresql)
    rank = sa.func.ts_rank_cd(document, question).label("rank")
    return sa.select(entry.c.kind, entry.c.subject_id, rank).where(document.op("@@")(question)).cte("hits")


def _of(hits: sa.CTE, kind: SearchKind, on: Any) -> sa.Select[Any]:
    return sa.select(
        sa.literal(kind.value).label("kind"), hits.c.subject_id, hits.c.rank, sa.type_coerce(on, sa.Date).label("on")
    ).where(hits.c.kind == kind.value)


def _commitments(hits: sa.CTE, narrowed: Narrowed) -> sa.Select[Any]:
    query = (
        _of(hits, SearchKind.COMMITMENT, Instrument.adopted_on)
        .join(Commitment, Commitment.id == hits.c.subject_id)
        .join(Instrument, Instrument.id == Commitment.instrument_id)
    )
    if narrowed.party:
        query = query.join(Item, Item.commitment_id == Commitment.id).join(Party, Party.id == Item.party_id)
        query = query.where(Party.code == narrowed.party)
    return _about(query, narrowed)


def _answers(hits: sa.CTE, reader: Reader, submits_for: tuple[int, ...], narrowed: Narrowed) -> sa.Select[Any]:
    """Select the answers that the reader may read: accepted and open to them, or handed in and theirs to see.

    An answer that repeats the one before is found as that one.
    """
    handed_in = sa.and_(Update.latest_revision_id == Revision.id, Update.state == UpdateState.SUBMITTED)
    if not reader.reads_all:
        handed_in = sa.and_(handed_in, Item.party_id.in_(submits_for))
    query = (
        _of(hits, SearchKind.ANSWER, Round.due_on)
        .join(Revision, Revision.id == hits.c.subject_id)
        .join(Round, Round.id == Revision.round_id)
        .join(Item, Item.id == Revision.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Party, Party.id == Item.party_id)
        .join(Update, sa.and_(Update.item_id == Revision.item_id, Update.round_id == Revision.round_id))
        .where(
            Revision.unchanged_from_id.is_(None),
            sa.or_(sa.and_(Update.accepted_revision_id == Revision.id, answer_is_open_to(reader)), handed_in),
        )
    )
    if narrowed.party:
        query = query.where(Party.code == narrowed.party)
    return _about(query, narrowed)


def _about(query: sa.Select[Any], narrowed: Narrowed) -> sa.Select[Any]:
    if not narrowed.theme:
        return query
    return query.join(Theme, Theme.id == Commitment.theme_id).where(Theme.code == narrowed.theme)


def _instruments(hits: sa.CTE) -> sa.Select[Any]:
    return _of(hits, SearchKind.INSTRUMENT, Instrument.adopted_on).join(Instrument, Instrument.id == hits.c.subject_id)


def _meetings(hits: sa.CTE) -> sa.Select[Any]:
    return _of(hits, SearchKind.MEETING, Meeting.starts_on).join(Meeting, Meeting.id == hits.c.subject_id)


def _decisions(hits: sa.CTE, narrowed: Narrowed) -> sa.Select[Any]:
    query = (
        _of(hits, SearchKind.DECISION, Meeting.starts_on)
        .join(Decision, Decision.id == hits.c.subject_id)
        .join(Meeting, Meeting.id == Decision.meeting_id)
    )
    if not narrowed.theme:
        return query
    return query.join(Theme, Theme.id == Decision.theme_id).where(Theme.code == narrowed.theme)
