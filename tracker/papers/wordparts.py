"""Parts of Word files that python-docx has no words for: fields, links, signs, rules. Only makers import this."""

import io
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from tracker.papers.signs import sign_png
from tracker.papers.wordstyles import BRAND

_RULE: Final = "DBD5C7"
#: The moment that every member of the archive carries, so that equal data give equal bytes.
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


def lines(paragraph: Any, words: str) -> None:
    """Add typed text with its line breaks."""
    for position, line in enumerate(words.split("\n")):
        run = paragraph.add_run(line)
        if position < words.count("\n"):
            run.add_break()


class Signs:
    """The signs of status in one file. Each is drawn once; its copies cost the library no search through the file."""

    #: Pictures are told apart by numbers; those of the library begin at 1.
    _FIRST: Final = 100_000

    def __init__(self) -> None:
        self._drawn: dict[str, Any] = {}
        self._number = self._FIRST

    def add(self, paragraph: Any, key: str, words: str = "") -> None:
        """Add the sign of a status. Where its word stands beside it, readers of screens pass over the picture.

        Args:
            paragraph: where.
            key: the status.
            words: what the picture says where no word stands beside it.
        """
        run = paragraph.add_run()
        if key not in self._drawn:
            picture = run.add_picture(io.BytesIO(sign_png(key)), height=Pt(9))
            for side in ("distT", "distB", "distL", "distR"):
                picture._inline.set(side, "0")
            self._drawn[key] = deepcopy(picture._inline)
            run._r.remove(picture._inline.getparent())
        inline = deepcopy(self._drawn[key])
        self._number += 1
        properties = inline.docPr
        properties.set("id", str(self._number))
        properties.set("name", key)
        properties.set("descr", words)
        if not words:
            properties.append(_decorative())
        run._r.add_drawing(inline)


def _decorative() -> Any:
    extension = OxmlElement("a:ext")
    extension.set("uri", "{C183D7F6-B498-43B3-948B-1728B52AA6E4}")
    flag = extension.makeelement(
        "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative",
        {"val": "1"},
        nsmap={"adec": "http://schemas.microsoft.com/office/drawing/2017/decorative"},
    )
    extension.append(flag)
    listed = OxmlElement("a:extLst")
    listed.append(extension)
    return listed


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field such as the number of the page."""
    begin_field(paragraph, instruction)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Any, instruction: str) -> None:
    """Begin a field; what is added from here to its end is what it shows until it is brought up to date."""
    _mark(paragraph, "begin")
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = f" {instruction} "
    paragraph.add_run()._r.append(element)
    _mark(paragraph, "separate")


def end_field(paragraph: Any) -> None:
    """End a field, which may have begun in a paragraph before."""
    _mark(paragraph, "end")


def _mark(paragraph: Any, kind: str) -> None:
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(element)


def hyperlink(paragraph: Any, words: str, target: Mapping[str, str]) -> None:
    """Add a link: to an address (``r:id`` of a relation) or to a bookmark (``w:anchor``)."""
    element = OxmlElement("w:hyperlink")
    for name, value in target.items():
        element.set(qn(name), value)
    run = paragraph.add_run(words)
    if "r:id" in target:
        run.font.color.rgb = BRAND
        run.font.underline = True
    element.append(run._r)
    paragraph._p.append(element)


def bookmarked(paragraph: Any, words: str, number: int, name: str) -> None:
    """Add words that a link can lead to."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, end):
        element.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    paragraph._p.append(start)
    paragraph.add_run(words)
    paragraph._p.append(end)


def repeat(row: Any) -> None:
    """Let a row be the head of its table, on every page that the table runs over."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:tblHeader"))


def keep_together(row: Any) -> None:
    """Let a row stand on one page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))


def rules(table: Any, *, inside: bool) -> None:
    """Draw hairlines below the rows; none where the table only aligns."""
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        is_drawn = inside and side in ("bottom", "insideH")
        line.set(qn("w:val"), "single" if is_drawn else "nil")
        if is_drawn:
            line.set(qn("w:sz"), "4")
            line.set(qn("w:color"), _RULE)
        borders.append(line)
    properties.append(borders)


def timeless(content: bytes) -> bytes:
    """Return the archive with one moment for all its members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return packed.getvalue()
