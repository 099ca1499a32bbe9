"""What a party does with its updates: draft, submit, say "no change", take back."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import end_of_day, local_day
from tracker.instruments.models import CommitmentState
from tracker.meetings.models import Round
from tracker.meetings.rules import effective_due_on, takes_submissions
from tracker.progress.checks import Remark, personal_data
from tracker.progress.models import (
    EvidenceVersion,
    Item,
    ItemState,
    Revision,
    RevisionEvidence,
    SubmissionKey,
    Update,
    UpdateEvidence,
    Validation,
)
from tracker.progress.services.advice import PersonalDataUnconfirmed, remarks_on
from tracker.progress.services.answers import AnswerIncomplete, DraftAnswer, answer_of, missing, write_answer
from tracker.progress.services.revisions import freeze
from tracker.progress.services.standing import refresh_standing
from tracker.progress.workflow import EDITABLE, UpdateAction, UpdateState, next_state


class SubmissionsClosed(DomainError):
    """Nothing can be reported on this item now; the text says why and what to do."""


class ValidationNeeded(DomainError):
    """The party has a validating authority, and nobody else of it was asked."""


class NoChangeNotPossible(DomainError):
    """There is no accepted answer to repeat, or somebody began another."""


def require_open(item: Item, round_: Round, *, at: datetime) -> None:
    """Make sure that the item takes reports in this round now.

    Raises:
        SubmissionsClosed: the item is retired, its commitment ended, or the round is not open to the party.
    """
    if item.commitment.state is not CommitmentState.ACTIVE:
        raise SubmissionsClosed(_("This commitment no longer stands. It takes no more reports."))
    if item.state is ItemState.RETIRED:
        raise SubmissionsClosed(
            _("This item is retired: %(reason)s It takes no more reports.", reason=item.retired_reason)
        )
    if not takes_submissions(round_, item.party_id, local_day(at, round_.timezone)):
        raise SubmissionsClosed(
            _("The round is not open for your reports. Ask the Secretariat for an extension, and try again.")
        )


def lock(update: Update) -> Update:
    """Re-read an update and keep others from changing it until the commit; what was changed here is written first."""
    db.session.flush()
    # Of this table only: what was read along with it may be outer joins, which PostgreSQL cannot lock.
    db.session.refresh(update, with_for_update={"of": Update})
    return update


def find_update(item: Item, round_: Round) -> Update | None:
    """Return the item's update in the round, if anybody began one."""
    return db.session.scalar(sa.select(Update).filter_by(item_id=item.id, round_id=round_.id))


def open_update(item: Item, round_: Round, *, by: User, at: datetime) -> Update:
    """Return the item's update in the round, begun and locked; a new one starts from the last accepted answer.

    Raises:
        SubmissionsClosed: the item takes no reports now.
    """
    require_open(item, round_, at=at)
    update = find_update(item, round_)
    if update is None:
        update = Update(item=item, round=round_, author_id=by.id)
        try:
            with db.session.begin_nested():
                db.session.add(update)
        except IntegrityError:  # somebody else began it at the same moment
            update = find_update(item, round_)
            assert update is not None
    return lock(update)


def starting_answer(last: Revision | None) -> DraftAnswer:
    """Return what a new form shows: the last accepted answer, to be cleared anew."""
    if last is None:
        return DraftAnswer()
    answer = answer_of(last)
    return DraftAnswer(
        **{
            **{name: getattr(answer, name) for name in answer.__dataclass_fields__},
            "cleared_by_name": "",
            "cleared_by_function": "",
            "cleared_on": None,
        }
    )


def save_draft(update: Update, answer: DraftAnswer, *, by: User, at: datetime) -> bool:
    """Keep a draft; return whether anything changed. Each change raises the version.

    Raises:
        SubmissionsClosed: the item takes no reports now.
        DomainError: the update is with the Secretariat, or accepted.
    """
    require_open(update.item, update.round, at=at)
    if update.state not in EDITABLE:
        raise DomainError(_("This update is with the Secretariat. Take it back, or wait for it to be returned."))
    is_new = update.drafted_at is None
    changes = write_answer(update, answer)
    if not changes and not is_new:
        return False
    if not is_new:
        update.version += 1
    update.author_id, update.drafted_at = by.id, at
    db.session.flush()
    record("update.saved", update, at=at, by=by, party_id=update.item.party_id, changes={"fields": sorted(changes)})
    return True


def submit(
    update: Update, *, by: User, at: datetime, looked_again: bool = False, validated: Validation | None = None
) -> Revision:
    """Hand an update to the Secretariat as a frozen revision.

    Args:
        update: the update, locked.
        by: who submits.
        at: when (UTC).
        looked_again: whether the person confirmed that what looks like personal data is none.
        validated: the request of somebody else that this act fulfils, where the party has a validating authority.

    Raises:
        AnswerIncomplete: something that is needed is not filled in.
        PersonalDataUnconfirmed: something looks like personal data, and nobody looked again.
        ValidationNeeded: the party wants a second pair of eyes.
        SubmissionsClosed: the item takes no reports now.
        TransitionNotAllowed: it is already with the Secretariat, or accepted.
    """
    require_open(update.item, update.round, at=at)
    _require_validation(update, validated, by=by)
    if wanted := missing(answer_of(update)):
        raise AnswerIncomplete(wanted)
    remarks = _remarks(update, at=at)
    _confirm_personal_data(update, remarks, looked_again=looked_again, by=by, at=at)
    return _hand_over(update, UpdateAction.SUBMIT, by=by, at=at, repeats=None, remarks=remarks)


