"""The state of play: every commitment by every party."""

from dataclasses import dataclass
from typing import Any

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import require, use_tracker
from tracker.core.database import db
from tracker.core.filters import day, in_words
from tracker.core.frame import endpoint_exists
from tracker.core.spreadsheets import csv_of
from tracker.dashboards import queries
from tracker.dashboards.forms import AddresseeForm, MatrixForm
from tracker.dashboards.matrix import Addresses, Looks, Matrix, build, catalogue
from tracker.dashboards.models import ViewPage
from tracker.dashboards.moves import TOLD, Then
from tracker.dashboards.printing import Printed
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.rounds import ShownRound, last_ended, shown_rounds
from tracker.dashboards.table import table_of
from tracker.dashboards.trend import ROUNDS_SHOWN, TrendRow, drawing, over_rounds
from tracker.dashboards.views.blueprint import bp, reader_here
from tracker.dashboards.views.saved import saved_views
from tracker.instruments.models import Addressee


@dataclass(frozen=True, kw_only=True)
class StateOfPlay:
    """What was asked for, and what there is."""

    reader: Reader
    addressee: Addressee
    form: MatrixForm
    #: Labels of filters whose value was none of ours.
    unknown: list[str]
    matrix: Matrix
    rounds: list[ShownRound]
    #: The round as of which answers are shown; None for the latest.
    until: ShownRound | None
    #: The earlier round that it is compared with; None for none.
    compared: ShownRound | None
    #: Whether any cell carries the mark of a newer update, or of an older answer.
    marks_pending: bool
    marks_older: bool

    @property
    def is_filtered(self) -> bool:
        """Tell whether commitments were left out."""
        return bool(self.form.instrument.data or self.form.theme.data or self.form.status.data)


@bp.get("/dashboard")
def show_matrix() -> ResponseReturnValue:
    """Show the matrix, and how the selection stood at the end of each round."""
    require(use_tracker, None)
    state = state_of_play()
    trend = _trend(state)
    return render_template(
        "dashboards/show_matrix.html",
        state=state,
        form=state.form,
        matrix=state.matrix,
        trend=trend,
        drawing=drawing(trend),
        printed=Printed(addresses().item),
        moved=state.matrix.moved() if state.compared else None,
        told=TOLD,
        saved=saved_views(ViewPage.MATRIX),
        addressees=addressees(state.addressee, ".show_matrix"),
        lede=_lede(state),
        caption=_("Status of each commitment by party. Parties in alphabetical order."),
        older_words=_older_words(state),
        csv_url=url_for(".download_matrix", **_kept_arguments(state)),
        charts_url=url_for(
            ".show_charts",
            instrument=state.form.instrument.data or None,
            theme=state.form.theme.data or None,
            addressee=_addressee_value(state.addressee),
        ),
        clear_url=url_for(".show_matrix", addressee=_addressee_value(state.addressee)),
    )


@bp.get("/dashboard.csv")
def download_matrix() -> ResponseReturnValue:
    """Hand out the cells of the matrix as a table, one row each, with the same filters."""
    require(use_tracker, None)
    state = state_of_play()
    response = make_response(csv_of(*table_of(state.matrix, is_compared=state.compared is not None)))
    response.mimetype = "text/csv"
    name = f"state-of-play-{state.reader.today.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def state_of_play() -> StateOfPlay:
    """Return what the address asks for, as the person behind the request may see it."""
    reader = reader_here()
    addressee_form = AddresseeForm(request.args)
    unknown = addressee_form.unknown()
    addressee = Addressee(addressee_form.addressee.data)
    offered = catalogue(db.session.execute(queries.tracked_commitments(addressee)))
    round_rows = db.session.execute(queries.begun_rounds(reader.today)).all()
    rounds = shown_rounds(round_rows, today=reader.today)
    form = MatrixForm(request.args)
    form.offer(offered, rounds)
    unknown += form.unknown()
    known = {row.code: (row, shown) for row, shown in zip(round_rows, rounds, strict=True)}
    until_row, until = known.get(form.round.data, (None, None))
    current = until or last_ended(rounds, today=reader.today)
    compared_row, compared = known.get(form.compare.data, (None, None))
    if compared is not None and until is not None and compared.due_on >= until.due_on:
        unknown.append(str(form.compare.label.text))
        form.compare.data, compared = "", None
    selected = offered.selected(instrument=form.instrument.data, theme=form.theme.data)
    looks = Looks(rounds, current=current, chosen=form.status.data, compared=compared)
    kind = queries.ANSWERS_FOR[addressee]
    then = None
    if compared is not None:
        earlier = db.session.execute(queries.cells(reader, kind, commitment_ids=selected, until=compared_row))
        then = {row.item_id: Then(row.status, row.round_id) for row in earlier if row.item_id is not None}
    rows = db.session.execute(queries.cells(reader, kind, commitment_ids=selected, until=until_row))
    matrix = build(offered, rows, looks, addresses(), selected=selected, status=form.status.data, then=then)
    return StateOfPlay(
        reader=reader,
        addressee=addressee,
        form=form,
        unknown=unknown,
        matrix=matrix,
        rounds=rounds,
        until=until,
        compared=compared,
        marks_pending=looks.has("is-pending"),
        marks_older=looks.has("is-older"),
    )


