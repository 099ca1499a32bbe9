"""What the Secretariat notes of a pair."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.accounts.access import current_user, require
from tracker.accounts.models import User
from tracker.core.clock import network_today, utc_now
from tracker.core.database import db
from tracker.core.filters import day_range
from tracker.core.panels import Panel
from tracker.dashboards.queries.reader import reader_for
from tracker.dashboards.views.blueprint import reader_here
from tracker.exchange import policies
from tracker.exchange.entries import Pair, entries_of
from tracker.exchange.forms import PairForm
from tracker.exchange.matching import Nearness, nearness
from tracker.exchange.models import ExchangePair
from tracker.exchange.queries.entries import of_items
from tracker.exchange.queries.pairs import meetings_ahead, pair_of, pairs_for_meeting
from tracker.exchange.services import pairs as services
from tracker.exchange.views.blueprint import bp
from tracker.meetings.models import Meeting
from tracker.meetings.panels import MEETING_PANELS


@bp.route("/needs-and-offers/pairs/<int:need_id>/<int:offer_id>", methods=["GET", "POST"])
def note_pair(need_id: int, offer_id: int) -> ResponseReturnValue:
    """Let an officer look at a need and an offer side by side, and note what becomes of them."""
    require(policies.arrange_pairs, None)
    pair = _pair(need_id, offer_id)
    noted = db.session.scalar(pair_of(need_id, offer_id))
    meetings = list(db.session.scalars(meetings_ahead()))
    if noted is not None and noted.meeting is not None and noted.meeting not in meetings:
        meetings.insert(0, noted.meeting)
    form = PairForm(
        state=noted.state.value if noted else None,
        meeting=str(noted.meeting_id or "") if noted else str(meetings[0].id) if meetings else "",
        reason=noted.reason if noted else "",
    )
    form.offer((each.id, _meeting_words(each)) for each in meetings)
    if form.validate_on_submit():
        services.note_pair(need_id, offer_id, form.note(), by=current_user(), at=utc_now())
        db.session.commit()
        flash(_("The pair is noted."), "done")
        return redirect(url_for(".list_matches"))
    return render_template("exchange/note_pair.html", pair=pair, noted=noted, form=form, today=reader_here().today)


def _pair(need_id: int, offer_id: int) -> Pair:
    """Return a pair as the officer reads it now; what asks or offers nothing any more is no pair."""
    entries = entries_of(db.session.execute(of_items(reader_here(), (need_id, offer_id))))
    need = next((each for each in entries if each.is_need and each.row.item_id == need_id), None)
    offer = next((each for each in entries if not each.is_need and each.row.item_id == offer_id), None)
    if need is None or offer is None or need.party_id == offer.party_id:
        abort(404)
    return Pair(nearness(need, offer) or Nearness.THEME, need, offer)


def _meeting_words(meeting: Meeting) -> str:
    return f"{meeting.title}, {day_range(meeting.starts_on, meeting.ends_on, meeting.date_precision.value)}"


def pairs_on_agenda(meeting: Meeting, reader: User) -> Panel | None:
    """Show the pairs that are suggested for a meeting, to whoever may read both sides."""
    noted = db.session.scalars(pairs_for_meeting(meeting.id)).all()
    if not noted:
        return None
    shown = _shown(noted, reader)
    return Panel("exchange/_meeting_block.html", {"pairs": shown}) if shown else None


def _shown(noted: Sequence[ExchangePair], reader: User) -> list[tuple[ExchangePair, Pair]]:
    ids = {id_ for each in noted for id_ in (each.need_item_id, each.offer_item_id)}
    entries = entries_of(db.session.execute(of_items(reader_for(reader, today=network_today()), ids)))
    needs = {each.row.item_id: each for each in entries if each.is_need}
    offers = {each.row.item_id: each for each in entries if not each.is_need}
    return [
        (
            each,
            Pair(
                nearness(needs[each.need_item_id], offers[each.offer_item_id]) or Nearness.THEME,
                needs[each.need_item_id],
                offers[each.offer_item_id],
            ),
        )
        for each in noted
        if each.need_item_id in needs and each.offer_item_id in offers
    ]


MEETING_PANELS.add("exchange", pairs_on_agenda)
