"""Writing a questionnaire as a document. Only the job process loads this.

One table per item: its first row begins with the code, each other row with the number of a question. Whatever a word
processor does to styles and controls, these stay. Lists to choose from are content controls, which Word and LibreOffice
keep; a word that is typed instead does as well.
"""

import io
from datetime import date
from typing import Any, Final

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from flask_babel import gettext as _

from tracker.papers.questionnaire.content import Entry, Questionnaire
from tracker.papers.questionnaire.fields import FIELDS, NO_CHANGE, Field, Value, fit, in_words
from tracker.papers.questionnaire.instructions import instructions

#: Before the stamp, in hidden letters at the end.
STAMP_MARK: Final = "tracker:stamp:"
#: So that no program breaks one endless word.
STAMP_CHUNK: Final = 100
_INK, _QUIET, _BRAND = RGBColor(0x15, 0x26, 0x2A), RGBColor(0x4A, 0x59, 0x5D), RGBColor(0x14, 0x50, 0x5B)
_BAND, _TINT, _RULE = "14505B", "F0EDE5", "B9B19D"
_LEFT, _RIGHT = Mm(58), Mm(112)


def choose() -> str:
    """Return what stands in a list where nothing is chosen; it counts as nothing."""
    return str(_("Choose from the list"))


def document_of(questionnaire: Questionnaire) -> bytes:
    """Return the questionnaire as a .docx file: instructions, a table per item, and the stamp."""
    document = Document()
    _set_up(document, questionnaire)
    _write_front(document, questionnaire)
    instrument = ""
    for entry in questionnaire.entries:
        if entry.instrument != instrument:
            instrument = entry.instrument
            document.add_heading(fit(instrument), level=1)
        _write_entry(document, entry)
    _write_stamp(document, questionnaire.stamp)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_up(document: Any, questionnaire: Questionnaire) -> None:
    properties = document.core_properties
    properties.title, properties.author = fit(questionnaire.title)[:255], ""
    properties.comments = ""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size, colour, font in (
        ("Normal", 10.5, _INK, "Calibri"),
        ("Title", 20, _INK, "Cambria"),
        ("Heading 1", 15, _BRAND, "Cambria"),
        ("Heading 2", 12, _INK, "Cambria"),
        ("Header", 9, _QUIET, "Calibri"),
        ("Footer", 8, _QUIET, "Calibri"),
    ):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), colour
        _set_font(style, font)
    cell = document.styles.add_style("Cell", WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = document.styles["Normal"]
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    document.styles["Normal"].paragraph_format.space_after = Pt(5)
    document.styles["Heading 2"].paragraph_format.space_before = Pt(14)
    document.styles["Heading 2"].paragraph_format.keep_with_next = True
    section.header.paragraphs[0].text = fit(questionnaire.title)
    footer = section.footer.paragraphs[0]
    if questionnaire.footnote:
        footer.add_run(fit(questionnaire.footnote))
        footer = section.footer.add_paragraph()
    footer.alignment = 2
    _field(footer, "PAGE")
    footer.add_run(" / ")
    _field(footer, "NUMPAGES")


def _set_font(style: Any, font: str) -> None:
    """Name the font for every script: Latin, Cyrillic, and what a theme would say otherwise."""
    style.font.name = font
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)


