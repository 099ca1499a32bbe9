"""A coordinator puts items into contributors' hands, sees how far they are, and takes them back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from tests.client import TrackerClient, page
from tests.factories import (
    AssignmentFactory,
    CommitmentFactory,
    ExtensionFactory,
    ItemFactory,
    MembershipFactory,
    UpdateFactory,
    UserFactory,
    reported,
)
from tests.progress.pages import address_of, fields_in, save, typed
from tracker.accounts.models import Membership, Role, User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item, Update
from tracker.progress.services import assigning

pytestmark = pytest.mark.usefixtures("at_that_time")

ASSIGN = "/work/assign"
OVERVIEW = "/work/assignments"


@pytest.fixture
def items(party: Party, instrument: Instrument, open_round: Round) -> list[Item]:
    """Three items that the open round asks about, of one theme each."""
    return [
        ItemFactory.create(
            party=party,
            commitment=CommitmentFactory.create(code=f"BRDO-2018-0{number}", instrument=instrument, position=number),
        )
        for number in (1, 2, 3)
    ]


def send(client: TrackerClient, *items: Item, query: str = "", **typed_in: object) -> str:
    """Fill in the form of assigning and return what the next page says."""
    form = fields_in(client.get(ASSIGN + query)) | {"items": [str(item.id) for item in items]} | typed_in
    return client.post(ASSIGN + query, data=form, follow_redirects=True).text


def in_hands() -> list[tuple[str, str]]:
    """Who has which item in hand."""
    rows = db.session.scalars(sa.select(Assignment).where(Assignment.taken_back_at.is_(None)).order_by(Assignment.id))
    return [(row.person.name, row.item.commitment.code) for row in rows]


def acts() -> list[str]:
    return list(
        db.session.scalars(
            sa.select(AuditEvent.act).where(AuditEvent.act.startswith("assignment.")).order_by(AuditEvent.seq)
        )
    )


def test_several_items_go_to_a_contributor_with_a_day_and_a_note(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item]
) -> None:
    client.sign_in(coordinator)

    said = send(
        client, items[0], items[2], person=str(contributor.id), due_on="2026-12-04", note="Please name the by-law."
    )

    assert "2 items are in the hands of Contributor." in said
    assert in_hands() == [("Contributor", "BRDO-2018-01"), ("Contributor", "BRDO-2018-03")]
    first = db.session.scalars(sa.select(Assignment).order_by(Assignment.id)).first()
    assert first is not None
    assert (first.due_on, first.note, first.assigned_by_id) == (
        date(2026, 12, 4),
        "Please name the by-law.",
        coordinator.id,
    )
    assert acts() == ["assignment.given", "assignment.given"]
    client.sign_in(contributor)
    assert [row["id"] for row in page(client.get("/work")).select("li.item")] == ["BRDO-2018-01", "BRDO-2018-03"]
    assert "Please name the by-law." in client.get(address_of(items[0])).text
    assert "until 4 December 2026" in client.get("/work").text


def test_the_list_of_work_leads_to_the_form_with_what_was_ticked(
    client: TrackerClient, coordinator: User, items: list[Item]
) -> None:
    shown = page(client.sign_in(coordinator).get("/work"))
    assert [box["value"] for box in shown.select("input[form=selection]")] == [str(item.id) for item in items]
    theme = items[1].commitment.theme.code

    chosen = fields_in(client.get(f"{ASSIGN}?party=AL&item={items[0].id}&item={items[2].id}&item=999"))["items"]
    by_theme = page(client.get(f"{ASSIGN}?theme={theme}"))

    assert chosen == [str(items[0].id), str(items[2].id)]
    assert [box["value"] for box in by_theme.select("#items input")] == [str(items[1].id)]
    lost = client.get(f"{ASSIGN}?theme=lost&item=%00&party=RS")
    assert "All open items are shown." in lost.text
    assert "Albania is shown." in lost.text
    assert len(page(lost).select("#items input")) == len(items)


@pytest.mark.parametrize(
    ("day", "instruction"),
    [
        ("2026-11-22", "Enter a day from today until 14 December 2026"),
        ("2026-12-15", "Enter a day from today until 14 December 2026"),
        ("soon", "Enter a real date"),
    ],
)
def test_a_day_that_is_past_or_after_the_partys_own_is_refused(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], day: str, instruction: str
) -> None:
    client.sign_in(coordinator)

    said = send(client, items[0], person=str(contributor.id), due_on=day, note="Mine")

    assert instruction in said
    assert "Mine" in said
    assert in_hands() == []


def test_an_extension_gives_the_contributor_more_time_too(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round, party: Party
) -> None:
    ExtensionFactory.create(round=open_round, party=party, due_on=date(2026, 12, 18), granted_by_id=coordinator.id)
    client.sign_in(coordinator)

    send(client, items[0], person=str(contributor.id), due_on="2026-12-17")

    assert in_hands() == [("Contributor", "BRDO-2018-01")]


def test_nothing_ticked_and_nobody_chosen_is_said(client: TrackerClient, coordinator: User, items: list[Item]) -> None:
    said = send(client.sign_in(coordinator), items=[])

    assert "Tick at least one item." in said
    assert "Choose who fills them in." in said


def test_somebody_new_is_invited_in_the_same_act(
    client: TrackerClient, coordinator: User, items: list[Item], party: Party
) -> None:
    said = send(client.sign_in(coordinator), items[0], person="new", name="Ana Novak", email="Ana@Gov.example")

    assert "The invitation is on its way" in said
    person = db.session.scalars(sa.select(User).filter_by(email="ana@gov.example")).one()
    [membership] = person.memberships
    assert (membership.role, membership.party_id, membership.granted_by_id) == (
        Role.CONTRIBUTOR,
        party.id,
        coordinator.id,
    )
    assert in_hands() == [("Ana Novak", "BRDO-2018-01")]
    assert db.session.scalars(sa.select(Notification.kind)).all() == ["invitation"]
    assert "cannot come in yet" in client.get(OVERVIEW).text


@pytest.mark.parametrize(
    ("typed_in", "instruction"),
    [
        ({"name": "", "email": "ana@gov.example"}, "Enter the person’s name."),
        ({"name": "Ana", "email": ""}, "Enter the person’s e-mail address."),
        ({"name": "Ana", "email": "not an address"}, "Enter an e-mail address, for example"),
    ],
)
def test_somebody_new_needs_a_name_and_an_address(
    client: TrackerClient, coordinator: User, items: list[Item], typed_in: dict[str, str], instruction: str
) -> None:
    assert instruction in send(client.sign_in(coordinator), items[0], person="new", **typed_in)
    assert in_hands() == []


def test_an_account_elsewhere_gets_no_role_from_a_coordinator(
    client: TrackerClient, coordinator: User, secretariat: User, items: list[Item]
) -> None:
    roles = db.session.scalar(sa.select(sa.func.count(Membership.id)))

    said = send(client.sign_in(coordinator), items[0], person="new", name="Chief", email=secretariat.email)

    assert "Ask the Secretariat to give it this role." in said
    assert "Chief" in said
    assert in_hands() == []
    assert db.session.scalar(sa.select(sa.func.count(Membership.id))) == roles


def test_the_address_of_a_known_contributor_means_that_contributor(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item]
) -> None:
    send(client.sign_in(coordinator), items[0], person="new", name="Whoever", email=contributor.email.upper())

    assert in_hands() == [("Contributor", "BRDO-2018-01")]
    assert contributor.name == "Contributor"


def test_a_double_click_and_a_colleague_make_no_doubles(
    client: TrackerClient, coordinator: User, deputy: User, contributor: User, items: list[Item]
) -> None:
    client.sign_in(coordinator)
    form = fields_in(client.get(ASSIGN)) | {"items": [str(items[0].id)], "person": str(contributor.id)}
    client.post(ASSIGN, data=form)
    client.post(ASSIGN, data=form)

    said = send(client.sign_in(deputy), items[0], items[1], person=str(contributor.id), note="Other")

    assert in_hands() == [("Contributor", "BRDO-2018-01"), ("Contributor", "BRDO-2018-02")]
    assert "1 was there already and stays as it is." in said
    assert acts() == ["assignment.given", "assignment.given"]


def test_the_database_refuses_a_second_row(contributor: User, items: list[Item], open_round: Round) -> None:
    AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)

    with pytest.raises(IntegrityError):
        AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)


def test_the_overview_shows_how_far_everybody_is(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round
) -> None:
    for item in items:
        AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor, due_on=date(2026, 12, 1))
    reported(items[1], open_round, coordinator)
    save(client.sign_in(contributor), items[0])
    client.post(address_of(items[0]), data=typed(client, items[0], ready="1", narrative="Done."))

    rows = page(client.sign_in(coordinator).get(OVERVIEW)).select("tbody tr")

    assert [row.select_one("td[data-label='How far']").text.split()[0] for row in rows] == [  # type: ignore[union-attr]
        "Ready",
        "Submitted",
        "Not",
    ]
    assert "2 of 3 ready or submitted" in client.get(OVERVIEW).text
    assert "ready to be submitted" in client.get("/work").text


def test_ready_is_undone_by_a_new_change_and_by_the_coordinator(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round
) -> None:
    held = AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)
    client.sign_in(contributor)
    client.post(address_of(items[0]), data=typed(client, items[0], ready="1", narrative="Done."))
    assert held.ready_at is not None
    assert "You said that this draft can go" in client.get(address_of(items[0])).text

    save(client, items[0], narrative="Done, and more.")
    assert held.ready_at is None

    client.post(address_of(items[0]), data=typed(client, items[0], ready="1"))
    client.sign_in(coordinator).post(f"{OVERVIEW}/{held.id}/ask-again")
    assert held.ready_at is None
    assert acts() == ["assignment.ready", "assignment.not_ready", "assignment.ready", "assignment.not_ready"]


def test_a_coordinator_who_corrects_a_ready_draft_leaves_it_ready(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round
) -> None:
    held = AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)
    client.sign_in(contributor).post(address_of(items[0]), data=typed(client, items[0], ready="1", narrative="Done."))

    save(client.sign_in(coordinator), items[0], narrative="Done, says the coordinator.")

    assert held.ready_at is not None


def test_one_item_or_all_are_taken_back_and_what_was_written_stays(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round
) -> None:
    held = [AssignmentFactory.create(item=item, round_id=open_round.id, person=contributor) for item in items]
    save(client.sign_in(contributor), items[0], narrative="Begun.")

    client.sign_in(coordinator).post(f"{OVERVIEW}/{held[0].id}/take-back")
    assert client.sign_in(contributor).get(address_of(items[0])).status_code == 403
    assert client.get(address_of(items[1])).status_code == 200

    client.sign_in(coordinator).post(f"/work/people/{contributor.id}/take-back")
    assert in_hands() == []
    assert db.session.scalars(sa.select(Update.narrative)).all() == ["Begun."]
    assert client.post(f"/work/people/{contributor.id}/take-back").status_code == 404

    send(client, items[0], person=str(contributor.id))
    assert in_hands() == [("Contributor", "BRDO-2018-01")]
    assert held[0].ready_at is None


def test_an_assignment_is_changed_and_passed_on(
    client: TrackerClient, coordinator: User, contributor: User, items: list[Item], open_round: Round, party: Party
) -> None:
    other = MembershipFactory.create(role=Role.CONTRIBUTOR, party=party, person__name="Other").person
    held = AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor, note="First")
    address = f"{OVERVIEW}/{held.id}"
    client.sign_in(coordinator)

    client.post(address, data=fields_in(client.get(address)) | {"due_on": "2026-12-03"})
    assert held.due_on == date(2026, 12, 3)
    assert (
        "Enter a day from today"
        in client.post(address, data=fields_in(client.get(address)) | {"due_on": "2027-01-01"}).text
    )

    client.post(address, data=fields_in(client.get(address)) | {"person": str(other.id)})
    assert in_hands() == [("Other", "BRDO-2018-01")]
    passed_on = db.session.scalars(sa.select(Assignment).filter_by(person_id=other.id)).one()
    assert (passed_on.due_on, passed_on.note) == (date(2026, 12, 3), "First")
    assert client.get(address).status_code == 409


def test_only_the_partys_coordinators_delegate(
    client: TrackerClient,
    contributor: User,
    peer: User,
    secretariat: User,
    observer: User,
    items: list[Item],
    open_round: Round,
) -> None:
    held = AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)
    for person, expected in ((contributor, 403), (peer, 404), (observer, 404), (secretariat, 404)):
        client.sign_in(person)
        assert client.get(f"{OVERVIEW}/{held.id}").status_code == expected
        assert client.post(f"{OVERVIEW}/{held.id}/take-back").status_code == expected
        assert client.post(f"/work/people/{contributor.id}/take-back?party=AL").status_code == 404
    assert in_hands() == [("Contributor", "BRDO-2018-01")]


def test_what_another_party_is_asked_cannot_be_assigned(
    client: TrackerClient, coordinator: User, contributor: User, other_party: Party, items: list[Item]
) -> None:
    theirs = ItemFactory.create(party=other_party, commitment=items[0].commitment)

    said = send(client.sign_in(coordinator), theirs, person=str(contributor.id))

    assert "is not open any more" in said
    assert in_hands() == []


def test_somebody_who_left_is_not_assigned(
    contributor: User, coordinator: User, items: list[Item], open_round: Round
) -> None:
    contributor.memberships[0].ends_on = utc_now().date() - timedelta(days=1)
    for person in (contributor, UserFactory.create(name="Stranger")):
        with pytest.raises(assigning.NotAssignable, match="does not contribute to Albania now"):
            assigning.assign(items, person, open_round, due_on=None, note="", by=coordinator, at=utc_now())


def test_the_overview_and_the_form_cost_the_same_for_one_item_and_for_many(
    client: TrackerClient,
    coordinator: User,
    contributor: User,
    items: list[Item],
    party: Party,
    open_round: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(coordinator)
    AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor)

    def cost() -> list[int]:
        found = []
        for address in (OVERVIEW, ASSIGN):
            with recording_sql() as statements:
                client.get(address)
            found.append(len(statements))
        return found

    before = cost()
    for item in items[1:]:
        other = MembershipFactory.create(role=Role.CONTRIBUTOR, party=party).person
        AssignmentFactory.create(item=item, round_id=open_round.id, person=other)
        UpdateFactory.create(item=item, round=open_round, drafted_at=utc_now(), author_id=other.id)

    assert cost() == before
    assert max(before) <= 8
