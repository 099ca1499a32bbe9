"""What the pages across features read: columns, scoped by who reads."""

from tracker.dashboards.queries.matrix import (
    ANSWERS_FOR,
    begun_rounds,
    cells,
    standing_times,
    tracked_commitments,
)

__all__ = ["ANSWERS_FOR", "begun_rounds", "cells", "standing_times", "tracked_commitments"]
