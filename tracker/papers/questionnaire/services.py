"""Taking what a file says into the drafts. Nothing is ever submitted here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.papers.models import Paper
from tracker.papers.questionnaire.comparing import ItemDifference, answer_with
from tracker.progress.queries.items import items_by_id
from tracker.progress.services.drafting import find_update
from tracker.progress.services.figures import Entry, enter_figures
from tracker.progress.services.merging import read_seen
from tracker.progress.services.planning import Plan, PlannedStep, keep_plan
from tracker.progress.services.saving import Typed, draft_of, last_accepted, save


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One item to take, as the person was shown it and chose."""

    difference: ItemDifference
    #: The draft and the plan that stood when the difference was shown.
    seen: str
    plan: str
    #: Whose text stands, in a field that somebody else changed too.
    sides: Mapping[str, str] = field(default_factory=dict)


def take(
    paper: Paper, items: Sequence[Taken], figures: Sequence[Entry], round_: Round, *, by: User, at: datetime
) -> None:
    """Save what a file says of these items in their drafts and plans, and these figures.

    Raises:
        DraftConflict: somebody saved the same field since the difference was shown.
        PlanIsOlder: somebody changed the steps since.
        FigureClash: somebody entered the same figure since.
        DomainError: an item takes no reports now.
    """
    rows = {item.id: item for item in db.session.scalars(items_by_id([each.difference.item.item_id for each in items]))}
    for each in items:
        difference = each.difference
        item = rows[difference.item.item_id]
        if difference.changes:
            theirs = draft_of(find_update(item, round_), last_accepted(item))
            typed = Typed(
                base=replace(read_seen(each.seen), evidence=theirs.evidence),
                answer=answer_with(theirs.answer, difference.changes, each.sides),
                evidence=theirs.evidence,
            )
            save(item, round_, typed, by=by, at=at)
        if difference.steps is not None and not difference.steps.is_clash:
            steps = [
                PlannedStep(
                    id=row.id, what=row.what, responsible=row.responsible, due_on=row.due_on, done_on=row.done_on
                )
                for row in difference.steps.rows
            ]
            plan = Plan(lead_institution=item.lead_institution, target_on=item.target_on, steps=steps)
            keep_plan(item, plan, seen=each.plan, by=by, at=at)
    assert paper.party is not None
    enter_figures(paper.party, figures, by=by, at=at)
    source = paper.source
    indicators = sorted({entry.indicator.code for entry in figures})
    codes = [each.difference.code for each in items]
    changes = {"items": codes, "figures": indicators, "sha256": source.sha256 if source is not None else ""}
    record("questionnaire.taken", paper, at=at, by=by, party_id=paper.party_id, changes=changes)
