"""The blueprint of the pages on which parties report."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from tracker.core import navigation

bp = Blueprint("progress", __name__)

navigation.add(
    bp,
    navigation.NavigationEntry(
        _l("Your work"),
        "progress.show_work",
        navigation.PARTIES,
        order=10,
        covers=(
            "progress.edit_update",
            "progress.check_update",
            "progress.confirm_no_change",
            "progress.submit_ready",
            "delegation.",
        ),
    ),
)
