"""A file that names a victim goes for good; the place says that one stood there, when it went and why."""

import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.client import TrackerClient
from tests.factories import CommitmentFactory, ItemFactory, MembershipFactory, RoundFactory, reported
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.audit.services import verify_chain
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.storage import storage
from tracker.oversight import policies
from tracker.oversight.models import RedactionRequest
from tracker.oversight.services.redaction import RedactionNotPossible, ask_redaction, confirm_redaction
from tracker.parties.models import Party
from tracker.progress.models import Evidence, EvidenceVersion, RevisionEvidence
from tracker.progress.services.keeping import Facts, NewFile, add_file

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REASON = "A victim is named in it."


@pytest.fixture
def evidence(party: Party, coordinator: User) -> Evidence:
    blob = storage().put(io.BytesIO(b"%PDF-1.7 Maria"))
    new = NewFile(blob=blob, file_name="Maria.pdf", media_type="application/pdf")
    made, _new = add_file(party, Facts(title="Case of Maria"), new, megabytes=1, by=coordinator, at=NOON)
    db.session.commit()
    return made


@pytest.fixture
def second(evidence: Evidence) -> User:
    return MembershipFactory.create(role=Role.ADMINISTRATOR, party=None).person


def entry() -> AuditEvent:
    return db.session.scalars(sa.select(AuditEvent).filter_by(act="evidence.added")).one()


def test_two_officers_take_a_file_away_for_good(
    app: Flask, evidence: Evidence, administrator: User, second: User, coordinator: User
) -> None:
    version = evidence.versions[0]
    name, sha256 = version.storage_name, version.sha256
    asker, decider = TrackerClient(app), TrackerClient(app)
    address = f"/audit/entries/{entry().seq}/redact"
    assert "The file of version 1, Maria.pdf" in asker.sign_in(administrator).get(address).text
    asked = asker.post(address, data={"what": f"version-{version.id}", "reason": REASON})
    assert "not see this evidence" in decider.sign_in(second).get(asked.location).text
    assert storage().exists(name)

    decider.post(asked.location, data={"do": "confirm"})

    assert not storage().exists(name)
    assert (version.storage_name, version.file_name, version.sha256) == (None, "", sha256)
    assert evidence.title == "Redacted document"
    own = TrackerClient(app).sign_in(coordinator)
    shown = own.get(f"/evidence/{evidence.id}").text
    assert REASON in shown
    assert sha256 in shown
    assert "Maria" not in shown
    assert own.get(f"/evidence/{evidence.id}/versions/1/file").status_code == 404
    assert verify_chain().faults == ()


def test_what_is_the_same_goes_with_it_and_newer_versions_stay(
    evidence: Evidence, administrator: User, second: User, coordinator: User
) -> None:
    first = evidence.versions[0]
    blob = storage().put(io.BytesIO(b"%PDF-1.7 clean"))
    evidence.versions.append(
        EvidenceVersion(
            number=2, storage_name=blob.name, file_name="clean.pdf", sha256=blob.sha256, added_by_id=coordinator.id,
            added_at=NOON, size_bytes=blob.size_bytes,
        )
    )  # fmt: skip
    again = storage().put(io.BytesIO(b"%PDF-1.7 Maria"))
    copy = Evidence(party_id=evidence.party_id, kind=evidence.kind, title="Copy")
    copy.versions.append(
        EvidenceVersion(
            number=1, storage_name=again.name, file_name="copy.pdf", sha256=again.sha256, added_by_id=coordinator.id,
            added_at=NOON, size_bytes=again.size_bytes,
        )
    )  # fmt: skip
    db.session.add(copy)
    db.session.commit()
    request = ask_redaction(first, reason=REASON, by=administrator, at=utc_now())
    with pytest.raises(RedactionNotPossible, match="second officer"):
        ask_redaction(first, reason=REASON, by=second, at=utc_now())

    confirm_redaction(request, by=second, at=utc_now())
    db.session.commit()

    assert copy.versions[0].redacted_at is not None
    assert copy.title == "Redacted document"
    assert evidence.title == "Case of Maria"
    assert evidence.versions[1].storage_name == blob.name
    assert not storage().exists(again.name)


def test_a_file_of_a_draft_is_none_of_the_secretariats_affairs(
    evidence: Evidence, administrator: User, secretariat: User, coordinator: User, party: Party
) -> None:
    request = ask_redaction(evidence.versions[0], reason=REASON, by=administrator, at=utc_now())
    db.session.commit()
    visible = sa.select(RedactionRequest.id).where(policies.redactions_visible_to(secretariat))
    hidden = db.session.scalars(sa.select(AuditEvent).filter_by(act="redaction.asked")).one()
    assert not policies.view_redaction(secretariat, request)
    assert db.session.scalars(visible).all() == []
    assert not policies.view_event(secretariat, hidden)

    item = ItemFactory.create(commitment=CommitmentFactory.create(), party=party)
    update = reported(item, RoundFactory.create(), coordinator)
    db.session.add(RevisionEvidence(revision_id=update.latest_revision_id, evidence_version_id=evidence.versions[0].id))
    db.session.commit()

    assert policies.view_redaction(secretariat, request)
    assert db.session.scalars(visible).all() == [request.id]
