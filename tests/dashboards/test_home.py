"""What each role finds first."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.client import TrackerClient, page
from tests.dashboards.story import words
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MembershipFactory,
    PartyFactory,
    RoundFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.models import Role, User
from tracker.core.database import db
from tracker.instruments.models import Instrument
from tracker.mail.models import DeliveryState, Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, UpdateEvent
from tracker.progress.workflow import UpdateAction, UpdateState
from tracker.reminders.models import SchedulerBeat
from tracker.reminders.schedule import Audience, Rung
from tracker.reminders.services import set_rung

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.dashboards.views.home.utc_now", lambda: NOW)


@pytest.fixture
def instrument() -> Instrument:
    return InstrumentFactory.create(code="BRDO-2018")


@pytest.fixture
def open_round(instrument: Instrument) -> Round:
    return RoundFactory.create(instruments=[instrument])


@pytest.fixture
def items(instrument: Instrument, party: Party) -> list[Item]:
    """Three items of the party that the round asks about."""
    return [
        ItemFactory.create(party=party, commitment=CommitmentFactory.create(instrument=instrument)) for _ in range(3)
    ]


def failed_mail() -> None:
    db.session.add(
        Notification(
            unique_key="k",
            kind="digest",
            to_address="a@example.org",
            to_name="A",
            state=DeliveryState.FAILED,
            next_attempt_at=NOW,
            message_id="<k@example.org>",
        )
    )
    db.session.commit()


@pytest.mark.parametrize(
    ("person", "address"), [("coordinator", "/work"), ("contributor", "/work"), ("observer", "/dashboard")]
)
def test_parties_are_led_to_their_work_and_readers_to_the_table(
    client: TrackerClient, request: pytest.FixtureRequest, person: str, address: str
) -> None:
    assert client.sign_in(request.getfixturevalue(person)).get("/").location == address


def test_the_secretariat_sees_who_has_submitted_what(
    client: TrackerClient, secretariat: User, coordinator: User, other_party: Party, items: list[Item],
    open_round: Round, instrument: Instrument,
) -> None:  # fmt: skip
    reported(items[0], open_round, coordinator)
    reported(items[1], open_round, coordinator, state=UpdateState.ACCEPTED)
    UpdateFactory.create(item=items[2], round=open_round)
    ItemFactory.create(party=other_party, commitment=CommitmentFactory.create(instrument=instrument))
    ItemFactory.create(party=other_party)

    shown = page(client.sign_in(secretariat).get("/"))

    rows = [[words(cell) for cell in row.select("th, td")] for row in shown.select("table tbody tr")]
    assert rows == [
        ["Albania", "2 of 3 2 of 3", "1", "20 November, 13:00"],
        ["Serbia", "0 of 1 0 of 1", "1", "None yet"],
    ]
    assert "21 days left" in words(shown.select_one(".deadline"))
    assert "2 of 4" in words(shown.select_one(".deadline .meter"))


def test_what_changed_never_tells_of_a_draft(
    client: TrackerClient, secretariat: User, coordinator: User, items: list[Item], open_round: Round
) -> None:
    submitted = reported(items[0], open_round, coordinator)
    recalled = reported(items[1], open_round, coordinator, state=UpdateState.DRAFT)
    for update, action in (
        (submitted, UpdateAction.SUBMIT), (recalled, UpdateAction.SUBMIT), (recalled, UpdateAction.RECALL),
    ):  # fmt: skip
        update.events.append(UpdateEvent(action=action, actor_id=coordinator.id, taken_at=NOW, comment=""))
    db.session.commit()

    shown = page(client.sign_in(secretariat).get("/"))

    assert len(shown.select(".history li")) == 1
    assert submitted.item.commitment.code in words(shown.select_one(".history"))
    assert recalled.item.commitment.code not in shown.text


def test_what_waits_stands_oldest_first_with_its_age(
    client: TrackerClient, secretariat: User, coordinator: User, items: list[Item], open_round: Round
) -> None:
    for item, days in zip(items, (1, 6, 0), strict=True):
        reported(item, open_round, coordinator).submitted_at = NOW - timedelta(days=days)
    db.session.commit()

    shown = page(client.sign_in(secretariat).get("/"))

    waiting = [words(each) for each in shown.select("aside .sheet")[0].select("li")]
    assert [each.split(", Albania ")[1] for each in waiting] == [
        "Waiting for 6 days",
        "Waiting for 1 day",
        "Since today",
    ]
    assert shown.select_one("aside strong").text == "Waiting for 6 days"
    assert shown.select_one("a.btn-primary")["href"].startswith("/review/")


def test_what_needs_a_hand_is_named(
    client: TrackerClient, secretariat: User, coordinator: User, other_party: Party
) -> None:
    failed_mail()
    full = PartyFactory.create(name="Slovenia")
    for is_deputy in (False, True):
        MembershipFactory.create(role=Role.COORDINATOR, party=full, is_deputy=is_deputy)
    MembershipFactory.create(role=Role.COORDINATOR, party=other_party, ends_on=date(2026, 11, 22))

    hand = words(page(client.sign_in(secretariat).get("/")).select("aside .sheet")[1])

    assert "One mail could not be delivered" in hand
    assert "One party has no coordinator Serbia" in hand
    assert "One party has no deputy named Albania" in hand
    assert "Slovenia" not in hand


def test_without_a_round_the_page_says_what_to_do(client: TrackerClient, secretariat: User) -> None:
    text = client.sign_in(secretariat).get("/").text

    assert "No round is open or planned" in text
    assert "Nothing has happened yet" in text


def test_a_round_that_has_not_opened_says_when_it_will(client: TrackerClient, secretariat: User) -> None:
    RoundFactory.create(
        opens_on=date(2027, 1, 4), due_on=date(2027, 2, 15), closes_on=date(2027, 3, 7), share_on=date(2027, 3, 8)
    )

    shown = page(client.sign_in(secretariat).get("/"))

    assert "Opens Monday 4 January 2027" in words(shown.select_one(".deadline"))
    assert "42 days until it opens" in words(shown.select_one(".deadline"))


def test_the_first_page_of_the_secretariat_costs_the_same_with_many_items(
    client: TrackerClient,
    secretariat: User,
    coordinator: User,
    items: list[Item],
    open_round: Round,
    instrument: Instrument,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(secretariat)
    reported(items[0], open_round, coordinator)
    with recording_sql() as few:
        client.get("/")
    for _ in range(10):
        item = ItemFactory.create(commitment=CommitmentFactory.create(instrument=instrument))
        reported(item, open_round, coordinator)

    with recording_sql() as many:
        client.get("/")

    assert len(many) == len(few) <= 10


def test_the_administrator_sees_that_nothing_leaves(client: TrackerClient, administrator: User) -> None:
    failed_mail()

    shown = page(client.sign_in(administrator).get("/"))

    assert "No scheduler has been started on this database." in shown.text
    assert "Could not be delivered 1" in words(shown.select_one(".sheet"))


def test_the_administrator_sees_which_scheduler_was_heard_of(client: TrackerClient, administrator: User) -> None:
    db.session.add(SchedulerBeat(name="host/12", started_at=NOW, beat_at=NOW - timedelta(minutes=2)))
    db.session.commit()

    shown = page(client.sign_in(administrator).get("/"))

    assert words(shown.select_one("table tbody th")) == "host/12"


def test_the_next_reminders_are_those_of_the_usual_ladder(
    client: TrackerClient, secretariat: User, open_round: Round
) -> None:
    answer = client.sign_in(secretariat).get("/")

    assert "Next reminders: 23 November (D−21), 7 December (D−7)." in words(page(answer).main)


def test_the_next_reminders_follow_the_rounds_own_ladder(
    client: TrackerClient, secretariat: User, open_round: Round
) -> None:
    rung = Rung(-14, Audience.PARTY)
    set_rung(open_round, rung, instead_of=-21, by=secretariat, at=NOW)
    db.session.commit()

    answer = client.sign_in(secretariat).get("/")

    assert "Next reminders: 30 November (D−14), 7 December (D−7)." in words(page(answer).main)
