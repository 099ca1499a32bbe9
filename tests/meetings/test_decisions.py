"""What a meeting decided is minuted, arises again, and can become a commitment."""

import json
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import MeetingFactory, ThemeFactory
from tests.meetings.conftest import errors, form_of
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import Commitment, Instrument, InstrumentType, Strength, Theme
from tracker.meetings.models import Decision, Meeting, MeetingState
from tracker.meetings.services.decisions import MinutedDecision, mark_of, minute
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.services.conclusions import proposed_title


@pytest.fixture
def held() -> Meeting:
    """A meeting that was held in May."""
    return MeetingFactory.create(
        title="Network meeting, Skopje",
        city="Skopje",
        starts_on=date(2026, 5, 12),
        ends_on=date(2026, 5, 13),
        state=MeetingState.HELD,
    )


@pytest.fixture
def theme() -> Theme:
    return ThemeFactory.create(code="compensation", name="Compensation")


@pytest.fixture
def decisions(held: Meeting, secretariat: User, now: datetime) -> list[Decision]:
    """Two decisions of that meeting."""
    typed = [
        MinutedDecision(id=None, text="Each participant names a contact point.", addressee="All participants"),
        MinutedDecision(id=None, text="The Secretariat collects the forms.", due_on=date(2026, 9, 1)),
    ]
    minute(held, typed, seen=mark_of([]), by=secretariat, at=now)
    db.session.commit()
    return stored()


def stored() -> list[Decision]:
    return list(db.session.scalars(sa.select(Decision).order_by(Decision.number)))


def address(meeting: Meeting) -> str:
    return f"/meetings/{meeting.id}/decisions"


def test_an_officer_writes_decisions_down(
    client: TrackerClient, secretariat: User, held: Meeting, theme: Theme
) -> None:
    form = form_of(client.sign_in(secretariat), address(held))
    first = {"rows-0-text": "Name a contact point.", "rows-0-due_on": "2026-12-01", "rows-0-theme": theme.code}

    answer = client.post(address(held), data=form | first | {"rows-2-text": "Meet again."})

    assert answer.location == f"/meetings/{held.id}#decisions"
    assert [(each.number, each.text, each.due_on, each.theme) for each in stored()] == [
        (1, "Name a contact point.", date(2026, 12, 1), theme),
        (2, "Meet again.", None, None),
    ]
    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert (event.act, json.loads(event.content or "")["1"]) == ("meeting.decisions", ["", "Name a contact point."])


def test_everybody_reads_them(client: TrackerClient, observer: User, held: Meeting, decisions: list[Decision]) -> None:
    text = page(client.sign_in(observer).get(f"/meetings/{held.id}")).main.get_text(" ", strip=True)

    assert "Each participant names a contact point." in text
    assert "by 1 September 2026" in text
    assert "Write down what was decided" not in text


def test_a_row_that_is_emptied_takes_its_decision_out_and_its_number_is_not_used_again_before_later_ones(
    client: TrackerClient, secretariat: User, held: Meeting, decisions: list[Decision]
) -> None:
    form = form_of(client.sign_in(secretariat), address(held))

    client.post(address(held), data=form | {"rows-0-text": "", "rows-0-addressee": "", "rows-2-text": "A third."})

    assert [(each.number, each.text) for each in stored()] == [
        (2, "The Secretariat collects the forms."),
        (3, "A third."),
    ]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"rows-0-text": "x" * 2001}, "Use at most 2000 characters."),
        ({"rows-0-due_on": "soon", "rows-0-text": "A"}, "Enter a real date, for example 14 December 2026."),
        ({"rows-0-theme": "nonsense", "rows-0-text": "A"}, "Choose one of the entries of the list."),
        ({"rows-0-addressee": "All"}, "Say what was decided, or empty the whole row."),
        ({"rows-0-text": "A", "rows-0-settled_note": "Done"}, "Enter the day on which it was settled, too."),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    client: TrackerClient, secretariat: User, held: Meeting, sent: dict[str, Any], message: str
) -> None:
    form = form_of(client.sign_in(secretariat), address(held))

    answer = client.post(address(held), data=form | sent)

    assert message in errors(answer)
    assert stored() == []


