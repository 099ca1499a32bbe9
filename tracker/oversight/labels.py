"""Words for people for what the log holds."""

from typing import Any, Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.audit.models import Means
from tracker.core import labels
from tracker.oversight.models import RedactionState

labels.register(
    Means,
    {
        Means.SESSION: _l("signed in"),
        Means.ONE_ROUND_LINK: _l("link for one round"),
        Means.API_TOKEN: _l("API token"),
        Means.JOB: _l("job"),
        Means.COMMAND: _l("command"),
    },
)
labels.register(
    RedactionState,
    {
        RedactionState.ASKED: _l("Waits for a second officer"),
        RedactionState.DONE: _l("Redacted"),
        RedactionState.DECLINED: _l("Declined"),
        RedactionState.WITHDRAWN: _l("Withdrawn"),
    },
)

#: By the first word of an act.
FEATURE_WORDS: Final[dict[str, Any]] = {
    "account": _l("Accounts"),
    "adoption": _l("Adoption"),
    "assignment": _l("Assignments"),
    "audit": _l("Log"),
    "backup": _l("Backups"),
    "commitment": _l("Commitments"),
    "decision": _l("Decisions"),
    "demo": _l("Sample data"),
    "evidence": _l("Evidence"),
    "extension": _l("Extensions"),
    "figure": _l("Figures"),
    "instrument": _l("Instruments"),
    "item": _l("Items"),
    "mail": _l("Mail"),
    "meeting": _l("Meetings"),
    "paper": _l("Papers"),
    "pair": _l("Needs and offers"),
    "party": _l("Parties"),
    "practice": _l("Good practice"),
    "questionnaire": _l("Questionnaires"),
    "redaction": _l("Redaction"),
    "reference": _l("Reference data"),
    "reminders": _l("Reminders"),
    "retention": _l("Retention"),
    "round": _l("Rounds"),
    "snapshot": _l("Snapshots"),
    "speaking_points": _l("Speaking points"),
    "update": _l("Updates"),
}

#: By table. What has no word here is printed by its name.
SUBJECT_WORDS: Final[dict[str, Any]] = {
    "account_link": _l("Link in a mail"),
    "adoption": _l("Adoption"),
    "assignment": _l("Assignment"),
    "commitment": _l("Commitment"),
    "decision": _l("Decision"),
    "evidence": _l("Evidence"),
    "exchange_pair": _l("Need and offer"),
    "extension": _l("Extension"),
    "figure": _l("Figure"),
    "good_practice": _l("Good practice"),
    "instrument": _l("Instrument"),
    "item": _l("Item"),
    "mail_pause": _l("Stop for reminders"),
    "meeting": _l("Meeting"),
    "membership": _l("Membership"),
    "notification": _l("E-mail"),
    "paper": _l("Paper"),
    "party": _l("Party"),
    "progress_update": _l("Update"),
    "redaction_request": _l("Request for redaction"),
    "reminder_rule": _l("Reminder rule"),
    "revision": _l("Revision"),
    "round": _l("Round"),
    "sign_in": _l("Sign-in"),
    "speaking_points": _l("Speaking points"),
    "user_account": _l("Person"),
}

