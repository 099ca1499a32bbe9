"""Reading who has what in hand, and by what they come."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from tracker.accounts.models import AccountLink, SignIn, User
from tracker.instruments.models import Commitment
from tracker.progress.models import Assignment, Item, Update


def assignments_in(party_id: int, round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select a party's assignments in a round that stand, by person and code, with how far each is."""
    author, giver = aliased(User), aliased(User)
    return (
        sa.select(
            Assignment.id,
            Assignment.item_id,
            Assignment.person_id,
            Assignment.due_on,
            Assignment.note,
            Assignment.given_at,
            Assignment.ready_at,
            User.name,
            User.email,
            User.active,
            User.password.is_not(None).label("has_password"),
            giver.name.label("given_by"),
            Commitment.code,
            Commitment.title,
            Update.state,
            Update.drafted_at,
            author.name.label("drafted_by"),
        )
        .join(User, User.id == Assignment.person_id)
        .join(giver, giver.id == Assignment.assigned_by_id)
        .join(Item, Item.id == Assignment.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .outerjoin(Update, sa.and_(Update.item_id == Item.id, Update.round_id == Assignment.round_id))
        .outerjoin(author, author.id == Update.author_id)
        .where(Item.party_id == party_id, Assignment.round_id == round_id, Assignment.taken_back_at.is_(None))
        .order_by(sa.func.lower(User.name), User.id, Commitment.code)
    )


def links_in(party_id: int, round_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the links for a round that nobody withdrew: whose, since when, how often and when last opened."""
    return (
        sa.select(
            AccountLink.id,
            AccountLink.person_id,
            AccountLink.created_at,
            sa.func.count(SignIn.id).label("opened"),
            sa.func.max(SignIn.started_at).label("last_at"),
        )
        .outerjoin(SignIn, SignIn.link_id == AccountLink.id)
        .where(
            AccountLink.party_id == party_id,
            AccountLink.round_id == round_id,
            AccountLink.revoked_at.is_(None),
        )
        .group_by(AccountLink.id, AccountLink.person_id, AccountLink.created_at)
    )


def assignment_in_full(assignment_id: int) -> sa.Select[Assignment]:
    """Select an assignment that stands, with its person, item, commitment and party."""
    return (
        sa.select(Assignment)
        .options(
            joinedload(Assignment.person),
            joinedload(Assignment.item).joinedload(Item.commitment),
            joinedload(Assignment.item).joinedload(Item.party),
        )
        .where(Assignment.id == assignment_id)
    )


def assignments_of(person_id: int, *, party_id: int, round_id: int) -> sa.Select[Assignment]:
    """Select what a person has in hand of a party in a round."""
    return (
        sa.select(Assignment)
        .join(Assignment.item)
        .options(joinedload(Assignment.item).joinedload(Item.commitment), joinedload(Assignment.person))
        .where(
            Assignment.person_id == person_id,
            Assignment.round_id == round_id,
            Assignment.taken_back_at.is_(None),
            Item.party_id == party_id,
        )
        .order_by(Assignment.id)
    )
