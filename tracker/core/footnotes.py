"""Footnotes to names: the asterisk stands wherever the name stands, the note once at the end of the page."""

from typing import Protocol

from flask import Flask, g


class Named(Protocol):
    """Whatever has a name that may carry a footnote; a party."""

    @property
    def short_name(self) -> str:
        """The name as printed; ends in an asterisk where a footnote goes with it."""
        ...

    @property
    def footnote_text(self) -> str | None:
        """The footnote, or None."""
        ...


def named(party: Named) -> str:
    """Return the party's short name for printing, and remember its footnote for the end of the page."""
    note(party.footnote_text)
    return party.short_name


def note(text: str | None) -> str:
    """Remember a footnote for the end of the page; for rows that carry the name and the note as plain columns."""
    if text:
        _notes().setdefault(text.lstrip("* "), None)
    return ""


def footnotes() -> list[str]:
    """Return the footnotes that the page has used so far, each once, in the order of their first use."""
    return list(_notes())


def _notes() -> dict[str, None]:
    if "footnotes" not in g:
        g.footnotes = {}
    return g.footnotes  # type: ignore[no-any-return]  # flask.g is untyped


def forget() -> None:
    """Begin a new page, sheet or mail: a job writes many in one context."""
    g.pop("footnotes", None)


def init_app(app: Flask) -> None:
    """Give templates ``named``, ``note`` and ``footnotes``."""
    app.before_request(forget)
    app.jinja_env.globals.update(named=named, note=note, footnotes=footnotes)
