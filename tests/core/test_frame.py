"""The frame of every page: names, menus, footnotes, the sample ribbon."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string

from tests.client import TrackerClient, page
from tests.factories import MembershipFactory, PartyFactory
from tracker.accounts.models import Role, User
from tracker.core import navigation
from tracker.core.footnotes import footnotes, named
from tracker.core.navigation import Menu, NavigationEntry, menu_entries
from tracker.parties.models import Footnote, Party

COMPONENTS = "/dev/components"


@pytest.fixture
def entries(app: Flask) -> Iterator[list[NavigationEntry]]:
    """The menus' entries, to add to; put back afterwards."""
    kept = list(app.extensions["navigation"])
    yield app.extensions["navigation"]
    app.extensions["navigation"][:] = kept


@pytest.fixture
def kosovo() -> Party:
    """A party whose name carries a footnote."""
    note = Footnote(family="XK", form="long", text="* This designation is without prejudice.")
    return PartyFactory.create(code="XK", name="Kosovo*", short_name="Kosovo*", footnote=note)


def test_nobody_signed_in_sees_no_menu_and_the_networks_zone(client: TrackerClient) -> None:
    shown = page(client.get(COMPONENTS))

    assert not shown.select("nav.mainnav, details.person")
    assert "Times are shown in Europe/Vienna (Vienna)." in shown.footer.text


def test_the_head_names_the_person_the_party_and_its_zone(client: TrackerClient, coordinator: User) -> None:
    shown = page(client.sign_in(coordinator).get(COMPONENTS))

    assert shown.select_one("details.person summary").get_text(" ", strip=True).startswith("Coordinator Albania")
    assert "Times are shown in Europe/Tirane (Tirana)." in shown.footer.text


def test_the_head_names_the_role_of_a_person_without_party(client: TrackerClient, secretariat: User) -> None:
    shown = page(client.sign_in(secretariat).get(COMPONENTS))

    assert shown.select("details.person summary span span")[0].text == "Secretariat"


def test_a_footnoted_name_in_the_head_has_its_note_at_the_end(client: TrackerClient, kosovo: Party) -> None:
    person = MembershipFactory.create(role=Role.COORDINATOR, party=kosovo).person

    shown = page(client.sign_in(person).get("/no-such-page"))

    assert [note.text for note in shown.select(".footnotes p")] == ["* This designation is without prejudice."]


def test_footnotes_are_printed_once_in_the_order_of_their_use(app: Flask, kosovo: Party, party: Party) -> None:
    with app.test_request_context():
        app.preprocess_request()
        assert [named(each) for each in (party, kosovo, kosovo)] == ["Albania", "Kosovo*", "Kosovo*"]
        assert footnotes() == ["This designation is without prejudice."]


def test_a_new_request_starts_without_footnotes(client: TrackerClient, kosovo: Party, coordinator: User) -> None:
    named(kosovo)

    shown = page(client.sign_in(coordinator).get("/no-such-page"))

    assert not shown.select(".footnotes")


def test_a_menu_shows_entries_of_the_persons_roles_in_order(
    client: TrackerClient, coordinator: User, entries: list[NavigationEntry]
) -> None:
    office, parties = navigation.OFFICE, navigation.PARTIES
    entries[:] = [
        NavigationEntry("Audit", "devpages.show_components", office, 80),
        NavigationEntry("Your country", "devpages.show_components", parties, 50),
        NavigationEntry("Your work", "bootstrap.static", parties, 10, values=lambda: {"filename": "x"}),
        NavigationEntry("Missing", "nowhere.at_all", parties, 20),
        NavigationEntry("Nothing for you", "static", parties, 30, values=lambda: None),
    ]

    shown = page(client.sign_in(coordinator).get(COMPONENTS))

    assert [link.text for link in shown.select(".mainnav a")] == ["Your work", "Your country"]
    assert [link.text for link in shown.select(".mainnav a[aria-current=page]")] == ["Your country"]


def test_a_badge_says_how_many_wait(client: TrackerClient, secretariat: User, entries: list[NavigationEntry]) -> None:
    entries[:] = [
        NavigationEntry("Review", "devpages.show_components", navigation.OFFICE, 10, badge=lambda: 7),
        NavigationEntry("Empty", "static", navigation.OFFICE, 20, badge=lambda: 0, values=lambda: {"filename": "x"}),
    ]

    shown = page(client.sign_in(secretariat).get(COMPONENTS))

    assert [link.text for link in shown.select(".mainnav a")] == ["Review 7 waiting", "Empty"]


def test_the_most_exact_entry_is_the_current_one(app: Flask, entries: list[NavigationEntry]) -> None:
    entries[:] = [
        NavigationEntry("All", "static", (), 10, values=lambda: {"filename": "x"}, covers=("devpages.",)),
        NavigationEntry("This", "bootstrap.static", (), 20, values=lambda: {"filename": "x"}, covers=("devpages",)),
    ]

    with app.test_request_context(COMPONENTS):
        assert [entry.label for entry in menu_entries("main") if entry.is_current] == ["All"]


def test_the_foot_shows_its_entries_to_everybody(client: TrackerClient, entries: list[NavigationEntry]) -> None:
    entries[:] = [NavigationEntry("Help", "devpages.show_components", (), 10, menu=Menu.FOOT)]

    shown = page(client.get("/no-such-page"))

    assert [link.text for link in shown.select("footer a")] == ["Help"]


def test_colours_follow_the_cookie_and_only_the_two_that_exist(client: TrackerClient) -> None:
    assert "data-bs-theme" not in page(client.get(COMPONENTS)).html.attrs
    client.set_cookie("theme", "dark")
    assert page(client.get(COMPONENTS)).html["data-bs-theme"] == "dark"
    client.set_cookie("theme", "x onload=alert(1)")
    assert "data-bs-theme" not in page(client.get(COMPONENTS)).html.attrs


def test_the_stylesheet_has_a_version(app: Flask) -> None:
    with app.test_request_context():
        first = render_template_string("{{ asset_url('tracker.css') }}")
    assert first.startswith("/static/tracker.css?v=")


def test_the_page_names_its_language(client: TrackerClient) -> None:
    assert page(client.get(COMPONENTS)).html["lang"] == "en-GB"


def test_the_sign_out_button_posts_with_a_token(client: TrackerClient, coordinator: User) -> None:
    shown = page(client.sign_in(coordinator).get(COMPONENTS))

    form = shown.select_one("details.person form")
    assert form["method"] == "post"
    assert form.select_one("input[name=csrf_token]")["value"]


def test_two_people_after_each_other_each_see_their_own_name(
    client: TrackerClient, coordinator: User, peer: User
) -> None:
    first = page(client.sign_in(coordinator).get(COMPONENTS)).select_one("summary b").text
    second = page(client.sign_in(peer).get(COMPONENTS)).select_one("summary b").text

    assert (first, second) == ("Coordinator", "Peer")
