"""Word, Excel and OpenDocument: what they promise, without programs, and without who wrote them and when.

Every member is unpacked once, piece by piece, and thrown away: so sizes are what they say, and words that mean danger
are seen wherever they stand. What nobody has to take out is copied as it lies.
"""

import io
import re
from typing import IO, Final

from flask_babel import lazy_gettext as _l

from tracker.uploads.archives import (
    Archive,
    ArchiveBroken,
    ArchiveCopy,
    ArchiveEncrypted,
    ArchiveTooLarge,
    Budget,
    Member,
)
from tracker.uploads.kinds import KINDS, Form, Kind, UploadRefused, is_other

#: The old format of Office, in which it also wraps a file that is locked with a password.
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Lists of contents and of relations are small; larger ones are not read.
_LARGEST_LIST: Final = 4_000_000
_OVERLAP: Final = 256

_MACROS: Final = _l("The file holds macros. Save it without them (as .%(kind)s, or as PDF), then send that file.")
_LOCKED: Final = _l(
    "The file is protected by a password, or is of an old kind. "
    "Save it without a password as .%(kind)s, then send that file."
)
_OBJECTS: Final = _l(
    "The file holds other files or programs inside. Take them out, or save it as PDF, then send that file."
)
_REMOTE: Final = _l(
    "The file fetches parts of itself from elsewhere when it is opened. Save it as PDF, then send that file."
)
_TOO_LARGE: Final = _l(
    "Unpacked, the file has more than 1000 parts or 100 MB. "
    "Make its pictures smaller, or save it as PDF, then send that file."
)

_MAIN: Final = {
    "docx": (b"wordprocessingml.document.main+xml", "word/"),
    "xlsx": (b"spreadsheetml.sheet.main+xml", "xl/"),
}
_MIMETYPES: Final = {extension: kind.media_type.encode() for extension, kind in KINDS.items() if kind.form is Form.ODF}

#: Members that carry programs.
_MACRO_NAMES: Final = re.compile(
    r"(^|/)(vbaproject|vbadata|macrosheets|intlmacrosheets|activex|customui|basic|scripts)([^/]*\.[a-z]+$|[0-9]*/)",
    re.IGNORECASE,
)
_OBJECT_NAMES: Final = re.compile(
    r"(^|/)oleobject[^/]*$|\.(exe|dll|scr|js|vbs|bat|cmd|ps1|jar|lnk|msi|hta)$", re.IGNORECASE
)
#: What stands for a program, or for something fetched, inside the parts.
_MACRO_WORDS: Final = re.compile(
    rb"macroEnabled|vnd\.ms-office\.vbaProject|vnd\.ms-excel\.(intl)?macrosheet|/relationships/(vbaProject|xlMacrosheet|xlIntlMacrosheet|control)\"|vnd\.sun\.star\.script:"
)
_REMOTE_WORDS: Final = re.compile(
    rb"<(\w+:)?ddeLink\b|<w:instrText[^>]*>\s*DDE(AUTO)?\s|w:instr=[\"']\s*DDE(AUTO)?\s|<(table|office):dde-source"
)
#: Entities let a small part grow when it is read, or fetch from elsewhere.
_ENTITY: Final = b"<!ENTITY"
_RELATIONSHIP: Final = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.DOTALL)
_IS_EXTERNAL: Final = re.compile(rb"TargetMode\s*=\s*[\"']External[\"']")
#: Relations that may lead outside: links that a person follows, other workbooks that a cell names.
_MAY_LEAD_OUTSIDE: Final = re.compile(
    rb"/relationships/(hyperlink|externalLinkPath|xlPathMissing|xlAlternateStartup|xlStartup|xlLibrary)[\"']"
)
#: The template that a text was made from, often on a server of the office: cut off, for the text does without.
_TEMPLATE: Final = re.compile(rb"/relationships/attachedTemplate[\"']")
_ARCHIVES_INSIDE: Final = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"MZ", b"\x7fELF", _OLD_OFFICE)
#: Drawings that Word packs with gzip.
_PACKED_DRAWINGS: Final = (".emz", ".wmz", ".svgz")

_XML: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SCHEMAS: Final = b"http://schemas.openxmlformats.org"
#: Members with new content: nothing but what the format asks for.
_EMPTY: Final = {
    "docProps/core.xml": _XML + b'<cp:coreProperties xmlns:cp="%s/package/2006/metadata/core-properties"/>' % _SCHEMAS,
    "docProps/app.xml": _XML + b'<Properties xmlns="%s/officeDocument/2006/extended-properties"/>' % _SCHEMAS,
    "docProps/custom.xml": _XML + b'<Properties xmlns="%s/officeDocument/2006/custom-properties"/>' % _SCHEMAS,
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"><office:meta/>'
    b"</office:document-meta>",
}
_THUMBNAIL: Final = re.compile(r"(docProps/thumbnail\.[a-z]+|Thumbnails/.*)", re.IGNORECASE)
#: Members of which only some lines go: those that name the preview or the template.
_WITHOUT: Final = {
    "_rels/.rels": re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?metadata/thumbnail[\"'][^>]*?/>"),
    "META-INF/manifest.xml": re.compile(rb"<manifest:file-entry\b[^>]*?full-path\s*=\s*[\"']Thumbnails/[^>]*?/>"),
    "word/_rels/settings.xml.rels": re.compile(
        rb"<(?:\w+:)?Relationship\b[^>]*?/relationships/attachedTemplate[\"'][^>]*?/>"
    ),
    "word/settings.xml": re.compile(rb"<w:attachedTemplate\b[^>]*?/>"),
}


