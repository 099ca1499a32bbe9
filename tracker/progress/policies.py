"""Who may see and do what with items and updates. *When* a step is possible: see ``workflow.py``.

Source: DESIGN §3.2 to §3.4.
"""

import sqlalchemy as sa

from tracker.accounts.access import policy, use_tracker
from tracker.accounts.models import User
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.meetings.models import Extension, Round
from tracker.parties.models import Party, PartyKind
from tracker.progress.models import Assignment, Evidence, EvidenceVersion, Item, Revision, Update, UpdateEvidence
from tracker.progress.queries.library import items_in_hand, versions_visible_to
from tracker.progress.workflow import UpdateState


def answers_for(user: User, party: Party) -> bool:
    """Tell whether the person submits for the party: its coordinators; officers, for the Secretariat's own items."""
    return user.coordinates(party.id) or (party.kind is PartyKind.SECRETARIAT and user.is_secretariat)


def is_assigned(user: User, item: Item) -> bool:
    """Tell whether the item is in the hands of this contributor, in a round that still takes the party's reports."""
    if item.party_id not in user.rights.contributes:
        return False
    today = network_today()
    runs_longer = sa.exists().where(
        Extension.round_id == Round.id, Extension.party_id == item.party_id, Extension.due_on >= today
    )
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists().where(
                    Assignment.item_id == item.id,
                    Assignment.person_id == user.id,
                    Assignment.taken_back_at.is_(None),
                    Round.id == Assignment.round_id,
                    Round.cancelled_at.is_(None),
                    sa.or_(sa.and_(Round.closed_at.is_(None), Round.closes_on >= today), runs_longer),
                )
            )
        )
    )


@policy()
def view_item(user: User, item: Item) -> bool:
    """Everybody with a valid membership sees that an item stands, and what of it is shared with them."""
    return user.rights.any


@policy()
def view_working(user: User, item: Item) -> bool:
    """Drafts are seen by the party's coordinators, and by contributors on the items assigned to them."""
    return answers_for(user, item.party) or is_assigned(user, item)


@policy()
def view_accepted(user: User, item: Item) -> bool:
    """Accepted answers are seen by the own party and the Secretariat before they are shared."""
    return user.is_secretariat or user.belongs_to(item.party_id) or answers_for(user, item.party)


@policy()
def view_update(user: User, update: Update) -> bool:
    """A draft is seen by its own party only; what was submitted, also by the Secretariat."""
    if view_working(user, update.item):
        return True
    return user.is_secretariat and (update.state is not UpdateState.DRAFT or update.accepted_revision_id is not None)


@policy()
def view_revision(user: User, revision: Revision) -> bool:
    """A revision is seen by its own party, and by the Secretariat once it is submitted.

    Everybody with a membership sees it when it is the accepted one, not restricted, and its round's share date
    has come.
    """
    if view_working(user, revision.item):
        return True
    update = db.session.scalar(sa.select(Update).filter_by(item_id=revision.item_id, round_id=revision.round_id))
    if update is None:
        return False
    is_accepted = update.accepted_revision_id == revision.id
    if view_accepted(user, revision.item):
        # A recalled revision is the party's again; members of the party without the item see what was accepted.
        recalled = update.state is UpdateState.DRAFT and update.latest_revision_id == revision.id
        return is_accepted or (user.is_secretariat and not recalled)
    share_on = revision.round.share_on
    return (
        user.rights.any
        and is_accepted
        and not revision.is_restricted
        and share_on is not None
        and share_on <= network_today()
    )


@policy()
def view_work(user: User, _: object) -> bool:
    """Coordinators, deputies and contributors have a list of work; so have officers, for the Secretariat's items."""
    return bool(user.rights.coordinates or user.rights.contributes or user.is_secretariat)


@policy(sees=view_item)
def write_update(user: User, item: Item) -> bool:
    """Only the party's own people write its drafts; contributors only on items assigned to them."""
    return answers_for(user, item.party) or is_assigned(user, item)


