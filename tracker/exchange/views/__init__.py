"""Pages about needs and offers."""

from tracker.exchange.views import blocks, board
from tracker.exchange.views.blueprint import bp

__all__ = ["blocks", "board", "bp"]
