"""Files are what their names promise, carry nothing that acts, and tell nothing of their makers."""

import io
import tempfile
import zipfile
from collections.abc import Mapping

import docx
import openpyxl
import pytest
from PIL import Image

from tests.uploads import samples
from tracker.uploads.checking import LARGEST_FILE, checked
from tracker.uploads.kinds import UploadRefused
from tracker.uploads.names import clean_name

DOCX = samples.word()
XLSX = samples.excel()
WORD_LIST = samples.member(DOCX, "[Content_Types].xml")


REMOTE = (
    b'<Relationships><Relationship Type="http://x/relationships/oleObject" TargetMode="External" '
    b'Target="http://x/"/></Relationships>'
)
DDE = b'<externalLink><ddeLink ddeService="cmd"/></externalLink>'
AS_MACRO = WORD_LIST.replace(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")
MANY = {f"xl/media/{number}.png": b"" for number in range(1001)}
SCRIPT = b'<x xlink:href="vnd.sun.star.script:a.py$b"/>'


def word(more: Mapping[str, bytes]) -> bytes:
    return samples.with_members(DOCX, more)


def excel(more: Mapping[str, bytes]) -> bytes:
    return samples.with_members(XLSX, more)


def text_document(more: Mapping[str, bytes]) -> bytes:
    return samples.open_document(more=more)


def kept(data: bytes, name: str) -> bytes:
    """What would be stored of a file."""
    with tempfile.TemporaryFile() as source:
        source.write(data)
        with checked(source, name) as found:
            return found.stream.read()


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(UploadRefused) as refused:
        kept(data, name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("law.pdf", samples.pdf()),
        ("Закон о накнади.PDF", samples.pdf(samples.object_stream(b"1 0 << /Type /Font >>"))),
        ("table.csv", b"year;awards\r\n2025;12\r\n"),
        ("table.csv", "година;износ\n2025;12\n".encode("cp1251")),
        ("notes.txt", "\ufeffПословник".encode()),
        ("notes.txt", "Поступак".encode("utf-16")),
        ("notes.txt", b"Mzia wrote it.\n"),
    ],
)
def test_what_needs_no_cleaning_is_kept_byte_for_byte(name: str, data: bytes) -> None:
    assert kept(data, name) == data


def test_word_loses_its_properties_and_nothing_else() -> None:
    data = kept(DOCX, "law.docx")

    assert tells_no_author(data)
    before, after = zipfile.ZipFile(io.BytesIO(DOCX)), zipfile.ZipFile(io.BytesIO(data))
    untouched = [name for name in after.namelist() if before.read(name) == after.read(name)]
    assert set(before.namelist()) - set(untouched) <= {
        "docProps/core.xml", "docProps/app.xml", "docProps/thumbnail.jpeg", "_rels/.rels", "word/settings.xml",
    }  # fmt: skip
    assert {entry.date_time for entry in after.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    again = docx.Document(io.BytesIO(data))
    assert again.paragraphs[0].text == "The law on compensation"
    assert again.core_properties.author == ""


def test_excel_loses_its_properties_and_nothing_else() -> None:
    data = kept(XLSX, "awards.xlsx")

    assert tells_no_author(data)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet["A"]] == [0, 1, 2]


def test_open_document_loses_its_properties_and_its_preview() -> None:
    data = kept(samples.open_document(), "law.odt")

    assert tells_no_author(data)
    assert samples.names_in(data)[0] == "mimetype"
    assert not any("humbnail" in name for name in samples.names_in(data))
    assert b"Thumbnails" not in samples.member(data, "META-INF/manifest.xml")


def tells_no_author(archive: bytes) -> bool:
    names = samples.names_in(archive)
    return not any(samples.AUTHOR.encode() in samples.member(archive, name) for name in names)


@pytest.mark.parametrize(("kind", "name"), [("PNG", "map.png"), ("JPEG", "map.jpg"), ("JPEG", "map.JPEG")])
def test_pictures_lose_author_and_place_and_keep_every_point(kind: str, name: str) -> None:
    before = samples.picture(kind)

    after = kept(before + b"<script>behind the end</script>", name)

    assert samples.AUTHOR.encode() in before
    for secret in (samples.AUTHOR.encode(), samples.PLACE, b"script", b"Exif", b"tEXt"):
        assert secret not in after
    assert Image.open(io.BytesIO(before)).tobytes() == Image.open(io.BytesIO(after)).tobytes()


