"""Long lists, one page at a time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask, request

from tracker.core.database import db

Row = TypeVar("Row")

PAGE_SIZE: Final = 25
#: At most six digits: further than anybody turns, and within what the databases count to.
_PAGE_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of a list: its rows and where they stand in the whole."""

    items: Sequence[Row]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """Position of the first row in the whole, from 1; 0 where there is none."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.pages

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to offer; None stands for those left out."""
        wanted = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        offered: list[int | None] = []
        for number in wanted:
            if offered and offered[-1] is not None and number - offered[-1] > 1:
                offered.append(None)
            offered.append(number)
        return offered


def page_number() -> int:
    """Return the page asked for in the address; the first where that is no page number."""
    asked = request.args.get("page", "")
    return int(asked) if _PAGE_NUMBER.fullmatch(asked) else 1


def page_of(query: sa.Select[Any], *, number: int, size: int = PAGE_SIZE, scalars: bool = False) -> Page[Any]:
    """Return one page of a query in two statements; the last page where ``number`` is beyond it.

    Rows come as tuples, or as the first column's values where ``scalars`` is set.
    """
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = max(1, min(number, -(-total // size)))
    cut = query.limit(size).offset((number - 1) * size)
    rows = db.session.scalars(cut).all() if scalars else db.session.execute(cut).all()
    return Page(items=rows, number=number, size=size, total=total)


def page_of_rows(rows: Sequence[Row], *, size: int = PAGE_SIZE) -> Page[Row]:
    """Return the page asked for of a list that is in memory already; the last one where it is beyond it."""
    number = max(1, min(page_number(), -(-len(rows) // size)))
    begin = (number - 1) * size
    return Page(items=rows[begin : begin + size], number=number, size=size, total=len(rows))


def page_url(number: int) -> str:
    """Return the address of another page of the present list, its filters kept."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "page"]
    return "?" + urlencode([*kept, ("page", number)])


def init_app(app: Flask) -> None:
    """Give templates ``page_url(number)``."""
    app.jinja_env.globals["page_url"] = page_url
