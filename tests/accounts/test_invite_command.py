"""``tracker invite``."""

import re

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from tests.client import TrackerClient
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent, Means
from tracker.core.database import db
from tracker.mail.models import Notification
from tracker.parties.models import Party


def invite(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["tracker", "invite", *arguments])


def test_an_officer_is_invited_by_mail(app: Flask) -> None:
    result = invite(app, "Officer.One@icmpd.example", "--role", "secretariat")

    assert result.exit_code == 0, result.output
    assert "officer.one@icmpd.example is invited as secretariat." in result.output
    assert "http" not in result.output
    person = db.session.scalars(sa.select(User)).one()
    assert (person.name, person.memberships[0].role) == ("Officer One", Role.SECRETARIAT)
    assert db.session.scalars(sa.select(Notification.kind)).all() == ["invitation"]
    event = db.session.scalars(sa.select(AuditEvent)).one()
    assert (event.act, event.means) == ("account.invited", Means.COMMAND)


def test_the_link_is_printed_where_no_mail_can_be_sent(app: Flask, client: TrackerClient, party: Party) -> None:
    result = invite(
        app,
        "ana@gov.example",
        "--role",
        "coordinator",
        "--party",
        "al",
        "--deputy",
        "--name",
        "Ana Novak",
        "--print-link",
    )

    link = re.search(r"http://localhost:8000(/invitation/\S+)", result.output)
    assert link is not None
    assert client.get(link[1]).status_code == 200


def test_an_account_that_exists_gets_the_role(app: Flask, peer: User, party: Party) -> None:
    arguments = (peer.email, "--role", "contributor", "--party", "AL")

    assert "now has this role as well" in invite(app, *arguments).output
    assert "Nothing was changed" in invite(app, *arguments).output
    assert len(peer.memberships) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ana", "--role", "observer"], "cannot be an e-mail address"),
        (["ana@gov.example"], "Missing option '--role'"),
        (["ana@gov.example", "--role", "king"], "'king' is not one of"),
        (["ana@gov.example", "--role", "coordinator"], "needs a party: one of AL."),
        (["ana@gov.example", "--role", "coordinator", "--party", "ZZ"], "There is no party 'ZZ'. The parties are AL."),
        (["ana@gov.example", "--role", "observer", "--party", "AL"], "has no party; leave it out"),
        (["ana@gov.example", "--role", "contributor", "--party", "AL", "--deputy"], "Only a coordinator"),
        (["ana@gov.example", "--role", "observer", "--from", "2026-05-01", "--until", "2026-04-01"], "lies before"),
        (["ana@gov.example", "--role", "observer", "--from", "soon"], "does not match the format"),
        (["ana@gov.example", "--role", "observer", "--name", "x" * 201], "more than 200 characters"),
        (["änä@gov.example", "--role", "observer"], "Latin letters"),
    ],
)
def test_a_wrong_argument_is_explained(app: Flask, party: Party, arguments: list[str], sentence: str) -> None:
    result = invite(app, *arguments)

    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
    assert db.session.scalars(sa.select(User)).all() == []


def test_without_parties_it_says_what_to_run_first(app: Flask) -> None:
    result = invite(app, "ana@gov.example", "--role", "coordinator", "--party", "AL")

    assert result.exit_code == 1
    assert "tracker init" in result.output


def test_a_disabled_account_gets_nothing(app: Flask, peer: User) -> None:
    peer.active = False
    db.session.commit()

    result = invite(app, peer.email, "--role", "observer")

    assert result.exit_code == 1
    assert "is disabled" in result.output
