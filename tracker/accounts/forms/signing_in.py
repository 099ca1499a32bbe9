"""The forms behind Flask-Security's pages: signing in, and the password asked for again."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_security import LoginForm, VerifyForm
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from tracker.accounts import passwords
from tracker.accounts.authentication import authenticate
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.forms import lower

EMAIL_LENGTH = 254


def email_field(
    label: Any,
    *,
    autocomplete: str = "username",
    description: Any = "",
    missing: Any = None,
) -> EmailField:
    """Return a field for an e-mail address of an account."""
    return EmailField(
        label,
        description=description,
        filters=[lower],
        validators=[
            DataRequired(missing or _l("Enter your e-mail address.")),
            Length(max=EMAIL_LENGTH, message=_l("An e-mail address has at most %(max)d characters.")),
        ],
        render_kw={"autocomplete": autocomplete, "maxlength": EMAIL_LENGTH},
    )


def check_address(form: Any, field: StringField) -> None:
    """Check that an e-mail address can be one; whether somebody reads it, a mail shows.

    Raises:
        ValidationError: it cannot.
    """
    Email(_("Enter an e-mail address, for example ana.novak@gov.example."))(form, field)
    if not (field.data or "").isascii():
        raise ValidationError(_("Enter an e-mail address in Latin letters without accents."))


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
        self.user = authenticate(self.email.data, self.password.data, address=request.remote_addr or "", at=utc_now())
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
        confirmed = authenticate(person.email, self.password.data, address=request.remote_addr or "", at=utc_now())
        if confirmed is None:
            self.password.errors = [_("This is not your password. Try again.")]
        return confirmed is not None