@policy(sees=view_item)
def submit_update(user: User, item: Item) -> bool:
    """Only a coordinator or deputy submits, says "no change", or takes an update back."""
    return answers_for(user, item.party)


@policy(sees=view_item)
def edit_item(user: User, item: Item) -> bool:
    """Lead institution, target date and steps are kept by the party's coordinators."""
    return answers_for(user, item.party)


@policy(sees=view_working)
def assign_item(user: User, item: Item) -> bool:
    """The party's coordinators put items into contributors' hands, see how far they are, and take them back."""
    return answers_for(user, item.party)


@policy()
def enter_figures(user: User, party: Party) -> bool:
    """Figures are entered by the party's coordinators, and by its contributors for the items in their hands."""
    return answers_for(user, party) or party.id in user.rights.contributes


@policy(sees=use_tracker)
def hand_over(user: User, party: Party) -> bool:
    """Coordinators and deputies hand their own role over; the Secretariat, that of any coordinator."""
    return user.is_secretariat or user.coordinates(party.id)


@policy()
def see_review(user: User, _: object) -> bool:
    """The Secretariat sees the queue of updates that wait for review."""
    return user.is_secretariat


@policy()
def read_for_review(user: User, update: Update) -> bool:
    """The Secretariat reads what was submitted; never a draft, not even that one exists."""
    return user.is_secretariat and (update.state is not UpdateState.DRAFT or update.accepted_revision_id is not None)


@policy(sees=read_for_review)
def review_update(user: User, update: Update) -> bool:
    """The Secretariat accepts and returns updates of every party; nobody decides on what they submitted."""
    return read_for_review(user, update) and update.submitted_by_id != user.id


@policy()
def manage_commitments(user: User, _: object) -> bool:
    """The Secretariat corrects instruments, commitments and adoptions."""
    return user.is_secretariat


@policy()
def read_evidence(user: User, _: object) -> bool:
    """Everybody with a valid membership opens a party's list of evidence; it holds what they may see."""
    return user.rights.any


@policy()
def view_evidence_version(user: User, version: EvidenceVersion) -> bool:
    """Evidence is seen by its party; by the Secretariat once submitted; by all once an answer naming it is shared.

    What is restricted stays with the party and the Secretariat; contributors see the restricted evidence that they
    added or that their own items use.
    """
    return _sees(user, EvidenceVersion.id == version.id)


@policy()
def view_evidence(user: User, evidence: Evidence) -> bool:
    """Evidence is seen by whoever may see one of its versions."""
    return _sees(user, Evidence.id == evidence.id)


@policy(sees=view_evidence)
def keep_evidence(user: User, evidence: Evidence) -> bool:
    """The party's coordinators keep its evidence; contributors what they added, while only their items use it."""
    if answers_for(user, evidence.party):
        return True
    if evidence.party_id not in user.rights.contributes:
        return False
    in_hand = items_in_hand(user, today=network_today())
    others_use_it = sa.exists().where(
        UpdateEvidence.evidence_id == evidence.id,
        Update.id == UpdateEvidence.update_id,
        Update.item_id.not_in(in_hand),
    )
    by_others = sa.exists().where(EvidenceVersion.evidence_id == evidence.id, EvidenceVersion.added_by_id != user.id)
    has_items = sa.exists(in_hand)
    return bool(db.session.scalar(sa.select(sa.and_(has_items, sa.not_(others_use_it), sa.not_(by_others)))))


@policy()
def add_evidence(user: User, party: Party) -> bool:
    """A party's coordinators add evidence to its stock; contributors add it to the items in their hands."""
    return answers_for(user, party)


def _sees(user: User, which: sa.ColumnElement[bool]) -> bool:
    return bool(
        db.session.scalar(
            sa.select(
                sa.exists(
                    sa.select(EvidenceVersion.id)
                    .join(Evidence, Evidence.id == EvidenceVersion.evidence_id)
                    .where(which, versions_visible_to(user, today=network_today()))
                )
            )
        )
    )
