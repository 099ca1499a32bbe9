"""Words for people for snapshots."""

from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.papers.snapshots.models import Circle

labels.register(
    Circle,
    {
        Circle.SHARED: _l("What all signed-in people read"),
        Circle.SECRETARIAT: _l("The Secretariat’s own view"),
    },
)
