"""Reading the local mailbox."""

import email
import email.policy
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class LocalMail:
    """A mail in the mailbox."""

    key: str
    arrived_at: datetime
    message: EmailMessage

    def header(self, name: str) -> str:
        """Return a header in words; empty where it is missing.

        The modern parser puts a space between the encoded words of a long name, which no mail program does.
        """
        raw = dict(self.message.raw_items()).get(name, "")
        return str(make_header(decode_header(str(raw)))) if raw else ""

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def files(self) -> list[EmailMessage]:
        return list(self.message.iter_attachments())

    def _part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body is not None else ""


def keys_newest_first(folder: Path) -> list[str]:
    """Return the names of all mails, the latest first. A folder that is not there holds none."""
    found: list[tuple[int, str]] = []
    for part in ("new", "cur"):
        try:
            with os.scandir(folder / part) as entries:
                found += [(entry.stat().st_mtime_ns, entry.name) for entry in entries if entry.is_file()]
        except FileNotFoundError:
            continue
    return [name for _at, name in sorted(found, reverse=True)]


def read_mail(folder: Path, key: str) -> LocalMail | None:
    """Return a mail by its name, or None."""
    if "/" in key or key.startswith("."):
        return None
    path = next((folder / part / key for part in ("new", "cur") if (folder / part / key).is_file()), None)
    if path is None:
        return None
    arrived_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return LocalMail(key, arrived_at, message)
