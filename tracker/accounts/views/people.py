"""Other people's accounts, for the Secretariat and the administrators."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts import policies, queries, rules
from tracker.accounts.access import administer, current_user, require, require_fresh
from tracker.accounts.forms.people import EndRoleForm, InviteForm, PeopleFilter, PersonForm, RoleForm
from tracker.accounts.forms.second_factor import LiftForm
from tracker.accounts.models import LinkPurpose, Membership, PersonState, Role, User
from tracker.accounts.services import own_account, people, second_factor
from tracker.accounts.services.own_account import Details
from tracker.accounts.views.blueprint import people_bp as bp
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.forms import TrackerForm
from tracker.core.paging import page_number, page_of
from tracker.parties.queries import all_parties


class _ConfirmForm(TrackerForm):
    """Nothing but the token."""


def _roles_to_give() -> list[Role]:
    """Return the roles that the person here may give, those of parties first."""
    ordered = (Role.COORDINATOR, Role.CONTRIBUTOR, Role.OBSERVER, Role.SECRETARIAT, Role.ADMINISTRATOR)
    return [role for role in ordered if policies.give_role(current_user(), role)]


def _person(person_id: int) -> User:
    """Load a person whom the Secretariat may see."""
    require(policies.see_people, None)
    return db.get_or_404(User, person_id)


def _person_to_change(person_id: int) -> User:
    """Load a person for a change that takes the password."""
    person = _person(person_id)
    require(policies.change_person, person)
    require_fresh(back=url_for(".show_person", person_id=person.id))
    return person


@bp.get("")
def list_people() -> ResponseReturnValue:
    """List who has an account."""
    require(policies.see_people, None)
    today = utc_now().date()
    form = PeopleFilter(request.args, parties=db.session.scalars(all_parties()).all())
    unknown = form.unknown()
    found = queries.people_found(
        party_code=form.party.data or "",
        role=Role(form.role.data) if form.role.data else None,
        state=PersonState(form.state.data) if form.state.data else None,
        day=today,
    )
    page = page_of(found, number=page_number(), scalars=True)
    invited = [person.id for person in page.items if person.state_on(today) is PersonState.INVITED]
    invitations = db.session.scalars(queries.open_links_of(invited, LinkPurpose.INVITATION)).all() if invited else []
    return render_template(
        "accounts/list_people.html",
        form=form,
        unknown=unknown,
        page=page,
        today=today,
        now=utc_now(),
        invitations={link.person_id: link for link in invitations},
    )


@bp.get("/rules")
def show_rules() -> ResponseReturnValue:
    """Show administrators who may do what, from the rules themselves."""
    require(administer, None)
    return render_template(
        "accounts/show_rules.html", groups=rules.all_rules(utc_now().date()), roles=rules.role_words()
    )


@bp.route("/invite", methods=["GET", "POST"])
def invite_person() -> ResponseReturnValue:
    """Invite a person to a role; where the address is known, give that person the role."""
    require(policies.invite_people, None)
    require_fresh()
    at = utc_now()
    form = InviteForm(roles=_roles_to_give(), parties=db.session.scalars(all_parties()).all(), today=at.date())
    if form.validate_on_submit():
        assert form.email.data is not None
        assert form.name.data is not None
        known = db.session.scalar(queries.person_by_email(form.email.data))
        if known is not None:
            return _give_role(known, form)
        grant = form.grant()
        require(policies.give_role, grant.role)
        link = people.invite(
            form.email.data,
            name=form.name.data,
            function=form.function.data or "",
            grant=grant,
            by=current_user(),
            at=at,
        )
        person_id = link.person_id
        db.session.commit()
        flash(_("The invitation is on its way. Its link works for 72 hours."), "done")
        return redirect(url_for(".show_person", person_id=person_id))
    return render_template("accounts/invite_person.html", form=form)


def _give_role(person: User, form: RoleForm) -> ResponseReturnValue:
    """Give a person who has an account a further role, and say what happened."""
    grant = form.grant()
    require(policies.give_role, grant.role)
    require(policies.change_person, person)
    person_id, name = person.id, person.name
    if people.give_role(person, grant, by=current_user(), at=utc_now()):
        db.session.commit()
        flash(_("%(name)s has an account already and now has this role as well.", name=name), "done")
    else:
        flash(_("%(name)s has an account and this role already. Nothing was changed.", name=name), "info")
    return redirect(url_for(".show_person", person_id=person_id))


@bp.get("/<int:person_id>")
def show_person(person_id: int) -> ResponseReturnValue:
    """Show a person's account and roles."""
    person = _person(person_id)
    at = utc_now()
    invitation = db.session.scalar(queries.open_links_of([person.id], LinkPurpose.INVITATION))
    return render_template("accounts/show_person.html", person=person, today=at.date(), now=at, invitation=invitation)


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
def edit_person(person_id: int) -> ResponseReturnValue:
    """Correct a person's name and function."""
    person = _person(person_id)
    require(policies.change_person, person)
    form = PersonForm(name=person.name, function=person.function)
    if form.validate_on_submit():
        assert form.name.data is not None
        details = Details(
            name=form.name.data,
            function=form.function.data or "",
            language=person.language,
            timezone=person.timezone,
            digest_hour=person.digest_hour,
        )
        own_account.change_details(person, details, by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("The details are saved."), "done")
        return redirect(url_for(".show_person", person_id=person_id))
    return render_template("accounts/edit_person.html", form=form, person=person)


