"""The styles of our Word files: those of Word, set as LOOK has it, and a few of our own. Only makers import this."""

from typing import Any, Final

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

INK: Final = RGBColor(0x15, 0x26, 0x2A)
QUIET: Final = RGBColor(0x4A, 0x59, 0x5D)
BRAND: Final = RGBColor(0x14, 0x50, 0x5B)
CARE: Final = RGBColor(0x7A, 0x4A, 0x00)
#: On every office computer, with Cyrillic and ș ț ë đ; LibreOffice sets Carlito and Caladea in their place.
_SANS, _SERIF, _MONO = "Calibri", "Cambria", "Consolas"
_CARE_GROUND: Final = "FBF1DA"


def set_styles(document: Any, language: str) -> None:
    """Set the styles of a new document."""
    normal = _style(document, "Normal", _SANS, 10.5, INK, after=6)
    normal.paragraph_format.line_spacing = 1.12
    _speak(normal, language)
    _style(document, "Title", _SERIF, 28, INK, bold=True, before=120, after=4)
    _style(document, "Subtitle", _SERIF, 15, INK, after=14, italic=False)
    _style(document, "Heading 1", _SERIF, 18, INK, bold=True, before=20, after=8, with_next=True)
    _style(document, "Heading 2", _SERIF, 13, INK, bold=True, before=16, after=4, with_next=True)
    _style(document, "TOC Heading", _SERIF, 18, INK, bold=True, before=0, after=8, with_next=True)
    _style(document, "toc 1", _SANS, 10.5, INK, bold=True, before=6, after=1)
    _style(document, "toc 2", _SANS, 10, INK, after=0).paragraph_format.left_indent = Mm(6)
    _style(document, "Tracker Quiet", _SANS, 9.5, QUIET)
    _style(document, "Tracker Label", _SANS, 9.5, QUIET, bold=True, before=8, after=1, with_next=True)
    _style(document, "Tracker Status", _SANS, 10.5, INK, after=4, with_next=True)
    _style(document, "Tracker Small", _SANS, 9, INK, after=0)
    _style(document, "Tracker Code", _MONO, 7.5, QUIET, after=6)
    _style(document, "Tracker Table", _SANS, 9.5, INK, before=2, after=2)
    _style(document, "Tracker Gap", _SANS, 4, INK, after=2)
    _style(document, "Tracker Quote", _SANS, 9.5, INK, after=6).paragraph_format.left_indent = Mm(4)
    margin = _style(document, "Tracker Margin", _SANS, 8, QUIET, after=0)
    margin.paragraph_format.tab_stops.add_tab_stop(Mm(162), WD_TAB_ALIGNMENT.RIGHT)
    notice = _style(document, "Tracker Notice", _SANS, 9.5, CARE, bold=True, after=6)
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _CARE_GROUND)):
        shade.set(qn(f"w:{name}"), value)
    notice.element.get_or_add_pPr().append(shade)


def _style(
    document: Any,
    name: str,
    font: str,
    size: float,
    colour: RGBColor,
    *,
    bold: bool = False,
    italic: bool | None = None,
    before: float = 0,
    after: float = 4,
    with_next: bool = False,
) -> Any:
    known = {style.name for style in document.styles}
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name not in ("Normal",) and name not in known:
        style.base_style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.bold, style.font.color.rgb = font, Pt(size), bold, colour
    if italic is not None:
        style.font.italic = italic
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    for attribute in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{attribute}"), font)
    form = style.paragraph_format
    form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), with_next
    frame = style.element.get_or_add_pPr().find(qn("w:pBdr"))  # Word's title has a line below it
    if frame is not None:
        style.element.pPr.remove(frame)
    return style


def _speak(style: Any, language: str) -> None:
    """Say in which language the text is, for hyphenation, spelling and readers of screens."""
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), language)
    style.element.get_or_add_rPr().append(element)
