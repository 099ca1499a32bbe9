"""What the shipped data last said, and when it was loaded."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, Model, PrimaryKey


class ShippedValue(Model):
    """The value last loaded for a field, so that an edit by the Secretariat is told from a change in the file."""

    __tablename__ = "shipped_value"
    __table_args__ = (sa.UniqueConstraint("entity", "key", "field"),)

    id: Mapped[PrimaryKey]
    #: ``party``, ``theme``, ``instrument``, ``commitment`` …
    entity: Mapped[Code]
    key: Mapped[str] = mapped_column(sa.String(190))
    field: Mapped[Code]
    #: ``{"value": …}``, so that null is a value too.
    value: Mapped[dict[str, Any]]
    loaded_at: Mapped[datetime]
