"""Pages about needs and offers."""

from tracker.exchange.views import blocks, board, pairs, practices
from tracker.exchange.views.blueprint import bp

__all__ = ["blocks", "board", "bp", "pairs", "practices"]
