"""A party keeps files as evidence: added beside the update form, versioned, used again, handed out with care."""

import hashlib
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.clamd import EICAR, scanner
from tests.client import TrackerClient, page
from tests.factories import AssignmentFactory, ItemFactory, reported
from tests.progress.pages import address_of, save, typed
from tests.uploads import samples
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.meetings.models import Round
from tracker.progress.models import (
    Evidence,
    EvidenceVersion,
    Item,
    RevisionEvidence,
    Update,
    UpdateEvidence,
)
from tracker.progress.workflow import UpdateState

pytestmark = pytest.mark.usefixtures("at_that_time")
PDF = samples.pdf()


def the_file(data: bytes = PDF, name: str = "Закон о накнади.pdf", **facts: object) -> dict[str, Any]:
    return {"title": "Law on compensation", **facts, "file": (io.BytesIO(data), name)}


def add(client: TrackerClient, item: Item, data: bytes = PDF, name: str = "law.pdf", **facts: object) -> Any:
    return client.post(f"/items/{item.id}/evidence/add", data=the_file(data, name, **facts))


def only_evidence() -> Evidence:
    return db.session.scalars(sa.select(Evidence)).one()


def blobs() -> set[str]:
    return {each.name for each in storage().stored()}


def acts() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEvent.act).order_by(AuditEvent.seq)))


@pytest.fixture(autouse=True)
def empty_storage(app: Flask) -> None:
    for each in storage().stored():
        storage().delete(each.name)


@pytest.fixture
def writer(client: TrackerClient, coordinator: User) -> TrackerClient:
    return client.sign_in(coordinator)


def test_the_draft_is_saved_then_the_file_is_added_and_named_by_it(writer: TrackerClient, asked_item: Item) -> None:
    here = address_of(asked_item)
    to_file = writer.post(here, data=typed(writer, asked_item, narrative="Adopted.", **{"add-file": "1"}))
    assert to_file.location == f"/items/{asked_item.id}/evidence/add"

    response = writer.post(
        to_file.location, data=the_file(dated_on="2026-03-01", expires_on="2027-03-01", language="sq")
    )

    assert response.location == f"{here}#ev"
    evidence = only_evidence()
    version = evidence.versions[0]
    assert (evidence.title, evidence.language, evidence.expires_on) == ("Law on compensation", "sq", date(2027, 3, 1))
    assert (version.file_name, version.media_type) == ("Закон о накнади.pdf", "application/pdf")
    assert (version.size_bytes, version.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert blobs() == {version.storage_name}
    shown = page(writer.get(here))
    assert shown.select_one("textarea[name=narrative]").text.strip() == "Adopted."
    assert shown.select_one("input[name=evidence][checked]")["value"] == str(evidence.id)


def test_a_file_begins_a_draft_where_none_stands(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)

    update = db.session.scalars(sa.select(Update)).one()
    assert update.drafted_at is not None
    assert db.session.scalars(sa.select(UpdateEvidence.evidence_id)).all() == [only_evidence().id]


def test_what_is_not_taken_is_said_beside_the_field_and_nothing_typed_is_lost(
    writer: TrackerClient, asked_item: Item
) -> None:
    response = add(writer, asked_item, b"MZ\x90\0", "law.pdf", title="My law", dated_on="2026-03-01")

    assert response.status_code == 422
    shown = page(response)
    assert "holds something else" in shown.select_one("#file-error").text
    assert "choose it again" in shown.select_one("#file-error").text
    assert shown.select_one("input[name=title]")["value"] == "My law"
    assert shown.select_one("input[name=dated_on]")["value"] == "2026-03-01"
    assert blobs() == set()
    assert db.session.scalars(sa.select(Evidence)).all() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"file": (io.BytesIO(b""), "")}, "Choose a file."),
        ({"title": " "}, "Give the document a title."),
        ({"language": "xx"}, "Choose one of the languages."),
        ({"dated_on": "2026-03-02", "expires_on": "2026-03-01"}, "not before the date"),
        ({"expires_on": "soon"}, "Enter a real date"),
    ],
)
def test_an_error_is_an_instruction(
    writer: TrackerClient, asked_item: Item, changes: dict[str, Any], sentence: str
) -> None:
    response = writer.post(f"/items/{asked_item.id}/evidence/add", data=the_file() | changes)

    assert sentence in page(response).select_one(".error-summary").text
    assert blobs() == set()


