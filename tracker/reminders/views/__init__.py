"""Pages of reminders, for the Secretariat and the administrators."""

from tracker.reminders.views import diary, ladders, sent
from tracker.reminders.views.blueprint import bp

__all__ = ["bp", "diary", "ladders", "sent"]
