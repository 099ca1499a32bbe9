"""Reading what people type and have not saved."""

from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import User
from tracker.progress.models import DraftBuffer


def buffers_of(update_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the buffers of an update with their people; what others typed is not for showing."""
    return (
        sa.select(DraftBuffer.person_id, User.name, DraftBuffer.saved_at, DraftBuffer.content)
        .join(User, User.id == DraftBuffer.person_id)
        .where(DraftBuffer.update_id == update_id)
        .order_by(DraftBuffer.saved_at, DraftBuffer.id)
    )
