"""Reading figures: what a party has entered, what a revision pinned, what readers may see over the years."""

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, contains_eager

from tracker.accounts.models import User
from tracker.instruments.models import (
    Commitment,
    CommitmentIndicator,
    CommitmentState,
    CommitmentTheme,
    Indicator,
    Theme,
)
from tracker.meetings.models import Round, RoundInstrument
from tracker.parties.models import Party
from tracker.progress.models import (
    Assignment,
    Figure,
    FigureVersion,
    Item,
    ItemState,
    Revision,
    RevisionFigure,
    Update,
)

Rows = sa.Select[*tuple[Any, ...]]

#: What a row says of a figure.
FIGURE_COLUMNS = (
    Figure.year,
    Figure.cell,
    FigureVersion.id.label("version_id"),
    FigureVersion.number,
    FigureVersion.kind,
    FigureVersion.value,
    FigureVersion.text,
    FigureVersion.currency,
    FigureVersion.source,
    FigureVersion.note,
    FigureVersion.entered_at,
)


def used_by_item(item_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that an item asks for an indicator: of the commitment's themes, or named beside them."""
    return _used(Item.id == item_id)


def used_by_commitment(commitment: Commitment) -> sa.ColumnElement[bool]:
    """Return the condition that a commitment asks for an indicator."""
    themes = [commitment.theme_id, *(theme.id for theme in commitment.other_themes)]
    return sa.or_(Indicator.theme_id.in_(themes), Indicator.id.in_(_named(Commitment.id == commitment.id)))


def used_by_items_of(
    party_id: int, round_id: int, *, in_hands_of: int | None = None, asks_about_all: bool = False
) -> sa.ColumnElement[bool]:
    """Return the condition that one of a party's items in a round asks for an indicator.

    Args:
        party_id: the party.
        round_id: the round.
        in_hands_of: only items that this person has in hand in the round.
        asks_about_all: items that the round does not ask about count too.
    """
    conditions = [Item.party_id == party_id, Item.state == ItemState.ACTIVE, Commitment.state == CommitmentState.ACTIVE]
    if not asks_about_all:
        asked = sa.select(RoundInstrument.instrument_id).where(RoundInstrument.round_id == round_id)
        conditions.append(Commitment.instrument_id.in_(asked))
    if in_hands_of is not None:
        given = sa.select(Assignment.item_id).where(
            Assignment.person_id == in_hands_of, Assignment.round_id == round_id, Assignment.taken_back_at.is_(None)
        )
        conditions.append(Item.id.in_(given))
    return _used(*conditions)


def _used(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    named = _named(*conditions, of_items=True)
    return sa.or_(Indicator.theme_id.in_(_themes(*conditions)), Indicator.id.in_(named))


def _named(*conditions: sa.ColumnElement[bool], of_items: bool = False) -> sa.Select[int]:
    """Select the indicators that commitments name beside those of their themes."""
    named = sa.select(CommitmentIndicator.indicator_id).join(
        Commitment, Commitment.id == CommitmentIndicator.commitment_id
    )
    if of_items:
        named = named.join(Item, Item.commitment_id == Commitment.id)
    return named.where(*conditions)


def _themes(*conditions: sa.ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    first = sa.select(Commitment.theme_id).join(Item, Item.commitment_id == Commitment.id).where(*conditions)
    others = (
        sa.select(CommitmentTheme.theme_id)
        .join(Commitment, Commitment.id == CommitmentTheme.commitment_id)
        .join(Item, Item.commitment_id == Commitment.id)
        .where(*conditions)
    )
    return sa.union(first, others)


def indicators_with_figures(used: sa.ColumnElement[bool], party_id: int, years: Collection[int]) -> Rows:
    """Select indicators with the latest version of each of a party's figures for these years; rows of both."""
    other = aliased(FigureVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.figure_id == Figure.id).scalar_subquery()
    return (
        sa.select(
            Indicator,
            Theme.code.label("theme_code"),
            Theme.name.label("theme_name"),
            *FIGURE_COLUMNS,
            User.name.label("entered_by"),
        )
        .join(Theme, Theme.id == Indicator.theme_id)
        .outerjoin(
            Figure,
            sa.and_(Figure.indicator_id == Indicator.id, Figure.party_id == party_id, Figure.year.in_(list(years))),
        )
        .outerjoin(FigureVersion, sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == newest))
        .outerjoin(User, User.id == FigureVersion.entered_by_id)
        .where(used)
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )


def current_of_item(item_id: int, party_id: int, years: Collection[int]) -> Rows:
    """Select the latest version of each of a party's figures that an item uses, with its indicator."""
    other = aliased(FigureVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.figure_id == Figure.id).scalar_subquery()
    return (
        sa.select(Indicator, *FIGURE_COLUMNS)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(FigureVersion, sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == newest))
        .join(Theme, Theme.id == Indicator.theme_id)
        .where(used_by_item(item_id), Figure.party_id == party_id, Figure.year.in_(list(years)))
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )


def current_of_party(party_id: int) -> Rows:
    """Select the latest version of each of a party's figures, with its indicator: for the party itself."""
    other = aliased(FigureVersion)
    newest = sa.select(sa.func.max(other.number)).where(other.figure_id == Figure.id).scalar_subquery()
    return (
        sa.select(Indicator, *FIGURE_COLUMNS)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(FigureVersion, sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == newest))
        .join(Theme, Theme.id == Indicator.theme_id)
        .where(Figure.party_id == party_id)
        .options(contains_eager(Indicator.theme))
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )


