"""What could not be read of a file, collected; and the sentence that says so."""

from collections.abc import Iterator
from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.papers.questionnaire.content import Finding
from tracker.papers.questionnaire.fields import BY_NAME, STEP_LIMITS, Problem

#: Whoever sees two hundred sentences fills in a new file.
MOST: Final = 200
_SHOWN: Final = 60


class Findings:
    """Collects findings; beyond the first two hundred they are only counted."""

    def __init__(self) -> None:
        self._found: list[Finding] = []
        self.left_out = 0

    def add(self, place: str, problem: Problem, *, shown: str = "", field: str = "", code: str = "") -> None:
        """Note that something could not be read."""
        if len(self._found) >= MOST:
            self.left_out += 1
            return
        is_sentence = problem is Problem.FIGURE_REFUSED
        cut = shown if len(shown) <= _SHOWN or is_sentence else f"{shown[:_SHOWN]}…"
        self._found.append(Finding(place=place, problem=problem, shown=cut, field=field, code=code))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)


_SENTENCES: Final = {
    Problem.NOT_A_STATUS: _l("“%(shown)s” is not one of the statuses. Choose one from the list."),
    Problem.NOT_OFFERED: _l("“%(shown)s” is not one of the answers. Choose one from the list."),
    Problem.NOT_YES_OR_NO: _l("“%(shown)s” is neither yes nor no. Choose one from the list."),
    Problem.NOT_A_DAY: _l("“%(shown)s” is not a date. Write it like 2026-12-14."),
    Problem.DAY_OUT_OF_RANGE: _l("%(shown)s lies outside the years 1990 to 2099."),
    Problem.DAY_AHEAD: _l("%(shown)s lies ahead. Enter the day on which the answer was cleared."),
    Problem.TOO_LONG: _l("The text has %(shown)s characters; at most %(limit)s are taken. Shorten it."),
    Problem.FORMULA: _l("There is a formula. Type the text itself, and upload the file again."),
    Problem.ERROR_VALUE: _l("There is an error value, “%(shown)s”. Type the text itself, and upload the file again."),
    Problem.MERGED: _l("The cell was merged with another. Undo that, and upload the file again."),
    Problem.UNKNOWN_CODE: _l("“%(shown)s” is not a code of this questionnaire. The row was not read."),
    Problem.SAME_CODE_TWICE: _l("%(shown)s stands here a second time. Neither was read; keep one of them."),
    Problem.COLUMN_MISSING: _l("The column “%(question)s” is missing. It was not read."),
    Problem.QUESTION_MISSING: _l("The question “%(question)s” is missing. It was not read."),
    Problem.FIGURE_REFUSED: "%(shown)s",  # a sentence that was made where the number was read
    Problem.STEP_WITHOUT_TEXT: _l("The step has no text. Say what will be done, or empty the whole row."),
}


def sentence(finding: Finding) -> str:
    """Return what is wrong and what to do, in the reader's language."""
    question = BY_NAME.get(finding.field)
    values = {
        "shown": finding.shown or "–",
        "question": question.words if question is not None else "",
        "limit": question.limit if question is not None else STEP_LIMITS.get(finding.field, ""),
    }
    return str(_SENTENCES[finding.problem]) % values
