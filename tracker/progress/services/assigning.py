"""Delegation: items go into a contributor's hands for a round, change hands, and come back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import Role, User
from tracker.accounts.queries import person_by_email
from tracker.accounts.services import people
from tracker.accounts.services.people import Grant
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.filters import day as in_words
from tracker.core.zones import local_day
from tracker.meetings.models import Round, RoundInstrument
from tracker.meetings.rules import effective_due_on
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item
from tracker.progress.services.drafting import require_open


class NotAssignable(DomainError):
    """The person, the day or an item does not allow it; the text says what to do."""


@dataclass(frozen=True)
class Given:
    """What became of the items that were to be assigned."""

    #: Assignments that are new, or were given again.
    new: Sequence[Assignment]
    #: How many items were in the person's hands already; they stay as they are.
    stood: int


def day_instruction(due_on: date | None, round_: Round, party_id: int, *, at: datetime) -> str:
    """Say what is wrong with an assignment's own due date; nothing where it can stand."""
    party_due_on = effective_due_on(round_, party_id)
    if due_on is None or local_day(at, round_.timezone) <= due_on <= party_due_on:
        return ""
    if local_day(at, round_.timezone) > party_due_on:
        return str(_("Your party’s own date has passed. Leave this empty; the item is late already."))
    return str(
        _(
            "Enter a day from today until %(day)s, when your party is due; or leave it empty.",
            day=in_words(party_due_on),
        )
    )


def assign(
    items: Sequence[Item],
    person: User,
    round_: Round,
    *,
    due_on: date | None,
    note: str,
    by: User,
    at: datetime,
) -> Given:
    """Put items of one party into a contributor's hands for a round. What is there already stays as it is.

    Raises:
        NotAssignable: the person does not contribute to the party, the day is past or after the party's, or the
            round does not ask about an item.
        SubmissionsClosed: an item takes no reports now.
    """
    scope = set(db.session.scalars(sa.select(RoundInstrument.instrument_id).filter_by(round_id=round_.id)))
    for item in items:
        _require_contributor(person, item.party, at=at)
        require_open(item, round_, at=at)
        if item.commitment.instrument_id not in scope:
            raise NotAssignable(_("The round of this meeting does not ask about this commitment."))
        if sentence := day_instruction(due_on, round_, item.party_id, at=at):
            raise NotAssignable(sentence)
    new = []
    for item in items:
        assignment = _give(item, person, round_, by=by, at=at)
        if assignment is not None:
            assignment.due_on, assignment.note = due_on, note
            new.append(assignment)
            record(
                "assignment.given", assignment, at=at, by=by, party_id=item.party_id,
                changes={"item_id": item.id, "person_id": person.id, "due_on": due_on, "note": note},
            )  # fmt: skip
    db.session.flush()
    return Given(new, len(items) - len(new))


def _require_contributor(person: User, party: Party, *, at: datetime) -> None:
    if not person.active or party.id not in person.rights_on(at.date()).contributes:
        raise NotAssignable(
            _(
                "%(name)s does not contribute to %(party)s now. Choose somebody else.",
                name=person.name,
                party=party.short_name,
            )
        )


def _give(item: Item, person: User, round_: Round, *, by: User, at: datetime) -> Assignment | None:
    """Return the assignment, made or given again; None where it stands already."""
    found = sa.select(Assignment).filter_by(item_id=item.id, round_id=round_.id, person_id=person.id)
    assignment = db.session.scalar(found.with_for_update())
    if assignment is None:
        assignment = Assignment(item=item, round_id=round_.id, person=person, assigned_by_id=by.id, given_at=at)
        try:
            with db.session.begin_nested():
                db.session.add(assignment)
        except IntegrityError:  # a colleague assigned it at the same moment
            return None
        return assignment
    if assignment.taken_back_at is None:
        return None
    assignment.taken_back_at = assignment.ready_at = None
    assignment.assigned_by_id, assignment.given_at = by.id, at
    return assignment


def change(assignment: Assignment, round_: Round, *, due_on: date | None, note: str, by: User, at: datetime) -> bool:
    """Change the day and the note of an assignment; return whether anything changed.

    Raises:
        NotAssignable: it was taken back meanwhile, or the day is past or after the party's.
    """
    if assignment.taken_back_at is not None:
        raise NotAssignable(_("This item was taken back meanwhile. Assign it anew."))
    changes: dict[str, object] = {}
    for name, value in (("due_on", due_on), ("note", note)):
        before = getattr(assignment, name)
        if before != value:
            changes[name] = [before, value]
            setattr(assignment, name, value)
    if "due_on" in changes and (sentence := day_instruction(due_on, round_, assignment.item.party_id, at=at)):
        raise NotAssignable(sentence)
    if changes:
        record("assignment.changed", assignment, at=at, by=by, party_id=assignment.item.party_id, changes=changes)
    return bool(changes)


def take_back(assignment: Assignment, *, by: User, at: datetime) -> None:
    """Take an item out of a contributor's hands; what they wrote stays in the draft. Safe to repeat."""
    if assignment.taken_back_at is None:
        assignment.taken_back_at = at
        record("assignment.taken_back", assignment, at=at, by=by, party_id=assignment.item.party_id)


def pass_on(assignment: Assignment, person: User, round_: Round, *, by: User, at: datetime) -> None:
    """Take an item out of one contributor's hands and put it into another's, with its note and its day.

    A day that has passed is left out.

    Raises:
        NotAssignable: the new person does not contribute to the party.
        SubmissionsClosed: the item takes no reports now.
    """
    due_on = assignment.due_on
    if day_instruction(due_on, round_, assignment.item.party_id, at=at):
        due_on = None
    assign([assignment.item], person, round_, due_on=due_on, note=assignment.note, by=by, at=at)
    take_back(assignment, by=by, at=at)


def contributor_at(email: str, *, name: str, party: Party, with_invitation: bool, by: User, at: datetime) -> User:
    """Return the party's contributor with this address; somebody who is new gets an account, and an invitation.

    Args:
        email: the address.
        name: of somebody who is new.
        party: whom they contribute to.
        with_invitation: send a new person the invitation to choose a password; without, they hold a link alone.
        by: who asks them.
        at: when (UTC).

    Raises:
        NotAssignable: there is an account that does not contribute to the party, or is disabled.
    """
    known: User | None = db.session.scalar(person_by_email(email))
    if known is not None:
        if not known.active or party.id not in known.rights_on(at.date()).contributes:
            raise NotAssignable(
                _(
                    "There is an account with this e-mail address that is no contributor of %(party)s. "
                    "Ask the Secretariat to give it this role.",
                    party=party.short_name,
                )
            )
        return known
    grant = Grant(role=Role.CONTRIBUTOR, party_id=party.id, is_deputy=False, starts_on=at.date(), ends_on=None)
    person = people.make_account(email, name=name, function="", grant=grant, by=by, at=at)
    if with_invitation:
        people.send_invitation(person, by=by, at=at)
    return person
