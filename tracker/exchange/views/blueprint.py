"""The blueprint of the pages about needs and offers."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from tracker.core import navigation
from tracker.core.navigation import OFFICE, READERS, NavigationEntry

bp = Blueprint("exchange", __name__)

navigation.add(
    bp,
    NavigationEntry(_l("Needs and offers"), "exchange.show_board", READERS, order=35, covers=("exchange.",)),
    NavigationEntry(_l("Needs and offers"), "exchange.show_board", OFFICE, order=55, covers=("exchange.",)),
)
