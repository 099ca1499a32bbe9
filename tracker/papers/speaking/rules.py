"""Which of a party's sentences become speaking points. No Flask, no SQLAlchemy.

Nothing is invented: a point is the first sentence of a text that the party wrote, or a step that it named, with the
code of the commitment. What has to be chosen is chosen by these rules alone: equal answers give equal points.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tracker.progress.statuses import ORDER, Status

#: A sentence that is longer is cut at a word.
LONGEST: Final = 220
#: Points under each heading: together they fill half a page.
MOST_MOVED, MOST_IN_USE, MOST_ASKED, MOST_OFFERED, MOST_NEXT = 4, 3, 2, 2, 3
#: Behind these a full stop ends no sentence: numbers and abbreviations of the region's texts.
_ABBREVIATIONS: Final = frozenset(
    {"no", "nr", "br", "art", "par", "para", "st", "dr", "mr", "ms", "prof", "e.g", "i.e", "etc", "cf", "vol", "sl"}
    | {"čl", "чл", "ст", "бр", "г", "др", "т.е", "т.н"}
)
_ENDS: Final = re.compile(r"[.!?…]+[)\]”“\"'»]*(?=\s|$)")


class Part(StrEnum):
    """The headings, in the order in which one speaks."""

    MOVED = "moved"
    IN_USE = "in_use"
    ASKED = "asked"
    OFFERED = "offered"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True)
class OpenStep:
    """A practical step that is not done."""

    what: str
    due_on: date | None


@dataclass(frozen=True, kw_only=True)
class Spoken:
    """What the rules look at of one answer."""

    code: str
    status: Status | None
    #: The status of the accepted answer before; None where there was none, or where this answer is not of this round.
    before: Status | None = None
    narrative: str = ""
    next_steps: str = ""
    help_text: str = ""
    share_text: str = ""
    steps: Sequence[OpenStep] = ()


@dataclass(frozen=True, kw_only=True)
class Point:
    """One point: the sentence, and the commitment that it is about."""

    code: str
    sentence: str
    #: From which status to which, where that is the point.
    moved: tuple[Status, Status] | None = None
    due_on: date | None = None


def points_from(answers: Sequence[Spoken]) -> dict[Part, list[Point]]:
    """Return the points under each heading, in the order of the answers; headings without a point are left out."""
    moved = [each for each in answers if _has_moved(each)]
    # The furthest steps first; of equal ones, the order of the instruments decides.
    moved.sort(key=lambda each: -_way(each))
    told = {each.code for each in moved[:MOST_MOVED]}
    in_use = [each for each in answers if each.status is Status.IN_USE and each.code not in told]
    parts = {
        Part.MOVED: [
            Point(code=each.code, sentence=first_sentence(each.narrative), moved=(each.before, each.status))
            for each in moved[:MOST_MOVED]
            if each.before is not None and each.status is not None
        ],
        Part.IN_USE: _sentences(((each.code, each.narrative) for each in in_use), MOST_IN_USE),
        Part.ASKED: _sentences(((each.code, each.help_text) for each in answers), MOST_ASKED),
        Part.OFFERED: _sentences(((each.code, each.share_text) for each in answers), MOST_OFFERED),
        Part.NEXT: _next(answers, told),
    }
    return {part: points for part, points in parts.items() if points}


def _has_moved(answer: Spoken) -> bool:
    return answer.before is not None and answer.status is not None and answer.status is not answer.before


def _way(answer: Spoken) -> int:
    if answer.status not in ORDER or answer.before not in ORDER:
        return 0
    return ORDER.index(answer.status) - ORDER.index(answer.before)


def _sentences(texts: Iterable[tuple[str, str]], most: int) -> list[Point]:
    found = (Point(code=code, sentence=first_sentence(text)) for code, text in texts)
    return [point for point in found if point.sentence][:most]


def _next(answers: Sequence[Spoken], told: set[str]) -> list[Point]:
    """Return the next steps: of each item the nearest, the nearest of all first; then what is said to come next."""
    dated = []
    for each in answers:
        open_steps = sorted((step.due_on, step.what) for step in each.steps if step.due_on is not None and step.what)
        dated += [(due_on, each.code, what) for due_on, what in open_steps[:1]]
    nearest = sorted(dated)[:MOST_NEXT]
    points = [Point(code=code, sentence=first_sentence(what), due_on=due_on) for due_on, code, what in nearest]
    named = {point.code for point in points}
    others = sorted((each for each in answers if each.code not in named), key=lambda each: each.code not in told)
    return points + _sentences(((each.code, each.next_steps) for each in others), MOST_NEXT - len(points))


def first_sentence(text: str) -> str:
    """Return the first sentence of a text, in its own words; a very long one is cut at a word, with an ellipsis."""
    line = next((line.strip(" -–•\t") for line in text.split("\n") if line.strip(" -–•\t")), "")
    for end in _ENDS.finditer(line):
        if end[0].startswith(".") and _goes_on(line[: end.start()], line[end.end() :]):
            continue
        line = line[: end.end()]
        break
    if len(line) <= LONGEST:
        return line
    space = line.rfind(" ", 0, LONGEST)
    return f"{line[: space if space > 0 else LONGEST].rstrip(' ,;:–-')} …"


def _goes_on(before: str, after: str) -> bool:
    """Tell whether a full stop here ends an abbreviation or a number, not a sentence."""
    word = before.rsplit(maxsplit=1)[-1].lower().lstrip("(„“\"'") if before.split() else ""
    following = after.lstrip()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return bool(following)
    return bool(following) and following[0].islower()


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of the text as people typed it: a heading or paragraph, and the points below it."""

    words: str = ""
    points: tuple[str, ...] = ()


def blocks_of(text: str) -> list[Block]:
    """Return a typed text in blocks: a line that begins with a dash is a point, every other one begins a block."""
    blocks: list[Block] = []
    for line in (line.strip() for line in text.split("\n")):
        if not line:
            continue
        if line.startswith(("- ", "– ", "• ", "* ")):
            last = blocks.pop() if blocks else Block()
            blocks.append(Block(words=last.words, points=(*last.points, line[2:].strip())))
        else:
            blocks.append(Block(words=line))
    return blocks
