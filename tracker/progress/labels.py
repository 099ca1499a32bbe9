"""Words for people for statuses, states and steps."""

from typing import Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.progress import figure_words
from tracker.progress.checks import Flag
from tracker.progress.models import AnswerKind, EvidenceKind, HelpKind, ItemState, ShareKind
from tracker.progress.personal_data import PersonalKind
from tracker.progress.statuses import NOT_REPORTED, Status
from tracker.progress.workflow import UpdateAction, UpdateState

STATUS_WORDS: Final = {
    Status.NOT_STARTED: _l("Not started"),
    Status.IN_PREPARATION: _l("In preparation"),
    Status.PARTLY_IN_PLACE: _l("Partly in place"),
    Status.IN_PLACE: _l("In place"),
    Status.IN_USE: _l("In place and used"),
    Status.NOT_APPLICABLE: _l("Not applicable"),
}
STATUS_MEANINGS: Final = {
    Status.NOT_STARTED: _l("Nothing has been decided or begun."),
    Status.IN_PREPARATION: _l("Drafting, planning or looking for funds."),
    Status.PARTLY_IN_PLACE: _l("Some parts are adopted or set up, others are missing."),
    Status.IN_PLACE: _l("Adopted or set up in full, but not yet used, or not yet known to be."),
    Status.IN_USE: _l("It works in practice: there are cases, awards, trainings, figures."),
    Status.NOT_APPLICABLE: _l("The commitment does not concern your country. You will be asked for the reason."),
}
NOT_REPORTED_WORD: Final = _l("Not reported")

labels.register(Status, STATUS_WORDS)
labels.register(
    UpdateState,
    {
        UpdateState.DRAFT: _l("Draft"),
        UpdateState.SUBMITTED: _l("Submitted"),
        UpdateState.RETURNED: _l("Returned"),
        UpdateState.ACCEPTED: _l("Accepted"),
    },
)
labels.register(
    UpdateAction,
    {
        UpdateAction.SUBMIT: _l("Submitted"),
        UpdateAction.NO_CHANGE: _l("Submitted without change"),
        UpdateAction.RECALL: _l("Recalled by the party"),
        UpdateAction.START_REVIEW: _l("Review started"),
        UpdateAction.ACCEPT: _l("Accepted"),
        UpdateAction.RETURN: _l("Returned"),
        UpdateAction.REOPEN: _l("Reopened"),
    },
)
labels.register(ItemState, {ItemState.ACTIVE: _l("Active"), ItemState.RETIRED: _l("Retired")})
labels.register(EvidenceKind, {EvidenceKind.LINK: _l("Links"), EvidenceKind.FILE: _l("Files")})
labels.register(
    HelpKind,
    {
        HelpKind.LEGISLATION: _l("Legislation"),
        HelpKind.TRAINING: _l("Training"),
        HelpKind.FUNDING: _l("Funding"),
        HelpKind.DATA: _l("Data"),
        HelpKind.CONTACTS: _l("Contacts"),
        HelpKind.OTHER: _l("Something else"),
    },
)
labels.register(
    ShareKind,
    {
        ShareKind.PRACTICE: _l("A practice"),
        ShareKind.CONTACT_POINT: _l("A contact point"),
        ShareKind.DOCUMENT: _l("A document"),
        ShareKind.OTHER: _l("Something else"),
    },
)
labels.register(
    AnswerKind,
    {
        AnswerKind.VALUE: _l("A figure is given"),
        AnswerKind.NOT_AVAILABLE: _l("Not available"),
        AnswerKind.NOT_APPLICABLE: _l("Not applicable"),
        AnswerKind.NOT_DISCLOSED: _l("Not disclosed"),
    },
)
labels.register(
    Flag,
    {
        Flag.NO_EVIDENCE: _l("“In place and used” is said, and no document is named that shows it."),
        Flag.WENT_BACK: _l("The status is lower than in the last accepted answer."),
        Flag.SAME_TEXT: _l("The status changed, and the texts are word for word those of the last accepted answer."),
        Flag.LINK: _l("A link does not begin with https://, or is not complete."),
        Flag.OLD_EVIDENCE: _l("A document is older than three years."),
        Flag.EVIDENCE_RAN_OUT: _l("A document has run out."),
        Flag.EVIDENCE_RUNS_OUT: _l("A document runs out within two months."),
        Flag.PAST_TARGET: _l("The target date has passed, and the commitment is not in place."),
        Flag.PERSONAL_DATA: _l("Something looks like personal data."),
    },
)
labels.register(
    PersonalKind,
    {
        PersonalKind.EMAIL: _l("an e-mail address"),
        PersonalKind.PHONE: _l("a telephone number"),
        PersonalKind.ID_NUMBER: _l("a number of identity"),
        PersonalKind.CASE_NUMBER: _l("the number of a court or police file"),
        PersonalKind.BIRTH: _l("a person with a date of birth"),
    },
)
#: Where a remark points: the parts of the update form, by field.
PLACE_WORDS: Final = {
    "status": _l("status"),
    "evidence": _l("evidence"),
    "reason": _l("why it does not apply"),
    "narrative": _l("what has been done"),
    "obstacles": _l("what stands in the way"),
    "next_steps": _l("what comes next"),
    "help_text": _l("what help you need"),
    "share_text": _l("what you can share"),
}


def place_words(name: str) -> str:
    """Return the word for the part of the update form that a remark points to."""
    return str(PLACE_WORDS.get(name, name))


def status_label(value: Status | str | None) -> str:
    """Return the word for a status, by member or value; *not reported* for None."""
    if value is None or value == NOT_REPORTED:
        return str(NOT_REPORTED_WORD)
    return str(STATUS_WORDS[Status(value)])


def status_meaning(value: Status | str) -> str:
    """Return the sentence that stands beside a status where it is chosen."""
    return str(STATUS_MEANINGS[Status(value)])


def state_label(value: UpdateState | str | None) -> str:
    """Return the word for the state of an update; *not begun* where there is none."""
    return str(_l("Not begun")) if value is None else labels.label(UpdateState(value))


def init_app(app: Flask) -> None:
    """Give the words to templates."""
    app.jinja_env.globals.update(
        status_label=status_label, status_meaning=status_meaning, state_label=state_label, place_words=place_words
    )
    figure_words.init_app(app)
