"""Those who run the network read who did what."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup, Tag
from flask import Flask

from tests.client import TrackerClient, page
from tests.factories import ItemFactory, RoundFactory, UpdateFactory
from tests.oversight.acts import recorded_acts
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.spreadsheets import BYTE_ORDER_MARK
from tracker.oversight import policies
from tracker.oversight.labels import FEATURE_WORDS
from tracker.oversight.reading import Change, changes_in
from tracker.parties.models import Party
from tracker.progress.models import Update

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def update(party: Party) -> Update:
    return UpdateFactory.create(item=ItemFactory.create(party=party), round=RoundFactory.create())


@pytest.fixture
def log(update: Update, party: Party, other_party: Party, coordinator: User, peer: User, deputy: User) -> None:
    """A handful of acts of two countries, one of them on a draft."""
    record(
        "update.saved", update, at=NOON, by=coordinator, party_id=party.id, changes={"fields": ["narrative", "status"]}
    )
    record("update.submitted", update, at=NOON, by=coordinator, on_behalf_of=deputy, party_id=party.id)
    db.session.commit()
    later = NOON + timedelta(days=2)
    record(
        "meeting.changed",
        update.round.meeting,
        at=later,
        by=peer,
        party_id=other_party.id,
        changes={"starts_on": ["2027-01-20", "2027-02-03"], "title": [None, "=1+1"], "state": "planned"},
    )
    record("reminders.queued", None, at=later, job="plan-reminders", changes={"digests": 4})
    db.session.commit()


def acts_on(text: str) -> list[str]:
    return [next(row.select("th")[0].stripped_strings) for row in page_of(text)]


def page_of(text: str) -> list[Tag]:
    return BeautifulSoup(text, "html.parser").select("table.log tbody tr")


def test_the_administrator_reads_everything_newest_first(client: TrackerClient, administrator: User, log: None) -> None:
    response = client.sign_in(administrator).get("/audit")

    assert acts_on(response.text) == ["Queued reminders", "Changed a meeting", "Submitted an update", "Saved a draft"]


def test_the_secretariat_reads_nothing_of_drafts(client: TrackerClient, secretariat: User, log: None) -> None:
    response = client.sign_in(secretariat).get("/audit")

    assert acts_on(response.text) == ["Queued reminders", "Changed a meeting", "Submitted an update"]
    assert "narrative" not in response.text.lower()


def test_an_entry_says_when_who_for_whom_what_and_about_what(
    client: TrackerClient, administrator: User, update: Update, log: None
) -> None:
    rows = page_of(client.sign_in(administrator).get("/audit").text)

    changed, submitted = rows[1].get_text(" "), rows[2].get_text(" ")
    assert "25 November 2026, 13:00" in changed  # Vienna
    assert "2026-11-25 12:00:00 UTC" in changed
    assert "20 January 2027" in changed
    assert "3 February 2027" in changed
    assert "Planned" in changed or "planned" in changed
    assert "for Deputy" in submitted
    assert "signed in" in submitted
    assert rows[2].select_one(f'a[href="/items/{update.item_id}"]') is not None


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("party=RS", ["Changed a meeting"]),
        ("act=reminders", ["Queued reminders"]),
        ("kind=meeting", ["Changed a meeting"]),
        ("since=2026-11-25", ["Queued reminders", "Changed a meeting"]),
        ("until=2026-11-23", ["Submitted an update", "Saved a draft"]),
        ("since=2026-11-24&until=2026-11-24", []),
        ("person={coordinator}", ["Submitted an update", "Saved a draft"]),
        ("person={deputy}", ["Submitted an update"]),
        ("request=0123456789abcdef", []),
    ],
)
def test_filters(
    client: TrackerClient, administrator: User, coordinator: User, deputy: User, log: None, query: str, acts: list[str]
) -> None:
    address = f"/audit?{query.format(coordinator=coordinator.id, deputy=deputy.id)}"

    assert acts_on(client.sign_in(administrator).get(address).text) == acts


@pytest.mark.parametrize(
    "query",
    [
        "person=999999999999999999999", "person=x", "party=XX", "act=no", "kind='--", "since=yesterday",
        "since=0001-01-01", "until=9999-12-31", "until=2026-02-30", "request=%00%27", "request=" + "a" * 65,
    ],
)  # fmt: skip
def test_an_unknown_filter_shows_everything_and_says_so(
    client: TrackerClient, administrator: User, log: None, query: str
) -> None:
    response = client.sign_in(administrator).get(f"/audit?{query}")

    assert response.status_code == 200
    assert "was not known" in response.text
    assert len(page_of(response.text)) == 4


@pytest.mark.parametrize("query", ["before=x", "after=-1", "before=" + "9" * 40, "before=0", "after=%00"])
def test_a_broken_place_shows_the_newest(client: TrackerClient, administrator: User, log: None, query: str) -> None:
    assert len(page_of(client.sign_in(administrator).get(f"/audit?{query}").text)) == 4


def test_pages_lead_through_the_whole_log_and_back(client: TrackerClient, administrator: User, party: Party) -> None:
    for number in range(120):
        record("party.looked_at", party, at=NOON + timedelta(minutes=number), job="test", changes={"number": number})
    db.session.commit()
    client.sign_in(administrator)

    pages, address = [], "/audit?act=party"
    while address:
        found = page(client.get(address))
        pages.append([row["id"] for row in found.select("table.log tbody tr")])
        link = found.select_one("a[rel=next]")
        address = str(link["href"]) if link else ""
    back = page(client.get(str(found.select_one("a[rel=prev]")["href"])))  # type: ignore[index]

    assert [len(each) for each in pages] == [50, 50, 20]
    assert len({name for each in pages for name in each}) == 120
    assert [row["id"] for row in back.select("table.log tbody tr")] == pages[1]


def test_the_page_costs_the_same_for_every_log(
    client: TrackerClient,
    secretariat: User,
    log: None,
    party: Party,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    client.sign_in(secretariat)
    with recording_sql() as short:
        client.get("/audit")
    for number in range(60):
        item = ItemFactory.create(party=party) if number < 5 else None
        record("item.retired", item or party, at=NOON, job="test")
    db.session.commit()

    with recording_sql() as long:
        client.get("/audit")

    assert len(long) == len(short) <= 8


def test_the_condition_and_the_policy_agree(
    log: None, administrator: User, secretariat: User, coordinator: User
) -> None:
    every = db.session.scalars(sa.select(AuditEvent)).all()
    for user in (administrator, secretariat, coordinator):
        listed = db.session.scalars(sa.select(AuditEvent.seq).where(policies.events_visible_to(user))).all()
        assert set(listed) == {event.seq for event in every if policies.view_event(user, event)}


def test_the_file_holds_what_the_filters_ask_for_and_starts_no_formula(
    client: TrackerClient, administrator: User, log: None
) -> None:
    record("meeting.changed", None, at=NOON, job="=HYPERLINK(1)", changes={})
    db.session.commit()

    response = client.sign_in(administrator).post("/audit/export", data={"act": "meeting"})

    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix(BYTE_ORDER_MARK))))
    assert [row["act"] for row in rows] == ["meeting.changed", "meeting.changed"]
    assert rows[0]["from"] == "'=HYPERLINK(1)"
    assert rows[1]["party"] == "RS"
    assert rows[1]["at_utc"] == "2026-11-25T12:00:00.000000+00:00"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_the_secretariats_file_has_no_gaps_that_tell_of_drafts(
    client: TrackerClient, secretariat: User, log: None
) -> None:
    response = client.sign_in(secretariat).post("/audit/export")

    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix(BYTE_ORDER_MARK))))
    assert [row["act"] for row in rows] == [
        "audit.exported", "reminders.queued", "meeting.changed", "update.submitted",
    ]  # fmt: skip
    assert "number" not in rows[0]
    assert "hash" not in rows[0]


def test_downloading_is_an_act(client: TrackerClient, administrator: User, log: None) -> None:
    client.sign_in(administrator).post("/audit/export", data={"act": "meeting", "since": "2026-11-01"})

    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert (event.act, event.actor_id) == ("audit.exported", administrator.id)
    assert event.content == '{"act":"meeting","since":"2026-11-01"}'


def test_a_long_file_is_written_batch_by_batch(client: TrackerClient, administrator: User) -> None:
    plain = {"at": NOON, "means": "job", "act": "party.looked_at", "subject_type": "none", "origin": "test"}
    plain |= {"request_id": "", "content": "{}", "salt": "", "content_digest": "", "previous_hash": ""}
    rows = [plain | {"seq": number, "hash": f"{number}"} for number in range(1_000, 4_500)]
    db.session.execute(sa.insert(AuditEvent), rows)
    db.session.commit()
    client.sign_in(administrator)

    response = client.post("/audit/export", data={"act": "party"}, buffered=False)
    pieces = [piece.count(b"\r\n") for piece in response.response if isinstance(piece, bytes)]
    response.close()

    assert pieces == [1, 1_000, 1_000, 1_000, 500]


def test_content_is_said_in_words(app: Flask) -> None:
    with app.test_request_context():
        content = (
            '{"due_on":["2026-12-14",null],"is_restricted":[false,true],"fields":["a","b"],"count":3,"more":{"x":[]}}'
        )
        assert changes_in(content) == [
            Change("Due", "14 December 2026", "–"),
            Change("Is restricted", "no", "yes"),
            Change("Fields", None, "a, b"),
            Change("Count", None, "3"),
            Change("More", None, "x: –"),
        ]
        assert changes_in(None) == []
        assert changes_in('{"day":"2026-02-31"}') == [Change("Day", None, "2026-02-31")]


def test_every_act_has_a_word_to_filter_by(app: Flask) -> None:
    missing = {act.split(".")[0] for act in recorded_acts()} - set(FEATURE_WORDS)

    assert not missing, "give each its word in oversight/labels.py, and look whether oversight/policies.py hides it"
