"""Making the meeting's papers. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app

from tracker.core.database import db
from tracker.papers.making import CannotBeMade, Made, Maker, Order, Progress
from tracker.papers.pack import word, workbook
from tracker.papers.pack.chapters import PackChoice
from tracker.papers.pack.data import pack_data
from tracker.papers.pack.kinds import DOCX, PDF, XLSX
from tracker.papers.snapshots.queries import snapshot_by_number
from tracker.papers.typesetting import set_pdf
from tracker.papers.wordfile import MEDIA_TYPE as WORD_TYPE


def gather(order: Order) -> Mapping[str, Any]:
    """Read the snapshots that the papers are made from.

    Raises:
        CannotBeMade: there is no such snapshot.
    """
    choice = PackChoice.read(order.parameters)
    snapshot = db.session.scalar(snapshot_by_number(choice.snapshot))
    earlier = db.session.scalar(snapshot_by_number(choice.compare)) if choice.compare is not None else None
    if snapshot is None:
        raise CannotBeMade("The snapshot that these papers are made from is not there.")
    return pack_data(snapshot, earlier, choice.chapters, zone_name=current_app.config["TRACKER_TIMEZONE"])


def make_pdf(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Set the papers as PDF."""
    return Made(content=set_pdf("pack", data), file_name=file_name(data, "pdf"), media_type="application/pdf")


def make_docx(data: Mapping[str, Any], progress: Progress) -> Made:
    """Write the papers as a Word file."""
    return Made(content=word.write(data, progress), file_name=file_name(data, "docx"), media_type=WORD_TYPE)


def make_xlsx(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Write the papers as sheets."""
    return Made(content=workbook.write(data), file_name=file_name(data, "xlsx"), media_type=workbook.MEDIA_TYPE)


def file_name(data: Mapping[str, Any], ending: str) -> str:
    """Return what the file is called."""
    return f"meeting-papers-{data['meeting']}-snapshot-{data['number']}.{ending}"


MAKERS: Final = {
    PDF.code: Maker(gather, make_pdf),
    DOCX.code: Maker(gather, make_docx),
    XLSX.code: Maker(gather, make_xlsx),
}
