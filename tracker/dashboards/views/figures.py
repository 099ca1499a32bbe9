"""Figures over the years, on the pages of commitments and parties, and as files."""

from collections.abc import Sequence
from typing import Any

from flask import make_response
from flask.typing import ResponseReturnValue

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.database import db
from tracker.core.spreadsheets import csv_of
from tracker.dashboards.figures import HEADS, file_rows
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.views.blueprint import bp, reader_here
from tracker.instruments.models import Commitment
from tracker.instruments.queries import commitment_by_code
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code
from tracker.progress.models import Figure
from tracker.progress.policies import answers_for
from tracker.progress.queries.figures import current_of_party, figures_open_to, used_by_commitment
from tracker.progress.services.disclosing import FigureBlock, as_seen, blocks_of


@bp.get("/commitments/<code:code>/figures.csv")
def download_commitment_figures(code: str) -> ResponseReturnValue:
    """Hand out what parties say about the indicators of a commitment, as far as the reader sees it."""
    require(use_tracker, None)
    commitment = db.first_or_404(commitment_by_code(code))
    return _file(commitment.code, figures_on(commitment, reader_here()))


@bp.get("/parties/<code:code>/figures.csv")
def download_party_figures(code: str) -> ResponseReturnValue:
    """Hand out the figures of a party, as far as the reader sees them; all of them to its own coordinators."""
    require(use_tracker, None)
    party = db.first_or_404(party_by_code(code))
    return _file(party.code, figures_of(party, reader_here()), party=party)


def figures_on(commitment: Commitment, reader: Reader) -> list[FigureBlock]:
    """Return the figures of all parties on the indicators that a commitment asks for, indicator by indicator."""
    return _open(used_by_commitment(commitment), reader)


def figures_of(party: Party, reader: Reader) -> list[FigureBlock]:
    """Return a party's figures: to its own coordinators as they stand now, to others as answers pinned them."""
    if answers_for(current_user(), party):
        return blocks_of(as_seen(db.session.execute(current_of_party(party.id)), is_inside=True))
    return _open(Figure.party_id == party.id, reader)


def _open(condition: Any, reader: Reader) -> list[FigureBlock]:
    query = figures_open_to(condition, reads_all=reader.reads_all, own=reader.own, today=reader.today)
    return blocks_of(as_seen(db.session.execute(query), is_inside=reader.reads_accepted_of))


def _file(code: str, blocks: Sequence[FigureBlock], *, party: Party | None = None) -> ResponseReturnValue:
    response = make_response(csv_of(HEADS, file_rows(blocks, party=party)))
    response.mimetype = "text/csv"
    response.headers["Content-Disposition"] = f'attachment; filename="figures-{code.lower()}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response
