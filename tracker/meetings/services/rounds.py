"""Planning and running the round that leads up to a meeting."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.accounts.models import User
from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.instruments.models import Instrument
from tracker.meetings.models import Extension, Meeting, MeetingState, Round
from tracker.meetings.rules import extension_of
from tracker.meetings.schedule import RoundDates, RoundPhase
from tracker.meetings.services.meetings import difference
from tracker.parties.models import Party


class RoundStands(DomainError):
    """The round is in a phase in which this cannot be done; the text says what can."""


class ExtensionRefused(DomainError):
    """An extension gives no more time, or the party has one already."""


@dataclass(frozen=True, kw_only=True)
class RoundValues:
    """What the Secretariat enters about a round."""

    dates: RoundDates
    instrument_ids: frozenset[int]


def plan_round(meeting: Meeting, values: RoundValues, *, timezone: str, by: User, at: datetime) -> Round:
    """Give a planned meeting the round that leads up to it.

    Args:
        meeting: a planned meeting without a round.
        values: days and scope.
        timezone: the network's zone, in which the days end.
        by: the officer.
        at: now (UTC).

    Raises:
        RoundStands: the meeting is not planned, or has a round.
    """
    if meeting.state is not MeetingState.PLANNED:
        raise RoundStands(_("Only a planned meeting can get a round."))
    if meeting.round is not None:
        raise RoundStands(_("This meeting has a round already. Load the page again and change that one."))
    dates = values.dates
    round_ = Round(
        meeting=meeting,
        opens_on=dates.opens_on,
        due_on=dates.due_on,
        closes_on=dates.closes_on,
        share_on=dates.share_on,
        timezone=timezone,
        instruments=_instruments(values.instrument_ids),
    )
    db.session.add(round_)
    db.session.flush()
    record(
        "round.planned",
        round_,
        at=at,
        by=by,
        changes={
            "opens_on": dates.opens_on,
            "due_on": dates.due_on,
            "closes_on": dates.closes_on,
            "share_on": dates.share_on,
            "instruments": sorted(instrument.code for instrument in round_.instruments),
        },
    )
    return round_


def change_round(round_: Round, values: RoundValues, *, by: User, at: datetime) -> bool:
    """Set the days and the scope of a round by hand; return whether anything changed.

    Raises:
        RoundStands: the round is cancelled.
    """
    if round_.cancelled_at is not None and values.dates != _only_share_date(round_, values.dates):
        raise RoundStands(_("The round is cancelled with its meeting; only its share date can be set."))
    changes = difference(round_.dates, values.dates)
    if {instrument.id for instrument in round_.instruments} != values.instrument_ids:
        before = _codes(round_.instruments)
        round_.instruments = _instruments(values.instrument_ids)
        changes["instruments"] = [before, _codes(round_.instruments)]
    if not changes:
        return False
    dates = values.dates
    round_.opens_on, round_.due_on = dates.opens_on, dates.due_on
    round_.closes_on, round_.share_on = dates.closes_on, dates.share_on
    round_.updated_at = at
    record("round.changed", round_, at=at, by=by, changes=changes)
    _drop_idle_extensions(round_, by=by, at=at)
    db.session.flush()
    return True


def _only_share_date(round_: Round, dates: RoundDates) -> RoundDates:
    return RoundDates(
        opens_on=round_.opens_on, due_on=round_.due_on, closes_on=round_.closes_on, share_on=dates.share_on
    )


def _drop_idle_extensions(round_: Round, *, by: User, at: datetime) -> None:
    """Withdraw extensions that a later due date has made pointless."""
    for extension in [each for each in round_.extensions if each.due_on <= round_.due_on]:
        withdraw_extension(extension, by=by, at=at)


def open_now(round_: Round, *, by: User, at: datetime) -> None:
    """Open a round for all before its day.

    Raises:
        RoundStands: it is open, closed or cancelled.
    """
    if _phase(round_, at) is not RoundPhase.PLANNED:
        raise RoundStands(_("Only a round that has not opened yet can be opened. Load the page again."))
    round_.opened_at = at
    round_.updated_at = at
    record("round.opened", round_, at=at, by=by, changes={"planned_for": round_.opens_on})


def close_now(round_: Round, *, by: User, at: datetime) -> None:
    """Close a round for all; only parties with an extension that still runs go on.

    Raises:
        RoundStands: it is not open.
    """
    if _phase(round_, at) is not RoundPhase.OPEN:
        raise RoundStands(_("Only an open round can be closed. Load the page again to see how it stands."))
    round_.closed_at = at
    round_.updated_at = at
    record("round.closed", round_, at=at, by=by, changes={"planned_for": round_.closes_on})


def open_again(round_: Round, *, closes_on: date, by: User, at: datetime) -> None:
    """Let a closed round take reports from all once more, up to and including a day.

    Raises:
        RoundStands: it is not closed, or the day has passed or comes before the due date.
    """
    if _phase(round_, at) is not RoundPhase.CLOSED:
        raise RoundStands(_("Only a closed round can be opened again. Load the page again to see how it stands."))
    if closes_on < max(local_day(at, round_.timezone), round_.due_on):
        raise RoundStands(_("The round would be closed at once. Choose today or a later day, not before the due date."))
    old = round_.closes_on
    round_.closed_at, round_.closes_on = None, closes_on
    if round_.opens_on > local_day(at, round_.timezone) and round_.opened_at is None:
        round_.opened_at = at
    round_.updated_at = at
    record("round.opened_again", round_, at=at, by=by, changes={"closes_on": [old, closes_on]})


def grant_extension(round_: Round, party: Party, *, due_on: date, reason: str, by: User, at: datetime) -> Extension:
    """Give one party more time, even past the close of the round.

    Raises:
        ExtensionRefused: the day gives no more time, has passed, or the party has an extension.
        RoundStands: the round is cancelled.
    """
    if round_.cancelled_at is not None:
        raise RoundStands(_("The round is cancelled; nobody has to report."))
    if extension_of(round_, party.id) is not None:
        raise ExtensionRefused(_("%(party)s has an extension already. Withdraw it first.", party=party.short_name))
    if due_on <= round_.due_on:
        raise ExtensionRefused(_("This gives no more time than the others have. Choose a later day."))
    if due_on < local_day(at, round_.timezone):
        raise ExtensionRefused(_("This day has passed. Choose a later day."))
    extension = Extension(round=round_, party=party, due_on=due_on, reason=reason, granted_by_id=by.id, granted_at=at)
    db.session.add(extension)
    db.session.flush()
    record(
        "extension.granted",
        extension,
        at=at,
        by=by,
        party_id=party.id,
        changes={"round_id": round_.id, "due_on": [round_.due_on, due_on], "reason": reason},
    )
    return extension


def withdraw_extension(extension: Extension, *, by: User, at: datetime) -> None:
    """Let the round's own due date count again for the party."""
    record(
        "extension.withdrawn",
        extension,
        at=at,
        by=by,
        party_id=extension.party_id,
        changes={"round_id": extension.round_id, "due_on": [extension.due_on, None], "reason": extension.reason},
    )
    extension.round.extensions.remove(extension)
    db.session.flush()


def _phase(round_: Round, at: datetime) -> RoundPhase:
    return round_.phase_on(local_day(at, round_.timezone))


def _instruments(ids: Iterable[int]) -> list[Instrument]:
    query = sa.select(Instrument).where(Instrument.id.in_(ids)).order_by(Instrument.adopted_on, Instrument.id)
    return list(db.session.scalars(query))


def _codes(instruments: Iterable[Instrument]) -> list[str]:
    return sorted(instrument.code for instrument in instruments)
