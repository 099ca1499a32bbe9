"""Blocks that higher features add to the page of a meeting, such as the progress of its round."""

from tracker.accounts.models import User
from tracker.core.panels import Panel, Panels
from tracker.meetings.models import Meeting

__all__ = ["MEETING_PANELS", "Panel", "add", "panels_of"]

#: They stand at the side of the page.
MEETING_PANELS: Panels[Meeting, User] = Panels()
add = MEETING_PANELS.add
panels_of = MEETING_PANELS.of
