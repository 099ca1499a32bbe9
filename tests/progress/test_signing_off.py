"""The last mile of a round: clearing, submitting all that is ready, and a second pair of eyes."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, CommitmentFactory, ItemFactory, UpdateFactory, reported
from tests.progress.pages import COMPLETE, address_of, fields_in, hidden_in, save
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Update, Validation
from tracker.progress.services import drafting
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")

READY = "/work/submit"


@pytest.fixture
def second(app: Flask, deputy: User) -> TrackerClient:
    client = app.test_client()
    assert isinstance(client, TrackerClient)
    return client.sign_in(deputy)


@pytest.fixture
def make_items(party: Party, instrument: Instrument, open_round: Round) -> Callable[[int], list[Item]]:
    def make(number: int) -> list[Item]:
        return [
            ItemFactory.create(
                party=party,
                commitment=CommitmentFactory.create(code=f"BRDO-2018-{n:02d}", instrument=instrument, position=n),
            )
            for n in range(1, number + 1)
        ]

    return make


@pytest.fixture
def draft(open_round: Round, coordinator: User, now: datetime) -> Callable[..., Update]:
    """Makes a complete draft; name what differs."""

    def make(item: Item, **differing: object) -> Update:
        return UpdateFactory.create(
            **({"item": item, "round": open_round, "author_id": coordinator.id, "drafted_at": now} | differing)
        )

    return make


def states(items: Iterable[Item]) -> list[str]:
    db.session.expire_all()
    found = {each.item_id: each.state.value for each in db.session.scalars(sa.select(Update))}
    return [found.get(item.id, "-") for item in items]


def goes(client: TrackerClient, **changes: object) -> str:
    """Send the page as it stands, with these changes; return the page that follows."""
    response = client.post(READY, data=fields_in(client.get(READY)) | changes)
    return client.get(response.location).text if response.location else response.text


def test_what_is_ready_goes_and_the_page_says_why_the_rest_stays(
    client: TrackerClient,
    coordinator: User,
    contributor: User,
    make_items: Callable[[int], list[Item]],
    draft: Callable[..., Update],
    open_round: Round,
    now: datetime,
) -> None:
    items = make_items(7)
    draft(items[0])
    draft(items[1], status=None)
    draft(items[3])
    AssignmentFactory.create(item=items[3], round_id=open_round.id, person=contributor)
    draft(items[4])
    AssignmentFactory.create(item=items[4], round_id=open_round.id, person=contributor, ready_at=now)
    returned = reported(items[5], open_round, coordinator)
    returned.state, returned.drafted_at, returned.decided_at = UpdateState.RETURNED, now - timedelta(days=2), now
    corrected = reported(items[6], open_round, coordinator, narrative="Better.")
    corrected.state, corrected.drafted_at, corrected.decided_at = UpdateState.RETURNED, now, now - timedelta(days=1)
    for each in (returned, corrected):
        each.cleared_by_name, each.cleared_by_function, each.cleared_on = "A", "B", now.date()
    db.session.commit()
    client.sign_in(coordinator)

    shown = page(client.get(READY))
    after = goes(client)

    reasons = shown.select_one("section[aria-labelledby=stays]").text  # type: ignore[union-attr]
    assert "Choose how far implementation has come." in reasons
    assert "Not begun." in reasons
    assert "In the hands of Contributor" in reasons
    assert "Returned by the Secretariat" in reasons
    assert states(items) == ["submitted", "draft", "-", "draft", "submitted", "returned", "submitted"]
    assert "3 updates are submitted" in after


def test_one_clearance_serves_all_that_lack_it(
    client: TrackerClient, coordinator: User, make_items: Callable[[int], list[Item]], draft: Callable[..., Update]
) -> None:
    items = make_items(2)
    for item in items:
        draft(item, cleared_by_name="", cleared_by_function="", cleared_on=None)
    client.sign_in(coordinator)

    refused = goes(client)
    goes(client, cleared_by_name="Ana", cleared_by_function="Minister", cleared_on="2026-11-20")

    assert "Enter the name of the person who cleared these answers." in refused
    assert states(items) == ["submitted", "submitted"]
    assert set(db.session.scalars(sa.select(Revision.cleared_by_name))) == {"Ana"}
    assert set(db.session.scalars(sa.select(Revision.author_id))) == {coordinator.id}


def test_what_changed_meanwhile_stays_and_is_named(
    client: TrackerClient,
    coordinator: User,
    second: TrackerClient,
    make_items: Callable[[int], list[Item]],
    draft: Callable[..., Update],
) -> None:
    items = make_items(2)
    for item in items:
        draft(item)
    sent = fields_in(client.sign_in(coordinator).get(READY))
    save(second, items[0], narrative="Another text.")

    first = client.post(READY, data=sent)
    again = client.post(READY, data=sent)

    assert states(items) == ["draft", "submitted"]
    assert (first.status_code, again.status_code) == (302, 302)
    assert "Changed meanwhile, and not submitted: BRDO-2018-01." in client.get("/work").text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Revision)) == 1


def test_personal_data_needs_its_tick_here_too(
    client: TrackerClient, coordinator: User, make_items: Callable[[int], list[Item]], draft: Callable[..., Update]
) -> None:
    items = make_items(2)
    draft(items[0], narrative="Ask a@b.example.")
    draft(items[1])
    client.sign_in(coordinator)

    refused = goes(client)
    value = fields_in(client.get(READY))["items"][0]

    assert "Look at the texts of BRDO-2018-01 again" in refused
    assert states(items) == ["draft", "draft"]
    goes(client, looked_again=[value])
    assert states(items) == ["submitted", "submitted"]


def test_many_items_cost_as_many_statements_as_few(
    client: TrackerClient,
    coordinator: User,
    make_items: Callable[[int], list[Item]],
    draft: Callable[..., Update],
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    items = make_items(9)
    draft(items[0])
    client.sign_in(coordinator)
    client.get(READY)
    with recording_sql() as few:
        client.get(READY)
    for item in items[1:]:
        draft(item)
    with recording_sql() as many:
        client.get(READY)

    assert len(many) == len(few)
    assert len(many) <= 9


def test_the_last_clearance_is_one_press_away(
    client: TrackerClient, coordinator: User, make_items: Callable[[int], list[Item]]
) -> None:
    items = make_items(2)
    client.sign_in(coordinator)
    save(client, items[0], **COMPLETE)

    form = client.get(address_of(items[1]))
    button = page(form).select_one("button[name=clear_as]")
    assert button is not None
    assert button.text == "As for BRDO-2018-01"
    sent = fields_in(form) | {"narrative": "The fund pays.", "clear_as": str(button["value"])}
    client.post(address_of(items[1]), data=sent)

    update = db.session.scalars(sa.select(Update).filter_by(item_id=items[1].id)).one()
    assert (update.cleared_by_name, update.narrative) == (COMPLETE["cleared_by_name"], "The fund pays.")
    assert update.cleared_on.isoformat() == COMPLETE["cleared_on"]  # type: ignore[union-attr]


class TestASecondPairOfEyes:
    """A party with a validating authority."""

    @pytest.fixture(autouse=True)
    def validating(self, party: Party) -> None:
        party.needs_validation = True
        db.session.commit()

    def test_one_asks_and_another_validates(
        self, client: TrackerClient, coordinator: User, second: TrackerClient, deputy: User, asked_item: Item
    ) -> None:
        client.sign_in(coordinator)
        save(client, asked_item, **COMPLETE)
        address = address_of(asked_item)
        check = client.get(f"{address}/check")
        client.post(f"{address}/submit", data=hidden_in(check))

        assert states([asked_item]) == ["draft"]
        assert "You asked for validation" in client.get(f"{address}/check").text
        assert "waits for your validation" not in client.get("/work").text
        assert "One update waits for your validation." in second.get("/work").text
        offered = page(second.get(f"{address}/check")).select("main form[method=post]")
        sent = {str(field["name"]): str(field.get("value", "")) for field in offered[0].select("input[type=hidden]")}
        assert second.post(f"{address}/submit", data=sent).status_code == 302

        assert states([asked_item]) == ["submitted"]
        assert db.session.scalars(sa.select(Revision)).one().submitted_by_id == deputy.id
        assert "validated by Deputy, whom Coordinator had asked" in second.get(f"/items/{asked_item.id}").text

    def test_nobody_validates_their_own_request(
        self, client: TrackerClient, coordinator: User, asked_item: Item
    ) -> None:
        client.sign_in(coordinator)
        save(client, asked_item, **COMPLETE)
        address = address_of(asked_item)
        sent = hidden_in(client.get(f"{address}/check"))
        client.post(f"{address}/submit", data=sent)

        assert client.post(f"{address}/submit", data=sent | {"key": "0" * 32}).status_code == 409
        assert states([asked_item]) == ["draft"]

    def test_a_change_of_the_draft_ends_the_request(
        self, client: TrackerClient, coordinator: User, second: TrackerClient, asked_item: Item
    ) -> None:
        client.sign_in(coordinator)
        save(client, asked_item, **COMPLETE)
        address = address_of(asked_item)
        client.post(f"{address}/submit", data=hidden_in(client.get(f"{address}/check")))
        save(client, asked_item, narrative="Changed.")

        assert "waits for your validation" not in second.get("/work").text
        assert "Ask for validation" in second.get(f"{address}/check").text

    def test_it_is_sent_back_with_a_note(
        self, client: TrackerClient, coordinator: User, second: TrackerClient, asked_item: Item
    ) -> None:
        client.sign_in(coordinator)
        save(client, asked_item, **COMPLETE)
        address = address_of(asked_item)
        client.post(f"{address}/submit", data=hidden_in(client.get(f"{address}/check")))

        second.post(f"{address}/send-back", data={"note": "Name the law."})

        shown = client.get(f"{address}/check").text
        assert "Deputy sent this back" in shown
        assert "Name the law." in shown
        assert states([asked_item]) == ["draft"]

    def test_no_change_falls_under_it(
        self,
        client: TrackerClient,
        coordinator: User,
        second: TrackerClient,
        asked_item: Item,
        earlier_round: Round,
    ) -> None:
        reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_PLACE)
        client.sign_in(coordinator).post(f"/items/{asked_item.id}/no-change")
        asked = list(db.session.scalars(sa.select(Validation.state)))
        shown = second.get(READY)
        after = second.post(READY, data=fields_in(shown))

        assert [state.value for state in asked] == ["asked"]
        assert "asked by Coordinator" in shown.text
        assert after.status_code == 302
        unchanged = db.session.scalars(sa.select(Revision).where(Revision.unchanged_from_id.is_not(None))).one()
        assert unchanged.item_id == asked_item.id

    def test_whoever_asks_for_and_validates_no_change_looks_again_at_personal_data(
        self,
        client: TrackerClient,
        coordinator: User,
        second: TrackerClient,
        asked_item: Item,
        earlier_round: Round,
    ) -> None:
        reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, narrative="Ask a@b.example.")
        place = client.sign_in(coordinator).post(f"/items/{asked_item.id}/no-change").location
        asking = fields_in(client.get(place))
        assert db.session.scalars(sa.select(Validation)).all() == []
        client.post(place, data=asking | {"looked_again": asking["items"]})
        validating = fields_in(second.get(READY))

        assert "an e-mail address" in second.get(READY).text
        assert "Look at the texts of" in second.post(READY, data=validating).text
        assert second.post(READY, data=validating | {"looked_again": validating["items"]}).status_code == 302
        assert states([asked_item]) == ["submitted"]

    def test_all_that_is_ready_is_asked_for_then_validated_in_one_go(
        self,
        client: TrackerClient,
        coordinator: User,
        second: TrackerClient,
        make_items: Callable[[int], list[Item]],
        draft: Callable[..., Update],
    ) -> None:
        items = make_items(3)
        for item in items:
            draft(item)
        asked = goes(client.sign_in(coordinator))
        between = states(items)
        validated = goes(second)

        assert "3 updates wait for validation" in asked
        assert between == ["draft"] * 3
        assert "3 updates are submitted" in validated
        assert states(items) == ["submitted"] * 3

    def test_no_way_leads_around_it(
        self, coordinator: User, asked_item: Item, draft: Callable[..., Update], now: datetime
    ) -> None:
        update = draft(asked_item)

        with pytest.raises(drafting.ValidationNeeded):
            drafting.submit(update, by=coordinator, at=now)
        with pytest.raises(drafting.ValidationNeeded):
            drafting.submit(
                update,
                by=coordinator,
                at=now,
                validated=Validation(update=update, version=update.version, asked_by_id=coordinator.id),
            )


def test_the_secretariat_switches_it_on(client: TrackerClient, secretariat: User, party: Party) -> None:
    client.sign_in(secretariat)
    sent = fields_in(client.get(f"/parties/{party.code}/edit"))

    client.post(f"/parties/{party.code}/edit", data=sent | {"needs_validation": "y"})

    db.session.refresh(party)
    assert party.needs_validation
