"""One's own account."""

from datetime import date

from babel import Locale, UnknownLocaleError
from flask import current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts import queries
from tracker.accounts.access import current_user, require_fresh
from tracker.accounts.devices import device_words
from tracker.accounts.forms.own_account import DetailsForm, EmailForm, PauseForm
from tracker.accounts.forms.passwords import ChangePasswordForm
from tracker.accounts.models import SignIn, User
from tracker.accounts.services import own_account, sign_ins
from tracker.accounts.services.sign_ins import SESSION_KEY, sid_hash
from tracker.accounts.views.blueprint import bp
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.extensions import babel
from tracker.core.frame import chosen_theme
from tracker.core.zones import local_day


def _zone_of(person: User) -> str:
    return person.zone_name or str(current_app.config["TRACKER_TIMEZONE"])


def _today_of(person: User) -> date:
    return local_day(utc_now(), _zone_of(person))


def _languages(person: User) -> list[tuple[str, str]]:
    """Return the languages that can be chosen, each in its own words: those spoken here, and those of the party.

    A choice that nobody has translated into yet is kept; mail and pages are in English until then.
    """
    codes = {locale.language for locale in babel.list_translations()} | {"en", person.language}
    codes.update(code for party in person.parties for code in (*party.languages, *party.other_languages))
    return sorted((code, _own_name(code)) for code in codes)


def _own_name(code: str) -> str:
    """Return what a language is called in itself: ``Српски``."""
    try:
        name = Locale.parse(code).get_language_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def _is_spoken(code: str) -> bool:
    """Tell whether the tracker speaks a language yet."""
    return any(code == locale.language for locale in babel.list_translations())


@bp.get("/me")
def show_me() -> ResponseReturnValue:
    """Show a person their own account."""
    person = current_user()
    return render_template(
        "accounts/show_me.html",
        person=person,
        today=_today_of(person),
        zone_name=_zone_of(person),
        now=utc_now(),
        language=_own_name(person.language),
        is_spoken=_is_spoken(person.language),
        theme=chosen_theme(),
        stand_in=person.stand_in if person.stand_in_id is not None else None,
        calendar=db.session.scalar(queries.calendar_address_of(person.id)),
        sign_ins=db.session.scalars(queries.open_sign_ins_of(person.id)).all(),
        here=sid_hash(session[SESSION_KEY]),
        device_words=device_words,
    )


@bp.route("/me/details", methods=["GET", "POST"])
def change_my_details() -> ResponseReturnValue:
    """Let a person correct what is said about them, and choose how times are shown."""
    person = current_user()
    form = DetailsForm(
        person=person,
        languages=_languages(person),
        default_zone=next((party.timezone for party in person.parties), current_app.config["TRACKER_TIMEZONE"]),
    )
    if form.validate_on_submit():
        own_account.change_details(person, form.details(), by=person, at=utc_now())
        db.session.commit()
        flash(_("Your details are saved."), "done")
        return redirect(url_for(".show_me"))
    return render_template("accounts/change_my_details.html", form=form)


@bp.route("/me/password", methods=["GET", "POST"])
def change_my_password() -> ResponseReturnValue:
    """Let a person change their password; the present one is asked for."""
    form = ChangePasswordForm(person=current_user())
    db.session.rollback()  # nothing is read or written while the passwords are weighed and hashed
    if form.validate_on_submit():
        password_hash = form.password_hash()
        own_account.change_password(
            current_user(), password_hash=password_hash, at=utc_now(), keep=session[SESSION_KEY]
        )
        db.session.commit()
        flash(_("Your password is changed. All other sign-ins were ended."), "done")
        return redirect(url_for(".show_me"))
    return render_template("accounts/change_my_password.html", form=form, email=current_user().email)


@bp.route("/me/email", methods=["GET", "POST"])
def change_my_email() -> ResponseReturnValue:
    """Let a person ask for another e-mail address."""
    require_fresh()
    person = current_user()
    form = EmailForm()
    if form.validate_on_submit():
        own_account.ask_for_email(person, new_email=form.address(), at=utc_now())
        db.session.commit()
        flash(
            _("A link was sent to %(address)s. Your address changes once you open it.", address=form.address()), "done"
        )
        return redirect(url_for(".show_me"))
    return render_template("accounts/change_my_email.html", form=form, person=person)


@bp.route("/me/reminders", methods=["GET", "POST"])
def pause_reminders() -> ResponseReturnValue:
    """Let a person stop reminders until a day, and name who gets them meanwhile."""
    person = current_user()
    today = _today_of(person)
    form = PauseForm(
        colleagues=db.session.scalars(queries.can_stand_in_for(person, today)).all(),
        today=today,
        until=person.paused_until if person.is_paused_on(today) else None,
        stand_in=str(person.stand_in_id or ""),
    )
    if form.validate_on_submit():
        assert form.until.data is not None
        own_account.pause_reminders(
            person, until=form.until.data, stand_in=form.person_standing_in(), by=person, at=utc_now()
        )
        db.session.commit()
        flash(_("You get no reminders until then. Mail about your account still comes."), "done")
        return redirect(url_for(".pause_reminders"))
    return render_template("accounts/pause_reminders.html", form=form, person=person, today=today)


@bp.post("/me/reminders/resume")
def resume_reminders() -> ResponseReturnValue:
    """End a person's own pause."""
    person = current_user()
    own_account.resume_reminders(person, by=person, at=utc_now())
    db.session.commit()
    flash(_("You get reminders again."), "done")
    return redirect(url_for(".pause_reminders"))


@bp.post("/me/sign-ins/<int:sign_in_id>/end")
def end_my_sign_in(sign_in_id: int) -> ResponseReturnValue:
    """End one of a person's own sign-ins."""
    person = current_user()
    sign_in = db.first_or_404(db.select(SignIn).filter_by(id=sign_in_id, person_id=person.id))
    sign_ins.end_sign_in(sign_in, by=person, at=utc_now())
    db.session.commit()
    flash(_("This sign-in is ended."), "done")
    return redirect(url_for(".show_me"))


@bp.post("/me/sign-ins/end-others")
def end_my_other_sign_ins() -> ResponseReturnValue:
    """End all of a person's sign-ins but the present one."""
    person = current_user()
    sign_ins.end_all_sign_ins(person, by=person, at=utc_now(), but=session[SESSION_KEY])
    db.session.commit()
    flash(_("All other sign-ins are ended."), "done")
    return redirect(url_for(".show_me"))
