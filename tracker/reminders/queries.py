"""Reading what reminders depend on: rounds, parties, people, what is open, what was sent. Columns, not objects."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.accounts.models import AccountLink, Membership, Role, User
from tracker.instruments.models import Commitment, CommitmentState, Instrument
from tracker.mail.models import DeliveryState, MailPause, Notification
from tracker.meetings.models import Extension, Meeting, MeetingState, Round, RoundInstrument
from tracker.parties.models import Footnote, Party
from tracker.progress.models import Assignment, Item, ItemState, Standing, Update, Validation
from tracker.progress.queries.signing_off import still_about_the_update
from tracker.progress.workflow import UpdateState
from tracker.reminders.models import ReminderRule, ReminderStep, SchedulerBeat

Rows = sa.Select[*tuple[Any, ...]]

#: The kind of every mail of this feature.
DIGEST = "digest"


def running_rounds(today: date) -> Rows:
    """Select the rounds that may still remind somebody, or will, with their meetings: the meeting is ahead."""
    return _rounds().where(
        Round.cancelled_at.is_(None), Meeting.state == MeetingState.PLANNED, Meeting.starts_on >= today
    )


def rounds_by_id(ids: Collection[int]) -> Rows:
    """Select these rounds with their meetings, whatever became of them."""
    return _rounds().where(Round.id.in_(ids))


def _rounds() -> Rows:
    return (
        sa.select(
            Round.id,
            Round.edition,
            Round.opens_on,
            Round.due_on,
            Round.closes_on,
            Round.share_on,
            Round.timezone,
            Round.opened_at,
            Round.closed_at,
            Round.cancelled_at,
            Round.updated_at,
            Meeting.id.label("meeting_id"),
            Meeting.title,
            Meeting.starts_on,
            Meeting.ends_on,
            Meeting.starts_at,
            Meeting.date_precision,
            Meeting.timezone.label("meeting_timezone"),
            Meeting.city,
            Meeting.state,
            Meeting.is_sample,
        )
        .join(Meeting, Meeting.id == Round.meeting_id)
        .order_by(Round.due_on, Round.id)
    )


def rules_of(round_ids: Collection[int]) -> sa.Select[ReminderRule]:
    """Select the rungs of these rounds."""
    return sa.select(ReminderRule).where(ReminderRule.round_id.in_(round_ids)).order_by(ReminderRule.offset_days)


def extensions_of(round_ids: Collection[int]) -> Rows:
    """Select the parties' later due dates in these rounds."""
    return sa.select(Extension.round_id, Extension.party_id, Extension.due_on, Extension.granted_at).where(
        Extension.round_id.in_(round_ids)
    )


def people_and_roles() -> Rows:
    """Select each membership of the people who may be reminded, with the person and the party's zone and place."""
    return (
        sa.select(
            User.id,
            User.name,
            User.email,
            User.language,
            User.timezone,
            User.digest_hour,
            User.paused_until,
            User.stand_in_id,
            User.password.is_not(None),
            Membership.role,
            Membership.party_id,
            Membership.is_deputy,
            Membership.starts_on,
            Membership.ends_on,
        )
        .join(Membership, Membership.person_id == User.id)
        .where(User.active, Membership.role.in_((Role.COORDINATOR, Role.CONTRIBUTOR, Role.SECRETARIAT)))
        .order_by(User.id, Membership.id)
    )


def parties_with_notes() -> Rows:
    """Select the parties in the one fixed order, with the footnotes of their names."""
    return (
        sa.select(
            Party.id,
            Party.code,
            Party.kind,
            Party.position,
            Party.name,
            Party.short_name,
            Party.timezone,
            Footnote.text.label("footnote_text"),
        )
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .order_by(Party.position)
    )


