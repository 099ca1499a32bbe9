"""The database handle, the base class of every model, and the column types they share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

from tracker.core.clock import utc_now

NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: Whether the present unit of work only reads. SQLite begins IMMEDIATE where it is false: a reader that
#: turns writer later fails at once with "database is locked", whatever the busy timeout.
_reading_only: ContextVar[bool] = ContextVar("reading_only", default=False)


@contextmanager
def reading_only() -> Iterator[None]:
    """Let transactions begun in this block take no write lock on SQLite."""
    token = _reading_only.set(True)
    try:
        yield
    finally:
        _reading_only.reset(token)


def set_reading_only(value: bool) -> None:
    """Say whether transactions begun from now on in this context only read."""
    _reading_only.set(value)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database.

    Raises:
        ValueError: a naive datetime was given.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime; use tracker.core.clock.utc_now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite has no time zones and gives the stored UTC value back naive.
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def _values(enum_class: type[Enum]) -> list[str]:
    return [member.value for member in enum_class]


def enum_named(enum_class: type[Enum], name: str) -> sa.Enum:
    """Return the column type of an enum that a table holds more than once: each CHECK needs a name of its own."""
    return sa.Enum(enum_class, native_enum=False, create_constraint=True, length=32, values_callable=_values, name=name)


class Model(DeclarativeBase):
    """Base of every table."""

    # A registry, because Flask-SQLAlchemy 3.1 copies the class body and cannot copy a bare type map.
    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            datetime: UtcDateTime,
            # JSON on both backends; never hashed from here, for PostgreSQL may reorder it.
            dict[str, Any]: sa.JSON,
            list[str]: sa.JSON,
            list[dict[str, Any]]: sa.JSON,
            # A CHECK constraint on both backends: adding a value is an ordinary migration.
            Enum: sa.Enum(Enum, native_enum=False, create_constraint=True, length=32, values_callable=_values),
        },
    )


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
#: A stable code such as ``BRDO-2018-05``.
Code = Annotated[str, mapped_column(sa.String(64))]
ShortText = Annotated[str, mapped_column(sa.String(300))]
LongText = Annotated[str, mapped_column(sa.Text)]
Email = Annotated[str, mapped_column(sa.String(254))]
ZoneName = Annotated[str, mapped_column(sa.String(64))]
Sha256 = Annotated[str, mapped_column(sa.String(64))]


class Timestamped:
    """Adds when the row was made and when it last changed (UTC)."""

    created_at: Mapped[datetime] = mapped_column(default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our types into migrations as the plain ones they store; migrations import no app code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def include_name(name: str | None, kind: str, parents: object) -> bool:
    """Leave out of comparisons what an engine keeps beside our tables: its own index over texts."""
    return not (name or "").startswith(("search_text", "ix_search_entry_text"))


db = SQLAlchemy(model_class=Model, session_options={"join_transaction_mode": "create_savepoint"})


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Make SQLite keep foreign keys and savepoints as PostgreSQL does, and wait for other writers."""
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
        connection.execute("PRAGMA busy_timeout = 15000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # Without it, INSERT OR REPLACE deletes rows past the triggers that keep the audit log.
        connection.execute("PRAGMA recursive_triggers = ON")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if _reading_only.get() else "BEGIN IMMEDIATE")
