"""PDF: the right beginning and end, not locked, and without what acts when it is opened.

This is a search for words, not a reader of PDF. It looks into compressed object streams, but does not see what is
hidden behind other filters, and it knows no faults of viewers. The scanner and the way files are handed out stand
beside it.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from typing import IO, Final

from flask_babel import lazy_gettext as _l

from tracker.uploads.kinds import Kind, UploadRefused, is_other

_HEADER: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_TAIL: Final = 2048
_AFTER: Final = rb"(?=[\s/<>\[\](){}%]|$)"
#: Long enough that chance does not write them into a picture.
_LONG: Final = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Encrypt|XFA|ImportData|SubmitForm)" + _AFTER)
_SHORT: Final = re.compile(rb"/(JS)" + _AFTER)
_STREAM: Final = re.compile(rb">>\s*stream\r?\n")
_HEXED: Final = re.compile(rb"#([0-9a-fA-F]{2})")
_NAME_WITH_HEX: Final = re.compile(rb"/[A-Za-z#0-9]*#[A-Za-z#0-9]*")
#: So much of compressed object streams is looked into.
_MOST_UNPACKED: Final = 50_000_000
_REFUSALS: Final = {
    b"Encrypt": _l(
        "The PDF is protected by a password or against copying. Save it without protection, then send that file."
    ),
    b"EmbeddedFile": _l(
        "The PDF carries other files inside. Send them as files of their own, and the PDF without them."
    ),
    b"XFA": _l("The PDF is a form to fill in. Print it to a new PDF, then send that file."),
}
_ACTIVE: Final = _l(
    "The PDF holds a program or a command that runs when it is opened. Print it to a new PDF, then send that file."
)


def check_pdf(source: IO[bytes], kind: Kind) -> None:
    """Look through a PDF.

    Raises:
        UploadRefused: it is something else, locked, or does more than show pages.
    """
    with _bytes_of(source) as data:
        if not _HEADER.match(data) or data.rfind(b"%%EOF", max(0, len(data) - _TAIL)) < 0:
            raise is_other(kind)
        if data.rfind(b"PK\x05\x06", max(0, len(data) - 70_000)) >= 0:  # an archive as well: two files in one
            raise is_other(kind)
        for part, is_outside in _parts(data):
            found = _LONG.search(part) or (_SHORT.search(part) if is_outside else None) or _hidden(part)
            if found:
                word = found[1].removesuffix(b"s") if found[1] == b"EmbeddedFiles" else found[1]
                raise UploadRefused(_REFUSALS.get(word, _ACTIVE))


@contextmanager
def _bytes_of(source: IO[bytes]) -> Iterator[mmap]:
    with mmap(source.fileno(), 0, access=ACCESS_READ) as data:
        yield data


def _parts(data: mmap) -> Iterator[tuple[bytes, bool]]:
    """Yield what stands between the streams, each stream as it lies, and object streams unpacked."""
    place, budget = 0, _MOST_UNPACKED
    while (begin := _STREAM.search(data, place)) is not None:
        end = data.find(b"endstream", begin.end())
        if end < 0:
            break
        outside = data[place : begin.end()]
        yield outside, True
        inside = data[begin.end() : end]
        yield inside, False
        if b"ObjStm" in outside[-600:] and budget > 0:
            unpacked = _unpacked(inside, budget)
            budget -= len(unpacked)
            yield unpacked, True
        place = end
    yield data[place:], True


def _unpacked(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def _hidden(part: bytes) -> re.Match[bytes] | None:
    """Find a word that is spelt with codes: ``/J#53`` is /JS."""
    for name in _NAME_WITH_HEX.finditer(part):
        plain = _HEXED.sub(lambda code: bytes([int(code[1], 16)]), name[0])
        if found := _LONG.fullmatch(plain) or _SHORT.fullmatch(plain):
            return found
    return None
