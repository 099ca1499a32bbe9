"""Making speaking points as files. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _

from tracker.core.database import db
from tracker.papers.making import CannotBeMade, Made, Maker, Order, Progress
from tracker.papers.speaking.kinds import PDF, WORD
from tracker.papers.speaking.queries import points_of
from tracker.papers.speaking.reading import points_data
from tracker.papers.typesetting import PDF_TYPE, set_pdf
from tracker.papers.wordfile import MEDIA_TYPE, WordFile


def gather(order: Order) -> Mapping[str, Any]:
    """Read the points, if they are still those that were asked for.

    Raises:
        CannotBeMade: somebody has changed them since.
    """
    assert order.party_id is not None
    assert order.round_id is not None
    row = db.session.execute(points_of(order.party_id, order.round_id)).first()
    if row is None or row.SpeakingPoints.version != order.parameters["version"]:
        raise CannotBeMade(_("The points were changed after this was asked for. Open them and ask again."))
    return points_data(row.SpeakingPoints)


def make_pdf(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Set the points as PDF."""
    return Made(content=set_pdf("speaking_points", data), file_name=_file_name(data, "pdf"), media_type=PDF_TYPE)


def make_word(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Write the points as a Word file."""
    file = WordFile(title=data["title"], author=data["network"], language=data["language"], day=data["day"])
    file.footer([f"* {note}" for note in data["footnotes"]], data["as_of"], "")
    if data["sample"]:
        file.notice(data["sample"])
    file.heading(data["title"], 1)
    file.quiet(data["subtitle"])
    for block in data["blocks"]:
        if block["points"] and block["words"]:
            file.heading(block["words"], 2)
        elif block["words"]:
            file.text(block["words"])
        for point in block["points"]:
            file.text(point, "List Bullet")
    return Made(content=file.bytes(), file_name=_file_name(data, "docx"), media_type=MEDIA_TYPE)


def _file_name(data: Mapping[str, Any], ending: str) -> str:
    return f"speaking-points-{data['party']['code']}-{data['day']}.{ending}"


MAKERS: Final = {PDF.code: Maker(gather, make_pdf), WORD.code: Maker(gather, make_word)}
