"""Reading the matrix: four statements, whatever its size.

Statements never change once made, and the page is read often: they are kept by what they were made from.
"""

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.dashboards.queries.reader import (
    Reader,
    answer_is_open_to,
    of_own_party,
    shown_pending,
    shown_round,
    shown_status,
)
from tracker.instruments.models import Addressee, Commitment, CommitmentState, CommitmentTheme, Instrument, Theme
from tracker.meetings.models import Meeting, Round
from tracker.parties.models import Footnote, Party, PartyKind
from tracker.progress.models import Item, ItemState, Revision, Standing, Update
from tracker.progress.workflow import UpdateState

Rows = sa.Select[*tuple[Any, ...]]

#: The kind of party that answers for what is addressed to each.
ANSWERS_FOR = {
    Addressee.COUNTRY: PartyKind.COUNTRY,
    Addressee.NETWORK: PartyKind.NETWORK,
    Addressee.SECRETARIAT: PartyKind.SECRETARIAT,
}


def is_followed() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that parties report on a commitment now."""
    return Commitment.is_tracked.is_(sa.true()), Commitment.state == CommitmentState.ACTIVE


@lru_cache(maxsize=128)
def tracked_commitments(addressee: Addressee) -> Rows:
    """Select a row for each theme, primary or secondary, of each tracked, active commitment, in the order of pages."""
    themes = sa.union(
        sa.select(Commitment.id.label("commitment_id"), Commitment.theme_id),
        sa.select(CommitmentTheme.commitment_id, CommitmentTheme.theme_id),
    ).subquery()
    return (
        sa.select(
            Commitment.id,
            Commitment.code,
            Commitment.title,
            Instrument.code.label("instrument_code"),
            Instrument.short_title,
            Instrument.adopted_on,
            Theme.code.label("theme_code"),
            Theme.name.label("theme_name"),
            Theme.position.label("theme_position"),
        )
        .select_from(Commitment)
        .join(Instrument, Instrument.id == Commitment.instrument_id)
        .join(themes, themes.c.commitment_id == Commitment.id)
        .join(Theme, Theme.id == themes.c.theme_id)
        .where(*is_followed(), Commitment.addressee == addressee)
        .order_by(Instrument.adopted_on, Instrument.code, Commitment.position, Commitment.code, Theme.position)
    )


@lru_cache(maxsize=128)
def begun_rounds(today: date) -> Rows:
    """Select the rounds that have opened and were not cancelled, the earliest due first."""
    return (
        sa.select(
            Round.id,
            Meeting.code,
            Meeting.title,
            Meeting.starts_on,
            Round.opens_on,
            Round.due_on,
            Round.closes_on,
            Round.share_on,
            Round.opened_at,
            Round.closed_at,
        )
        .select_from(Round)
        .join(Meeting, Meeting.id == Round.meeting_id)
        .where(Round.cancelled_at.is_(None), sa.or_(Round.opens_on <= today, Round.opened_at.is_not(None)))
        .order_by(Round.due_on, Round.id)
    )


@lru_cache(maxsize=128)
def cells(reader: Reader, kind: PartyKind, *, commitment_ids: tuple[int, ...] | None = None, until: Any = None) -> Rows:
    """Select a row for each active item of the parties of a kind, and one for a party without any.

    Args:
        reader: whose eyes.
        kind: countries, the network or the Secretariat.
        commitment_ids: those selected; None for all.
        until: a row of :func:`begun_rounds`: the state as of that round; None for the latest.
    """
    status, round_id, pending = shown_status(reader), shown_round(reader), shown_pending(reader)
    answers = None
    if until is not None:
        answers = _answers_until(reader, until)
        status, round_id = answers.c.status, answers.c.round_id
        pending = sa.and_(of_own_party(reader), _waits_in(until.id))
    item_belongs = [Item.party_id == Party.id, Item.state == ItemState.ACTIVE]
    if commitment_ids is not None:
        item_belongs.append(Item.commitment_id.in_(commitment_ids))
    query = (
        sa.select(
            Party.id,
            Party.code,
            Party.short_name,
            Footnote.text.label("footnote_text"),
            Item.commitment_id,
            Item.id.label("item_id"),
            status.label("status"),
            round_id.label("round_id"),
            pending.label("is_pending"),
        )
        .select_from(Party)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .outerjoin(Item, sa.and_(*item_belongs))
        .outerjoin(Standing, Standing.item_id == Item.id)
        .where(Party.kind == kind, Party.is_active)
        .order_by(Party.position)
    )
    return query if answers is None else query.outerjoin(answers, answers.c.item_id == Item.id)


def _answers_until(reader: Reader, until: Any) -> sa.Subquery:
    """Return, for each item, the last accepted answer up to a round by due date that the reader sees."""
    numbered = (
        sa.select(
            Update.item_id,
            Update.round_id,
            sa.type_coerce(Revision.status, sa.String).label("status"),
            sa.func.row_number()
            .over(partition_by=Update.item_id, order_by=(Round.due_on.desc(), Round.id.desc()))
            .label("nth"),
        )
        .select_from(Update)
        .join(Item, Item.id == Update.item_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .join(Round, Round.id == Update.round_id)
        .where(
            sa.or_(Round.due_on < until.due_on, sa.and_(Round.due_on == until.due_on, Round.id <= until.id)),
            answer_is_open_to(reader),
        )
        .subquery()
    )
    return sa.select(numbered.c.item_id, numbered.c.round_id, numbered.c.status).where(numbered.c.nth == 1).subquery()


def _waits_in(round_id: int) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Update.item_id == Item.id, Update.round_id == round_id, Update.state == UpdateState.SUBMITTED
    )


@lru_cache(maxsize=128)
def standing_times(
    reader: Reader, *, commitment_ids: tuple[int, ...] | None = None, party_id: int | None = None
) -> Rows:
    """Select how many answers stood at each status from one due date until the next answer's of the same item.

    Few rows for many answers; ``trend.over_rounds`` adds up which of them stood at the end of a round.

    Args:
        reader: whose eyes.
        commitment_ids: tracked, active commitments of one addressee; None for all of those.
        party_id: one party only.
    """
    answers = (
        sa.select(
            sa.type_coerce(Revision.status, sa.String).label("status"),
            Round.due_on,
            sa.func.lead(Round.due_on, type_=sa.Date())
            .over(partition_by=Update.item_id, order_by=(Round.due_on, Round.id))
            .label("next_due_on"),
        )
        .select_from(Update)
        .join(Item, Item.id == Update.item_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .join(Round, Round.id == Update.round_id)
        .where(Item.state == ItemState.ACTIVE, answer_is_open_to(reader))
    )
    if commitment_ids is None:
        answers = answers.join(Commitment, Commitment.id == Item.commitment_id).where(*is_followed())
    else:
        answers = answers.where(Item.commitment_id.in_(commitment_ids))
    if party_id is not None:
        answers = answers.where(Item.party_id == party_id)
    stood = answers.subquery()
    columns = (stood.c.status, stood.c.due_on, stood.c.next_due_on)
    return sa.select(*columns, sa.func.count().label("items")).group_by(*columns)
