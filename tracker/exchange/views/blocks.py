"""What stands about needs and offers on the pages of an item and of a party."""

from typing import Any

from tracker.accounts.access import current_user
from tracker.core.database import db
from tracker.core.panels import Panel
from tracker.dashboards.panels import PARTY_PANELS
from tracker.dashboards.queries.reader import Reader
from tracker.dashboards.views.blueprint import reader_here
from tracker.exchange import policies
from tracker.exchange.entries import entries_of, pairs_of
from tracker.exchange.queries.entries import answers_with_needs_or_offers, near_item
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.panels import ITEM_PANELS
from tracker.progress.views.story import Circle

#: How many entries a block shows; the rest is one link away.
SHORT = 4


def exchange_of_item(item: Item, circle: Circle, answer: Any) -> Panel | None:
    """Show, beside a need or an offer, who offers or asks for the like; to the party and the Secretariat."""
    if circle is Circle.READER or answer is None:
        return None
    may_nominate = policies.nominate_practice(current_user(), item) and not answer.is_restricted
    says_something = answer.needs_help or answer.can_share
    if not (says_something or may_nominate):
        return None
    entries = entries_of(db.session.execute(near_item(reader_here(), item))) if says_something else []
    pairs = pairs_of(entries)
    return Panel(
        "exchange/_item_block.html",
        {
            "needs_help": answer.needs_help,
            "can_share": answer.can_share,
            "offers": [pair for pair in pairs if pair.need.row.item_id == item.id],
            "needs": [pair for pair in pairs if pair.offer.row.item_id == item.id],
            "short": SHORT,
            "theme": item.commitment.theme.code,
            "may_nominate": may_nominate,
        },
    )


def exchange_of_party(party: Party, reader: Reader) -> Panel | None:
    """Show what a party asks for and offers; to itself and the Secretariat, also who may help."""
    entries = entries_of(db.session.execute(answers_with_needs_or_offers(reader)))
    own = [entry for entry in entries if entry.party_id == party.id]
    if not own:
        return None
    pairs = pairs_of(entries) if reader.reads_accepted_of(party.id) else []
    helpers: dict[int, list[Any]] = {}
    for pair in pairs:
        if pair.need.party_id == party.id:
            helpers.setdefault(pair.need.row.item_id, []).append(pair)
    return Panel(
        "exchange/_party_block.html",
        {
            "needs": [entry for entry in own if entry.is_need],
            "offers": [entry for entry in own if not entry.is_need],
            "helpers": helpers,
            "today": reader.today,
            "short": SHORT,
        },
    )


ITEM_PANELS.add("exchange", exchange_of_item)
PARTY_PANELS.add("exchange", exchange_of_party)
