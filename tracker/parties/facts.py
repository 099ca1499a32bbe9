"""What the page of a party says about it, gathered in a fixed number of statements."""

from dataclasses import dataclass

import sqlalchemy as sa

from tracker.core.database import db
from tracker.parties.models import FormerName, Party
from tracker.sources.models import Source
from tracker.sources.queries import in_order, sources_named


@dataclass(frozen=True, kw_only=True)
class PartyFacts:
    """A party with everything that ``parties/_party_facts.html`` prints."""

    party: Party
    former_names: list[FormerName]
    #: For its membership in the network.
    membership_sources: list[Source]
    #: For the rest; none stands in both lists.
    sources: list[Source]


def facts_about(party: Party) -> PartyFacts:
    """Gather the facts of a party: two statements."""
    former = sa.select(FormerName).where(FormerName.party_id == party.id).order_by(FormerName.until_on)
    named = {
        source.key: source for source in db.session.scalars(sources_named([*party.sources, *party.membership_sources]))
    }
    return PartyFacts(
        party=party,
        former_names=list(db.session.scalars(former)),
        sources=in_order((key for key in party.sources if key not in party.membership_sources), named),
        membership_sources=in_order(party.membership_sources, named),
    )
