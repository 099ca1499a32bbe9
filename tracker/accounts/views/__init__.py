"""The pages about accounts: one's own, other people's, and those that a link in a mail opens."""

from tracker.accounts.views import calendar, links, me, people, second_factor, second_step
from tracker.accounts.views.blueprint import bp, people_bp

__all__ = ["bp", "calendar", "links", "me", "people", "people_bp", "second_factor", "second_step"]
