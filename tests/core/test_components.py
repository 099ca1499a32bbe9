"""The page with every component, and what single ones promise."""

from bs4 import BeautifulSoup
from flask import Flask, render_template_string

from tests.client import TrackerClient, page
from tracker.progress.statuses import Status


def show(app: Flask, source: str, **values: object) -> BeautifulSoup:
    with app.test_request_context():
        return BeautifulSoup(render_template_string(source, **values), "html.parser")


def test_every_component_stands_on_one_page(client: TrackerClient) -> None:
    response = client.get("/dev/components")
    shown = page(response)

    assert response.status_code == 200
    ids = [each["id"] for each in shown.select("[id]")]
    assert len(ids) == len(set(ids))
    signs = {each["href"][1:] for each in shown.select("use")}
    assert signs <= {each["id"] for each in shown.select("symbol")}


def test_a_status_is_a_mark_and_a_word(app: Flask) -> None:
    source = '{% from "components/status.html" import status %}{{ status(value) }}'

    assert show(app, source, value=Status.IN_USE).text == "In place and used"
    assert show(app, source, value="in_use").use["href"] == "#m-in_use"
    assert show(app, source, value=None).text == "Not reported"


def test_a_state_that_is_missing_is_not_begun(app: Flask) -> None:
    source = '{% from "components/status.html" import state %}{{ state(value) }}'

    assert show(app, source, value=None).text == "Not begun"
    assert show(app, source, value="returned").text == "Returned"


def test_a_bar_stacks_from_in_use_to_not_reported_and_says_so(app: Flask) -> None:
    counts = {"not_reported": 3, Status.IN_PLACE: 1, "partly_in_place": 5, "in_use": 0}

    shown = show(app, '{% from "components/bar.html" import bar %}{{ bar(counts) }}', counts=counts)

    assert shown.svg["aria-label"] == "1 in place, 5 partly in place, 3 not reported"
    assert [(each["class"][0], each["x"], each["width"]) for each in shown.select("rect")] == [
        ("s-in_place", "0", "1"),
        ("s-partly_in_place", "1", "5"),
        ("s-not_reported", "6", "3"),
    ]


def test_a_bar_of_nothing_is_a_dash(app: Flask) -> None:
    assert show(app, '{% from "components/bar.html" import bar %}{{ bar({}) }}').text == "–"


def test_a_deadline_says_how_long_it_is(app: Flask) -> None:
    source = '{% from "components/meter.html" import deadline %}{{ deadline(days, "Due", done=0, total=0) }}'

    def words(days: int) -> tuple[str, list[str]]:
        section = show(app, source, days=days).section
        return section.p.get_text(" ", strip=True), section["class"]

    assert words(21) == ("21 days left", ["deadline"])
    assert words(7) == ("7 days left", ["deadline", "is-soon"])
    assert words(1) == ("1 day left", ["deadline", "is-soon"])
    assert words(0) == ("Today is the last day", ["deadline", "is-soon"])
    assert words(-1) == ("1 day late", ["deadline", "is-late"])


def test_differences_are_escaped(app: Flask) -> None:
    source = '{% from "components/diff.html" import diff %}{{ diff(parts) }}'

    shown = show(app, source, parts=[("equal", "a "), ("delete", "<b>"), ("insert", "<i>")])

    assert (shown.select_one("del").text, shown.ins.text) == ("<b>", "<i>")


def test_facts_without_a_value_are_left_out(app: Flask) -> None:
    source = '{% from "components/facts.html" import facts %}{{ facts([("A", 0), ("B", none), ("C", "")]) }}'

    assert [each.text for each in show(app, source).select("dt")] == ["A"]
