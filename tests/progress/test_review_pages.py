"""The Secretariat reviews: the queue, one update, the decision, through the web."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import ItemFactory, MembershipFactory, RoundFactory, UpdateFactory, reported
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import ReviewNote, Update
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState


@pytest.fixture
def round_() -> Round:
    return RoundFactory.create()


@pytest.fixture
def update(party: Party, round_: Round, coordinator: User) -> Update:
    """A submitted update of the party."""
    return reported(ItemFactory.create(party=party), round_, coordinator)


@pytest.fixture
def officer(client: TrackerClient, secretariat: User) -> TrackerClient:
    return client.sign_in(secretariat)


def decide(client: TrackerClient, update: Update, do: str, **data: object) -> object:
    return client.post(
        f"/review/{update.id}", data={"do": do, "read": update.latest_revision_id, **data}, follow_redirects=True
    )


def test_the_queue_names_party_commitment_and_status(officer: TrackerClient, update: Update) -> None:
    shown = page(officer.get("/review")).select_one("table.queue")

    assert shown is not None
    assert "Albania" in shown.text
    assert update.item.commitment.code in shown.text
    assert "Partly in place" in shown.text


def test_an_empty_queue_says_what_fills_it(officer: TrackerClient) -> None:
    assert "Nothing waits for review" in page(officer.get("/review")).text


def test_drafts_are_not_in_the_queue_and_not_to_be_read(officer: TrackerClient, party: Party, round_: Round) -> None:
    draft = UpdateFactory.create(item=ItemFactory.create(party=party), round=round_)

    assert draft.item.commitment.code not in officer.get("/review").text
    assert officer.get(f"/review/{draft.id}").status_code == 404


@pytest.mark.parametrize(
    "query", ["party=XX", "instrument=NONE", "kind=%00", "party=%27%3B--", "page=-1", "page=1e9", "nonsense=1"]
)
def test_an_unknown_filter_shows_everything(officer: TrackerClient, update: Update, query: str) -> None:
    response = officer.get(f"/review?{query}")

    assert response.status_code == 200
    assert update.item.commitment.code in response.text


def test_filters_choose_by_party(officer: TrackerClient, update: Update, other_party: Party) -> None:
    assert "Nothing fits these filters" in page(officer.get(f"/review?party={other_party.code}")).text
    assert update.item.commitment.code in officer.get("/review?party=AL").text


@pytest.mark.parametrize("count", [1, 24])
def test_the_queue_costs_the_same_whatever_its_length(
    officer: TrackerClient,
    party: Party,
    round_: Round,
    coordinator: User,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    for _ in range(count):
        reported(ItemFactory.create(party=party), round_, coordinator)
    db.session.expunge_all()

    with recording_sql() as statements:
        officer.get("/review")

    assert len(statements) <= 8, "\n".join(statements)


def test_the_page_shows_what_changed(officer: TrackerClient, party: Party, round_: Round, coordinator: User) -> None:
    item = ItemFactory.create(party=party)
    past = RoundFactory.create(due_on=round_.opens_on, opens_on=round_.opens_on, closes_on=round_.opens_on)
    reported(item, past, coordinator, state=UpdateState.ACCEPTED, narrative="Four schools took part.")
    update = reported(item, round_, coordinator, narrative="Nine schools took part.", status=Status.IN_PLACE)

    shown = page(officer.get(f"/review/{update.id}"))

    assert [tag.text for tag in shown.select("section .diff del, section .diff ins")] == ["Four", "Nine"]
    assert [tag.text.strip() for tag in shown.select(".from-to .status")] == ["Partly in place", "In place"]


def test_an_older_answer_is_compared_with_the_one_before_it(
    officer: TrackerClient, party: Party, round_: Round, coordinator: User
) -> None:
    item = ItemFactory.create(party=party)
    past = RoundFactory.create(due_on=round_.opens_on, opens_on=round_.opens_on, closes_on=round_.opens_on)
    older = reported(item, past, coordinator, state=UpdateState.ACCEPTED)
    reported(item, round_, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_USE)

    assert "first answer on this commitment" in page(officer.get(f"/review/{older.id}")).text


def test_accepting_leads_to_the_next_and_tells_the_party(
    officer: TrackerClient, party: Party, round_: Round, coordinator: User, update: Update
) -> None:
    following = reported(ItemFactory.create(party=party), round_, coordinator)

    response = officer.post(f"/review/{update.id}", data={"do": "accept", "read": update.latest_revision_id})

    assert response.location == f"/review/{following.id}"
    db.session.refresh(update)
    assert update.state is UpdateState.ACCEPTED
    assert db.session.scalars(sa.select(Notification)).one().to_address == coordinator.email


def test_returning_needs_a_reason(officer: TrackerClient, update: Update) -> None:
    response = officer.post(
        f"/review/{update.id}", data={"do": "return", "read": update.latest_revision_id, "reason": "  "}
    )

    assert "Say what has to change." in page(response).select("#reason-error")[0].text
    db.session.refresh(update)
    assert update.state is UpdateState.SUBMITTED


def test_a_reason_that_is_too_long_is_kept_and_the_limit_named(officer: TrackerClient, update: Update) -> None:
    typed = "x" * 4001

    response = officer.post(
        f"/review/{update.id}", data={"do": "return", "read": update.latest_revision_id, "reason": typed}
    )

    assert "4000" in page(response).select("#reason-error")[0].text
    assert page(response).select("#reason")[0].text.strip() == typed


def test_returning_keeps_the_reason_for_the_party(officer: TrackerClient, update: Update) -> None:
    decide(officer, update, "return", reason="Add the budget.\x00")

    db.session.refresh(update)
    assert update.state is UpdateState.RETURNED
    assert update.return_reason == "Add the budget."


def test_a_decision_on_a_newer_revision_is_refused(officer: TrackerClient, update: Update) -> None:
    response = officer.post(f"/review/{update.id}", data={"do": "accept", "read": (update.latest_revision_id or 0) + 7})

    assert response.status_code == 409
    assert "another revision" in page(response).text


@pytest.mark.parametrize("data", [{}, {"do": "accept"}, {"do": "accept", "read": "abc"}, {"do": "delete", "read": "x"}])
def test_a_broken_decision_decides_nothing(officer: TrackerClient, update: Update, data: dict[str, str]) -> None:
    assert officer.post(f"/review/{update.id}", data=data).status_code == 200
    db.session.refresh(update)
    assert update.state is UpdateState.SUBMITTED


def test_an_unknown_decision_decides_nothing(officer: TrackerClient, update: Update) -> None:
    assert (
        officer.post(f"/review/{update.id}", data={"do": "delete", "read": update.latest_revision_id}).status_code
        == 200
    )
    db.session.refresh(update)
    assert update.state is UpdateState.SUBMITTED


def test_a_second_decision_is_refused(officer: TrackerClient, update: Update) -> None:
    decide(officer, update, "accept")

    assert (
        officer.post(f"/review/{update.id}", data={"do": "accept", "read": update.latest_revision_id}).status_code
        == 409
    )


def test_several_are_accepted_at_once_and_the_party_told_once(
    officer: TrackerClient, party: Party, round_: Round, coordinator: User
) -> None:
    updates = [reported(ItemFactory.create(party=party), round_, coordinator) for _ in range(3)]
    ticks = [f"{update.id}-{update.latest_revision_id}" for update in updates]

    officer.post("/review/accept", data={"chosen": [*ticks, "1-", "x-y", "99999999-1"]})

    db.session.expire_all()
    assert {update.state for update in updates} == {UpdateState.ACCEPTED}
    assert len(db.session.scalars(sa.select(Notification)).all()) == 1


def test_several_are_accepted_all_or_none(
    officer: TrackerClient, party: Party, round_: Round, coordinator: User
) -> None:
    good = reported(ItemFactory.create(party=party), round_, coordinator)
    done = reported(ItemFactory.create(party=party), round_, coordinator, state=UpdateState.ACCEPTED)
    ticks = [f"{update.id}-{update.latest_revision_id}" for update in (good, done)]

    assert officer.post("/review/accept", data={"chosen": ticks}).status_code == 409

    db.session.expire_all()
    assert good.state is UpdateState.SUBMITTED


def test_nobody_accepts_what_they_submitted(client: TrackerClient, update: Update, coordinator: User) -> None:
    MembershipFactory.create(person=coordinator, role="secretariat", party=None)
    db.session.expire_all()

    response = client.sign_in(coordinator).post(
        f"/review/{update.id}", data={"do": "accept", "read": update.latest_revision_id}
    )

    assert response.status_code == 403


def test_an_accepted_update_is_reopened_with_a_reason(officer: TrackerClient, update: Update) -> None:
    decide(officer, update, "accept")

    officer.post(f"/review/{update.id}/reopen", data={"reason": "A figure was wrong."})

    db.session.refresh(update)
    assert update.state is UpdateState.RETURNED
    assert update.accepted_revision_id is not None


def test_notes_stay_among_the_secretariat(
    officer: TrackerClient, client: TrackerClient, update: Update, coordinator: User
) -> None:
    officer.post(f"/review/{update.id}/notes", data={"text": "Checked the page."})

    assert db.session.scalars(sa.select(ReviewNote.text)).all() == ["Checked the page."]
    assert client.sign_in(coordinator).get(f"/review/{update.id}").status_code == 404


@pytest.mark.parametrize("path", ["", "/accept", "/start", "/notes", "/reopen"])
def test_json_is_refused(officer: TrackerClient, update: Update, path: str) -> None:
    address = "/review/accept" if path == "/accept" else f"/review/{update.id}{path}"

    assert officer.post(address, json={"do": "accept"}).status_code == 415
