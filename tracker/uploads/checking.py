"""Looking at a file that was sent, before anything of it is kept. Source: promises P22 and P25, ``docs/adr/0023``."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

import puremagic
from flask_babel import lazy_gettext as _l

from tracker.uploads.images import clean_image
from tracker.uploads.kinds import Form, Kind, UploadRefused, is_other, kind_named
from tracker.uploads.names import clean_name
from tracker.uploads.office import clean_office
from tracker.uploads.pdf import check_pdf
from tracker.uploads.scanner import scan
from tracker.uploads.text import check_text

#: The largest file; a request has room for one of these and what is typed beside it.
LARGEST_FILE: Final = 24_900_000
_HEAD: Final = 4096
#: What puremagic may call the beginning of a file of each form.
_MAGIC: Final = {
    Form.PDF: {".pdf"},
    Form.PNG: {".png"},
    Form.JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"},
    Form.OOXML: {".docx", ".xlsx", ".zip"},
    Form.ODF: {".odt", ".ods", ".zip"},
}


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its bytes, cleaned, and what it is to be called."""

    stream: IO[bytes]
    file_name: str
    kind: Kind


@contextmanager
def checked(source: IO[bytes], sent_name: str | None, *, scanner: str = "") -> Iterator[Checked]:
    """Give a file as it may be kept. What it tells of its maker is taken out; beyond that its bytes stay.

    Takes up to some seconds; hold no transaction meanwhile.

    Args:
        source: a file that can be read again from its beginning.
        sent_name: the name it came with.
        scanner: address of a virus scanner; see ``scanner.scan``.

    Raises:
        UploadRefused: it is not taken; the text says why and what to do.
    """
    name = clean_name(sent_name)
    kind = kind_named(name)
    size = source.seek(0, 2)
    if size == 0:
        raise UploadRefused(_l("The file is empty. Look whether it was saved, then send it again."))
    if size > LARGEST_FILE:
        raise UploadRefused(
            _l("The file is larger than 25 MB. Make it smaller, or give a link to where it is published.")
        )
    _look_at_head(source, kind)
    source.seek(0)
    scan(source, scanner)
    source.seek(0)
    with tempfile.TemporaryFile() as cleaned:
        if kind.form in (Form.PDF, Form.TEXT):
            (check_pdf if kind.form is Form.PDF else check_text)(source, kind)
            stream = source
        else:
            (clean_office if kind.form in (Form.OOXML, Form.ODF) else clean_image)(source, cleaned, kind)
            stream = cleaned
        stream.seek(0)
        yield Checked(stream, name, kind)


def _look_at_head(source: IO[bytes], kind: Kind) -> None:
    source.seek(0)
    expected = _MAGIC.get(kind.form)
    if expected is None:
        return
    try:
        found = {each.extension for each in puremagic.magic_string(source.read(_HEAD))}
    except (puremagic.PureError, ValueError):
        found = set()
    if kind.form not in (Form.OOXML, Form.ODF) and not found & expected:
        raise is_other(kind)
