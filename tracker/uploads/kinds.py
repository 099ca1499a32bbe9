"""Which kinds of file are taken, and how it is said that one is not."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.core.errors import DomainError
from tracker.core.logs import security_event


class UploadRefused(DomainError):
    """A file is not taken. The text says why, and what to do instead; whoever guards the installation is told too."""

    http_status = 422

    def __init__(self, *reason: object) -> None:
        super().__init__(*reason)
        security_event("upload_refused", refused=True)


class Form(StrEnum):
    """How a kind of file is built, and so how it is looked at."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    OOXML = "ooxml"
    ODF = "odf"
    TEXT = "text"


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken. The media type is what a download is sent with, whatever came."""

    extension: str
    media_type: str
    form: Form


_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
KINDS: Final = {
    kind.extension: kind
    for kind in (
        Kind("pdf", "application/pdf", Form.PDF),
        Kind("docx", f"{_OOXML}wordprocessingml.document", Form.OOXML),
        Kind("xlsx", f"{_OOXML}spreadsheetml.sheet", Form.OOXML),
        Kind("odt", f"{_ODF}text", Form.ODF),
        Kind("ods", f"{_ODF}spreadsheet", Form.ODF),
        Kind("png", "image/png", Form.PNG),
        Kind("jpg", "image/jpeg", Form.JPEG),
        Kind("csv", "text/csv", Form.TEXT),
        Kind("txt", "text/plain", Form.TEXT),
    )
}
MEDIA_TYPES: Final = frozenset(kind.media_type for kind in KINDS.values())
#: For the ``accept`` of a file input; it guides, it guards nothing.
ACCEPT: Final = ",".join(f".{extension}" for extension in (*KINDS, "jpeg"))
_SAME: Final = {"jpeg": "jpg"}

TAKEN: Final = _l("Taken are PDF, Word and Excel (docx, xlsx), OpenDocument (odt, ods), PNG, JPG, CSV and plain text.")
#: Old and macro-carrying forms of what is taken, with what to do.
_SAVE_AS: Final = {
    "doc": "docx", "docm": "docx", "dotx": "docx", "dotm": "docx", "rtf": "docx", "xls": "xlsx", "xlsm": "xlsx",
    "xlsb": "xlsx", "xltx": "xlsx", "xltm": "xlsx", "ppt": "pdf", "pptx": "pdf", "odp": "pdf", "tif": "pdf",
    "tiff": "pdf", "gif": "png", "bmp": "png", "webp": "png", "heic": "jpg", "htm": "pdf", "html": "pdf", "svg": "png",
}  # fmt: skip


def kind_named(file_name: str) -> Kind:
    """Return the kind that a file's name promises.

    Raises:
        UploadRefused: none that is taken.
    """
    stem, dot, extension = file_name.rpartition(".")
    extension = extension.lower() if dot and stem else ""
    kind = KINDS.get(_SAME.get(extension, extension))
    if kind is not None:
        return kind
    if not extension:
        raise UploadRefused(
            _l("The name of the file has no ending such as .pdf, so its kind is not known. %(taken)s", taken=TAKEN)
        )
    if extension in _SAVE_AS:
        raise UploadRefused(
            _l(
                "Files of the kind .%(kind)s are not taken. Save it as .%(other)s, then send that file.",
                kind=extension[:12],
                other=_SAVE_AS[extension],
            )
        )
    raise UploadRefused(_l("Files of the kind .%(kind)s are not taken. %(taken)s", kind=extension[:12], taken=TAKEN))


def is_other(kind: Kind) -> UploadRefused:
    """Return the refusal of a file that does not hold what its name promises."""
    return UploadRefused(
        _l(
            "The file is named .%(kind)s, but holds something else or is damaged. "
            "Open it in its program, save it anew as .%(kind)s, then send that file.",
            kind=kind.extension,
        )
    )