def offers_no_change(item: Item, update: Update | None) -> bool:
    """Tell whether "no change" may be said: something was accepted before, and nothing else was begun or returned."""
    if item.standing.accepted_revision_id is None:
        return False
    return update is None or (update.state is UpdateState.DRAFT and update.drafted_at is None)


def no_change(
    item: Item,
    round_: Round,
    *,
    by: User,
    at: datetime,
    looked_again: bool = False,
    validated: Validation | None = None,
) -> Revision:
    """Submit the last accepted answer once more, as unchanged.

    Raises:
        PersonalDataUnconfirmed: something looks like personal data, and nobody looked again.
        ValidationNeeded: the party wants a second pair of eyes.
        NoChangeNotPossible: there is none, or a draft or a returned update stands in the way.
        SubmissionsClosed: the item takes no reports now.
    """
    update = open_update(item, round_, by=by, at=at)
    last_id = item.standing.accepted_revision_id
    if last_id is None:
        raise NoChangeNotPossible(_("There is no accepted answer yet that could stay unchanged. Write an update."))
    if not offers_no_change(item, update):
        raise NoChangeNotPossible(_("An update was already begun or submitted for this item. Open it to go on."))
    _require_validation(update, validated, by=by)
    last = db.session.get_one(Revision, last_id)
    write_answer(update, answer_of(last))
    update.author_id, update.drafted_at = by.id, at
    evidence = db.session.scalars(
        sa.select(EvidenceVersion.evidence_id)
        .join(RevisionEvidence, RevisionEvidence.evidence_version_id == EvidenceVersion.id)
        .where(RevisionEvidence.revision_id == last.id)
        .distinct()
    ).all()
    known = set(db.session.scalars(sa.select(UpdateEvidence.evidence_id).filter_by(update_id=update.id)))
    db.session.add_all([UpdateEvidence(update_id=update.id, evidence_id=id_) for id_ in evidence if id_ not in known])
    db.session.flush()
    remarks = _remarks(update, at=at)
    _confirm_personal_data(update, remarks, looked_again=looked_again, by=by, at=at)
    return _hand_over(update, UpdateAction.NO_CHANGE, by=by, at=at, repeats=last, remarks=remarks)


def recall(update: Update, *, by: User, at: datetime) -> None:
    """Take a submitted update back into the party's hands, while nobody reviews it.

    Raises:
        TransitionNotAllowed: it is not submitted, or its review has started.
    """
    lock(update)
    update.take(UpdateAction.RECALL, actor=by, at=at)
    update.version += 1
    refresh_standing(update.item, today=local_day(at, update.round.timezone))
    record("update.recalled", update, at=at, by=by, party_id=update.item.party_id)


def use_key(key: str, *, by: User, at: datetime) -> bool:
    """Note that a form was sent; return False if this very form was sent before."""
    try:
        with db.session.begin_nested():
            db.session.add(SubmissionKey(person_id=by.id, key=key, used_at=at))
    except IntegrityError:
        return False
    return True


def _confirm_personal_data(
    update: Update, remarks: Sequence[Remark], *, looked_again: bool, by: User, at: datetime
) -> None:
    found = personal_data(remarks)
    if found is None:
        return
    if not looked_again:
        raise PersonalDataUnconfirmed(_("Something in the texts looks like personal data. Look at it again."))
    confirmed = found.plain()
    record(
        "update.personal_data_confirmed",
        update,
        at=at,
        by=by,
        party_id=update.item.party_id,
        changes={"fields": confirmed["fields"], "kinds": confirmed["kinds"]},
    )


def _require_validation(update: Update, validated: Validation | None, *, by: User) -> None:
    if not update.item.party.needs_validation:
        return
    if validated is None or validated.asked_by_id == by.id or validated.update is not update or not validated.stands():
        raise ValidationNeeded(_("Your party wants a second pair of eyes. Ask for validation."))


def _remarks(update: Update, *, at: datetime) -> list[Remark]:
    return remarks_on([update], today=local_day(at, update.item.party.timezone))[update.id]


def _hand_over(
    update: Update,
    action: UpdateAction,
    *,
    by: User,
    at: datetime,
    repeats: Revision | None,
    remarks: Sequence[Remark],
) -> Revision:
    round_, item = update.round, update.item
    was_due = end_of_day(effective_due_on(round_, item.party_id), round_.timezone)
    next_state(update.state, action)  # refuses what the workflow does not have, before anything is written down
    revision = freeze(update, by=by, at=at, is_late=at >= was_due, repeats=repeats, remarks=remarks)
    update.latest_revision_id = revision.id
    update.take(action, actor=by, at=at)
    update.version += 1
    update.submitted_at, update.submitted_by_id = at, by.id
    update.review_started_at = update.reviewer_id = None
    update.return_reason = ""
    refresh_standing(item, today=local_day(at, round_.timezone))
    record(
        "update.submitted",
        update,
        at=at,
        by=by,
        party_id=item.party_id,
        changes={"revision": revision.number, "sha256": revision.sha256, "unchanged": repeats is not None},
    )
    return revision
