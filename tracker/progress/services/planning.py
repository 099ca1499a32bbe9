"""What a party plans about an item: who leads, by when, and the practical steps."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import canonical, record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.progress.models import Item, Step


@dataclass(frozen=True, kw_only=True)
class PlannedStep:
    """A practical step as it was typed. ``id`` names a step that stands; None is a new one."""

    id: int | None
    what: str
    responsible: str = ""
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Who leads, by when, and the steps in their order."""

    lead_institution: str
    target_on: date | None
    steps: Sequence[PlannedStep]

    @property
    def mark(self) -> str:
        """A short digest, so that a form can tell whether somebody else changed the plan meanwhile."""
        steps = [[step.id, step.what, step.responsible, step.due_on, step.done_on] for step in self.steps]
        content = canonical([self.lead_institution, self.target_on, steps])
        return hashlib.sha256(content.encode()).hexdigest()[:32]


class PlanIsOlder(DomainError):
    """Somebody changed the plan since the form was opened."""


def plan_of(item: Item) -> Plan:
    """Return what the party plans about an item now."""
    steps = db.session.scalars(sa.select(Step).where(Step.item_id == item.id).order_by(Step.position, Step.id))
    return Plan(
        lead_institution=item.lead_institution,
        target_on=item.target_on,
        steps=[
            PlannedStep(
                id=step.id, what=step.what, responsible=step.responsible, due_on=step.due_on, done_on=step.done_on
            )
            for step in steps
        ],
    )


def keep_plan(item: Item, plan: Plan, *, seen: str, by: User, at: datetime) -> bool:
    """Keep the plan; steps that are not in it any more go. Return whether anything changed.

    Args:
        item: the item.
        plan: what was typed; ids of steps of other items count as new steps.
        seen: the mark of the plan that the form showed.
        by: who changed it.
        at: when (UTC).

    Raises:
        PlanIsOlder: somebody else changed the plan since.
    """
    db.session.refresh(item, with_for_update={"of": Item}, attribute_names=["lead_institution", "target_on"])
    before = plan_of(item)
    if seen != before.mark:
        raise PlanIsOlder(_("Somebody else changed this while you were writing. Look at both, then save again."))
    standing = {step.id: step for step in db.session.scalars(sa.select(Step).where(Step.item_id == item.id))}
    kept: set[int | None] = set()
    for position, typed in enumerate(plan.steps, start=1):
        step = standing.get(typed.id or 0)
        if step is None or step.id in kept:
            step = Step(item_id=item.id)
            db.session.add(step)
        else:
            kept.add(step.id)
        step.position, step.what, step.responsible = position, typed.what, typed.responsible
        step.due_on, step.done_on = typed.due_on, typed.done_on
    for id_, step in standing.items():
        if id_ not in kept:
            db.session.delete(step)
    item.lead_institution, item.target_on = plan.lead_institution, plan.target_on
    db.session.flush()
    after = plan_of(item)
    if after.mark == before.mark:
        return False
    changes = {"lead_institution": [before.lead_institution, after.lead_institution]}
    changes |= {"target_on": [str(before.target_on or ""), str(after.target_on or "")]}
    changes |= {"steps": [str(len(before.steps)), str(len(after.steps))]}
    record("item.planned", item, at=at, by=by, party_id=item.party_id, changes=changes)
    return True


def finish_step(step: Step, *, by: User, at: datetime) -> bool:
    """Say that a step is done, today in the party's zone. Return False where it was done before; that day stays.

    Undone again it is by an edit of the item's steps.
    """
    item = step.item
    db.session.refresh(step, with_for_update=True)
    if step.done_on is not None:
        return False
    step.done_on = local_day(at, item.party.timezone)
    changes = {"step": step.what, "done_on": ["", step.done_on.isoformat()]}
    record("item.step_done", item, at=at, by=by, party_id=item.party_id, changes=changes)
    return True
