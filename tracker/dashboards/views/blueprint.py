"""The blueprint of the pages across features, and what each of them asks first."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from tracker.accounts.access import current_user
from tracker.core import navigation
from tracker.core.clock import network_today
from tracker.core.frame import person_here
from tracker.core.navigation import OFFICE, PARTIES, READERS, NavigationEntry
from tracker.dashboards.queries.reader import Reader, reader_for

bp = Blueprint("dashboards", __name__)


def _own_party() -> Mapping[str, Any] | None:
    """Return the address of the first party that the person works for."""
    person = person_here()
    return {"code": person.parties[0].code} if person and person.parties else None


navigation.add(
    bp,
    NavigationEntry(_l("Home"), "dashboards.show_home", OFFICE, order=10),
    NavigationEntry(_l("State of play"), "dashboards.show_matrix", READERS, order=20),
    NavigationEntry(_l("State of play"), "dashboards.show_matrix", OFFICE, order=30),
    NavigationEntry(_l("Your country"), "dashboards.show_party", PARTIES, order=50, values=_own_party),
)


def reader_here() -> Reader:
    """Return the person behind the request as a reader, on this day of the network's zone."""
    return reader_for(current_user(), today=network_today())
