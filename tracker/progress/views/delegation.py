"""Delegation: a coordinator assigns items to contributors, sees how far they are, and takes items back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker.accounts.access import current_user, require
from tracker.accounts.models import User
from tracker.accounts.queries import contributors_of
from tracker.accounts.services.links import revoke_round_link, round_link_of
from tracker.core.clock import utc_now
from tracker.core.database import db, set_reading_only
from tracker.core.errors import DomainError
from tracker.meetings.models import Round
from tracker.meetings.rules import effective_due_on
from tracker.parties.models import Party
from tracker.progress import policies
from tracker.progress.forms.assigning import LINK, AssignForm, AssignmentForm
from tracker.progress.forms.work import ActForm
from tracker.progress.models import Assignment
from tracker.progress.queries.assignments import assignment_in_full, assignments_in, assignments_of, links_in
from tracker.progress.queries.items import items_by_id
from tracker.progress.queries.work import hands_of, items_in_round, secretariat_party
from tracker.progress.services import assigning, drafting, handing_on, round_links
from tracker.progress.services.rounds import round_now
from tracker.progress.views.acting import key_of, new_key
from tracker.progress.workflow import DONE

bp = Blueprint("delegation", __name__, url_prefix="/work")

#: By what an address names items.
_CHOICES: Final = ("item", "theme", "instrument")


@dataclass(frozen=True, kw_only=True)
class Hands:
    """What one person has in hand, and by what they come."""

    first: Any
    rows: list[Any]
    link: Any | None

    @property
    def ready(self) -> int:
        return sum(1 for row in self.rows if row.ready_at is not None or row.state in DONE)


@bp.get("/assignments")
def show_assignments() -> ResponseReturnValue:
    """Show who has which of the party's items in hand, until when, and how far they are."""
    parties, party = _party_here()
    now = utc_now()
    round_ = round_now(party.id, at=now).current
    if round_ is None:
        return _no_round(parties, party)
    rows = db.session.execute(assignments_in(party.id, round_.id)).all()
    links = {row.person_id: row for row in db.session.execute(links_in(party.id, round_.id))}
    open_ids = {row.item_id for row in _open_items(party, round_)}
    return render_template(
        "delegation/show_assignments.html",
        party=party,
        parties=parties,
        round=round_,
        hands=_by_person(rows, links),
        nobodys=len(open_ids - {row.item_id for row in rows}),
        link_until=round_links.holds_until(round_, party.id),
        links_work=now <= round_links.holds_until(round_, party.id),
        done=DONE,
        key=new_key(),
    )


@bp.route("/assign", methods=["GET", "POST"])
def assign_items() -> ResponseReturnValue:
    """Put items into a contributor's hands; somebody without an account is invited in the same act."""
    parties, party = _party_here()
    now, by = utc_now(), current_user()
    round_ = round_now(party.id, at=now).current
    if round_ is None:
        return _no_round(parties, party)
    rows = _open_items(party, round_)
    contributors = db.session.scalars(contributors_of(party.id, now.date())).all()
    form, code = AssignForm(contributors=contributors, open_items=rows), party.code
    if not form.is_submitted():
        form.items.data = _asked_for(rows)
        if not form.items.data and any(request.args.getlist(name) for name in _CHOICES):
            flash(_("What the address names is not open any more. All open items are shown."), "care")
        form.key.data = new_key()
    elif form.validate() and _day_stands(form, round_, party, now):
        try:
            if drafting.use_key(key_of(form, party.id), by=by, at=now):
                flash(_assign(form, round_, party, by=by, at=now), "done")
            db.session.commit()
            return redirect(url_for(".show_assignments", party=code))
        except DomainError as error:
            db.session.rollback()
            set_reading_only(True)
            form.refuse(form.email if form.chosen() is None else form.person, str(error))
    return _assign_page(form, code)


def _assign_page(form: AssignForm, code: str) -> str:
    """Show the form: the items that were asked for or ticked, or all that are open."""
    parties, party = _party_here(code)
    round_ = round_now(party.id, at=utc_now()).current
    if round_ is None:
        return _no_round(parties, party)
    rows = _open_items(party, round_)
    ticked = set(form.items.data or ())
    is_part = bool(_asked_for(rows))
    names: dict[int, list[str]] = {}
    for hand in db.session.execute(hands_of(party.id, round_.id)):
        names.setdefault(hand.item_id, []).append(hand.name)
    return render_template(
        "delegation/assign_items.html",
        form=form,
        party=party,
        parties=parties,
        due_on=effective_due_on(round_, party.id),
        shown={str(row.item_id): row for row in rows if not is_part or str(row.item_id) in ticked},
        is_part=is_part,
        names=names,
    )


