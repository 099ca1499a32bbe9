"""For a terminal: the first people of an installation, and whoever cannot be helped in the application."""

from datetime import date, datetime

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import with_appcontext

from tracker.accounts import queries
from tracker.accounts.mails import link_url
from tracker.accounts.models import PARTY_ROLES, LinkPurpose, Role, User
from tracker.accounts.services import people, second_factor
from tracker.accounts.services.people import Grant
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.forms import clean_line
from tracker.parties.models import Party
from tracker.parties.queries import all_parties, party_by_code

_LONGEST = 200


@click.command("invite")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="What the person may do.")
@click.option("--party", "party_code", default="", help="Code of the party, for coordinators and contributors: AL.")
@click.option("--deputy", is_flag=True, help="A coordinator's deputy.")
@click.option("--name", default="", help="As it is printed. Empty: made from the address.")
@click.option("--function", default="", help="Function and institution.")
@click.option("--from", "starts_on", type=click.DateTime(["%Y-%m-%d"]), help="First day. Empty: today.")
@click.option("--until", "ends_on", type=click.DateTime(["%Y-%m-%d"]), help="Last day. Empty: no end is known.")
@click.option("--print-link", is_flag=True, help="Print the link as well, where no mail can be sent.")
@with_appcontext
def invite(
    *,
    email: str,
    role: str,
    party_code: str,
    deputy: bool,
    name: str,
    function: str,
    starts_on: datetime | None,
    ends_on: datetime | None,
    print_link: bool,
) -> None:
    """Invite a person by e-mail; where EMAIL has an account already, give it the role.

    Exit code 1 where it is not possible, 2 where an argument is wrong.
    """
    at = utc_now()
    address = _address(email)
    grant = _grant(
        Role(role),
        _party(Role(role), party_code),
        is_deputy=deputy,
        starts_on=starts_on.date() if starts_on is not None else at.date(),
        ends_on=ends_on.date() if ends_on is not None else None,
    )
    person = db.session.scalar(queries.person_by_email(address))
    if person is None:
        people.invite(
            address, name=_line(name, "name") or _name_from(address), function=_line(function, "function"),
            grant=grant, by=None, at=at,
        )  # fmt: skip
        said = f"{address} is invited as {role}. The mail leaves with the next tick; its link works for 72 hours."
    else:
        said = _give_role(person, grant, at=at)
    db.session.commit()
    click.echo(said)
    if print_link:
        _print_link(address)


@click.command("lift-second-factor")
@click.argument("email")
@click.option("--reason", prompt="Why, and how did you make sure who asks", help="It stays in the log.")
@with_appcontext
def lift_second_factor(*, email: str, reason: str) -> None:
    """Take the second factor from the person with EMAIL who has lost it, where no administrator can."""
    person = db.session.scalar(queries.person_by_email(email))
    if person is None or not person.has_second_factor:
        raise click.ClickException("There is no account with this address and a second factor.")
    if not _line(reason, "reason"):
        raise click.BadParameter("Say why.", param_hint="--reason")
    second_factor.lift(person, reason=_line(reason, "reason"), by=None, at=utc_now())
    db.session.commit()
    click.echo(f"The second factor of {email} is lifted, and all sign-ins are ended. The person is told by mail.")


def _address(email: str) -> str:
    try:
        address = validate_email(email.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise click.BadParameter(f"{email!r} cannot be an e-mail address. {error}", param_hint="EMAIL") from error
    if not address.isascii():
        raise click.BadParameter("Only addresses in Latin letters without accents can be used.", param_hint="EMAIL")
    return address


def _party(role: Role, code: str) -> Party | None:
    if role not in PARTY_ROLES:
        if code:
            raise click.BadParameter(f"The role {role} has no party; leave it out.", param_hint="--party")
        return None
    known = ", ".join(db.session.scalars(all_parties().with_only_columns(Party.code)))
    if not known:
        raise click.ClickException("There are no parties yet. Run: flask --app wsgi tracker init")
    if not code:
        raise click.BadParameter(f"The role {role} needs a party: one of {known}.", param_hint="--party")
    party = db.session.scalar(party_by_code(code))
    if party is None or not party.is_active:
        raise click.BadParameter(f"There is no party {code!r}. The parties are {known}.", param_hint="--party")
    return party


def _grant(role: Role, party: Party | None, *, is_deputy: bool, starts_on: date, ends_on: date | None) -> Grant:
    if is_deputy and role is not Role.COORDINATOR:
        raise click.BadParameter("Only a coordinator can be a deputy.", param_hint="--deputy")
    if ends_on is not None and ends_on < starts_on:
        raise click.BadParameter("The last day lies before the first day.", param_hint="--until")
    return Grant(
        role=role,
        party_id=party.id if party is not None else None,
        is_deputy=is_deputy,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _line(value: str, what: str) -> str:
    text = clean_line(value) or ""
    if len(text) > _LONGEST:
        raise click.BadParameter(f"The {what} has more than {_LONGEST} characters.", param_hint=f"--{what}")
    return text


def _name_from(address: str) -> str:
    return address.split("@", maxsplit=1)[0].replace(".", " ").replace("_", " ").title()


def _give_role(person: User, grant: Grant, *, at: datetime) -> str:
    if not person.active:
        raise click.ClickException(f"The account of {person.email} is disabled. Enable it on the page People first.")
    if people.give_role(person, grant, by=None, at=at):
        return f"{person.email} has an account already and now has this role as well."
    return f"{person.email} has an account and this role already. Nothing was changed."


def _print_link(address: str) -> None:
    person = db.session.scalars(queries.person_by_email(address)).one()
    link = db.session.scalar(queries.open_links_of([person.id], LinkPurpose.INVITATION))
    if link is None:
        click.echo("There is no link to print: this person has chosen a password already.")
    else:
        click.echo(link_url(link))
