"""Words for people for speaking points."""

from typing import Final

from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.papers.speaking.models import PointsState
from tracker.papers.speaking.rules import Part

labels.register(
    PointsState,
    {
        PointsState.PRIVATE: _l("For your coordinators only"),
        PointsState.RELEASED: _l("Released to the Secretariat"),
    },
)
PART_WORDS: Final = {
    Part.MOVED: _l("What has moved since the last answer"),
    Part.IN_USE: _l("What is in place and used"),
    Part.ASKED: _l("Where we need help"),
    Part.OFFERED: _l("What we can share"),
    Part.NEXT: _l("What comes next"),
}
