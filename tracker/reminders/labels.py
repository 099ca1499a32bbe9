"""Words for people for steps, audiences and deliveries."""

from typing import Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.mail.models import DeliveryState
from tracker.reminders.models import StepKind
from tracker.reminders.schedule import Audience

labels.register(
    StepKind,
    {
        StepKind.LADDER: _l("Ladder of the round"),
        StepKind.ASSIGNMENT: _l("Assignment"),
        StepKind.WAITING_REVIEW: _l("Waits for review"),
        StepKind.WAITING_RETURNED: _l("Returned"),
        StepKind.VALIDATION: _l("To validate"),
    },
)
labels.register(
    Audience,
    {
        Audience.PARTY: _l("Coordinators and contributors"),
        Audience.PARTY_AND_DEPUTY: _l("Coordinators, contributors and deputies"),
        Audience.PARTY_DEPUTY_AND_SECRETARIAT: _l("Coordinators, contributors, deputies and the Secretariat"),
    },
)
labels.register(
    DeliveryState,
    {
        DeliveryState.QUEUED: _l("Waits"),
        DeliveryState.SENDING: _l("Is being sent"),
        DeliveryState.SENT: _l("Sent"),
        DeliveryState.FAILED: _l("Failed"),
        DeliveryState.CANCELLED: _l("Cancelled"),
    },
)

#: What each kind of mail is about, in the list of what was sent.
MAIL_WORDS: Final = {
    "digest": _l("Reminder"),
    "reminder_test": _l("Test"),
    "invitation": _l("Invitation"),
    "password_reset": _l("New password"),
    "password_changed": _l("Password changed"),
    "second_factor": _l("Second factor"),
    "email_change": _l("Change of e-mail"),
    "email_changed": _l("E-mail changed"),
    "role_given": _l("Role given"),
    "updates_accepted": _l("Updates accepted"),
    "practice_nominated": _l("Good practice nominated"),
    "update_returned": _l("Update returned"),
    "update_reopened": _l("Update reopened"),
    "meeting_moved": _l("Meeting moved"),
    "meeting_cancelled": _l("Meeting cancelled"),
    "meeting_reinstated": _l("Meeting planned again"),
}


def mail_words(kind: str) -> str:
    """Return what a kind of mail is called."""
    return str(MAIL_WORDS.get(kind, kind.replace("_", " ").capitalize()))


def init_app(app: Flask) -> None:
    """Give the words to templates."""
    app.jinja_env.globals["mail_words"] = mail_words
