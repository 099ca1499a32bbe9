"""Pages about parties: the list, and the Secretariat's corrections.

The page of one party is a slice of the matrix and lives with the dashboards.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import require, use_tracker
from tracker.core import navigation
from tracker.core.database import db
from tracker.core.navigation import EVERYBODY, Menu, NavigationEntry
from tracker.parties.queries import all_parties

bp = Blueprint("parties", __name__)
navigation.add(bp, NavigationEntry(_l("Parties"), "parties.list_parties", EVERYBODY, order=10, menu=Menu.FOOT))


@bp.get("/parties")
def list_parties() -> ResponseReturnValue:
    """Show every party, in the one fixed order."""
    require(use_tracker, None)
    return render_template("parties/list_parties.html", parties=db.session.scalars(all_parties()).all())
