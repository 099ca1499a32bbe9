"""Handing a mail over: to a mail server, or to a folder on this computer."""

import contextlib
import mailbox
import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

#: Seconds. Together they stay under a minute, so that one mail cannot hold up the others for longer.
_TO_CONNECT: Final = 8.0
_TO_ANSWER: Final = 12.0
#: After the last byte a server may look into the mail; giving up early would send it twice.
_TO_ACCEPT: Final = 35.0
_MAILS_PER_CONNECTION: Final = 100
_SUBMISSION_OVER_TLS: Final = 465
_GREETING, _CLOSING, _GO_AHEAD = 220, 421, 354
_PERMANENT: Final = range(500, 600)
_DONE: Final = range(200, 300)
_LONGEST_ANSWER: Final = 500
_NO_ENCRYPTION: Final = (
    "The server offers no encryption for the password; MAIL_URL with tls=none sends it all the same."
)


class DeliveryProblem(Exception):
    """The mail was not accepted. The text is the server's answer."""


class Refused(DeliveryProblem):
    """The server will never take this mail for this person."""


class TryLater(DeliveryProblem):
    """The server does not take this mail now; others it may take."""


class Interrupted(DeliveryProblem):
    """The connection broke, or the server fell silent, over this mail."""


class Unreachable(DeliveryProblem):
    """There is no server to talk to at the moment, for any mail."""


class Transport(Protocol):
    """Takes mails."""

    def greet(self) -> None:
        """Connect and sign in, without a mail.

        Raises:
            Unreachable: it did not work.
        """
        ...

    def send(self, to_address: str, message: bytes) -> str:
        """Hand over one mail to one person and return the server's answer.

        Raises:
            DeliveryProblem: it was not accepted.
        """
        ...

    def close(self) -> None:
        """Say goodbye."""
        ...

    def abort(self) -> None:
        """Stop waiting for an answer; called from another thread."""
        ...


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where mail goes. ``tls`` is ``starttls``, ``implicit``, ``none``, or empty: as the server offers it."""

    host: str
    port: int
    user: str
    password: str
    tls: str

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read ``smtp://user:password@host:port?tls=…``.

        Raises:
            ValueError: it says something that cannot be; the text says what.
        """
        parts = urlsplit(url)
        tls = parse_qs(parts.query).get("tls", [""])[0]
        if parts.scheme != "smtp" or not parts.hostname:
            raise ValueError("MAIL_URL must be smtp://user:password@host:port?tls=starttls, or mailbox:.")
        if tls not in ("", "starttls", "implicit", "none"):
            raise ValueError("MAIL_URL: tls must be starttls, implicit or none.")
        port = parts.port or (_SUBMISSION_OVER_TLS if tls == "implicit" else 587 if parts.username else 25)
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=tls or ("implicit" if port == _SUBMISSION_OVER_TLS else ""),
        )