def test_of_two_officers_the_second_sees_what_the_first_saved(
    client: TrackerClient, secretariat: User, held: Meeting, decisions: list[Decision]
) -> None:
    form = form_of(client.sign_in(secretariat), address(held))
    client.post(address(held), data=form | {"rows-0-text": "Changed by the first."})

    answer = client.post(address(held), data=form | {"rows-0-text": "Changed by the second."})

    assert answer.status_code == 409
    assert "Changed by the first." in answer.text
    assert "Changed by the second." in answer.text
    assert stored()[0].text == "Changed by the first."


def test_what_is_open_arises_at_the_next_meeting(
    client: TrackerClient, observer: User, meeting: Meeting, decisions: list[Decision]
) -> None:
    decisions[0].settled_on = date(2026, 6, 1)
    db.session.commit()

    text = page(client.sign_in(observer).get(f"/meetings/{meeting.id}")).select_one("section[aria-labelledby=arising]")

    assert text is not None
    assert "The Secretariat collects the forms." in text.text
    assert "names a contact point" not in text.text


def test_decisions_become_commitments_that_the_parties_report_on(
    client: TrackerClient,
    secretariat: User,
    party: Party,
    held: Meeting,
    decisions: list[Decision],
    theme: Theme,
) -> None:
    there = f"{address(held)}/commitments"
    form = form_of(client.sign_in(secretariat), there)

    answer = client.post(there, data=form | {"rows-0-chosen": "y", "rows-0-theme": theme.code})

    commitment = db.session.scalars(sa.select(Commitment)).one()
    assert answer.location == "/instruments/CONC-2026-05"
    assert (commitment.code, commitment.title, commitment.strength) == (
        "CONC-2026-05-01",
        "Each participant names a contact point",
        Strength.DECIDES,
    )
    assert commitment.instrument.type is InstrumentType.MEETING_CONCLUSIONS
    assert db.session.scalars(sa.select(Item.party_id)).all() == [party.id]
    assert [each.commitment for each in stored()] == [commitment, None]
    assert held.instruments == [commitment.instrument]


def test_a_second_time_goes_on_in_the_same_instrument(
    client: TrackerClient, secretariat: User, held: Meeting, decisions: list[Decision], theme: Theme
) -> None:
    there = f"{address(held)}/commitments"
    client.sign_in(secretariat)
    first = form_of(client, there) | {"rows-0-chosen": "y", "rows-0-theme": theme.code}
    client.post(there, data=first)
    form = form_of(client, there)
    client.post(there, data=form | {"rows-0-chosen": "y", "rows-0-theme": theme.code})

    again = client.post(there, data=first)

    assert again.status_code == 409
    assert db.session.scalars(sa.select(Commitment.code).order_by(Commitment.code)).all() == [
        "CONC-2026-05-01",
        "CONC-2026-05-02",
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Instrument)) == 1


def test_a_commitment_needs_a_title_and_a_theme(
    client: TrackerClient, secretariat: User, held: Meeting, decisions: list[Decision]
) -> None:
    there = f"{address(held)}/commitments"
    form = form_of(client.sign_in(secretariat), there)

    answer = client.post(there, data=form | {"rows-0-chosen": "y", "rows-0-title": ""})

    assert errors(answer) == ["Enter a title.", "Choose a theme."]
    assert db.session.scalars(sa.select(Commitment)).all() == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("The Secretariat collects forms. It sends them round.", "The Secretariat collects forms"),
        ("word " * 40, ("word " * 40)[:89] + " …"),
        ("Односи се на накнаду штете; рок је мај.", "Односи се на накнаду штете"),
    ],
)
def test_a_title_is_proposed_from_the_first_words(text: str, title: str) -> None:
    assert proposed_title(text) == title
