"""The Secretariat corrects instruments, commitments, adoption and parties; items follow, reports stay."""

import json
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import (
    AdoptionFactory,
    CommitmentFactory,
    IndicatorFactory,
    InstrumentFactory,
    PartyFactory,
    RoundFactory,
    ThemeFactory,
    reported,
)
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.instruments.models import Adoption, AdoptionState, Commitment, CommitmentState, Instrument, Strength
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Item, ItemState, Revision
from tracker.progress.services.items import align_items
from tracker.progress.workflow import UpdateState


@pytest.fixture
def office(client: TrackerClient, secretariat: User) -> TrackerClient:
    """The Secretariat's officer, signed in."""
    return client.sign_in(secretariat)


@pytest.fixture
def instrument(party: Party, other_party: Party) -> Instrument:
    """An instrument whose adopters are not known."""
    instrument = InstrumentFactory.create(code="BRDO-2018", adopters_count=9)
    for each in (party, other_party):
        AdoptionFactory.create(instrument=instrument, party=each)
    return instrument


@pytest.fixture
def commitment(instrument: Instrument, now: Any) -> Commitment:
    """Its one commitment, with an item of each party."""
    commitment = CommitmentFactory.create(instrument=instrument, code="BRDO-2018-05", title="Compensate")
    align_items(at=now)
    db.session.commit()
    return commitment


def _fields(client: TrackerClient, address: str, **changed: Any) -> dict[str, Any]:
    """Return what a browser would send from the form at an address, with some fields typed anew."""
    form = page(client.get(address)).select_one("main form[method=post]")
    assert form is not None
    sent: dict[str, Any] = {}
    for control in form.select("input, select, textarea"):
        name, kind = control.get("name"), control.get("type")
        if kind in ("radio", "checkbox"):
            if control.has_attr("checked"):
                sent.setdefault(name, []).append(control["value"])
        elif control.name == "select":
            sent[name] = [option["value"] for option in control.select("option[selected]")]
        elif control.name == "textarea":
            sent[name] = control.get_text().strip()
        else:
            sent[name] = control.get("value", "")
    return {name: value for name, value in (sent | changed).items() if value is not None}


def _item(party: Party) -> Item:
    return db.session.scalars(sa.select(Item).filter_by(party_id=party.id)).one()


def _events(act: str) -> list[AuditEvent]:
    return list(db.session.scalars(sa.select(AuditEvent).filter_by(act=act)))


ADOPTION = "/instruments/BRDO-2018/adoption"
COMMITMENT = "/commitments/BRDO-2018-05/edit"
INSTRUMENT = "/instruments/BRDO-2018/edit"


def test_who_did_not_adopt_is_asked_no_more_and_loses_nothing(
    office: TrackerClient, commitment: Commitment, party: Party, other_party: Party, coordinator: User
) -> None:
    item = _item(party)
    reported(item, RoundFactory.create(), coordinator, state=UpdateState.ACCEPTED)
    accepted = item.standing.accepted_revision_id

    response = office.post(ADOPTION, data=_fields(office, ADOPTION, state_AL="not_adopted", source_AL="Gazette 7"))

    assert response.location == "/instruments/BRDO-2018#adoption"
    assert (_item(party).state, _item(other_party).state) == (ItemState.RETIRED, ItemState.ACTIVE)
    assert db.session.get(Revision, accepted) is not None
    assert _item(party).standing.accepted_revision_id == accepted
    event = _events("adoption.set")[0]
    assert json.loads(event.content or "")["state"] == ["unknown", "not_adopted"]
    assert event.party_id == party.id


def test_who_opts_in_gets_the_items_back_with_their_history(
    office: TrackerClient, commitment: Commitment, party: Party
) -> None:
    office.post(ADOPTION, data=_fields(office, ADOPTION, state_AL="not_adopted"))
    item_id = _item(party).id

    sent = _fields(office, ADOPTION, state_AL="opted_in", day_AL="2019-05-01")
    followed = office.post(ADOPTION, data=sent, follow_redirects=True)

    assert "1 item came back with its history." in followed.text
    assert (_item(party).id, _item(party).state) == (item_id, ItemState.ACTIVE)
    adoption = db.session.scalars(sa.select(Adoption).filter_by(party_id=party.id)).one()
    assert (adoption.state, adoption.adopted_on) == (AdoptionState.OPTED_IN, date(2019, 5, 1))


def test_saving_without_a_change_records_nothing(office: TrackerClient, commitment: Commitment) -> None:
    followed = office.post(ADOPTION, data=_fields(office, ADOPTION), follow_redirects=True)

    assert "Nothing was changed." in followed.text
    assert _events("adoption.set") == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"state_AL": "perhaps"}, "Choose one of the entries of the list."),
        ({"state_AL": "adopted", "day_AL": "2018-02-30"}, "Enter a real date"),
        ({"state_AL": "adopted", "day_AL": "0001-01-01"}, "Enter a day between 1990 and 2099."),
        ({"day_AL": "2018-03-16"}, "Leave the day empty, or choose that the text was adopted."),
        ({"source_AL": "x" * 301}, "Use at most 300 characters; this has 301."),
    ],
)
def test_a_wrong_answer_about_adoption_gets_an_instruction(
    office: TrackerClient, commitment: Commitment, typed: dict[str, str], said: str
) -> None:
    response = office.post(ADOPTION, data=_fields(office, ADOPTION, **typed))

    assert response.status_code == 200
    assert said in page(response).get_text()
    assert _events("adoption.set") == []


