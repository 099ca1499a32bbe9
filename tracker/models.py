"""Imports every model, so that Alembic sees all tables."""

from tracker.accounts.models import AccountLink, Membership, Passkey, RecoveryCode, SignIn, SignInAttempt, User
from tracker.audit.models import AuditEvent
from tracker.dashboards.models import SavedView
from tracker.exchange.models import ExchangePair, GoodPractice
from tracker.instruments.models import (
    Adoption,
    Commitment,
    CommitmentIndicator,
    CommitmentLink,
    CommitmentTheme,
    CommitmentVersion,
    Indicator,
    Instrument,
    Theme,
)
from tracker.mail.models import MailPause, Notification
from tracker.meetings.models import Decision, Extension, Meeting, MeetingInstrument, Round, RoundInstrument
from tracker.oversight.models import RedactionRequest
from tracker.papers.models import Paper, PaperSource
from tracker.papers.snapshots.models import Snapshot
from tracker.papers.speaking.models import SpeakingPoints
from tracker.parties.models import Footnote, FormerName, Party
from tracker.progress import models as progress
from tracker.reference.models import ShippedValue
from tracker.reminders.models import ReminderRule, ReminderStep, SchedulerBeat
from tracker.search.models import SearchEntry
from tracker.sources.models import Source

__all__ = [
    "AccountLink",
    "Adoption",
    "AuditEvent",
    "Commitment",
    "CommitmentIndicator",
    "CommitmentLink",
    "CommitmentTheme",
    "CommitmentVersion",
    "Decision",
    "ExchangePair",
    "Extension",
    "Footnote",
    "FormerName",
    "GoodPractice",
    "Indicator",
    "Instrument",
    "MailPause",
    "Meeting",
    "MeetingInstrument",
    "Membership",
    "Notification",
    "Paper",
    "PaperSource",
    "Party",
    "Passkey",
    "RecoveryCode",
    "RedactionRequest",
    "ReminderRule",
    "ReminderStep",
    "Round",
    "RoundInstrument",
    "SavedView",
    "SchedulerBeat",
    "SearchEntry",
    "ShippedValue",
    "SignIn",
    "SignInAttempt",
    "Snapshot",
    "Source",
    "SpeakingPoints",
    "Theme",
    "User",
    "progress",
]
