"""What the Secretariat and the administrators do with accounts."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory, SignInFactory, UserFactory
from tracker.accounts.models import AccountLink, Membership, PersonState, Role, SignIn, User
from tracker.accounts.queries import people_found
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail.models import Notification
from tracker.parties.models import Party

INVITATION = {
    "email": "Ana.Novak@gov.example",
    "name": "Ana Novak",
    "function": "National Coordinator",
    "role": "coordinator",
    "party": "AL",
    "starts_on": "2026-01-01",
    "ends_on": "",
}


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)))


def found(email: str) -> User | None:
    return db.session.scalar(sa.select(User).filter_by(email=email))


def test_the_secretariat_invites_a_coordinator(client: TrackerClient, secretariat: User, party: Party) -> None:
    answer = client.sign_in(secretariat).post("/people/invite", data=INVITATION)

    person = found("ana.novak@gov.example")
    assert person is not None
    assert answer.location == f"/people/{person.id}"
    (membership,) = person.memberships
    assert (membership.role, membership.party, membership.is_deputy) == (Role.COORDINATOR, party, False)
    assert membership.granted_by_id == secretariat.id
    notification = db.session.scalars(sa.select(Notification)).one()
    assert (notification.kind, notification.to_address) == ("invitation", "ana.novak@gov.example")
    assert acts() == ["account.invited"]
    assert "The invitation is on its way." in client.get(answer.location).text


@pytest.mark.parametrize("role", ["administrator", "secretariat"])
def test_only_administrators_give_the_roles_that_run_the_tracker(
    client: TrackerClient, secretariat: User, administrator: User, party: Party, role: str
) -> None:
    data = INVITATION | {"role": role, "party": ""}

    refused = client.sign_in(secretariat).post("/people/invite", data=data)
    assert refused.status_code == 200
    assert "Choose a role." in refused.text
    assert found("ana.novak@gov.example") is None

    assert client.sign_in(administrator).post("/people/invite", data=data).status_code == 302
    assert found("ana.novak@gov.example") is not None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "Enter the person’s e-mail address."),
        ({"email": "ana"}, "Enter an e-mail address, for example"),
        ({"email": "ana@gov.example\nBcc: x@example.org"}, "Enter an e-mail address, for example"),
        ({"email": "anä@gov.example"}, "in Latin letters without accents"),
        ({"email": "a" * 300 + "@gov.example"}, "at most 254 characters"),
        ({"name": " \x00 "}, "Enter the person’s name."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"role": ""}, "Choose a role."),
        ({"role": "king"}, "Choose a role."),
        ({"party": ""}, "Choose the party that the person works for."),
        ({"party": "ZZ"}, "Choose a party of the list."),
        ({"role": "observer"}, "This role has no party"),
        ({"role": "contributor", "is_deputy": "y"}, "Only a coordinator can be a deputy."),
        ({"starts_on": ""}, "Enter the first day of the role."),
        ({"starts_on": "2026-02-30"}, "Enter a real date"),
        ({"starts_on": "0001-01-01"}, "Enter a real date"),
        ({"ends_on": "2025-12-31"}, "The last day lies before the first day."),
        ({"ends_on": "2099-12-31"}, "more than twenty years"),
    ],
)
def test_an_invitation_that_cannot_be_sent_is_explained(
    client: TrackerClient, secretariat: User, party: Party, change: dict[str, str], sentence: str
) -> None:
    answer = client.sign_in(secretariat).post("/people/invite", data=INVITATION | change)

    assert answer.status_code == 200
    assert sentence in answer.text
    assert db.session.scalars(sa.select(Notification)).all() == []
    if "function" not in change:
        assert page(answer).select_one("#function")["value"] == "National Coordinator"  # type: ignore[index]


def test_an_invitation_to_somebody_with_an_account_gives_them_the_role(
    client: TrackerClient, secretariat: User, peer: User, party: Party
) -> None:
    peer.password = "set"
    peer.email = "ana.novak@gov.example"
    SignInFactory.create(person=peer)

    answer = client.sign_in(secretariat).post("/people/invite", data=INVITATION, follow_redirects=True)

    assert "has an account already and now has this role as well" in answer.text
    assert {membership.party_id for membership in peer.memberships} >= {party.id}
    assert db.session.scalars(sa.select(Notification.kind)).all() == ["role_given"]
    assert db.session.scalars(sa.select(SignIn.ended_at).filter_by(person_id=peer.id)).one() is not None

    again = client.post("/people/invite", data=INVITATION, follow_redirects=True)
    assert "Nothing was changed." in again.text


def test_a_form_takes_no_fields_but_its_own(client: TrackerClient, secretariat: User, party: Party) -> None:
    client.sign_in(secretariat).post(
        "/people/invite", data=INVITATION | {"active": "", "password": "x", "is_sample": "y", "granted_by_id": "1"}
    )

    person = found("ana.novak@gov.example")
    assert person is not None
    assert (person.active, person.password, person.is_sample) == (True, None, False)


def test_an_invitation_is_sent_again_and_revoked(client: TrackerClient, secretariat: User, party: Party) -> None:
    client.sign_in(secretariat).post("/people/invite", data=INVITATION)
    person = found("ana.novak@gov.example")
    assert person is not None

    client.post(f"/people/{person.id}/invitation")
    first, second = db.session.scalars(sa.select(AccountLink).order_by(AccountLink.id)).all()
    assert (first.revoked_at is None, second.revoked_at is None) == (False, True)
    client.post(f"/people/{person.id}/invitation/revoke")
    assert second.revoked_at is not None
    assert acts() == ["account.invited", "account.invited_again", "account.invitation_revoked"]

    person.password = "set"
    db.session.commit()
    assert client.post(f"/people/{person.id}/invitation").status_code == 409


@pytest.mark.parametrize(
    ("data", "days", "sign_ins_end"), [({"when": "now"}, -1, True), ({"when": "day", "last_day": "TOMORROW"}, 1, False)]
)
def test_a_role_is_ended(
    client: TrackerClient, secretariat: User, coordinator: User, data: dict[str, str], days: int, sign_ins_end: bool
) -> None:
    SignInFactory.create(person=coordinator)
    tomorrow = (utc_now().date() + timedelta(days=1)).isoformat()
    data = {name: value.replace("TOMORROW", tomorrow) for name, value in data.items()}
    membership = coordinator.memberships[0]

    answer = client.sign_in(secretariat).post(f"/people/{coordinator.id}/roles/{membership.id}/end", data=data)

    assert answer.status_code == 302
    assert membership.ends_on == utc_now().date() + timedelta(days=days)
    ended_at = db.session.scalars(sa.select(SignIn.ended_at).filter_by(person_id=coordinator.id)).one()
    assert (ended_at is not None) is sign_ins_end


@pytest.mark.parametrize("last_day", ["", "2020-01-02", "never"])
def test_a_role_ends_on_no_day_of_the_past(
    client: TrackerClient, secretariat: User, coordinator: User, last_day: str
) -> None:
    membership = coordinator.memberships[0]

    answer = client.sign_in(secretariat).post(
        f"/people/{coordinator.id}/roles/{membership.id}/end", data={"when": "day", "last_day": last_day}
    )

    assert answer.status_code == 200
    assert page(answer).select_one("#last_day-error") is not None
    assert membership.ends_on is None


def test_a_role_of_another_person_is_not_found_under_this_one(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User
) -> None:
    client.sign_in(secretariat)

    assert client.get(f"/people/{coordinator.id}/roles/{peer.memberships[0].id}/end").status_code == 404


def test_a_role_given_by_mistake_today_is_taken_away(
    client: TrackerClient, secretariat: User, coordinator: User, other_party: Party
) -> None:
    client.sign_in(secretariat).post(
        f"/people/{coordinator.id}/roles",
        data={"role": "contributor", "party": "RS", "starts_on": utc_now().date().isoformat()},
    )
    wrong = db.session.scalars(sa.select(Membership).filter_by(party_id=other_party.id)).one()

    client.post(f"/people/{coordinator.id}/roles/{wrong.id}/end", data={"when": "now"})

    assert db.session.scalars(sa.select(Membership).filter_by(party_id=other_party.id)).all() == []
    assert acts()[-1] == "account.role_removed"


def test_an_account_is_disabled_and_enabled(client: TrackerClient, secretariat: User, coordinator: User) -> None:
    SignInFactory.create(person=coordinator)
    client.sign_in(secretariat)

    client.post(f"/people/{coordinator.id}/disable")
    assert not coordinator.active
    assert db.session.scalars(sa.select(SignIn.ended_at).filter_by(person_id=coordinator.id)).one() is not None

    client.post(f"/people/{coordinator.id}/enable")
    assert coordinator.active
    assert [act for act in acts() if act.startswith("account.d") or act.startswith("account.e")] == [
        "account.disabled", "account.enabled",
    ]  # fmt: skip


def test_nobody_shuts_themselves_out(client: TrackerClient, administrator: User) -> None:
    client.sign_in(administrator)
    membership = administrator.memberships[0]

    assert client.post(f"/people/{administrator.id}/disable").status_code == 409
    assert client.post(f"/people/{administrator.id}/roles/{membership.id}/end", data={"when": "now"}).status_code == 409


@pytest.mark.parametrize("page_name", ["edit", "roles", "disable"])
def test_the_secretariat_does_not_change_accounts_of_administrators(
    client: TrackerClient, secretariat: User, administrator: User, page_name: str
) -> None:
    client.sign_in(secretariat)

    assert client.get(f"/people/{administrator.id}").status_code == 200
    assert client.get(f"/people/{administrator.id}/{page_name}").status_code == 403
    assert client.post(f"/people/{administrator.id}/{page_name}").status_code == 403


@pytest.mark.parametrize("path", ["/people/invite", "/people/{}/roles", "/people/{}/disable", "/me/email"])
def test_changes_to_accounts_ask_for_the_password_after_five_minutes(
    client: TrackerClient, secretariat: User, coordinator: User, path: str
) -> None:
    path = path.format(coordinator.id)
    client.sign_in(secretariat)
    with client.session_transaction() as session:
        session["fs_paa"] = utc_now().timestamp() - 301

    assert client.get(path).location == f"/verify?next={path}"
    assert client.post(path, data=INVITATION).location == f"/verify?next={path}"

    with client.session_transaction() as session:
        session["fs_paa"] = utc_now().timestamp() - 299
    assert client.get(path).status_code == 200


def test_an_act_without_a_page_leads_back_to_the_person(
    client: TrackerClient, secretariat: User, coordinator: User
) -> None:
    client.sign_in(secretariat)
    with client.session_transaction() as session:
        session["fs_paa"] = 0

    assert client.post(f"/people/{coordinator.id}/enable").location == f"/verify?next=/people/{coordinator.id}"


# -- the list


@pytest.fixture
def everybody(request: pytest.FixtureRequest) -> list[User]:
    cast = ("coordinator", "peer", "contributor", "secretariat", "administrator", "observer", "nobody")
    people: list[User] = [request.getfixturevalue(name) for name in cast]
    for person in people:
        person.password = None if person.name == "Peer" else "set"
        person.active = person.name != "Observer"
    db.session.commit()
    return people


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "Administrator Contributor Coordinator Nobody Observer Peer Secretariat"),
        ("?party=AL", "Contributor Coordinator"),
        ("?role=coordinator", "Coordinator Peer"),
        ("?party=AL&role=coordinator", "Coordinator"),
        ("?state=invited", "Peer"),
        ("?state=disabled", "Observer"),
        ("?state=without_role", "Nobody"),
        ("?state=active", "Administrator Contributor Coordinator Secretariat"),
        ("?role=king&party=&state=%00", "Administrator Contributor Coordinator Nobody Observer Peer Secretariat"),
    ],
)
def test_the_list_is_filtered(
    client: TrackerClient, everybody: list[User], secretariat: User, query: str, names: str
) -> None:
    answer = client.sign_in(secretariat).get(f"/people{query}")

    shown = [link.text for link in page(answer).select("tbody th a")]
    assert shown == names.split()
    assert ("There is no such value for" in answer.text) is ("king" in query)


def test_the_filter_of_accounts_says_what_each_person_says(everybody: list[User]) -> None:
    today = utc_now().date()

    for state in PersonState:
        selected = set(db.session.scalars(people_found(state=state, day=today)))
        assert selected == {person for person in everybody if person.state_on(today) is state}


def test_the_list_costs_the_same_for_one_person_as_for_twenty(
    client: TrackerClient, secretariat: User, recording_sql: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def count() -> int:
        db.session.expire_all()
        with recording_sql() as statements:
            assert client.get("/people").status_code == 200
        return len(statements)

    client.sign_in(secretariat)
    MembershipFactory.create()
    few = count()
    for _ in range(20):
        MembershipFactory.create(person=UserFactory.create())

    assert count() == few <= 8


@pytest.mark.parametrize("number", ["0", "-1", "999999", "9" * 30, "x", "1e3"])
def test_an_unknown_page_of_the_list_is_no_mistake(client: TrackerClient, secretariat: User, number: str) -> None:
    assert client.sign_in(secretariat).get(f"/people?page={number}").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(client: TrackerClient, secretariat: User, coordinator: User, method: str) -> None:
    client.sign_in(secretariat)

    assert getattr(client, method)(f"/people/{coordinator.id}").status_code == 405
