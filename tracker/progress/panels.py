"""Blocks that higher features add to the page of an item, such as who offers what its party asks for."""

from typing import TYPE_CHECKING, Any

from tracker.core.panels import Panels
from tracker.progress.models import Item

if TYPE_CHECKING:
    from tracker.progress.views.story import Circle

#: Asked with the item, how near the reader is to it, and the answer that counts for them (a row, or None).
ITEM_PANELS: "Panels[Item, Circle, Any]" = Panels()
