"""What goes out comes back: untouched it changes nothing, edited exactly what was edited."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.papers.questionnaire.samples import (
    ANSWERS_BY_CODE,
    FULL,
    asked,
    changes_in,
    questionnaire_of,
    read_back,
    standing,
    with_answers,
    with_cells,
)
from tracker.papers.questionnaire.comparing import compare
from tracker.papers.questionnaire.content import Questionnaire, reading_from
from tracker.papers.questionnaire.document_writing import document_of
from tracker.papers.questionnaire.fields import ANSWERS, BY_NAME, fit, in_words
from tracker.papers.questionnaire.workbook_writing import workbook_of
from tracker.progress.models import HelpKind, ShareKind
from tracker.progress.services.answers import DraftAnswer
from tracker.progress.statuses import Status

Write = Callable[[Questionnaire], bytes]
WRITERS = pytest.mark.parametrize("write", [workbook_of, document_of], ids=["workbook", "document"])


@pytest.fixture(autouse=True)
def _in_words(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@WRITERS
@pytest.mark.parametrize("is_filled", [True, False], ids=["filled in", "empty"])
def test_an_untouched_file_changes_nothing(write: Write, is_filled: bool) -> None:
    reading = read_back(write(questionnaire_of(is_filled=is_filled)))

    assert reading.findings == ()
    assert {row.code for row in reading.rows} == set(ANSWERS_BY_CODE)
    assert compare(reading, standing(), with_steps=True).items == ()


TEXTS = st.one_of(
    st.sampled_from(
        [
            "",
            "=1+1",
            "+1",
            "-1",
            "@A1",
            "＝1",
            "'",
            "''=1",
            "_x0041_",
            "_x005F_",
            "<w:t>&amp;",
            "\ufeffa",
            "1e5",
            "TRUE",
        ]
    ),
    st.text(max_size=60),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs", "Cc", "Cn", "So")), max_size=30),
)
ANY_ANSWER = st.builds(
    DraftAnswer,
    status=st.one_of(st.none(), st.sampled_from(Status)),
    narrative=TEXTS,
    obstacles=TEXTS,
    next_steps=TEXTS,
    reason=TEXTS,
    needs_help=st.booleans(),
    help_kind=st.one_of(st.none(), st.sampled_from(HelpKind)),
    help_text=TEXTS,
    can_share=st.booleans(),
    share_kind=st.one_of(st.none(), st.sampled_from(ShareKind)),
    share_text=TEXTS,
    is_restricted=st.booleans(),
    cleared_by_name=TEXTS,
    cleared_by_function=TEXTS,
    cleared_on=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2026, 11, 20))),
)
ANY_FIELDS = st.sets(st.sampled_from([field.name for field in ANSWERS]), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(before=ANY_ANSWER, after=ANY_ANSWER, names=ANY_FIELDS, is_filled=st.booleans())
@pytest.mark.parametrize("kind", ["xlsx", "docx"])
def test_an_edited_file_changes_exactly_what_was_edited(
    kind: str, before: DraftAnswer, after: DraftAnswer, names: set[str], is_filled: bool
) -> None:
    answers = {"BRDO-2018-05": before, "BRDO-2018-06": FULL}
    questionnaire = questionnaire_of(answers, is_filled=is_filled)
    typed = {name: _typed(name, getattr(after, name)) for name in names}
    edits = {("BRDO-2018-05", name): value for name, value in typed.items()}
    content = (
        with_cells(workbook_of(questionnaire), edits)
        if kind == "xlsx"
        else with_answers(document_of(questionnaire), {at: _on_paper(value) for at, value in edits.items()})
    )

    reading = read_back(content)

    assert reading.findings == ()
    assert reading_from(reading.write()) == reading
    found = changes_in(compare(reading, standing(answers), with_steps=True))
    expected = {}
    for name in names:
        value, was = _meant(name, getattr(after, name)), _meant(name, getattr(before, name))
        says_nothing = not is_filled and value in ("", None)
        if value != was and not says_nothing:
            expected["BRDO-2018-05", name] = value
    assert {at: value for at, value in found.items() if at in expected} == expected
    others = {at: value for at, value in found.items() if at not in expected}
    assert all(at in edits and _differs_as_stored(before, at[1], value) for at, value in others.items())


def _typed(name: str, value: Any) -> Any:
    """What a person types for a value."""
    if isinstance(value, date):
        return value
    words = in_words(BY_NAME[name], value)
    return fit(words) or None


def _on_paper(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else (value or "")


def _meant(name: str, value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, (Status, HelpKind, ShareKind)):
        text = fit(value)
        return " ".join(text.split()) if name.startswith("cleared_by") else text
    return value


def _differs_as_stored(before: DraftAnswer, name: str, value: Any) -> bool:
    """Stored texts that no file can hold differ from what a file holds, once their cell was typed into."""
    return bool(getattr(before, name) != value and _meant(name, getattr(before, name)) == value)


def test_what_others_saved_meanwhile_is_a_clash_only_where_both_changed_it() -> None:
    code = "BRDO-2018-06"
    content = with_cells(
        workbook_of(questionnaire_of()),
        {(code, "narrative"): "Mine.", (code, "obstacles"): "No budget.", (code, "next_steps"): "Publish."},
    )
    now = replace(ANSWERS_BY_CODE[code], narrative="Theirs.", next_steps="Publish.", reason="Theirs alone.")

    (found,) = compare(read_back(content), [asked(code, now, version=4)], with_steps=True).items

    assert found.is_older
    assert {change.name: change.is_clash for change in found.changes} == {"narrative": True, "obstacles": False}