@bp.route("/<int:person_id>/roles", methods=["GET", "POST"])
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a person a further role."""
    person = _person_to_change(person_id)
    parties = db.session.scalars(all_parties()).all()
    form = RoleForm(roles=_roles_to_give(), parties=parties, today=utc_now().date())
    if form.validate_on_submit():
        return _give_role(person, form)
    return render_template("accounts/give_role.html", form=form, person=person)


@bp.route("/<int:person_id>/roles/<int:membership_id>/end", methods=["GET", "POST"])
def end_role(person_id: int, membership_id: int) -> ResponseReturnValue:
    """End a person's role."""
    person = _person_to_change(person_id)
    membership = db.first_or_404(db.select(Membership).filter_by(id=membership_id, person_id=person.id))
    at = utc_now()
    form = EndRoleForm(starts_on=membership.starts_on, today=at.date())
    if form.validate_on_submit():
        last_day = form.day()
        if last_day is None:
            people.take_back(membership, by=current_user(), at=at)
        else:
            people.end_membership(membership, last_day=last_day, by=current_user(), at=at)
        db.session.commit()
        flash(_("The role is ended.") if last_day is None else _("The role ends on that day."), "done")
        return redirect(url_for(".show_person", person_id=person_id))
    return render_template("accounts/end_role.html", form=form, person=person, membership=membership)


@bp.post("/<int:person_id>/invitation")
def send_invitation_again(person_id: int) -> ResponseReturnValue:
    """Send a new invitation."""
    people.send_invitation_again(_person_to_change(person_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("A new invitation is on its way; the earlier link is dead. The new one works for 72 hours."), "done")
    return redirect(url_for(".show_person", person_id=person_id))


@bp.post("/<int:person_id>/invitation/revoke")
def revoke_invitation(person_id: int) -> ResponseReturnValue:
    """Make the link of an invitation worthless."""
    people.revoke_invitation(_person_to_change(person_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The invitation does not work any more."), "done")
    return redirect(url_for(".show_person", person_id=person_id))


@bp.route("/<int:person_id>/disable", methods=["GET", "POST"])
def disable_person(person_id: int) -> ResponseReturnValue:
    """Close a person's account."""
    person = _person_to_change(person_id)
    form = _ConfirmForm()
    if form.validate_on_submit():
        people.disable(person, by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("The account is disabled. All its sign-ins are ended."), "done")
        return redirect(url_for(".show_person", person_id=person_id))
    return render_template("accounts/disable_person.html", form=form, person=person)


@bp.route("/<int:person_id>/second-factor/lift", methods=["GET", "POST"])
def lift_second_factor(person_id: int) -> ResponseReturnValue:
    """Take the second factor from a person who lost it."""
    person = _person(person_id)
    require(policies.lift_second_factor, person)
    require_fresh(back=url_for(".show_person", person_id=person.id))
    if not person.has_second_factor:
        flash(_("This account has no second factor."), "info")
        return redirect(url_for(".show_person", person_id=person_id))
    form = LiftForm()
    if form.validate_on_submit():
        second_factor.lift(person, reason=form.given(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("The second factor is lifted, all sign-ins are ended, and the person is told by mail."), "done")
        return redirect(url_for(".show_person", person_id=person_id))
    return render_template("accounts/lift_second_factor.html", form=form, person=person)


@bp.post("/<int:person_id>/enable")
def enable_person(person_id: int) -> ResponseReturnValue:
    """Open a person's account again."""
    people.enable(_person_to_change(person_id), by=current_user(), at=utc_now())
    db.session.commit()
    flash(_("The account is open again."), "done")
    return redirect(url_for(".show_person", person_id=person_id))
