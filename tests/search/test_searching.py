"""People find what they may read, and nothing else."""

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
    RevisionFactory,
    RoundFactory,
    ThemeFactory,
    UpdateFactory,
    reported,
)
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.meetings.models import Decision, Round
from tracker.oversight.services.redaction import ask_redaction, confirm_redaction
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState
from tracker.search.jobs import index_texts
from tracker.search.models import SearchEntry, SearchKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANSWER = "Фонд исплаћује накнаду жртвама у Шибенику."


@pytest.fixture
def item(party: Party) -> Item:
    commitment = CommitmentFactory.create(
        code="BRDO-2018-05", title="Set up compensation", theme=ThemeFactory.create(code="compensation")
    )
    return ItemFactory.create(commitment=commitment, party=party)


@pytest.fixture
def shared_round() -> Round:
    """A past round whose share date has come."""
    return RoundFactory.create(
        meeting=MeetingFactory.create(title="Spring meeting", starts_on=date(2026, 4, 2), ends_on=None),
        opens_on=date(2026, 1, 29),
        due_on=date(2026, 3, 12),
        closes_on=date(2026, 4, 1),
        share_on=date(2026, 4, 2),
    )


@pytest.fixture
def open_round() -> Round:
    """The open round; its share date lies ahead."""
    return RoundFactory.create()


def titles(client: TrackerClient, query: str) -> list[str]:
    """Return the titles of what a search finds, with the party of answers."""
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 200
    return [each.get_text(" ", strip=True) for each in page(answer).select("ul.found > li")]


def finds(client: TrackerClient, person: User, query: str = "q=sibenik") -> int:
    return len(titles(client.sign_in(person), query))


def test_a_word_is_found_in_every_spelling(
    client: TrackerClient, coordinator: User, item: Item, shared_round: Round
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative=ANSWER)
    client.sign_in(coordinator)

    for typed in ("Šibenik", "sibenik", "Шибеник", "SIBENI", "naknad žrtv", '"zrtvama u sibeniku"'):
        assert len(titles(client, f"q={typed}")) == 1, typed
    assert titles(client, 'q="u+zrtvama"') == []


def test_commitments_stand_before_answers_that_only_mention_the_word(
    client: TrackerClient, coordinator: User, item: Item, shared_round: Round
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative="The law on compensation was passed.")

    found = titles(client.sign_in(coordinator), "q=compensation")

    assert [each.split(" ")[0] for each in found] == ["Commitment", "Albania"]


def test_instruments_meetings_and_decisions_are_found(client: TrackerClient, observer: User) -> None:
    InstrumentFactory.create(short_title="Declaration of Ljubljana")
    meeting = MeetingFactory.create(title="Network meeting in Ljubljana")
    db.session.add(Decision(meeting_id=meeting.id, number=1, text="Ljubljana collects the contact points."))
    db.session.commit()

    found = titles(client.sign_in(observer), "q=ljubljana")

    assert sorted(each.split(" ")[0] for each in found) == ["Decision", "Instrument", "Meeting"]


def test_an_accepted_answer_waits_for_its_share_date(
    client: TrackerClient,
    item: Item,
    open_round: Round,
    coordinator: User,
    contributor: User,
    peer: User,
    observer: User,
    secretariat: User,
    administrator: User,
) -> None:
    accepted(item, open_round, coordinator, Status.IN_USE, narrative=ANSWER)

    before = {person.name: finds(client, person) for person in (coordinator, contributor, secretariat)}
    others = {person.name: finds(client, person) for person in (peer, observer, administrator)}
    open_round.share_on = date(2026, 11, 23)
    db.session.commit()

    assert set(before.values()) == {1}
    assert set(others.values()) == {0}
    assert {finds(client, person) for person in (peer, observer, administrator)} == {1}


def test_a_restricted_answer_is_never_found_by_others(
    client: TrackerClient, item: Item, shared_round: Round, coordinator: User, peer: User, secretariat: User
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative=ANSWER, is_restricted=True)

    assert (finds(client, coordinator), finds(client, secretariat), finds(client, peer)) == (1, 1, 0)
    assert "Answers" not in client.sign_in(peer).get("/search?q=sibenik").text.split("<ul")[-1]


def test_what_was_submitted_is_found_by_those_who_submit_and_those_who_review(
    client: TrackerClient,
    item: Item,
    open_round: Round,
    coordinator: User,
    contributor: User,
    peer: User,
    secretariat: User,
) -> None:
    update = reported(item, open_round, coordinator, narrative=ANSWER)
    assert [finds(client, each) for each in (coordinator, secretariat, contributor, peer)] == [1, 1, 0, 0]

    update.state = UpdateState.DRAFT  # recalled
    db.session.commit()

    assert [finds(client, each) for each in (coordinator, secretariat)] == [0, 0]


