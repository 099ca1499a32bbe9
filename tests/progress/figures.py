"""What the tests of figures share."""

from decimal import Decimal
from typing import Any

from tests.factories import IndicatorFactory
from tracker.accounts.models import User
from tracker.core.clock import utc_now
from tracker.core.database import db
from tracker.instruments.models import Indicator
from tracker.parties.models import Party
from tracker.progress.models import Item
from tracker.progress.services.figures import enter_figure
from tracker.progress.services.measuring import FigureAnswer

SEX = {"dimension": "sex", "categories": ["female", "male", "not recorded"]}
AGE = {"dimension": "adult or child", "categories": ["adult", "child"]}


def indicator_of(item: Item, **values: Any) -> Indicator:
    """An indicator that the item asks for."""
    indicator: Indicator = IndicatorFactory.create(theme=item.commitment.theme, **values)
    return indicator


def enter(
    indicator: Indicator,
    party: Party,
    by: User,
    value: float | str | None,
    *,
    cell: str = "",
    year: int = 2025,
    **more: Any,
) -> None:
    """Enter a number, a word or, with ``kind``, a reason."""
    words = {"text": value} if isinstance(value, str) else {"value": Decimal(str(value)) if value is not None else None}
    answer = FigureAnswer(**(words | more))  # type: ignore[arg-type]
    enter_figure(indicator, party, year=year, cell=cell, answer=answer, by=by, at=utc_now())
    db.session.commit()
