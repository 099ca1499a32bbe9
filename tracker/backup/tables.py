"""Rows as lines of JSON and back, as the tables stand, whatever the engine and the version of the models.

Times are UTC, decimals and JSON columns are text: what was stored comes back as it was, from SQLite to PostgreSQL too.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from tracker.core.database import include_name

_BATCH_ROWS: Final = 500
_BATCH_BYTES: Final = 4 << 20
VERSION_TABLE: Final = "alembic_version"


@dataclass(frozen=True)
class Shape:
    """A table as the database describes it: its columns with their kinds, and its key."""

    name: str
    kinds: dict[str, str]
    key: tuple[str, ...]


def shapes(connection: Connection) -> list[Shape]:
    """Return every table of the tracker, by name."""
    inspector = sa.inspect(connection)
    return [
        Shape(
            name,
            {column["name"]: _kind(column["type"]) for column in inspector.get_columns(name)},
            tuple(inspector.get_pk_constraint(name)["constrained_columns"]),
        )
        for name in sorted(inspector.get_table_names())
        if name != VERSION_TABLE and include_name(name, "table", None)
    ]


def _kind(type_: sa.types.TypeEngine[Any]) -> str:
    kinds: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
        (sa.DateTime, "moment"), (sa.Date, "day"), (sa.Time, "time"), (sa.JSON, "json"), (sa.Numeric, "number"),
        (sa.Boolean, "flag"), (sa.LargeBinary, "bytes"),
    )  # fmt: skip
    return next((kind for class_, kind in kinds if isinstance(type_, class_)), "plain")


def count(connection: Connection, shape: Shape) -> int:
    """Count the rows of a table."""
    return connection.scalar(sa.select(sa.func.count()).select_from(sa.table(shape.name))) or 0


def dump(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Yield the rows of a table in the order of its key, one line each; few are in memory at a time."""
    columns = [_read(name, kind, connection).label(name) for name, kind in shape.kinds.items()]
    query = sa.select(*columns).select_from(sa.table(shape.name)).order_by(*(sa.column(name) for name in shape.key))
    names, writers = list(shape.kinds), [_WRITERS.get(kind) for kind in shape.kinds.values()]
    for row in connection.execution_options(yield_per=_BATCH_ROWS).execute(query):
        values = [write(v) if write and v is not None else v for write, v in zip(writers, row, strict=True)]
        fields = dict(zip(names, values, strict=True))
        yield json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load(connection: Connection, shape: Shape, lines: Iterable[bytes], progress: Callable[[int], None]) -> int:
    """Insert the rows of a part, batch by batch; return how many.

    Raises:
        ValueError: a line is not a row of this table.
    """
    table = sa.table(shape.name, *(sa.column(name) for name in shape.kinds))
    insert = sa.insert(table).values({name: _bound(name, kind, connection) for name, kind in shape.kinds.items()})
    readers = {name: _reader(kind, connection) for name, kind in shape.kinds.items()}
    batch: list[dict[str, Any]] = []
    total = size = 0
    for line in lines:
        batch.append(_row(line, readers))
        size += len(line)
        if len(batch) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            connection.execute(insert, batch)
            progress(len(batch))
            total, size = total + len(batch), 0
            batch = []
    if batch:
        connection.execute(insert, batch)
        progress(len(batch))
    return total + len(batch)


def fields_of(line: bytes) -> dict[str, Any]:
    """Return the fields of a line as they were written.

    Raises:
        ValueError: the line is not one of ours.
    """
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("the line is not a row")
    return fields


def _row(line: bytes, readers: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    fields = fields_of(line)
    if fields.keys() != readers.keys():
        raise ValueError("it has other columns than the table")
    return {f"new_{name}": None if v is None else readers[name](v) for name, v in fields.items()}


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _read(name: str, kind: str, connection: Connection) -> sa.ColumnElement[Any]:
    if kind == "json" and not _is_sqlite(connection):
        return sa.cast(sa.column(name), sa.Text())
    return sa.column(name, _type(kind, connection))


def _bound(name: str, kind: str, connection: Connection) -> sa.ColumnElement[Any]:
    parameter = sa.bindparam(f"new_{name}", type_=_type(kind, connection))
    return sa.cast(parameter, sa.JSON()) if kind == "json" and not _is_sqlite(connection) else parameter


def _type(kind: str, connection: Connection) -> sa.types.TypeEngine[Any]:
    types: dict[str, sa.types.TypeEngine[Any]] = {
        "moment": sa.DateTime(timezone=True),
        "day": sa.Date(),
        "time": sa.Time(),
        "json": sa.Text(),
        # SQLite knows no decimals: the number passes as it is stored.
        "number": sa.types.NullType() if _is_sqlite(connection) else sa.Numeric(),
        "flag": sa.Boolean(),
        "bytes": sa.LargeBinary(),
    }
    return types.get(kind, sa.types.NullType())


def _utc(value: datetime) -> str:
    return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()


def _decimal(value: float | Decimal) -> str:
    """Return a number as text without the zeros at its end, which one engine keeps and another does not."""
    return format((Decimal(repr(value)) if isinstance(value, float) else Decimal(value)).normalize(), "f")


_WRITERS: Final[dict[str, Callable[[Any], Any]]] = {
    "moment": _utc,
    "day": date.isoformat,
    "time": time.isoformat,
    "number": _decimal,
    "bytes": lambda value: base64.b64encode(value).decode(),
}


def _reader(kind: str, connection: Connection) -> Callable[[Any], Any]:
    readers: dict[str, Callable[[Any], Any]] = {
        "moment": datetime.fromisoformat,
        "day": date.fromisoformat,
        "time": time.fromisoformat,
        "number": float if _is_sqlite(connection) else Decimal,
        "bytes": base64.b64decode,
    }
    return readers.get(kind, lambda value: value)
