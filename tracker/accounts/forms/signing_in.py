"""The forms behind Flask-Security's pages: signing in, and the password asked for again."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import LoginForm, VerifyForm
from wtforms import EmailField, PasswordField
from wtforms.validators import DataRequired, Length

from tracker.accounts import passwords
from tracker.accounts.authentication import authenticate
from tracker.accounts.models import User
from tracker.accounts.services.attempts import TooManyAttempts
from tracker.core.clock import utc_now
from tracker.core.forms import lower

EMAIL_LENGTH = 254


def email_field(label: str, *, autocomplete: str = "username", description: str = "") -> EmailField:
    """Return a field for an e-mail address of an account."""
    return EmailField(
        label,
        description=description,
        filters=[lower],
        validators=[
            DataRequired(_l("Enter your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=_l("An e-mail address has at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": autocomplete, "maxlength": EMAIL_LENGTH},
    )


def known_password_field(label: str) -> PasswordField:
    """Return a field for a password that the person has already; longer input is refused before it is hashed."""
    return PasswordField(
        label,
        validators=[
            DataRequired(_l("Enter your password.")),
            Length(max=passwords.MOST, message=_l("A password has at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": "current-password"},
    )


class SignInForm(LoginForm):
    """E-mail address and password. What was wrong is not said."""

    class Meta(LoginForm.Meta):
        """Messages come from Flask-Babel, not from WTForms' own files."""

        locales = False

    email = email_field(_l("E-mail address"))
    password = known_password_field(_l("Password"))
    remember = None
    submit = None

    def validate(self, **kwargs: Any) -> bool:
        """Check the shape, then the password; remember the person as ``user``."""
        if not super(LoginForm, self).validate(**kwargs):  # Flask-Security's own check is replaced whole
            return False
        assert self.email.data is not None
        assert self.password.data is not None
        at = utc_now()
        try:
            self.user = authenticate(self.email.data, self.password.data, address=request.remote_addr or "", at=at)
        except TooManyAttempts as refusal:
            self.form_errors.append(str(refusal))
            _answer_later("security/login_user.html", refusal, login_user_form=self)
        if self.user is None:
            self.form_errors.append(_("The e-mail address or the password is not right. Check both and try again."))
        return self.user is not None


class ConfirmForm(VerifyForm):
    """The password of the person who is signed in, once more."""

    class Meta(VerifyForm.Meta):
        """Messages come from Flask-Babel, not from WTForms' own files."""

        locales = False

    password = known_password_field(_l("Password"))
    submit = None

    def validate(self, **kwargs: Any) -> bool:
        """Check the shape, then the password."""
        if not super(VerifyForm, self).validate(**kwargs):  # Flask-Security's own check is replaced whole
            return False
        assert self.password.data is not None
        person: User = self.user
        try:
            confirmed = authenticate(person.email, self.password.data, address=request.remote_addr or "", at=utc_now())
        except TooManyAttempts as refusal:
            self.password.errors = [str(refusal)]
            _answer_later("security/verify.html", refusal, verify_form=self)
        if confirmed is None:
            self.password.errors = [_("This is not your password. Try again.")]
        return confirmed is not None


def _answer_later(template: str, refusal: TooManyAttempts, **forms: Any) -> None:
    """Stop the request with the page, the status 429 and when to come back: Flask-Security's view knows only 200."""
    response = make_response(render_template(template, **forms), refusal.http_status)
    response.headers["Retry-After"] = refusal.retry_after
    response.headers["Cache-Control"] = "no-store"
    abort(response)