def items_asked_for(round_ids: Collection[int]) -> Rows:
    """Select what these rounds ask for: each item with the state of its update, in the order of the instruments."""
    is_begun = sa.or_(Update.state != UpdateState.DRAFT, Update.drafted_at.is_not(None))
    return (
        sa.select(
            RoundInstrument.round_id,
            Item.id.label("item_id"),
            Item.party_id,
            Commitment.code,
            Commitment.title,
            Update.id.label("update_id"),
            # A row that only holds what somebody types is not begun.
            sa.case((is_begun, Update.state), else_=None).label("state"),
            Update.latest_revision_id,
            Update.submitted_at,
            Update.decided_at,
            Validation.id.label("validation_id"),
            Validation.asked_by_id,
            Validation.asked_at,
        )
        .join(Instrument, Instrument.id == RoundInstrument.instrument_id)
        .join(Commitment, Commitment.instrument_id == Instrument.id)
        .join(Item, Item.commitment_id == Commitment.id)
        .outerjoin(Update, sa.and_(Update.item_id == Item.id, Update.round_id == RoundInstrument.round_id))
        .outerjoin(Standing, Standing.item_id == Item.id)
        .outerjoin(Validation, sa.and_(Validation.update_id == Update.id, still_about_the_update()))
        .where(
            RoundInstrument.round_id.in_(round_ids),
            Item.state == ItemState.ACTIVE,
            Commitment.state == CommitmentState.ACTIVE,
        )
        .order_by(Instrument.adopted_on, Instrument.id, Commitment.position, Item.id)
    )


def assignments_in(round_ids: Collection[int]) -> Rows:
    """Select who has which item in hand in these rounds and has not said that it can go; and by what link they come."""
    link_sent_at = (
        sa.select(sa.func.max(AccountLink.created_at))
        .join(Item, Item.party_id == AccountLink.party_id)
        .where(
            Item.id == Assignment.item_id,
            AccountLink.person_id == Assignment.person_id,
            AccountLink.round_id == Assignment.round_id,
            AccountLink.revoked_at.is_(None),
        )
        .correlate(Assignment)
        .scalar_subquery()
    )
    return (
        sa.select(
            Assignment.id,
            Assignment.round_id,
            Assignment.item_id,
            Assignment.person_id,
            Assignment.due_on,
            Assignment.given_at,
            link_sent_at,
        )
        .where(Assignment.round_id.in_(round_ids), Assignment.taken_back_at.is_(None), Assignment.ready_at.is_(None))
        .order_by(Assignment.id)
    )


def steps_taken(round_ids: Collection[int]) -> Rows:
    """Select which rules have reminded whom in these rounds."""
    return sa.select(ReminderStep.round_id, ReminderStep.edition, ReminderStep.rule_key, ReminderStep.person_id).where(
        ReminderStep.round_id.in_(round_ids)
    )


def steps_carried_by(notification_ids: Collection[int]) -> Rows:
    """Select the steps that these mails carry."""
    return (
        sa.select(
            ReminderStep.notification_id,
            ReminderStep.round_id,
            ReminderStep.edition,
            ReminderStep.kind,
            ReminderStep.rule_key,
            ReminderStep.person_id,
            ReminderStep.planned_on,
        )
        .where(ReminderStep.notification_id.in_(notification_ids))
        .order_by(ReminderStep.planned_on, ReminderStep.id)
    )


def digests_between(first: date, last: date) -> Rows:
    """Select the digests of these local days: whose, of which day, and whether a step can still be put into it."""
    return sa.select(
        Notification.id, Notification.person_id, Notification.local_day, Notification.state, Notification.attempts
    ).where(Notification.kind == DIGEST, Notification.local_day.between(first, last))


def digests_since(person_ids: Collection[int], since: date) -> Rows:
    """Select what the digests of these people that wait or were sent carry: whose, of which day, round and rule."""
    return (
        sa.select(Notification.person_id, Notification.local_day, ReminderStep.round_id, ReminderStep.rule_key)
        .join(ReminderStep, ReminderStep.notification_id == Notification.id)
        .where(
            Notification.kind == DIGEST,
            Notification.person_id.in_(person_ids),
            Notification.local_day >= since,
            Notification.state.in_((DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT)),
        )
    )


def pauses() -> sa.Select[int | None]:
    """Select the rounds whose reminders are held back; None stands for all."""
    return sa.select(MailPause.round_id)


