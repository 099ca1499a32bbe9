"""Loading the sample data."""

import random
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker.audit.services import record
from tracker.core.database import db
from tracker.core.errors import DomainError
from tracker.core.zones import local_day
from tracker.demo.exchange import arrange, keep_views, look_in
from tracker.demo.figures import make_figures
from tracker.demo.history import report_past
from tracker.demo.papers import write_points
from tracker.demo.people import make_cast
from tracker.demo.present import prepare_items, report_now, want_second_eyes
from tracker.demo.rounds import give_more_time, make_rounds, write_decisions
from tracker.exchange.services.practices import MAIL_KIND as NOMINATED
from tracker.instruments.models import Commitment, Instrument
from tracker.mail.models import DeliveryState, Notification
from tracker.papers.snapshots.models import Circle
from tracker.papers.snapshots.services import take_snapshot
from tracker.parties.models import Party
from tracker.progress.jobs import share_accepted
from tracker.progress.models import Item

_SEED = "sample"


class NothingToShow(DomainError):
    """There is no reference data that the sample could be about."""


def load(*, password_hash: str, at: datetime, timezone: str) -> None:
    """Make sample people, meetings, rounds and reports. The same every time but for the days, which count from ``at``.

    Raises:
        NothingToShow: the reference data is not loaded.
    """
    dice = random.Random(_SEED)  # noqa: S311  # repeatable, not secret
    parties = {party.code: party for party in db.session.scalars(sa.select(Party))}
    instruments = list(db.session.scalars(sa.select(Instrument).order_by(Instrument.adopted_on, Instrument.id)))
    items = list(
        db.session.scalars(
            sa.select(Item)
            .join(Item.commitment)
            .join(Item.party)
            .options(
                joinedload(Item.commitment).joinedload(Commitment.instrument),
                joinedload(Item.commitment).joinedload(Commitment.theme),
                joinedload(Item.party),
                joinedload(Item.standing),
            )
            .order_by(Party.position, Commitment.code)
        )
    )
    if not items or not instruments:
        raise NothingToShow("There is no reference data yet. Run: flask --app wsgi tracker init")
    today = local_day(at, timezone)
    cast = make_cast(parties, password_hash=password_hash, at=at)
    rounds = make_rounds(instruments, today=today, timezone=timezone)
    give_more_time(rounds.open, parties["ME"], by=cast.secretariat, at=at)
    write_decisions(rounds.past[-1].meeting, by=cast.secretariat, at=at)
    prepare_items(items, dice, today=today)
    figures = make_figures(parties.values(), [*rounds.past, rounds.open], cast, now=at)
    report_past(items, rounds.past, cast, dice, figures=figures)
    share_accepted(at)
    take_snapshot(rounds.past[-1].meeting, Circle.SHARED, zone_name=timezone, by=cast.secretariat, at=at)
    report_now(items, rounds.open, cast, dice, now=at)
    write_points(parties, rounds.open, cast, at=at)
    share_accepted(at)
    take_snapshot(rounds.open.meeting, Circle.SECRETARIAT, zone_name=timezone, by=cast.secretariat, at=at)
    want_second_eyes(items, rounds.open, cast, now=at)
    arrange(rounds.open, cast, at=at)
    keep_views(cast, at=at)
    look_in(cast, at=at)
    # What would have been told weeks ago is not told now.
    db.session.execute(
        sa.update(Notification)
        .where(
            Notification.state == DeliveryState.QUEUED,
            sa.or_(Notification.round_id == rounds.open.id, Notification.kind == NOMINATED),
        )
        .values(state=DeliveryState.CANCELLED, note="Made with the sample data; not sent.")
    )
    record("demo.loaded", rounds.open, at=at, job="tracker demo", changes={"items": len(items)})
