"""The last mile of a round: clearing, asking for a second pair of eyes, validating, submitting.

Where a party has a validating authority, nobody's own act is enough: somebody asks, and another coordinator or
deputy validates, which submits, or sends it back. A change of the draft in between ends the request.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.meetings.models import Round
from tracker.progress.checks import personal_data
from tracker.progress.models import Item, Revision, Update, Validation, ValidationKind, ValidationState
from tracker.progress.queries.signing_off import latest_validation
from tracker.progress.services import drafting
from tracker.progress.services.advice import PersonalDataUnconfirmed, personal_data_repeated, remarks_on
from tracker.progress.services.answers import AnswerIncomplete, answer_of, missing
from tracker.progress.services.typing import begin_row, forget_typing
from tracker.progress.workflow import EDITABLE

#: What says who agreed to an answer; the same person often agrees to many.
CLEARANCE: Final = frozenset({"cleared_by_name", "cleared_by_function", "cleared_on"})


class Outcome(StrEnum):
    """What an act of signing off came to."""

    SUBMITTED = "submitted"
    ASKED = "asked"
    VALIDATED = "validated"


class AlreadyAsked(DomainError):
    """The person asked for validation before; somebody else acts next."""


@dataclass(frozen=True, kw_only=True)
class Clearance:
    """Who in the administration agreed, and when."""

    name: str
    function: str
    on: date


def clear(update: Update, clearance: Clearance, *, by: User, at: datetime) -> None:
    """Note who cleared a draft, where that is all it lacks. The update must be locked; its author stays."""
    update.cleared_by_name, update.cleared_by_function = clearance.name, clearance.function
    update.cleared_on = clearance.on
    update.version += 1
    changes = {"fields": sorted(CLEARANCE)}
    record("update.saved", update, at=at, by=by, party_id=update.item.party_id, changes=changes)


def standing_request(update: Update) -> Validation | None:
    """Return the request for validation that stands for an update."""
    found = db.session.scalar(latest_validation(update.id))
    return found if found is not None and found.stands() else None


def may_validate(request: Validation, person: User) -> bool:
    """Tell whether the person is another one than who asked, and does not stand in for them."""
    acting_for = person.acting_for.get(request.update.item.party_id)
    return request.asked_by_id not in (person.id, acting_for)


def hand_over(update: Update, *, by: User, at: datetime, looked_again: bool = False) -> Outcome:
    """Do what comes next with a draft: submit it, ask for validation, or validate what another one asked for.

    What the person was typing into it ends with it.

    Raises:
        AlreadyAsked: the person asked before.
        DomainError: as for :func:`drafting.submit`.
    """
    outcome = _hand_over(update, by=by, at=at, looked_again=looked_again)
    forget_typing(update, by=by)
    return outcome


def _hand_over(update: Update, *, by: User, at: datetime, looked_again: bool) -> Outcome:
    if not update.item.party.needs_validation:
        drafting.submit(update, by=by, at=at, looked_again=looked_again)
        return Outcome.SUBMITTED
    request = standing_request(update)
    if request is None:
        _ask_for_draft(update, by=by, at=at, looked_again=looked_again)
        return Outcome.ASKED
    _refuse_own(request, by)
    revision = drafting.submit(update, by=by, at=at, looked_again=looked_again, validated=request)
    _validated(request, revision, by=by, at=at)
    return Outcome.VALIDATED


def repeat(item: Item, round_: Round, *, by: User, at: datetime, looked_again: bool = False) -> Outcome:
    """Do what comes next with "no change": submit, ask for validation, or validate what another one asked for.

    Raises:
        AlreadyAsked: the person asked before.
        DomainError: as for :func:`drafting.no_change`.
    """
    if not item.party.needs_validation:
        drafting.no_change(item, round_, by=by, at=at, looked_again=looked_again)
        return Outcome.SUBMITTED
    drafting.require_open(item, round_, at=at)
    update = drafting.lock(drafting.find_update(item, round_) or begin_row(item, round_))
    request = standing_request(update)
    if request is None:
        if not drafting.offers_no_change(item, update):
            raise drafting.NoChangeNotPossible(
                _("An update was already begun or submitted for this item. Open it to go on.")
            )
        last_id = item.standing.accepted_revision_id
        if last_id is not None and personal_data_repeated([last_id]) and not looked_again:
            raise PersonalDataUnconfirmed(_("Something in the texts looks like personal data. Look at it again."))
        _ask(update, ValidationKind.NO_CHANGE, by=by, at=at, repeats_id=last_id)
        return Outcome.ASKED
    _refuse_own(request, by)
    revision = drafting.no_change(item, round_, by=by, at=at, looked_again=looked_again, validated=request)
    _validated(request, revision, by=by, at=at)
    return Outcome.VALIDATED


def send_back(update: Update, *, note: str, by: User, at: datetime) -> None:
    """Decline to validate, and say what has to change. The update must be locked.

    Raises:
        AlreadyAsked: the person asked themselves.
        DomainError: nothing is to be validated any more.
    """
    request = standing_request(update)
    if request is None:
        raise DomainError(_("The draft changed since you were asked. Look at it again."))
    _refuse_own(request, by)
    request.state, request.note = ValidationState.SENT_BACK, note
    request.decided_by_id, request.decided_at = by.id, at
    record("update.sent_back", update, at=at, by=by, party_id=update.item.party_id)


def _ask_for_draft(update: Update, *, by: User, at: datetime, looked_again: bool) -> None:
    drafting.require_open(update.item, update.round, at=at)
    if update.state not in EDITABLE:
        raise DomainError(_("This update was submitted already. Open the item to see where it stands."))
    if wanted := missing(answer_of(update)):
        raise AnswerIncomplete(wanted)
    remarks = remarks_on([update], today=local_day(at, update.item.party.timezone))[update.id]
    if personal_data(remarks) is not None and not looked_again:
        raise PersonalDataUnconfirmed(_("Something in the texts looks like personal data. Look at it again."))
    _ask(update, ValidationKind.DRAFT, by=by, at=at, repeats_id=None)


def _ask(update: Update, kind: ValidationKind, *, by: User, at: datetime, repeats_id: int | None) -> None:
    before = db.session.scalar(latest_validation(update.id))
    if before is not None and before.state is ValidationState.ASKED:
        before.state = ValidationState.LAPSED
        db.session.flush()
    db.session.add(
        Validation(
            update=update,
            kind=kind,
            version=update.version,
            repeats_id=repeats_id,
            asked_by_id=by.id,
            asked_at=at,
        )
    )
    db.session.flush()
    record("update.validation_asked", update, at=at, by=by, party_id=update.item.party_id, changes={"kind": kind.value})


def _refuse_own(request: Validation, by: User) -> None:
    if not may_validate(request, by):
        raise AlreadyAsked(
            _("You asked for validation yourself. Another coordinator or deputy of your party validates it.")
        )


def _validated(request: Validation, revision: Revision, *, by: User, at: datetime) -> None:
    request.state, request.revision_id = ValidationState.VALIDATED, revision.id
    request.decided_by_id, request.decided_at = by.id, at
    record(
        "update.validated",
        request.update,
        at=at,
        by=by,
        party_id=request.update.item.party_id,
        changes={"revision": revision.number},
    )