def _field(paragraph: Any, instruction: str) -> None:
    """Add a field that the word processor fills in: the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _write_front(document: Any, questionnaire: Questionnaire) -> None:
    document.add_paragraph(fit(questionnaire.title), style="Title")
    for line in instructions(questionnaire, is_workbook=False):
        if line.is_heading:
            document.add_heading(fit(line.text), level=2)
        elif line.is_point:
            document.add_paragraph(fit(line.text), style="List Bullet")
        else:
            document.add_paragraph(fit(line.text))


def _write_entry(document: Any, entry: Entry) -> None:
    document.add_heading(fit(f"{entry.code} · {entry.title}"), level=2)
    document.add_paragraph(
        fit(_("In this round: %(state)s.", state=entry.state))
    ).paragraph_format.keep_with_next = True
    if entry.note:
        _quiet(document, fit(_("The Secretariat returned it: %(reason)s", reason=entry.note)))
    if entry.last_status or entry.last_text:
        _quiet(document, fit(_("Your last accepted answer: %(status)s.", status=entry.last_status)))
        for text in fit(entry.last_text).split("\n"):
            if text:
                _quiet(document, text)
    if not entry.is_open:
        _quiet(document, fit(_("It is with the Secretariat or accepted, so nothing is asked here.")))
        return
    table = document.add_table(rows=0, cols=2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _edges(table)
    head = table.add_row().cells[0].merge(table.rows[0].cells[1])
    _fill(head, _BAND)
    run = head.paragraphs[0].add_run(fit(entry.code))
    run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
    _repeat(table.rows[0])
    for field in FIELDS:
        _write_question(table, entry, field)
    document.add_paragraph(style="Cell")


def _write_question(table: Any, entry: Entry, field: Field) -> None:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    question, answer = row.cells
    question.width, answer.width = _LEFT, _RIGHT
    for cell in row.cells:
        cell.paragraphs[0].style = "Cell"
    _fill(question, _TINT)
    question.paragraphs[0].add_run(f"{field.number}. {field.words}").bold = True
    if field.hint:
        hint = question.add_paragraph(style="Cell").add_run(str(field.hint))
        hint.font.size, hint.font.color.rgb = Pt(8.5), _QUIET
    value = entry.values.get(field.name)
    words = in_words(field, value)
    if field.is_list:
        options = field.options()[:1] if field.name == NO_CHANGE else field.options()
        _list(answer.paragraphs[0], f"{field.name}", str(field.words), options, words)
        return
    lines = fit(_written(value, words)).split("\n")
    answer.paragraphs[0].add_run(lines[0])
    for line in lines[1:]:
        answer.add_paragraph(line, style="Cell")


def _written(value: Value, words: str) -> str:
    return value.isoformat() if isinstance(value, date) else words


def _list(paragraph: Any, tag: str, title: str, options: list[str], chosen: str) -> None:
    """Put a list to choose from into a paragraph, as a content control."""
    control, properties, content = (OxmlElement(name) for name in ("w:sdt", "w:sdtPr", "w:sdtContent"))
    for name, value in (("w:alias", title), ("w:tag", tag)):
        properties.append(_with_value(name, value[:64]))
    if not chosen:
        properties.append(OxmlElement("w:showingPlcHdr"))
    choices = OxmlElement("w:dropDownList")
    for option in options:
        item = OxmlElement("w:listItem")
        item.set(qn("w:displayText"), option)
        item.set(qn("w:value"), option)
        choices.append(item)
    properties.append(choices)
    run = paragraph.add_run(chosen or choose())
    if not chosen:
        run.font.color.rgb = _QUIET
    content.append(run._r)
    control.append(properties)
    control.append(content)
    paragraph._p.append(control)


def _with_value(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element


def _quiet(document: Any, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(3)
    run = paragraph.add_run(text)
    run.font.color.rgb, run.font.size = _QUIET, Pt(9.5)


def _fill(cell: Any, colour: str) -> None:
    shade = _with_value("w:shd", "clear")
    shade.set(qn("w:color"), "auto")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _edges(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = _with_value(f"w:{side}", "single")
        edge.set(qn("w:sz"), "4")
        edge.set(qn("w:color"), _RULE)
        borders.append(edge)
    properties = table._tbl.tblPr
    # Word wants the elements in this order.
    after = next((each for each in properties if each.tag in (qn("w:tblLayout"), qn("w:tblLook"))), None)
    properties.append(borders) if after is None else after.addprevious(borders)


def _repeat(row: Any) -> None:
    """Let the row stand again at the top of each page that the table reaches."""
    row._tr.get_or_add_trPr().append(_with_value("w:tblHeader", "true"))


def _write_stamp(document: Any, stamp: str) -> None:
    paragraph = document.add_paragraph()
    chunks = [stamp[start : start + STAMP_CHUNK] for start in range(0, len(stamp), STAMP_CHUNK)]
    run = paragraph.add_run(STAMP_MARK + " " + " ".join(chunks))
    run.font.hidden, run.font.size = True, Pt(6)
