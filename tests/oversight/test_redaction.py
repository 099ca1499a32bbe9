"""What must not stand here is blanked by two officers; the log stays whole and says when and why."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from tests.client import TrackerClient, page
from tests.factories import CommitmentFactory, ItemFactory, MembershipFactory, RoundFactory, UpdateFactory, reported
from tests.progress.figures import enter, indicator_of
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.audit.services import record, verify_chain
from tracker.core.database import db
from tracker.oversight import policies
from tracker.oversight.models import RedactionRequest, RedactionState
from tracker.oversight.services.redaction import (
    RedactionNotPossible,
    ask_redaction,
    confirm_redaction,
    decline_redaction,
    withdraw_redaction,
)
from tracker.parties.models import Party
from tracker.progress.models import DraftBuffer, FigureVersion, Item, Revision, RevisionFigure, Update
from tracker.progress.statuses import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = "Maria Victim"
REASON = "A victim was named."


@pytest.fixture
def item(party: Party) -> Item:
    return ItemFactory.create(commitment=CommitmentFactory.create(), party=party)


@pytest.fixture
def update(item: Item, coordinator: User) -> Update:
    """A submitted update that names a victim, in its draft as well."""
    text = f"We helped {NAME}."
    found = reported(item, RoundFactory.create(), coordinator, narrative=text, next_steps=f"Visit {NAME}")
    revision = found.latest_revision
    assert revision is not None
    db.session.execute(sa.update(Update).where(Update.id == found.id).values(narrative=text))
    db.session.add(
        DraftBuffer(
            update_id=found.id, person_id=coordinator.id, based_on_version=1, content={"narrative": NAME}, saved_at=NOON
        )
    )
    record("update.submitted", found, at=NOON, by=coordinator, party_id=item.party_id, changes={"revision": 1})
    db.session.commit()
    return found


@pytest.fixture
def returned(update: Update, secretariat: User) -> AuditEvent:
    """An event whose reason names the victim."""
    record("update.returned", update, at=NOON, by=secretariat, changes={"reason": f"Do not name {NAME}."})
    db.session.commit()
    return last_event()


def last_event() -> AuditEvent:
    return db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()


def stored_anywhere(text: str) -> list[str]:
    """Return the columns of the database that hold a text."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            query = sa.select(sa.func.count()).where(sa.cast(column, sa.Text).contains(text))
            if db.session.scalar(query):
                found.append(f"{table.name}.{column.name}")
    return found


def test_two_officers_blank_an_entry(returned: AuditEvent, administrator: User, secretariat: User) -> None:
    request = ask_redaction(returned, reason=REASON, by=administrator, at=NOON)
    db.session.commit()
    assert returned.content is not None
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert (returned.content, returned.redacted_at, returned.redaction_reason) == (None, NOON, REASON)
    assert verify_chain().faults == ()
    assert (last_event().act, last_event().actor_id) == ("redaction.confirmed", secretariat.id)
    assert NAME not in (last_event().content or "")


def test_two_officers_blank_a_revision_with_its_draft(update: Update, administrator: User, secretariat: User) -> None:
    revision = update.latest_revision
    assert revision is not None
    request = ask_redaction(revision, reason=REASON, with_draft=True, by=administrator, at=NOON)
    db.session.commit()
    version = update.version
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert stored_anywhere(NAME) == []
    assert (revision.narrative, revision.status, revision.redaction_reason) == ("", Status.PARTLY_IN_PLACE, REASON)
    assert update.version == version + 1
    assert verify_chain().faults == ()


def test_other_revisions_that_say_the_same_go_with_it(
    update: Update, item: Item, coordinator: User, administrator: User, secretariat: User
) -> None:
    """A "no change" of the next round copies the texts; an update that says something else stays."""
    text = f"We helped {NAME}."
    again = reported(item, RoundFactory.create(), coordinator, narrative=text, next_steps=f"Visit {NAME}")
    other = reported(item, RoundFactory.create(), coordinator, narrative="Something else.")
    revision = update.latest_revision
    assert revision is not None
    request = ask_redaction(revision, reason=REASON, with_draft=True, by=administrator, at=NOON)
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert stored_anywhere(NAME) == []
    assert again.latest_revision is not None
    assert again.latest_revision.redacted_at == NOON
    assert other.latest_revision is not None
    assert other.latest_revision.narrative == "Something else."
    assert other.narrative == "Something else."
    assert other.cleared_by_name, "who clears is often the same person"
    assert json.loads(last_event().content or "")["revisions"] == [1, 1]


