"""One digest a person and day, only while something is open, written from what is true when it leaves."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import sqlalchemy as sa

from tests.factories import AssignmentFactory, ExtensionFactory, MembershipFactory, UpdateFactory, reported
from tests.reminders.conftest import D_21
from tests.smtp import Server
from tracker.accounts.models import Role, User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.mail.jobs import deliver_mail
from tracker.mail.models import DeliveryState, MailPause, Notification
from tracker.meetings.models import MeetingState, Round
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.workflow import UpdateState
from tracker.reminders.jobs import plan_reminders
from tracker.reminders.models import ReminderRule, ReminderStep
from tracker.reminders.schedule import Audience

D_1 = datetime(2026, 12, 13, 7, 0, tzinfo=UTC)
D3 = datetime(2026, 12, 17, 7, 0, tzinfo=UTC)


def addressees() -> list[str]:
    return sorted(db.session.scalars(sa.select(Notification.to_name)))


def test_the_coordinator_is_told_what_is_open(
    server: Server, items: list[Item], open_round: Round, coordinator: User
) -> None:
    reported(items[0], open_round, coordinator)
    UpdateFactory.create(item=items[1], round=open_round)

    assert plan_reminders(D_21) == 1
    assert deliver_mail(D_21) == 1

    [mail] = server.accepted
    message = mail.message
    assert mail.to == [coordinator.email]
    assert message["Subject"] == ("Albania: 2 items open for the meeting of 20–21 January 2027, due 14 December 2026")
    assert message["List-Unsubscribe"] == "<http://localhost:8000/me/reminders>"
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()  # type: ignore[union-attr]
        assert "21 days left: 2 items are open" in text
        assert "Due Monday 14 December 2026, 23:59, Tirana time" in text
        assert f"http://localhost:8000/items/{items[1].id}" in text
        assert f"http://localhost:8000/items/{items[2].id}" in text
        assert f"http://localhost:8000/items/{items[0].id}" not in text
        assert "Done so far: 1 of 3." in text
        assert "The by-law was drafted." not in text
    [calendar] = message.iter_attachments()
    [event] = icalendar.Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    assert event["dtstart"].dt == date(2026, 12, 14)
    assert event["uid"] == f"due-{open_round.id}-AL@localhost"


def test_the_deadline_stands_in_both_zones_where_they_differ(
    server: Server, items: list[Item], coordinator: User
) -> None:
    coordinator.timezone = "Europe/Chisinau"
    db.session.commit()

    plan_reminders(D_21)
    deliver_mail(D_21)

    text = server.accepted[0].message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Due Tuesday 15 December 2026, 00:59, Chișinău time" in text
    assert "Monday 14 December 2026, 23:59 in Vienna." in text


def test_planning_again_sends_nothing_more(server: Server, items: list[Item]) -> None:
    for minutes in (0, 1, 60, 60 * 24, 60 * 24 * 2):
        plan_reminders(D_21 + timedelta(minutes=minutes))
        deliver_mail(D_21 + timedelta(minutes=minutes))

    assert len(server.accepted) == 1


def test_nothing_is_planned_before_the_hour(items: list[Item], taken_before: datetime) -> None:
    assert plan_reminders(D_21 - timedelta(minutes=1)) == 0
    assert plan_reminders(D_21) == 1


def test_who_has_nothing_open_is_not_reminded(items: list[Item], open_round: Round, coordinator: User) -> None:
    reported(items[0], open_round, coordinator)
    reported(items[1], open_round, coordinator, state=UpdateState.ACCEPTED)
    reported(items[2], open_round, coordinator)

    assert plan_reminders(D_21) == 0
    [step] = db.session.scalars(sa.select(ReminderStep).where(ReminderStep.rule_key == "D-21"))
    assert (step.notification_id, step.note) == (None, "Nothing was open.")


def test_the_deputy_is_told_from_the_last_day_on(items: list[Item], deputy: User) -> None:
    plan_reminders(D_21)
    assert addressees() == ["Coordinator"]

    plan_reminders(D_1)
    assert addressees() == ["Coordinator", "Coordinator", "Deputy"]


def test_the_deputy_is_told_from_the_start_where_nobody_else_is_there(
    open_round: Round, party: Party, ask: Callable[[Party, int], list[Item]], deputy: User
) -> None:
    ask(party, 1)
    plan_reminders(D_21)

    assert addressees() == ["Deputy"]


def test_a_contributor_is_told_of_what_is_in_their_hands(
    server: Server, items: list[Item], open_round: Round, contributor: User
) -> None:
    AssignmentFactory.create(item=items[1], round_id=open_round.id, person=contributor)
    AssignmentFactory.create(item=items[2], round_id=open_round.id, person=contributor, ready_at=D_21)

    plan_reminders(D_21)
    deliver_mail(D_21)

    theirs = next(mail for mail in server.accepted if mail.to == [contributor.email])
    text = theirs.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/items/{items[1].id}" in text
    assert f"/items/{items[0].id}" not in text
    assert f"/items/{items[2].id}" not in text


def test_an_assignment_with_a_day_of_its_own_has_steps_of_its_own(
    items: list[Item], open_round: Round, contributor: User, taken_before: datetime
) -> None:
    AssignmentFactory.create(item=items[1], round_id=open_round.id, person=contributor, due_on=date(2026, 11, 30))
    days = [date(2026, 11, 24) + timedelta(days=n) for n in range(10)]
    for day in days:
        plan_reminders(datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC))

    told = db.session.execute(
        sa.select(Notification.local_day).where(Notification.person_id == contributor.id).order_by(Notification.id)
    ).scalars()
    # D−21 itself is caught up on the 24th.
    assert list(told) == [date(2026, 11, 24), date(2026, 11, 27), date(2026, 11, 30), date(2026, 12, 1)]


def test_the_secretariat_is_told_who_is_missing(
    server: Server, items: list[Item], open_round: Round, secretariat: User, other_party: Party, peer: User,
    ask: Callable[[Party, int], list[Item]],
) -> None:  # fmt: skip
    reported(*ask(other_party, 1), open_round, peer)

    plan_reminders(D3)
    deliver_mail(D3)

    mail = next(each for each in server.accepted if each.to == [secretariat.email])
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail.message["Subject"] == (
        "1 party has open items for the meeting of 20–21 January 2027, due 14 December 2026"
    )
    assert "Albania: 3 of 3 open" in text
    assert "Serbia:" not in text
    assert "Serbia  Commitment" in text  # its submission waits for review


def test_reviewers_hear_of_what_waits_and_parties_of_what_came_back(
    server: Server, items: list[Item], open_round: Round, coordinator: User, secretariat: User, taken_before: datetime
) -> None:
    waiting = reported(items[0], open_round, coordinator)
    waiting.submitted_at = datetime(2026, 11, 10, 10, tzinfo=UTC)
    returned = reported(items[1], open_round, coordinator, state=UpdateState.RETURNED)
    returned.decided_at = datetime(2026, 11, 11, 10, tzinfo=UTC)
    db.session.commit()
    deliver_mail(taken_before)
    server.accepted.clear()

    morning = datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
    for days in range(6):
        plan_reminders(morning + timedelta(days=days))
        deliver_mail(morning + timedelta(days=days))

    told = {mail.to[0]: mail.message for mail in server.accepted}
    assert set(told) == {coordinator.email, secretariat.email}
    assert len(server.accepted) == 2
    assert "Returned to you on" in told[coordinator.email].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    text = told[secretariat.email].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"/review/{waiting.id}" in text


@pytest.mark.parametrize("state", [MeetingState.CANCELLED, MeetingState.HELD])
def test_a_meeting_that_is_off_reminds_nobody(
    server: Server, items: list[Item], open_round: Round, state: MeetingState
) -> None:
    plan_reminders(D_21)
    open_round.meeting.state = state
    db.session.commit()

    assert deliver_mail(D_21) == 0
    notification = db.session.scalars(sa.select(Notification)).one()
    assert notification.state is DeliveryState.CANCELLED
    assert notification.note == "The meeting or its round was cancelled."


def test_a_meeting_that_moves_takes_its_unsent_mail_along(server: Server, items: list[Item], open_round: Round) -> None:
    plan_reminders(D_21)
    open_round.due_on += timedelta(days=7)
    open_round.closes_on += timedelta(days=7)
    open_round.meeting.starts_on += timedelta(days=7)
    open_round.meeting.ends_on += timedelta(days=7)
    db.session.commit()

    for days in range(7):
        plan_reminders(D_21 + timedelta(days=days))
        assert deliver_mail(D_21 + timedelta(days=days)) == 0
    plan_reminders(D_21 + timedelta(days=7))
    assert deliver_mail(D_21 + timedelta(days=7)) == 1

    message = server.accepted[0].message
    assert "due 21 December 2026" in message["Subject"]
    assert "14 December" not in message.as_string()


def test_a_meeting_that_comes_nearer_changes_the_date_of_unsent_mail(
    server: Server, items: list[Item], open_round: Round
) -> None:
    plan_reminders(D_21)
    open_round.due_on -= timedelta(days=8)
    open_round.meeting.starts_on -= timedelta(days=8)
    open_round.meeting.ends_on -= timedelta(days=8)
    db.session.commit()

    assert deliver_mail(D_21) == 1
    assert "due 6 December 2026" in server.accepted[0].message["Subject"]
    assert "13 days left" in server.accepted[0].message.as_string()


def test_mail_that_moved_along_is_not_sent_beside_a_later_one(
    server: Server, items: list[Item], open_round: Round
) -> None:
    plan_reminders(D_21)
    open_round.due_on += timedelta(days=14)
    open_round.closes_on += timedelta(days=14)
    open_round.meeting.starts_on += timedelta(days=14)
    open_round.meeting.ends_on += timedelta(days=14)
    db.session.add_all(
        ReminderRule(round_id=open_round.id, offset_days=offset, audience=Audience.PARTY) for offset in (-21, -20)
    )
    db.session.commit()
    assert deliver_mail(D_21) == 0

    day_after = D_21 + timedelta(days=15)
    plan_reminders(day_after)
    deliver_mail(day_after)

    assert len(server.accepted) == 1
    notes = set(db.session.scalars(sa.select(Notification.note).where(Notification.state == DeliveryState.CANCELLED)))
    assert notes == {"A later message says the same."}


def test_who_had_the_digest_of_the_day_is_told_the_next_day(
    server: Server, items: list[Item], open_round: Round, coordinator: User
) -> None:
    returned = reported(items[0], open_round, coordinator, state=UpdateState.RETURNED)
    returned.decided_at = D_21 - timedelta(days=3) + timedelta(hours=2)
    coordinator.digest_hour = 8
    db.session.commit()
    plan_reminders(D_21)
    deliver_mail(D_21)
    db.session.add(ReminderRule(round_id=open_round.id, offset_days=-22, audience=Audience.PARTY))
    db.session.commit()

    later = D_21 + timedelta(hours=5)
    assert plan_reminders(later) == 0
    assert plan_reminders(later + timedelta(days=1)) == 1
    deliver_mail(later + timedelta(days=1))

    assert len(server.accepted) == 2


def test_a_step_that_comes_up_before_the_mail_leaves_goes_with_it(
    server: Server, items: list[Item], open_round: Round, coordinator: User
) -> None:
    plan_reminders(D_21)
    db.session.add_all(
        ReminderRule(round_id=open_round.id, offset_days=offset, audience=Audience.PARTY) for offset in (-22, -21)
    )
    db.session.commit()

    assert plan_reminders(D_21 + timedelta(minutes=1)) == 0
    assert deliver_mail(D_21 + timedelta(minutes=1)) == 1
    assert plan_reminders(D_21 + timedelta(days=1)) == 0
    carried = db.session.scalars(sa.select(ReminderStep.rule_key).where(ReminderStep.notification_id.is_not(None)))
    assert set(carried) == {"D-21", "D-22"}


def test_a_membership_that_has_ended_counts_for_nothing(items: list[Item], coordinator: User) -> None:
    coordinator.memberships[0].ends_on = date(2026, 11, 22)
    db.session.commit()

    assert plan_reminders(D_21) == 0


def test_a_move_of_more_than_two_weeks_counts_anew(server: Server, items: list[Item], open_round: Round) -> None:
    plan_reminders(D_21)
    deliver_mail(D_21)
    open_round.due_on += timedelta(days=20)
    open_round.closes_on += timedelta(days=20)
    open_round.meeting.starts_on += timedelta(days=20)
    open_round.meeting.ends_on += timedelta(days=20)
    open_round.edition += 1
    db.session.commit()

    plan_reminders(D_21 + timedelta(days=20))
    assert deliver_mail(D_21 + timedelta(days=20)) == 1
    assert len(server.accepted) == 2


def test_after_three_days_of_silence_each_is_told_once(
    server: Server, items: list[Item], taken_before: datetime
) -> None:
    deliver_mail(taken_before)
    back = D_21 + timedelta(days=3)
    for minutes in range(5):
        plan_reminders(back + timedelta(minutes=minutes))
        deliver_mail(back + timedelta(minutes=minutes))

    assert len(server.accepted) == 2
    assert plan_reminders(D_21 + timedelta(days=4, hours=1)) == 0


def test_missed_steps_collapse_into_the_latest(server: Server, items: list[Item], open_round: Round) -> None:
    for offset in (-3, -2, -1):
        db.session.add(ReminderRule(round_id=open_round.id, offset_days=offset, audience=Audience.PARTY))
    db.session.commit()

    plan_reminders(D_1)
    deliver_mail(D_1)

    assert len(server.accepted) == 1
    notes = {key: note for key, note in db.session.execute(sa.select(ReminderStep.rule_key, ReminderStep.note))}
    assert notes == {
        "D-1": "", "D-2": "Went along with a later step.", "D-3": "Went along with a later step.",
    }  # fmt: skip


def test_nothing_leaves_once_the_meeting_has_begun(server: Server, items: list[Item], open_round: Round) -> None:
    plan_reminders(D_21)

    assert deliver_mail(datetime(2027, 1, 19, 23, 0, tzinfo=UTC)) == 0
    assert db.session.scalars(sa.select(Notification)).one().note == "The meeting has begun."


def test_a_submission_between_planning_and_sending_stops_the_mail(
    server: Server, items: list[Item], open_round: Round, coordinator: User
) -> None:
    plan_reminders(D_21)
    for item in items:
        reported(item, open_round, coordinator)

    assert deliver_mail(D_21) == 0
    assert db.session.scalars(sa.select(Notification)).one().note == "Nothing is open any more."


def test_an_extension_counts_for_its_party(
    server: Server, items: list[Item], open_round: Round, party: Party, secretariat: User
) -> None:
    ExtensionFactory.create(round=open_round, party=party, due_on=date(2026, 12, 18), granted_by_id=secretariat.id)
    later = D_21 + timedelta(days=4)

    plan_reminders(D_21)
    assert deliver_mail(D_21) == 0
    plan_reminders(later)
    assert deliver_mail(later) == 1
    assert "due 18 December 2026" in server.accepted[0].message["Subject"]


def test_who_is_away_is_stood_in_for(server: Server, items: list[Item], coordinator: User, deputy: User) -> None:
    coordinator.paused_until, coordinator.stand_in_id = date(2026, 12, 1), deputy.id
    db.session.commit()

    plan_reminders(D_21)
    deliver_mail(D_21)

    [mail] = server.accepted
    assert mail.to == [deputy.email]
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "You receive this for Coordinator, who is away." in text


def test_the_secretariat_is_told_where_nobody_stands_in(
    server: Server, items: list[Item], coordinator: User, secretariat: User
) -> None:
    coordinator.paused_until = date(2026, 12, 1)
    secretariat.timezone = "Europe/Tirane"
    db.session.commit()

    plan_reminders(D_21)
    deliver_mail(D_21)

    [mail] = server.accepted
    assert mail.to == [secretariat.email]
    text = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Coordinator is away, and nobody stands in" in text


def test_a_pause_of_the_secretariat_holds_back_and_catches_up(
    server: Server, items: list[Item], open_round: Round, secretariat: User
) -> None:
    db.session.add(MailPause(round_id=open_round.id, paused_by_id=secretariat.id, paused_at=D_21))
    db.session.commit()
    assert plan_reminders(D_21) == 0

    db.session.execute(sa.delete(MailPause))
    db.session.commit()
    assert plan_reminders(D_21 + timedelta(days=1)) == 1


def test_the_secretariats_own_words_are_filled_in(server: Server, items: list[Item], open_round: Round) -> None:
    db.session.add(
        ReminderRule(
            round_id=open_round.id,
            offset_days=-21,
            subject="{party}: please report by {due}",
            body="Still {open}.\n\nThank you.",
        )
    )
    db.session.commit()

    plan_reminders(D_21)
    deliver_mail(D_21)

    message = server.accepted[0].message
    assert message["Subject"] == "Albania: please report by 14 December 2026"
    assert "Still 3." in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_one_audit_event_stands_for_a_batch(
    items: list[Item], other_party: Party, peer: User, ask: Callable[[Party, int], list[Item]]
) -> None:
    ask(other_party, 2)
    before = db.session.query(AuditEvent).count()

    assert plan_reminders(D_21) == 2
    deliver_mail(D_21)

    assert db.session.query(AuditEvent).count() == before + 1


def test_many_recipients_cost_as_many_readings_as_one(
    items: list[Item], open_round: Round, server: Server, ask: Callable[[Party, int], list[Item]],
    recording_sql: Callable[[], AbstractContextManager[list[str]]],
) -> None:  # fmt: skip
    def statements(count: int) -> int:
        for _ in range(count):
            membership = MembershipFactory.create(role=Role.COORDINATOR, party__timezone="Europe/Tirane")
            ask(membership.party, 2)
        plan_reminders(D_21)
        with recording_sql() as sql:
            deliver_mail(D_21)
        return len([each for each in sql if not each.startswith("UPDATE notification SET")])

    one = statements(0)
    assert statements(15) <= one
    assert len(server.accepted) == 16
