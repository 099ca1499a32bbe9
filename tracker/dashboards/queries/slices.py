"""Reading slices of the matrix: one commitment by party, one party by commitment."""

from typing import Any

import sqlalchemy as sa

from tracker.dashboards.queries.matrix import is_followed
from tracker.dashboards.queries.reader import (
    Reader,
    shown_pending,
    shown_revision,
    shown_round,
    shown_status,
)
from tracker.instruments.models import Commitment, Instrument, Theme
from tracker.meetings.models import Meeting, Round
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Item, ItemState, Revision, Standing

Rows = sa.Select[*tuple[Any, ...]]


def answers_on_commitment(reader: Reader, commitment_id: int) -> Rows:
    """Select a row for each active item of a commitment, in the one fixed order of parties."""
    return (
        sa.select(
            Item.id.label("item_id"),
            Party.code,
            Party.short_name,
            Footnote.text.label("footnote_text"),
            *_answer(reader),
        )
        .select_from(Item)
        .join(Standing, Standing.item_id == Item.id)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .outerjoin(Revision, Revision.id == shown_revision(reader))
        .outerjoin(Round, Round.id == shown_round(reader))
        .outerjoin(Meeting, Meeting.id == Round.meeting_id)
        .where(Item.commitment_id == commitment_id, Item.state == ItemState.ACTIVE, Party.is_active)
        .order_by(Party.position)
    )


def answers_of_party(reader: Reader, party_id: int) -> Rows:
    """Select a row for each active item of a party on commitments that take reports, in the order of instruments."""
    return (
        sa.select(
            Item.id.label("item_id"),
            Commitment.code,
            Commitment.title,
            Instrument.code.label("instrument_code"),
            Instrument.short_title,
            Instrument.adopted_on,
            Theme.code.label("theme_code"),
            Theme.name.label("theme_name"),
            Theme.position.label("theme_position"),
            *_answer(reader),
        )
        .select_from(Item)
        .join(Standing, Standing.item_id == Item.id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Instrument, Instrument.id == Commitment.instrument_id)
        .join(Theme, Theme.id == Commitment.theme_id)
        .outerjoin(Revision, Revision.id == shown_revision(reader))
        .outerjoin(Round, Round.id == shown_round(reader))
        .outerjoin(Meeting, Meeting.id == Round.meeting_id)
        .where(Item.party_id == party_id, Item.state == ItemState.ACTIVE, *is_followed())
        .order_by(Instrument.adopted_on, Instrument.code, Commitment.position, Commitment.code)
    )


def _answer(reader: Reader) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the columns of the answer that the reader is shown; all are NULL where there is none."""
    return (
        shown_status(reader).label("status"),
        shown_round(reader).label("round_id"),
        shown_pending(reader).label("is_pending"),
        sa.type_coerce(Meeting.starts_on, sa.Date).label("meeting_on"),
        sa.type_coerce(Revision.submitted_at, Revision.submitted_at.type).label("answered_at"),
        Revision.unchanged_from_id.is_not(None).label("is_unchanged"),
    )