def test_the_same_file_is_found_again_however_often_it_is_sent(
    writer: TrackerClient, asked_item: Item, party: Any
) -> None:
    other = ItemFactory.create(party=party, commitment__instrument=asked_item.commitment.instrument)
    add(writer, asked_item)
    add(writer, asked_item)
    add(writer, other, title="Another title")

    assert only_evidence().title == "Law on compensation"
    assert len(blobs()) == 1
    assert len(db.session.scalars(sa.select(UpdateEvidence)).all()) == 2


def test_a_submission_pins_the_version_of_its_day(writer: TrackerClient, coordinator: User, asked_item: Item) -> None:
    add(writer, asked_item)
    first = only_evidence().versions[0].id
    writer.post(address_of(asked_item), data=typed(writer, asked_item, **_complete(), check="1"))
    check = f"{address_of(asked_item)}/check"
    hidden = {
        str(f["name"]): str(f.get("value", "")) for f in page(writer.get(check)).select("form[action$=submit] input")
    }
    writer.post(f"{address_of(asked_item)}/submit", data=hidden)

    response = writer.post(
        f"/evidence/{only_evidence().id}/replace", data={"file": (io.BytesIO(samples.pdf(b"% newer")), "new.pdf")}
    )

    assert response.location == f"/evidence/{only_evidence().id}"
    assert [version.number for version in only_evidence().versions] == [1, 2]
    assert db.session.scalars(sa.select(RevisionEvidence.evidence_version_id)).all() == [first]
    assert len(blobs()) == 2


def _complete() -> dict[str, str]:
    return {
        "status": "in_place",
        "narrative": "The fund was set up.",
        "cleared_by_name": "State secretary",
        "cleared_by_function": "Ministry of Justice",
        "cleared_on": "2026-11-20",
    }


def test_the_present_version_sent_again_changes_nothing(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)
    writer.post(f"/evidence/{only_evidence().id}/replace", data={"file": (io.BytesIO(PDF), "other name.pdf")})

    assert len(only_evidence().versions) == 1
    assert len(blobs()) == 1


def test_a_link_takes_the_place_of_a_file(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)
    writer.post(f"/evidence/{only_evidence().id}/replace", data={"url": "https://www.gov.example/law"})

    assert [bool(version.url) for version in only_evidence().versions] == [False, True]
    both = {"url": "https://www.gov.example/law", "file": (io.BytesIO(PDF), "a.pdf")}
    again = writer.post(f"/evidence/{only_evidence().id}/replace", data=both)
    assert "one of the two" in again.text


def test_taken_out_of_use_it_leaves_drafts_and_stays_in_answers(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)
    address = f"/evidence/{only_evidence().id}"
    version = db.session.scalars(sa.select(Update.version)).one()

    assert asked_item.commitment.title in writer.get(f"{address}/retire").text
    writer.post(f"{address}/retire")

    assert only_evidence().retired_at is not None
    assert db.session.scalars(sa.select(UpdateEvidence)).all() == []
    assert db.session.scalars(sa.select(Update.version)).one() == version + 1
    assert writer.post(f"{address}/retire").status_code == 409
    writer.post(f"{address}/bring-back")
    assert only_evidence().retired_at is None
    assert acts()[-2:] == ["evidence.retired", "evidence.brought_back"]


def test_what_is_said_about_it_is_changed(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)
    address = f"/evidence/{only_evidence().id}/edit"
    writer.post(address, data={"title": "The law", "is_restricted": "y", "expires_on": "2026-12-01"})

    assert (only_evidence().title, only_evidence().is_restricted) == ("The law", True)
    shown = writer.get(f"/evidence/{only_evidence().id}").text
    assert "Party and Secretariat only" in shown
    assert "Runs out on 1 December 2026" in shown
    assert "Runs out on 1 December 2026" in writer.get(address_of(asked_item)).text


def test_a_file_is_handed_out_as_a_file_and_never_shown(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item, name="Закон о; накнади.pdf")

    response = writer.get(f"/evidence/{only_evidence().id}/versions/1/file")

    assert response.data == PDF
    headers = response.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''%D0%97%D0%B0%D0%BA%D0%BE%D0%BD" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Length"] == str(len(PDF))
    assert "evidence.read" not in acts()


