"""What the Secretariat does with a submitted update: read, accept, return, reopen."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.progress.models import ReviewNote, Update
from tracker.progress.services.drafting import lock
from tracker.progress.services.notices import tell_party
from tracker.progress.services.standing import refresh_standing
from tracker.progress.workflow import UpdateAction


class NotYourOwn(DomainError):
    """Nobody reviews what they submitted themselves."""


class RevisionIsNewer(DomainError):
    """What was read is not what is submitted now."""


def start_review(update: Update, *, by: User, at: datetime) -> None:
    """Begin to review, so that the party cannot take the update back meanwhile. Safe to run again.

    Raises:
        TransitionNotAllowed: the update is not submitted.
        NotYourOwn: the reviewer submitted it.
    """
    lock(update)
    _refuse_own(update, by)
    if update.review_started_at is not None and update.reviewer_id == by.id:
        return
    update.take(UpdateAction.START_REVIEW, actor=by, at=at)
    update.review_started_at, update.reviewer_id = at, by.id
    record("update.review_started", update, at=at, by=by, party_id=update.item.party_id)


def accept(updates: Sequence[Update], *, by: User, at: datetime, read: Sequence[int] | None = None) -> None:
    """Accept submitted updates and tell each party once.

    Args:
        updates: what to accept; all or nothing.
        by: the officer.
        at: when (UTC).
        read: for each update the id of the revision that the officer had before them.

    Raises:
        RevisionIsNewer: a revision came in between that the officer has not read.
        NotYourOwn: the officer submitted one of them.
        TransitionNotAllowed: one of them is not submitted.
    """
    # In one order, so that two officers who accept several at once do not wait for each other in a circle.
    order = sorted(range(len(updates)), key=lambda index: updates[index].id)
    for index in order:
        update = lock(updates[index])
        if read is not None and update.latest_revision_id != read[index]:
            raise RevisionIsNewer(_("The party sent another revision while you were reading. Read it, then decide."))
        _refuse_own(update, by)
        update.take(UpdateAction.ACCEPT, actor=by, at=at)
        _decided(update, by=by, at=at)
        record(
            "update.accepted",
            update,
            at=at,
            by=by,
            party_id=update.item.party_id,
            changes={"revision_id": update.accepted_revision_id},
        )
    tell_party("updates_accepted", [updates[index] for index in order], at=at)


def return_for_correction(update: Update, *, by: User, at: datetime, reason: str, read: int | None = None) -> None:
    """Send an update back to its party with what has to change, and tell the party.

    Raises:
        RevisionIsNewer: a revision came in between that the officer has not read.
        NotYourOwn: the officer submitted it.
        TransitionNotAllowed: the update is not submitted.
    """
    lock(update)
    if read is not None and update.latest_revision_id != read:
        raise RevisionIsNewer(_("The party sent another revision while you were reading. Read it, then decide."))
    _refuse_own(update, by)
    update.take(UpdateAction.RETURN, actor=by, at=at, comment=reason)
    update.return_reason = reason
    update.version += 1
    _decided(update, by=by, at=at)
    record("update.returned", update, at=at, by=by, party_id=update.item.party_id, changes={"reason": reason})
    tell_party("update_returned", [update], at=at)


def reopen(update: Update, *, by: User, at: datetime, reason: str) -> None:
    """Give an accepted update back to its party. What was accepted stays so until another revision is.

    Raises:
        TransitionNotAllowed: the update is not accepted.
    """
    lock(update)
    update.take(UpdateAction.REOPEN, actor=by, at=at, comment=reason)
    update.return_reason = reason
    update.version += 1
    _decided(update, by=by, at=at)
    record("update.reopened", update, at=at, by=by, party_id=update.item.party_id, changes={"reason": reason})
    tell_party("update_reopened", [update], at=at)


def add_note(update: Update, *, by: User, at: datetime, text: str) -> ReviewNote:
    """Keep a note among the Secretariat; the party never sees it."""
    note = ReviewNote(update_id=update.id, author_id=by.id, written_at=at, text=text)
    db.session.add(note)
    record("update.note_added", update, at=at, by=by, party_id=update.item.party_id)
    return note


def _decided(update: Update, *, by: User, at: datetime) -> None:
    update.decided_at, update.reviewer_id, update.review_started_at = at, by.id, None
    refresh_standing(update.item, today=local_day(at, update.round.timezone))


def _refuse_own(update: Update, by: User) -> None:
    if update.submitted_by_id == by.id:
        raise NotYourOwn(_("You submitted this update. Another officer decides on it."))
