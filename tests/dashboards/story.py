"""What the stories about dashboards do again and again."""

from datetime import date

from bs4 import Tag

from tests.factories import reported
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.meetings.models import Round
from tracker.progress.models import Item
from tracker.progress.services.standing import refresh_standing
from tracker.progress.statuses import Status
from tracker.progress.workflow import UpdateState

#: The day on which these stories happen.
TODAY = date(2026, 11, 23)


def accepted(item: Item, round_: Round, by: User, status: Status, **answer: object) -> None:
    """Let the item's party have an accepted answer, with its pointers as the services leave them."""
    reported(item, round_, by, state=UpdateState.ACCEPTED, status=status, **answer)
    refresh_standing(item, today=TODAY)
    db.session.commit()


def words(tag: Tag | None) -> str:
    """Return what is read of a part of the page."""
    assert tag is not None
    return " ".join(tag.get_text(" ", strip=True).split())
