"""What everybody who has signed in reads about parties."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from tests.client import TrackerClient, page
from tests.factories import PartyFactory
from tracker.accounts.models import User
from tracker.core.database import db
from tracker.parties.models import Confidence, Footnote, FormerName, Party, PartyKind


def test_parties_stand_in_their_one_order(client: TrackerClient, observer: User) -> None:
    for position, name in ((3, "Bulgaria"), (12, "The network"), (1, "Albania"), (5, "Kosovo*"), (6, "Moldova")):
        PartyFactory.create(short_name=name, position=position)

    rows = page(client.sign_in(observer).get("/parties")).select("tbody th")

    assert [row.get_text() for row in rows] == ["Albania", "Bulgaria", "Kosovo*", "Moldova", "The network"]


def test_five_parties_cost_as_many_statements_as_one(
    client: TrackerClient, observer: User, recording_sql: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    client.sign_in(observer)
    PartyFactory.create()
    with recording_sql() as one:
        client.get("/parties")
    for _ in range(4):
        PartyFactory.create()
    with recording_sql() as five:
        client.get("/parties")

    assert len(five) == len(one) <= 8


def test_a_party_says_what_is_known_and_what_is_not(client: TrackerClient, observer: User) -> None:
    party: Party = PartyFactory.create(
        code="MK", short_name="North Macedonia", name="North Macedonia", languages=["mk", "sq"],
        membership_confidence=Confidence.INFERRED, is_eu_member=False,
    )  # fmt: skip
    db.session.add(FormerName(party=party, name="Macedonia", until_on=date(2019, 2, 11)))
    db.session.commit()

    text = page(client.sign_in(observer).get("/parties/mk")).get_text(" ", strip=True)

    assert "Coordinator Not known" in text
    assert "Languages Macedonian, Albanian" in text
    assert "Former name Macedonia , until 11 February 2019" in text or "Macedonia, until 11 February 2019" in text
    assert "Since when is not known" in text
    assert "Concluded from sources, not stated" in text
    assert "European Union Not a member" in text
    assert "CETS 197 Not known" in text


def test_a_name_with_a_footnote_brings_it_once(client: TrackerClient, observer: User) -> None:
    PartyFactory.create(
        code="XK", short_name="Kosovo*", name="Kosovo*", footnote=Footnote(family="XK", form="un", text="* Under 1244.")
    )

    found = page(client.sign_in(observer).get("/parties/XK"))

    assert [each.get_text() for each in found.select(".footnotes p")] == ["* Under 1244."]
    assert found.h1 is not None
    assert "Kosovo*" in found.h1.get_text()


def test_the_network_is_a_party_without_a_country(client: TrackerClient, observer: User) -> None:
    PartyFactory.create(
        code="NETWORK", kind=PartyKind.NETWORK, short_name="The network", coordinator_note="Answers through its chair"
    )

    text = page(client.sign_in(observer).get("/parties/NETWORK")).get_text(" ", strip=True)

    assert "Part Answers through its chair" in text
    assert "European Union" not in text
