"""The same as plain text, to paste anywhere. No Flask, no SQLAlchemy."""

from collections.abc import Iterator, Mapping
from typing import Any


def plain_text(data: Mapping[str, Any]) -> str:
    """Return everything as lines of text: rounds underlined, one answer after the other."""
    return "\n".join(_lines(data)).strip() + "\n"


def _lines(data: Mapping[str, Any]) -> Iterator[str]:
    yield from _underlined(data["title"], "=")
    for words in (data["sample"], *data["about"], data["as_of"]):
        if words:
            yield words
    for round_ in data["rounds"]:
        yield ""
        yield ""
        yield from _underlined(round_["title"], "-")
        for entry in round_["entries"]:
            yield ""
            yield f"{entry['code']}  {entry['title']} ({entry['instrument']})"
            yield " · ".join([entry["status_words"], *entry["marks"], entry["submitted"]])
            for part in entry["texts"]:
                yield ""
                yield f"{part['heading']}:"
                for paragraph in part["paragraphs"]:
                    yield from paragraph.split("\n")
    yield ""
    for note in data["footnotes"]:
        yield f"* {note}"


def _underlined(words: str, sign: str) -> Iterator[str]:
    yield words
    yield sign * len(words)