class SmtpTransport:
    """Keeps one connection for many mails."""

    def __init__(self, server: SmtpServer, *, sender: str, own_name: str) -> None:
        self._server = server
        self._sender = sender
        self._own_name = own_name
        self._connection: smtplib.SMTP | None = None
        #: While the connection is being made, so that it can be given up.
        self._opening: smtplib.SMTP | None = None
        self._sent = 0

    def greet(self) -> None:
        if self._connection is None:
            self._connect()

    def send(self, to_address: str, message: bytes) -> str:
        connection = self._connection or self._connect()
        try:
            # A refusal of the sender concerns the set-up, not this person: it is tried again.
            self._expect(connection.mail(self._sender))
            self._expect(connection.rcpt(to_address), may_refuse=True)
            answer = self._hand_over(connection, message)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Interrupted(_in_words(error)) from error
        self._sent += 1
        if self._sent >= _MAILS_PER_CONNECTION:
            self.close()
        return answer

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                _wait(connection, 2.0)
                connection.quit()
            connection.close()

    def abort(self) -> None:
        for connection in (self._connection, self._opening):
            if connection is not None and connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        tls = ssl.create_default_context()
        connection: smtplib.SMTP | None = None
        try:
            if server.tls == "implicit":
                connection = smtplib.SMTP_SSL(local_hostname=self._own_name, timeout=_TO_CONNECT, context=tls)
            else:
                connection = smtplib.SMTP(local_hostname=self._own_name, timeout=_TO_CONNECT)
            self._opening = connection
            # smtplib takes the name for the certificate from here, and only its constructor would set it.
            connection._host = server.host  # type: ignore[attr-defined]
            code, words = connection.connect(server.host, server.port)
            if code != _GREETING:
                raise smtplib.SMTPConnectError(code, words)
            connection.ehlo_or_helo_if_needed()
            if server.tls == "starttls" or (server.tls == "" and connection.has_extn("starttls")):
                connection.starttls(context=tls)
                connection.ehlo_or_helo_if_needed()
            if server.user:
                if server.tls == "" and not isinstance(connection.sock, ssl.SSLSocket):
                    raise smtplib.SMTPNotSupportedError(_NO_ENCRYPTION)
                connection.login(server.user, server.password)
            _wait(connection, _TO_ANSWER)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            if connection is not None:
                connection.close()
            raise Unreachable(_in_words(error)) from error
        finally:
            self._opening = None
        self._connection, self._sent = connection, 0
        return connection

    def _hand_over(self, connection: smtplib.SMTP, message: bytes) -> str:
        """Send the mail itself. smtplib's own ``data`` gives no way to wait longer for the last answer alone."""
        code, words = connection.docmd("DATA")
        if code != _GO_AHEAD:
            self._expect((code, words), may_refuse=True)
            raise smtplib.SMTPDataError(code, words)  # a 2xx or 3xx that means nothing here
        _wait(connection, _TO_ACCEPT)
        quoted = re.sub(rb"(?m)^\.", b"..", message)
        # In one piece: the network would hold a last small one back for a while.
        connection.send((quoted if quoted.endswith(b"\r\n") else quoted + b"\r\n") + b".\r\n")
        answer = connection.getreply()
        _wait(connection, _TO_ANSWER)
        self._expect(answer, may_refuse=True)
        return _as_text(*answer)

    def _expect(self, answer: tuple[int, bytes], *, may_refuse: bool = False) -> None:
        code, words = answer
        if code in _DONE:
            return
        text = _as_text(code, words)
        if code == _CLOSING or code < 0:
            self._drop()
            raise Interrupted(text)
        self._start_over()
        if code in _PERMANENT and may_refuse:
            raise Refused(text)
        raise TryLater(text)

    def _start_over(self) -> None:
        """Bring the connection back to its beginning, for the next mail."""
        if self._connection is not None:
            try:
                code, _words = self._connection.rset()
            except (smtplib.SMTPException, OSError):
                code = -1
            if code not in _DONE:
                self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class MaildirTransport:
    """Puts mails into a Maildir on this computer, for trying out."""

    def __init__(self, folder: Path) -> None:
        self._maildir = mailbox.Maildir(folder, create=True)

    def greet(self) -> None:
        """There is nobody to greet."""

    def send(self, to_address: str, message: bytes) -> str:
        return f"Put into the mailbox as {self._maildir.add(message)}"

    def close(self) -> None:
        self._maildir.close()

    def abort(self) -> None:
        """Nothing is waited for."""


def transport_for(config: Any) -> Transport:
    """Return the way that ``MAIL_URL`` names."""
    if config["MAIL_URL"] == "mailbox:":
        return MaildirTransport(mailbox_folder(config))
    return SmtpTransport(
        SmtpServer.from_url(config["MAIL_URL"]),
        sender=config["MAIL_SENDER"],
        own_name=urlsplit(config["TRACKER_BASE_URL"]).hostname or "localhost",
    )


def mailbox_folder(config: Any) -> Path:
    """Return the folder of the local mailbox."""
    return Path(config["TRACKER_INSTANCE"]) / "mailbox"


def _wait(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _as_text(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())[:_LONGEST_ANSWER]


def _in_words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _as_text(error.smtp_code, error.smtp_error)
    return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_ANSWER]
