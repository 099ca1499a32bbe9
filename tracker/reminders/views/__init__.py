"""Pages of reminders, for the Secretariat and the administrators, and the calendar for everybody's programs."""

from tracker.reminders.views import diary, feed, ladders, sent
from tracker.reminders.views.blueprint import bp
from tracker.reminders.views.feed import feed_bp

__all__ = ["bp", "diary", "feed", "feed_bp", "ladders", "sent"]
