"""What the page of a commitment says about it, gathered in a fixed number of statements."""

from dataclasses import dataclass

from tracker.core.database import db
from tracker.instruments import queries
from tracker.instruments.models import Commitment, CommitmentLink, CommitmentVersion, Indicator
from tracker.sources.models import Source
from tracker.sources.queries import in_order, sources_named


@dataclass(frozen=True, kw_only=True)
class CommitmentFacts:
    """A commitment with everything that ``instruments/_commitment_facts.html`` prints."""

    commitment: Commitment
    #: The current wording first.
    versions: list[CommitmentVersion]
    #: To commitments that came before it.
    earlier: list[CommitmentLink]
    #: To commitments that came after it.
    later: list[CommitmentLink]
    #: Of its primary theme.
    indicators: list[Indicator]
    #: Of its further themes, and those named beside them.
    other_indicators: list[Indicator]
    sources: list[Source]
    checkpoint_sources: list[Source]


def facts_about(commitment: Commitment) -> CommitmentFacts:
    """Gather the facts of a commitment: four statements, if it came from ``commitment_by_code``."""
    links = db.session.scalars(queries.links_of(commitment)).all()
    indicators = db.session.scalars(queries.indicators_of(commitment)).all()
    points = commitment.checkpoints or {}
    keys = [*commitment.sources, *points.get("sources", [])]
    named = {source.key: source for source in db.session.scalars(sources_named(keys))}
    return CommitmentFacts(
        commitment=commitment,
        versions=list(db.session.scalars(queries.versions_of(commitment))),
        earlier=[link for link in links if link.later_id == commitment.id],
        later=[link for link in links if link.earlier_id == commitment.id],
        indicators=[each for each in indicators if each.theme_id == commitment.theme_id],
        other_indicators=[each for each in indicators if each.theme_id != commitment.theme_id],
        sources=in_order(commitment.sources, named),
        checkpoint_sources=in_order(points.get("sources", []), named),
    )
