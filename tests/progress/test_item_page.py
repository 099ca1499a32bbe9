"""An item tells what was done about it, round by round, as far as the reader may see."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, ItemFactory, RoundFactory, UpdateFactory, reported
from tests.progress.pages import fields_in, submit
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Evidence, EvidenceKind, EvidenceVersion, Item, RevisionEvidence, Step, Update
from tracker.progress.services import drafting, review
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")

EVERYBODY = ("coordinator", "contributor", "secretariat", "peer", "observer", "administrator")


@pytest.fixture
def readers(request: pytest.FixtureRequest, client: TrackerClient) -> Callable[[str, str], set[str]]:
    """Tells who reads some words on a page."""

    def read(address: str, words: str) -> set[str]:
        return {
            person for person in EVERYBODY if words in client.sign_in(request.getfixturevalue(person)).get(address).text
        }

    return read


def test_a_draft_is_seen_by_those_who_write_it(
    readers: Callable[[str, str], set[str]], asked_item: Item, open_round: Round, coordinator: User
) -> None:
    UpdateFactory.create(
        item=asked_item,
        round=open_round,
        narrative="Draft words.",
        drafted_at=datetime(2026, 11, 20, tzinfo=UTC),
        author_id=coordinator.id,
    )
    address = f"/items/{asked_item.id}"

    assert readers(address, "Draft, seen by Albania only") == {"coordinator"}
    assert readers(address, "Network meeting") == {"coordinator"}, "not even that it exists is told"
    assert readers(f"{address}/update", "Draft words.") == {"coordinator"}


def test_a_submission_is_seen_by_the_party_and_the_secretariat(
    readers: Callable[[str, str], set[str]], asked_item: Item, open_round: Round, coordinator: User
) -> None:
    reported(asked_item, open_round, coordinator, narrative="Sent words.")
    address = f"/items/{asked_item.id}"

    assert readers(address, "Sent words.") == {"coordinator", "secretariat"}
    assert readers(f"{address}/revisions/{open_round.id}/1", "Sent words.") == {"coordinator", "secretariat"}


def test_an_accepted_answer_waits_for_its_share_date(
    readers: Callable[[str, str], set[str]], asked_item: Item, open_round: Round, coordinator: User
) -> None:
    reported(asked_item, open_round, coordinator, state=UpdateState.ACCEPTED, narrative="Accepted words.")
    address = f"/items/{asked_item.id}"
    inside = {"coordinator", "contributor", "secretariat"}

    assert readers(address, "Accepted words.") == inside
    assert readers(f"{address}/revisions/{open_round.id}/1", "Accepted words.") == inside
    open_round.share_on = date(2026, 11, 23)
    db.session.commit()
    assert readers(address, "Accepted words.") == set(EVERYBODY)
    assert readers(f"{address}/revisions/{open_round.id}/1", "Accepted words.") == set(EVERYBODY)
    assert readers(address, "Submitted by Coordinator") == inside
    open_round.share_on = None
    db.session.commit()
    assert readers(address, "Accepted words.") == inside


def test_a_restricted_answer_looks_to_others_like_none(
    client: TrackerClient,
    readers: Callable[[str, str], set[str]],
    asked_item: Item,
    earlier_round: Round,
    coordinator: User,
    peer: User,
) -> None:
    empty = page(client.sign_in(peer).get(f"/items/{asked_item.id}")).select_one("main").text  # type: ignore[union-attr]
    reported(
        asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, narrative="Kept words.", is_restricted=True
    )
    db.session.expire_all()

    assert page(client.sign_in(peer).get(f"/items/{asked_item.id}")).select_one("main").text == empty  # type: ignore[union-attr]
    assert readers(f"/items/{asked_item.id}", "Kept words.") == {"coordinator", "contributor", "secretariat"}
    assert client.sign_in(peer).get(f"/items/{asked_item.id}/revisions/{earlier_round.id}/1").status_code == 404


def test_what_was_taken_back_is_the_partys_again(
    client: TrackerClient,
    readers: Callable[[str, str], set[str]],
    asked_item: Item,
    open_round: Round,
    coordinator: User,
) -> None:
    client.sign_in(coordinator)
    submit(client, asked_item, narrative="Too early.")
    client.post(f"/items/{asked_item.id}/update/recall")

    assert readers(f"/items/{asked_item.id}/revisions/{open_round.id}/1", "Too early.") == {"coordinator"}
    assert "secretariat" not in readers(f"/items/{asked_item.id}", "Network meeting")


def test_the_reason_of_a_return_stays_in_the_story(
    client: TrackerClient,
    readers: Callable[[str, str], set[str]],
    asked_item: Item,
    coordinator: User,
    secretariat: User,
    now: datetime,
) -> None:
    client.sign_in(coordinator)
    submit(client, asked_item)
    update = db.session.scalars(sa.select(Update)).one()
    review.return_for_correction(
        update, by=secretariat, at=now, reason="Add the budget.", read=update.latest_revision_id
    )
    db.session.commit()
    submit(client, asked_item)

    assert readers(f"/items/{asked_item.id}", "Add the budget.") == {"coordinator", "secretariat"}


def test_no_change_says_since_when(
    client: TrackerClient, coordinator: User, secretariat: User, asked_item: Item, earlier_round: Round, now: datetime
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED)
    open_round = db.session.scalars(sa.select(Round).order_by(Round.due_on.desc())).first()
    assert open_round is not None
    drafting.no_change(asked_item, open_round, by=coordinator, at=now)
    update = db.session.scalars(sa.select(Update).filter_by(round_id=open_round.id)).one()
    review.accept([update], by=secretariat, at=now, read=[update.latest_revision_id or 0])
    db.session.commit()

    story = page(client.sign_in(coordinator).get(f"/items/{asked_item.id}")).select(".history > li")

    assert "No change since March 2025." in story[0].text
    assert "is-now" in story[0]["class"]
    assert "The by-law was drafted." in story[1].text


def test_a_revision_shows_what_changed_since_the_one_before(
    client: TrackerClient, coordinator: User, asked_item: Item, earlier_round: Round, open_round: Round
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, narrative="Held in four schools.")
    reported(asked_item, open_round, coordinator, narrative="Held in nine schools.")
    client.sign_in(coordinator)

    shown = page(client.get(f"/items/{asked_item.id}/revisions/{open_round.id}/1"))

    assert [tag.text for tag in shown.select("section .diff del, section .diff ins")] == ["four", "nine"]
    assert "The first answer" in client.get(f"/items/{asked_item.id}/revisions/{earlier_round.id}/1").text
    assert client.get(f"/items/{asked_item.id}/revisions/{open_round.id}/2").status_code == 404


def test_others_read_steps_and_evidence_as_the_shared_answer_pinned_them(
    client: TrackerClient,
    readers: Callable[[str, str], set[str]],
    asked_item: Item,
    earlier_round: Round,
    coordinator: User,
) -> None:
    update = reported(
        asked_item,
        earlier_round,
        coordinator,
        state=UpdateState.ACCEPTED,
    )
    db.session.add(Step(item_id=asked_item.id, position=1, what="A step planned later"))
    for title, is_restricted in (("Public law", False), ("Internal note", True)):
        evidence = Evidence(
            party_id=asked_item.party_id, kind=EvidenceKind.LINK, title=title, is_restricted=is_restricted
        )
        version = EvidenceVersion(
            evidence=evidence,
            number=1,
            url="https://gov.example/law",
            sha256="0" * 64,
            added_by_id=coordinator.id,
            added_at=datetime(2025, 1, 1, tzinfo=UTC),
        )
        db.session.add(version)
        db.session.flush()
        db.session.add(RevisionEvidence(revision_id=update.accepted_revision_id, evidence_version_id=version.id))
    db.session.commit()
    address = f"/items/{asked_item.id}"

    assert readers(address, "A step planned later") == {"coordinator", "contributor"}
    assert readers(address, "Public law") == set(EVERYBODY)
    assert readers(address, "Internal note") == {"coordinator", "contributor", "secretariat"}


def test_the_network_is_counted_as_the_reader_may_see_it(
    client: TrackerClient, asked_item: Item, earlier_round: Round, coordinator: User, peer: User, other_party: Party
) -> None:
    others = ItemFactory.create(party=other_party, commitment=asked_item.commitment)
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, status="in_use", is_restricted=True)
    reported(others, earlier_round, peer, state=UpdateState.ACCEPTED, status="in_place")

    def label(person: User) -> str:
        shown = page(client.sign_in(person).get(f"/items/{asked_item.id}"))
        return str(shown.select_one("svg.bar")["aria-label"])  # type: ignore[index]

    assert label(coordinator) == "1 in place and used, 1 in place"
    assert label(peer) == "1 in place, 1 not reported"


@pytest.mark.parametrize("person", ["coordinator", "contributor", "secretariat", "peer"])
def test_the_page_costs_as_many_statements_for_eight_rounds_as_for_two(
    client: TrackerClient,
    request: pytest.FixtureRequest,
    person: str,
    coordinator: User,
    contributor: User,
    asked_item: Item,
    open_round: Round,
    instrument: Instrument,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def add(year: int) -> None:
        round_ = RoundFactory.create(
            opens_on=date(year, 1, 1), due_on=date(year, 3, 1), closes_on=date(year, 4, 1), share_on=date(year, 4, 2)
        )
        reported(asked_item, round_, coordinator, state=UpdateState.ACCEPTED)
        db.session.add(Step(item_id=asked_item.id, position=year, what=f"Step {year}"))
        db.session.commit()

    address = f"/items/{asked_item.id}"

    def statements() -> int:
        client.sign_in(request.getfixturevalue(person))
        db.session.expire_all()
        with recording_sql() as recorded:
            assert client.get(address).status_code == 200
        return len(recorded)

    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)
    for year in (2018, 2019):
        add(year)
    few = statements()
    assert (contributor.name in client.get(address).text) == (person in ("coordinator", "contributor"))
    for year in range(2020, 2026):
        add(year)

    assert statements() == few
    assert few <= 9


def test_a_coordinator_keeps_lead_date_and_steps(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/edit"
    sent = fields_in(client.get(address)) | {
        "lead_institution": "Министарство правде",
        "target_on": "2027-12-31",
        "steps-0-what": "Adopt the by-law",
        "steps-0-done_on": "2026-06-12",
        "steps-2-what": "Publish the report",
    }

    assert client.post(address, data=sent).location == f"/items/{asked_item.id}"

    assert asked_item.lead_institution == "Министарство правде"
    assert [(step.position, step.what) for step in asked_item.steps] == [
        (1, "Adopt the by-law"),
        (2, "Publish the report"),
    ]
    again = fields_in(client.get(address)) | {"steps-0-what": "", "steps-0-done_on": ""}
    client.post(address, data=again)
    db.session.expire_all()
    assert [step.what for step in asked_item.steps] == ["Publish the report"]
    assert list(db.session.scalars(sa.select(AuditEvent.act))) == ["item.planned", "item.planned"]


def test_more_rows_come_without_script_and_save_nothing(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/edit"

    response = client.post(address, data=fields_in(client.get(address)) | {"steps-0-what": "Typed", "more": "1"})

    rows = page(response).select(".step-row")
    assert len(rows) == 6
    assert rows[0].select_one("input[name=steps-0-what]")["value"] == "Typed"  # type: ignore[index]
    assert db.session.scalar(sa.select(sa.func.count(Step.id))) == 0


def test_two_plans_at_once_are_shown_together(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/edit"
    mine = fields_in(client.get(address)) | {"steps-0-what": "My step"}
    client.post(address, data=fields_in(client.get(address)) | {"steps-0-what": "Their step"})

    response = client.post(address, data=mine)

    assert response.status_code == 409
    assert "Their step" in response.text
    assert "My step" in response.text
    assert [step.what for step in asked_item.steps] == ["Their step"]
    assert client.post(address, data=fields_in(response)).status_code == 302
    db.session.expire_all()
    assert [step.what for step in asked_item.steps] == ["My step"]


def test_a_step_of_another_item_is_not_taken(
    client: TrackerClient, coordinator: User, asked_item: Item, other_party: Party
) -> None:
    theirs = Step(item_id=ItemFactory.create(party=other_party).id, position=1, what="Theirs")
    db.session.add(theirs)
    db.session.commit()
    client.sign_in(coordinator)
    address = f"/items/{asked_item.id}/edit"

    client.post(address, data=fields_in(client.get(address)) | {"steps-0-id": str(theirs.id), "steps-0-what": "Mine"})

    assert (theirs.what, theirs.item_id != asked_item.id) == ("Theirs", True)
    assert [step.what for step in asked_item.steps] == ["Mine"]


def test_what_is_not_there_is_not_found(client: TrackerClient, coordinator: User) -> None:
    client.sign_in(coordinator)

    for address in ("/items/0", "/items/99999999999999999999", "/items/1/revisions/1/1", "/items/x", "/items/-1"):
        assert client.get(address).status_code == 404
