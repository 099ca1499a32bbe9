"""Asking a virus scanner: clamd, over TCP or a socket file. Where one is set and does not answer, nothing is taken."""

import logging
import socket
import struct
from typing import IO, Final
from urllib.parse import unquote, urlsplit

from flask_babel import lazy_gettext as _l

from tracker.uploads.kinds import UploadRefused

logger = logging.getLogger(__name__)

_CHUNK: Final = 1 << 16
#: Seconds to wait for the scanner at each step.
_PATIENCE: Final = 20.0
_LONGEST_ANSWER: Final = 4096


class ScannerSilent(UploadRefused):
    """The scanner gave no clear answer. Nothing was taken."""

    http_status = 503


def scan(source: IO[bytes], address: str) -> None:
    """Let the scanner read a file.

    Args:
        source: read from where it stands to its end.
        address: ``tcp://host:port`` or ``unix:///path``; empty: there is no scanner.

    Raises:
        UploadRefused: it found something.
        ScannerSilent: it cannot be reached, or does not say that the file is clean.
    """
    if not address:
        return
    try:
        answer = _ask(source, address)
    except (OSError, ValueError) as error:
        logger.error("the virus scanner cannot be asked: %s", error)
        raise _silent() from error
    if answer.endswith(": OK"):
        return
    if answer.endswith(" FOUND"):
        logger.warning("the virus scanner refused a file: %s", answer.encode("ascii", "replace").decode()[:200])
        raise UploadRefused(
            _l(
                "The virus scanner found something in the file, so it was not taken. "
                "Have the computer it comes from checked."
            )
        )
    logger.error("the virus scanner answers %r", answer[:200])
    raise _silent()


def greet(address: str) -> None:
    """Make sure that the scanner answers.

    Raises:
        OSError: it does not.
    """
    with _connected(address) as connection:
        connection.sendall(b"zPING\0")
        if _answer(connection) != "PONG":
            raise OSError("it does not answer PONG")


def _silent() -> ScannerSilent:
    return ScannerSilent(
        _l(
            "The virus scanner does not answer, so no file can be taken now. "
            "Nothing was stored. Try again in a few minutes."
        )
    )


def _ask(source: IO[bytes], address: str) -> str:
    with _connected(address) as connection:
        connection.sendall(b"zINSTREAM\0")
        try:
            while piece := source.read(_CHUNK):
                connection.sendall(struct.pack(">I", len(piece)) + piece)
            connection.sendall(struct.pack(">I", 0))
        except (BrokenPipeError, ConnectionResetError):
            logger.warning("the virus scanner stopped listening")  # over its limit, it answers and hangs up
        return _answer(connection)


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER and (piece := connection.recv(_LONGEST_ANSWER)):
        answer += piece
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(_PATIENCE)
        try:
            connection.connect(unquote(parts.path))
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=_PATIENCE)