def _trend(state: StateOfPlay) -> list[TrendRow]:
    """Return the rounds that have ended, and the present below them; nothing where no round has ended."""
    ended = [each for each in state.rounds if each.due_on < state.reader.today][-ROUNDS_SHOWN:]
    if not ended:
        return []
    ids = tuple(row.id for row in state.matrix.rows)
    times = queries.standing_times(state.reader, commitment_ids=ids)
    rows = over_rounds(db.session.execute(times), ended, items=state.matrix.count.items)
    return rows if state.until else [*rows, TrendRow(name=_("Now"), count=state.matrix.count)]


def _lede(state: StateOfPlay) -> str:
    matrix = state.matrix
    commitments = sum(len(band.rows) for band in matrix.bands)
    parties = len(matrix.columns)
    words = {
        Addressee.COUNTRY: ngettext(
            "%(num)s commitment addressed to countries", "%(num)s commitments addressed to countries", commitments
        ),
        Addressee.NETWORK: ngettext(
            "%(num)s commitment of the network", "%(num)s commitments of the network", commitments
        ),
        Addressee.SECRETARIAT: ngettext(
            "%(num)s commitment of the Secretariat", "%(num)s commitments of the Secretariat", commitments
        ),
    }[state.addressee]
    if state.addressee is Addressee.COUNTRY:
        words += ", " + ngettext("%(count)s party", "%(count)s parties", parties, count=in_words(parties))
    if state.until:
        when = _("answers as of the round of %(round)s", round=state.until.name)
    elif state.reader.reads_all:
        when = _("latest accepted answers on %(day)s", day=day(state.reader.today))
    else:
        when = _("latest shared answers on %(day)s", day=day(state.reader.today))
    return f"{words}, {when}."


def _older_words(state: StateOfPlay) -> str:
    current = state.until or last_ended(state.rounds, today=state.reader.today)
    return str(_("Line: answered before the round of %(round)s", round=current.name)) if current else ""


def addresses() -> Addresses:
    """Return where the pages begin that the matrix leads to."""
    return Addresses(
        item=_beginning("progress.show_item", "/items/", item_id=0),
        commitment=_beginning("dashboards.show_commitment", "/commitments/", code="0"),
        party=_beginning("dashboards.show_party", "/parties/", code="0"),
        instrument=_beginning("instruments.show_instrument", "/instruments/", code="0"),
    )


def _beginning(endpoint: str, known_as: str, **values: Any) -> str:
    return url_for(endpoint, **values).removesuffix("0") if endpoint_exists(endpoint) else known_as


def _kept_arguments(state: StateOfPlay) -> dict[str, Any]:
    """Return what was chosen, for the address of the same selection in another form."""
    chosen = {field.name: field.data for field in state.form if field.data}
    return {**chosen, "addressee": _addressee_value(state.addressee)}


def _addressee_value(addressee: Addressee) -> str | None:
    return None if addressee is Addressee.COUNTRY else addressee.value


def addressees(current: Addressee, endpoint: str) -> list[tuple[str, None, str, bool]]:
    """Return the three views of a page: words, no count, address, whether it is the present one."""
    words = {
        Addressee.COUNTRY: _("Countries"),
        Addressee.NETWORK: _("The network"),
        Addressee.SECRETARIAT: _("The Secretariat"),
    }
    return [
        (words[each], None, url_for(endpoint, addressee=_addressee_value(each)), each is current) for each in Addressee
    ]
