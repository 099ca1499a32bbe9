"""Who may do what with other people's accounts."""

from tracker.accounts.access import policy
from tracker.accounts.models import OFFICIAL_ROLES, Role, User
from tracker.core.clock import utc_now


@policy()
def see_people(user: User, _: object) -> bool:
    """The Secretariat and the administrators see who has an account."""
    return user.is_secretariat or user.is_administrator


@policy(sees=see_people)
def invite_people(user: User, _: object) -> bool:
    """The Secretariat and the administrators invite people."""
    return see_people(user, None)


@policy(sees=see_people)
def change_person(user: User, person: User) -> bool:
    """The Secretariat looks after accounts; those of the Secretariat and of administrators only administrators."""
    today = utc_now().date()
    if any(held.is_official and (held.ends_on is None or held.ends_on >= today) for held in person.memberships):
        return user.is_administrator
    return see_people(user, None)


@policy(sees=see_people)
def lift_second_factor(user: User, person: User) -> bool:
    """Administrators lift the second factor of somebody else who has lost it."""
    return user.is_administrator and user.id != person.id


@policy(sees=see_people)
def give_role(user: User, role: Role) -> bool:
    """The Secretariat gives the roles of parties and observers; its own and the administrator's only administrators."""
    return user.is_administrator if role in OFFICIAL_ROLES else see_people(user, None)
