"""Alembic's way into the application's database."""

from alembic import context
from flask import current_app


def run_migrations() -> None:
    """Bring the database of the current application to the revision that was asked for."""
    migrate = current_app.extensions["migrate"]
    with migrate.db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            # SQLite changes a table by copying it; the copy must not trip over foreign keys.
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(connection=connection, target_metadata=migrate.db.metadata, **migrate.configure_args)
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = ON")


run_migrations()
