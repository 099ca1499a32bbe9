"""One's own second factor: an authenticator app, passkeys, recovery codes. Changes take the password once more."""

import secrets
from base64 import urlsafe_b64encode
from typing import Any, Final

from flask import Response, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts import one_time_codes, passkeys, queries, recovery_codes, sealing
from tracker.accounts.access import current_user, needs_second_factor, require_fresh
from tracker.accounts.forms.second_factor import CodeForm, NewPasskeyForm
from tracker.accounts.models import Factor, Passkey, User
from tracker.accounts.recovery_codes import CodeSet
from tracker.accounts.services import second_factor, sign_ins
from tracker.accounts.services.second_factor import NewPasskey
from tracker.accounts.services.sign_ins import SESSION_KEY
from tracker.accounts.views.blueprint import bp
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.forms import TrackerForm, forget_form_token

#: Keys of the session: the key that a new app is offered, and what new passkeys know the account by.
_OFFER: Final = "offered_key"
_HANDLE: Final = "offered_handle"
_HANDLE_BYTES: Final = 32
_MAKING: Final = "make"


class _ConfirmForm(TrackerForm):
    """Nothing but the token."""


def _offered_key(person: User, *, make: bool = True) -> bytes | None:
    """Return the key that the person is setting an app up with; it is kept sealed in the cookie until it works."""
    purpose = f"offer to person {person.id}"
    try:
        return sealing.unseal(str(session.get(_OFFER, "")), purpose, second_factor.secret_keys())
    except sealing.CannotBeOpened:
        if not make:
            return None
    key = one_time_codes.new_key()
    session[_OFFER] = sealing.seal(key, purpose, second_factor.secret_keys())
    return key


def _handle(person: User) -> str:
    """Return what passkeys know the account by."""
    if person.fs_webauthn_user_handle is not None:
        return person.fs_webauthn_user_handle
    offered: str = session.setdefault(
        _HANDLE, urlsafe_b64encode(secrets.token_bytes(_HANDLE_BYTES)).rstrip(b"=").decode()
    )
    return offered


def _first_codes(person: User) -> CodeSet | None:
    """Make recovery codes for somebody who sets up the first factor, and let go of the database meanwhile."""
    is_first = not person.has_second_factor
    db.session.rollback()
    return recovery_codes.new_set() if is_first else None


def _renew(factor: Factor) -> None:
    """Go on under a new cookie: what was known of this sign-in before the factor is worth nothing after it."""
    session[SESSION_KEY] = sign_ins.renew_sign_in(session[SESSION_KEY], factor=factor)
    forget_form_token()


def _shown(codes: CodeSet) -> ResponseReturnValue:
    return render_template("accounts/recovery_codes.html", codes=codes.codes)


def _own_passkeys(person: User) -> list[Passkey]:
    return list(db.session.scalars(queries.passkeys_of(person.id)).all())


@bp.get("/me/second-factor")
def show_second_factor() -> ResponseReturnValue:
    """Show what a person signs in with beside the password."""
    person = current_user()
    return render_template(
        "accounts/show_second_factor.html",
        person=person,
        is_needed=needs_second_factor(person),
        passkeys=_own_passkeys(person),
        codes_left=db.session.scalar(queries.recovery_codes_left(person.id)),
    )


@bp.route("/me/second-factor/app", methods=["GET", "POST"])
def set_up_app() -> ResponseReturnValue:
    """Let a person set up an authenticator app, or another one in place of it."""
    require_fresh()
    person = current_user()
    form = CodeForm()
    key = _offered_key(person)
    assert key is not None
    if form.validate_on_submit():
        at = utc_now()
        counter = one_time_codes.counter_of(form.typed(), key, at=at, after=None)
        if counter is not None:
            codes = _first_codes(person)
            second_factor.use_app(current_user(), key, counter=counter, codes=codes, at=at, keep=session[SESSION_KEY])
            _renew(Factor.CODE)
            session.pop(_OFFER, None)
            db.session.commit()
            flash(_("Your authenticator app is set up. All other sign-ins were ended."), "done")
            return _shown(codes) if codes is not None else redirect(url_for(".show_second_factor"))
        form.refuse(
            form.code,
            _("This code does not fit. Check that the clock of your device is right; enter the next one."),
        )
    return render_template("accounts/set_up_app.html", form=form, person=person, key=one_time_codes.grouped(key))


