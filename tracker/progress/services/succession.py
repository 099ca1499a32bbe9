"""Naming a coordinator's successor: somebody of the party, or somebody new who is invited."""

from datetime import date, datetime

from flask_babel import gettext as _

from tracker.accounts import policies
from tracker.accounts.models import Membership, Role, User
from tracker.accounts.queries import person_by_email
from tracker.accounts.services import people
from tracker.accounts.services.handing_over import grant_of, hand_over
from tracker.accounts.services.people import NotPossibleNow
from tracker.core.database import db


def hand_over_to_new(
    membership: Membership,
    *,
    email: str,
    name: str,
    function: str,
    from_day: date,
    by: User,
    at: datetime,
) -> User:
    """Pass a role on to the person with this address: invited where nobody has it; return them.

    Raises:
        NotPossibleNow: an account elsewhere has the address, and ``by`` may not change its roles; or the role, the
            day or the person does not allow it.
    """
    successor: User | None = db.session.scalar(person_by_email(email))
    if successor is None:
        successor = people.make_account(
            email, name=name, function=function, grant=grant_of(membership, from_day=from_day), by=by, at=at
        )
        people.send_invitation(successor, by=by, at=at)
    elif not successor.belongs_to(membership.party_id or 0) and not (
        policies.change_person(by, successor) and policies.give_role(by, Role.COORDINATOR)
    ):
        raise NotPossibleNow(
            _("There is an account with this e-mail address elsewhere. Ask the Secretariat to hand over to it.")
        )
    hand_over(membership, successor, from_day=from_day, by=by, at=at)
    return successor
