"""Reading what the charts count: one row for each item, and how items stood over the rounds."""

from typing import Any

import sqlalchemy as sa

from tracker.dashboards.queries.reader import Reader, answer_is_open_to, shown_revision, shown_round, shown_status
from tracker.meetings.models import Round
from tracker.parties.models import Footnote, Party, PartyKind
from tracker.progress.models import Item, ItemState, Revision, Standing, Update

Rows = sa.Select[*tuple[Any, ...]]


def shown_answers(reader: Reader, kind: PartyKind, commitment_ids: tuple[int, ...]) -> Rows:
    """Select a row for each active item of the parties of a kind, and one for a party without any."""
    belongs = sa.and_(Item.party_id == Party.id, Item.state == ItemState.ACTIVE, Item.commitment_id.in_(commitment_ids))
    return (
        sa.select(
            Party.code.label("party_code"),
            Party.short_name,
            Footnote.text.label("footnote_text"),
            Item.id.label("item_id"),
            Item.commitment_id,
            shown_status(reader).label("status"),
            shown_round(reader).label("round_id"),
            sa.type_coerce(Revision.submitted_at, Revision.submitted_at.type).label("answered_at"),
        )
        .select_from(Party)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .outerjoin(Item, belongs)
        .outerjoin(Standing, Standing.item_id == Item.id)
        .outerjoin(Revision, Revision.id == shown_revision(reader))
        .where(Party.kind == kind, Party.is_active)
        .order_by(Party.position)
    )


def standing_times_by_commitment(reader: Reader, commitment_ids: tuple[int, ...]) -> Rows:
    """Select, for each commitment, how many answers stood at each status from one due date until the next answer's."""
    stood = (
        sa.select(
            Item.commitment_id,
            sa.type_coerce(Revision.status, sa.String).label("status"),
            Round.due_on,
            sa.func.lead(Round.due_on, type_=sa.Date())
            .over(partition_by=Update.item_id, order_by=(Round.due_on, Round.id))
            .label("next_due_on"),
        )
        .select_from(Update)
        .join(Item, Item.id == Update.item_id)
        .join(Party, Party.id == Item.party_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .join(Round, Round.id == Update.round_id)
        .where(
            Item.state == ItemState.ACTIVE,
            Party.is_active,
            Item.commitment_id.in_(commitment_ids),
            answer_is_open_to(reader),
        )
        .subquery()
    )
    columns = (stood.c.commitment_id, stood.c.status, stood.c.due_on, stood.c.next_due_on)
    return sa.select(*columns, sa.func.count().label("items")).group_by(*columns)