@bp.get("/me/second-factor/app/key.svg")
def download_app_key() -> ResponseReturnValue:
    """Give the key that is offered to the person as a picture for the app's camera."""
    require_fresh()
    person = current_user()
    key = _offered_key(person, make=False)
    if key is None:
        abort(404)
    return Response(one_time_codes.picture(key, person.email), mimetype="image/svg+xml")


@bp.route("/me/second-factor/app/stop", methods=["GET", "POST"])
def stop_app() -> ResponseReturnValue:
    """Let a person sign in without the app again."""
    require_fresh()
    person = current_user()
    if person.tf_totp_secret is None:
        abort(404)
    form = _ConfirmForm()
    if form.validate_on_submit():
        second_factor.stop_app(person, needed=needs_second_factor(person), at=utc_now(), keep=session[SESSION_KEY])
        db.session.commit()
        flash(_("The authenticator app is not used any more. All other sign-ins were ended."), "done")
        return redirect(url_for(".show_second_factor"))
    return render_template("accounts/stop_app.html", form=form)


@bp.route("/me/second-factor/passkeys", methods=["GET", "POST"])
def add_passkey() -> ResponseReturnValue:
    """Let a person make a passkey."""
    require_fresh()
    person, at = current_user(), utc_now()
    form = NewPasskeyForm()
    if form.validate_on_submit():
        try:
            made = passkeys.made(form.given(), passkeys.take_question(_MAKING, at))
        except passkeys.NotAccepted:
            form.refuse(form.answer, _("This passkey was not accepted. Press the button once more."))
        else:
            return _add(form, made)
    options = passkeys.ask_to_make(
        _MAKING,
        handle=_handle(person),
        email=person.email,
        name=person.name,
        known=[each.credential_id for each in _own_passkeys(person)],
        at=at,
    )
    return render_template("accounts/add_passkey.html", form=form, options=options)


def _add(form: NewPasskeyForm, made: passkeys.Made) -> ResponseReturnValue:
    assert form.name.data is not None
    codes = _first_codes(current_user())
    person = current_user()
    new = NewPasskey(
        name=form.name.data,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        transports=made.transports,
    )
    person.fs_webauthn_user_handle = _handle(person)
    second_factor.add_passkey(person, new, codes=codes, at=utc_now(), keep=session[SESSION_KEY])
    _renew(Factor.PASSKEY)
    session.pop(_HANDLE, None)
    db.session.commit()
    flash(_("Your passkey is set up. All other sign-ins were ended."), "done")
    return _shown(codes) if codes is not None else redirect(url_for(".show_second_factor"))


@bp.route("/me/second-factor/passkeys/<int:passkey_id>/remove", methods=["GET", "POST"])
def remove_passkey(passkey_id: int) -> ResponseReturnValue:
    """Let a person remove a passkey of theirs."""
    require_fresh()
    person = current_user()
    passkey: Any = db.first_or_404(db.select(Passkey).filter_by(id=passkey_id, person_id=person.id))
    form = _ConfirmForm()
    if form.validate_on_submit():
        second_factor.remove_passkey(
            passkey, needed=needs_second_factor(person), at=utc_now(), keep=session[SESSION_KEY]
        )
        db.session.commit()
        flash(_("The passkey is removed. All other sign-ins were ended."), "done")
        return redirect(url_for(".show_second_factor"))
    return render_template("accounts/remove_passkey.html", form=form, passkey=passkey)


@bp.route("/me/second-factor/recovery-codes", methods=["GET", "POST"])
def make_recovery_codes() -> ResponseReturnValue:
    """Let a person make new recovery codes; they are shown once."""
    require_fresh()
    person = current_user()
    if not person.has_second_factor:
        abort(404)
    form = _ConfirmForm()
    if form.validate_on_submit():
        db.session.rollback()  # nothing is held while the codes are hashed
        codes = recovery_codes.new_set()
        second_factor.make_recovery_codes(current_user(), codes, at=utc_now())
        db.session.commit()
        return _shown(codes)
    return render_template(
        "accounts/make_recovery_codes.html",
        form=form,
        codes_left=db.session.scalar(queries.recovery_codes_left(person.id)),
    )
