"""Bringing shipped values into tables without losing what the Secretariat edited.

Of each field the value last loaded is kept. A field whose row still says that value follows the file; a field
that says something else was edited here and stays. Source: DESIGN §3.13.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Final, Generic, TypeVar

import sqlalchemy as sa

from tracker.core.database import Model, db
from tracker.progress.services.items import Alignment
from tracker.reference.models import ShippedValue

Row = TypeVar("Row", bound=Model)
Read = Callable[[Any], Any]
Write = Callable[[Any, Any], None]
#: What a new column holds before the first load that knows it.
_EMPTY: Final[tuple[Any, ...]] = (None, "", [])


@dataclass(frozen=True)
class LoadReport:
    """What a load did, by name: ``commitment BRDO-2018-05 (title)``."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    #: Edited here and left as they are, though the files say otherwise.
    kept: list[str] = field(default_factory=list)
    #: Loaded once, in the files no more; left as they are.
    absent: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    #: What became of items in consequence.
    items: Alignment = field(default_factory=lambda: Alignment(made=0, retired=0, returned=0))

    @property
    def changed_anything(self) -> bool:
        """Tell whether any row was made or changed."""
        return bool(self.created or self.updated or self.items.changed)

    def as_changes(self) -> dict[str, object]:
        """Return the report as the audit log keeps it: what changed by name, the rest as numbers."""
        return {
            "created": self.created,
            "updated": self.updated,
            "kept": self.kept,
            "absent": self.absent,
            "unchanged": len(self.unchanged),
            "items": asdict(self.items),
        }


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Row]):
    """A table that shipped entries go into. ``special`` reads and writes fields that are no plain columns."""

    entity: str
    model: type[Row]
    special: Mapping[str, tuple[Read, Write]] = field(default_factory=dict)

    def value_of(self, row: Row, name: str) -> Any:
        """Return what the row says, as it is stored among shipped values."""
        return plain(self.special[name][0](row) if name in self.special else getattr(row, name))

    def put(self, row: Row, name: str, value: Any) -> None:
        """Write a field."""
        if name in self.special:
            self.special[name][1](row, value)
        else:
            setattr(row, name, list(value) if isinstance(value, tuple) else value)


class Merger:
    """One load: everything that was shipped before, and the report."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.report = LoadReport()
        self._shipped = {(row.entity, row.key, row.field): row for row in db.session.scalars(sa.select(ShippedValue))}
        self._entries = {(entity, key) for entity, key, _ in self._shipped}
        self._seen: set[tuple[str, str]] = set()

    def merge(
        self,
        kind: Kind[Row],
        key: str,
        row: Row | None,
        values: Mapping[str, Any],
        *,
        on_create: Mapping[str, Any] | None = None,
    ) -> tuple[Row, frozenset[str]]:
        """Bring one entry in; return its row and the fields that the file changed, all of them for a new row."""
        self._seen.add((kind.entity, key))
        name = f"{kind.entity} {key}"
        if row is None:
            row = kind.model(**dict(on_create or {}))
            with db.session.no_autoflush:
                for field_name, value in values.items():
                    kind.put(row, field_name, value)
                    self._remember(kind.entity, key, field_name, plain(value))
            db.session.add(row)
            self.report.created.append(name)
            return row, frozenset(values)
        updated: list[str] = []
        kept: list[str] = []
        for field_name, value in values.items():
            wanted, stands = plain(value), kind.value_of(row, field_name)
            shipped = self._shipped.get((kind.entity, key, field_name))
            if stands == wanted:
                self._remember(kind.entity, key, field_name, wanted)
            elif self._is_ours(kind.entity, key, shipped, stands):
                kind.put(row, field_name, value)
                self._remember(kind.entity, key, field_name, wanted)
                updated.append(field_name)
            else:
                kept.append(field_name)
        if updated:
            self.report.updated.append(f"{name} ({', '.join(updated)})")
        if kept:
            self.report.kept.append(f"{name} ({', '.join(kept)})")
        if not updated and not kept:
            self.report.unchanged.append(name)
        return row, frozenset(updated)

    def _is_ours(self, entity: str, key: str, shipped: ShippedValue | None, stands: Any) -> bool:
        if shipped is not None:
            return bool(shipped.value["value"] == stands)
        # A field that earlier versions did not ship; rows made here by hand stay as they are.
        return (entity, key) in self._entries and stands in _EMPTY

    def _remember(self, entity: str, key: str, name: str, value: Any) -> None:
        row = self._shipped.get((entity, key, name))
        if row is None:
            row = ShippedValue(entity=entity, key=key, field=name, value={"value": value}, loaded_at=self.at)
            db.session.add(row)
            self._shipped[entity, key, name] = row
        elif row.value["value"] != value:
            row.value, row.loaded_at = {"value": value}, self.at

    def finish(self, items: Alignment) -> LoadReport:
        """Return the report, with what was loaded once and stands in the files no more."""
        self.report.absent.extend(f"{entity} {key}" for entity, key in sorted(self._entries - self._seen))
        return replace(self.report, items=items)


def plain(value: Any) -> Any:
    """Return a value as JSON gives it back."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