def test_the_notes_and_sources_of_its_figures_go_where_that_is_asked_for(
    client: TrackerClient, update: Update, party: Party, coordinator: User, administrator: User, secretariat: User
) -> None:
    """The value stays; a correction that repeats the note loses it too, and what says something else stays."""
    indicator = indicator_of(update.item)
    about = {"note": f"Among them {NAME}.", "source": f"Report on {NAME}"}
    enter(indicator, party, coordinator, 5, **about)
    pinned = db.session.scalars(sa.select(FigureVersion)).one()
    db.session.add(RevisionFigure(revision_id=update.latest_revision_id, figure_version_id=pinned.id))
    enter(indicator, party, coordinator, 6, **about)
    enter(indicator, party, coordinator, 7, source="Annual report")
    revision = update.latest_revision
    assert revision is not None
    request = ask_redaction(revision, reason=REASON, with_draft=True, with_figures=True, by=administrator, at=NOON)
    db.session.commit()
    shown = client.sign_in(secretariat).get(f"/audit/redactions/{request.id}").text
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert f"Report on {NAME}" in shown, "who decides reads what goes"
    assert stored_anywhere(NAME) == ["audit_event.content"], "entries of the log go one by one"
    entries = db.session.scalars(sa.select(FigureVersion).order_by(FigureVersion.number)).all()
    assert [(each.value, each.source + each.note) for each in entries] == [(5, ""), (6, ""), (7, "Annual report")]
    assert json.loads(last_event().content or "")["figures"] == 2
    assert verify_chain().faults == ()


def test_what_is_typed_into_another_round_goes_where_it_repeats_a_text(
    update: Update, item: Item, coordinator: User, administrator: User, secretariat: User
) -> None:
    revision, other = update.latest_revision, UpdateFactory.create(item=item, round=RoundFactory.create())
    assert revision is not None
    for person, text in ((coordinator, revision.narrative), (secretariat, "Something else.")):
        content = {"fields": {"narrative": [text]}}
        db.session.add(
            DraftBuffer(update_id=other.id, person_id=person.id, based_on_version=1, content=content, saved_at=NOON)
        )
    request = ask_redaction(revision, reason=REASON, with_draft=True, by=administrator, at=NOON)
    confirm_redaction(request, by=secretariat, at=NOON)
    db.session.commit()

    assert stored_anywhere(NAME) == []
    assert db.session.scalars(sa.select(DraftBuffer.person_id)).all() == [secretariat.id]


def test_without_the_draft_the_party_keeps_what_it_is_writing(
    update: Update, administrator: User, secretariat: User
) -> None:
    revision = update.latest_revision
    assert revision is not None
    confirm_redaction(ask_redaction(revision, reason=REASON, by=administrator, at=NOON), by=secretariat, at=NOON)
    db.session.commit()

    assert {each.split(".")[0] for each in stored_anywhere(NAME)} == {"progress_update", "draft_buffer"}


def test_nobody_confirms_what_they_asked_for(returned: AuditEvent, administrator: User) -> None:
    request = ask_redaction(returned, reason=REASON, by=administrator, at=NOON)

    with pytest.raises(RedactionNotPossible, match="Another officer"):
        confirm_redaction(request, by=administrator, at=NOON)
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(
            sa.update(RedactionRequest).values(
                state=RedactionState.DONE, decided_by_id=administrator.id, decided_at=NOON
            )
        )


