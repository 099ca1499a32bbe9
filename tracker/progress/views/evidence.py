"""A party's evidence: the list, one piece, adding and replacing, what is said about it, taking it out of use."""

from typing import Any, Final

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, open_to_links, require
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.core.paging import page_number, page_of
from tracker.core.storage import StorageFailed
from tracker.core.web import takes_files
from tracker.parties.models import Party
from tracker.progress import policies
from tracker.progress.expiry import expiry
from tracker.progress.forms.evidence import AddFileForm, AskForm, EvidenceFilterForm, FactsForm, ReplaceForm
from tracker.progress.models import Evidence, EvidenceVersion, Item
from tracker.progress.queries.items import item_in_full
from tracker.progress.queries.library import (
    Wanted,
    answers_naming,
    drafts_naming,
    evidence_list,
    piece,
    visible_version_ids,
)
from tracker.progress.services.keeping import (
    NewFile,
    NoRoomLeft,
    add_file,
    attach_to_item,
    bring_back,
    bytes_of_party,
    change_facts,
    replace_with_file,
    replace_with_link,
    require_room,
    retire,
)
from tracker.progress.views.acting import round_for
from tracker.progress.views.receiving import received
from tracker.uploads.kinds import ACCEPT, TAKEN, UploadRefused

bp = Blueprint("evidence", __name__)

#: What may be wrong with a file that was sent; said beside the field.
_REFUSED: Final = (UploadRefused, StorageFailed, NoRoomLeft)


@bp.get("/parties/<code:code>/evidence")
def list_evidence(code: str) -> ResponseReturnValue:
    """Show a party's evidence, as far as the reader may see it."""
    require(policies.read_evidence, None)
    party = _party(code)
    form = EvidenceFilterForm(request.args)
    unknown = form.unknown()
    wanted = Wanted(kind=form.kind.data, standing=form.standing.data or None, words=form.words.data or "")
    today, user = network_today(), current_user()
    page = page_of(evidence_list(party.id, wanted, user, today=today), number=page_number())
    is_inside = user.belongs_to(party.id) or policies.answers_for(user, party)
    return render_template(
        "evidence/list_evidence.html",
        party=party,
        form=form,
        unknown=unknown,
        page=page,
        is_inside=is_inside,
        is_filtered=wanted != Wanted(),
        room=_room(party) if is_inside else None,
        expiry_of=lambda day: expiry(day, today),
    )


@bp.get("/evidence/<int:evidence_id>")
def show_evidence(evidence_id: int) -> ResponseReturnValue:
    """Show one piece: its versions, who added them, and what names it."""
    evidence = db.first_or_404(piece(evidence_id))
    today, user = network_today(), current_user()
    visible = set(db.session.scalars(visible_version_ids(evidence_id, user, today=today)))
    if not visible:
        abort(404)
    is_own = policies.answers_for(user, evidence.party)
    is_inside = is_own or user.belongs_to(evidence.party_id)
    versions = [version for version in reversed(evidence.versions) if version.id in visible]
    return render_template(
        "evidence/show_evidence.html",
        evidence=evidence,
        versions=versions,
        is_inside=is_inside,
        answers=db.session.execute(answers_naming(evidence_id, user, today=today)).all(),
        drafts=db.session.execute(drafts_naming(evidence_id)).all() if is_own else [],
        may_keep=policies.keep_evidence(user, evidence),
        expiry=expiry(evidence.expires_on, today),
    )


@bp.route("/items/<int:item_id>/evidence/add", methods=["GET", "POST"])
@takes_files
@open_to_links
def add_to_item(item_id: int) -> ResponseReturnValue:
    """Let the party add a file that the draft of one item then names."""
    item = db.first_or_404(item_in_full(item_id))
    require(policies.write_update, item)
    try:
        round_for(item, at=utc_now())  # where nothing can be reported, a file would lead nowhere
    except DomainError as error:
        page = render_template("progress/update_closed.html", item=item, sentence=str(error))
        return page, 409 if request.method == "POST" else 200
    form = AddFileForm()
    if form.validate_on_submit():
        facts, upload, at = form.facts(), form.file.data, utc_now()
        try:
            require_room(item.party, request.content_length or 0, megabytes=_megabytes())
            with received(upload) as new:
                item = db.first_or_404(item_in_full(item_id))
                require(policies.write_update, item)
                evidence, is_new = add_file(item.party, facts, new, megabytes=_megabytes(), by=current_user(), at=at)
                attach_to_item(evidence, item, round_for(item, at=at), by=current_user(), at=at)
                title = evidence.title
                db.session.commit()
        except _REFUSED as error:
            return _refused_file(form, error, lambda: _item_page(form, db.first_or_404(item_in_full(item_id))))
        _say_added(title, is_new=is_new)
        return redirect(url_for("progress.edit_update", item_id=item_id, _anchor="ev"))
    return _item_page(form, item)


@bp.route("/parties/<code:code>/evidence/add", methods=["GET", "POST"])
@takes_files
def add_to_party(code: str) -> ResponseReturnValue:
    """Let a coordinator add a file that items can name later."""
    party = _party(code)
    require(policies.add_evidence, party)
    form = AddFileForm()
    if form.validate_on_submit():
        facts, upload = form.facts(), form.file.data
        try:
            require_room(party, request.content_length or 0, megabytes=_megabytes())
            with received(upload) as new:
                party = _party(code)
                require(policies.add_evidence, party)
                evidence, is_new = add_file(party, facts, new, megabytes=_megabytes(), by=current_user(), at=utc_now())
                evidence_id, title = evidence.id, evidence.title
                db.session.commit()
        except _REFUSED as error:
            return _refused_file(form, error, lambda: _add_page(form, _party(code), item=None))
        _say_added(title, is_new=is_new)
        return redirect(url_for(".show_evidence", evidence_id=evidence_id))
    return _add_page(form, party, item=None)


