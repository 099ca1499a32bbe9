"""The state of play is frozen for a meeting, and stays as it was."""

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.dashboards.story import accepted
from tests.factories import (
    CommitmentFactory,
    InstrumentFactory,
    ItemFactory,
    MeetingFactory,
    RoundFactory,
    ThemeFactory,
)
from tests.progress.figures import enter, indicator_of
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.meetings.models import Meeting, Round
from tracker.oversight.services.redaction import ask_redaction, confirm_redaction
from tracker.papers.snapshots.comparing import Move, compare
from tracker.papers.snapshots.models import Circle, Snapshot
from tracker.papers.snapshots.services import content_of, is_unaltered, take_snapshot
from tracker.parties.models import Party
from tracker.progress.models import FigureVersion, Item, Revision, RevisionFigure
from tracker.progress.statuses import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
#: Of the frozen text of the story below: the same on every engine and machine.
FROZEN = "b37ec27a9af816597fe5e003ce77a8dfa5d1947318d674a8b886386fb429c263"


@pytest.fixture
def item(party: Party) -> Item:
    instrument = InstrumentFactory.create(code="BRDO-2018", title="Joint Declaration", short_title="Brdo 2018")
    commitment = CommitmentFactory.create(
        code="BRDO-2018-05",
        position=5,
        title="Set up compensation",
        instrument=instrument,
        theme=ThemeFactory.create(code="compensation", name="Compensation", position=1),
    )
    return ItemFactory.create(commitment=commitment, party=party)


@pytest.fixture
def spring() -> Round:
    """A past round whose share date has come."""
    meeting = MeetingFactory.create(code="M-2026-04", title="Spring meeting", starts_on=date(2026, 4, 2), ends_on=None)
    return RoundFactory.create(
        meeting=meeting,
        opens_on=date(2026, 1, 29),
        due_on=date(2026, 3, 12),
        closes_on=date(2026, 4, 1),
        share_on=date(2026, 4, 2),
    )


@pytest.fixture
def winter() -> Round:
    """The open round; its share date lies ahead."""
    return RoundFactory.create(meeting=MeetingFactory.create(code="M-2027-01", title="Winter meeting"))


def freeze(meeting: Meeting, by: User, circle: Circle = Circle.SHARED) -> Snapshot:
    snapshot = take_snapshot(meeting, circle, zone_name="Europe/Vienna", by=by, at=NOON)
    db.session.commit()
    return snapshot


def answer_in(snapshot: Snapshot) -> dict[str, object] | None:
    found: dict[str, object] | None = content_of(snapshot)["items"][0]["answer"]
    return found


def test_the_same_data_make_the_same_text_on_every_engine(
    item: Item, spring: Round, coordinator: User, secretariat: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_USE, narrative="Фонд исплаћује накнаду.", obstacles="Ș and ë")

    snapshot = freeze(spring.meeting, secretariat)

    assert snapshot.sha256 == hashlib.sha256(snapshot.content.encode()).hexdigest()
    assert json.loads(snapshot.content) == json.loads(json.dumps(json.loads(snapshot.content), sort_keys=True))
    assert '"id"' not in snapshot.content
    assert snapshot.sha256 == FROZEN


def test_a_later_answer_leaves_it_as_it_was(
    item: Item, spring: Round, winter: Round, coordinator: User, secretariat: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_PREPARATION, narrative="A draft law.")
    snapshot = freeze(spring.meeting, secretariat)
    before = snapshot.content

    winter.share_on = date(2026, 11, 1)
    accepted(item, winter, coordinator, Status.IN_USE, narrative="The law works.")
    item.commitment.title = "Another title"
    db.session.commit()
    later = freeze(winter.meeting, secretariat)

    assert snapshot.content == before
    assert is_unaltered(snapshot)
    assert (snapshot.number, later.number) == (1, 2)
    moved = compare(content_of(snapshot), content_of(later))
    assert [(each.move, each.before, each.after) for each in moved] == [(Move.UP, "in_preparation", "in_use")]


def test_the_database_refuses_to_change_or_delete_one(item: Item, spring: Round, secretariat: User) -> None:
    snapshot = freeze(spring.meeting, secretariat)

    for statement in ("UPDATE snapshot SET content = '{}'", "DELETE FROM snapshot", "UPDATE snapshot SET number = 7"):
        with pytest.raises(sa.exc.DBAPIError, match="never"), db.session.begin_nested():
            db.session.execute(sa.text(statement))
    db.session.refresh(snapshot)
    assert is_unaltered(snapshot)


def test_the_shared_view_holds_nothing_that_is_not_shared(
    item: Item, winter: Round, coordinator: User, secretariat: User
) -> None:
    accepted(item, winter, coordinator, Status.IN_USE, narrative="Not shared before January.")

    shared, own = freeze(winter.meeting, secretariat), freeze(winter.meeting, secretariat, Circle.SECRETARIAT)

    assert answer_in(shared) is None
    assert "Not shared before January." not in shared.content
    assert answer_in(own) is not None


