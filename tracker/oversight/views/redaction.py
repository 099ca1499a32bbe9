"""Asking for a text to be blanked, and the second officer's decision."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from tracker.accounts.access import current_user, require, require_fresh
from tracker.audit.models import AuditEvent
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.forms import options
from tracker.core.paging import page_number, page_of
from tracker.oversight import policies
from tracker.oversight.forms.redaction import ENTRY, VERSION, AskRedactionForm, DecideRedactionForm
from tracker.oversight.models import RedactionRequest
from tracker.oversight.queries import (
    being_the_same,
    figures_of_revisions,
    redaction,
    redactions,
    revisions_of,
    saying_the_same,
    versions_of,
)
from tracker.oversight.reading import changes_in
from tracker.oversight.services.redaction import (
    ask_redaction,
    confirm_redaction,
    decline_redaction,
    withdraw_redaction,
)
from tracker.oversight.views.blueprint import bp
from tracker.progress import policies as progress_policies
from tracker.progress.models import EvidenceVersion, Revision, Update

_ABOUT_UPDATES: Final = ("progress_update", "revision")
_HEADINGS: Final = (
    ("narrative", _l("What has been done")),
    ("reason", _l("Why it does not apply")),
    ("obstacles", _l("What stands in the way")),
    ("next_steps", _l("What comes next")),
    ("help_text", _l("Help that is needed")),
    ("share_text", _l("What can be shared")),
    ("lead_institution", _l("Lead institution")),
    ("cleared_by_name", _l("Cleared by")),
    ("cleared_by_function", _l("Function")),
)


@bp.get("/redactions")
def list_redactions() -> ResponseReturnValue:
    """Show the requests, those that wait for a second officer first."""
    require(policies.view_log, None)
    page = page_of(
        redactions().where(policies.redactions_visible_to(current_user())), number=page_number(), scalars=True
    )
    return render_template("audit/list_redactions.html", page=page)


@bp.route("/entries/<int:seq>/redact", methods=["GET", "POST"])
def ask_for_redaction(seq: int) -> ResponseReturnValue:
    """Let an administrator ask for the content of an entry, or the revision it tells of, to be blanked."""
    event = db.get_or_404(AuditEvent, seq)
    require(policies.ask_redaction, event)
    form = AskRedactionForm()
    revisions = _revisions(event)
    versions = _versions(event)
    form.what.choices = options(_choices(event, revisions, versions))
    if form.what.data is None or len(form.what.choices) == 1:
        form.what.data = form.what.choices[0].value if form.what.choices else None
    if form.what.choices and form.validate_on_submit():
        request = ask_redaction(
            _chosen(form, event, revisions, versions),
            reason=form.reason.data or "",
            with_draft=form.with_draft.data,
            with_figures=form.with_figures.data,
            by=current_user(),
            at=utc_now(),
        )
        request_id = request.id
        db.session.commit()
        flash(_("Asked. Nothing is blanked until a second officer confirms it."), "done")
        return redirect(url_for(".show_redaction", request_id=request_id))
    return render_template(
        "audit/ask_for_redaction.html", form=form, event=event, changes=changes_in(event.content), revisions=revisions
    )


@bp.route("/redactions/<int:request_id>", methods=["GET", "POST"])
def show_redaction(request_id: int) -> ResponseReturnValue:
    """Let a second officer see what is asked for, and decide; the one who asked may take it back."""
    request = db.first_or_404(redaction(request_id))
    require(policies.view_redaction, request)
    form = DecideRedactionForm()
    if form.validate_on_submit():
        return _decide(request, form.do.data or "")
    may_read = request.revision is not None and progress_policies.view_revision(current_user(), request.revision)
    same = db.session.scalars(saying_the_same(request.revision)).all() if request.revision else []
    figures = figures_of_revisions([each.id for each in same]) if request.with_figures and may_read else None
    return render_template(
        "audit/show_redaction.html",
        form=form,
        request_=request,
        changes=changes_in(request.event.content) if request.event else [],
        texts=[(heading, getattr(request.revision, name)) for name, heading in _HEADINGS] if may_read else [],
        may_read=may_read,
        same=same,
        figures=db.session.scalars(figures).all() if figures is not None else [],
        versions=db.session.scalars(being_the_same(request.evidence_version)).all() if request.evidence_version else [],
        may_take=request.evidence_version is not None
        and progress_policies.view_evidence_version(current_user(), request.evidence_version),
    )


def _decide(request: RedactionRequest, do: str) -> ResponseReturnValue:
    here, at, by = url_for(".show_redaction", request_id=request.id), utc_now(), current_user()
    if do == "withdraw":
        require(policies.withdraw_redaction, request)
        withdraw_redaction(request, by=by, at=at)
        done = _("The request is taken back. Nothing was blanked.")
    else:
        require(policies.decide_redaction, request)
        require_fresh(back=here)
        if do == "confirm":
            confirm_redaction(request, by=by, at=at)
            done = _("Redacted. The page says so where the text stood.")
        else:
            decline_redaction(request, by=by, at=at)
            done = _("Declined. Nothing was blanked.")
    db.session.commit()
    flash(done, "done")
    return redirect(here)


def _revisions(event: AuditEvent) -> Sequence[Revision]:
    """Return the revisions that an entry leads to: those of its update."""
    if event.subject_type not in _ABOUT_UPDATES or event.subject_id is None:
        return []
    if event.subject_type == "revision":
        return db.session.scalars(sa.select(Revision).where(Revision.id == event.subject_id)).all()
    update = db.session.scalar(sa.select(Update).options(joinedload(Update.item)).where(Update.id == event.subject_id))
    return db.session.scalars(revisions_of(update)).all() if update is not None else []


def _versions(event: AuditEvent) -> Sequence[EvidenceVersion]:
    """Return the versions of evidence that an entry leads to."""
    if event.subject_type == "evidence" and event.subject_id is not None:
        return db.session.scalars(versions_of(event.subject_id)).all()
    if event.subject_type == "evidence_version" and event.subject_id is not None:
        return db.session.scalars(sa.select(EvidenceVersion).where(EvidenceVersion.id == event.subject_id)).all()
    return []


def _chosen(
    form: AskRedactionForm, event: AuditEvent, revisions: Sequence[Revision], versions: Sequence[EvidenceVersion]
) -> AuditEvent | Revision | EvidenceVersion:
    revision_id, version_id = form.revision_id(), form.version_id()
    if revision_id is not None:
        return next(each for each in revisions if each.id == revision_id)
    if version_id is not None:
        return next(each for each in versions if each.id == version_id)
    return event


def _choices(
    event: AuditEvent, revisions: Sequence[Revision], versions: Sequence[EvidenceVersion]
) -> list[tuple[str, str]]:
    choices = [] if event.redacted_at or event.content in (None, "{}") else [(ENTRY, _("The content of this entry"))]
    choices += [
        (str(each.id), _("The texts of revision %(number)s", number=each.number))
        for each in revisions
        if each.redacted_at is None
    ]
    choices += [(f"{VERSION}{each.id}", _version_words(each)) for each in versions if each.redacted_at is None]
    return choices


def _version_words(version: EvidenceVersion) -> str:
    if version.url is not None:
        return str(_("The address in version %(number)s, %(url)s", number=version.number, url=version.url))
    return str(_("The file of version %(number)s, %(name)s", number=version.number, name=version.file_name))
