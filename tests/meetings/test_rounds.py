"""The Secretariat plans a round, opens and closes it, and gives a party more time."""

import json
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, ExtensionFactory, InstrumentFactory, MeetingFactory
from tests.meetings.conftest import errors, form_of
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import CommitmentState, Instrument
from tracker.meetings.models import Extension, Meeting, MeetingState, Round
from tracker.meetings.rules import takes_submissions
from tracker.meetings.schedule import RoundPhase, proposed
from tracker.meetings.services import rounds as services
from tracker.meetings.services.rounds import RoundStands, RoundValues
from tracker.parties.models import Party

TODAY = date(2026, 11, 23)


def acts() -> list[tuple[str, Any]]:
    rows = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq))
    return [(row.act, json.loads(row.content or "{}")) for row in rows]


def test_the_days_and_the_whole_scope_are_proposed(
    client: TrackerClient, secretariat: User, meeting: Meeting, instrument: Instrument
) -> None:
    CommitmentFactory.create(is_tracked=False)
    CommitmentFactory.create(state=CommitmentState.WITHDRAWN, state_changed_on=date(2020, 1, 1))

    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")

    assert data["opens_on"] == "2026-11-18"
    assert data["due_on"] == "2026-12-30"
    assert data["closes_on"] == "2027-01-19"
    assert data["share_on"] == "2027-01-20"
    assert data["instruments"] == str(instrument.id)
    assert page(client.get(f"/meetings/{meeting.id}/round")).select("input[name=instruments]")[0]["value"]


def test_the_proposal_can_be_adjusted_and_is_planned(
    client: TrackerClient, secretariat: User, meeting: Meeting, instrument: Instrument
) -> None:
    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")

    answer = client.post(f"/meetings/{meeting.id}/round", data=data | {"due_on": "2026-12-20", "share_on": ""})

    round_ = db.session.scalars(sa.select(Round)).one()
    assert answer.location == f"/meetings/{meeting.id}"
    assert (round_.due_on, round_.share_on, round_.timezone) == (date(2026, 12, 20), None, "Europe/Vienna")
    assert round_.instruments == [instrument]
    assert acts()[0][0] == "round.planned"
    assert acts()[0][1]["instruments"] == ["BRDO-2018"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"opens_on": ""}, "Enter the day on which the round opens."),
        ({"due_on": "2026-02-29"}, "Enter a real date, for example 14 December 2026."),
        ({"due_on": "9999-01-01"}, "Enter a real date, for example 14 December 2026."),
        (
            {"due_on": "2026-11-24", "opens_on": "2026-11-25"},
            "Reports cannot be due before the round opens. Enter a later day.",
        ),
        ({"closes_on": "2026-12-01"}, "The round cannot close before reports are due. Enter a later day."),
        ({"share_on": "2026-11-01"}, "Nothing can be shared before the round opens. Enter a later day."),
        ({"closes_on": "2029-12-01"}, "A round lasts at most two years. Correct one of the days."),
        ({"instruments": []}, "Tick at least one instrument."),
        ({"instruments": ["77777"]}, "Choose one of the entries of the list."),
        (
            {"opens_on": "2026-10-01", "due_on": "2026-11-22"},
            "This day has passed. Enter a later one, or tick below that it is meant.",
        ),
    ],
)
def test_days_that_do_not_fit_are_said_beside_their_field(
    client: TrackerClient,
    secretariat: User,
    meeting: Meeting,
    instrument: Instrument,
    typed: dict[str, Any],
    sentence: str,
) -> None:
    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")

    response = client.post(f"/meetings/{meeting.id}/round", data=data | typed)

    assert response.status_code == 200
    assert errors(response) == [sentence]
    assert db.session.scalar(sa.select(Round.id)) is None


def test_a_due_date_that_has_passed_can_be_meant(
    client: TrackerClient, secretariat: User, instrument: Instrument
) -> None:
    meeting = MeetingFactory.create(starts_on=date(2026, 12, 1), ends_on=None)
    address = f"/meetings/{meeting.id}/round"
    response = client.sign_in(secretariat).get(address)
    assert "by the usual distance, reports would have been due already" in response.text
    data = form_of(client, address)

    refused = client.post(address, data=data)
    assert errors(refused) == ["This day has passed. Enter a later one, or tick below that it is meant."]
    assert client.post(address, data=data | {"accept_past": "y"}).status_code == 302


def test_only_a_planned_meeting_gets_a_round(client: TrackerClient, secretariat: User) -> None:
    meeting = MeetingFactory.create(state=MeetingState.HELD)

    assert client.sign_in(secretariat).get(f"/meetings/{meeting.id}/round").status_code == 409


def test_a_meeting_has_one_round(secretariat: User, round_: Round, now: datetime) -> None:
    values = RoundValues(dates=proposed(date(2027, 1, 20)), instrument_ids=frozenset())

    with pytest.raises(RoundStands):
        services.plan_round(round_.meeting, values, timezone="Europe/Vienna", by=secretariat, at=now)