def test_a_restricted_answer_is_in_the_secretariats_own_view_only(
    item: Item, spring: Round, coordinator: User, secretariat: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_USE, narrative="For us alone.", is_restricted=True)

    assert "For us alone." not in freeze(spring.meeting, secretariat).content
    assert "For us alone." in freeze(spring.meeting, secretariat, Circle.SECRETARIAT).content


def test_what_is_redacted_goes_from_what_is_frozen_too(
    item: Item, spring: Round, coordinator: User, secretariat: User, administrator: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_USE, narrative="We helped Maria Victim.")
    snapshot = freeze(spring.meeting, secretariat)
    untouched = freeze(MeetingFactory.create(), secretariat)
    assert "Maria" in untouched.content
    revision = db.session.scalars(sa.select(Revision)).one()

    request = ask_redaction(revision, reason="A person was named.", by=administrator, at=NOON)
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    for each in (snapshot, untouched):
        db.session.refresh(each)
        assert "Maria" not in each.content
        assert (each.redacted_at, each.redaction_reason) == (NOON, "A person was named.")
        found = answer_in(each)
        assert found is not None
        assert (found["status"], found["is_redacted"]) == ("in_use", True)


def test_a_source_of_a_figure_that_is_redacted_goes_from_what_is_frozen_too(
    item: Item, party: Party, spring: Round, coordinator: User, secretariat: User, administrator: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_USE)
    revision = db.session.scalars(sa.select(Revision)).one()
    pinned, other = indicator_of(item, code="C-1"), indicator_of(item, code="C-2")
    enter(pinned, party, coordinator, 50, source="Told by Maria Victim")
    enter(other, party, coordinator, 60, source="Annual report")
    for version in db.session.scalars(sa.select(FigureVersion)):
        db.session.add(RevisionFigure(revision_id=revision.id, figure_version_id=version.id))
    snapshot = freeze(spring.meeting, secretariat)
    assert sources_in(snapshot) == {"Told by Maria Victim", "Annual report"}

    request = ask_redaction(revision, reason="Named.", with_figures=True, by=administrator, at=NOON)
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    db.session.refresh(snapshot)
    assert sources_in(snapshot) == {""}
    assert snapshot.redaction_reason == "Named."


def sources_in(snapshot: Snapshot) -> set[str]:
    return {cell["source"] for each in content_of(snapshot)["figures"] for cell in each["cells"].values()}


def test_an_officer_takes_one_and_everybody_reads_it(
    client: TrackerClient, item: Item, spring: Round, coordinator: User, secretariat: User, observer: User
) -> None:
    accepted(item, spring, coordinator, Status.IN_USE)

    answer = client.sign_in(secretariat).post(f"/meetings/{spring.meeting_id}/snapshots", data={"circle": "shared"})

    assert answer.location == "/snapshots/1"
    text = page(client.sign_in(observer).get("/snapshots/1")).get_text(" ", strip=True)
    assert "In place and used" in text
    assert client.get("/snapshots/1.json").text == db.session.scalars(sa.select(Snapshot.content)).one()


def test_the_secretariats_own_is_hidden_from_others(
    client: TrackerClient, item: Item, spring: Round, secretariat: User, peer: User, administrator: User
) -> None:
    freeze(spring.meeting, secretariat, Circle.SECRETARIAT)

    for person in (peer, administrator):
        client.sign_in(person)
        assert client.get("/snapshots/1").status_code == 404
        assert client.get("/snapshots/1.json").status_code == 404
        assert client.get("/snapshots/1/compare/1").status_code == 404
        assert "/snapshots/1" not in client.get(f"/meetings/{spring.meeting_id}/snapshots").text
        assert client.post("/snapshots/1", data={"chapters": ["matrix"]}).status_code == 404


def test_only_officers_take_one(client: TrackerClient, spring: Round, coordinator: User) -> None:
    answer = client.sign_in(coordinator).post(f"/meetings/{spring.meeting_id}/snapshots", data={"circle": "shared"})

    assert answer.status_code == 403
    assert db.session.scalars(sa.select(Snapshot)).all() == []


def test_taking_one_costs_a_fixed_number_of_statements(
    item: Item,
    spring: Round,
    coordinator: User,
    secretariat: User,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def cost() -> int:
        with recording_sql() as statements:
            freeze(spring.meeting, secretariat)
        return len(statements)

    accepted(item, spring, coordinator, Status.IN_USE)
    freeze(spring.meeting, secretariat)
    few = cost()
    for number in range(5):
        commitment = CommitmentFactory.create(code=f"BRDO-2018-1{number}", instrument=item.commitment.instrument)
        accepted(ItemFactory.create(commitment=commitment, party=item.party), spring, coordinator, Status.IN_PLACE)

    assert cost() == few
