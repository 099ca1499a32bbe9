"""Words for people for meetings and rounds."""

from flask_babel import lazy_gettext as _l

from tracker.core import labels
from tracker.meetings.models import DatePrecision, MeetingKind, MeetingState
from tracker.meetings.schedule import RoundPhase

labels.register(
    MeetingKind,
    {
        MeetingKind.NETWORK: _l("Meeting of the network"),
        MeetingKind.MINISTERIAL: _l("Ministerial meeting of the Brdo Process"),
        MeetingKind.RELATED: _l("Related project or forum"),
        MeetingKind.NEIGHBOUR: _l("Meeting of another framework"),
    },
)
labels.register(
    MeetingState,
    {
        MeetingState.PLANNED: _l("Planned"),
        MeetingState.HELD: _l("Held"),
        MeetingState.CANCELLED: _l("Cancelled"),
    },
)
labels.register(
    DatePrecision,
    {DatePrecision.DAY: _l("The day is known"), DatePrecision.MONTH: _l("Only the month is known")},
)
labels.register(
    RoundPhase,
    {
        RoundPhase.PLANNED: _l("Not open yet"),
        RoundPhase.OPEN: _l("Open"),
        RoundPhase.CLOSED: _l("Closed"),
        RoundPhase.CANCELLED: _l("Cancelled"),
    },
)
