"""A coordinator leaves: what stands, who follows, from which day."""

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require, require_fresh
from tracker.accounts.models import Membership, User
from tracker.accounts.queries import coordinators_of, people_of
from tracker.accounts.services.handing_over import hand_over as pass_on
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.meetings.rules import effective_due_on
from tracker.parties.models import Party
from tracker.progress import policies
from tracker.progress.forms.handing_over import HandOverForm
from tracker.progress.models import Evidence, EvidenceVersion, RevisionEvidence
from tracker.progress.queries.work import hands_of, items_in_round
from tracker.progress.services.rounds import round_now
from tracker.progress.services.succession import hand_over_to_new
from tracker.progress.views.parties import bp
from tracker.progress.views.worklist import rows_of
from tracker.progress.workflow import DONE


@bp.route("/parties/<code:code>/hand-over", methods=["GET", "POST"])
def hand_over(code: str) -> ResponseReturnValue:
    """Show how a party stands, and pass a coordinator's role on, after a second look."""
    party = db.first_or_404(sa.select(Party).filter_by(code=code))
    require(policies.hand_over, party)
    require_fresh()
    form = _form(party)
    if not form.validate_on_submit():
        return _page(party, form)
    if form.checked.data != "yes":
        form.checked.data = "yes"
        return render_template(
            "delegation/check_hand_over.html",
            form=form,
            party=party,
            role=form.leaves(),
            successor=form.follows(),
            from_today=form.from_day.data == utc_now().date(),
        )
    by, role = current_user(), form.leaves()
    is_own, name = role.person_id == by.id, role.person.name
    try:
        follower = _act(form, role, by)
    except DomainError as error:
        db.session.rollback()
        set_reading_only(True)
        party = db.first_or_404(sa.select(Party).filter_by(code=code))
        form.refuse(form.successor, str(error))
        form.checked.data = ""
        return _page(party, form)
    sentence = _("%(new)s follows %(old)s from the day that you chose, and was told by mail.", new=follower, old=name)
    db.session.commit()
    flash(sentence, "done")
    return redirect(url_for("dashboards.show_home") if is_own else url_for(".hand_over", code=code))


def _act(form: HandOverForm, role: Membership, by: User) -> str:
    """Do what the form says; return who follows."""
    at, from_day, successor = utc_now(), form.from_day.data, form.follows()
    assert from_day is not None
    if successor is None:
        successor = hand_over_to_new(
            role,
            email=form.email.data or "",
            name=form.name.data or "",
            function=form.function.data or "",
            from_day=from_day,
            by=by,
            at=at,
        )
    else:
        pass_on(role, successor, from_day=from_day, by=by, at=at)
    return successor.name


def _form(party: Party) -> HandOverForm:
    """Build the form: one's own role; for the Secretariat, that of any coordinator."""
    user, today = current_user(), utc_now().date()
    roles = [
        each
        for each in db.session.scalars(coordinators_of(party.id, today))
        if user.is_secretariat or each.person_id == user.id
    ]
    people = db.session.scalars(people_of(party.id, today)).all()
    if not user.is_secretariat:
        people = [each for each in people if each.id != user.id]
    return HandOverForm(roles=roles, people=people, today=today)


def _page(party: Party, form: HandOverForm) -> str:
    """Show what the successor takes over."""
    now = utc_now()
    rounds = round_now(party.id, at=now)
    round_ = rounds.current
    rows: list[Any] = []
    if round_ is not None:
        found = db.session.execute(items_in_round(party.id, round_.id)).all()
        rows = rows_of(found, db.session.execute(hands_of(party.id, round_.id)).all())
    sees_drafts = policies.answers_for(current_user(), party)
    documents = sa.select(sa.func.count(Evidence.id)).where(
        Evidence.party_id == party.id, Evidence.retired_at.is_(None)
    )
    if not sees_drafts:
        handed_in = sa.exists().where(
            EvidenceVersion.evidence_id == Evidence.id, RevisionEvidence.evidence_version_id == EvidenceVersion.id
        )
        documents = documents.where(handed_in)
    return render_template(
        "delegation/hand_over.html",
        form=form,
        party=party,
        round=round_,
        following=rounds.following,
        due_on=effective_due_on(round_, party.id) if round_ is not None else None,
        rows=rows,
        # What a party is working on is its own; the Secretariat sees that something is open, never a draft.
        sees_drafts=sees_drafts,
        open=sum(1 for row in rows if row.state not in DONE),
        evidence=db.session.scalar(documents) or 0,
        sees_roles=bool(form.role.choices),
    )
