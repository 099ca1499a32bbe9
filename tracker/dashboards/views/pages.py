"""The short pages at the foot: help, accessibility, data protection. They say what is, and nothing else."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import public
from tracker.core import navigation
from tracker.core.navigation import Menu, NavigationEntry
from tracker.progress.statuses import ORDER

bp = Blueprint("pages", __name__)
navigation.add(
    bp,
    NavigationEntry(_l("Help"), "pages.show_help", (), order=20, menu=Menu.FOOT),
    NavigationEntry(_l("Accessibility"), "pages.show_accessibility", (), order=30, menu=Menu.FOOT),
    NavigationEntry(_l("Data protection"), "pages.show_data_protection", (), order=40, menu=Menu.FOOT),
)


@bp.get("/help")
@public
def show_help() -> ResponseReturnValue:
    """Explain the words, who sees what, and how things are counted."""
    return render_template("dashboards/show_help.html", statuses=ORDER, contact=_contact())


@bp.get("/accessibility")
@public
def show_accessibility() -> ResponseReturnValue:
    """Say how the pages can be used, and where to write when they cannot."""
    return render_template("dashboards/show_accessibility.html", contact=_contact())


@bp.get("/data-protection")
@public
def show_data_protection() -> ResponseReturnValue:
    """Say what is stored about the people who use the tracker."""
    return render_template("dashboards/show_data_protection.html", contact=_contact())


def _contact() -> str:
    """Return the Secretariat's address; empty where none is set."""
    address = str(current_app.config["MAIL_REPLY_TO"])
    return "" if address.endswith("@localhost") else address
