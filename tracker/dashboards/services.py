"""Saving a view under a name, and forgetting it."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.dashboards.models import SavedView, ViewPage
from tracker.dashboards.queries.saved import views_of

#: So many views one person keeps.
MOST = 50


class NameTaken(DomainError):
    """The person has another view of this name."""

    def __init__(self) -> None:
        super().__init__(_("You have another view of this name. Choose another name."))


class TooMany(DomainError):
    """The person has as many views as one can keep."""

    def __init__(self) -> None:
        super().__init__(_("You have %(n)s views. Delete one before you save another.", n=MOST))


def save_view(page: ViewPage, name: str, query: str, *, by: User, at: datetime) -> SavedView:
    """Save the filters of a page under a name; saving the same once more changes nothing.

    Raises:
        NameTaken: another view of the person has the name.
        TooMany: the person has too many.
    """
    # Two clicks at once: the second waits here and finds the first one's row.
    db.session.execute(sa.select(User.id).where(User.id == by.id).with_for_update())
    view = SavedView(person_id=by.id, page=page, name=name)
    view.take(page.kept(query))
    known = db.session.scalars(views_of(by.id)).all()
    for each in known:
        if each.name.casefold() == name.casefold():
            if (each.page, each.query) != (view.page, view.query):
                raise NameTaken
            return each
    if len(known) >= MOST:
        raise TooMany
    db.session.add(view)
    record("view.saved", view, at=at, by=by, changes={"page": page})
    return view


def delete_view(view: SavedView, *, by: User, at: datetime) -> None:
    """Forget a view."""
    record("view.deleted", view, at=at, by=by, changes={"page": view.page})
    db.session.delete(view)
