"""Reading the views that a person saved."""

import sqlalchemy as sa

from tracker.dashboards.models import SavedView


def views_of(person_id: int) -> sa.Select[SavedView]:
    """Select a person's views, by name."""
    return sa.select(SavedView).where(SavedView.person_id == person_id).order_by(SavedView.name, SavedView.id)