def test_only_its_own_parties_are_asked_about(office: TrackerClient, commitment: Commitment, party: Party) -> None:
    sent = _fields(office, ADOPTION) | {"state_ZZ": "not_adopted", "party_id": "7", "state": "not_adopted"}

    office.post(ADOPTION, data=sent)

    assert _events("adoption.set") == []


def test_new_wording_makes_a_version_with_its_reason(office: TrackerClient, commitment: Commitment) -> None:
    sent = _fields(office, COMMITMENT, title="Compensate victims", strength="decides", reason="The text was found.")

    response = office.post(COMMITMENT, data=sent)

    assert response.location == "/commitments/BRDO-2018-05"
    assert (commitment.version, commitment.strength) == (2, Strength.DECIDES)
    version = commitment.versions[-1]
    assert (version.number, version.title, version.reason) == (2, "Compensate victims", "The text was found.")
    assert version.made_by_id is not None
    content = json.loads(_events("commitment.corrected")[0].content or "")
    assert content["title"] == ["Compensate", "Compensate victims"]
    assert content["reason"] == "The text was found."


def test_new_wording_needs_a_reason(office: TrackerClient, commitment: Commitment) -> None:
    response = office.post(COMMITMENT, data=_fields(office, COMMITMENT, title="Compensate victims"))

    assert "Say why the wording changes." in response.text
    assert 'value="Compensate victims"' in response.text
    assert commitment.title == "Compensate"


def test_themes_and_evidence_make_no_version(office: TrackerClient, commitment: Commitment) -> None:
    ThemeFactory.create(code="data", name="Data")
    sent = _fields(office, COMMITMENT, other_themes=["data"], evidence_hint="A law or an award.")

    office.post(COMMITMENT, data=sent)

    assert commitment.version == 1
    assert [theme.code for theme in commitment.other_themes] == ["data"]
    assert commitment.evidence_hint == "A law or an award."


def test_further_indicators_are_chosen(office: TrackerClient, commitment: Commitment) -> None:
    IndicatorFactory.create(code="PROT-1", title="Victims formally identified")

    office.post(COMMITMENT, data=_fields(office, COMMITMENT, other_indicators=["PROT-1"]))

    assert [each.code for each in commitment.other_indicators] == ["PROT-1"]
    assert _fields(office, COMMITMENT)["other_indicators"] == ["PROT-1"]
    assert "Victims formally identified" in office.get(f"/commitments/{commitment.code}").text


def test_what_is_no_longer_followed_up_retires_its_items(
    office: TrackerClient, commitment: Commitment, party: Party
) -> None:
    followed = office.post(COMMITMENT, data=_fields(office, COMMITMENT, is_tracked=None), follow_redirects=True)

    assert "2 items were retired; their reports are kept." in followed.text
    assert (commitment.is_tracked, _item(party).state) == (False, ItemState.RETIRED)


def test_a_withdrawn_commitment_says_since_when_and_why(
    office: TrackerClient, commitment: Commitment, party: Party
) -> None:
    refused = office.post(COMMITMENT, data=_fields(office, COMMITMENT, state="withdrawn"))
    office.post(
        COMMITMENT,
        data=_fields(
            office, COMMITMENT, state="withdrawn", state_changed_on="2026-03-01", state_reason="Replaced at Brdo."
        ),
    )

    assert "Enter the day, for example" in refused.text
    assert "Say what superseded it, or who withdrew it." in refused.text
    assert (commitment.state, commitment.state_changed_on) == (CommitmentState.WITHDRAWN, date(2026, 3, 1))
    assert _item(party).retired_reason == "The commitment was withdrawn."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": "   "}, "Enter a title."),
        ({"title": "x" * 301}, "Use at most 300 characters; this has 301."),
        ({"summary": ""}, "Say in a sentence or two what is to be done."),
        ({"strength": "promises"}, "Choose one of the entries of the list."),
        ({"theme": "no-such"}, "Choose one of the entries of the list."),
        ({"other_themes": ["no-such"]}, "Choose from the list."),
        ({"state": "gone"}, "Choose one of the entries of the list."),
        ({"summary": "x" * 10_001}, "Use at most 10000 characters"),
    ],
)
def test_a_wrong_text_of_a_commitment_gets_an_instruction(
    office: TrackerClient, commitment: Commitment, typed: dict[str, Any], said: str
) -> None:
    response = office.post(COMMITMENT, data=_fields(office, COMMITMENT, reason="A reason.") | typed)

    assert response.status_code == 200
    assert said in page(response).get_text()
    assert commitment.version == 1


