"""Pages about instruments."""

from itertools import groupby

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core import navigation
from tracker.core.database import db
from tracker.core.navigation import OFFICE, READERS, NavigationEntry
from tracker.instruments import policies, queries
from tracker.instruments.grouping import Circle, circle_of
from tracker.instruments.models import Strength
from tracker.parties.queries import all_parties
from tracker.sources.queries import in_order, sources_named

bp = Blueprint("instruments", __name__)
_COVERS = (
    "instruments.",
    "dashboards.show_commitment",
    "corrections.edit_instrument",
    "corrections.edit_adoption",
    "corrections.edit_commitment",
)
navigation.add(
    bp,
    NavigationEntry(_l("Instruments"), "instruments.list_instruments", READERS, order=30, covers=_COVERS),
    NavigationEntry(_l("Instruments"), "instruments.list_instruments", OFFICE, order=50, covers=_COVERS),
)


@bp.get("/instruments")
def list_instruments() -> ResponseReturnValue:
    """Show every instrument, by who spoke, newest first."""
    require(use_tracker, None)
    rows = db.session.execute(queries.instruments_with_counts()).all()
    rows = sorted(rows, key=lambda row: list(Circle).index(circle_of(row[0].type)))
    return render_template(
        "instruments/list_instruments.html",
        groups=[(circle, list(members)) for circle, members in groupby(rows, lambda row: circle_of(row[0].type))],
        parties={party.code: party for party in db.session.scalars(all_parties())},
    )


@bp.get("/instruments/<code:code>")
def show_instrument(code: str) -> ResponseReturnValue:
    """Show an instrument: what is known of it, its commitments, who adopted it."""
    require(use_tracker, None)
    instrument = db.first_or_404(queries.instrument_by_code(code))
    commitments = db.session.scalars(queries.commitments_of(instrument)).all()
    adoptions = db.session.scalars(queries.adoptions_of(instrument)).all()
    named = {source.key: source for source in db.session.scalars(sources_named(instrument.sources))}
    return render_template(
        "instruments/show_instrument.html",
        instrument=instrument,
        commitments=commitments,
        strengths=[each for each in Strength if each in {commitment.strength for commitment in commitments}],
        adoptions=adoptions,
        parties={each.party.code: each.party for each in adoptions},
        sources=in_order(instrument.sources, named),
        may_correct=policies.correct_reference_data(current_user(), instrument),
    )
