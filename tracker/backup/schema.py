"""Which version of the tables there is, and getting another."""

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import downgrade, upgrade
from sqlalchemy.engine import Connection

from tracker.backup import tables
from tracker.backup.archive import ArchiveRefused
from tracker.core.database import db, reading_only


def revision(connection: Connection) -> str | None:
    """Return the revision of the tables; None where there are none."""
    if tables.VERSION_TABLE not in sa.inspect(connection).get_table_names():
        return None
    column = sa.column("version_num", sa.String())
    return connection.scalar(sa.select(column).select_from(sa.table(tables.VERSION_TABLE)))


def known_revisions() -> list[str]:
    """Return the revisions that this version of the tracker knows, the first one first."""
    scripts = ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def require_known(wanted: str) -> None:
    """Refuse tables of a version that is yet to come."""
    if wanted not in known_revisions():
        raise ArchiveRefused(
            f"The backup was made by a newer version of the tracker (tables {wanted}, this version knows up to "
            f"{known_revisions()[-1]}). Install that version, then restore."
        )


def require_empty() -> str | None:
    """Refuse a database that holds anything; return the revision of its empty tables, if it has some."""
    with reading_only(), db.engine.connect() as connection:
        found = revision(connection)
        for shape in tables.shapes(connection):
            if tables.count(connection, shape):
                raise ArchiveRefused(
                    f"The database is not empty: {shape.name} has rows. Restore into an empty database, "
                    "set by DATABASE_URL or TRACKER_INSTANCE."
                )
        if found is not None and found not in known_revisions():
            raise ArchiveRefused("The database was made by another version of the tracker. Restore into an empty one.")
    return found


def bring_empty_tables_to(wanted: str, present: str | None) -> None:
    """Make the empty tables those of a revision, whichever way it lies."""
    order = known_revisions()
    if present is not None and order.index(present) > order.index(wanted):
        downgrade(revision=wanted)
    else:
        upgrade(revision=wanted)
