"""The round's own ladder on the page of its meeting."""

from typing import Final

from flask import Flask
from flask_babel import lazy_gettext as _l

from tracker.core.database import db
from tracker.meetings import timeline
from tracker.meetings.models import Round
from tracker.meetings.timeline import Reminder
from tracker.reminders.queries import rules_of
from tracker.reminders.schedule import DEFAULT_LADDER, Audience, Rung

_WORDS: Final = {
    Audience.PARTY: _l("Digest of what is open"),
    Audience.PARTY_AND_DEPUTY: _l("Also to the deputy"),
    Audience.PARTY_DEPUTY_AND_SECRETARIAT: _l("Also to the Secretariat: who is missing"),
}


def reminders_of(round_: Round) -> list[Reminder]:
    """Return the rungs of a round that are switched on; those of the usual ladder where it has none of its own."""
    rules = [rule.rung for rule in db.session.scalars(rules_of([round_.id]))] or DEFAULT_LADDER
    return [_shown(rung) for rung in rules if rung.is_enabled]


def _shown(rung: Rung) -> Reminder:
    return Reminder(rung.offset_days, _WORDS[rung.audience])


def init_app(_app: Flask) -> None:
    """Let the pages of meetings show each round's own ladder."""
    timeline.use_ladder(reminders_of)
