"""One mail to one person, as bytes: headers, text, HTML, attachments."""

import re
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Final

from tracker.mail.rendering import Mail

_ADDRESS: Final = re.compile(r"[^\s<>(),;:\\\"\[\]@\x00-\x1f\x7f]+@[^\s<>(),;:\\\"\[\]@\x00-\x1f\x7f]+")
_LONGEST_ADDRESS: Final = 254
#: What a renderer may add; everything else is set here.
_MORE_HEADERS: Final = frozenset({"List-Unsubscribe", "References", "In-Reply-To"})
_NOT_IN_HEADERS: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


class BadAddressError(ValueError):
    """No mail can go to this address."""


def one_line(text: str) -> str:
    """Return the text fit for a header: without line ends and other control characters."""
    return " ".join(_NOT_IN_HEADERS.sub(" ", text).split())


def plain_address(address: str) -> str:
    """Return the address in ASCII; a domain in other letters becomes its ASCII form.

    Raises:
        BadAddressError: it is not one plain address.
    """
    if not _ADDRESS.fullmatch(address) or len(address) > _LONGEST_ADDRESS:
        raise BadAddressError("This is not one plain e-mail address.")
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddressError("Mail servers do not understand this address; ask for one in Latin letters.") from error


def build(
    mail: Mail,
    *,
    to_address: str,
    to_name: str,
    message_id: str,
    sent_at: datetime,
    sender: str,
    sender_name: str,
    reply_to: str,
) -> bytes:
    """Return the whole mail. Names are encoded by RFC 2047; no line end of a value reaches a header.

    Raises:
        BadAddressError: no mail can go to the address.
    """
    to = _named(to_name, plain_address(to_address))
    headers = {
        "From": _named(sender_name, plain_address(sender)),
        "To": to,
        "Reply-To": plain_address(reply_to),
        "Subject": _text(mail.subject, "Subject"),
        "Date": format_datetime(sent_at),
        "Message-ID": one_line(message_id),
        "Auto-Submitted": "auto-generated",
    }
    for name, value in mail.headers.items():
        if name not in _MORE_HEADERS:
            raise ValueError(f"a renderer may not set the header {name}")
        headers[name] = one_line(value)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return lines.encode("ascii") + _body(mail).as_bytes()


def _text(text: str, header: str) -> str:
    """Return a header's text, encoded by RFC 2047 where needed and folded.

    The standard library's newer way loses spaces between encoded words, so this is the older one.
    """
    line = one_line(text)
    return Header(line, None if line.isascii() else "utf-8", header_name=header).encode(linesep="\r\n")


def _named(name: str, address: str) -> str:
    line = one_line(name)
    if line.isascii():
        return formataddr((line, address))
    return f"{_text(line, 'To')}\r\n <{address}>"


def _body(mail: Mail) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for attachment in mail.attachments:
        main, _, rest = attachment.type.partition("/")
        sub, *parameters = (part.strip() for part in rest.split(";"))
        message.add_attachment(
            attachment.content,
            maintype=main,
            subtype=sub,
            filename=attachment.name,
            params=dict(parameter.split("=", 1) for parameter in parameters),
        )
    return message