def _assign(form: AssignForm, round_: Round, party: Party, *, by: User, at: datetime) -> str:
    """Do what the form says and return the sentence about it."""
    by_link = form.comes_by.data == LINK
    person = form.chosen() or assigning.contributor_at(
        form.email.data or "", name=form.name.data or "", party=party, with_invitation=not by_link, by=by, at=at
    )
    items = db.session.scalars(items_by_id([int(value) for value in form.items.data or []])).all()
    for item in items:
        require(policies.assign_item, item)
    given = assigning.assign(items, person, round_, due_on=form.due_on.data, note=form.note.data or "", by=by, at=at)
    if by_link:
        round_links.send_link(person, round_, party, by=by, at=at)
    new, name = len(given.new), person.name
    parts = []
    if new:
        parts.append(
            ngettext(
                "%(num)s item is in the hands of %(name)s.",
                "%(num)s items are in the hands of %(name)s.",
                new,
                name=name,
            )
        )
    if given.stood:
        parts.append(
            ngettext(
                "%(num)s was there already and stays as it is.",
                "%(num)s were there already and stay as they are.",
                given.stood,
            )
        )
    if by_link:
        parts.append(_("The link is on its way."))
    elif person.password is None:
        parts.append(_("The invitation is on its way, if it was not sent before."))
    else:
        parts.append(_("They hear of it in their next digest."))
    return " ".join(parts)


@bp.route("/assignments/<int:assignment_id>", methods=["GET", "POST"])
def edit_assignment(assignment_id: int) -> ResponseReturnValue:
    """Change until when, the note, or in whose hands an item is."""
    assignment = _standing(assignment_id)
    item, party = assignment.item, assignment.item.party
    now, by = utc_now(), current_user()
    round_ = _round_of(assignment, now)
    contributors = list(db.session.scalars(contributors_of(party.id, now.date())))
    if assignment.person not in contributors:
        contributors.insert(0, assignment.person)
    form = AssignmentForm(
        contributors=contributors,
        person=str(assignment.person_id),
        due_on=assignment.due_on,
        note=assignment.note,
    )
    if form.validate_on_submit():
        is_same_day = form.due_on.data == assignment.due_on
        if is_same_day or _day_stands(form, round_, party, now):
            person, code = form.chosen(), party.code
            assigning.change(assignment, round_, due_on=form.due_on.data, note=form.note.data or "", by=by, at=now)
            if person.id != assignment.person_id:
                assigning.pass_on(assignment, person, round_, by=by, at=now)
                sentence = _("%(code)s is in the hands of %(name)s now.", code=item.commitment.code, name=person.name)
            else:
                sentence = _("The assignment of %(code)s is changed.", code=item.commitment.code)
            db.session.commit()
            flash(sentence, "done")
            return redirect(url_for(".show_assignments", party=code))
    return render_template(
        "delegation/edit_assignment.html",
        form=form,
        assignment=assignment,
        item=item,
        party=party,
        due_on=effective_due_on(round_, party.id),
    )


@bp.post("/assignments/<int:assignment_id>/take-back")
def take_back(assignment_id: int) -> ResponseReturnValue:
    """Take one item out of a contributor's hands."""
    assignment = _standing(assignment_id)
    code, party, name = assignment.item.commitment.code, assignment.item.party.code, assignment.person.name
    assigning.take_back(assignment, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("%(code)s is no longer in the hands of %(name)s. What was written stays.", code=code, name=name), "done")
    return redirect(url_for(".show_assignments", party=party))


@bp.post("/assignments/<int:assignment_id>/ask-again")
def ask_again(assignment_id: int) -> ResponseReturnValue:
    """Put an item that was called ready back to work."""
    assignment = _standing(assignment_id)
    code, party, name = assignment.item.commitment.code, assignment.item.party.code, assignment.person.name
    handing_on.ask_again(assignment, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("%(code)s is not ready any more. %(name)s is reminded of it again.", code=code, name=name), "done")
    return redirect(url_for(".show_assignments", party=party))


@bp.post("/people/<int:person_id>/take-back")
def take_all_back(person_id: int) -> ResponseReturnValue:
    """Take everything of this round out of a contributor's hands; their link dies."""
    party, round_, theirs = _in_hands_of(person_id)
    now, by = utc_now(), current_user()
    code, name = party.code, theirs[0].person.name
    for assignment in theirs:
        assigning.take_back(assignment, by=by, at=now)
    for link in db.session.scalars(round_link_of(person_id, round_id=round_.id, party_id=party.id)):
        revoke_round_link(link, by=by, at=now)
    db.session.commit()
    flash(_("%(name)s has nothing in hand any more. What was written stays.", name=name), "done")
    return redirect(url_for(".show_assignments", party=code))


