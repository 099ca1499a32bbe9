"""Making national reports. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from tracker.papers.making import Made, Maker, Order, Progress
from tracker.papers.national import word
from tracker.papers.national.choices import Choice
from tracker.papers.national.kinds import PDF, WORD
from tracker.papers.national.reading import read_report
from tracker.papers.typesetting import PDF_TYPE, set_pdf
from tracker.papers.wordfile import MEDIA_TYPE


def gather(order: Order) -> Mapping[str, Any]:
    """Read the report that was asked for."""
    return read_report(Choice.read(order.parameters), at=order.now)


def make_pdf(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Set the report as PDF."""
    return Made(content=set_pdf("national_report", data), file_name=file_name(data, "pdf"), media_type=PDF_TYPE)


def make_word(data: Mapping[str, Any], progress: Progress) -> Made:
    """Write the report as a Word file."""
    return Made(content=word.write(data, progress), file_name=file_name(data, "docx"), media_type=MEDIA_TYPE)


def file_name(data: Mapping[str, Any], ending: str) -> str:
    """Return what the file is called: by the party's code, which needs no footnote."""
    return f"national-report-{data['party']['code']}-{data['day']}.{ending}"


MAKERS: Final = {PDF.code: Maker(gather, make_pdf), WORD.code: Maker(gather, make_word)}
