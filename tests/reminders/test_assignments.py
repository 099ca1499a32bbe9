"""What contributors are told in the digest: what was put into their hands, and the day that was asked of them."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tests.factories import AssignmentFactory
from tests.smtp import Server
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.mail.jobs import deliver_mail
from tracker.mail.models import Notification
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.progress.models import Assignment, Item
from tracker.progress.services import assigning, round_links
from tracker.reminders.jobs import plan_reminders
from tracker.reminders.models import ReminderStep, StepKind

#: A morning between two rungs of the ladder; in Tirana, 08:00 is 07:00 UTC.
BEFORE = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
NEXT_MORNING = datetime(2026, 11, 26, 7, 0, tzinfo=UTC)


@pytest.fixture
def given(
    items: list[Item], open_round: Round, contributor: User, coordinator: User, taken_before: datetime
) -> list[Assignment]:
    """Two items that were put into the contributor's hands in an afternoon."""
    plan_reminders(datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    made = assigning.assign(
        items[:2], contributor, open_round, due_on=date(2026, 12, 4), note="Secret.", by=coordinator, at=BEFORE
    )
    db.session.commit()
    return list(made.new)


def steps() -> list[str]:
    rows = db.session.scalars(sa.select(ReminderStep).filter_by(kind=StepKind.ASSIGNMENT).order_by(ReminderStep.id))
    return [row.rule_key.split("/")[2] for row in rows]


def test_a_new_assignment_is_in_the_next_digest_and_in_one_only(
    server: Server, given: list[Assignment], contributor: User
) -> None:
    deliver_mail(BEFORE)
    server.accepted.clear()

    plan_reminders(BEFORE)
    assert steps() == []
    plan_reminders(NEXT_MORNING)
    plan_reminders(NEXT_MORNING)
    deliver_mail(NEXT_MORNING)

    assert steps() == ["given-20261125", "given-20261125"]
    [mail] = server.accepted
    assert mail.to == [contributor.email]
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert given[0].item.commitment.title in text
    assert given[1].item.commitment.title in text
    assert "Asked of you by 4 Dec" in text
    assert "Secret." not in text


def test_what_was_taken_back_before_the_morning_is_not_told(given: list[Assignment], coordinator: User) -> None:
    for assignment in given:
        assigning.take_back(assignment, by=coordinator, at=BEFORE)
    db.session.commit()

    plan_reminders(NEXT_MORNING)

    assert steps() == []


def test_what_is_given_anew_is_told_anew(
    given: list[Assignment], contributor: User, coordinator: User, open_round: Round
) -> None:
    plan_reminders(NEXT_MORNING)
    later = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assigning.take_back(given[0], by=coordinator, at=later)
    assigning.assign([given[0].item], contributor, open_round, due_on=None, note="", by=coordinator, at=later)
    db.session.commit()

    plan_reminders(datetime(2026, 11, 28, 7, 0, tzinfo=UTC))

    assert steps() == ["given-20261125", "given-20261125", "given-20261127"]


@pytest.mark.parametrize(
    ("day", "key"), [(date(2026, 12, 1), "-3"), (date(2026, 12, 4), "+0"), (date(2026, 12, 5), "+1")]
)
def test_a_day_of_its_own_has_steps_before_on_and_after_it(
    items: list[Item], open_round: Round, contributor: User, taken_before: datetime, day: date, key: str
) -> None:
    AssignmentFactory.create(item=items[0], round_id=open_round.id, person=contributor, due_on=date(2026, 12, 4))

    plan_reminders(datetime(day.year, day.month, day.day, 7, 0, tzinfo=UTC))

    assert steps()[-1] == key


def test_who_has_no_password_is_told_which_mail_carries_the_link_and_never_the_link(
    server: Server, given: list[Assignment], contributor: User, open_round: Round, party: Party, coordinator: User
) -> None:
    round_links.send_link(contributor, open_round, party, by=coordinator, at=BEFORE)
    db.session.commit()
    plan_reminders(NEXT_MORNING)
    server.accepted.clear()

    deliver_mail(NEXT_MORNING)

    theirs = [mail for mail in server.accepted if mail.to == [contributor.email]]
    digest = next(mail for mail in theirs if "open for the meeting" in str(mail.message["Subject"]))
    for kind in ("plain", "html"):
        text = " ".join(digest.message.get_body((kind,)).get_content().split())  # type: ignore[union-attr]
        assert "You come in by a link: open the mail of 25 November 2026 that carries it." in text
        assert "by-link" not in text
    assert db.session.scalar(sa.select(sa.func.count(Notification.id)).filter_by(kind="one_round_link")) == 1
