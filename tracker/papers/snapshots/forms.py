"""Forms about snapshots: taking one, and choosing the papers made from it."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import DataRequired
from wtforms.widgets import CheckboxInput, ListWidget

from tracker.core import labels
from tracker.core.forms import ChoiceField, RadioChoiceField, TrackerForm, options
from tracker.papers.pack.chapters import Chapter, PackChoice
from tracker.papers.snapshots.models import Circle, Snapshot

CIRCLE_NOTES = {
    Circle.SHARED.value: _l(
        "Accepted answers whose share date has come. All signed-in people can read the snapshot and its papers."
    ),
    Circle.SECRETARIAT.value: _l(
        "Also what is accepted and not shared yet, and restricted answers. Only the Secretariat can read it; "
        "its papers say so."
    ),
}
CHAPTER_WORDS = {
    Chapter.REPORTED: _l("Who reported"),
    Chapter.MATRIX: _l("State of play: the matrix"),
    Chapter.CHANGES: _l("What changed since an earlier snapshot"),
    Chapter.THEMES: _l("Answers by commitment, under themes"),
    Chapter.PARTIES: _l("Party by party"),
    Chapter.STEPS: _l("Steps that are overdue"),
    Chapter.EXCHANGE: _l("Needs and offers"),
    Chapter.FIGURES: _l("Figures"),
    Chapter.DECISIONS: _l("Matters arising and decisions"),
    Chapter.METHOD: _l("How to read these papers"),
}
_NOT_OFFERED = _l("Choose one of the entries of the list.")


class TakeForm(TrackerForm):
    """Whose view is frozen."""

    circle = RadioChoiceField(
        _l("Whose view is frozen?"),
        message=_NOT_OFFERED,
        choices=lambda: options((each.value, labels.label(each)) for each in Circle),
        default=Circle.SHARED.value,
    )


class PackForm(TrackerForm):
    """Which chapters the papers have, and what they are compared with."""

    chapters: Any = SelectMultipleField(
        _l("Which chapters?"),
        choices=lambda: options((each.value, CHAPTER_WORDS[each]) for each in Chapter),
        default=[each.value for each in Chapter],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[DataRequired(_l("Tick at least one chapter."))],
        invalid_choice_message=_l("Choose from the list."),  # type: ignore[call-arg]  # not in the stubs yet
    )
    compare = ChoiceField(_l("Compared with which snapshot?"), message=_NOT_OFFERED, default="")

    def offer(self, earlier: Iterable[Snapshot], words: Any) -> None:
        """Offer the earlier snapshots."""
        self.compare.choices = options([("", _("None")), *((str(each.number), words(each)) for each in earlier)])

    def choice(self, number: int) -> PackChoice:
        """Return what was chosen; call only after validation."""
        return PackChoice(
            snapshot=number,
            compare=int(self.compare.data) if self.compare.data else None,
            chapters=tuple(Chapter(each) for each in self.chapters.data or ()),
        )
