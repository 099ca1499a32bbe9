"""The blueprint of the log, and its entry in the menu."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from tracker.core import navigation

bp = Blueprint("audit", __name__, url_prefix="/audit")
navigation.add(
    bp, navigation.NavigationEntry(_l("Audit"), "audit.list_events", navigation.OFFICE, order=80, covers=("audit.",))
)
