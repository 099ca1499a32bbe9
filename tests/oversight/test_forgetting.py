"""What is kept for a time only goes when its time is over, and the log says that it went."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tracker.accounts.models import AccountLink, LinkPurpose, SignIn, SignInAttempt, User
from tracker.audit.models import AuditEvent
from tracker.audit.services import record
from tracker.core.database import db
from tracker.mail.models import DeliveryState, Notification
from tracker.oversight.jobs import forget_old

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def kept(coordinator: User) -> None:
    """Rows of four kinds, each a moment of its age before its time is over."""
    signed_in, used, sent = NOW - timedelta(days=90), NOW - timedelta(days=30), NOW - timedelta(days=730)
    db.session.add(SignIn(person_id=coordinator.id, sid_hash="1" * 64, started_at=signed_in, last_seen_at=signed_in))
    db.session.add(SignInAttempt(account_hash="2" * 64, address="::1", at=signed_in))
    db.session.add(
        AccountLink(
            person_id=coordinator.id, purpose=LinkPurpose.RESET, nonce="3" * 64, token_hash="4" * 64,
            created_at=used, expires_at=used + timedelta(days=400), used_at=used,
        )
    )  # fmt: skip
    db.session.add(
        Notification(
            unique_key="old", kind="digest", to_address="a@example.org", to_name="A", state=DeliveryState.SENT,
            next_attempt_at=sent, sent_at=sent, message_id="<1@x>", subject="Subject", body_text="Text",
            body_html="<p>",
        )
    )  # fmt: skip
    record("party.looked_at", None, at=NOW - timedelta(days=3650), job="test")
    db.session.commit()


def test_nothing_goes_before_its_time(kept: None) -> None:
    assert forget_old(NOW) == 0


def test_all_of_it_goes_a_second_later_and_the_log_says_so(kept: None) -> None:
    later = NOW + timedelta(seconds=1)

    assert forget_old(later) == 4
    db.session.commit()

    assert [db.session.scalar(sa.select(sa.func.count()).select_from(each)) for each in (SignIn, SignInAttempt)] == [
        0,
        0,
    ]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccountLink)) == 0
    mail = db.session.scalars(sa.select(Notification)).one()
    assert (mail.subject, mail.body_text, mail.body_html) == ("Subject", None, None)
    entries = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.seq)).all()
    assert [entry.act for entry in entries] == ["party.looked_at", "retention.forgot"]
    assert json.loads(entries[1].content or "") == {
        "sign_ins_attempts_and_links": 3,
        "texts_of_mails": 1,
        "typed_and_not_saved": 0,
    }


def test_a_second_run_does_nothing(kept: None) -> None:
    later = NOW + timedelta(seconds=1)
    forget_old(later)

    assert forget_old(later) == 0
