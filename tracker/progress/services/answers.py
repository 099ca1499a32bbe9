"""What a party answers, as one value; and what it still needs before it can be submitted."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.core.errors import DomainError
from tracker.progress.models import HelpKind, Revision, ShareKind, Update
from tracker.progress.statuses import Status


@dataclass(frozen=True, kw_only=True)
class DraftAnswer:
    """The fields of the update form. The names are those of the columns of ``models.updates.Answer``."""

    status: Status | None = None
    narrative: str = ""
    obstacles: str = ""
    next_steps: str = ""
    reason: str = ""
    needs_help: bool = False
    help_kind: HelpKind | None = None
    help_text: str = ""
    can_share: bool = False
    share_kind: ShareKind | None = None
    share_text: str = ""
    is_restricted: bool = False
    cleared_by_name: str = ""
    cleared_by_function: str = ""
    cleared_on: date | None = None


ANSWER_FIELDS: Final = tuple(field.name for field in fields(DraftAnswer))


def answer_of(row: Update | Revision) -> DraftAnswer:
    """Return what a working draft or a revision says."""
    return DraftAnswer(**{name: getattr(row, name) for name in ANSWER_FIELDS})


def write_answer(update: Update, answer: DraftAnswer) -> dict[str, list[object]]:
    """Put an answer into the working draft; return what changed: field → [old, new]."""
    changes: dict[str, list[object]] = {}
    for name in ANSWER_FIELDS:
        old, new = getattr(update, name), getattr(answer, name)
        if old != new:
            changes[name] = [old, new]
            setattr(update, name, new)
    return changes


def missing(answer: DraftAnswer) -> list[tuple[str, str]]:
    """Return what keeps an answer from being submitted: (field, instruction)."""
    wanted: list[tuple[str, str]] = []
    if answer.status is None:
        wanted.append(("status", _l("Choose how far implementation has come.")))
    elif answer.status is Status.NOT_APPLICABLE and not answer.reason:
        wanted.append(("reason", _l("Say why the commitment does not apply.")))
    if not answer.narrative and answer.status is not Status.NOT_APPLICABLE:
        wanted.append(("narrative", _l("Say in two or three sentences what has been done.")))
    if answer.needs_help and not answer.help_text:
        wanted.append(("help_text", _l("Say what help you need.")))
    if answer.can_share and not answer.share_text:
        wanted.append(("share_text", _l("Say what you can share.")))
    if not answer.cleared_by_name:
        wanted.append(("cleared_by_name", _l("Enter the name of the person who cleared this answer.")))
    if not answer.cleared_by_function:
        wanted.append(("cleared_by_function", _l("Enter the function of the person who cleared this answer.")))
    if answer.cleared_on is None:
        wanted.append(("cleared_on", _l("Enter the day on which this answer was cleared.")))
    return wanted


class AnswerIncomplete(DomainError):
    """The answer cannot be submitted yet; ``wanted`` names the fields and what to do."""

    def __init__(self, wanted: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(str(sentence) for _, sentence in wanted))
        self.wanted = wanted
