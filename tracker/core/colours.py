"""Light or dark: a choice of the device's user, kept in a cookie there and nowhere else."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from tracker.core import navigation
from tracker.core.forms import TrackerForm, options
from tracker.core.frame import chosen_theme, theme_cookie
from tracker.core.navigation import Menu, NavigationEntry

bp = Blueprint("colours", __name__)
navigation.add(
    bp, NavigationEntry(_l("Colours"), "colours.choose_colours", navigation.EVERYBODY, order=80, menu=Menu.PERSON)
)

_KEPT_FOR: Final = timedelta(days=365)


class ColoursForm(TrackerForm):
    """Which colours this device shows."""

    theme = RadioField(
        _l("Which colours do you want on this device?"),
        choices=options(
            [("device", _l("As the device is set")), ("light", _l("Always light")), ("dark", _l("Always dark"))]
        ),
    )


@bp.route("/colours", methods=["GET", "POST"])
def choose_colours() -> ResponseReturnValue:
    """Let anybody choose light or dark colours for the device they sit at."""
    form = ColoursForm(theme=chosen_theme() or "device")
    if not form.validate_on_submit():
        return render_template("colours/choose_colours.html", form=form)
    flash(_("The colours of this device are set."), "done")
    response = redirect(url_for(".choose_colours"))
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if form.theme.data == "device":
        response.delete_cookie(theme_cookie(), secure=secure, httponly=True, samesite="Lax")
    else:
        response.set_cookie(
            theme_cookie(), form.theme.data, max_age=_KEPT_FOR, secure=secure, httponly=True, samesite="Lax"
        )
    return response


choose_colours.is_public = True  # type: ignore[attr-defined]  # read by accounts.access, which core does not know
