"""Which answer of each item a report prints, with what stands beside it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.papers.national.choices import Holds
from tracker.papers.national.queries import (
    documents_of_drafts,
    documents_of_revisions,
    items_asked,
    steps_of_items,
    updates_until,
)
from tracker.parties.models import Party
from tracker.progress.models import Item, Revision, Update
from tracker.progress.statuses import Status
from tracker.progress.views.story import StepLine, steps_of_revision
from tracker.progress.workflow import UpdateState


@dataclass(frozen=True, kw_only=True)
class Printed:
    """One item, and the answer that is printed of it."""

    item: Item
    #: The draft or revision; None where nothing is to be printed.
    answer: Update | Revision | None = None
    #: Where the printed answer stands; None beside no answer.
    state: UpdateState | None = None
    #: The round that the printed answer was given in.
    round: Round | None = None
    #: The status that counts: that of the accepted answer.
    counted: Status | None = None
    #: The status of the accepted answer before the one that is printed.
    before: Status | None = None
    #: A newer answer waits for review, and is not the one that is printed.
    has_newer: bool = False
    #: The printed answer was given in a round before the one that the report is about.
    is_earlier: bool = False
    lead: str = ""
    target_on: date | None = None
    steps: Sequence[Any] = ()
    documents: list[Any] = field(default_factory=list)


def printed_items(party: Party, round_: Round, holds: Holds) -> list[Printed]:
    """Return every item that the round asks the party about, with the answer that is printed of it."""
    items = db.session.scalars(items_asked(party, round_.id)).unique().all()
    ids = [item.id for item in items]
    updates: dict[int, list[Update]] = defaultdict(list)
    for update in db.session.scalars(updates_until(ids, round_.due_on)):
        updates[update.item_id].append(update)
    chosen = [_choose(item, updates[item.id], round_, holds) for item in items]
    return _with_surroundings(chosen, ids)


def _choose(item: Item, updates: list[Update], round_: Round, holds: Holds) -> Printed:
    """Return the answer of an item that is printed: in this round the nearest to the present, else the last accepted.

    What counts is always the last accepted answer, whatever is printed. Source: DESIGN §3.5.
    """
    accepted = next((each for each in updates if each.accepted_revision is not None), None)
    revision = accepted.accepted_revision if accepted is not None else None
    counted = revision.status if revision is not None else None
    here = next((each for each in updates if each.round_id == round_.id), None)
    waits = here is not None and here.state is UpdateState.SUBMITTED
    if here is not None and holds is Holds.DRAFTS and _has_draft(here):
        return Printed(item=item, answer=here, state=UpdateState.DRAFT, round=round_, counted=counted)
    if here is not None and waits and holds is not Holds.ACCEPTED:
        return Printed(
            item=item,
            answer=here.latest_revision,
            state=UpdateState.SUBMITTED,
            round=round_,
            counted=counted,
            before=_status_before(updates, round_),
        )
    if accepted is None:
        return Printed(item=item, has_newer=waits)
    return Printed(
        item=item,
        answer=revision,
        state=UpdateState.ACCEPTED,
        round=accepted.round,
        counted=counted,
        before=_status_before(updates, accepted.round),
        has_newer=waits,
        is_earlier=accepted.round_id != round_.id,
    )


def _status_before(updates: list[Update], round_: Round) -> Status | None:
    """Return the status of the latest accepted answer of a round that was due earlier."""
    earlier = (each.accepted_revision for each in updates if each.round.due_on < round_.due_on)
    return next((revision.status for revision in earlier if revision is not None), None)


def _has_draft(update: Update) -> bool:
    return update.state in (UpdateState.DRAFT, UpdateState.RETURNED) and update.drafted_at is not None


def _with_surroundings(chosen: list[Printed], ids: list[int]) -> list[Printed]:
    """Add lead, target date, steps and documents: a draft's as they stand, a revision's as it copied them."""
    revisions = [each.answer.id for each in chosen if isinstance(each.answer, Revision)]
    drafts = [each.answer.id for each in chosen if isinstance(each.answer, Update)]
    documents: dict[tuple[bool, int], list[Any]] = defaultdict(list)
    for row in db.session.execute(documents_of_revisions(revisions)):
        documents[False, row.owner_id].append(row)
    for row in db.session.execute(documents_of_drafts(drafts)):
        documents[True, row.owner_id].append(row)
    steps: dict[int, list[StepLine]] = defaultdict(list)
    for step in db.session.scalars(steps_of_items(ids)):
        steps[step.item_id].append(
            StepLine(what=step.what, responsible=step.responsible, due_on=step.due_on, done_on=step.done_on)
        )
    return [_surrounded(each, steps[each.item.id], documents) for each in chosen]


def _surrounded(printed: Printed, steps: list[StepLine], documents: dict[tuple[bool, int], list[Any]]) -> Printed:
    answer, item = printed.answer, printed.item
    if isinstance(answer, Revision):
        return replace(
            printed,
            lead=answer.lead_institution,
            target_on=answer.target_on,
            steps=steps_of_revision(answer.steps),
            documents=documents[False, answer.id],
        )
    is_draft = isinstance(answer, Update)
    return replace(
        printed,
        lead=item.lead_institution if is_draft else "",
        target_on=item.target_on if is_draft else None,
        steps=steps if is_draft else (),
        documents=documents[True, answer.id] if isinstance(answer, Update) else [],
    )
