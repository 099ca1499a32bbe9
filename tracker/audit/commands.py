"""``tracker audit``: looking after the log of acts."""

import re

import click
from flask.cli import AppGroup

from tracker.audit.services import head, verify_chain
from tracker.core.database import db, reading_only
from tracker.core.logs import security_event

audit = AppGroup("audit", help="Look after the log of acts.")


@audit.command("verify")
@click.option("--head", "kept_head", metavar="NUMBER:HASH", help="A head kept elsewhere; the log must still hold it.")
def verify(kept_head: str | None) -> None:
    """Read the log in order and name each event that was changed, removed, added or moved.

    Prints the head, to be kept outside: only a kept head shows that the end of the log was cut off.
    Exit code 1 where anything is wrong.
    """
    expected = _parse(kept_head) if kept_head else None
    with reading_only():
        report = verify_chain(expected)
        last = head()
    for fault in report.faults:
        click.echo(fault, err=True)
    if report.faults:
        security_event("audit_verify_failed", refused=True, events=report.events, faults=len(report.faults))
        raise SystemExit(1)
    click.echo(f"{report.events} events, none changed. Head: {last.seq}:{last.hash}" if last else "The log is empty.")
    db.session.rollback()


def _parse(value: str) -> tuple[int, str]:
    number, _, digest = value.partition(":")
    if not (number.isascii() and number.isdigit() and re.fullmatch(r"[0-9a-f]{64}", digest)):
        raise click.BadParameter("Give the head as this command printed it, for example 12:9f2c… (64 signs).")
    return int(number), digest
