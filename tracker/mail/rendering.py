"""What is written in a mail: made when the mail is claimed for sending, from what is true then.

A feature registers one renderer per kind of mail and keeps its texts under ``templates/mail/<kind>/``::

    rendering.register("update_returned", render_update_returned)

A renderer that makes many mails from a few readings registers with :func:`register_batch` instead. Renderers read
and never write; they run in the scheduler's process, where there is no request.
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import css_inline
from flask import current_app, g, render_template
from flask_babel import force_locale

from tracker.core.database import db
from tracker.core.extensions import babel
from tracker.mail.models import Notification

logger = logging.getLogger(__name__)

#: Key of a notification's parameters under which the recipient's language stands.
LANGUAGE: Final = "language"
#: What template tags on lines of their own leave in a text.
_MANY_EMPTY_LINES: Final = re.compile(r"\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    #: MIME type with its parameters: ``text/calendar; method=PUBLISH``.
    type: str


@dataclass(frozen=True)
class Mail:
    """A mail as it leaves, but for the headers that every mail gets."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    #: False where the text carries a secret link: it is then not kept with the row.
    keep_body: bool = True


@dataclass(frozen=True)
class Cancel:
    """The mail is not needed any more; the reason is for the Secretariat."""

    reason: str


@dataclass(frozen=True)
class Postpone:
    """The mail has to wait until a moment (UTC)."""

    until: datetime


@dataclass(frozen=True)
class CannotRender:
    """The renderer failed; the delivery tries again later."""

    error: str


Rendered = Mail | Cancel | Postpone
Renderer = Callable[[Notification, datetime], Rendered]
BatchRenderer = Callable[[Sequence[Notification], datetime], Mapping[int, Rendered]]


@dataclass(frozen=True)
class Kind:
    """A kind of mail, and how it is made."""

    name: str
    render: BatchRenderer
    #: Held back while the Secretariat has paused mail; account and security mail is not.
    is_reminder: bool
    #: The Secretariat may look at it before it leaves. Never for mail that carries a secret link.
    can_preview: bool


_KINDS: dict[str, Kind] = {}


def register(kind: str, renderer: Renderer, *, is_reminder: bool = False, can_preview: bool = False) -> None:
    """Say how mails of a kind are written; the renderer runs in the recipient's language."""

    def each(notifications: Sequence[Notification], now: datetime) -> Mapping[int, Rendered]:
        rendered: dict[int, Rendered] = {}
        for notification in notifications:
            with speaking(notification.parameters.get(LANGUAGE)):
                rendered[notification.id] = renderer(notification, now)
        return rendered

    register_batch(kind, each, is_reminder=is_reminder, can_preview=can_preview)


def register_batch(kind: str, renderer: BatchRenderer, *, is_reminder: bool = False, can_preview: bool = False) -> None:
    """Say how mails of a kind are written, many at once; the renderer chooses the language with :func:`speaking`."""
    _KINDS[kind] = Kind(name=kind, render=renderer, is_reminder=is_reminder, can_preview=can_preview)


def kinds() -> Mapping[str, Kind]:
    """Return every kind that is registered, by name."""
    return _KINDS


def reminder_kinds() -> list[str]:
    """Return the names of the kinds that a pause holds back."""
    return [kind.name for kind in _KINDS.values() if kind.is_reminder]


def render_batch(notifications: Sequence[Notification], now: datetime) -> dict[int, Rendered | CannotRender]:
    """Write some mails, by the id of their rows. One that cannot be written spoils no other."""
    rendered: dict[int, Rendered | CannotRender] = {}
    for name in dict.fromkeys(notification.kind for notification in notifications):
        together = [notification for notification in notifications if notification.kind == name]
        try:
            with db.session.begin_nested():
                rendered |= _KINDS[name].render(together, now)
        except Exception:
            for notification in together:
                rendered[notification.id] = _render_alone(notification, now)
    return rendered


def _render_alone(notification: Notification, now: datetime) -> Rendered | CannotRender:
    try:
        with db.session.begin_nested():
            return _KINDS[notification.kind].render([notification], now)[notification.id]
    except KeyError:
        logger.exception("mail %s of kind %s has no renderer", notification.id, notification.kind)
        return CannotRender("No renderer is registered for this kind of mail.")
    except Exception as error:
        logger.exception("mail %s of kind %s cannot be written", notification.id, notification.kind)
        return CannotRender(f"The mail could not be written ({type(error).__name__}).")


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Write in a person's language; in the default one where none was chosen, or nobody has translated into it yet."""
    default = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    # English words with dates in another language would help nobody.
    is_spoken = any(language == each.language for each in babel.list_translations())
    chosen = language if language and is_spoken else default
    # Plain "en" would write dates the American way.
    with force_locale(default if chosen == default.split("_", maxsplit=1)[0] else chosen):
        yield


def render_mail(
    folder: str,
    *,
    attachments: Sequence[Attachment] = (),
    headers: Mapping[str, str] | None = None,
    keep_body: bool = True,
    **context: Any,
) -> Mail:
    """Write a mail from ``subject.txt``, ``body.txt`` and ``body.html`` under ``templates/mail/<folder>/``.

    ``is_sample`` in the context prints the ribbon of made-up data. Footnotes of names are printed once in each body.
    """
    context.setdefault("is_sample", False)
    subject = " ".join(_render(f"mail/{folder}/subject.txt", context).split())
    context["subject"] = subject
    return Mail(
        subject=subject,
        text=_MANY_EMPTY_LINES.sub("\n\n", _render(f"mail/{folder}/body.txt", context)).strip() + "\n",
        html=css_inline.inline(_render(f"mail/{folder}/body.html", context), keep_style_tags=False),
        attachments=tuple(attachments),
        headers=dict(headers or {}),
        keep_body=keep_body,
    )


def _render(template: str, context: Mapping[str, Any]) -> str:
    """Render one template with footnotes of its own."""
    of_the_page = g.pop("footnotes", None)
    try:
        return render_template(template, **context)
    finally:
        g.pop("footnotes", None)
        if of_the_page is not None:
            g.footnotes = of_the_page


def absolute_url(endpoint: str, **values: Any) -> str:
    """Return the address of a page for use in mail: from ``TRACKER_BASE_URL``, never from the request."""
    base = urlsplit(str(current_app.config["TRACKER_BASE_URL"]))
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def site_url(path: str = "/") -> str:
    """Return the address of a path of this site for use in mail; prefer :func:`absolute_url`."""
    return str(current_app.config["TRACKER_BASE_URL"]).rstrip("/") + path
