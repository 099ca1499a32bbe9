"""A coordinator leaves: somebody follows from a day on, and what was done keeps its name."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    RoundFactory,
    UpdateFactory,
    reported,
)
from tests.progress.pages import fields_in, hidden_in
from tracker.accounts.jobs import close_handed_over
from tracker.accounts.models import Membership, Role, SignIn, User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item
from tracker.progress.workflow import UpdateState

ADDRESS = "/parties/AL/hand-over"


@pytest.fixture
def successor(party: Party) -> User:
    """A contributor of the party who is to follow."""
    return MembershipFactory.create(role=Role.CONTRIBUTOR, party=party, person__name="Successor").person


@pytest.fixture
def open_round() -> Round:
    return RoundFactory.create(instruments=[InstrumentFactory.create()])


@pytest.fixture
def item(party: Party, open_round: Round) -> Item:
    commitment = CommitmentFactory.create(instrument=open_round.instruments[0], code="BRDO-2018-05")
    return ItemFactory.create(party=party, commitment=commitment)


def role_of(person: User) -> Membership:
    return person.memberships[0]


def fill_in(client: TrackerClient, **typed: object) -> str:
    """Fill in the form, and hand over once the page that asks again is there; return what is said at the end."""
    checked = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)) | typed)
    if "Check the hand-over" not in str(page(checked).h1):
        return checked.text
    return client.post(ADDRESS, data=hidden_in(checked), follow_redirects=True).text


def rights_on(person: User, day: date) -> tuple[bool, bool]:
    rights = person.rights_on(day)
    return bool(rights.coordinates), rights.any


def test_a_coordinator_hands_over_to_a_colleague_at_once(
    client: TrackerClient, coordinator: User, successor: User, party: Party
) -> None:
    client.sign_in(coordinator)

    fill_in(client, successor=str(successor.id))

    today = utc_now().date()
    assert party.id in successor.rights_on(today).coordinates
    assert not coordinator.rights_on(today).any
    assert role_of(coordinator).ends_on == today - timedelta(days=1)
    assert not coordinator.active
    assert client.get("/work").status_code == 302
    assert db.session.scalars(sa.select(SignIn.ended_at).filter_by(person_id=coordinator.id)).all() != [None]
    acts = db.session.scalars(sa.select(AuditEvent.act).where(AuditEvent.actor_id == coordinator.id)).all()
    assert {"account.handed_over", "account.role_given", "account.role_ended", "account.disabled"} <= set(acts)


def test_the_page_before_it_changes_nothing_and_says_what_will_happen(
    client: TrackerClient, coordinator: User, successor: User
) -> None:
    client.sign_in(coordinator)

    shown = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)) | {"successor": str(successor.id)})

    assert "Successor gets the role and a mail." in shown.text
    assert role_of(coordinator).ends_on is None
    assert len(successor.memberships) == 1


def test_from_a_later_day_both_have_their_time_and_then_the_account_closes(
    client: TrackerClient, coordinator: User, successor: User, deputy: User
) -> None:
    deputy.stand_in_id = coordinator.id
    db.session.commit()

    fill_in(client.sign_in(coordinator), successor=str(successor.id), from_day="2026-12-01")

    assert rights_on(coordinator, date(2026, 11, 30)) == (True, True)
    assert rights_on(successor, date(2026, 11, 30)) == (False, True)
    assert rights_on(coordinator, date(2026, 12, 1)) == (False, False)
    assert rights_on(successor, date(2026, 12, 1)) == (True, True)
    assert client.get("/work").status_code == 200
    assert close_handed_over(datetime(2026, 11, 30, 23, tzinfo=UTC)) == 0
    assert coordinator.active
    assert deputy.stand_in_id == coordinator.id

    with time_machine.travel(datetime(2026, 12, 1, 0, 1, tzinfo=UTC), tick=False):
        assert close_handed_over(utc_now()) == 1
        assert close_handed_over(utc_now()) == 0
    assert not coordinator.active
    assert deputy.stand_in_id is None


def test_an_account_with_another_role_stays_open_and_one_that_was_opened_again_too(
    client: TrackerClient, coordinator: User, successor: User, other_party: Party
) -> None:
    MembershipFactory.create(person=coordinator, role=Role.CONTRIBUTOR, party=other_party)

    fill_in(client.sign_in(coordinator), successor=str(successor.id))

    assert coordinator.active
    assert close_handed_over(utc_now() + timedelta(days=3)) == 0


def test_somebody_new_is_invited_and_coordinates_from_the_day_on(
    client: TrackerClient, coordinator: User, party: Party
) -> None:
    fill_in(
        client.sign_in(coordinator),
        successor="new",
        name="Ana Novak",
        email="ana@gov.example",
        function="National Coordinator",
        from_day="2026-12-01",
    )

    ana = db.session.scalars(sa.select(User).filter_by(email="ana@gov.example")).one()
    assert [(held.role, held.party_id, held.starts_on) for held in ana.memberships] == [
        (Role.COORDINATOR, party.id, date(2026, 12, 1))
    ]
    assert db.session.scalars(sa.select(Notification.kind)).all() == ["invitation"]


def test_the_secretariat_hands_over_for_somebody_who_is_gone(
    client: TrackerClient, secretariat: User, coordinator: User, deputy: User, party: Party
) -> None:
    client.sign_in(secretariat)

    said = fill_in(client, role=str(role_of(coordinator).id), successor=str(deputy.id))

    assert "Deputy follows Coordinator" in said
    today = utc_now().date()
    held = [(each.is_deputy, each.is_valid_on(today)) for each in deputy.memberships]
    assert sorted(held) == [(False, True), (True, False)]
    assert not coordinator.active


def test_a_coordinator_hands_over_no_other_role_than_their_own(
    client: TrackerClient, coordinator: User, deputy: User, successor: User
) -> None:
    client.sign_in(deputy)
    form = fields_in(client.get(ADDRESS))

    said = client.post(ADDRESS, data=form | {"role": str(role_of(coordinator).id), "successor": str(successor.id)}).text

    assert "Choose who leaves." in said
    assert role_of(coordinator).ends_on is None


def test_a_coordinator_gives_no_role_to_an_account_elsewhere(
    client: TrackerClient, coordinator: User, secretariat: User
) -> None:
    said = fill_in(client.sign_in(coordinator), successor="new", name="Chief", email=secretariat.email)

    assert "Ask the Secretariat to hand over to it." in said
    assert "Chief" in said
    assert role_of(coordinator).ends_on is None


@pytest.mark.parametrize(
    ("typed", "instruction"),
    [
        ({"from_day": "2026-11-01"}, "Enter a day from today on"),
        ({"from_day": "soon"}, "Enter a real date"),
        ({"successor": "new"}, "Enter the person’s name."),
        ({"successor": "9999"}, "Choose who follows."),
    ],
)
def test_bad_input_is_answered_beside_the_field(
    client: TrackerClient, coordinator: User, successor: User, typed: dict[str, str], instruction: str
) -> None:
    assert instruction in fill_in(client.sign_in(coordinator), **({"successor": str(successor.id)} | typed))
    assert role_of(coordinator).ends_on is None


def test_a_second_press_says_that_it_was_done(
    client: TrackerClient, secretariat: User, coordinator: User, successor: User
) -> None:
    client.sign_in(secretariat)
    typed = {"role": str(role_of(coordinator).id), "successor": str(successor.id)}
    checked = client.post(ADDRESS, data=fields_in(client.get(ADDRESS)) | typed)
    for _ in range(2):
        response = client.post(ADDRESS, data=hidden_in(checked))

    assert response.status_code == 200
    assert "Choose who leaves." in response.text
    assert len(successor.memberships) == 2


def test_assignments_and_authorship_stand(
    client: TrackerClient, coordinator: User, contributor: User, successor: User, item: Item, open_round: Round
) -> None:
    AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor, assigned_by_id=coordinator.id)
    update = reported(item, open_round, coordinator, state=UpdateState.ACCEPTED)

    fill_in(client.sign_in(coordinator), successor=str(successor.id))

    assert db.session.scalars(sa.select(Assignment.taken_back_at)).all() == [None]
    assert update.latest_revision is not None
    assert update.latest_revision.submitted_by_id == coordinator.id
    client.sign_in(successor)
    assert "Submitted by Coordinator on" in client.get(f"/items/{item.id}").text
    assert "Given by Coordinator" in client.get("/work/assignments").text


def test_the_page_shows_what_the_successor_takes_over_and_the_secretariat_no_draft(
    client: TrackerClient, coordinator: User, contributor: User, secretariat: User, item: Item, open_round: Round
) -> None:
    UpdateFactory.create(item=item, round=open_round, drafted_at=utc_now())
    AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor)

    own = client.sign_in(coordinator).get(ADDRESS).text
    office = client.sign_in(secretariat).get(ADDRESS).text

    for text in (own, office):
        assert "BRDO-2018-05" in text
        assert "14 December 2026" in text
        assert "1 of 1" in text
    row = page(client.get(ADDRESS)).select_one("tbody tr")
    assert row is not None
    assert "Draft" not in row.text
    assert "Contributor" not in row.text
    assert "Draft" in own
    assert "Contributor" in own


def test_the_password_is_asked_for_again(client: TrackerClient, coordinator: User) -> None:
    client.sign_in(coordinator)
    with client.session_transaction() as session:
        session["fs_paa"] = (utc_now() - timedelta(minutes=6)).timestamp()

    assert str(client.get(ADDRESS).location).startswith("/verify")
