"""The pages that a link in a mail opens, and the one that asks for such a mail. They need no sign-in."""

import time
from typing import Final

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import public
from tracker.accounts.forms.passwords import NewPasswordForm, ResetForm, words_about
from tracker.accounts.models import AccountLink, LinkPurpose
from tracker.accounts.services import attempts, own_account
from tracker.accounts.services.links import LinkUsedUp, open_link
from tracker.accounts.views.blueprint import bp
from tracker.core.clock import utc_now
from tracker.core.database import db, reading_only
from tracker.core.forms import TrackerForm

#: Asking for a reset takes so long, whether the address is known or not.
_ANSWER_TAKES: Final = 0.25


class _ConfirmForm(TrackerForm):
    """Nothing but the token."""


def _link(token: str, purpose: LinkPurpose) -> AccountLink:
    """Load the link that the address names, and keep the address to ourselves."""
    g.referrer_policy = "no-referrer"
    link = db.session.scalar(open_link(token, purpose))
    if link is None or link.expires_at <= utc_now():
        raise LinkUsedUp
    return link


def _words_about_its_person(token: str, purpose: LinkPurpose) -> tuple[str, ...]:
    """Read what the new password is compared with, and let go of the database before it is hashed."""
    with reading_only():
        words = words_about(_link(token, purpose).person)
        db.session.rollback()
    return words


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def take_up_invitation(token: str) -> ResponseReturnValue:
    """Let an invited person choose a password."""
    form = NewPasswordForm(about=_words_about_its_person(token, LinkPurpose.INVITATION))
    if form.validate_on_submit():
        password_hash = form.password_hash()
        link = _link(token, LinkPurpose.INVITATION)
        own_account.take_up_invitation(link, password_hash=password_hash, at=utc_now())
        db.session.commit()
        flash(_("Your password is set. Sign in with your e-mail address and this password."), "done")
        return redirect(url_for("security.login"))
    person = _link(token, LinkPurpose.INVITATION).person
    return render_template("accounts/take_up_invitation.html", form=form, person=person)


@bp.route("/reset", methods=["GET", "POST"])
@public
def ask_for_reset() -> ResponseReturnValue:
    """Send a link for a new password; the answer is the same for every address."""
    began = time.monotonic()
    form = ResetForm()
    if form.validate_on_submit():
        address, at = form.address(), utc_now()
        attempts.begin_attempt(
            attempts.account_hash(address), address=request.remote_addr or "", purpose=attempts.RESET, at=at
        )
        own_account.ask_for_reset(address, at=at)
        db.session.commit()
        time.sleep(max(0.0, began + _ANSWER_TAKES - time.monotonic()))
        return render_template("accounts/reset_asked.html")
    return render_template("accounts/ask_for_reset.html", form=form)


@bp.route("/reset/<token>", methods=["GET", "POST"])
@public
def set_new_password(token: str) -> ResponseReturnValue:
    """Let a person who forgot their password choose a new one."""
    form = NewPasswordForm(about=_words_about_its_person(token, LinkPurpose.RESET))
    if form.validate_on_submit():
        password_hash = form.password_hash()
        own_account.reset_password(_link(token, LinkPurpose.RESET), password_hash=password_hash, at=utc_now())
        db.session.commit()
        flash(_("Your new password is set, and all sign-ins were ended. Sign in with it."), "done")
        return redirect(url_for("security.login"))
    return render_template("accounts/set_new_password.html", form=form)


@bp.route("/email/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> ResponseReturnValue:
    """Change a person's e-mail address to the one that the link was sent to."""
    link = _link(token, LinkPurpose.CHANGE_OF_EMAIL)
    form = _ConfirmForm()
    if form.validate_on_submit():
        own_account.confirm_email(link, at=utc_now())
        db.session.commit()
        flash(_("Your e-mail address is changed. Sign in with the new one."), "done")
        return redirect(url_for("security.login"))
    return render_template("accounts/confirm_email.html", form=form, link=link)