def test_a_request_is_decided_once(returned: AuditEvent, administrator: User, secretariat: User) -> None:
    request = ask_redaction(returned, reason=REASON, by=administrator, at=NOON)
    decline_redaction(request, by=secretariat, at=NOON)

    for decide in (confirm_redaction, decline_redaction):
        with pytest.raises(RedactionNotPossible, match="decided before"):
            decide(request, by=secretariat, at=NOON)
    with pytest.raises(RedactionNotPossible, match="decided before"):
        withdraw_redaction(request, by=administrator, at=NOON)
    assert returned.content is not None


def test_the_same_is_asked_for_once_and_again_after_a_refusal(
    returned: AuditEvent, administrator: User, secretariat: User
) -> None:
    request = ask_redaction(returned, reason=REASON, by=administrator, at=NOON)
    with pytest.raises(RedactionNotPossible, match="asked for this already"):
        ask_redaction(returned, reason=REASON, by=administrator, at=NOON)

    decline_redaction(request, by=secretariat, at=NOON)
    confirm_redaction(ask_redaction(returned, reason=REASON, by=administrator, at=NOON), by=secretariat, at=NOON)
    with pytest.raises(RedactionNotPossible, match="redacted before"):
        ask_redaction(returned, reason=REASON, by=administrator, at=NOON)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET redaction_reason = 'another' WHERE redacted_at IS NOT NULL",
        "UPDATE audit_event SET redacted_at = NULL, redaction_reason = NULL WHERE redacted_at IS NOT NULL",
        "UPDATE audit_event SET content = '{}' WHERE redacted_at IS NOT NULL",
        "UPDATE revision SET narrative = 'new' WHERE redacted_at IS NOT NULL",
        "UPDATE revision SET redaction_reason = 'new' WHERE redacted_at IS NOT NULL",
        "UPDATE revision SET steps = '[{}]', redacted_at = submitted_at WHERE redacted_at IS NULL",
        "UPDATE revision SET narrative = 'new', redacted_at = submitted_at WHERE redacted_at IS NULL",
    ],
)
def test_the_database_refuses_to_change_what_was_redacted(
    update: Update,
    item: Item,
    returned: AuditEvent,
    coordinator: User,
    administrator: User,
    secretariat: User,
    change: str,
) -> None:
    reported(item, RoundFactory.create(), coordinator, narrative="Untouched.")
    for subject in (returned, update.latest_revision):
        assert subject is not None
        confirm_redaction(ask_redaction(subject, reason=REASON, by=administrator, at=NOON), by=secretariat, at=NOON)
    db.session.commit()

    with pytest.raises(sa.exc.DBAPIError, match="never"), db.session.begin_nested():
        db.session.execute(sa.text(change))


def test_the_way_through_the_pages(
    client: TrackerClient, update: Update, returned: AuditEvent, administrator: User, secretariat: User
) -> None:
    client.sign_in(administrator)
    link = page(client.get("/audit?act=update")).select(f'a[href="/audit/entries/{returned.seq}/redact"]')
    assert len(link) == 1
    revision_id = update.latest_revision_id
    response = client.post(
        f"/audit/entries/{returned.seq}/redact", data={"what": str(revision_id), "with_draft": "y", "reason": REASON}
    )
    request = client.get(response.location)
    assert "Another administrator or an officer" in request.text
    assert "Blank it for good" not in request.text
    assert NAME not in request.text, "administrators do not read updates"
    assert client.post(response.location, data={"do": "confirm"}).status_code == 403

    client.sign_in(secretariat)
    assert NAME in client.get(response.location).text
    assert REASON in client.get("/audit/redactions").text
    client.post(response.location, data={"do": "confirm"})

    assert stored_anywhere(NAME) == ["audit_event.content"]
    assert f"because: {REASON}" in client.get(response.location).text
    history = client.get(f"/items/{update.item_id}/revisions/{update.round_id}/1")
    assert "Redacted on" in history.text
    assert REASON in history.text


def test_the_log_says_where_an_entry_was_redacted(
    client: TrackerClient, returned: AuditEvent, administrator: User, secretariat: User
) -> None:
    confirm_redaction(ask_redaction(returned, reason=REASON, by=administrator, at=NOON), by=secretariat, at=NOON)
    db.session.commit()

    text = client.sign_in(secretariat).get("/audit").text

    assert NAME not in text
    assert f"because: {REASON}" in text


