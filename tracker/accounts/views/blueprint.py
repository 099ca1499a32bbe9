"""The blueprints of the pages about accounts, and their place in the menus."""

from flask import Blueprint, Response
from flask_babel import lazy_gettext as _l

from tracker.core import navigation
from tracker.core.navigation import Menu, NavigationEntry

#: Other people's accounts.
people_bp = Blueprint("people", __name__, url_prefix="/people")
navigation.add(
    people_bp,
    NavigationEntry(_l("People"), "people.list_people", navigation.OFFICE, order=70, covers=("people.",)),
)

#: One's own account, and the pages that a link in a mail opens.
bp = Blueprint("accounts", __name__)
navigation.add(
    bp,
    NavigationEntry(_l("Your account"), "accounts.show_me", navigation.EVERYBODY, order=10, menu=Menu.PERSON),
    NavigationEntry(
        _l("Pause reminders"), "accounts.pause_reminders", navigation.EVERYBODY, order=20, menu=Menu.PERSON
    ),
)


@bp.after_request
@people_bp.after_request
def keep_nothing(response: Response) -> Response:
    """Let no browser or proxy keep a page about accounts."""
    response.headers["Cache-Control"] = "no-store"
    return response
