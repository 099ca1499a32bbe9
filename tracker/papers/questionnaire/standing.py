"""Where the items of a party stand now, all at once: their drafts, last answers and plans."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from tracker.core.database import db
from tracker.papers.questionnaire.queries import documents_of, plans_of, revisions_by_id, updates_of
from tracker.progress.models import Revision, Update
from tracker.progress.queries.work import hands_of, items_in_round
from tracker.progress.services.answers import answer_of
from tracker.progress.services.drafting import starting_answer
from tracker.progress.services.planning import Plan, PlannedStep
from tracker.progress.services.saving import Draft
from tracker.progress.workflow import EDITABLE, UpdateState


@dataclass(frozen=True, kw_only=True)
class AskedItem:
    """An item that the round asks a party about."""

    item_id: int
    code: str
    title: str
    instrument: str
    #: None while nobody began.
    state: UpdateState | None
    draft: Draft
    last: Revision | None
    plan: Plan
    return_reason: str
    #: Who saved the draft last, and when; empty where none stands.
    by_name: str
    drafted_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Tell whether it is in the party's hands."""
        return self.state is None or self.state in EDITABLE

    @property
    def offers_no_change(self) -> bool:
        """Something was accepted before, and nothing was begun or returned."""
        return self.state is None and self.last is not None


def asked_items(party_id: int, round_id: int, *, in_hands_of: int | None = None) -> list[AskedItem]:
    """Return what a round asks a party about, in the order of the list of work.

    Args:
        party_id: the party.
        round_id: the round.
        in_hands_of: only the items that this person has in hand; None: all.
    """
    rows: Any = db.session.execute(items_in_round(party_id, round_id)).all()
    if in_hands_of is not None:
        hands = db.session.execute(hands_of(party_id, round_id)).all()
        held = {hand.item_id for hand in hands if hand.person_id == in_hands_of}
        rows = [row for row in rows if row.item_id in held]
    ids = [row.item_id for row in rows]
    updates = {update.item_id: update for update in db.session.scalars(updates_of(ids, round_id))}
    accepted = [row.accepted_revision_id for row in rows if row.accepted_revision_id is not None]
    revisions = {revision.id: revision for revision in db.session.scalars(revisions_by_id(accepted))}
    documents = _documents([update.id for update in updates.values()], accepted)
    plans = _plans(ids)
    return [
        _asked(row, updates.get(row.item_id), revisions.get(row.accepted_revision_id), documents, plans[row.item_id])
        for row in rows
    ]


def _asked(
    row: Any,
    update: Update | None,
    last: Revision | None,
    documents: dict[tuple[bool, int], frozenset[int]],
    plan: Plan,
) -> AskedItem:
    is_begun = update is not None and update.drafted_at is not None
    if update is not None and is_begun:
        evidence = documents.get((True, update.id), frozenset())
        draft = Draft(answer=answer_of(update), evidence=evidence, version=update.version)
    else:
        evidence = documents.get((False, last.id), frozenset()) if last is not None else frozenset()
        draft = Draft(answer=starting_answer(last), evidence=evidence, version=0)
    state = update.state if update is not None else None
    return AskedItem(
        item_id=row.item_id,
        code=row.code,
        title=row.title,
        instrument=row.instrument,
        state=None if state is UpdateState.DRAFT and not is_begun else state,
        draft=draft,
        last=last,
        plan=plan,
        return_reason=update.return_reason if update is not None else "",
        by_name=update.author.name if update is not None and is_begun and update.author is not None else "",
        drafted_at=update.drafted_at if update is not None else None,
    )


def _documents(updates: Collection[int], revisions: Collection[int]) -> dict[tuple[bool, int], frozenset[int]]:
    found: dict[tuple[bool, int], set[int]] = defaultdict(set)
    for is_draft, row_id, evidence_id in db.session.execute(documents_of(updates, revisions)):
        found[bool(is_draft), row_id].add(evidence_id)
    return {key: frozenset(ids) for key, ids in found.items()}


def _plans(items: Collection[int]) -> dict[int, Plan]:
    rows = db.session.execute(plans_of(items)).all()
    return {item_id: _plan(list(group)) for item_id, group in groupby(rows, key=lambda row: row.item_id)}


def _plan(rows: list[Any]) -> Plan:
    return Plan(
        lead_institution=rows[0].lead_institution,
        target_on=rows[0].target_on,
        steps=[
            PlannedStep(
                id=row.step_id, what=row.what, responsible=row.responsible, due_on=row.due_on, done_on=row.done_on
            )
            for row in rows
            if row.step_id is not None
        ],
    )