def test_an_answer_that_repeats_another_is_found_once(
    client: TrackerClient, item: Item, shared_round: Round, open_round: Round, coordinator: User
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative=ANSWER)
    first = db.session.scalars(sa.select(Revision)).one()
    again = RevisionFactory.create(
        item=item, round=open_round, author=coordinator, narrative=ANSWER, unchanged_from_id=first.id
    )
    UpdateFactory.create(
        item=item, round=open_round, state=UpdateState.ACCEPTED, latest_revision=again, accepted_revision=again
    )

    assert finds(client, coordinator) == 1


def test_what_was_redacted_is_found_no_more(
    client: TrackerClient,
    item: Item,
    shared_round: Round,
    coordinator: User,
    administrator: User,
    secretariat: User,
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative=ANSWER)
    revision = db.session.scalars(sa.select(Revision)).one()
    request = ask_redaction(revision, reason="A person was named.", by=administrator, at=NOON)
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert finds(client, coordinator) == 0
    assert db.session.scalars(sa.select(SearchEntry.body).filter_by(kind=SearchKind.ANSWER)).all() == [""]


def test_a_corrected_title_is_found_under_its_new_words(client: TrackerClient, coordinator: User, item: Item) -> None:
    item.commitment.title = "Pay awards to victims"
    db.session.commit()

    assert (finds(client, coordinator, "q=awards"), finds(client, coordinator, "q=%22up+compensation%22")) == (1, 0)


def test_filters_narrow_the_search(
    client: TrackerClient, item: Item, shared_round: Round, coordinator: User, other_party: Party
) -> None:
    accepted(item, shared_round, coordinator, Status.IN_USE, narrative="Compensation is paid.")
    other = ItemFactory.create(commitment=item.commitment, party=other_party)
    accepted(other, shared_round, coordinator, Status.IN_USE, narrative="Compensation is planned.")
    client.sign_in(coordinator)

    assert "There is no such" not in client.get("/search?q=compensation").text
    assert len(titles(client, "q=compensation")) == 3
    assert len(titles(client, "q=compensation&kind=answer")) == 2
    assert len(titles(client, "q=compensation&kind=answer&party=RS")) == 1
    assert len(titles(client, "q=compensation&theme=compensation")) == 3


def test_unknown_filters_are_said_and_left_out(client: TrackerClient, coordinator: User, item: Item) -> None:
    answer = client.sign_in(coordinator).get("/search?q=compensation&kind=nonsense&party=%00&theme=x")

    assert answer.text.count("The search is not narrowed to it.") == 3
    assert len(page(answer).select("ul.found > li")) == 1


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "'",
        "a'b",
        "NEAR(a b)",
        "title:x",
        "a AND",
        "-",
        "*",
        "\\",
        "(",
        "a:*",
        "<->",
        "!x",
        "x" * 5000,
        "%00a",
        "½",
        "ﷺ",
    ],
)
def test_no_question_breaks_the_page(client: TrackerClient, coordinator: User, item: Item, typed: str) -> None:
    assert client.sign_in(coordinator).get("/search", query_string={"q": typed}).status_code == 200


def test_texts_written_past_the_session_are_taken_up_by_the_job(
    client: TrackerClient, coordinator: User, item: Item
) -> None:
    db.session.execute(sa.delete(SearchEntry))
    db.session.commit()
    assert finds(client, coordinator, "q=compensation") == 0

    done = index_texts(NOON)
    db.session.commit()

    assert done == db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry))
    assert finds(client, coordinator, "q=compensation") == 1
    assert index_texts(NOON) == 0


def test_the_number_of_statements_does_not_grow_with_what_is_found(
    client: TrackerClient,
    coordinator: User,
    item: Item,
    shared_round: Round,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def cost() -> int:
        with recording_sql() as statements:
            client.get("/search?q=compensation")
        return len(statements)

    accepted(item, shared_round, coordinator, Status.IN_USE, narrative="Compensation is paid.")
    client.sign_in(coordinator)
    few = cost()
    for _ in range(5):
        again = ItemFactory.create(commitment=CommitmentFactory.create(title="More compensation"), party=item.party)
        accepted(again, shared_round, coordinator, Status.IN_USE, narrative="Compensation is paid.")

    assert cost() == few
    assert few <= 10
