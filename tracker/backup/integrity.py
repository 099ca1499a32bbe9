"""Loading rows in any order, and proving that they fit together before anything is committed."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from tracker.backup.archive import ArchiveRefused
from tracker.core.database import db


@contextmanager
def loading() -> Iterator[Connection]:
    """Give a connection that does not ask for foreign keys until the block ends; then all of them must hold.

    Raises:
        ArchiveRefused: a row points to nothing. Nothing of the block stays.
    """
    with db.engine.connect() as connection:
        fitting = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
        with fitting(connection):
            yield connection


@contextmanager
def _on_sqlite(connection: Connection) -> Iterator[None]:
    driver = connection.connection.dbapi_connection
    assert driver is not None
    cursor = driver.cursor()
    cursor.execute("PRAGMA foreign_keys = OFF")  # has no effect inside a transaction
    try:
        with connection.begin():
            yield
            fault = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if fault is not None:
                raise ArchiveRefused(f"A row of {fault[0]} points to a row of {fault[2]} that is not in the backup.")
    finally:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()


@contextmanager
def _on_postgresql(connection: Connection) -> Iterator[None]:
    """Take the foreign keys off and put them back: each is checked as a whole, and nothing queues up in memory."""
    with connection.begin():
        keys = connection.execute(
            sa.text(
                "SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, "
                "pg_get_constraintdef(oid) AS definition FROM pg_constraint "
                "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conrelid, conname"
            )
        ).all()
        for key in keys:
            connection.exec_driver_sql(f"ALTER TABLE {key.place} DROP CONSTRAINT {key.name}")
        yield
        for key in keys:
            try:
                connection.exec_driver_sql(f"ALTER TABLE {key.place} ADD CONSTRAINT {key.name} {key.definition}")
            except IntegrityError as error:
                raise ArchiveRefused(
                    f"A row of {key.place} points to a row that is not in the backup ({key.name})."
                ) from error
        _continue_numbers(connection)


def _continue_numbers(connection: Connection) -> None:
    """Let the database number new rows after those that were loaded."""
    columns = connection.execute(
        sa.text(
            "SELECT quote_ident(table_name) AS place, column_name AS name, "
            "pg_get_serial_sequence(quote_ident(table_name), column_name) AS numbers "
            "FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND (column_default LIKE 'nextval(%' OR is_identity = 'YES')"
        )
    ).all()
    for column in columns:
        last = connection.scalar(sa.select(sa.func.max(sa.column(column.name))).select_from(sa.table(column.place)))
        if column.numbers and last is not None:
            connection.execute(sa.text("SELECT setval(:numbers, :last)"), {"numbers": column.numbers, "last": last})