def mails_left(*, party_code: str = "", kind: str = "", state: str = "") -> Rows:
    """Select what is in the outbox and what has left it, the latest first."""
    found = (
        sa.select(
            Notification.id,
            Notification.kind,
            Notification.to_name,
            Notification.to_address,
            Notification.state,
            Notification.subject,
            Notification.server_answer,
            Notification.attempts,
            Notification.next_attempt_at,
            Notification.sent_at,
            Notification.note,
            Notification.local_day,
            Party.short_name.label("party"),
            Footnote.text.label("party_note"),
            sa.func.coalesce(Notification.sent_at, Notification.created_at).label("at"),
        )
        .outerjoin(Party, Party.id == Notification.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .order_by(sa.desc("at"), Notification.id.desc())
    )
    if party_code:
        found = found.where(Party.code == party_code)
    if kind:
        found = found.where(Notification.kind == kind)
    if state:
        found = found.where(Notification.state == state)
    return found


def kinds_sent() -> sa.Select[str]:
    """Select the kinds of mail that there are."""
    return sa.select(Notification.kind).distinct()


def trouble() -> Rows:
    """Select the mails that failed, and those that wait for another try, the latest first."""
    return (
        sa.select(
            Notification.id,
            Notification.to_name,
            Notification.state,
            Notification.attempts,
            Notification.next_attempt_at,
            Notification.server_answer,
        )
        .where(
            sa.or_(
                Notification.state == DeliveryState.FAILED,
                sa.and_(Notification.state == DeliveryState.QUEUED, Notification.attempts > 0),
            )
        )
        .order_by(Notification.updated_at.desc(), Notification.id.desc())
        .limit(20)
    )


def digests_of_day(day: date) -> Rows:
    """Select the reminders that were queued for a day, with the steps they carry."""
    return (
        sa.select(
            Notification.id,
            Notification.to_name,
            Notification.state,
            Notification.subject,
            Notification.sent_at,
            Notification.attempts,
            Notification.next_attempt_at,
            Notification.note,
            Party.short_name.label("party"),
            Party.code.label("party_code"),
            Footnote.text.label("party_note"),
            ReminderStep.kind,
            ReminderStep.rule_key,
        )
        .join(ReminderStep, ReminderStep.notification_id == Notification.id)
        .outerjoin(Party, Party.id == Notification.party_id)
        .outerjoin(Footnote, Footnote.id == Party.footnote_id)
        .where(Notification.kind == DIGEST, Notification.local_day == day)
        .order_by(Party.position, Notification.to_name, Notification.id, ReminderStep.id)
    )


def latest_beat() -> sa.Select[datetime | None]:
    """Select when a scheduler last gave a sign of life."""
    return sa.select(sa.func.max(SchedulerBeat.beat_at))


def meetings_since(day: date) -> sa.Select[Meeting]:
    """Select the meetings that end on that day or later, with their rounds, whatever became of them."""
    return (
        sa.select(Meeting)
        .where(sa.func.coalesce(Meeting.ends_on, Meeting.starts_on) >= day)
        .options(joinedload(Meeting.round))
        .order_by(Meeting.starts_on, Meeting.id)
    )


def extensions_for(round_ids: Collection[int], party_ids: Collection[int]) -> sa.Select[Extension]:
    """Select the later due dates of these parties in these rounds."""
    return sa.select(Extension).where(Extension.round_id.in_(round_ids), Extension.party_id.in_(party_ids))


def parties_asked(round_ids: Collection[int], party_ids: Collection[int]) -> Rows:
    """Select which of these rounds ask which of these parties for something."""
    return (
        sa.select(RoundInstrument.round_id, Item.party_id)
        .join(Commitment, Commitment.instrument_id == RoundInstrument.instrument_id)
        .join(Item, Item.commitment_id == Commitment.id)
        .where(
            RoundInstrument.round_id.in_(round_ids),
            Item.party_id.in_(party_ids),
            Item.state == ItemState.ACTIVE,
            Commitment.state == CommitmentState.ACTIVE,
        )
        .distinct()
        .order_by(RoundInstrument.round_id, Item.party_id)
    )


def days_in_hand(person_id: int, round_ids: Collection[int], party_ids: Collection[int]) -> Rows:
    """Select the days that were asked of a person for items of these parties that they have not said are ready."""
    return (
        sa.select(
            Assignment.id,
            Assignment.round_id,
            Assignment.due_on,
            Assignment.updated_at,
            Item.id.label("item_id"),
            Item.party_id,
            Commitment.code,
            Commitment.title,
        )
        .join(Item, Item.id == Assignment.item_id)
        .join(Commitment, Commitment.id == Item.commitment_id)
        .where(
            Assignment.person_id == person_id,
            Assignment.round_id.in_(round_ids),
            Assignment.due_on.is_not(None),
            Assignment.taken_back_at.is_(None),
            Assignment.ready_at.is_(None),
            Item.party_id.in_(party_ids),
            Item.state == ItemState.ACTIVE,
            Commitment.state == CommitmentState.ACTIVE,
        )
        .order_by(Assignment.due_on, Assignment.id)
    )