def test_an_old_password_check_is_asked_for_again(
    client: TrackerClient, returned: AuditEvent, administrator: User, secretariat: User
) -> None:
    request_id = ask_redaction(returned, reason=REASON, by=administrator, at=NOON).id
    db.session.commit()
    client.sign_in(secretariat)
    with client.session_transaction() as session:
        for key in [key for key in session if "paa" in key or "confirmed" in key]:
            session.pop(key)

    response = client.post(f"/audit/redactions/{request_id}", data={"do": "confirm"})

    assert response.status_code == 302
    assert "/verify" in response.location
    assert returned.content is not None


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501, "\x00"])
def test_a_reason_is_needed(client: TrackerClient, administrator: User, returned: AuditEvent, reason: str) -> None:
    response = client.sign_in(administrator).post(
        f"/audit/entries/{returned.seq}/redact", data={"what": "entry", "reason": reason}
    )

    assert response.status_code == 200
    assert "There is one thing to correct" in response.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RedactionRequest)) == 0


def test_a_revision_of_another_update_cannot_be_slipped_in(
    client: TrackerClient, administrator: User, returned: AuditEvent, coordinator: User, party: Party
) -> None:
    other = reported(ItemFactory.create(party=party), RoundFactory.create(), coordinator)

    response = client.sign_in(administrator).post(
        f"/audit/entries/{returned.seq}/redact", data={"what": str(other.latest_revision_id), "reason": REASON}
    )

    assert response.status_code == 200
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RedactionRequest)) == 0


def test_a_request_about_a_draft_is_for_administrators_only(
    client: TrackerClient, party: Party, coordinator: User, administrator: User, secretariat: User
) -> None:
    update = UpdateFactory.create(item=ItemFactory.create(party=party), round=RoundFactory.create())
    record("update.saved", update, at=NOON, by=coordinator, changes={"fields": ["narrative"]})
    db.session.commit()
    request = ask_redaction(last_event(), reason=REASON, by=administrator, at=NOON)
    db.session.commit()
    request_id = request.id

    client.sign_in(secretariat)
    assert client.get(f"/audit/redactions/{request_id}").status_code == 404
    assert REASON not in client.get("/audit/redactions").text
    assert REASON not in client.get("/audit").text
    second = MembershipFactory.create(role=Role.ADMINISTRATOR, party=None).person
    client.sign_in(second).post(f"/audit/redactions/{request_id}", data={"do": "confirm"})
    assert last_event().act == "redaction.confirmed"


def test_the_condition_and_the_policy_on_requests_agree(
    update: Update, returned: AuditEvent, administrator: User, secretariat: User, coordinator: User
) -> None:
    record("update.saved", update, at=NOON, by=coordinator)
    db.session.commit()
    for subject in (returned, last_event(), update.latest_revision):
        assert subject is not None
        ask_redaction(subject, reason=REASON, by=administrator, at=NOON)
        db.session.commit()
    every = db.session.scalars(sa.select(RedactionRequest)).all()
    assert len(every) == 3
    for user in (administrator, secretariat, coordinator):
        listed = db.session.scalars(sa.select(RedactionRequest.id).where(policies.redactions_visible_to(user))).all()
        assert set(listed) == {each.id for each in every if policies.view_redaction(user, each)}


def test_the_list_costs_the_same_for_every_length(
    client: TrackerClient,
    item: Item,
    coordinator: User,
    administrator: User,
    secretariat: User,
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def ask() -> None:
        found = reported(item, RoundFactory.create(), coordinator).latest_revision
        assert isinstance(found, Revision)
        ask_redaction(found, reason=REASON, by=administrator, at=NOON)
        db.session.commit()

    ask()
    client.sign_in(secretariat)
    with recording_sql() as short:
        client.get("/audit/redactions")
    for _ in range(4):
        ask()

    with recording_sql() as long:
        client.get("/audit/redactions")

    assert len(long) == len(short) <= 8
