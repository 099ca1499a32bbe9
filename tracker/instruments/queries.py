"""Reading instruments and commitments."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.instruments.models import (
    Adoption,
    Commitment,
    CommitmentIndicator,
    CommitmentLink,
    CommitmentState,
    CommitmentVersion,
    Indicator,
    Instrument,
    Theme,
)
from tracker.parties.models import Party


def instruments_with_counts() -> sa.Select[Instrument, int, int]:
    """Select every instrument, newest first, with the number of its commitments and of those that take reports."""
    takes_reports = sa.and_(Commitment.is_tracked, Commitment.state == CommitmentState.ACTIVE)
    counts = (
        sa.select(
            Commitment.instrument_id,
            sa.func.count().label("all"),
            sa.func.sum(sa.case((takes_reports, 1), else_=0)).label("tracked"),
        )
        .group_by(Commitment.instrument_id)
        .subquery()
    )
    return (
        sa.select(Instrument, sa.func.coalesce(counts.c.all, 0), sa.func.coalesce(counts.c.tracked, 0))
        .outerjoin(counts, counts.c.instrument_id == Instrument.id)
        .order_by(Instrument.adopted_on.desc(), Instrument.code)
    )


def instrument_by_code(code: str) -> sa.Select[Instrument]:
    """Select the instrument with this code, whatever the case it is written in."""
    return sa.select(Instrument).where(sa.func.upper(Instrument.code) == code.upper())


def commitments_of(instrument: Instrument) -> sa.Select[Commitment]:
    """Select the commitments of an instrument in the order of its text, with their themes."""
    return (
        sa.select(Commitment)
        .where(Commitment.instrument_id == instrument.id)
        .options(joinedload(Commitment.theme))
        .order_by(Commitment.position, Commitment.code)
    )


def adoptions_of(instrument: Instrument) -> sa.Select[Adoption]:
    """Select who adopted an instrument, in the one fixed order of parties."""
    return (
        sa.select(Adoption)
        .join(Adoption.party)
        .where(Adoption.instrument_id == instrument.id, Party.is_active)
        .options(joinedload(Adoption.party))
        .order_by(Party.position)
    )


def adoptions_by(party: Party) -> sa.Select[Adoption]:
    """Select which instruments a party adopted, newest first."""
    return (
        sa.select(Adoption)
        .join(Adoption.instrument)
        .where(Adoption.party_id == party.id)
        .options(joinedload(Adoption.instrument))
        .order_by(Instrument.adopted_on.desc(), Instrument.code)
    )


def commitment_by_code(code: str) -> sa.Select[Commitment]:
    """Select the commitment with this code, with its instrument and themes, whatever the case it is written in."""
    return (
        sa.select(Commitment)
        .where(sa.func.upper(Commitment.code) == code.upper())
        .options(joinedload(Commitment.instrument), joinedload(Commitment.theme), selectinload(Commitment.other_themes))
    )


def indicators() -> sa.Select[Indicator]:
    """Select every indicator, theme by theme."""
    return sa.select(Indicator).join(Indicator.theme).order_by(Theme.position, Indicator.position)


def versions_of(commitment: Commitment) -> sa.Select[CommitmentVersion]:
    """Select the wordings that a commitment has had, newest first."""
    return (
        sa.select(CommitmentVersion)
        .where(CommitmentVersion.commitment_id == commitment.id)
        .order_by(CommitmentVersion.number.desc())
    )


def links_of(commitment: Commitment) -> sa.Select[CommitmentLink]:
    """Select the links of a commitment to earlier and to later ones, with both ends."""
    return (
        sa.select(CommitmentLink)
        .where(sa.or_(CommitmentLink.earlier_id == commitment.id, CommitmentLink.later_id == commitment.id))
        .options(
            joinedload(CommitmentLink.earlier).joinedload(Commitment.instrument),
            joinedload(CommitmentLink.later).joinedload(Commitment.instrument),
        )
        .order_by(CommitmentLink.since_on, CommitmentLink.id)
    )


def indicators_of(commitment: Commitment) -> sa.Select[Indicator]:
    """Select the indicators that a commitment asks for, theme by theme: those of its themes, and those named beside."""
    theme_ids = [commitment.theme_id, *(theme.id for theme in commitment.other_themes)]
    named = sa.select(CommitmentIndicator.indicator_id).where(CommitmentIndicator.commitment_id == commitment.id)
    return (
        sa.select(Indicator)
        .join(Indicator.theme)
        .where(sa.or_(Indicator.theme_id.in_(theme_ids), Indicator.id.in_(named)))
        .options(joinedload(Indicator.theme))
        .order_by(Theme.position, Indicator.position)
    )


def themes_named(codes: Collection[str]) -> sa.Select[Theme]:
    """Select the themes with these codes, in their order. Unknown codes are left out."""
    return sa.select(Theme).where(Theme.code.in_(codes)).order_by(Theme.position)


def themes() -> sa.Select[Theme]:
    """Select every theme in its order."""
    return sa.select(Theme).order_by(Theme.position)
