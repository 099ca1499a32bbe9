"""Who is asked for a second pair of eyes hears of it in the next digest, once; who asked does not."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from tests.factories import UpdateFactory
from tests.smtp import Server
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail.jobs import deliver_mail
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Item, Update
from tracker.progress.services import signing_off
from tracker.reminders.jobs import plan_reminders
from tracker.reminders.models import ReminderStep, StepKind

#: Between the opening of the round and D−21, when nothing else is told.
ASKED = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 11, 7, 0, tzinfo=UTC)


@pytest.fixture
def update(
    items: list[Item], open_round: Round, party: Party, coordinator: User, deputy: User, taken_before: datetime
) -> Update:
    """A draft whose validation the coordinator asked for."""
    party.needs_validation = True
    update = UpdateFactory.create(item=items[0], round=open_round, drafted_at=ASKED, author_id=coordinator.id)
    assert signing_off.hand_over(update, by=coordinator, at=ASKED) is signing_off.Outcome.ASKED
    db.session.commit()
    return update


def _told() -> list[int]:
    return list(db.session.scalars(sa.select(ReminderStep.person_id).filter_by(kind=StepKind.VALIDATION)))


def test_the_other_one_is_told_the_next_morning(server: Server, update: Update, deputy: User) -> None:
    for hours in (0, 1, 24):
        plan_reminders(NEXT_MORNING + timedelta(hours=hours))
        deliver_mail(NEXT_MORNING + timedelta(hours=hours))

    assert _told() == [deputy.id]
    [mail] = server.accepted
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Waits for your validation" in text
    assert update.narrative not in text


def test_what_is_validated_by_then_is_not_told(update: Update, deputy: User) -> None:
    signing_off.hand_over(update, by=deputy, at=ASKED + timedelta(hours=1))
    db.session.commit()

    plan_reminders(NEXT_MORNING)

    assert _told() == []


def test_what_was_only_typed_counts_as_not_begun(
    server: Server, items: list[Item], open_round: Round, taken_before: datetime
) -> None:
    update = Update(item=items[1], round=open_round)
    db.session.add(update)
    db.session.commit()

    morning = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    plan_reminders(morning)
    deliver_mail(morning)

    text = server.accepted[-1].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("Not begun") == 3
