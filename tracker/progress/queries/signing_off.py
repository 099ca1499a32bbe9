"""Reading what a party signs off: its drafts in a round, the last clearance, and requests for validation."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import User
from tracker.instruments.models import Commitment
from tracker.progress.models import Item, Standing, Update, Validation, ValidationKind, ValidationState
from tracker.progress.workflow import UpdateState


def updates_by_id(ids: Collection[int]) -> sa.Select[Update]:
    """Select updates with what a submission needs of their items, in the order of their ids."""
    return (
        sa.select(Update)
        .options(
            joinedload(Update.item).joinedload(Item.commitment),
            joinedload(Update.item).joinedload(Item.party),
            joinedload(Update.item).joinedload(Item.standing),
        )
        .where(Update.id.in_(ids))
        .order_by(Update.id)
    )


def last_clearance(party_id: int, round_id: int, *, besides: int) -> sa.Select[*tuple[Any, ...]]:
    """Select who last cleared another answer of the party in the round, and of which commitment."""
    return (
        sa.select(Update.id, Commitment.code, Update.cleared_by_name, Update.cleared_by_function, Update.cleared_on)
        .join(Item, Item.id == Update.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .where(
            Item.party_id == party_id,
            Update.round_id == round_id,
            Update.item_id != besides,
            Update.drafted_at.is_not(None),
            Update.cleared_by_name != "",
            Update.cleared_by_function != "",
            Update.cleared_on.is_not(None),
        )
        .order_by(Update.drafted_at.desc(), Update.id.desc())
        .limit(1)
    )


def still_about_the_update() -> sa.ColumnElement[bool]:
    """Return the condition that a request for validation stands: ``Validation.stands`` in SQL, over the joined rows."""
    as_asked = sa.and_(Validation.state == ValidationState.ASKED, Validation.version == Update.version)
    draft = sa.and_(
        Validation.kind == ValidationKind.DRAFT,
        Update.drafted_at.is_not(None),
        Update.state.in_((UpdateState.DRAFT, UpdateState.RETURNED)),
    )
    untouched = sa.and_(
        Validation.kind == ValidationKind.NO_CHANGE,
        Update.drafted_at.is_(None),
        Update.state == UpdateState.DRAFT,
        Validation.repeats_id == Standing.accepted_revision_id,
    )
    return sa.and_(as_asked, sa.or_(draft, untouched))


def requests_in(round_ids: Collection[int], *, party_id: int | None = None) -> sa.Select[*tuple[Any, ...]]:
    """Select the requests for validation that stand in these rounds: what is asked, by whom, since when."""
    asker = aliased(User)
    found = (
        sa.select(
            Update.round_id,
            Update.item_id,
            Item.party_id,
            Validation.id.label("validation_id"),
            Validation.update_id,
            Validation.kind,
            Validation.version,
            Validation.asked_by_id,
            Validation.asked_at,
            asker.name.label("asked_by"),
        )
        .join(Update, Update.id == Validation.update_id)
        .join(Item, Item.id == Update.item_id)
        .join(Standing, Standing.item_id == Item.id)
        .join(asker, asker.id == Validation.asked_by_id)
        .where(Update.round_id.in_(round_ids), still_about_the_update())
        .order_by(Validation.asked_at, Validation.id)
    )
    return found if party_id is None else found.where(Item.party_id == party_id)


def latest_validation(update_id: int) -> sa.Select[Validation]:
    """Select the latest request about an update, with the people."""
    return (
        sa.select(Validation)
        .options(joinedload(Validation.asked_by), joinedload(Validation.decided_by))
        .where(Validation.update_id == update_id)
        .order_by(Validation.id.desc())
        .limit(1)
    )
