"""Files of every kind that is taken, and what people have tried to pass off as one."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

import docx
import openpyxl
from PIL import Image, PngImagePlugin

AUTHOR = "Arta Hoxha"
PLACE = b"41.3275"


def pdf(extra: bytes = b"", *, tail: bytes = b"") -> bytes:
    """A page, with more objects where wanted."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
        + extra
        + b"\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
        + tail
    )


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return (
        b"9 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )


def word(text: str = "The law on compensation") -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    document.core_properties.author = AUTHOR
    document.core_properties.comments = "for internal use"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def excel(rows: int = 3) -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = AUTHOR
    for number in range(rows):
        book.active.append([number, "awards"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def open_document(extension: str = "odt", more: Mapping[str, bytes] | None = None, *, manifest: bytes = b"") -> bytes:
    kind = {"odt": "text", "ods": "spreadsheet"}[extension]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office:document-content/>" * 40, zipfile.ZIP_DEFLATED)
        archive.writestr("meta.xml", f"<office:document-meta><dc:creator>{AUTHOR}</dc:creator></office:document-meta>")
        archive.writestr("Thumbnails/thumbnail.png", picture())
        for name, content in (more or {}).items():
            archive.writestr(name, content)
        archive.writestr(
            "META-INF/manifest.xml",
            b'<manifest:manifest><manifest:file-entry manifest:full-path="Thumbnails/thumbnail.png"/>'
            + manifest
            + b"</manifest:manifest>",
        )
    return target.getvalue()


def picture(kind: str = "PNG", *, size: tuple[int, int] = (40, 30), turned: int = 1) -> bytes:
    """A picture that tells who made it, where and how."""
    image, target = Image.new("RGB", size, (20, 90, 120)), io.BytesIO()
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    exif[0x0112] = turned
    exif.get_ifd(0x8825)[29] = PLACE.decode()  # when the place was taken: any text will do
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", AUTHOR)
        texts.add_itxt("Place", PLACE.decode())
        image.save(target, "PNG", pnginfo=texts, exif=exif)
    else:
        image.save(target, "JPEG", exif=exif, comment=f"by {AUTHOR}".encode())
    return target.getvalue()


def with_members(archive: bytes, more: Mapping[str, bytes], *, drop: Iterable[str] = ()) -> bytes:
    """The archive with members added or put in the place of others."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            if entry.filename not in drop and entry.filename not in more:
                copy.writestr(entry, source.read(entry))
        for name, content in more.items():
            copy.writestr(name, content)
    return target.getvalue()


def member(archive: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return source.read(name)


def names_in(archive: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        return source.namelist()


def bomb(archive: bytes, *, gigabytes: int = 4) -> bytes:
    """Some kilobytes that would be gigabytes: members share what they pack, as in the known bomb of 42 kB."""
    once = io.BytesIO()
    with zipfile.ZipFile(once, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as inner:
        inner.writestr("word/media/0.bin", b"\0" * 20_000_000)
    packed = once.getvalue()
    size = struct.unpack_from("<L", packed, 18)[0]
    body = packed[30 + 16 : 30 + 16 + size]
    count = gigabytes * 50
    target = io.BytesIO(archive)
    with zipfile.ZipFile(target, "a") as copy:
        for number in range(count):
            entry = zipfile.ZipInfo(f"word/media/{number + 1}.bin")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.file_size, entry.compress_size = 20_000_000, size
            entry.CRC = zlib.crc32(b"\0" * 20_000_000) if number == 0 else copy.filelist[-1].CRC
            entry.header_offset = copy.start_dir
            if number == 0:
                assert copy.fp is not None
                copy.fp.seek(copy.start_dir)
                copy.fp.write(entry.FileHeader() + body)
                copy.start_dir = copy.fp.tell()
            else:
                entry.header_offset = copy.filelist[-1].header_offset
            copy.filelist.append(entry)
            copy.NameToInfo[entry.filename] = entry
        copy._didModify = True  # type: ignore[attr-defined]  # nothing public writes such an archive
    return target.getvalue()


def lying(archive: bytes, name: str, *, says: int) -> bytes:
    """The archive, whose table of contents names a smaller size for a member than it has."""
    data = bytearray(archive)
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(name.encode()))
    struct.pack_into("<L", data, at + 24, says)
    return bytes(data)


def huge_picture() -> bytes:
    """A small file that says it is a picture of 1200 million points."""
    data = bytearray(picture())
    struct.pack_into(">2I", data, 16, 40_000, 30_000)
    struct.pack_into(">I", data, 29, zlib.crc32(data[12:29]))
    return bytes(data)
