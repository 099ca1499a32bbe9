"""The register of good practice: what is nominated, what the party says, what stands in it."""

from collections.abc import Sequence

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, use_tracker
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.paging import page_of_rows
from tracker.core.spreadsheets import csv_of
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.views.blueprint import reader_here
from tracker.exchange import policies
from tracker.exchange.forms import ConsentForm, NominationForm, PracticeFilterForm, ReasonForm
from tracker.exchange.models import GoodPractice, PracticeText
from tracker.exchange.queries.practices import practice_locked, practices_in_full, standing_practice_of
from tracker.exchange.services import practices as services
from tracker.exchange.table import PRACTICE_HEADS, practice_rows
from tracker.exchange.views.blueprint import bp
from tracker.exchange.workflow import OF_PARTY, PracticeAct, PracticeState
from tracker.instruments.queries import themes
from tracker.parties.queries import all_parties
from tracker.progress.queries.items import item_in_full

#: The views of the register: which states each shows.
_VIEWS = {
    "": (PracticeState.LISTED,),
    "waiting": (PracticeState.NOMINATED,),
    "ended": (PracticeState.DECLINED, PracticeState.WITHDRAWN, PracticeState.REMOVED),
}


def _register() -> tuple[Reader, PracticeFilterForm, list[str], Sequence[GoodPractice]]:
    """Return the reader, the filters, those not known, and everything that the reader may see."""
    reader = reader_here()
    form = PracticeFilterForm(request.args)
    form.offer(
        themes=[(theme.code, theme.name) for theme in db.session.scalars(themes())],
        parties=[(party.code, party.short_name) for party in db.session.scalars(all_parties())],
    )
    unknown = form.unknown()
    return reader, form, unknown, db.session.scalars(practices_in_full(reader)).all()


@bp.get("/good-practice")
def list_practices() -> ResponseReturnValue:
    """Show the register; to the party and the Secretariat, also what waits for consent and what is over."""
    require(use_tracker, None)
    reader, form, unknown, seen = _register()
    shown = [each for each in seen if each.state in _VIEWS[form.show.data] and form.lets_through(each)]
    return render_template(
        "exchange/list_practices.html",
        form=form,
        unknown=unknown,
        page=page_of_rows(shown),
        views=_views(reader, form, seen),
        today=reader.today,
        csv_url=url_for(".download_practices", **{each.name: each.data for each in form if each.data}),
    )


@bp.get("/good-practice.csv")
def download_practices() -> ResponseReturnValue:
    """Hand out the same entries as a table."""
    require(use_tracker, None)
    reader, form, _unknown, seen = _register()
    shown = [each for each in seen if each.state in _VIEWS[form.show.data] and form.lets_through(each)]
    response = make_response(csv_of(PRACTICE_HEADS, practice_rows(shown)))
    response.mimetype = "text/csv"
    name = f"good-practice-{reader.today.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/good-practice/<int:practice_id>")
def show_practice(practice_id: int) -> ResponseReturnValue:
    """Show one entry or nomination, and what can be done with it."""
    practice = db.first_or_404(practices_in_full(reader_here()).where(GoodPractice.id == practice_id))
    return render_template(
        "exchange/show_practice.html",
        practice=practice,
        acts=PracticeAct,
        is_inside=reader_here().reads_accepted_of(practice.item.party_id),
        today=reader_here().today,
    )


@bp.route("/good-practice/<int:practice_id>/<code:act>", methods=["GET", "POST"])
def act_on_practice(practice_id: int, act: str) -> ResponseReturnValue:
    """Let the party consent, decline or take its consent back, and the Secretariat take it back."""
    what = next((each for each in PracticeAct if each.value == act), None)
    if what is None:
        abort(404)
    practice = db.first_or_404(
        practice_locked(practice_id)
        if request.method == "POST"
        else practices_in_full(reader_here()).where(GoodPractice.id == practice_id)
    )
    require(policies.answer_nomination if what in OF_PARTY else policies.take_practice_back, practice)
    form = ConsentForm(contact=practice.contact) if what is PracticeAct.CONSENT else ReasonForm()
    if form.validate_on_submit():
        _do(what, practice, form)
        db.session.commit()
        flash(_done(what), "done")
        return redirect(url_for(".show_practice", practice_id=practice_id))
    return render_template("exchange/act_on_practice.html", practice=practice, act=what, acts=PracticeAct, form=form)


def _do(act: PracticeAct, practice: GoodPractice, form: ConsentForm | ReasonForm) -> None:
    by, at = current_user(), utc_now()
    if isinstance(form, ConsentForm):
        services.consent(practice, contact=form.contact.data or "", by=by, at=at)
        return
    does = {
        PracticeAct.DECLINE: services.decline,
        PracticeAct.WITHDRAW: services.withdraw_consent,
        PracticeAct.REMOVE: services.take_back,
    }[act]
    does(practice, reason=form.reason.data or "", by=by, at=at)


def _done(act: PracticeAct) -> str:
    words = {
        PracticeAct.CONSENT: _("It stands in the register. You can take your consent back at any time."),
        PracticeAct.DECLINE: _("You declined. It does not stand in the register."),
        PracticeAct.WITHDRAW: _("Your consent is withdrawn. It does not stand in the register any more."),
        PracticeAct.REMOVE: _("It is taken back. It does not stand in the register."),
    }
    return str(words[act])


@bp.route("/items/<int:item_id>/good-practice", methods=["GET", "POST"])
def nominate_practice(item_id: int) -> ResponseReturnValue:
    """Let an officer nominate the accepted answer of an item."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.nominate_practice, item)
    revision = services.answer_for_nomination(item)
    form = NominationForm(
        text_used=(PracticeText.OFFER if revision.share_text else PracticeText.NARRATIVE).value,
        title=item.commitment.title,
    )
    texts = {PracticeText.OFFER: revision.share_text, PracticeText.NARRATIVE: revision.narrative}
    form.offer(text for text, words in texts.items() if words)
    if form.validate_on_submit():
        practice = services.nominate(item, form.nomination(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("The coordinators of %(party)s are asked for their consent.", party=item.party.short_name), "done")
        return redirect(url_for(".show_practice", practice_id=practice.id))
    return render_template(
        "exchange/nominate_practice.html",
        item=item,
        revision=revision,
        texts={text.value: words for text, words in texts.items()},
        form=form,
        stands=db.session.scalar(standing_practice_of(item.id)),
    )


def _views(
    reader: Reader, form: PracticeFilterForm, seen: Sequence[GoodPractice]
) -> list[tuple[str, int | None, str, bool]]:
    """Return the views that make sense to the reader: words, how many, address, whether it is the present one."""
    words = {"": _("Register"), "waiting": _("Waits for consent"), "ended": _("Declined or taken back")}
    offered = words if reader.reads_all or reader.own else {"": words[""]}
    kept = {each.name: each.data for each in form if each.data and each.name != "show"}
    return [
        (
            label,
            sum(1 for each in seen if each.state in _VIEWS[key]),
            url_for(".list_practices", **kept, show=key or None),
            form.show.data == key,
        )
        for key, label in offered.items()
    ]
