"""Putting the rows of the matrix together. The markup stands in ``templates/dashboards/_matrix.html``.

The loop over the cells is the hottest of the application. Each kind of tile is rendered once by its macro; a row is
then joined from ready pieces, which asks neither the template engine nor the translations three hundred times.
"""

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup

from tracker.dashboards.matrix import Look, Row
from tracker.dashboards.moves import TOLD
from tracker.progress.counting import CLASSES
from tracker.progress.labels import status_label

_PLACE = "ITEM"


class Printed:
    """Rows of one matrix as markup."""

    def __init__(self, item_url: str) -> None:
        macros = current_app.jinja_env.get_template("dashboards/_matrix.html").module
        self._tile, self._no_item = macros.tile, macros.no_item  # type: ignore[attr-defined]  # macros of the template
        self._item_url = item_url
        self._pieces: dict[Look, tuple[str, str]] = {}
        self._words = {key: status_label(key).lower() for key in CLASSES}
        # Asked for once; the placeholders are filled for each row.
        self._reported = _("%(a)s of %(b)s reported", a="{a}", b="{b}")

    def cells(self, row: Row) -> Markup:
        """Return the cells of a row."""
        pieces, parts = self._pieces, []
        for item_id, look in row.cells:
            piece = pieces.get(look)
            if piece is None:
                piece = pieces[look] = self._render(look, has_item=item_id is not None)
            parts.append(f"{piece[0]}{item_id}{piece[1]}" if piece[1] else piece[0])
        return Markup("".join(parts))  # noqa: S704  # made of rendered macros and whole numbers

    def _render(self, look: Look, *, has_item: bool) -> tuple[str, str]:
        if not has_item:
            return str(self._no_item(look.words)), ""
        before, after = str(
            self._tile(look.css, look.status, look.words, look.move if look.move in TOLD else None)
        ).split(f'"{_PLACE}"')
        return f'{before}"{self._item_url}', f'"{after}'

    def item_url(self, item_id: int) -> str:
        """Return where the item of a cell is."""
        return f"{self._item_url}{item_id}"

    def bar(self, row: Row) -> Markup:
        """Return the parts of the row's bar."""
        rects = (f'<rect class="s-{key}" x="{x}" y="0" width="{length}" height="1"/>' for key, x, length in row.bar)
        return Markup("".join(rects))  # noqa: S704  # made of our own keys and whole numbers

    def words(self, row: Row) -> str:
        """Return what the bar shows, in words."""
        return ", ".join(f"{length} {self._words[key]}" for key, _x, length in row.bar)

    def reported(self, row: Row) -> str:
        """Return how many have reported."""
        return str(self._reported).format(a=row.count.reported, b=row.count.items)
