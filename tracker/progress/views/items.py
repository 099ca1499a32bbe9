"""One item: its history, its steps and evidence, and each revision."""

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import current_user, open_to_links, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.core.difference import words
from tracker.core.zones import local_day
from tracker.instruments.models import CommitmentState
from tracker.progress import policies
from tracker.progress.counting import Count, from_totals
from tracker.progress.expiry import expiry
from tracker.progress.models import Item, ItemState, Revision, Step
from tracker.progress.panels import ITEM_PANELS
from tracker.progress.queries.answers import revision_in_full, revisions_before
from tracker.progress.queries.evidence import evidence_of_revision
from tracker.progress.queries.figures import pinned_by
from tracker.progress.queries.history import events_of, inside_history, shared_history
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.network import statuses_of_commitment
from tracker.progress.queries.work import hands_on
from tracker.progress.services.disclosing import FigureBlock, as_seen, blocks_of
from tracker.progress.statuses import NOT_REPORTED
from tracker.progress.views.acting import new_key
from tracker.progress.views.blueprint import bp
from tracker.progress.views.story import Circle, StepLine, steps_of_revision, story_of

#: The texts of a revision, in the order of the form.
TEXTS = (
    ("reason", _l("Why the commitment does not apply")),
    ("narrative", _l("What has been done")),
    ("obstacles", _l("What stands in the way")),
    ("next_steps", _l("What comes next")),
    ("help_text", _l("Help that is asked for")),
    ("share_text", _l("What can be shared")),
)


@bp.get("/items/<int:item_id>")
@open_to_links
def show_item(item_id: int) -> ResponseReturnValue:
    """Tell what a party has done about a commitment, round by round."""
    found = db.session.execute(item_in_full(item_id).add_columns(hands_on(item_id).label("hands"))).first()
    if found is None:
        abort(404)
    item: Item = found[0]
    require(policies.view_item, item)
    circle = _circle(item)
    standing = item.standing
    is_inside = circle is not Circle.READER
    if is_inside:
        rows = db.session.execute(inside_history(item_id)).all()
        current_id = standing.accepted_revision_id
    else:
        rows = db.session.execute(shared_history(item_id, today=network_today())).all()
        current_id = rows[0].revision_id if rows else None
    current = next((row for row in rows if row.revision_id == current_id and current_id is not None), None)
    chapters = story_of(
        rows,
        db.session.execute(events_of(item_id)) if circle in (Circle.WORKING, Circle.OFFICE) else (),
        circle=circle,
        current_revision_id=current_id,
    )
    return render_template(
        "progress/show_item.html",
        item=item,
        circle=circle,
        current=current,
        chapters=chapters,
        latest=chapters[0] if chapters else None,
        steps=_steps(item, circle, current),
        evidence=_evidence(current, is_inside=is_inside),
        expiry_of=lambda last_day: expiry(last_day, network_today()) if is_inside else None,
        figures=_figures(current, circle),
        hands=sorted((found.hands or "").splitlines()) if circle in (Circle.WORKING, Circle.PARTY) else [],
        network=_network(item, circle),
        takes_reports=item.state is ItemState.ACTIVE and item.commitment.state is CommitmentState.ACTIVE,
        key=new_key(),
        panels=ITEM_PANELS.of(item, circle, current),
        today=local_day(utc_now(), item.party.timezone) if circle in (Circle.WORKING, Circle.PARTY) else None,
    )


@bp.get("/items/<int:item_id>/revisions/<int:round_id>/<int:number>")
def show_revision(item_id: int, round_id: int, number: int) -> ResponseReturnValue:
    """Show one frozen revision, and what changed since the one before."""
    revision = db.first_or_404(revision_in_full(item_id, round_id, number))
    require(policies.view_revision, revision)
    item = revision.item
    before = next(
        (
            each
            for each in db.session.scalars(revisions_before(revision))
            if policies.view_revision(current_user(), each)
        ),
        None,
    )
    circle = _circle(item)
    is_inside = circle is not Circle.READER
    return render_template(
        "progress/show_revision.html",
        item=item,
        revision=revision,
        before=before,
        texts=_texts(revision, before),
        steps=steps_of_revision(revision.steps),
        evidence=_evidence(revision, is_inside=is_inside),
        figures=_figures(revision, circle),
        is_inside=is_inside,
    )


def _circle(item: Item) -> Circle:
    """Return how near the person is to the item."""
    user = current_user()
    if policies.view_working(user, item):
        return Circle.WORKING
    if user.is_secretariat:
        return Circle.OFFICE
    return Circle.PARTY if user.belongs_to(item.party_id) else Circle.READER


def _steps(item: Item, circle: Circle, current: Any) -> list[Any]:
    """Return the steps as they stand, for the party; as the answer that is read copied them, for all others."""
    if circle is Circle.WORKING or circle is Circle.PARTY:
        query = sa.select(Step.id, Step.what, Step.responsible, Step.due_on, Step.done_on)
        return list(db.session.execute(query.where(Step.item_id == item.id).order_by(Step.position, Step.id)))
    return list[StepLine | Any](steps_of_revision(current.steps)) if current is not None else []


def _evidence(answer: Any, *, is_inside: bool) -> list[Any]:
    if answer is None:
        return []
    revision_id = answer.id if isinstance(answer, Revision) else answer.revision_id
    rows = db.session.execute(evidence_of_revision(revision_id)).all()
    return [row for row in rows if is_inside or not row.is_restricted]


def _figures(answer: Any, circle: Circle) -> list[FigureBlock]:
    """Return the figures that an answer pinned, as the reader may see them."""
    if answer is None:
        return []
    revision_id = answer.id if isinstance(answer, Revision) else answer.revision_id
    return blocks_of(as_seen(db.session.execute(pinned_by(revision_id)), is_inside=circle is not Circle.READER))


def _network(item: Item, circle: Circle) -> Count | None:
    """Return how the parties of the same kind stand, as the reader may see it."""
    user = current_user()
    rows = db.session.execute(
        statuses_of_commitment(
            item.commitment_id,
            item.party.kind,
            sees_all=user.is_secretariat,
            own=user.rights.coordinates | user.rights.contributes,
            today=network_today(),
        )
    )
    return from_totals({str(row.status or NOT_REPORTED): row.items for row in rows})


def _texts(revision: Revision, before: Revision | None) -> list[tuple[Any, str, Any]]:
    """Return heading, text and difference of each text that one of the two has."""
    texts = []
    for name, heading in TEXTS:
        now, then = getattr(revision, name), getattr(before, name) if before is not None else ""
        if now or then:
            texts.append((heading, now, words(then, now) if before is not None and now != then else None))
    return texts
