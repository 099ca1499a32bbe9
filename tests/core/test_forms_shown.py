"""How forms are shown: labels, hints and errors tied to their controls; one summary of all errors."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask, render_template_string
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import DataRequired

from tracker.core.form_display import control_kind, error_links
from tracker.core.forms import TrackerForm, options


class Inner(Form):
    """A form inside a form."""

    amount = IntegerField("Amount")


class Sample(TrackerForm):
    """One field of each kind."""

    reason = TextAreaField("What has to change?", description="They read it.", validators=[DataRequired("Say why.")])
    theme = SelectField("Theme", choices=options([("a", "A"), ("b", "B")]))
    status = RadioField("Status", choices=options([("in_place", "In place"), ("in_use", "In use")]))
    parties = SelectMultipleField(
        "Parties",
        choices=options([("AL", "Albania")]),
        widget=widgets.ListWidget(prefix_label=False),
        option_widget=widgets.CheckboxInput(),
    )
    help_needed = BooleanField("We need help", description="Shown to all.")
    paper = FileField("Paper")
    figure = FormField(Inner, label="Figure")
    links = FieldList(StringField("Link"), min_entries=1)


@pytest.fixture
def form(app: Flask) -> Any:
    with app.test_request_context(method="POST", data={"reason": " ", "figure-amount": "about 3", "theme": "a"}):
        yield Sample()


def show(source: str, **values: object) -> BeautifulSoup:
    imports = '{% from "components/form.html" import choices, error_summary, field, hidden, post_button, tick %}'
    return BeautifulSoup(render_template_string(imports + source, **values), "html.parser")


def test_each_kind_of_field_gets_its_control(form: Sample) -> None:
    kinds = {field.name: control_kind(field) for field in form if field.name not in ("csrf_token", "figure", "links")}

    assert kinds == {
        "reason": "textarea",
        "theme": "select",
        "status": "radios",
        "parties": "ticks",
        "help_needed": "tick",
        "paper": "file",
    }


def test_a_field_is_tied_to_its_label_hint_and_error(form: Sample) -> None:
    form.validate()

    shown = show("{{ field(form.reason, rows=6, class_='extra') }}", form=form)

    control = shown.textarea
    assert shown.label["for"] == control["id"] == "reason"
    assert control["aria-describedby"].split() == ["reason-hint", "reason-error"]
    assert all(shown.find(id=name) for name in control["aria-describedby"].split())
    assert control["aria-invalid"] == "true"
    assert control["class"] == ["form-control", "is-invalid", "extra"]
    assert control["rows"] == "6"
    assert shown.find(id="reason-error").get_text(" ", strip=True) == "Error: Say why."


def test_a_field_without_hint_and_error_describes_nothing(form: Sample) -> None:
    shown = show("{{ field(form.theme, optional=true, size='mid') }}", form=form)

    assert not {"aria-describedby", "aria-invalid"} & set(shown.select_one("select").attrs)
    assert shown.select_one("select")["class"] == ["form-select", "w-mid"]
    assert shown.label.text == "Theme (optional)"


def test_choices_stand_in_a_fieldset_with_a_legend(form: Sample) -> None:
    shown = show(
        "{{ choices(form.status, small={'in_use': 'It works.'}, marks=true) }}{{ field(form.parties) }}", form=form
    )

    assert [legend.text for legend in shown.select("fieldset > legend")] == ["Status", "Parties"]
    assert [(each["type"], each["value"]) for each in shown.select("input")] == [
        ("radio", "in_place"),
        ("radio", "in_use"),
        ("checkbox", "AL"),
    ]
    assert [label["for"] for label in shown.select("label")] == [each["id"] for each in shown.select("input")]
    assert shown.select_one(".s-in_use small").text == "It works."


def test_a_tick_box_has_its_label_and_hint(form: Sample) -> None:
    shown = show("{{ field(form.help_needed) }}", form=form)

    assert shown.input["aria-describedby"] == "help_needed-hint"
    assert shown.label["for"] == "help_needed"


def test_the_summary_links_every_error_to_its_control(form: Sample) -> None:
    form.validate()
    form.links.entries[0].errors = ["Enter a web address."]
    form.form_errors = ["Somebody else saved this."]

    links = [(link.label, link.target) for link in error_links(form)]
    shown = show("{{ error_summary(form) }}", form=form)

    assert links == [
        ("", ""),
        ("What has to change?", "reason"),
        ("Status", "status-0"),
        ("Amount", "figure-amount"),
        ("Link", "links-0"),
    ]
    assert shown.h2.text == "There are 5 things to correct"
    assert shown.select("li")[0].text == "Somebody else saved this."
    assert shown.select("li a")[0].text == "What has to change? Say why."
    assert shown.select_one("[role=alert]")["tabindex"] == "-1"


def test_a_form_without_errors_has_no_summary(form: Sample) -> None:
    assert not show("{{ error_summary(form) }}", form=form).find()


def test_a_button_of_its_own_posts_a_token_and_tells_itself_apart(app: Flask) -> None:
    with app.test_request_context():
        shown = show("{{ post_button('No change', '/items/7', small=true, hidden_words='on <X>', version=3) }}")

    assert shown.form["method"] == "post"
    assert shown.form["action"] == "/items/7"
    assert [each["name"] for each in shown.select("input[type=hidden]")] == ["csrf_token", "version"]
    assert shown.button.text == "No change on <X>"


def test_typed_text_is_shown_as_text(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"reason": '"><script>alert(1)</script>'}):
        shown = show("{{ field(form.reason) }}", form=Sample())

    assert not shown.script
    assert shown.textarea.text.strip() == '"><script>alert(1)</script>'