def test_the_second_of_two_officers_sees_both_texts(office: TrackerClient, commitment: Commitment) -> None:
    second = _fields(office, COMMITMENT, title="Mine", reason="Because.")
    office.post(COMMITMENT, data=_fields(office, COMMITMENT, title="Theirs", reason="Because."))

    clash = office.post(COMMITMENT, data=second)
    assert clash.status_code == 409
    assert commitment.title == "Theirs"
    row = page(clash).select_one("main table tbody tr")
    assert row is not None
    assert [cell.get_text() for cell in row.select("th, td")] == ["Title", "Theirs", "Mine"]

    again = second | {"seen": page(clash).select_one("input[name=seen]")["value"]}  # type: ignore[index]
    office.post(COMMITMENT, data=again)
    assert (commitment.title, commitment.version) == ("Mine", 3)


def test_an_instrument_is_corrected_and_the_change_recorded(office: TrackerClient, instrument: Instrument) -> None:
    sent = _fields(
        office, INSTRUMENT, place_city="Ljubljana", place_country="si", valid_to="2029-12-31", notes="a\x00b"
    )

    response = office.post(INSTRUMENT, data=sent)

    assert response.location == "/instruments/BRDO-2018"
    assert (instrument.place_city, instrument.place_country) == ("Ljubljana", "SI")
    assert (instrument.valid_to, instrument.notes) == (date(2029, 12, 31), "ab")
    changes = json.loads(_events("instrument.corrected")[0].content or "")
    assert changes["place_city"] == ["", "Ljubljana"]
    assert "title" not in changes


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ""}, "Enter the title, or describe the text."),
        ({"adopted_on": ""}, "Enter the day, for example"),
        ({"adopted_on": "soon"}, "Enter a real date"),
        ({"place_country": "Slovenia"}, "Enter two letters, for example SI."),
        ({"adopters_count": "nan"}, "Enter a whole number, for example 9"),
        ({"adopters_count": "-1"}, "Enter a whole number from 1 to 200"),
        ({"adopters_count": "9" * 5000}, "Enter a whole number"),
        ({"valid_from": "2020-01-01", "valid_to": "2019-01-01"}, "Enter a day on or after the first day of validity."),
        ({"title_status": "made up"}, "Choose one of the entries of the list."),
    ],
)
def test_a_wrong_text_of_an_instrument_gets_an_instruction(
    office: TrackerClient, instrument: Instrument, typed: dict[str, str], said: str
) -> None:
    response = office.post(INSTRUMENT, data=_fields(office, INSTRUMENT) | typed)

    assert response.status_code == 200
    assert said in page(response).get_text()
    assert _events("instrument.corrected") == []


@pytest.fixture
def kosovo() -> Party:
    forms = [Footnote(family="XK", form=form, text=f"* Form {form}.") for form in ("eu", "un", "coe", "icmpd")]
    db.session.add_all(forms)
    return PartyFactory.create(code="XK", name="Kosovo*", short_name="Kosovo*", footnote=forms[0])


def test_another_form_of_the_footnote_is_printed_everywhere(office: TrackerClient, kosovo: Party) -> None:
    office.post("/parties/XK/edit", data=_fields(office, "/parties/XK/edit", footnote="icmpd"))

    notes = page(office.get("/parties")).select(".footnotes p")
    assert [each.get_text() for each in notes] == ["* Form icmpd."]
    assert json.loads(_events("party.corrected")[0].content or "") == {"footnote": ["eu", "icmpd"]}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"short_name": "Kosovo"}, "End the name in an asterisk: a footnote goes with it."),
        ({"footnote": "nato"}, "Choose one of the entries of the list."),
        ({"timezone": "Mars/Base"}, "Choose one of the entries of the list."),
        ({"name": ""}, "Enter the name."),
    ],
)
def test_a_wrong_text_of_a_party_gets_an_instruction(
    office: TrackerClient, kosovo: Party, typed: dict[str, str], said: str
) -> None:
    response = office.post("/parties/XK/edit", data=_fields(office, "/parties/XK/edit") | typed)

    assert response.status_code == 200
    assert said in page(response).get_text()
    assert _events("party.corrected") == []


def test_a_party_without_footnote_is_asked_for_none(office: TrackerClient, party: Party) -> None:
    shown = office.get("/parties/AL/edit").text
    refused = office.post("/parties/AL/edit", data=_fields(office, "/parties/AL/edit", short_name="Albania*"))
    office.post("/parties/AL/edit", data=_fields(office, "/parties/AL/edit", timezone="Europe/Vienna"))

    assert "footnote is printed" not in shown
    assert "Leave the asterisk out" in refused.text
    assert party.timezone == "Europe/Vienna"


@pytest.mark.parametrize("address", [ADOPTION, COMMITMENT, INSTRUMENT, "/parties/AL/edit"])
def test_others_may_not_correct(client: TrackerClient, coordinator: User, commitment: Commitment, address: str) -> None:
    assert client.sign_in(coordinator).post(address, data={"title": "Mine"}).status_code == 403


@pytest.mark.parametrize("address", [ADOPTION, COMMITMENT, INSTRUMENT, "/parties/AL/edit"])
def test_json_is_not_read_as_a_form(office: TrackerClient, commitment: Commitment, address: str) -> None:
    assert office.post(address, json={"title": "Mine"}).status_code == 415
