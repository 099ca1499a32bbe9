"""Words for what can be found."""

from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.search.models import SearchKind

KIND_LABELS: Final = {
    SearchKind.COMMITMENT: _l("Commitments"),
    SearchKind.ANSWER: _l("Answers"),
    SearchKind.INSTRUMENT: _l("Instruments"),
    SearchKind.MEETING: _l("Meetings"),
    SearchKind.DECISION: _l("Decisions"),
}