@bp.post("/people/<int:person_id>/link")
def send_link(person_id: int) -> ResponseReturnValue:
    """Send a contributor a link for this round; an earlier one dies."""
    party, round_, theirs = _in_hands_of(person_id)
    form, now, by = ActForm(), utc_now(), current_user()
    code, person = party.code, theirs[0].person
    name = person.name
    if drafting.use_key(key_of(form, person_id), by=by, at=now):
        round_links.send_link(person, round_, party, by=by, at=now)
    db.session.commit()
    flash(_("A link is on its way to %(name)s. An earlier one does not work any more.", name=name), "done")
    return redirect(url_for(".show_assignments", party=code))


@bp.post("/people/<int:person_id>/link/revoke")
def revoke_link(person_id: int) -> ResponseReturnValue:
    """Withdraw a contributor's link; who came by it is out at once."""
    party, round_, theirs = _in_hands_of(person_id)
    code, name = party.code, theirs[0].person.name
    for link in db.session.scalars(round_link_of(person_id, round_id=round_.id, party_id=party.id)):
        revoke_round_link(link, by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The link of %(name)s does not work any more.", name=name), "done")
    return redirect(url_for(".show_assignments", party=code))


def _party_here(code: str | None = None) -> tuple[list[Party], Party]:
    """Return the parties that the person answers for, and the one that the address names; 404 where there is none."""
    user = current_user()
    parties = [party for party in user.parties if policies.answers_for(user, party)]
    if user.is_secretariat:
        own = db.session.scalar(secretariat_party().limit(1))
        parties += [own] if own is not None and own not in parties else []
    if not parties:
        abort(404)
    wanted = code or request.args.get("party", "")
    if request.method == "GET" and wanted and wanted not in {party.code for party in parties}:
        flash(_("There is no such party among yours. %(party)s is shown.", party=parties[0].short_name), "care")
    return parties, next((party for party in parties if party.code == wanted), parties[0])


def _no_round(parties: list[Party], party: Party) -> str:
    following = round_now(party.id, at=utc_now()).following
    return render_template("progress/show_work_closed.html", party=party, parties=parties, following=following)


def _open_items(party: Party, round_: Round) -> list[Any]:
    """Return what the party has still to submit in the round."""
    return [row for row in db.session.execute(items_in_round(party.id, round_.id)) if row.state not in DONE]


def _asked_for(rows: Iterable[Any]) -> list[str]:
    """Return the items that the address names: one by one, or by theme or instrument."""
    named = {name: set(request.args.getlist(name)) for name in _CHOICES}
    return [
        str(row.item_id)
        for row in rows
        if str(row.item_id) in named["item"]
        or row.theme_code in named["theme"]
        or row.instrument_code in named["instrument"]
    ]


def _day_stands(form: AssignForm | AssignmentForm, round_: Round, party: Party, at: datetime) -> bool:
    """Check the day against the party's own; say beside the field what is wrong."""
    sentence = assigning.day_instruction(form.due_on.data, round_, party.id, at=at)
    if sentence:
        form.refuse(form.due_on, sentence)
    return not sentence


def _by_person(rows: Iterable[Any], links: dict[int, Any]) -> list[Hands]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return [Hands(first=theirs[0], rows=theirs, link=links.get(id_)) for id_, theirs in found.items()]


def _standing(assignment_id: int) -> Assignment:
    """Load an assignment for the party's coordinator."""
    assignment: Assignment = db.first_or_404(assignment_in_full(assignment_id))
    require(policies.assign_item, assignment.item)
    return assignment


def _round_of(assignment: Assignment, at: datetime) -> Round:
    """Return the assignment's round while the party reports in it.

    Raises:
        DomainError: it does not any more, or the assignment was taken back.
    """
    round_ = round_now(assignment.item.party_id, at=at).current
    if round_ is None or round_.id != assignment.round_id:
        raise DomainError(_("This assignment belongs to a round that is over. Nothing can be changed any more."))
    if assignment.taken_back_at is not None:
        raise DomainError(_("This item was taken back meanwhile. Assign it anew."))
    return round_


def _in_hands_of(person_id: int) -> tuple[Party, Round, list[Assignment]]:
    """Load what a person has in hand of the party that the address names; 404 where that is nothing."""
    _parties, party = _party_here()
    round_ = round_now(party.id, at=utc_now()).current
    theirs = (
        db.session.scalars(assignments_of(person_id, party_id=party.id, round_id=round_.id)).all() if round_ else []
    )
    if round_ is None or not theirs:
        abort(404)
    return party, round_, list(theirs)
