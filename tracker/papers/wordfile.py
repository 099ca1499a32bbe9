"""Writing a paper with python-docx. Only makers import this: the library is heavy.

Real styles, headings, a field for the table of contents and header rows, so that what people change in Word stays in
order, and screen readers find their way. Equal data give equal bytes.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm

from tracker.papers import wordparts as parts
from tracker.papers.wordstyles import QUIET, set_styles

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: How many levels of headings the table of contents shows.
_CONTENTS_DEPTH: Final = 2
#: Width of the text on A4 between the margins.
_TEXT_WIDTH: Final = Mm(210 - 2 * 24)


class WordFile:
    """A document being written, from top to bottom."""

    def __init__(self, *, title: str, author: str, language: str, day: str) -> None:
        self._document = Document()
        self._bookmarks = 0
        self._contents: list[tuple[int, str, str]] = []
        self._contents_at: Any = None
        self._width = _TEXT_WIDTH
        self._style_ids: dict[str, str] = {}
        self._signs = parts.Signs()
        properties = self._document.core_properties
        properties.title, properties.author, properties.language = title, author, language
        properties.comments = properties.keywords = properties.last_modified_by = ""
        properties.created = properties.modified = datetime.fromisoformat(day)
        properties.revision = 1
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(24)
        section.top_margin = section.bottom_margin = Mm(24)
        set_styles(self._document, language)

    def header(self, left: str, right: str) -> None:
        """Print a line above every page but the first."""
        section = self._document.sections[0]
        section.different_first_page_header_footer = True
        self._margin_line(section.header.paragraphs[0], left, right)

    def footer(self, notes: Sequence[str], left: str, page_words: str) -> None:
        """Print below every page: footnotes to names, a line, and the number of the page."""
        section = self._document.sections[0]
        for footer in (section.footer, section.first_page_footer):
            paragraph = footer.paragraphs[0]
            for note in notes:
                paragraph.add_run(note).add_break()
            self._margin_line(paragraph, left, f"{page_words} ")
            parts.field(paragraph, "PAGE", "1")
            paragraph.add_run(" / ")
            parts.field(paragraph, "NUMPAGES", "1")

    def notice(self, words: str) -> None:
        """Print a sentence that must not be overlooked."""
        paragraph = self._paragraph("Tracker Notice")
        paragraph.add_run(words)

    def title(self, words: str, *, over: str = "", under: str = "") -> None:
        """Print the title, with what stands above and below it."""
        if over:
            self._paragraph("Tracker Quiet", over)
        self._paragraph("Title", words)
        if under:
            self._paragraph("Subtitle", under)

    def contents(self, heading: str) -> None:
        """Leave the place of the table of contents: a field that Word brings up to date, filled in beforehand."""
        self._paragraph("TOC Heading", heading).paragraph_format.page_break_before = True
        self._contents_at = self._document.add_paragraph()

    def heading(self, words: str, level: int, *, new_page: bool = False, in_contents: bool = True) -> None:
        """Print a heading that the table of contents leads to, unless it is told not to."""
        paragraph = self._paragraph(f"Heading {level}")
        paragraph.paragraph_format.page_break_before = new_page or None
        self._bookmarks += 1
        name = f"_Toc{self._bookmarks:06d}"
        parts.bookmarked(paragraph, words, self._bookmarks, name)
        if in_contents and level <= _CONTENTS_DEPTH:
            self._contents.append((level, words, name))

    def text(self, words: str, style: str = "Normal") -> Any:
        """Print one paragraph of typed text; its line breaks stay."""
        paragraph = self._paragraph(style)
        parts.lines(paragraph, words)
        return paragraph

    def quiet(self, words: str) -> None:
        """Print what stands beside the text proper."""
        self.text(words, "Tracker Quiet")

    def label(self, words: str) -> None:
        """Print the small heading of one text."""
        self._paragraph("Tracker Label", words)

    def status(self, key: str, words: str, marks: Iterable[str] = ()) -> None:
        """Print a status with its sign, and what stands beside it."""
        paragraph = self._paragraph("Tracker Status")
        self._signs.add(paragraph, key)
        paragraph.add_run(f" {words}").bold = True
        for mark in marks:
            paragraph.add_run(f"  ·  {mark}").font.color.rgb = QUIET

    def legend(self, entries: Iterable[Sequence[str]]) -> None:
        """Print signs with their words, one after the other."""
        paragraph = self._paragraph("Tracker Small")
        for key, words in entries:
            self._signs.add(paragraph, key)
            paragraph.add_run(f" {words}    ")

    def link(self, words: str, address: str) -> None:
        """Print an address that can be followed; without one, the words alone."""
        paragraph = self._paragraph("Tracker Small")
        if not address:
            paragraph.add_run(words)
            return
        relation = self._document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        parts.hyperlink(paragraph, words, {"r:id": relation})

    def code(self, words: str) -> None:
        """Print a digest."""
        self._paragraph("Tracker Code").add_run(words)

    def facts(self, pairs: Iterable[Sequence[str]]) -> None:
        """Print terms and what is said of them: a table without heads, the terms in its first column."""
        self._table([list(pair) for pair in pairs], widths=(1, 4), is_quiet_first=True)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]) -> None:
        """Print a table whose header row stands on every page that it runs over."""
        self._table([list(row) for row in rows], widths=widths, heads=heads)

    def status_table(self, heads: Sequence[str], rows: Iterable[Any]) -> None:
        """Print code, title and status of each item."""
        rows = list(rows)
        words = [f"{row['words']} ({row['state']})" if row["state"] else row["words"] for row in rows]
        table = self._table([[row["code"], row["title"], ""] for row in rows], widths=(2.1, 5.2, 3.7), heads=heads)
        for line, row, said in zip(table.rows[1:], rows, words, strict=True):
            paragraph = line.cells[2].paragraphs[0]
            self._signs.add(paragraph, row["status"])
            paragraph.add_run(f" {said}")

    def turn(self, *, is_wide: bool) -> None:
        """Begin a new page, on its side or upright; header and footer go on."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Mm(297), Mm(210)) if is_wide else (Mm(210), Mm(297))
        section.left_margin = section.right_margin = Mm(14 if is_wide else 24)
        self._width = Mm(297 - 2 * 14) if is_wide else _TEXT_WIDTH

    def sign_table(self, heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]) -> None:
        """Print a table in which a pair (status, word) is the sign of the status, and a row of one cell a heading."""
        rows = list(rows)
        blank = [["" if isinstance(cell, tuple) else cell for cell in row] for row in rows]
        table = self._table([row + [""] * (len(heads) - len(row)) for row in blank], widths=widths, heads=heads)
        for line, row in zip(table.rows[1:], rows, strict=True):
            cells = line.cells
            if len(row) == 1:
                merged = cells[0].merge(cells[-1])
                for run in merged.paragraphs[0].runs:
                    run.bold = True
                for spare in merged.paragraphs[1:]:
                    spare._p.getparent().remove(spare._p)
                continue
            for cell, value in zip(cells, row, strict=False):
                if isinstance(value, tuple):
                    self._signs.add(cell.paragraphs[0], value[0], value[1])

    def bytes(self) -> bytes:
        """Return the file."""
        if self._contents_at is not None:
            self._fill_contents()
        written = io.BytesIO()
        self._document.save(written)
        return parts.timeless(written.getvalue())

    def _table(
        self,
        rows: list[list[str]],
        *,
        widths: Sequence[float],
        heads: Sequence[str] = (),
        is_quiet_first: bool = False,
    ) -> Any:
        table = self._document.add_table(rows=0, cols=len(widths))
        table.autofit = False
        if heads:
            cells = table.add_row().cells
            for cell, words in zip(cells, heads, strict=True):
                cell.paragraphs[0].add_run(words).bold = True
            parts.repeat(table.rows[0])
        for row in rows:
            line = table.add_row()
            parts.keep_together(line)
            for cell, words in zip(line.cells, row, strict=True):
                parts.lines(cell.paragraphs[0], words)
        shares = [int(self._width * width / sum(widths)) for width in widths]
        for column, share in zip(table.columns, shares, strict=True):
            column.width = share
        for line in table.rows:
            for position, (cell, share) in enumerate(zip(line.cells, shares, strict=True)):
                cell.width = share
                cell.paragraphs[0]._p.style = self._style_id("Tracker Table")
                if is_quiet_first and position == 0:
                    for run in cell.paragraphs[0].runs:
                        run.font.color.rgb = QUIET
        parts.rules(table, inside=not is_quiet_first)
        self._paragraph("Tracker Gap")
        return table

    def _paragraph(self, style: str, words: str = "") -> Any:
        """Add a paragraph at the end."""
        paragraph = self._document.add_paragraph(words)
        paragraph._p.style = self._style_id(style)
        return paragraph

    def _style_id(self, name: str) -> str:
        """Return the id of a style. The library looks through all of them each time, which takes most of the work."""
        if name not in self._style_ids:
            self._style_ids[name] = self._document.styles[name].style_id
        return self._style_ids[name]

    def _fill_contents(self) -> None:
        """Put the headings there that stand, as links; Word adds the pages when the field is brought up to date."""
        for position, (level, words, name) in enumerate(self._contents):
            paragraph = self._contents_at.insert_paragraph_before("", style=f"toc {level}")
            if position == 0:
                parts.begin_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u')
            parts.hyperlink(paragraph, words, {"w:anchor": name})
        if self._contents:
            parts.end_field(self._contents_at)

    def _margin_line(self, paragraph: Any, left: str, right: str) -> None:
        paragraph.style = "Tracker Margin"
        paragraph.add_run(f"{left}\t{right}")
