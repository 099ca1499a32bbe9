"""The page of the search."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.clock import network_today
from tracker.core.database import db
from tracker.core.paging import Page, page_number, page_of
from tracker.dashboards.queries.reader import reader_for
from tracker.instruments.queries import themes
from tracker.parties.queries import all_parties
from tracker.search import queries
from tracker.search.asking import Asked, read_question
from tracker.search.forms import LONGEST, SearchForm
from tracker.search.labels import KIND_LABELS
from tracker.search.models import SearchKind
from tracker.search.services import BODIES, TITLES, text_of
from tracker.search.snippets import Piece, pieces, snippet

bp = Blueprint("search", __name__)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One line of the answer."""

    kind: SearchKind
    subject: Any
    title: Sequence[Piece]
    text: Sequence[Piece]
    url: str


@bp.get("/search")
def show_results() -> ResponseReturnValue:
    """Find texts by the words in them, among those that the reader may read."""
    require(use_tracker, None)
    form = SearchForm(request.args)
    form.offer(
        [(each.code, each.short_name) for each in db.session.scalars(all_parties())],
        [(each.code, each.name) for each in db.session.scalars(themes())],
    )
    for label in form.unknown():
        flash(_("There is no such %(filter)s. The search is not narrowed to it.", filter=label), "care")
    question = form.q.data or ""
    if len(question) > LONGEST:
        flash(_("Only the first %(limit)s characters were looked for.", limit=LONGEST), "care")
        question = form.q.data = question[:LONGEST]
    asked = read_question(question)
    page, counts = _look_up(asked, form) if asked else (None, {})
    return render_template(
        "search/show_results.html",
        form=form,
        question=question,
        page=page,
        hits=_hits(page, asked) if page else [],
        kinds=_kinds(form, counts),
        is_filtered=bool(form.party.data or form.theme.data),
        widened_url=url_for(".show_results", q=question),
    )


def _kinds(form: SearchForm, counts: dict[SearchKind, int]) -> list[tuple[object, int, str, bool]]:
    """Return the views of the answer: words, how many, address, whether it is the present one."""
    kept: dict[str, Any] = {"q": form.q.data, "party": form.party.data or None, "theme": form.theme.data or None}
    views: list[tuple[object, int, str, bool]] = [
        (_("Everything"), sum(counts.values()), url_for(".show_results", **kept), not form.kind.data)
    ]
    for kind, words in KIND_LABELS.items():
        if number := counts.get(kind, 0):
            views.append((words, number, url_for(".show_results", **kept, kind=kind.value), form.kind.data == kind))
    return views


def _look_up(asked: Asked, form: SearchForm) -> tuple[Page[Any], dict[SearchKind, int]]:
    user = current_user()
    narrowed = form.narrowed()
    fitting = queries.found(
        asked,
        reader_for(user, today=network_today()),
        submits_for=sorted(user.rights.coordinates),
        narrowed=narrowed,
    )
    counts = {SearchKind(kind): number for kind, number in db.session.execute(queries.counts(fitting))}
    return page_of(queries.ranked(fitting, narrowed), number=page_number()), counts


def _hits(page: Page[Any], asked: Asked) -> list[Hit]:
    """Read what the rows of a page are about: one statement for each kind that is there."""
    ids: dict[SearchKind, list[int]] = {}
    for row in page.items:
        ids.setdefault(SearchKind(row.kind), []).append(row.subject_id)
    subjects = {
        (kind, subject.id): subject
        for kind, theirs in ids.items()
        for subject in db.session.scalars(queries.SUBJECTS[kind](theirs)).unique()
    }
    rows = [(SearchKind(row.kind), row.subject_id) for row in page.items]
    return [_hit(kind, subjects[kind, id_], asked) for kind, id_ in rows if (kind, id_) in subjects]


def _hit(kind: SearchKind, subject: Any, asked: Asked) -> Hit:
    if kind is SearchKind.ANSWER:
        title = subject.item.commitment.title
        url = url_for(
            "progress.show_revision", item_id=subject.item_id, round_id=subject.round_id, number=subject.number
        )
    elif kind is SearchKind.COMMITMENT:
        title, url = subject.title, url_for("dashboards.show_commitment", code=subject.code)
    elif kind is SearchKind.INSTRUMENT:
        title, url = subject.short_title, url_for("instruments.show_instrument", code=subject.code)
    elif kind is SearchKind.MEETING:
        title, url = subject.title, url_for("meetings.show_meeting", meeting_id=subject.id)
    else:
        title, url = subject.text, url_for("meetings.show_meeting", meeting_id=subject.meeting_id)
    body = text_of(subject, BODIES[kind] if kind is not SearchKind.INSTRUMENT else (*TITLES[kind][2:], *BODIES[kind]))
    return Hit(kind=kind, subject=subject, title=pieces(title, asked.marks), text=snippet(body, asked.marks), url=url)