ACT_WORDS: Final[dict[str, Any]] = {
    "account.app_added": _l("Set up an authenticator app"),
    "account.app_changed": _l("Set up another authenticator app"),
    "account.app_removed": _l("Stopped using an authenticator app"),
    "account.details_changed": _l("Changed the details of an account"),
    "account.disabled": _l("Disabled an account"),
    "account.email_change_asked": _l("Asked for a change of e-mail address"),
    "account.email_changed": _l("Changed the e-mail address"),
    "account.enabled": _l("Enabled an account"),
    "account.handed_over": _l("Handed a role over"),
    "account.invitation_accepted": _l("Took up an invitation"),
    "account.invitation_revoked": _l("Took an invitation back"),
    "account.invited": _l("Invited a person"),
    "account.invited_again": _l("Invited a person again"),
    "account.passkey_added": _l("Added a passkey"),
    "account.passkey_removed": _l("Removed a passkey"),
    "account.link_opened": _l("Came by a link for one round"),
    "account.link_revoked": _l("Withdrew a link for one round"),
    "account.link_sent": _l("Sent a link for one round"),
    "account.password_changed": _l("Changed the password"),
    "account.password_reset": _l("Set a new password"),
    "account.recovery_code_used": _l("Used a recovery code"),
    "account.recovery_codes_made": _l("Made new recovery codes"),
    "account.reminders_paused": _l("Paused reminders"),
    "account.reminders_resumed": _l("Resumed reminders"),
    "account.reset_asked": _l("Asked for a new password"),
    "account.role_ended": _l("Ended a role"),
    "account.role_given": _l("Gave a role"),
    "account.role_removed": _l("Removed a role"),
    "account.second_factor_failed": _l("Showed a wrong second factor"),
    "account.second_factor_lifted": _l("Lifted a second factor"),
    "account.second_factor_locked": _l("Locked the second step after wrong codes"),
    "account.sign_in_ended": _l("Ended a sign-in"),
    "account.sign_in_failed": _l("Failed to sign in"),
    "account.sign_ins_ended": _l("Ended all sign-ins"),
    "account.stand_in_removed": _l("Removed a stand-in who left"),
    "account.signed_in": _l("Signed in"),
    "account.signed_out": _l("Signed out"),
    "adoption.set": _l("Set who adopted an instrument"),
    "assignment.changed": _l("Changed an assignment"),
    "assignment.given": _l("Assigned an item"),
    "assignment.not_ready": _l("Said that an assigned item is not ready yet"),
    "assignment.ready": _l("Said that an assigned item is ready"),
    "assignment.taken_back": _l("Took an assigned item back"),
    "audit.exported": _l("Downloaded the log"),
    "backup.made": _l("Made a backup"),
    "backup.restored": _l("Restored a backup"),
    "commitment.corrected": _l("Corrected a commitment"),
    "commitment.made": _l("Made a commitment of a decision"),
    "demo.loaded": _l("Loaded the sample data"),
    "demo.passwords_replaced": _l("Replaced the passwords of the sample people"),
    "evidence.added": _l("Added evidence"),
    "evidence.brought_back": _l("Brought evidence back into use"),
    "evidence.changed": _l("Changed what is said about evidence"),
    "evidence.read": _l("Took a restricted file away"),
    "evidence.replaced": _l("Added a new version of evidence"),
    "evidence.retired": _l("Took evidence out of use"),
    "extension.granted": _l("Granted an extension"),
    "extension.moved": _l("Moved an extension"),
    "extension.withdrawn": _l("Took an extension back"),
    "figure.entered": _l("Entered figures"),
    "instrument.corrected": _l("Corrected an instrument"),
    "instrument.made": _l("Made an instrument of a meeting’s conclusions"),
    "item.planned": _l("Planned an item"),
    "item.step_done": _l("Marked a step as done"),
    "item.retired": _l("Retired an item"),
    "item.returned": _l("Brought an item back"),
    "mail.cancelled": _l("Cancelled an e-mail"),
    "mail.sent_again": _l("Sent an e-mail again"),
    "mail.sent_now": _l("Sent an e-mail at once"),
    "meeting.cancelled": _l("Cancelled a meeting"),
    "meeting.changed": _l("Changed a meeting"),
    "meeting.decisions": _l("Wrote down what a meeting decided"),
    "meeting.held": _l("Marked a meeting as held"),
    "meeting.planned": _l("Planned a meeting"),
    "meeting.reinstated": _l("Reinstated a meeting"),
    "paper.asked": _l("Asked for a paper of a party"),
    "paper.asked_for_network": _l("Asked for a paper of the network"),
    "pair.noted": _l("Noted a need and an offer"),
    "party.corrected": _l("Corrected a party"),
    "practice.consented": _l("Consented to the register of good practice"),
    "practice.declined": _l("Declined a nomination as good practice"),
    "practice.nominated": _l("Nominated good practice"),
    "practice.removed": _l("Took good practice back"),
    "practice.withdrawn": _l("Withdrew the consent to good practice"),
    "questionnaire.taken": _l("Took answers from a questionnaire into drafts"),
    "redaction.asked": _l("Asked for a redaction"),
    "redaction.confirmed": _l("Confirmed a redaction"),
    "redaction.declined": _l("Declined a redaction"),
    "redaction.withdrawn": _l("Took back the request for a redaction"),
    "reference.loaded": _l("Loaded the reference data"),
    "reminders.ladder_changed": _l("Changed when reminders go out"),
    "reminders.paused": _l("Stopped reminders"),
    "reminders.queued": _l("Queued reminders"),
    "reminders.resumed": _l("Let reminders go out again"),
    "retention.forgot": _l("Removed what had been kept long enough"),
    "round.cancelled": _l("Cancelled a round"),
    "round.changed": _l("Changed a round"),
    "round.closed": _l("Closed a round"),
    "round.moved": _l("Moved a round"),
    "round.opened": _l("Opened a round"),
    "round.opened_again": _l("Opened a round again"),
    "round.planned": _l("Planned a round"),
    "round.reinstated": _l("Reinstated a round"),
    "snapshot.taken": _l("Froze the state of play"),
    "speaking_points.released": _l("Released speaking points to the Secretariat"),
    "speaking_points.saved": _l("Wrote speaking points"),
    "speaking_points.taken_back": _l("Took speaking points back"),
    "update.accepted": _l("Accepted an update"),
    "update.evidence": _l("Changed the evidence of a draft"),
    "update.note_added": _l("Added a note to a review"),
    "update.personal_data_confirmed": _l("Confirmed that a text holds no personal data"),
    "update.recalled": _l("Took an update back"),
    "update.reopened": _l("Reopened an update"),
    "update.returned": _l("Returned an update"),
    "update.review_started": _l("Started a review"),
    "update.saved": _l("Saved a draft"),
    "update.sent_back": _l("Sent an update back within the party"),
    "update.submitted": _l("Submitted an update"),
    "update.validated": _l("Validated an update"),
    "update.validation_asked": _l("Asked for validation"),
}


def act_words(act: str) -> str:
    """Return an act in words; one that has none yet is spelt out: ``party.renamed`` is "Party: renamed"."""
    if act in ACT_WORDS:
        return str(ACT_WORDS[act])
    feature, _, what = act.partition(".")
    return f"{FEATURE_WORDS.get(feature, feature.replace('_', ' ').capitalize())}: {what.replace('_', ' ')}"


def subject_words(table: str) -> str:
    """Return the word for a kind of subject; nothing where an act has none."""
    return "" if table == "none" else str(SUBJECT_WORDS.get(table, table.replace("_", " ").capitalize()))


def init_app(app: Flask) -> None:
    """Give templates the filters ``act_words`` and ``subject_words``."""
    app.jinja_env.filters.update(act_words=act_words, subject_words=subject_words)
