"""Speaking points are made of the party's own sentences, by rules."""

from datetime import date

import pytest

from tracker.papers.speaking.rules import (
    LONGEST,
    Block,
    OpenStep,
    Part,
    Spoken,
    blocks_of,
    first_sentence,
    points_from,
)
from tracker.progress.statuses import Status


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("The law was adopted. It is in force.", "The law was adopted."),
        ("Was it adopted? Yes.", "Was it adopted?"),
        ("Under Art. 5 of Law no. 9 the fund pays. More.", "Under Art. 5 of Law no. 9 the fund pays."),
        ("Закон бр. 12 је усвојен. Примена почиње.", "Закон бр. 12 је усвојен."),
        ("Drafted by the team of A. Kola and others. Then.", "Drafted by the team of A. Kola and others."),
        ("It costs 1.5 million. So.", "It costs 1.5 million."),
        ("On 3. maj it began. So.", "On 3. maj it began."),
        ("He said “it works.” Then.", "He said “it works.”"),
        ("- First line\nsecond line", "First line"),
        ("\n\n  No end here ", "No end here"),
        ("Training (two days). Next.", "Training (two days)."),
        ("", ""),
    ],
)
def test_the_first_sentence_is_taken_as_it_was_written(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_a_very_long_sentence_is_cut_at_a_word() -> None:
    cut = first_sentence("word " * 100)

    assert cut.endswith("word …")
    assert len(cut) <= LONGEST + 2
    assert len(first_sentence("x" * 5000)) <= LONGEST + 2


def test_what_moved_comes_first_the_furthest_step_on_top() -> None:
    points = points_from(
        [
            Spoken(code="A", status=Status.IN_PLACE, before=Status.PARTLY_IN_PLACE, narrative="One. Two."),
            Spoken(code="B", status=Status.IN_USE, before=Status.NOT_STARTED, narrative="Three."),
            Spoken(code="C", status=Status.IN_USE, before=Status.IN_USE, narrative="Four."),
            Spoken(code="D", status=Status.IN_PLACE, narrative="New, and not moved."),
        ]
    )

    assert [(point.code, point.sentence) for point in points[Part.MOVED]] == [("B", "Three."), ("A", "One.")]
    assert points[Part.MOVED][0].moved == (Status.NOT_STARTED, Status.IN_USE)
    assert [point.code for point in points[Part.IN_USE]] == ["C"]


def test_a_step_back_is_said_too() -> None:
    points = points_from(
        [Spoken(code="A", status=Status.IN_PREPARATION, before=Status.IN_PLACE, narrative="Repealed.")]
    )

    assert points[Part.MOVED][0].moved == (Status.IN_PLACE, Status.IN_PREPARATION)


def test_the_nearest_steps_come_next_then_what_is_said_to_come() -> None:
    steps = [OpenStep(what="Later", due_on=date(2028, 1, 1)), OpenStep(what="Soon", due_on=date(2027, 1, 1))]
    points = points_from(
        [
            Spoken(code="A", status=Status.IN_PLACE, steps=[*steps, OpenStep(what="Some day", due_on=None)]),
            Spoken(code="B", status=Status.IN_PLACE, next_steps="Train. Then print."),
            Spoken(code="C", status=Status.IN_PLACE, before=Status.NOT_STARTED, next_steps="Publish."),
        ]
    )

    assert [(point.code, point.sentence) for point in points[Part.NEXT]] == [
        ("A", "Soon"),
        ("C", "Publish."),
        ("B", "Train."),
    ]


def test_nothing_is_said_where_nothing_was_written() -> None:
    assert points_from([Spoken(code="A", status=Status.IN_PLACE), Spoken(code="B", status=None)]) == {}


def test_half_a_page_whatever_was_answered() -> None:
    many = [
        Spoken(
            code=f"C{n}", status=Status.IN_USE, before=Status.IN_PLACE if n % 2 else None, narrative="Done.",
            next_steps="Go on.", help_text="Help.", share_text="Share.",
        )
        for n in range(50)
    ]  # fmt: skip

    assert sum(len(points) for points in points_from(many).values()) == 14


def test_typed_text_is_read_as_parts_and_points() -> None:
    assert blocks_of("Hello\n\nWhat moved\n- A: one\n– B: two\n\nBye") == [
        Block(words="Hello"),
        Block(words="What moved", points=("A: one", "B: two")),
        Block(words="Bye"),
    ]
