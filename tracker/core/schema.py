"""Whether the database is one that this version of the application can work with."""

import sqlite3
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.exc import DBAPIError

from tracker.core.database import db

_VERSION_TABLE: Final = "alembic_version"
_VERSIONS: Final = sa.text("SELECT version_num FROM alembic_version")


@dataclass(frozen=True, kw_only=True)
class SchemaState:
    """What stands between the application and its tables."""

    is_current: bool = False
    #: Whether `tracker init` puts it right; otherwise a person must decide first.
    can_upgrade: bool = False
    #: What is the matter and what to do, in words; empty when nothing is.
    problem: str = ""


def schema_state() -> SchemaState:
    """Look at the tables, in the present session, without changing them."""
    try:
        connection = db.session.connection()
        tables = set(sa.inspect(connection).get_table_names())
        found = set(connection.scalars(_VERSIONS)) if _VERSION_TABLE in tables else set()
    except (DBAPIError, sqlite3.Error) as error:
        return SchemaState(problem=_unusable(error))
    if not found and tables - {_VERSION_TABLE}:
        return SchemaState(
            problem=f"The database {_address()} holds tables that are not the tracker's. "
            "Set DATABASE_URL to a database of its own."
        )
    if not found:
        return SchemaState(can_upgrade=True, problem="The database is empty. Run: flask --app wsgi tracker init")
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    if found == set(scripts.get_heads()):
        return SchemaState(is_current=True)
    if found <= {script.revision for script in scripts.walk_revisions()}:
        problem = "The tables are those of an older version. Run: flask --app wsgi tracker init"
        return SchemaState(can_upgrade=True, problem=problem)
    return SchemaState(
        problem=f"The database {_address()} was made by another version of the tracker, which this one does not know. "
        "Install that version, or name another database in DATABASE_URL or another folder in TRACKER_INSTANCE."
    )


def _address() -> str:
    return db.engine.url.render_as_string(hide_password=True)


def _unusable(error: DBAPIError | sqlite3.Error) -> str:
    words = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:300]
    return (
        f"The database {_address()} cannot be used: {words}. "
        "Check DATABASE_URL, that its server runs, and that you may read and write it."
    )