def test_a_text_keeps_its_plain_kind_whatever_it_holds(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item, b"see <script>alert(1)</script>", "notes.txt")

    assert writer.get(f"/evidence/{only_evidence().id}/versions/1/file").mimetype == "text/plain"


def test_an_altered_file_is_not_handed_out(writer: TrackerClient, asked_item: Item, caplog: Any) -> None:
    add(writer, asked_item)
    name = only_evidence().versions[0].storage_name
    (storage().folder / name).write_bytes(PDF.replace(b"595", b"596"))

    response = writer.get(f"/evidence/{only_evidence().id}/versions/1/file")

    assert response.status_code == 503
    assert "not as it was stored" in response.text
    assert "is not what was stored" in caplog.text


def test_a_file_that_is_gone_is_told_by_a_page(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)
    storage().delete(only_evidence().versions[0].storage_name)

    response = writer.get(f"/evidence/{only_evidence().id}/versions/1/file")

    assert (response.status_code, "is not there" in response.text) == (503, True)


def test_taking_a_restricted_file_away_leaves_an_entry(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item, is_restricted="y")
    address = f"/evidence/{only_evidence().id}/versions/1/file"

    writer.head(address)
    assert "evidence.read" not in acts()
    writer.get(address)

    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
    assert (event.act, event.subject_type) == ("evidence.read", "evidence_version")


def test_a_full_share_is_said_with_what_to_do(app: Flask, writer: TrackerClient, asked_item: Item) -> None:
    app.config["TRACKER_PARTY_FILES_MB"] = 1
    try:
        add(writer, asked_item, b"a" * 400_000, "a.txt")
        add(writer, asked_item, b"b" * 400_000, "b.txt")
        response = add(writer, asked_item, b"c" * 400_000, "c.txt")
    finally:
        app.config["TRACKER_PARTY_FILES_MB"] = 1000

    assert response.status_code == 422
    assert "take 1 of 1 MB, so this one does not fit" in page(response).select_one("#file-error").text
    assert len(blobs()) == 2


def test_the_scanner_is_asked_and_closes_the_door_when_it_is_gone(
    app: Flask, writer: TrackerClient, asked_item: Item
) -> None:
    try:
        with scanner() as clamd:
            app.config["TRACKER_SCANNER_URL"] = clamd.address
            assert add(writer, asked_item, EICAR, "notes.txt").status_code == 422
            assert add(writer, asked_item).status_code == 302
        gone = add(writer, asked_item, samples.pdf(b"% other"))
    finally:
        app.config["TRACKER_SCANNER_URL"] = ""

    assert gone.status_code == 503
    assert "does not answer" in page(gone).select_one("#file-error").text
    assert len(blobs()) == 1


def test_who_sees_a_file_when(
    app: Flask, asked_item: Item, earlier_round: Round, open_round: Round, request: pytest.FixtureRequest
) -> None:
    people = {
        name: request.getfixturevalue(name)
        for name in ("coordinator", "contributor", "secretariat", "peer", "observer", "administrator")
    }

    def seen_by() -> set[str]:
        found = set()
        for name, person in people.items():
            client = app.test_client().sign_in(person)
            one = client.get(f"/evidence/{only_evidence().id}").status_code
            file = client.get(f"/evidence/{only_evidence().id}/versions/1/file").status_code
            listed = "Law on compensation" in client.get(f"/parties/{asked_item.party.code}/evidence").text
            assert (one == 200) == (file == 200) == listed, name
            assert {one, file} <= {200, 404}
            if one == 200:
                found.add(name)
        return found

    add(app.test_client().sign_in(people["coordinator"]), asked_item)
    version = only_evidence().versions[0]
    assert seen_by() == {"coordinator", "contributor"}

    update = reported(asked_item, earlier_round, people["coordinator"])
    db.session.add(RevisionEvidence(revision_id=update.latest_revision_id, evidence_version_id=version.id))
    db.session.commit()
    assert seen_by() == {"coordinator", "contributor", "secretariat"}

    update.state = UpdateState.DRAFT  # recalled
    db.session.commit()
    assert seen_by() == {"coordinator", "contributor"}

    update.state, update.accepted_revision_id = UpdateState.ACCEPTED, update.latest_revision_id
    db.session.commit()
    assert seen_by() == set(people)

    only_evidence().is_restricted = True
    db.session.commit()
    assert seen_by() == {"coordinator", "contributor", "secretariat"}


