"""A real SMTP server for the tests: it keeps what it accepts and answers as it is told."""

import asyncio
import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

#: Answer for a stage (``MAIL``, ``RCPT``, ``DATA``) and an address; None accepts, ``hang`` never answers.
Behaviour = Callable[[str, str], str | None]


@dataclass
class Accepted:
    """A mail that the server took."""

    to: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return cast(EmailMessage, email.message_from_bytes(self.content, policy=email.policy.default))


@dataclass
class Server:
    """What the server was told to do, and what it took."""

    port: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    attempts: list[str] = field(default_factory=list)
    behaviour: Behaviour = lambda _stage, _address: None
    connections: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    async def _answer(self, stage: str, address: str) -> str | None:
        answer = self.behaviour(stage, address)
        if answer == "hang":
            await asyncio.sleep(3600)
        return answer

    async def handle_EHLO(  # noqa: N802 - aiosmtpd names it
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._answer("MAIL", address)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.attempts.append(address)
        answer = await self._answer("RCPT", address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._answer("DATA", envelope.rcpt_tos[0])
        if answer is None:
            self.accepted.append(Accepted(list(envelope.rcpt_tos), cast(bytes, envelope.original_content)))
        return answer or "250 OK, taken"


class _Controller(Controller):
    def factory(self) -> Any:
        return SMTP(self.handler, hostname="mail.test", data_size_limit=None)


@contextmanager
def smtp_server(port: int = 0) -> Iterator[Server]:
    """Run a server on a free port of the loopback."""
    server = Server(port or free_port())
    controller = _Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()  # it greets itself once, without EHLO
    try:
        yield server
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
