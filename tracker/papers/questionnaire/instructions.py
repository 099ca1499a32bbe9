"""What stands at the front of a questionnaire: how to fill it in, until when, and how to hand it in."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.papers.questionnaire.content import Questionnaire
from tracker.progress.labels import status_label, status_meaning
from tracker.progress.statuses import Status


@dataclass(frozen=True)
class Line:
    """One paragraph."""

    text: str
    is_heading: bool = False
    #: One of a list.
    is_point: bool = False


def instructions(questionnaire: Questionnaire, *, is_workbook: bool) -> list[Line]:
    """Return the paragraphs, in the reader's language."""
    return list(_lines(questionnaire, is_workbook=is_workbook))


def _lines(questionnaire: Questionnaire, *, is_workbook: bool) -> Iterator[Line]:
    if questionnaire.is_sample:
        yield Line(_("Sample: everything in this file is made up."))
    yield Line(_("Due %(deadline)s.", deadline=questionnaire.deadline))
    yield Line(questionnaire.made)
    if questionnaire.footnote:
        yield Line(questionnaire.footnote)
    yield Line(_("How to fill it in"), is_heading=True)
    yield from (_in_workbook() if is_workbook else _in_document())
    if questionnaire.is_filled:
        yield Line(
            _(
                "What your party has written so far stands in it. Change what is no longer true; "
                "what you leave as it is stays as it is."
            )
        )
    else:
        yield Line(_("It is empty. What you leave empty stays as it is in the tracker."))
    yield Line(
        _(
            "If nothing has changed since the last round, choose yes under “No change since the last round?” "
            "and leave the rest as it is. Your coordinator then confirms it in the tracker."
        )
    )
    yield Line(_("Two or three sentences are enough. Never name a victim or describe a case that could be recognised."))
    if is_workbook and questionnaire.with_steps:
        yield Line(
            _(
                "On the sheet “Steps” you change practical steps. To add one, choose the code in an empty row. "
                "To remove one, empty its row."
            )
        )
    if is_workbook and questionnaire.figures:
        yield Line(
            _(
                "On the sheet “Figures” you enter figures, or choose why there is none. "
                "Put spaces between thousands: 1 234,50."
            )
        )
    yield Line(_("What each status means"), is_heading=True)
    for status in Status:
        yield Line(f"{status_label(status)}: {status_meaning(status)}", is_point=True)
    yield Line(_("How to hand it in"), is_heading=True)
    yield Line(
        _(
            "Save the file under any name, as it is (.xlsx or .docx), without a password, "
            "and upload it at %(address)s.",
            address=questionnaire.address,
        )
    )
    yield Line(
        _(
            "You then see what differs, item by item, and choose what to take. "
            "Nothing is submitted by uploading: your coordinator submits in the tracker."
        )
    )
    yield Line(
        _("The file knows its party and its round. Use it for nothing else, and download a new one for the next round.")
    )


def _in_workbook() -> Iterator[Line]:
    yield Line(_("Each row of the sheet “Answers” is one commitment. Write in the white cells; the others are locked."))
    yield Line(_("Where a cell has a list, choose a word from it. Days are written like 2026-12-14."))


def _in_document() -> Iterator[Line]:
    yield Line(_("Each table is one commitment. Write in the right column; leave the left one as it is."))
    yield Line(
        _("Where a field has a list, choose a word from it, or type the word. Days are written like 2026-12-14.")
    )
