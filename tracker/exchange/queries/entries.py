"""Reading needs and offers out of the answers that a reader is shown."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.dashboards.queries.matrix import is_followed
from tracker.dashboards.queries.reader import Reader, shown_revision
from tracker.instruments.models import Commitment, CommitmentTheme, Instrument, Theme
from tracker.meetings.models import Meeting, Round
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Item, ItemState, Revision, Standing

Rows = sa.Select[*tuple[Any, ...]]


def answers_with_needs_or_offers(reader: Reader) -> Rows:
    """Select the answers that the reader is shown and that ask for help or offer something, theme by theme.

    An answer that is restricted, not shared yet, a draft or no answer at all is the same to a peer: no row.
    """
    other = aliased(Theme)
    other_themes = (
        sa.select(sa.func.aggregate_strings(other.code, "\n"))
        .join(CommitmentTheme, CommitmentTheme.theme_id == other.id)
        .where(CommitmentTheme.commitment_id == Commitment.id)
        .scalar_subquery()
    )
    return (
        sa.select(
            Item.id.label("item_id"),
            Item.commitment_id,
            Commitment.code,
            Commitment.title,
            Instrument.code.label("instrument_code"),
            Instrument.short_title,
            Theme.code.label("theme_code"),
            Theme.name.label("theme_name"),
            other_themes.label("other_themes"),
            Party.id.label("party_id"),
            Party.code.label("party_code"),
            Party.short_name,
            Footnote.text.label("footnote_text"),
            Revision.id.label("revision_id"),
            Revision.number,
            Revision.round_id,
            Revision.needs_help,
            Revision.help_kind,
            Revision.help_text,
            Revision.can_share,
            Revision.share_kind,
            Revision.share_text,
            Revision.is_restricted,
            Round.share_on,
            Meeting.starts_on.label("meeting_on"),
        )
        .select_from(Item)
        .join(Standing, Standing.item_id == Item.id)
        .join(Revision, Revision.id == shown_revision(reader))
        .join(Round, Round.id == Revision.round_id)
        .join(Meeting, Meeting.id == Round.meeting_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .join(Instrument, Instrument.id == Commitment.instrument_id)
        .join(Theme, Theme.id == Commitment.theme_id)
        .join(Party, Party.id == Item.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(
            Item.state == ItemState.ACTIVE,
            *is_followed(),
            Party.is_active,
            sa.or_(Revision.needs_help, Revision.can_share),
        )
        .order_by(
            Theme.position, Instrument.adopted_on, Instrument.code, Commitment.position, Commitment.code, Party.position
        )
    )


def near_item(reader: Reader, item: Item) -> Rows:
    """Select the same for one item, and for those of its commitment or of a theme that the two commitments share."""
    themes = sa.union(
        sa.select(Commitment.id.label("commitment_id"), Commitment.theme_id),
        sa.select(CommitmentTheme.commitment_id, CommitmentTheme.theme_id),
    ).cte("commitment_and_theme")
    own_themes = sa.select(themes.c.theme_id).where(themes.c.commitment_id == item.commitment_id)
    related = sa.select(themes.c.commitment_id).where(themes.c.theme_id.in_(own_themes))
    return answers_with_needs_or_offers(reader).where(Item.commitment_id.in_(related))


def of_items(reader: Reader, item_ids: Collection[int]) -> Rows:
    """Select the same for a few items."""
    return answers_with_needs_or_offers(reader).where(Item.id.in_(list(item_ids)))
