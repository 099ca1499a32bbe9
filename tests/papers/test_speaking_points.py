"""A party writes what it says in the tour of the table; nobody else knows until it is released."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, InstrumentFactory, ItemFactory, RevisionFactory, RoundFactory, reported
from tests.progress.pages import fields_in
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.making import MAKERS
from tracker.meetings.models import Round
from tracker.papers.jobs import make_papers
from tracker.papers.models import Paper, PaperState
from tracker.papers.speaking.models import SpeakingPoints
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

HERE = "/parties/AL/speaking-points"
Write = Callable[..., None]


@pytest.fixture
def round_(party: Party, coordinator: User) -> Round:
    """An open round, with an answer that has moved since the one before, and a restricted one."""
    instrument = InstrumentFactory.create()
    round_ = RoundFactory.create(instruments=[instrument], meeting__code="M-2027")
    earlier = RoundFactory.create(
        instruments=[instrument], opens_on=date(2025, 1, 1), due_on=date(2025, 2, 1), closes_on=date(2025, 3, 1)
    )
    items: list[Item] = [
        ItemFactory.create(party=party, commitment=CommitmentFactory.create(code=f"C-{n}", instrument=instrument))
        for n in range(2)
    ]
    reported(items[0], earlier, coordinator, state=UpdateState.ACCEPTED, status=Status.IN_PREPARATION)
    reported(items[0], round_, coordinator, status=Status.IN_PLACE, narrative="The fund was set up. It pays.")
    reported(items[1], round_, coordinator, status=Status.IN_USE, narrative="Between us.", is_restricted=True)
    return round_


@pytest.fixture
def write(client: TrackerClient, coordinator: User, round_: Round) -> Write:
    """Saves points as the coordinator."""

    def save(text: str = "What moved\n- C-0: The fund pays.", **changes: object) -> None:
        client.sign_in(coordinator)
        response = client.post(HERE, data=fields_in(client.get(HERE)) | {"text": text} | changes)
        assert response.location == f"{HERE}?round=M-2027"

    return save


def test_the_form_proposes_the_party_s_own_sentences(client: TrackerClient, coordinator: User, round_: Round) -> None:
    response = client.sign_in(coordinator).get(HERE)

    assert fields_in(response)["text"] == (
        "What has moved since the last answer\n- C-0, from “In preparation” to “In place”: The fund was set up."
    )
    assert "nothing is saved yet" in response.text
    assert "Between us" not in response.text
    assert db.session.query(SpeakingPoints).count() == 0


def test_saved_points_stay_and_can_be_proposed_anew(client: TrackerClient, write: Write) -> None:
    write("- Mine")

    assert fields_in(client.get(HERE))["text"] == "- Mine"
    assert "C-0" in str(fields_in(client.get(f"{HERE}?anew=1"))["text"])
    assert fields_in(client.get(HERE))["text"] == "- Mine"


def test_two_who_write_are_shown_both_texts(client: TrackerClient, write: Write) -> None:
    write("- First")
    old = fields_in(client.get(HERE))
    write("- Second")

    response = client.post(HERE, data=old | {"text": "- Third"})

    assert response.status_code == 409
    assert "Second" in response.text
    assert fields_in(response)["text"] == "- Third"
    assert client.post(HERE, data=fields_in(response)).status_code == 302
    assert db.session.query(SpeakingPoints).one().text == "- Third"


def test_the_same_form_sent_twice_is_saved_once(client: TrackerClient, coordinator: User, round_: Round) -> None:
    sent = fields_in(client.sign_in(coordinator).get(HERE)) | {"text": "- Mine"}

    assert [client.post(HERE, data=sent).status_code for _ in range(2)] == [302, 302]
    assert db.session.query(SpeakingPoints).one().version == 1


def test_nobody_else_reads_them_before_they_are_released(
    client: TrackerClient, write: Write, secretariat: User, peer: User, contributor: User, administrator: User
) -> None:
    write()

    for person in (secretariat, peer, contributor, administrator):
        client.sign_in(person)
        assert client.get(HERE).status_code == 404
        assert client.get(f"{HERE}/page").status_code == 404
        assert client.post(f"{HERE}/file").status_code == 404


def test_released_points_are_read_by_the_secretariat_and_not_written_on(
    client: TrackerClient, write: Write, secretariat: User, peer: User
) -> None:
    write()
    assert client.post(f"{HERE}/release", data={"round": "M-2027"}).status_code == 302
    assert client.post(HERE, data={"seen": "1", "text": "- Other"}).status_code == 409

    assert "The fund pays." in client.sign_in(secretariat).get(f"{HERE}/page").text
    assert client.get(HERE).status_code == 404
    assert client.sign_in(peer).get(f"{HERE}/page").status_code == 404


def test_points_that_are_taken_back_are_private_again(
    client: TrackerClient, write: Write, secretariat: User, coordinator: User
) -> None:
    write()
    client.post(f"{HERE}/release")
    client.sign_in(secretariat)
    location = client.post(f"{HERE}/file", data={"format": "pdf"}).location
    make_papers(utc_now(), MAKERS)
    assert client.get(f"{location}/file").status_code == 200

    client.sign_in(coordinator).post(f"{HERE}/take-back")

    client.sign_in(secretariat)
    assert client.get(f"{HERE}/page").status_code == 404
    assert client.get(f"{location}/file").status_code == 404


def test_the_log_of_the_secretariat_knows_only_what_was_released(
    client: TrackerClient, write: Write, secretariat: User
) -> None:
    write()
    assert "Wrote speaking points" not in client.sign_in(secretariat).get("/audit").text.partition("<tbody")[2]
    assert "fund pays" not in "".join(event.content or "" for event in db.session.query(AuditEvent))


@pytest.mark.parametrize(("format_", "begins"), [("pdf", b"%PDF"), ("word", b"PK")])
def test_the_party_takes_them_along_as_a_file(client: TrackerClient, write: Write, format_: str, begins: bytes) -> None:
    write()
    location = client.post(f"{HERE}/file", data={"format": format_}).location
    make_papers(utc_now(), MAKERS)

    assert client.get(f"{location}/file").data.startswith(begins)
    assert client.post(f"{HERE}/file", data={"format": format_}).location == location


def test_a_file_of_points_that_were_changed_meanwhile_is_not_made(client: TrackerClient, write: Write) -> None:
    write()
    client.post(f"{HERE}/file")
    write("- Other")
    make_papers(utc_now(), MAKERS)

    paper = db.session.query(Paper).one()
    assert paper.state is PaperState.FAILED
    assert "changed" in paper.error


def test_after_a_redaction_they_are_read_again_before_others_see_them(
    client: TrackerClient, write: Write, secretariat: User, coordinator: User, party: Party
) -> None:
    write()
    client.post(f"{HERE}/release")
    RevisionFactory.create(
        item=ItemFactory.create(party=party), author=coordinator, redacted_at=utc_now() + timedelta(seconds=1)
    )

    assert client.sign_in(secretariat).get(f"{HERE}/page").status_code == 404
    assert "was redacted" in client.sign_in(coordinator).get(HERE).text


def test_an_empty_text_is_asked_for(client: TrackerClient, coordinator: User, round_: Round) -> None:
    client.sign_in(coordinator)
    response = client.post(HERE, data=fields_in(client.get(HERE)) | {"text": "  "})

    assert "Write at least one point." in response.text
    assert page(response).title.text.startswith("Error:")
