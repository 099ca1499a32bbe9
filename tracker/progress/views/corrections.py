"""The Secretariat's corrections: instruments, commitments, who adopted what, parties."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.core.changes import mark
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.frame import endpoint_exists
from tracker.instruments import queries
from tracker.instruments.policies import correct_reference_data
from tracker.instruments.services import WORDING, correct_instrument, texts_of_commitment, texts_of_instrument
from tracker.parties.queries import countries, footnote_forms, party_by_code
from tracker.parties.services import correct_party, texts_of_party
from tracker.progress.forms.corrections import (
    CommitmentForm,
    CorrectionForm,
    InstrumentForm,
    PartyForm,
    adoption_form,
)
from tracker.progress.services.corrections import correct_tracked_commitment, set_adoptions
from tracker.progress.services.items import Alignment
from tracker.progress.views.clash import Clash, differences

bp = Blueprint("corrections", __name__)


@bp.route("/instruments/<code:code>/edit", methods=["GET", "POST"])
def edit_instrument(code: str) -> ResponseReturnValue:
    """Correct what is said about an instrument."""
    instrument = db.first_or_404(queries.instrument_by_code(code))
    require(correct_reference_data, instrument)
    code = instrument.code
    stored = _plain(vars(texts_of_instrument(instrument)))
    form = InstrumentForm(data=stored | {"seen": mark(stored)})
    clashes = _clashes(form, InstrumentForm(formdata=None, data=stored), mark(stored))
    if form.validate_on_submit() and not clashes:
        changed = correct_instrument(instrument, form.texts(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(
            _("Corrected. Everybody reads the new text from now on.") if changed else _("Nothing was changed."), "done"
        )
        return redirect(url_for("instruments.show_instrument", code=code))
    page = render_template("corrections/edit_instrument.html", form=form, instrument=instrument, clashes=clashes)
    return page, 409 if clashes else 200


@bp.route("/instruments/<code:code>/adoption", methods=["GET", "POST"])
def edit_adoption(code: str) -> ResponseReturnValue:
    """Say who adopted an instrument; items appear or retire accordingly."""
    instrument = db.first_or_404(queries.instrument_by_code(code))
    require(correct_reference_data, instrument)
    code = instrument.code
    parties = db.session.scalars(countries()).all()
    stored = {row.party_id: row for row in db.session.scalars(queries.adoptions_of(instrument))}
    saved = adoption_form(parties, stored, formdata=None)
    seen = mark(_plain(saved.data))
    form = adoption_form(parties, stored)
    if not form.is_submitted():
        form.seen.data = seen
    clashes = _clashes(form, saved, seen)
    if form.validate_on_submit() and not clashes:
        changed, items = set_adoptions(instrument, stored, form.answers(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("Kept.") + about_items(items) if changed else _("Nothing was changed."), "done")
        return redirect(url_for("instruments.show_instrument", code=code, _anchor="adoption"))
    page = render_template("corrections/edit_adoption.html", form=form, instrument=instrument, clashes=clashes)
    return page, 409 if clashes else 200


@bp.route("/commitments/<code:code>/edit", methods=["GET", "POST"])
def edit_commitment(code: str) -> ResponseReturnValue:
    """Correct what is said about a commitment, and whether parties report on it."""
    commitment = db.first_or_404(queries.commitment_by_code(code))
    require(correct_reference_data, commitment)
    code, instrument_code = commitment.code, commitment.instrument.code
    stored = _plain(vars(texts_of_commitment(commitment)))
    themes = db.session.scalars(queries.themes()).all()
    indicators = db.session.scalars(queries.indicators()).all()
    form = CommitmentForm(data=stored | {"seen": mark(stored)})
    saved = CommitmentForm(formdata=None, data=stored)
    for each in (form, saved):
        each.offer(themes, indicators)
    clashes = _clashes(form, saved, mark(stored))
    if form.validate_on_submit() and not clashes:
        texts = form.texts()
        rewords = any(getattr(commitment, name) != getattr(texts, name) for name in WORDING)
        if rewords and not form.reason.data:
            form.refuse(form.reason, _("Say why the wording changes."))
        else:
            changed, items = correct_tracked_commitment(
                commitment, texts, reason=form.reason.data or "", by=current_user(), at=utc_now()
            )
            db.session.commit()
            flash(_("Corrected.") + about_items(items) if changed else _("Nothing was changed."), "done")
            if endpoint_exists("dashboards.show_commitment"):
                return redirect(url_for("dashboards.show_commitment", code=code))
            return redirect(url_for("instruments.show_instrument", code=instrument_code))
    page = render_template("corrections/edit_commitment.html", form=form, commitment=commitment, clashes=clashes)
    return page, 409 if clashes else 200


@bp.route("/parties/<code:code>/edit", methods=["GET", "POST"])
def edit_party(code: str) -> ResponseReturnValue:
    """Correct what is said about a party, and choose its footnote."""
    party = db.first_or_404(party_by_code(code))
    require(correct_reference_data, party)
    code = party.code
    footnotes = db.session.scalars(footnote_forms(party)).all()
    stored = _plain(vars(texts_of_party(party)))
    form = PartyForm(data=stored | {"seen": mark(stored)})
    saved = PartyForm(formdata=None, data=stored)
    for each in (form, saved):
        each.offer(footnotes)
    clashes = _clashes(form, saved, mark(stored))
    if form.validate_on_submit() and not clashes:
        changed = correct_party(party, form.texts(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(
            _("Corrected. Everybody reads the new text from now on.") if changed else _("Nothing was changed."), "done"
        )
        if endpoint_exists("dashboards.show_party"):
            return redirect(url_for("dashboards.show_party", code=code))
        return redirect(url_for("parties.list_parties"))
    page = render_template("corrections/edit_party.html", form=form, party=party, clashes=clashes)
    return page, 409 if clashes else 200


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return stored values as fields hold them: rows by their codes."""
    return {name: _code_of(value) for name, value in values.items() if name not in ("seen", "csrf_token")}


def _code_of(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_code_of(each) for each in value]
    return getattr(value, "form", None) or getattr(value, "code", value)


def _clashes(form: CorrectionForm, saved: CorrectionForm, seen: str) -> list[Clash]:
    """Return where form and database differ, if somebody saved since the form was opened; the next save then counts."""
    if not form.is_submitted() or form.seen.data == seen:
        return []
    form.seen.data = seen
    return differences(saved, form)


def about_items(items: Alignment) -> str:
    """Say what became of items."""
    parts = []
    if items.made:
        parts.append(ngettext("%(num)s item was made.", "%(num)s items were made.", items.made))
    if items.returned:
        parts.append(
            ngettext(
                "%(num)s item came back with its history.",
                "%(num)s items came back with their history.",
                items.returned,
            )
        )
    if items.retired:
        parts.append(
            ngettext(
                "%(num)s item was retired; its reports are kept.",
                "%(num)s items were retired; their reports are kept.",
                items.retired,
            )
        )
    return "".join(f" {part}" for part in parts)
