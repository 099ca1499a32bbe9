"""All needs and offers that a person may read, and which of them may answer each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import require, use_tracker
from tracker.core.database import db
from tracker.core.paging import page_of_rows
from tracker.core.spreadsheets import csv_of
from tracker.dashboards.models import ViewPage
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.views.blueprint import reader_here
from tracker.dashboards.views.saved import saved_views
from tracker.exchange.entries import NEED, OFFER, Entry, entries_of, pairs_of
from tracker.exchange.forms import OPEN, BoardForm
from tracker.exchange.matching import Nearness
from tracker.exchange.models import ExchangePair
from tracker.exchange.queries.entries import answers_with_needs_or_offers
from tracker.exchange.queries.pairs import noted_pairs
from tracker.exchange.table import HEADS, table_rows
from tracker.exchange.views.blueprint import bp
from tracker.instruments.queries import themes
from tracker.meetings.queries import instruments_in_use
from tracker.parties.queries import all_parties

#: How many pairs stand above the list for those who ask or offer themselves.
OWN_PAIRS = 6


@dataclass(frozen=True, kw_only=True)
class Board:
    """What was asked for, and what there is."""

    reader: Reader
    form: BoardForm
    #: Labels of filters whose value was none of ours.
    unknown: list[str]
    #: Everything that the reader may read.
    everything: Sequence[Entry]

    @property
    def shown(self) -> list[Entry]:
        """What the filters let through."""
        return [entry for entry in self.everything if self.form.lets_through(entry)]


def board_here() -> Board:
    """Return what the address asks for, as the person behind the request may see it."""
    reader = reader_here()
    form = BoardForm(request.args)
    form.offer(
        themes=[(theme.code, theme.name) for theme in db.session.scalars(themes())],
        parties=[(party.code, party.short_name) for party in db.session.scalars(all_parties())],
        instruments=[(row.code, row.short_title) for row in db.session.execute(instruments_in_use())],
        with_notes=reader.reads_all,
    )
    unknown = form.unknown()
    rows = db.session.execute(answers_with_needs_or_offers(reader))
    return Board(reader=reader, form=form, unknown=unknown, everything=entries_of(rows))


@bp.get("/needs-and-offers")
def show_board() -> ResponseReturnValue:
    """Show what parties ask for and offer, and first of all what answers the reader's own party."""
    require(use_tracker, None)
    board = board_here()
    own = [] if board.reader.reads_all else pairs_of(board.everything)
    return render_template(
        "exchange/show_board.html",
        board=board,
        form=board.form,
        page=page_of_rows(board.shown),
        answers_us=_once([(pair.offer, pair.near) for pair in own if pair.need.party_id in board.reader.own]),
        asks_us=_once([(pair.need, pair.near) for pair in own if pair.offer.party_id in board.reader.own]),
        sides=_sides(board, "exchange.show_board"),
        saved=saved_views(ViewPage.NEEDS),
        csv_url=url_for(".download_board", **_kept(board.form)),
    )


@bp.get("/needs-and-offers.csv")
def download_board() -> ResponseReturnValue:
    """Hand out the same needs and offers as a table."""
    require(use_tracker, None)
    board = board_here()
    response = make_response(csv_of(HEADS, table_rows(board.shown)))
    response.mimetype = "text/csv"
    name = f"needs-and-offers-{board.reader.today.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/needs-and-offers/matches")
def list_matches() -> ResponseReturnValue:
    """Show which needs and offers may answer each other, the nearest first."""
    require(use_tracker, None)
    board = board_here()
    noted = {}
    if board.reader.reads_all:
        noted = {(each.need_item_id, each.offer_item_id): each for each in db.session.scalars(noted_pairs())}
    pairs = [
        pair
        for pair in pairs_of(board.everything, up_to=Nearness.THEME)
        if (board.form.lets_through(pair.need) or board.form.lets_through(pair.offer))
        and _is_wanted(board.form, noted.get(pair.key))
    ]
    return render_template(
        "exchange/list_matches.html",
        board=board,
        form=board.form,
        page=page_of_rows(pairs),
        noted=noted,
        sides=_sides(board, "exchange.list_matches"),
    )


def _is_wanted(form: BoardForm, note: ExchangePair | None) -> bool:
    """Tell whether a pair is among those asked for, by what the Secretariat noted of it."""
    return not form.noted.data or form.noted.data == (note.state.value if note is not None else OPEN)


def _once(sides: Sequence[tuple[Entry, Nearness]]) -> list[tuple[Entry, Nearness]]:
    """Return the other sides of pairs, each once and as near as it comes; the first few."""
    nearest: dict[int, tuple[Entry, Nearness]] = {}
    for entry, near in sides:
        nearest.setdefault(entry.row.item_id, (entry, near))
    return list(nearest.values())[:OWN_PAIRS]


def _kept(form: BoardForm, **differing: str | None) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.data} | differing


def _sides(board: Board, here: str) -> list[tuple[str, int | None, str, bool]]:
    """Return the views of the list: words, how many, address, whether it is the present one."""
    words = (("", _("All")), (NEED, _("Needs")), (OFFER, _("Offers")))
    is_board = here == "exchange.show_board"
    views: list[tuple[str, int | None, str, bool]] = [
        (
            label,
            sum(1 for entry in board.everything if side in ("", entry.side)),
            url_for(".show_board", **_kept(board.form, side=side or None, kind=None, noted=None)),
            is_board and board.form.side.data == side,
        )
        for side, label in words
    ]
    matching = url_for(".list_matches", **_kept(board.form, side=None, kind=None))
    return [*views, (_("Who may help whom"), None, matching, not is_board)]
