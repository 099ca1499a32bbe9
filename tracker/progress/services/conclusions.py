"""Decisions of a meeting become commitments of an instrument of its own: its conclusions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.instruments.models import (
    Addressee,
    Commitment,
    CommitmentKind,
    CommitmentVersion,
    Instrument,
    InstrumentType,
    Strength,
    Theme,
    TitleStatus,
)
from tracker.meetings.models import Decision, Meeting
from tracker.parties.models import Confidence
from tracker.progress.services.items import Alignment, align_items

#: The longest title that is proposed, in characters.
_PROPOSED: Final = 90


class AlreadyACommitment(DomainError):
    """Somebody made a commitment of this decision before."""


@dataclass(frozen=True, kw_only=True)
class NewCommitment:
    """What a decision is to be as a commitment."""

    decision: Decision
    title: str
    addressee: Addressee
    theme: Theme


def proposed_title(text: str) -> str:
    """Return the first words of a decision, for the title of its commitment."""
    line = " ".join(re.split(r"(?<=[.;])\s", text.strip(), maxsplit=1)[0].split()).rstrip(".;")
    if len(line) <= _PROPOSED:
        return line
    return line[: line.rfind(" ", 0, _PROPOSED)] + " …"


def make_commitments(
    meeting: Meeting, chosen: Sequence[NewCommitment], *, by: Any, at: datetime
) -> tuple[Instrument, Alignment]:
    """Make commitments of decisions, in the instrument of the meeting's conclusions, and the items that follow.

    Who of the parties adopted the conclusions is not known at first, so all are asked.

    Raises:
        AlreadyACommitment: one of the decisions became a commitment before.
    """
    if any(each.decision.commitment_id is not None for each in chosen):
        raise AlreadyACommitment(_("One of these decisions became a commitment already. Look at the list again."))
    instrument = _conclusions(meeting, by=by, at=at)
    position = max((each.position for each in instrument.commitments), default=0)
    for place, each in enumerate(chosen, start=position + 1):
        commitment = Commitment(
            code=f"{instrument.code}-{place:02d}",
            instrument=instrument,
            position=place,
            paragraph=str(each.decision.number),
            title=each.title,
            summary=each.decision.text,
            strength=Strength.DECIDES,
            kind=CommitmentKind.OUTCOME,
            addressee=each.addressee,
            theme=each.theme,
            due_on=each.decision.due_on,
            confidence=Confidence.STATED,
        )
        commitment.versions.append(
            CommitmentVersion(
                number=1,
                title=commitment.title,
                summary=commitment.summary,
                paragraph=commitment.paragraph,
                strength=commitment.strength,
                made_at=at,
                made_by_id=by.id,
            )
        )
        db.session.add(commitment)
        db.session.flush()
        each.decision.commitment = commitment
        record("commitment.made", commitment, at=at, by=by, changes={"code": commitment.code, "meeting": meeting.code})
    db.session.flush()
    return instrument, align_items(at=at, by=by)


def _conclusions(meeting: Meeting, *, by: Any, at: datetime) -> Instrument:
    """Return the instrument of the meeting's conclusions, made at the first need."""
    made_before = db.session.scalar(
        sa.select(Instrument)
        .join(Commitment, Commitment.instrument_id == Instrument.id)
        .join(Decision, Decision.commitment_id == Commitment.id)
        .where(Decision.meeting_id == meeting.id, Instrument.type == InstrumentType.MEETING_CONCLUSIONS)
        .limit(1)
    )
    if made_before is not None:
        return made_before
    instrument = Instrument(
        code=_new_code(meeting),
        title=_("Conclusions of the meeting: %(title)s", title=meeting.title),
        title_status=TitleStatus.DESCRIPTIVE,
        short_title=_(
            "Conclusions, %(place)s %(year)s", place=meeting.city or meeting.title, year=meeting.last_day.year
        ),
        type=InstrumentType.MEETING_CONCLUSIONS,
        adopted_on=meeting.last_day,
        place_city=meeting.city,
        place_country=meeting.country_code,
        full_text_seen=True,
        valid_from=meeting.last_day,
    )
    meeting.instruments.append(instrument)
    db.session.add(instrument)
    db.session.flush()
    record("instrument.made", instrument, at=at, by=by, changes={"code": instrument.code, "meeting": meeting.code})
    return instrument


def _new_code(meeting: Meeting) -> str:
    """Return ``CONC-2027-01``, with a letter behind where that is taken."""
    stem = f"CONC-{meeting.last_day:%Y-%m}"
    taken = set(db.session.scalars(sa.select(Instrument.code).where(Instrument.code.startswith(stem, autoescape=True))))
    return next(
        code for code in (stem, *(f"{stem}{letter}" for letter in "BCDEFGHIJKLMNOPQRSTUVWXYZ")) if code not in taken
    )
