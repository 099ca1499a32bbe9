"""Reading what happened with an item, for two circles of readers."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import User
from tracker.audit.models import AuditEvent, Means
from tracker.meetings.models import Meeting, Round
from tracker.progress.models import Revision, Update, UpdateEvent, Validation, ValidationState
from tracker.progress.workflow import UpdateAction

_ROUND = (
    Round.id.label("round_id"),
    Round.due_on,
    Round.share_on,
    Meeting.title.label("meeting"),
    Meeting.starts_on,
    Meeting.ends_on,
    Meeting.date_precision,
    Meeting.city,
)
_ANSWER = (
    Revision.id.label("revision_id"),
    Revision.number,
    Revision.status,
    Revision.narrative,
    Revision.reason,
    Revision.obstacles,
    Revision.next_steps,
    Revision.needs_help,
    Revision.help_kind,
    Revision.help_text,
    Revision.can_share,
    Revision.share_kind,
    Revision.share_text,
    Revision.is_restricted,
    Revision.is_late,
    Revision.submitted_at,
    Revision.unchanged_from_id,
    Revision.lead_institution,
    Revision.target_on,
    Revision.steps,
    Revision.redacted_at,
    Revision.redaction_reason,
)


def _came_by_link() -> sa.ScalarSelect[str]:
    """Return, for a column, who wrote in an update's draft by a link for one round, one name per line."""
    named = sa.exists().where(
        AuditEvent.subject_type == Update.__tablename__,
        AuditEvent.subject_id == Update.id,
        AuditEvent.means == Means.ONE_ROUND_LINK,
        AuditEvent.actor_id == User.id,
    )
    return sa.select(sa.func.aggregate_strings(User.name, "\n")).where(named.correlate(User, Update)).scalar_subquery()


def _in_whose_name() -> sa.ScalarSelect[str]:
    """Return, for a column, in whose name a revision was submitted, where that was somebody else's."""
    absent = aliased(User)
    return (
        sa.select(sa.func.max(absent.name))
        .join(UpdateEvent, UpdateEvent.on_behalf_of_id == absent.id)
        .where(
            UpdateEvent.revision_id == Revision.id,
            UpdateEvent.action.in_((UpdateAction.SUBMIT, UpdateAction.NO_CHANGE)),
        )
        .correlate(Revision)
        .scalar_subquery()
    )


def _asked_by() -> sa.ScalarSelect[str]:
    """Return, for a column, who asked for the validation by which a revision was submitted."""
    asker = aliased(User)
    return (
        sa.select(sa.func.max(asker.name))
        .join(Validation, Validation.asked_by_id == asker.id)
        .where(Validation.revision_id == Revision.id, Validation.state == ValidationState.VALIDATED)
        .correlate(Revision)
        .scalar_subquery()
    )


def inside_history(item_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select every round of an item with its update and its accepted answer, latest round first: for insiders.

    The answer is the accepted revision; where none is, the latest one.
    """
    submitter, author = aliased(User), aliased(User)
    return (
        sa.select(
            Update.id.label("update_id"),
            Update.state,
            Update.version,
            Update.drafted_at,
            Update.submitted_at.label("handed_over_at"),
            Update.review_started_at,
            Update.decided_at,
            Update.return_reason,
            Update.latest_revision_id,
            Update.accepted_revision_id,
            author.name.label("drafted_by"),
            submitter.name.label("submitted_by"),
            _in_whose_name().label("submitted_for"),
            _asked_by().label("validation_asked_by"),
            _came_by_link().label("by_link"),
            *_ROUND,
            *_ANSWER,
        )
        .join(Round, Round.id == Update.round_id)
        .join(Meeting, Meeting.id == Round.meeting_id)
        .outerjoin(Revision, Revision.id == sa.func.coalesce(Update.accepted_revision_id, Update.latest_revision_id))
        .outerjoin(author, author.id == Update.author_id)
        .outerjoin(submitter, submitter.id == Revision.submitted_by_id)
        .where(Update.item_id == item_id)
        .order_by(Round.due_on.desc(), Round.id.desc())
    )


def shared_history(item_id: int, *, today: date) -> sa.Select[*tuple[Any, ...]]:
    """Select the accepted answers of an item that all signed-in people read, latest round first."""
    return (
        sa.select(Update.decided_at, *_ROUND, *_ANSWER)
        .join(Round, Round.id == Update.round_id)
        .join(Meeting, Meeting.id == Round.meeting_id)
        .join(Revision, Revision.id == Update.accepted_revision_id)
        .where(Update.item_id == item_id, Revision.is_restricted.is_(False), Round.share_on <= today)
        .order_by(Round.due_on.desc(), Round.id.desc())
    )


def events_of(item_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select what people did with an item's updates, in order: for insiders."""
    return (
        sa.select(
            UpdateEvent.update_id,
            UpdateEvent.action,
            UpdateEvent.taken_at,
            UpdateEvent.comment,
            UpdateEvent.revision_id,
            User.name.label("actor"),
            Revision.number,
        )
        .join(Update, Update.id == UpdateEvent.update_id)
        .join(User, User.id == UpdateEvent.actor_id)
        .outerjoin(Revision, Revision.id == UpdateEvent.revision_id)
        .where(Update.item_id == item_id)
        .order_by(UpdateEvent.id)
    )