def versions_of(party_id: int, indicator_ids: Collection[int], years: Collection[int]) -> Rows:
    """Select every version of a party's figures, the oldest first, with its figure."""
    return (
        sa.select(FigureVersion, Figure, User.name.label("entered_by"))
        .join(Figure, Figure.id == FigureVersion.figure_id)
        .join(User, User.id == FigureVersion.entered_by_id)
        .where(Figure.party_id == party_id, Figure.indicator_id.in_(indicator_ids), Figure.year.in_(years))
        .order_by(Figure.id, FigureVersion.number)
    )


def pinned_by(revision_id: int) -> Rows:
    """Select the figures that a revision pinned, as they stood, with their indicators."""
    return (
        sa.select(Indicator, *FIGURE_COLUMNS)
        .join(Figure, Figure.indicator_id == Indicator.id)
        .join(FigureVersion, FigureVersion.figure_id == Figure.id)
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .join(Theme, Theme.id == Indicator.theme_id)
        .where(RevisionFigure.revision_id == revision_id)
        .order_by(Theme.position, Indicator.position, Figure.year, Figure.id)
    )


def figures_open_to(
    condition: sa.ColumnElement[bool],
    *,
    reads_all: bool,
    own: Collection[int],
    today: date,
) -> Rows:
    """Select the figures in the accepted revisions that a reader sees: of each figure, the latest version among them.

    Args:
        condition: over ``Figure``, ``Indicator`` and ``Party``.
        reads_all: the Secretariat reads accepted answers before they are shared, restricted ones too.
        own: ids of the parties that the reader works for; they read their own likewise.
        today: the day in the network's zone.
    """
    is_open: sa.ColumnElement[bool] = sa.and_(Revision.is_restricted.is_(False), Round.share_on <= today)
    if reads_all:
        is_open = sa.true()
    elif own:
        is_open = sa.or_(Item.party_id.in_(list(own)), is_open)
    latest = (
        sa.select(FigureVersion.figure_id, sa.func.max(FigureVersion.number).label("number"))
        .join(RevisionFigure, RevisionFigure.figure_version_id == FigureVersion.id)
        .join(Revision, Revision.id == RevisionFigure.revision_id)
        .join(Update, Update.accepted_revision_id == Revision.id)
        .join(Item, Item.id == Update.item_id)
        .join(Round, Round.id == Update.round_id)
        .join(Figure, Figure.id == FigureVersion.figure_id)
        .join(Indicator, Indicator.id == Figure.indicator_id)
        .join(Party, Party.id == Figure.party_id)
        .where(is_open, condition)
        .group_by(FigureVersion.figure_id)
        .subquery()
    )
    return (
        sa.select(Indicator, Party, *FIGURE_COLUMNS)
        .select_from(Figure)
        .join(Indicator, Indicator.id == Figure.indicator_id)
        .join(Party, Party.id == Figure.party_id)
        .join(Theme, Theme.id == Indicator.theme_id)
        .join(latest, latest.c.figure_id == Figure.id)
        .join(
            FigureVersion,
            sa.and_(FigureVersion.figure_id == Figure.id, FigureVersion.number == latest.c.number),
        )
        .options(contains_eager(Indicator.theme))
        .order_by(Theme.position, Indicator.position, Party.position, Figure.year, Figure.id)
    )