def test_a_photograph_stays_the_way_up_it_was_taken() -> None:
    after = kept(samples.picture("JPEG", turned=6), "photo.jpg")

    assert dict(Image.open(io.BytesIO(after)).getexif()) == {0x0112: 6}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("law.pdf", b"MZ\x90\x00" + b"\0" * 500),
        ("law.pdf", b"PK\x03\x04" + samples.pdf()),
        ("law.pdf", b"<html>" + samples.pdf()),
        ("law.pdf", samples.pdf()[:-30]),
        ("law.pdf", samples.pdf(tail=DOCX)),
        ("law.pdf", samples.pdf(tail=b"x" * 5000)),
        ("law.docx", samples.pdf()),
        ("law.docx", XLSX),
        ("law.docx", excel({"word/x.xml": b"<x/>"})),
        ("law.odt", samples.open_document("ods")),
        ("law.odt", DOCX),
        ("law.docx", DOCX[:-200]),
        ("law.docx", DOCX + b"MZ and more"),
        ("law.docx", b"MZ and more" + DOCX),
        ("law.docx", word({"../../etc/passwd": b"x"})),
        ("law.docx", word({"/etc/passwd": b"x"})),
        ("law.docx", word({"word\\document.xml": b"x"})),
        ("law.docx", word({"WORD/DOCUMENT.XML": b"<x/>"})),
        ("law.docx", word({"word/x.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'})),
        ("law.docx", word({"word/x.xml": "<x/>".encode("utf-16")})),
        ("law.docx", samples.lying(DOCX, "word/document.xml", says=10)),
        ("photo.png", samples.picture("JPEG")),
        ("photo.jpg", samples.picture()),
        ("photo.png", samples.picture()[:-40]),
        ("photo.jpg", samples.picture("JPEG")[:300]),
        ("photo.png", b"\x89PNG\r\n\x1a\n"),
        ("notes.txt", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("notes.txt", b"\xef\xbb\xbf\n <svg onload=alert(1)>"),
        ("notes.txt", "<html>".encode("utf-16")),
        ("notes.txt", b"#!/bin/sh\nrm -rf /"),
        ("notes.txt", b"MZ\x90\x00\x03\x00"),
        ("notes.txt", b"text and \x00 more"),
        ("notes.csv", DOCX),
        ("notes.csv", samples.pdf()),
    ],
)  # fmt: skip
def test_what_is_not_what_its_name_promises_is_refused(name: str, data: bytes) -> None:
    assert "but holds something else or is damaged" in refusal(data, name)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("law.pdf", samples.pdf(b"4 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj"), "holds a program"),
        ("law.pdf", samples.pdf(b"4 0 obj << /S /J#61vaScript >> endobj"), "holds a program"),
        ("law.pdf", samples.pdf(b"4 0 obj << /J#53(x) >> endobj"), "holds a program"),
        ("law.pdf", samples.pdf(b"4 0 obj << /S /Launch /F (calc.exe) >> endobj"), "holds a program"),
        ("law.pdf", samples.pdf(samples.object_stream(b"4 0 << /S /JavaScript /JS (x) >>")), "holds a program"),
        ("law.pdf", samples.pdf(b"4 0 obj << /Type /EmbeddedFile >> endobj"), "carries other files"),
        ("law.pdf", samples.pdf(b"trailer << /Encrypt 5 0 R >>"), "protected by a password"),
        ("law.docx", word({"word/vbaProject.bin": b"\xd0\xcf"}), "holds macros"),
        ("law.docx", word({"[Content_Types].xml": AS_MACRO}), "holds macros"),
        ("table.xlsx", excel({"xl/macrosheets/sheet1.xml": b"<x/>"}), "holds macros"),
        ("law.docx", word({"word/activeX/activeX1.xml": b"<x/>"}), "holds macros"),
        ("law.docx", word({"word/embeddings/oleObject1.bin": b"x"}), "other files or programs"),
        ("law.docx", word({"word/media/image1.png": b"MZ\x90"}), "other files or programs"),
        ("law.docx", word({"word/embeddings/a.zip": DOCX}), "other files or programs"),
        ("law.docx", word({"word/setup.exe": b"x"}), "other files or programs"),
        ("law.docx", word({"word/_rels/document.xml.rels": REMOTE}), "fetches parts"),
        ("table.xlsx", excel({"xl/externalLinks/externalLink1.xml": DDE}), "fetches parts"),
        ("law.odt", text_document({"Basic/Standard/Module1.xml": b"<x/>"}), "holds macros"),
        ("law.odt", text_document({"Scripts/python/a.py": b"x"}), "holds macros"),
        ("law.odt", text_document({"styles.xml": SCRIPT}), "holds macros"),
        ("law.odt", samples.open_document(manifest=b"<manifest:encryption-data/>"), "protected by a password"),
        ("law.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "protected by a password"),
        ("table.xlsx", samples.bomb(XLSX), "1000 parts or 100 MB"),
        ("table.xlsx", excel(MANY), "1000 parts or 100 MB"),
        ("law.docx", word({"word/embeddings/a.xlsx": samples.bomb(XLSX)}), "1000 parts or 100 MB"),
        ("huge.png", samples.huge_picture(), "100 million points"),
        ("empty.pdf", b"", "file is empty"),
        ("large.txt", b"a" * (LARGEST_FILE + 1), "larger than 25 MB"),
        ("law.exe", samples.pdf(), "Files of the kind .exe are not taken"),
        ("law.pdf.exe", samples.pdf(), "Files of the kind .exe are not taken"),
        ("law.docm", DOCX, "Save it as .docx"),
        ("law.html", b"<p>", "Save it as .pdf"),
        ("law.svg", b"<svg>", "Save it as .png"),
        ("law", samples.pdf(), "no ending"),
        ("", samples.pdf(), "no ending"),
        (".pdf", samples.pdf(), "no ending"),
        ("law\u202efdp.exe", samples.pdf(), "Files of the kind .exe"),
        ("law.pdf\0.exe", samples.pdf(), "Files of the kind .exe"),
    ],
)  # fmt: skip
def test_what_acts_hides_or_is_too_large_is_refused_in_words(name: str, data: bytes, sentence: str) -> None:
    said = refusal(data, name)

    assert sentence in said
    assert "add that file" not in said, "files are sent for other things than evidence as well"


def test_a_workbook_behind_a_chart_is_looked_through_and_taken() -> None:
    inside = word({"word/embeddings/chart.xlsx": XLSX})
    macros = excel({"xl/vbaProject.bin": b"x"})

    assert samples.member(kept(inside, "law.docx"), "word/embeddings/chart.xlsx") == XLSX
    assert "holds macros" in refusal(word({"word/embeddings/chart.xlsx": macros}), "law.docx")


def test_the_template_on_an_office_server_is_cut_off() -> None:
    relation = (
        b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'attachedTemplate" Target="file:///\\\\server\\letter.dotx" TargetMode="External"/>'
    )
    made = samples.with_members(
        DOCX,
        {
            "word/_rels/settings.xml.rels": b"<Relationships>" + relation + b"</Relationships>",
            "word/settings.xml": b'<w:settings><w:attachedTemplate r:id="rId1"/><w:zoom/></w:settings>',
        },
    )

    data = kept(made, "law.docx")

    assert samples.member(data, "word/_rels/settings.xml.rels") == b"<Relationships></Relationships>"
    assert samples.member(data, "word/settings.xml") == b"<w:settings><w:zoom/></w:settings>"


@pytest.mark.parametrize(
    ("sent", "cleaned"),
    [
        ("law.pdf", "law.pdf"),
        ("C:\\Users\\arta\\law.pdf", "law.pdf"),
        ("../../etc/cron.d/law.pdf", "law.pdf"),
        ("Закон  о\tнакнади.pdf", "Закон о накнади.pdf"),
        ("law\r\nSet-Cookie: a=b.pdf", "law Set-Cookie_ a=b.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("law\u202egpj.pdf", "lawgpj.pdf"),
        ("con.pdf", "_con.pdf"),
        ("...", ""),
        ("x" * 500 + ".pdf", "x" * 117 + ".pdf"),
        ("\ud800law.pdf", "law.pdf"),
        (None, ""),
    ],
)
def test_a_name_is_for_people_and_leads_nowhere(sent: str | None, cleaned: str) -> None:
    assert clean_name(sent) == cleaned
