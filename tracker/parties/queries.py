"""Reading parties."""

import sqlalchemy as sa

from tracker.parties.models import Footnote, Party, PartyKind


def countries() -> sa.Select[Party]:
    """Select the participating countries, in the one fixed order."""
    return all_parties().where(Party.kind == PartyKind.COUNTRY)


def all_parties() -> sa.Select[Party]:
    """Select every active party, in the one fixed order."""
    return sa.select(Party).where(Party.is_active).order_by(Party.position)


def party_by_code(code: str) -> sa.Select[Party]:
    """Select the party with this code, whatever the case it is written in."""
    return sa.select(Party).where(Party.code == code.upper())


def footnote_forms(party: Party) -> sa.Select[Footnote]:
    """Select the forms of the footnote to a party's name; none where the name needs no footnote."""
    return sa.select(Footnote).where(Footnote.family == party.code).order_by(Footnote.id)
