"""Views that people saved under a name. An address is the view; the name is the person's own."""

from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.database import Code, LongText, Model, PrimaryKey, Timestamped


class ViewPage(StrEnum):
    """The pages whose filters can be saved."""

    MATRIX = "matrix"
    CHARTS = "charts"
    NEEDS = "needs"

    @property
    def endpoint(self) -> str:
        """The page's endpoint."""
        return {
            ViewPage.MATRIX: "dashboards.show_matrix",
            ViewPage.CHARTS: "dashboards.show_charts",
            ViewPage.NEEDS: "exchange.show_board",
        }[self]

    @property
    def filters(self) -> tuple[str, ...]:
        """The filters of the page that are kept; whatever else stands in an address is left out."""
        return {
            ViewPage.MATRIX: ("addressee", "instrument", "theme", "round", "status", "compare"),
            ViewPage.CHARTS: ("addressee", "instrument", "theme"),
            ViewPage.NEEDS: ("side", "theme", "kind", "party", "instrument"),
        }[self]

    def kept(self, query: str) -> dict[str, str]:
        """Return the filters of a query string that this page knows, in their order."""
        given = dict(parse_qsl(query[:_LONGEST_QUERY]))
        return {name: given[name][:_LONGEST_VALUE] for name in self.filters if given.get(name)}


_LONGEST_QUERY, _LONGEST_VALUE = 2000, 64


class SavedView(Timestamped, Model):
    """Filters of a page, under a name of one person."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("person_id", "name"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id"))
    page: Mapped[ViewPage]
    name: Mapped[Code]
    #: The filters as a query string, without the question mark.
    query: Mapped[LongText] = mapped_column(default="")

    @property
    def values(self) -> dict[str, str]:
        """The filters, for the address of the view."""
        return self.page.kept(self.query)

    def take(self, values: dict[str, str]) -> None:
        """Keep these filters."""
        self.query = urlencode(values)
