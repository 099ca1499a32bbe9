"""A coordinator writes, checks, submits and takes back an update; by the pages."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa
import time_machine

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, ExtensionFactory, InstrumentFactory, reported
from tests.progress.pages import COMPLETE, address_of, hidden_in, save, submit, typed
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import CommitmentState
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Evidence, Item, ItemState, Revision, Update
from tracker.progress.services import review
from tracker.progress.services.evidence import attached_to
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")


def only_update() -> Update:
    return db.session.scalars(sa.select(Update)).one()


def how_many(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_opening_the_form_begins_nothing(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    response = client.sign_in(coordinator).get(address_of(asked_item))

    assert response.status_code == 200
    assert how_many(Update) == 0


def test_a_coordinator_reports(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)

    save(client, asked_item, narrative="The fund", status="in_place")
    assert (only_update().state, only_update().narrative) == (UpdateState.DRAFT, "The fund")

    submit(client, asked_item)
    update = only_update()
    assert update.state is UpdateState.SUBMITTED
    assert update.latest_revision is not None
    assert update.latest_revision.narrative == "The fund was set up."
    assert "BRDO-2018-05 is submitted" in client.get("/work").text


def test_a_returned_update_shows_the_reason_and_goes_again(
    client: TrackerClient, coordinator: User, secretariat: User, asked_item: Item, now: datetime
) -> None:
    client.sign_in(coordinator)
    submit(client, asked_item)
    update = only_update()
    review.return_for_correction(
        update, by=secretariat, at=now, reason="Add the budget.", read=update.latest_revision_id
    )
    db.session.commit()

    assert "Add the budget." in client.get(address_of(asked_item)).text
    submit(client, asked_item, narrative="The fund has a budget.")
    assert [revision.number for revision in db.session.scalars(sa.select(Revision).order_by(Revision.id))] == [1, 2]


def test_a_new_form_starts_from_the_last_accepted_answer(
    client: TrackerClient, coordinator: User, asked_item: Item, earlier_round: Round
) -> None:
    reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, cleared_by_name="Somebody")

    sent = typed(client.sign_in(coordinator), asked_item)

    assert (sent["status"], sent["narrative"]) == ("partly_in_place", "The by-law was drafted.")
    assert sent["cleared_by_name"] == "", "it is cleared anew"


def test_what_is_missing_is_said_beside_the_fields(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    address = address_of(asked_item)

    response = client.post(address, data=typed(client, asked_item, status="not_applicable", needs_help="y", check="1"))

    assert response.location == f"{address}?check=1"
    shown = page(client.get(response.location))
    assert [link["href"] for link in shown.select(".error-summary a")] == [
        "#reason",
        "#help_text",
        "#cleared_by_name",
        "#cleared_by_function",
        "#cleared_on",
    ]
    assert client.get(f"{address}/check").location == f"{address}?check=1"
    assert only_update().needs_help, "the draft was kept all the same"


def test_the_same_form_sent_twice_submits_once(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE)
    sent = hidden_in(client.get(f"{address_of(asked_item)}/check"))

    answers = [client.post(f"{address_of(asked_item)}/submit", data=sent) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert how_many(Revision) == 1


def test_another_form_cannot_submit_what_is_submitted(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE)
    forms = [hidden_in(client.get(f"{address_of(asked_item)}/check")) for _ in range(2)]

    answers = [client.post(f"{address_of(asked_item)}/submit", data=sent) for sent in forms]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert how_many(Revision) == 1


def test_what_was_not_checked_is_not_submitted(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE)
    checked = hidden_in(client.get(f"{address_of(asked_item)}/check"))
    save(client, asked_item, narrative="Something else.")

    response = client.post(f"{address_of(asked_item)}/submit", data=checked)

    assert response.status_code == 409
    assert "Something else." in response.text
    assert only_update().state is UpdateState.DRAFT
    assert client.post(f"{address_of(asked_item)}/submit", data=hidden_in(response)).status_code == 302


def test_a_submitted_update_can_be_taken_back(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    submit(client, asked_item)
    button = hidden_in(client.get(f"/items/{asked_item.id}"))

    answers = [client.post(f"{address_of(asked_item)}/recall", data=button) for _ in range(2)]

    assert [answer.location for answer in answers] == [address_of(asked_item)] * 2
    assert only_update().state is UpdateState.DRAFT


def test_an_update_under_review_cannot_be_taken_back(
    client: TrackerClient, coordinator: User, secretariat: User, asked_item: Item, now: datetime
) -> None:
    client.sign_in(coordinator)
    submit(client, asked_item)
    review.start_review(only_update(), by=secretariat, at=now)
    db.session.commit()

    response = client.post(f"{address_of(asked_item)}/recall")

    assert response.status_code == 409
    assert "reads it already" in response.text
    assert "Take it back" not in client.get(f"/items/{asked_item.id}").text


def test_links_serve_as_evidence_of_many_items(client: TrackerClient, coordinator: User, asked_item: Item) -> None:
    client.sign_in(coordinator)
    link = {"links-0-title": "Закон о накнади", "links-0-url": "https://gov.example/law"}

    save(client, asked_item, **link)
    save(client, asked_item, **link)

    evidence = db.session.scalars(sa.select(Evidence)).one()
    assert attached_to(only_update()) == {evidence.id}
    save(client, asked_item, evidence=[])
    assert attached_to(only_update()) == frozenset()
    assert "Use 1 document that your party has here already" in client.get(address_of(asked_item)).text
    save(client, asked_item, evidence=[str(evidence.id)])
    assert attached_to(only_update()) == {evidence.id}


def test_a_change_of_evidence_alone_raises_the_version(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, narrative="The fund")
    before = only_update().version

    save(client, asked_item, **{"links-0-title": "Law", "links-0-url": "https://gov.example/law"})

    assert only_update().version == before + 1


def test_contributors_write_and_do_not_submit(
    client: TrackerClient, contributor: User, asked_item: Item, open_round: Round
) -> None:
    client.sign_in(contributor)
    assert client.get(address_of(asked_item)).status_code == 403
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)

    save(client, asked_item, **COMPLETE, check="1")

    assert only_update().state is UpdateState.DRAFT
    assert "Check and submit" not in client.get(address_of(asked_item)).text
    for path in ("check", "submit", "recall"):
        method = client.get if path == "check" else client.post
        assert method(f"{address_of(asked_item)}/{path}").status_code == 403


def test_a_contributor_says_that_the_draft_can_go(
    client: TrackerClient, contributor: User, coordinator: User, asked_item: Item, open_round: Round
) -> None:
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)
    client.sign_in(contributor)

    response = client.post(address_of(asked_item), data=typed(client, asked_item, **COMPLETE, ready="1"))

    assert response.location == "/work?party=AL"
    assert only_update().state is UpdateState.DRAFT
    assert "ready to be submitted" in client.sign_in(coordinator).get("/work").text


@pytest.mark.parametrize("person", ["peer", "secretariat", "observer", "administrator"])
def test_nobody_else_writes(
    client: TrackerClient, request: pytest.FixtureRequest, asked_item: Item, person: str
) -> None:
    client.sign_in(request.getfixturevalue(person))

    assert client.post(address_of(asked_item), data=COMPLETE).status_code == 403
    assert client.post(f"{address_of(asked_item)}/submit").status_code == 403
    assert client.post("/items/999999/update", data=COMPLETE).status_code == 404
    assert how_many(Update) == 0


def closed(_item: Item, round_: Round) -> None:
    round_.closed_at = datetime(2026, 11, 22, tzinfo=round_.meeting.created_at.tzinfo)


def withdrawn(item: Item, _round: Round) -> None:
    item.commitment.state, item.commitment.state_changed_on = CommitmentState.WITHDRAWN, date(2026, 11, 1)


def retired(item: Item, round_: Round) -> None:
    item.state, item.retired_at = ItemState.RETIRED, round_.meeting.created_at


def out_of_scope(_item: Item, round_: Round) -> None:
    round_.instruments = [InstrumentFactory.create()]


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (closed, "No round is open"),
        (withdrawn, "no longer stands"),
        (retired, "is retired"),
        (out_of_scope, "does not ask about this commitment"),
    ],
)
def test_where_nothing_can_be_reported_it_says_why_and_keeps_the_text(
    client: TrackerClient, coordinator: User, asked_item: Item, open_round: Round, happens: object, said: str
) -> None:
    sent = typed(client.sign_in(coordinator), asked_item, narrative="A long text.")
    happens(asked_item, open_round)  # type: ignore[operator]  # one of the functions above
    db.session.commit()

    answer, opened = client.post(address_of(asked_item), data=sent), client.get(address_of(asked_item))

    assert answer.status_code == 409
    assert said in answer.text
    assert "A long text." in answer.text
    assert (opened.status_code, said in opened.text) == (200, True)
    assert client.post(f"/items/{asked_item.id}/no-change").status_code == 409
    assert how_many(Update) == 0


def test_what_is_typed_while_somebody_submits_is_kept_on_the_page(
    client: TrackerClient, coordinator: User, asked_item: Item
) -> None:
    client.sign_in(coordinator)
    save(client, asked_item, **COMPLETE)
    sent = typed(client, asked_item, narrative="Typed in another window.")
    submit(client, asked_item)

    response = client.post(address_of(asked_item), data=sent)

    assert response.status_code == 409
    assert "Typed in another window." in response.text
    assert only_update().narrative == "The fund was set up."


def test_an_extension_lets_a_party_report_after_the_close(
    client: TrackerClient, coordinator: User, asked_item: Item, open_round: Round, party: Party, secretariat: User
) -> None:
    ExtensionFactory.create(round=open_round, party=party, due_on=date(2027, 1, 15), granted_by_id=secretariat.id)
    with time_machine.travel(datetime(2027, 1, 12, 9, tzinfo=open_round.created_at.tzinfo), tick=False):
        client.sign_in(coordinator)
        submit(client, asked_item, cleared_on="2027-01-11")

    assert only_update().state is UpdateState.SUBMITTED
