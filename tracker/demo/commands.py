"""``tracker demo``: sample people and reports, every one labelled as sample."""

import os
import secrets
from pathlib import Path
from typing import Final

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_security.utils import hash_password

from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.demo import people, services

_SIGN_INS: Final = (
    ("Coordinator of Albania", "coordinator.al@demo.example"),
    ("Deputy of Albania", "deputy.al@demo.example"),
    ("Contributor of Albania", "contributor.al@demo.example"),
    ("Secretariat", "secretariat@demo.example"),
    ("Observer", "observer@demo.example"),
    ("Administrator", "administrator@demo.example"),
)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load sample people, meetings and reports, and print the sign-ins. Refuses in production.

    Safe to run again: where the sample data is there already, it sees that the sign-ins it prints are true.
    """
    if current_app.config["TRACKER_ENV"] == "production":
        raise click.ClickException("Sample data is never loaded in production. Unset TRACKER_ENV to try it.")
    password = _password()
    is_loaded = people.exists()
    if not is_loaded and people.among_real_people():
        raise click.ClickException(
            "There are accounts of real people here. Sample data goes into an installation of its own: "
            "set TRACKER_INSTANCE to another folder (and DATABASE_URL to another database)."
        )
    others = people.other_passwords(password)
    db.session.rollback()
    password_hash = hash_password(password) if others or not is_loaded else ""
    if is_loaded:
        if others:
            people.replace_passwords(others, password_hash=password_hash, at=utc_now())
            db.session.commit()
        click.echo("The sample data is there already.")
    else:
        try:
            services.load(password_hash=password_hash, at=utc_now(), timezone=current_app.config["TRACKER_TIMEZONE"])
        except DomainError as error:
            raise click.ClickException(str(error)) from error
        db.session.commit()
        click.echo("Sample data loaded: three rounds of the past and an open one.")
    click.echo("\nSign in with one of these addresses; others follow the pattern coordinator.<country>@demo.example.")
    for role, address in _SIGN_INS:
        click.echo(f"  {role:<24}{address}")
    click.echo(f"  {'Password for all':<24}{password}")


def _password() -> str:
    """Return the one password: as configured, or made once and kept in the instance folder."""
    configured: str = current_app.config["TRACKER_DEMO_PASSWORD"]
    if configured:
        return configured
    kept = Path(current_app.config["TRACKER_INSTANCE"]) / "demo-password"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write("sample-" + secrets.token_urlsafe(9))
        except FileExistsError:
            pass
        return kept.read_text().strip()
    except OSError as error:
        raise click.ClickException(f"{kept} cannot be used ({error.strerror}). Set TRACKER_DEMO_PASSWORD.") from error