def test_a_change_is_recorded_and_a_changed_share_date_reaches_the_readers(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")

    client.post(f"/meetings/{meeting.id}/round", data=data | {"share_on": "2027-01-25"})

    assert acts() == [("round.changed", {"share_on": ["2027-01-20", "2027-01-25"]})]


def test_the_second_of_two_officers_sees_both_values(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")
    client.post(f"/meetings/{meeting.id}/round", data=data | {"due_on": "2026-12-18"})

    response = client.post(f"/meetings/{meeting.id}/round", data=data | {"due_on": "2026-12-10"})

    rows = [[c.get_text(strip=True) for c in row.select("th, td")] for row in page(response).select(".notice tbody tr")]
    assert response.status_code == 409
    assert ["Reports are due on", "18 December 2026", "10 December 2026"] in rows
    db.session.expire_all()
    assert round_.due_on == date(2026, 12, 18)


def test_an_instrument_without_commitments_stays_in_a_scope_that_names_it(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    bare = InstrumentFactory.create(code="BRDO-2025")
    round_.instruments.append(bare)
    db.session.commit()

    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")
    client.post(f"/meetings/{meeting.id}/round", data=data | {"due_on": "2026-12-18"})

    db.session.expire_all()
    assert bare in round_.instruments


def test_one_button_opens_the_round_for_all(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    round_.opens_on = date(2026, 12, 1)
    db.session.commit()
    shown = page(client.sign_in(secretariat).get(f"/meetings/{meeting.id}"))
    assert "Open the round now" in shown.text

    client.post(f"/meetings/{meeting.id}/round/open")

    assert round_.phase_on(TODAY) is RoundPhase.OPEN
    assert client.post(f"/meetings/{meeting.id}/round/open").status_code == 409


def test_one_button_closes_the_round_for_all_and_it_opens_again(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round
) -> None:
    client.sign_in(secretariat).post(f"/meetings/{meeting.id}/round/close")
    assert round_.phase_on(TODAY) is RoundPhase.CLOSED
    assert client.post(f"/meetings/{meeting.id}/round/close").status_code == 409
    assert "Open again" in client.get(f"/meetings/{meeting.id}").text

    data = form_of(client, f"/meetings/{meeting.id}/round/open-again")
    assert data["closes_on"] == "2027-01-08"
    client.post(f"/meetings/{meeting.id}/round/open-again", data=data)

    db.session.expire_all()
    assert round_.phase_on(TODAY) is RoundPhase.OPEN
    assert [act for act, _changes in acts()] == ["round.closed", "round.opened_again"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the day on which the round closes again."),
        ("2026-11-22", "Enter 14 December 2026 or a later day."),
        ("2026-02-30", "Enter a real date, for example 14 December 2026."),
    ],
)
def test_a_round_is_not_opened_again_for_no_time(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round, typed: str, sentence: str
) -> None:
    client.sign_in(secretariat).post(f"/meetings/{meeting.id}/round/close")

    response = client.post(f"/meetings/{meeting.id}/round/open-again", data={"closes_on": typed})

    assert errors(response) == [sentence]
    assert round_.phase_on(TODAY) is RoundPhase.CLOSED


def test_a_party_gets_more_time_and_loses_it_again(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round, party: Party
) -> None:
    address = f"/meetings/{meeting.id}/round/extensions"
    typed = {"party": "AL", "due_on": "2027-01-15", "reason": "Change of government."}

    client.sign_in(secretariat).post(address, data=typed)

    db.session.expire_all()
    assert [(each.party.code, each.due_on) for each in round_.extensions] == [("AL", date(2027, 1, 15))]
    assert takes_submissions(round_, party.id, date(2027, 1, 15))
    assert "AL" not in [option["value"] for option in page(client.get(address)).select("#party option")]

    client.post(f"{address}/al/withdraw")

    db.session.expire_all()
    assert round_.extensions == []
    assert client.post(f"{address}/AL/withdraw").status_code == 409
    assert [act for act, _changes in acts()] == ["extension.granted", "extension.withdrawn"]
    assert acts()[0][1]["due_on"] == ["2026-12-14", "2027-01-15"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"party": ""}, "Choose a party."),
        ({"party": "DE"}, "Choose a party of the list."),
        ({"due_on": "2026-12-14"}, "The others have until 14 December 2026. Enter a later day."),
        ({"due_on": "2027-02-29"}, "Enter a real date, for example 14 December 2026."),
        ({"reason": " "}, "Say in a sentence why the party has more time."),
        ({"reason": "x" * 1001}, "Use at most 1000 characters."),
    ],
)
def test_what_is_no_extension_is_said(
    client: TrackerClient,
    secretariat: User,
    meeting: Meeting,
    round_: Round,
    party: Party,
    typed: dict[str, str],
    sentence: str,
) -> None:
    data = {"party": "AL", "due_on": "2027-01-15", "reason": "Change of government."} | typed

    response = client.sign_in(secretariat).post(f"/meetings/{meeting.id}/round/extensions", data=data)

    assert errors(response) == [sentence]
    assert db.session.scalar(sa.select(Extension.id)) is None


def test_the_reason_of_an_extension_is_for_the_party_and_the_secretariat(
    client: TrackerClient, secretariat: User, coordinator: User, peer: User, round_: Round, party: Party
) -> None:
    ExtensionFactory.create(round=round_, party=party, reason="Secret reason", granted_by_id=secretariat.id)
    address = f"/meetings/{round_.meeting_id}"

    seen = {
        person.name: "Secret reason" in client.sign_in(person).get(address).text
        for person in (secretariat, coordinator, peer)
    }

    assert seen == {"Secretariat": True, "Coordinator": True, "Peer": False}


def test_a_later_due_date_for_all_ends_extensions_that_give_nothing(
    client: TrackerClient, secretariat: User, meeting: Meeting, round_: Round, party: Party
) -> None:
    ExtensionFactory.create(round=round_, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id)
    data = form_of(client.sign_in(secretariat), f"/meetings/{meeting.id}/round")

    client.post(f"/meetings/{meeting.id}/round", data=data | {"due_on": "2026-12-20"})

    db.session.expire_all()
    assert round_.extensions == []
