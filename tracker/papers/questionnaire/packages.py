"""Looking at an uploaded workbook or document before anything opens it: what it is, how big, and what hides in it.

Nothing here needs the libraries that read such files.
"""

import io
import re
import zipfile
import zlib
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from flask_babel import lazy_gettext as _l

from tracker.core.errors import DomainError

#: The largest file that is taken, in bytes, and what may come out of it. A full questionnaire has a hundredth of it.
MOST_BYTES: Final = 5_000_000
MOST_UNPACKED: Final = 30_000_000
_MOST_MEMBERS: Final = 400
#: No part has more elements; a workbook of 100,000 filled rows is stopped here.
_MOST_ELEMENTS: Final = 400_000
_DEEPEST: Final = 120
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS: Final = re.compile(r"vbaproject|vbadata|\.bin$|activex|macrosheets|attachedtoolbars|/customui", re.IGNORECASE)
_PRINTER: Final = re.compile(r"printersettings\d*\.bin$", re.IGNORECASE)
_EMBEDDED: Final = re.compile(r"/embeddings/|oleobject|/ctrlprops/", re.IGNORECASE)
_OUTSIDE: Final = re.compile(r"/externallinks/|connections\.xml$|/querytables/|/webextensions/", re.IGNORECASE)
_DYNAMIC_EXCHANGE: Final = re.compile(
    rb"(?:instrText[^<>]*>|instr\s*=\s*[\"'])[^<>\"']{0,40}\bDDE(?:AUTO)?\b", re.IGNORECASE
)
#: What may point outside: an address to click on. Everything else would be fetched by the program that opens the file.
_TARGET: Final = re.compile(rb"<[^<>]*Relationship\b[^<>]*TargetMode\s*=\s*[\"']External[\"'][^<>]*>")
_HYPERLINK: Final = re.compile(rb"/relationships/hyperlink[\"']")


class FileKind(StrEnum):
    """What a questionnaire comes back as."""

    WORKBOOK = "xlsx"
    DOCUMENT = "docx"


class FileRefused(DomainError):
    """The file cannot be taken; the text says why, and what to do."""


DAMAGED: Final = _l("The file is damaged, or did not arrive in full. Save it again and upload it once more.")
_NEITHER: Final = _l(
    "This is neither an Excel workbook (.xlsx) nor a Word document (.docx). "
    "Upload the questionnaire that you filled in."
)


def too_large() -> str:
    """Return what is said of a file that is larger than any questionnaire."""
    return str(_l("The file is larger than 5 MB. Take out pictures, and upload it again."))


def glance_at(content: bytes) -> None:
    """Refuse at once what its size and first bytes give away.

    Raises:
        FileRefused: it is none of ours, too big, or locked with a password.
    """
    if len(content) > MOST_BYTES:
        raise FileRefused(too_large())
    if content.startswith(_OLE):
        raise FileRefused(
            _l(
                "The file is locked with a password, or is of the old kind (.xls, .doc). "
                "Save it as .xlsx or .docx without a password."
            )
        )
    if not content.startswith(b"PK\x03\x04"):
        raise FileRefused(_NEITHER)


def look_at(content: bytes) -> FileKind:
    """Return what kind of file it is.

    Raises:
        FileRefused: it is none of ours, too big, locked with a password, damaged, or brings something that acts.
    """
    glance_at(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            return _inside(package)
    except (zipfile.BadZipFile, zlib.error, EOFError, ParseError, UnicodeError, OSError, KeyError) as error:
        raise FileRefused(DAMAGED) from error
    except (NotImplementedError, RuntimeError) as error:  # a way of packing, or a password, that we do not know
        raise FileRefused(DAMAGED) from error
    except DefusedXmlException as error:
        raise FileRefused(
            _l("The file holds declarations that no questionnaire has. Download it anew, and fill that in.")
        ) from error


def _inside(package: zipfile.ZipFile) -> FileKind:
    members = package.infolist()
    names = [member.filename for member in members]
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > MOST_UNPACKED:
        raise FileRefused(
            _l("What is packed into the file is too big. Download the questionnaire anew, and fill that in.")
        )
    if len(set(names)) < len(names):
        raise FileRefused(DAMAGED)
    if "mimetype" in names:
        raise FileRefused(_l("This is an OpenDocument file. Save it as .xlsx or .docx, and upload that."))
    kind = _kind(package, names)
    for name in names:
        if _MACROS.search(name) and not _PRINTER.search(name):
            raise FileRefused(_l("The file holds macros. Save it as .xlsx or .docx without macros."))
        if _EMBEDDED.search(name):
            raise FileRefused(_l("The file holds another file or a control. Take it out, and upload it again."))
        if _OUTSIDE.search(name):
            raise FileRefused(
                _l("The file draws on other files or addresses. Copy the text instead, and upload it again.")
            )
        if name.endswith((".xml", ".rels")):
            _check_part(package.read(name), is_relations=name.endswith(".rels"))
    return kind


def _kind(package: zipfile.ZipFile, names: list[str]) -> FileKind:
    if "[Content_Types].xml" not in names:
        raise FileRefused(_NEITHER)
    types = package.read("[Content_Types].xml")
    if b"macroEnabled" in types:
        raise FileRefused(_l("The file holds macros. Save it as .xlsx or .docx without macros."))
    if b"spreadsheetml.sheet.main+xml" in types and "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    if b"wordprocessingml.document.main+xml" in types and "word/document.xml" in names:
        return FileKind.DOCUMENT
    raise FileRefused(_NEITHER)


def _check_part(content: bytes, *, is_relations: bool) -> None:
    depth = begun = 0
    for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            depth, begun = depth + 1, begun + 1
        else:
            depth -= 1
            element.clear()
        if begun > _MOST_ELEMENTS or depth > _DEEPEST:
            raise FileRefused(
                _l("The file has far more rows than the questionnaire. Download it anew, and fill that in.")
            )
    if is_relations and any(not _HYPERLINK.search(found) for found in _TARGET.findall(content)):
        raise FileRefused(_l("The file draws on other files or addresses. Copy the text instead, and upload it again."))
    if _DYNAMIC_EXCHANGE.search(content):
        raise FileRefused(_l("The file draws on other files or addresses. Copy the text instead, and upload it again."))
