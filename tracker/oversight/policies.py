"""Who may read which part of the log, and who may have a text blanked. Source: DESIGN §3.4, §3.8."""

from typing import Final

import sqlalchemy as sa

from tracker.accounts.access import policy, run_network
from tracker.accounts.models import User
from tracker.audit.models import AuditEvent
from tracker.core.database import db
from tracker.oversight.models import RedactionRequest, RedactionState
from tracker.oversight.queries import is_pinned
from tracker.progress.models import RevisionEvidence

#: Tables that hold what a party is working on. An event about one of them is a party's own affair ...
_WORKING: Final = (
    "progress_update", "draft_buffer", "item", "step", "assignment", "evidence", "evidence_version", "figure",
    "figure_version", "paper", "speaking_points",
)  # fmt: skip
#: ... unless it is about something that has left the party's hands.
_OPEN_ACTS: Final = (
    "item.retired",
    "item.returned",
    "paper.asked_for_network",
    "speaking_points.released",
    "speaking_points.taken_back",
    "update.submitted",
    "update.personal_data_confirmed",
    "update.recalled",
    "update.review_started",
    "update.accepted",
    "update.returned",
    "update.reopened",
    "update.note_added",
    "update.released",
    "update.published",
    "update.withdrawn",
)


def is_party_affair(subject_type: str, act: str) -> bool:
    """Tell whether an event would show what a party is working on, or only that it is."""
    return subject_type in _WORKING and act not in _OPEN_ACTS


def events_visible_to(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that :func:`view_event` puts on events: for lists, exports and counts."""
    if user.is_administrator:
        return sa.true()
    if not user.is_secretariat:
        return sa.false()
    return sa.or_(AuditEvent.subject_type.not_in(_WORKING), AuditEvent.act.in_(_OPEN_ACTS))


@policy()
def view_log(user: User, _: object) -> bool:
    """The Secretariat and the administrators read the log."""
    return run_network(user, None)


@policy()
def view_event(user: User, event: AuditEvent) -> bool:
    """Administrators see every entry; the Secretariat sees none that tells of a party's drafts."""
    return user.is_administrator or (user.is_secretariat and not is_party_affair(event.subject_type, event.act))


@policy(sees=view_event)
def ask_redaction(user: User, event: AuditEvent) -> bool:
    """Administrators ask for a text to be blanked."""
    return user.is_administrator and view_event(user, event)


@policy()
def view_redaction(user: User, request: RedactionRequest) -> bool:
    """Whoever may see the entry, the revision or the evidence sees the request."""
    if user.is_administrator:
        return True
    if request.evidence_version is not None:
        return user.is_secretariat and bool(db.session.scalar(is_pinned(request.evidence_version.id)))
    return user.is_secretariat and (
        request.event is None or not is_party_affair(request.event.subject_type, request.event.act)
    )


def redactions_visible_to(user: User) -> sa.ColumnElement[bool]:
    """Return the condition that :func:`view_redaction` puts on requests."""
    if user.is_administrator:
        return sa.true()
    if not user.is_secretariat:
        return sa.false()
    pinned = sa.select(RevisionEvidence.evidence_version_id)
    return sa.or_(
        RedactionRequest.revision_id.is_not(None),
        RedactionRequest.event_seq.in_(sa.select(AuditEvent.seq).where(events_visible_to(user))),
        RedactionRequest.evidence_version_id.in_(pinned),
    )


@policy(sees=view_redaction)
def decide_redaction(user: User, request: RedactionRequest) -> bool:
    """A second officer decides: another administrator, or an officer of the Secretariat."""
    return request.state is RedactionState.ASKED and request.asked_by_id != user.id


@policy(sees=view_redaction)
def withdraw_redaction(user: User, request: RedactionRequest) -> bool:
    """Whoever asked may take the request back until it is decided."""
    return request.state is RedactionState.ASKED and request.asked_by_id == user.id