def test_a_restricted_answer_or_a_later_share_date_hides_its_evidence_from_peers(
    app: Flask, asked_item: Item, earlier_round: Round, coordinator: User, peer: User
) -> None:
    add(app.test_client().sign_in(coordinator), asked_item)
    update = reported(asked_item, earlier_round, coordinator, state=UpdateState.ACCEPTED, is_restricted=True)
    db.session.add(
        RevisionEvidence(revision_id=update.latest_revision_id, evidence_version_id=only_evidence().versions[0].id)
    )
    db.session.commit()
    client = app.test_client().sign_in(peer)

    assert client.get(f"/evidence/{only_evidence().id}/versions/1/file").status_code == 404


def test_a_contributor_adds_to_items_in_hand_only(
    app: Flask, asked_item: Item, contributor: User, coordinator: User, open_round: Round
) -> None:
    client = app.test_client().sign_in(contributor)
    assert add(client, asked_item).status_code == 403
    assert client.post(f"/parties/{asked_item.party.code}/evidence/add", data=the_file()).status_code == 404
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)

    assert add(client, asked_item).status_code == 302
    assert client.get(f"/evidence/{only_evidence().id}/edit").status_code == 200
    add(app.test_client().sign_in(coordinator), asked_item, samples.pdf(b"% theirs"), title="Theirs", is_restricted="y")
    theirs = db.session.scalars(sa.select(Evidence).filter_by(title="Theirs")).one()
    assert client.get(f"/evidence/{theirs.id}/edit").status_code == 403  # its item uses it, so it is seen


def test_restricted_evidence_of_others_is_not_offered_to_a_contributor(
    app: Flask, asked_item: Item, contributor: User, coordinator: User, open_round: Round
) -> None:
    AssignmentFactory.create(item=asked_item, round_id=open_round.id, person=contributor)
    boss = app.test_client().sign_in(coordinator)
    boss.post(f"/parties/{asked_item.party.code}/evidence/add", data=the_file(is_restricted="y"))
    client = app.test_client().sign_in(contributor)

    assert "Law on compensation" not in client.get(address_of(asked_item)).text
    save(client, asked_item, evidence=[])
    client.post(address_of(asked_item), data=typed(client, asked_item, evidence=[str(only_evidence().id)]))
    assert db.session.scalars(sa.select(UpdateEvidence)).all() == []


def test_the_list_is_narrowed(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item, expires_on="2026-12-01")
    writer.post(f"/parties/{asked_item.party.code}/evidence/add", data=the_file(samples.pdf(b"%"), title="Loose"))
    here = f"/parties/{asked_item.party.code}/evidence"

    def titles(query: str) -> list[str]:
        return sorted(each.text for each in page(writer.get(f"{here}?{query}")).select("tbody th a"))

    assert "There is no such value" not in writer.get(here).text
    assert titles("") == ["Law on compensation", "Loose"]
    assert titles("standing=in_use") == ["Law on compensation"]
    assert titles("standing=unused") == ["Loose"]
    assert titles("standing=running_out") == ["Law on compensation"]
    assert titles("standing=retired") == []
    assert titles("kind=link") == []
    assert titles("words=LOO") == ["Loose"]
    wrong = writer.get(f"{here}?kind=x&standing=y")
    assert "There is no such value for Kind, Which" in wrong.text


def test_the_pages_cost_the_same_for_many(
    writer: TrackerClient, asked_item: Item, recording_sql: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    addresses = [f"/parties/{asked_item.party.code}/evidence"]

    def cost() -> int:
        with recording_sql() as statements:
            for address in addresses:
                writer.get(address)
        return len(statements)

    add(writer, asked_item)
    addresses.append(f"/evidence/{only_evidence().id}")
    few = cost()
    for number in range(5):
        add(writer, asked_item, samples.pdf(b"%% %d" % number), title=f"Paper {number}")

    assert cost() == few
    assert few <= 16


def test_versions_of_a_party_are_all_counted(writer: TrackerClient, asked_item: Item) -> None:
    add(writer, asked_item)

    assert f"take {len(PDF)} bytes of" in " ".join(
        writer.get(f"/parties/{asked_item.party.code}/evidence").text.split()
    )
    assert db.session.scalar(sa.select(sa.func.sum(EvidenceVersion.size_bytes))) == len(PDF)
