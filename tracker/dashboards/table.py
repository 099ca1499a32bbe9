"""The matrix as a plain table, a row for each cell. Heads and keys are for programs: they are not translated."""

from collections.abc import Iterator
from typing import Final

from tracker.dashboards.matrix import Matrix

HEADS: Final = (
    "instrument",
    "commitment",
    "title",
    "party",
    "party_name",
    "party_note",
    "status",
    "answered_in",
    "newer_update_waits",
)


#: What stands beside these where the table is compared with an earlier round.
COMPARED: Final = ("status_then", "move")


def table_of(matrix: Matrix, *, is_compared: bool) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """Return the heads and the rows; with what each item was, and how it went on, where it is compared."""
    if not is_compared:
        return HEADS, (row[: len(HEADS)] for row in table_rows(matrix))
    return HEADS + COMPARED, table_rows(matrix)


def table_rows(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """Yield the cells that stand for an item, row by row."""
    for band in matrix.bands:
        for row in band.rows:
            for column, cell in zip(matrix.columns, row.cells, strict=True):
                if cell.item_id is not None:
                    yield (
                        band.code,
                        row.code,
                        row.title,
                        column.code,
                        column.short_name,
                        column.footnote_text or "",
                        cell.look.status,
                        cell.look.answered_in,
                        "yes" if cell.look.is_pending else "",
                        cell.look.before,
                        cell.look.move.value if cell.look.move else "",
                    )