@bp.route("/evidence/<int:evidence_id>/replace", methods=["GET", "POST"])
@takes_files
def replace_evidence(evidence_id: int) -> ResponseReturnValue:
    """Let the party put a newer file or link in the place of the present one; what was submitted keeps the old one."""
    evidence = _kept(evidence_id)
    form = ReplaceForm()
    if form.validate_on_submit():
        upload, url, at = form.file.data, form.url.data, utc_now()
        try:
            if upload:
                require_room(evidence.party, request.content_length or 0, megabytes=_megabytes())
                with received(upload) as new:
                    is_new = _replace(evidence_id, new)
            else:
                is_new = replace_with_link(evidence, url or "", by=current_user(), at=at)
                db.session.commit()
        except _REFUSED as error:
            return _refused_file(form, error, lambda: _replace_page(form, _kept(evidence_id)))
        if is_new:
            flash(
                _("The new version is kept. Drafts name it from now on; what was submitted keeps the old one."), "done"
            )
        else:
            flash(_("This is the version that stands already. Nothing was changed."), "info")
        return redirect(url_for(".show_evidence", evidence_id=evidence_id))
    return _replace_page(form, evidence)


@bp.route("/evidence/<int:evidence_id>/edit", methods=["GET", "POST"])
def edit_evidence(evidence_id: int) -> ResponseReturnValue:
    """Let the party correct what is said about a piece, and who may see it."""
    evidence = _kept(evidence_id)
    form = FactsForm()
    if request.method == "GET":
        form.fill(evidence)
    if form.validate_on_submit():
        change_facts(evidence, form.facts(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("Saved."), "done")
        return redirect(url_for(".show_evidence", evidence_id=evidence_id))
    return render_template("evidence/edit_evidence.html", form=form, evidence=evidence)


@bp.route("/evidence/<int:evidence_id>/retire", methods=["GET", "POST"])
def retire_evidence(evidence_id: int) -> ResponseReturnValue:
    """Let the party take a piece out of use, after seeing which drafts name it."""
    evidence = _kept(evidence_id)
    form = AskForm()
    if form.validate_on_submit():
        drafts = retire(evidence, by=current_user(), at=utc_now())
        db.session.commit()
        flash(
            ngettext(
                "Taken out of use. %(num)d draft named it and does no longer.",
                "Taken out of use. %(num)d drafts named it and do no longer.",
                drafts,
            )
            if drafts
            else _("Taken out of use. No draft named it."),
            "done",
        )
        return redirect(url_for(".show_evidence", evidence_id=evidence_id))
    drafts_now = db.session.execute(drafts_naming(evidence_id)).all()
    return render_template("evidence/retire_evidence.html", form=form, evidence=evidence, drafts=drafts_now)


@bp.post("/evidence/<int:evidence_id>/bring-back")
def bring_back_evidence(evidence_id: int) -> ResponseReturnValue:
    """Let the party use a piece again."""
    evidence = _kept(evidence_id)
    bring_back(evidence, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("It can be used again."), "done")
    return redirect(url_for(".show_evidence", evidence_id=evidence_id))


def _party(code: str) -> Party:
    party: Party = db.first_or_404(sa.select(Party).where(Party.code == code.upper()))
    return party


def _kept(evidence_id: int) -> Evidence:
    evidence: Evidence = db.first_or_404(piece(evidence_id))
    require(policies.keep_evidence, evidence)
    return evidence


def _replace(evidence_id: int, new: NewFile) -> bool:
    is_new = replace_with_file(_kept(evidence_id), new, megabytes=_megabytes(), by=current_user(), at=utc_now())
    db.session.commit()
    return is_new


def _megabytes() -> int:
    return int(current_app.config["TRACKER_PARTY_FILES_MB"])


def _room(party: Party) -> dict[str, int]:
    return {"taken": bytes_of_party(party.id), "all": _megabytes() * 1_000_000}


def _say_added(title: str, *, is_new: bool) -> None:
    if is_new:
        flash(_("“%(title)s” is kept.", title=title), "done")
    else:
        flash(_("Your party has this very file already, as “%(title)s”. It is used again.", title=title), "info")


def _refused_file(form: Any, error: DomainError, page: Any) -> ResponseReturnValue:
    """Say beside the field why a file was not taken; a browser empties that field, whatever a page says."""
    db.session.rollback()
    set_reading_only(True)
    form.refuse(form.file, f"{error} {_('Then choose it again here.')}")
    return page(), 503 if error.http_status == 503 else 422  # noqa: PLR2004 - what only waiting helps


def _item_page(form: AddFileForm, item: Item) -> str:
    return _add_page(form, item.party, item=item)


def _add_page(form: AddFileForm, party: Party, *, item: Item | None) -> str:
    return render_template(
        "evidence/add_file.html", form=form, party=party, item=item, room=_room(party), accept=ACCEPT, taken=TAKEN
    )


def _replace_page(form: ReplaceForm, evidence: Evidence) -> str:
    latest: EvidenceVersion = evidence.versions[-1]
    return render_template(
        "evidence/replace_evidence.html",
        form=form,
        evidence=evidence,
        latest=latest,
        room=_room(evidence.party),
        accept=ACCEPT,
        taken=TAKEN,
    )
