"""A party's figures for the round, all in one place: entered once, shown wherever their indicator is used."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import SelectField

from tracker.accounts.access import current_user, require
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.core.forms import QueryForm, TrackerForm, options
from tracker.meetings.models import Round
from tracker.parties.models import Party
from tracker.parties.queries import party_by_code
from tracker.progress import policies
from tracker.progress.forms.figures import FigureSheet
from tracker.progress.services.figures import Asked, FigureClash, enter_figures, figures_of_party
from tracker.progress.services.rounds import round_now
from tracker.progress.views.blueprint import bp

#: So many years before that of the round can still be corrected.
_YEARS_BACK = 4


class YearQuery(QueryForm):
    """Another year than the one that each indicator is asked about."""

    year = SelectField(choices=[], default="")


@bp.route("/parties/<code:code>/figures/edit", methods=["GET", "POST"])
def edit_figures(code: str) -> ResponseReturnValue:
    """Let the party enter the figures that its items ask for, each once."""
    party = db.first_or_404(party_by_code(code))
    require(policies.enter_figures, party)
    round_ = round_now(party.id, at=utc_now()).current
    if round_ is None:
        return render_template("progress/figures_closed.html", party=party)
    year = _year(round_)
    form = TrackerForm()
    sheet = FigureSheet(_asked(party, round_, year), request.form if form.is_submitted() else None)
    if not form.is_submitted() or not (form.validate() & sheet.validate()):
        return _page(party, round_, year, form, sheet)
    try:
        entered = enter_figures(party, sheet.entries(), by=current_user(), at=utc_now())
    except FigureClash as clash:
        return _again(code, form, clash), 409
    except DomainError as error:
        return _again(code, form, None, sentence=str(error)), 409
    code = party.code
    db.session.commit()
    flash(
        ngettext(
            "%(num)s figure is kept. It shows wherever its indicator is used, and goes with the next submission.",
            "%(num)s figures are kept. They show wherever their indicators are used, and go with the next submission.",
            entered,
        )
        if entered
        else _("Nothing was changed."),
        "done",
    )
    return redirect(url_for(".edit_figures", code=code, year=year))


def _asked(party: Party, round_: Round, year: int | None) -> list[Asked]:
    user = current_user()
    only = None if policies.answers_for(user, party) else user
    return figures_of_party(party, round_, in_hands_of=only, year=year)


def _year(round_: Round) -> int | None:
    """Return the year that was chosen; None for the one that each indicator is asked about."""
    last = round_.due_on.year
    query = YearQuery(request.args)
    query.year.choices = options((str(each), str(each)) for each in ("", *range(last, last - _YEARS_BACK - 1, -1)))
    if query.unknown():
        flash(_("There is no such year to enter figures for. The years that are asked about are shown."), "care")
    return int(query.year.data) if query.year.data else None


def _page(party: Party, round_: Round, year: int | None, form: TrackerForm, sheet: FigureSheet, **more: Any) -> str:
    last = round_.due_on.year
    return render_template(
        "progress/edit_figures.html",
        party=party,
        round=round_,
        meeting=round_.meeting,
        form=form,
        sheet=sheet,
        year=year,
        years=range(last, last - _YEARS_BACK - 1, -1),
        can_submit=policies.answers_for(current_user(), party),
        **more,
    )


def _again(code: str, form: TrackerForm, clash: FigureClash | None, *, sentence: str = "") -> str:
    """Forget what the request began; show what was typed, and what somebody else entered meanwhile."""
    db.session.rollback()
    set_reading_only(True)
    party = db.first_or_404(party_by_code(code))
    round_ = round_now(party.id, at=utc_now()).current
    if round_ is None:
        return render_template("progress/figures_closed.html", party=party)
    year = _year(round_)
    sheet = FigureSheet(_asked(party, round_, year), request.form)
    sheet.validate()
    if clash is not None:
        sheet.show_clashes(clash.clashes)
    return _page(party, round_, year, form, sheet, sentence=sentence, has_clashes=clash is not None)
