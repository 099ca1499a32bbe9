"""The second step of signing in, and signing in with a passkey alone. They need no sign-in, but the password before."""

from typing import Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts import authentication, passkeys, queries
from tracker.accounts.access import public, signed_in
from tracker.accounts.forms.second_factor import CodeForm, PasskeyForm, RecoveryCodeForm
from tracker.accounts.models import Factor, Passkey, User
from tracker.accounts.next_page import local_path
from tracker.accounts.second_step import let_in, person_half_way
from tracker.accounts.services import attempts
from tracker.accounts.services.second_factor import use_passkey
from tracker.accounts.views.blueprint import bp
from tracker.core.clock import utc_now
from tracker.core.database import db

#: What an answer is good for.
_SECOND: Final = "second step"
_ALONE: Final = "alone"


def _next() -> str | None:
    return local_path(request.values.get("next"))


def _start_again() -> ResponseReturnValue:
    return redirect(url_for("security.login", next=_next()))


@bp.route("/login/second-step", methods=["GET", "POST"])
@public
def take_second_step() -> ResponseReturnValue:
    """Ask somebody who gave the right password for a code of their app, or for a passkey."""
    at = utc_now()
    person = person_half_way(at)
    if person is None:
        return _start_again()
    form = CodeForm()
    if form.validate_on_submit():
        if authentication.check_code(person, form.typed(), address=request.remote_addr or "", at=at):
            return let_in(person, Factor.CODE)
        form.refuse(form.code, _("This code is not right, or was used already. Wait for the next one and enter it."))
    return _second_step(person, form)


def _second_step(person: User, form: CodeForm) -> ResponseReturnValue:
    known = [each.credential_id for each in db.session.scalars(queries.passkeys_of(person.id)).all()]
    return render_template(
        "accounts/take_second_step.html",
        form=form,
        next=_next(),
        has_app=person.tf_totp_secret is not None,
        options=passkeys.ask_to_sign(_SECOND, known=known, alone=False, at=utc_now()) if known else None,
    )


@bp.post("/login/second-step/passkey")
@public
def show_passkey() -> ResponseReturnValue:
    """Take a passkey from somebody who gave the right password."""
    person = person_half_way(utc_now())
    if person is None:
        return _start_again()
    form = PasskeyForm()
    if form.validate_on_submit() and _signed_by(form.given(), _SECOND, alone=False, person=person):
        return let_in(person, Factor.PASSKEY)
    again = CodeForm(formdata=None)
    again.form_errors.append(_("The passkey was not accepted. Try once more, or sign in another way."))
    return _second_step(person, again)


@bp.route("/login/recovery-code", methods=["GET", "POST"])
@public
def use_recovery_code() -> ResponseReturnValue:
    """Ask somebody who gave the right password, and has lost their device, for a recovery code."""
    at = utc_now()
    person = person_half_way(at)
    if person is None:
        return _start_again()
    form = RecoveryCodeForm()
    if form.validate_on_submit():
        if authentication.check_recovery_code(person, form.typed(), address=request.remote_addr or "", at=at):
            return let_in(person, Factor.RECOVERY_CODE)
        form.refuse(form.code, _("This is none of your codes, or it was used already. Check it, or take the next one."))
    return render_template("accounts/use_recovery_code.html", form=form, next=_next())


@bp.route("/login/passkey", methods=["GET", "POST"])
@public
def sign_in_with_passkey() -> ResponseReturnValue:
    """Sign a person in with a passkey alone: the device has asked for a finger, a face or its PIN."""
    if signed_in() is not None:
        return redirect(_next() or "/")
    form = PasskeyForm()
    if form.validate_on_submit():
        person = _signed_by(form.given(), _ALONE, alone=True)
        if person is not None:
            return let_in(person, Factor.PASSKEY)
        form.refuse(form.answer, _("This passkey was not accepted. Try once more, or sign in with your password."))
    options = passkeys.ask_to_sign(_ALONE, known=(), alone=True, at=utc_now())
    return render_template("accounts/sign_in_with_passkey.html", form=form, next=_next(), options=options)


def _signed_by(answer: str, purpose: str, *, alone: bool, person: User | None = None) -> User | None:
    """Return whose passkey answered our question, or None; ``person``: nobody else's counts.

    Raises:
        TooManyAttempts: too many from this network address did not hold.
    """
    at, address, counted = utc_now(), request.remote_addr or "", attempts.account_hash(purpose)
    attempts.begin_attempt(counted, address=address, purpose=attempts.PASSKEY, at=at)
    db.session.commit()
    try:
        question = passkeys.take_question(purpose, at)
        passkey: Passkey | None = db.session.scalar(queries.passkey_by_credential(passkeys.credential_of(answer)))
        if passkey is None or (person is not None and passkey.person_id != person.id) or not passkey.person.active:
            raise passkeys.NotAccepted
        count = passkeys.signed(
            answer, question, public_key=passkey.public_key, sign_count=passkey.sign_count, alone=alone
        )
        if not use_passkey(passkey, sign_count=count, asked_at=question.asked_at, at=at):
            raise passkeys.NotAccepted
    except passkeys.NotAccepted:
        authentication.note_wrong_passkey(person, at=at)
        return None
    attempts.forgive(counted, address=address, purpose=attempts.PASSKEY)
    return passkey.person
