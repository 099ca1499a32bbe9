"""``tracker doctor``: the checks, for a terminal."""

import click
from flask.cli import with_appcontext

from tracker.core.clock import utc_now
from tracker.core.database import reading_only
from tracker.health.checks import examine


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check settings, database, mail, files and scheduler; say what to do. Exit code 1 if something is wrong."""
    healthy = True
    with reading_only():
        for name, problems in examine(utc_now()):
            healthy = healthy and not problems
            click.echo(f"{name}: {'needs a hand' if problems else 'in order'}")
            for problem in problems:
                click.echo(f"  {problem}")
    if not healthy:
        raise SystemExit(1)
