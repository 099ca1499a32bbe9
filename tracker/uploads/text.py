"""CSV and plain text: readable as text, and nothing that only calls itself so."""

import codecs
import re
from typing import IO, Final

from tracker.uploads.kinds import Kind, is_other

#: Characters that no text file needs: all controls but tab, line ends and the page break.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_CONTROL_BYTES: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
#: What some program would run or show as a page, whatever it is called.
_OTHERS: Final = re.compile(
    rb"\s*(<\s*[!?]|<\s*(html|head|body|svg|script|iframe|xml|math|link|meta|object|embed)\b|#!|\{\\rtf|%pdf|%!ps|mz|pk\x03\x04|\x7felf)",
    re.IGNORECASE,
)
_CHUNK: Final = 1 << 18


def check_text(source: IO[bytes], kind: Kind) -> None:
    """Read a text file to its end: UTF-8, UTF-16 with its mark, or one byte a letter as older programs write.

    Raises:
        UploadRefused: it holds controls or is something else.
    """
    head = source.read(1024)
    source.seek(0)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    plain = head.decode("utf-16", "ignore").encode("utf-8", "ignore") if wide else head.removeprefix(codecs.BOM_UTF8)
    if _OTHERS.match(plain) and not _is_word(plain):
        raise is_other(kind)
    decoder = codecs.getincrementaldecoder("utf-16")() if wide else None
    try:
        while piece := source.read(_CHUNK):
            if decoder is not None:
                if _CONTROL.search(decoder.decode(piece)):
                    raise is_other(kind)
            elif _CONTROL_BYTES.search(piece):
                raise is_other(kind)
        if decoder is not None:
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise is_other(kind) from error


def _is_word(head: bytes) -> bool:
    """Tell whether "MZ" only begins a word, as in "Mzia": a program goes on with bytes that no text has."""
    start = head.lstrip()[:64]
    return start[:2].lower() == b"mz" and not _CONTROL_BYTES.search(start)
