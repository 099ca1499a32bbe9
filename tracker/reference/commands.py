"""``tracker init``: tables and reference data, ready for use."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import sqlalchemy as sa
from alembic.util import CommandError
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.exc import SQLAlchemyError

from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.schema import SchemaState, schema_state
from tracker.reference.files import SHIPPED
from tracker.reference.merging import LoadReport
from tracker.reference.reading import ReferenceDataRefused
from tracker.reference.services import load

#: Number of PostgreSQL's advisory lock under which one ``init`` at a time works.
_INIT_LOCK: Final = 4_711_002
_NAMES_SHOWN: Final = 20


@click.command("init")
@click.option(
    "--data",
    "directory",
    type=click.Path(path_type=Path),
    default=SHIPPED,
    help="Folder with the YAML files; the data that comes with the tracker if not given.",
)
@with_appcontext
def init(directory: Path) -> None:
    """Bring the tables up to date and load the reference data. Safe to run again.

    What the Secretariat edited since stays as it is.
    """
    _make_instance_folder()
    _usable(_state())
    try:
        with _one_at_a_time():
            state = _usable(_state())  # another init may have just ended
            if not state.is_current:
                upgrade()
                click.echo("Tables: brought up to date.")
            else:
                click.echo("Tables: up to date already.")
            report = load(directory, at=utc_now())
            db.session.commit()
    except ReferenceDataRefused as refused:
        db.session.rollback()
        lines = "\n".join(f"  {problem}" for problem in refused.problems)
        raise click.ClickException(
            f"The reference data was refused as a whole; nothing of it was loaded.\n{lines}"
        ) from None
    except (SQLAlchemyError, CommandError, OSError) as error:
        db.session.rollback()
        words = " ".join(str(getattr(error, "orig", None) or error).split())[:300]
        raise click.ClickException(f"The database could not be set up: {words}. Nothing was loaded.") from None
    _tell(report)


def _make_instance_folder() -> None:
    folder = Path(current_app.instance_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(
            f"The instance folder {folder} cannot be made ({error.strerror}). "
            "Set TRACKER_INSTANCE to a folder you may write."
        ) from None


def _state() -> SchemaState:
    state = schema_state()
    db.session.remove()  # the look began a transaction, which would stand in the way of the migrations
    return state


def _usable(state: SchemaState) -> SchemaState:
    if not state.is_current and not state.can_upgrade:
        raise click.ClickException(state.problem)
    return state


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let other runs of ``init`` on the same database wait until this one has ended."""
    url = db.engine.url
    if url.get_backend_name() == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": _INIT_LOCK})
            try:
                yield
            finally:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _INIT_LOCK})
    elif url.database and url.database != ":memory:":
        with Path(f"{url.database}.init-lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    else:
        yield


def _tell(report: LoadReport) -> None:
    if not report.changed_anything:
        click.echo(f"Reference data: nothing changed; {len(report.unchanged)} entries are as shipped.")
    else:
        click.echo(
            f"Reference data: {len(report.created)} entries created, {len(report.updated)} updated, "
            f"{len(report.unchanged)} unchanged."
        )
    if report.items.changed:
        click.echo(
            f"Items: {report.items.made} made, {report.items.retired} retired, {report.items.returned} brought back."
        )
    _list("Created", _by_kind(report.created))
    _list("Updated", report.updated)
    _list("Kept, because they were edited here", report.kept)
    _list("Kept, although the files no longer have them", report.absent)


def _by_kind(names: list[str]) -> list[str]:
    """Name few entries one by one, many by kind and number."""
    if len(names) <= _NAMES_SHOWN:
        return names
    kinds = [name.split(" ", 1)[0] for name in names]
    return [f"{kind}: {kinds.count(kind)}" for kind in dict.fromkeys(kinds)]


def _list(heading: str, names: list[str]) -> None:
    if not names:
        return
    click.echo(f"{heading}:")
    for name in names[:_NAMES_SHOWN]:
        click.echo(f"  {name}")
    if len(names) > _NAMES_SHOWN:
        click.echo(f"  and {len(names) - _NAMES_SHOWN} more")
