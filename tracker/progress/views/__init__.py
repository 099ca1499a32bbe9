"""Pages about items, updates and their review."""

from tracker.progress.views import (
    by_link,
    figures,
    handing_over,
    items,
    planning,
    signing_off,
    submitting,
    typing,
    updating,
    work,
)
from tracker.progress.views.blueprint import bp

__all__ = [
    "bp",
    "by_link",
    "figures",
    "handing_over",
    "items",
    "planning",
    "signing_off",
    "submitting",
    "typing",
    "updating",
    "work",
]
