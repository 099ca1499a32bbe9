"""The log is complete and tells of every change to it."""

import random
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.audit.services import record, verify_chain
from tracker.core.database import db
from tracker.parties.models import Party

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def log(party: Party, coordinator: User) -> int:
    """A log of forty events in twenty transactions."""
    for number in range(20):
        record("party.looked_at", party, at=NOON, by=coordinator, party_id=party.id, changes={"number": number})
        record("party.left", party, at=NOON, job="test")
        db.session.commit()
    return 40


@pytest.fixture
def unguarded(app: Flask) -> None:
    """The triggers of the log taken away, as somebody with the database's own password could do."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("DROP TRIGGER audit_event_keeps_rows"))
        connection.execute(sa.text("DROP TRIGGER audit_event_keeps_values"))
    else:
        connection.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


def test_events_are_numbered_without_a_gap_and_the_chain_is_whole(log: int) -> None:
    assert list(db.session.scalars(sa.select(AuditEvent.seq).order_by(AuditEvent.seq))) == list(range(1, log + 1))
    assert verify_chain().faults == ()


def test_a_rolled_back_act_leaves_no_event(party: Party) -> None:
    record("party.looked_at", party, at=NOON, job="test")
    db.session.rollback()
    db.session.commit()

    assert verify_chain().events == 0


def test_an_act_behind_a_savepoint_that_was_undone_leaves_no_event(party: Party) -> None:
    record("party.looked_at", party, at=NOON, job="test")
    savepoint = db.session.begin_nested()
    record("party.left", party, at=NOON, job="test")
    savepoint.rollback()
    db.session.commit()

    assert list(db.session.scalars(sa.select(AuditEvent.act))) == ["party.looked_at"]


def test_an_act_that_made_its_subject_knows_its_id(log: int) -> None:
    party = Party(code="QQ", position=999, name="New", short_name="New")
    db.session.add(party)
    record("party.made", party, at=NOON, job="test")
    db.session.commit()

    event = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert (event.subject_type, event.subject_id) == ("party", party.id)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET act = 'nothing' WHERE seq = 7",
        "UPDATE audit_event SET content = '{}' WHERE seq = 7",
        "DELETE FROM audit_event WHERE seq = 7",
    ],
)
def test_the_database_refuses_to_change_the_log(log: int, change: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="never"), db.session.begin_nested():
        db.session.execute(sa.text(change))


def test_insert_or_replace_and_truncate_are_refused_too(log: int) -> None:
    is_sqlite = db.session.connection().dialect.name == "sqlite"
    statement = (
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event" if is_sqlite else "TRUNCATE audit_event CASCADE"
    )

    with pytest.raises(sa.exc.DBAPIError, match="never"), db.session.begin_nested():
        db.session.execute(sa.text(statement))


def test_a_redaction_blanks_the_content_and_leaves_the_chain(log: int) -> None:
    db.session.execute(
        sa.update(AuditEvent)
        .where(AuditEvent.seq == 7)
        .values(content=None, redacted_at=NOON, redaction_reason="A victim was named.")
    )

    assert verify_chain().faults == ()


COLUMNS = (
    "at", "actor_id", "act", "subject_type", "subject_id", "party_id", "origin", "content", "salt", "content_digest",
    "previous_hash", "hash",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_every_mutant_is_found(log: int, other_party: Party, unguarded: None, seed: int) -> None:
    """Twelve runs of mutants: changed, removed, added, moved."""
    dice = random.Random(seed)  # noqa: S311  # repeatable, not secret
    for _ in range(6):
        savepoint = db.session.begin_nested()
        seq = dice.randrange(1, log)
        kind = dice.choice(["change", "remove", "move"])
        if kind == "remove":
            db.session.execute(sa.delete(AuditEvent).where(AuditEvent.seq == seq))
        elif kind == "move":
            _swap(seq, seq + 1)
        else:
            _change(dice.choice(COLUMNS), seq, other_party)
        db.session.expire_all()

        assert verify_chain().faults, f"{kind} at {seq} was not found"
        savepoint.rollback()


def test_a_cut_off_end_shows_only_against_a_kept_head(log: int, unguarded: None) -> None:
    last = db.session.get_one(AuditEvent, log)
    kept = (last.seq, last.hash)
    db.session.execute(sa.delete(AuditEvent).where(AuditEvent.seq > log - 3))
    db.session.expunge_all()

    assert verify_chain().faults == ()
    assert "cut off" in verify_chain(kept).faults[0]


def _change(column: str, seq: int, other_party: Party) -> None:
    values: dict[str, object] = {
        "at": datetime(2020, 1, 1, tzinfo=UTC),
        "actor_id": None,
        "subject_id": 999_999,
        "party_id": other_party.id,
    }
    new = values.get(column, "f" * 63 + str(seq % 10))
    row = db.session.get_one(AuditEvent, seq)
    if getattr(row, column) == new:
        new = db.session.scalar(sa.select(User.id)) if column == "actor_id" else new
    db.session.execute(sa.update(AuditEvent).where(AuditEvent.seq == seq).values({column: new}))


def _swap(one: int, other: int) -> None:
    for old, new in ((one, 10_000), (other, one), (10_000, other)):
        db.session.execute(sa.update(AuditEvent).where(AuditEvent.seq == old).values(seq=new))


def test_the_command_names_the_first_fault(app: Flask, log: int, unguarded: None) -> None:
    db.session.execute(sa.update(AuditEvent).where(AuditEvent.seq == 7).values(act="nothing"))
    db.session.commit()

    result = app.test_cli_runner().invoke(args=["tracker", "audit", "verify"])

    assert result.exit_code == 1
    assert "event 7 was changed" in result.output


@pytest.mark.parametrize("head", ["x", "1:abc", ":", "1:" + "g" * 64])
def test_a_broken_head_is_refused_in_words(app: Flask, head: str) -> None:
    result = app.test_cli_runner().invoke(args=["tracker", "audit", "verify", "--head", head])

    assert result.exit_code == 2
    assert "Give the head as this command printed it" in result.output


def test_the_command_prints_the_head(app: Flask, log: int) -> None:
    result = app.test_cli_runner().invoke(args=["tracker", "audit", "verify"])

    assert "40 events, none changed" in result.output
