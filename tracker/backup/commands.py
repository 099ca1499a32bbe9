"""``tracker backup`` and ``tracker restore``."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from tracker.backup.archive import ArchiveRefused, open_archive
from tracker.backup.restoring import examine
from tracker.backup.restoring import restore as restore_archive
from tracker.backup.services import back_up
from tracker.core.clock import utc_now
from tracker.core.database import db

_ARCHIVE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("path", type=_ARCHIVE)
@with_appcontext
def backup(path: Path) -> None:
    """Write database and files into the archive PATH, as they stand at this moment.

    The tracker may be in use meanwhile. The archive holds everything that the database holds, hashes of passwords
    included: keep it as carefully. Exit code 1 where nothing was written, or a file is lost or was altered.
    """
    try:
        with click.progressbar(length=1, label="Rows") as bar:

            def started(total: int) -> None:
                bar.length = max(1, total)

            report = back_up(path, at=utc_now(), started=started, progress=bar.update)
        db.session.commit()
    except ArchiveRefused as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"The backup could not be written: {error.strerror}.") from error
    click.echo(f"{path}: {report.rows} rows of {report.tables} tables, {report.files} files. Seal: {report.seal}")
    if report.audit_head:
        click.echo(f"Head of the log: {report.audit_head[0]}:{report.audit_head[1]}")
    for name in report.missing:
        click.echo(f"The file {name} is named in the database and is not in the storage.", err=True)
    for name in report.altered:
        click.echo(f"The file {name} is not what was stored: its SHA-256 differs from its row's.", err=True)
    if report.missing or report.altered:
        raise SystemExit(1)


@click.command("restore")
@click.argument("path", type=_ARCHIVE)
@click.option("--check", "only_check", is_flag=True, help="Only check the archive; change nothing.")
@with_appcontext
def restore(path: Path, only_check: bool) -> None:
    """Load the archive PATH into an empty database and an empty folder for files.

    Makes the tables itself. Checks every part, the chain of the log and all references first; where anything is
    wrong it says which part, changes nothing, and ends with exit code 1. Everybody signs in again afterwards.
    """
    try:
        with open_archive(path) as reader:
            manifest = reader.manifest
            with click.progressbar(length=sum(part.size for part in manifest.parts) or 1, label="Checking") as bar:
                seal = examine(reader, bar.update)
            click.echo(f"Made at {manifest.made_at} on {manifest.engine}, tables {manifest.schema}. Seal: {seal}")
            if only_check:
                click.echo("The archive is whole, and so is the log in it.")
                return
            rows = sum(part.rows or 0 for part in manifest.tables.values())
            with click.progressbar(length=rows or 1, label="Loading") as bar:
                report = restore_archive(reader, at=utc_now(), seal=seal, progress=bar.update)
    except ArchiveRefused as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{report.rows} rows and {report.files} files are back. The log is whole: {report.events} events.")
