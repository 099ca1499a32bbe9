"""Making questionnaires, and reading those that come back. Only ``tracker.making`` imports this."""

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.core.database import db
from tracker.core.zones import local_day
from tracker.mail.rendering import absolute_url
from tracker.papers.making import CannotBeMade, Made, Maker, Order, Progress
from tracker.papers.questionnaire import document_reading, workbook_reading
from tracker.papers.questionnaire.content import Questionnaire
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.gathering import questionnaire_of
from tracker.papers.questionnaire.kinds import DOCUMENT, IMPORT, WORKBOOK
from tracker.papers.questionnaire.packages import FileKind, FileRefused, look_at
from tracker.papers.questionnaire.policies import fill_in_questionnaire
from tracker.papers.questionnaire.queries import round_in_full
from tracker.papers.questionnaire.stamp import NoStamp, Stamp, read
from tracker.papers.questionnaire.standing import asked_items
from tracker.papers.questionnaire.workbook_writing import workbook_of
from tracker.parties.models import Party
from tracker.progress.policies import answers_for
from tracker.progress.services.figures import figures_of_party

_TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def gather(order: Order) -> Mapping[str, Any]:
    """Read what the workbook asks, and what stands in the tracker: answers, steps and figures."""
    return _gathered(order, is_workbook=True)


def gather_document(order: Order) -> Mapping[str, Any]:
    """Read the same for a document, which asks for answers only."""
    return _gathered(order, is_workbook=False)


def _gathered(order: Order, *, is_workbook: bool) -> Mapping[str, Any]:
    party = db.session.get_one(Party, order.party_id)
    round_ = db.session.scalars(round_in_full(order.round_id or 0)).unique().one()
    by = db.session.get(User, order.requested_by_id)
    if by is None or not fill_in_questionnaire(by, party):
        raise CannotBeMade(_("You no longer work for this party."))
    person = db.session.get(User, order.parameters.get("person") or 0)
    if person is None and not answers_for(by, party):
        person = by
    questionnaire = questionnaire_of(
        asked_items(party.id, round_.id, in_hands_of=person.id if person is not None else None),
        party=party,
        round_=round_,
        for_name=person.name if person is not None else party.short_name,
        is_filled=bool(order.parameters.get("filled")),
        with_steps=is_workbook and person is None,
        figures=figures_of_party(party, round_, in_hands_of=person) if is_workbook else (),
        address=absolute_url("questionnaire.show_questionnaire", code=party.code),
        key=_key(),
        at=order.now,
    )
    if not questionnaire.entries:
        raise CannotBeMade(_("No item is asked about. The Secretariat chooses what a round asks; coordinators assign."))
    day = local_day(order.now, party.timezone)
    return {
        "questionnaire": questionnaire,
        "name": f"questionnaire-{party.code}-{round_.meeting.code}-{day}{'' if questionnaire.is_filled else '-empty'}",
    }


def make_workbook(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Write the questionnaire as .xlsx."""
    questionnaire: Questionnaire = data["questionnaire"]
    return Made(content=workbook_of(questionnaire), file_name=f"{data['name']}.xlsx", media_type=_TYPES["xlsx"])


def make_document(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Write the questionnaire as .docx."""
    questionnaire: Questionnaire = data["questionnaire"]
    return Made(content=document_of(questionnaire), file_name=f"{data['name']}.docx", media_type=_TYPES["docx"])


def gather_import(order: Order) -> Mapping[str, Any]:
    """Read whose questionnaire it has to be."""
    party = db.session.get_one(Party, order.party_id)
    round_ = db.session.scalars(round_in_full(order.round_id or 0)).unique().one()
    return {
        "source": order.source or b"",
        "party": party.code,
        "meeting": round_.meeting.code,
        "today": local_day(order.now, party.timezone),
        "keys": (_key(), *current_app.config["TRACKER_OLD_SECRET_KEYS"]),
    }


def make_import(data: Mapping[str, Any], _progress: Progress) -> Made:
    """Read a file that came back; what it says is kept for the page that shows it."""
    source: bytes = data["source"]
    try:
        if look_at(source) is FileKind.WORKBOOK:
            stamp = _own(_stamp(workbook_reading.stamp_in(source), data["keys"]), data)
            reading = workbook_reading.read_workbook(source, stamp, today=data["today"])
        else:
            stamp = _own(_stamp(document_reading.stamp_in(source), data["keys"]), data)
            reading = document_reading.read_document(source, stamp, today=data["today"])
    except FileRefused as refusal:
        raise CannotBeMade(str(refusal)) from refusal
    return Made(content=reading.write(), file_name="questionnaire.json", media_type="application/json")


def _stamp(text: str, keys: tuple[str, ...]) -> Stamp:
    try:
        return read(text, *keys)
    except NoStamp as error:
        raise CannotBeMade(
            _(
                "The file does not say which questionnaire it is, or that was changed. "
                "Download the questionnaire anew, and copy your text into it."
            )
        ) from error


def _own(stamp: Stamp, data: Mapping[str, Any]) -> Stamp:
    if stamp.party != data["party"]:
        raise CannotBeMade(_("This is the questionnaire of another party. Hand it in on that party’s page."))
    if stamp.meeting != data["meeting"]:
        raise CannotBeMade(
            _("This questionnaire belongs to another round. Download that of the present round, and fill it in.")
        )
    return stamp


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


MAKERS: Final = {
    WORKBOOK.code: Maker(gather, make_workbook),
    DOCUMENT.code: Maker(gather_document, make_document),
    IMPORT.code: Maker(gather_import, make_import),
}