def clean_office(source: IO[bytes], target: IO[bytes], kind: Kind) -> None:
    """Look through an office file and write it without its properties and its preview.

    Raises:
        UploadRefused: it is something else, locked, too large, or carries more than a document.
    """
    try:
        archive = _looked_through(source, kind, Budget(), is_inside=False)
        copy = ArchiveCopy(target)
        for member in archive.members:
            if member.name in _EMPTY:
                copy.put(member, _EMPTY[member.name])
            elif member.name in _WITHOUT:
                copy.put(member, _WITHOUT[member.name].sub(b"", archive.read(member, _LARGEST_LIST)))
            elif not _THUMBNAIL.fullmatch(member.name):
                copy.keep(archive, member)
        copy.finish()
    except ArchiveEncrypted as error:
        raise _refusal(_LOCKED, kind) from error
    except ArchiveTooLarge as error:
        raise UploadRefused(_TOO_LARGE) from error
    except ArchiveBroken as error:
        raise is_other(kind) from error


def _refusal(sentence: object, kind: Kind) -> UploadRefused:
    return UploadRefused(str(sentence) % {"kind": kind.extension})


def _looked_through(source: IO[bytes], kind: Kind, budget: Budget, *, is_inside: bool) -> Archive:
    source.seek(0)
    if source.read(8) == _OLD_OFFICE:
        raise _refusal(_LOCKED, kind)
    archive = Archive(source, budget)
    if kind.form is Form.ODF:
        _require_odf(archive, kind)
    else:
        _require_ooxml(archive, kind)
    for member in archive.members:
        if _MACRO_NAMES.search(member.name):
            raise _refusal(_MACROS, kind)
        if _OBJECT_NAMES.search(member.name):
            raise UploadRefused(_OBJECTS)
        _look_into(archive, member, kind, budget, is_inside=is_inside)
    return archive


def _require_ooxml(archive: Archive, kind: Kind) -> None:
    """Make sure that the list of contents names the main part of this kind."""
    main, folder = _MAIN[kind.extension]
    contents = _list_of(archive, "[Content_Types].xml", kind)
    if _MACRO_WORDS.search(contents):
        raise _refusal(_MACROS, kind)
    has_parts = "_rels/.rels" in archive.names and any(name.startswith(folder) for name in archive.names)
    if main not in contents or not has_parts:
        raise is_other(kind)


def _require_odf(archive: Archive, kind: Kind) -> None:
    """Make sure that it says first what it is, and that nothing in it is locked."""
    first = min(archive.members, key=lambda member: member.place, default=None)
    if first is None or first.name != "mimetype" or archive.read(first, 200) != _MIMETYPES[kind.extension]:
        raise is_other(kind)
    if b"encryption-data" in _list_of(archive, "META-INF/manifest.xml", kind):
        raise _refusal(_LOCKED, kind)
    if "content.xml" not in archive.names:
        raise is_other(kind)


def _list_of(archive: Archive, name: str, kind: Kind) -> bytes:
    member = next((each for each in archive.members if each.name == name), None)
    content = archive.read(member, _LARGEST_LIST) if member is not None else b""
    # Another encoding, or entities, would hide words from the search, and no office program writes them.
    if b"\0" in content or _ENTITY in content or not content:
        raise is_other(kind)
    return content


def _look_into(archive: Archive, member: Member, kind: Kind, budget: Budget, *, is_inside: bool) -> None:
    """Unpack a member, piece by piece, and look for what must not be there."""
    name = member.name.lower()
    if name.endswith(".rels"):
        _look_at_relations(
            _list_of(archive, member.name, kind), kind, of_settings=name == "word/_rels/settings.xml.rels"
        )
    is_text = name.endswith((".xml", ".rels", ".rdf", ".vml"))
    end, is_first = b"", True
    for piece in archive.pieces(member):
        if is_first and not is_text and piece.startswith(_ARCHIVES_INSIDE) and not name.endswith(_PACKED_DRAWINGS):
            _look_into_archive(archive, member, budget, is_inside=is_inside)
            return
        is_first = is_first and not piece
        if is_text:
            end = _look_at_words(end + piece, kind)


def _look_at_words(seen: bytes, kind: Kind) -> bytes:
    """Look for words that must not be there; return the end, in which one may begin."""
    if b"\0" in seen or _ENTITY in seen:  # another encoding, or entities, would hide the words
        raise is_other(kind)
    if _MACRO_WORDS.search(seen):
        raise _refusal(_MACROS, kind)
    if _REMOTE_WORDS.search(seen):
        raise UploadRefused(_REMOTE)
    return seen[-_OVERLAP:]


def _look_at_relations(content: bytes, kind: Kind, *, of_settings: bool) -> None:
    if _MACRO_WORDS.search(content):
        raise _refusal(_MACROS, kind)
    for relation in _RELATIONSHIP.findall(content):
        is_known = _MAY_LEAD_OUTSIDE.search(relation) or (of_settings and _TEMPLATE.search(relation))
        if _IS_EXTERNAL.search(relation) and not is_known:
            raise UploadRefused(_REMOTE)


def _look_into_archive(archive: Archive, member: Member, budget: Budget, *, is_inside: bool) -> None:
    """A chart keeps its figures in a workbook inside: one level of those is taken, looked through like the rest."""
    extension = member.name.rpartition(".")[2].lower()
    if is_inside or extension not in _MAIN:
        raise UploadRefused(_OBJECTS)
    content = io.BytesIO(archive.read(member, member.size))
    _looked_through(content, KINDS[extension], budget, is_inside=True)
