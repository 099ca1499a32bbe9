"""The matrix, made of the rows that its queries return. Cells are tuples, ready to print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import quote

from flask_babel import gettext as _

from tracker.dashboards.moves import TOLD, Move, Then, move
from tracker.dashboards.rounds import ShownRound
from tracker.dashboards.stack import parts_of
from tracker.progress.counting import Count, count, from_totals
from tracker.progress.labels import status_label
from tracker.progress.statuses import NOT_REPORTED

_NOTHING = Then(None, None)


class Look(NamedTuple):
    """How cells of one kind look; there are few kinds and many cells."""

    css: str
    status: str
    words: str
    #: Name of the round that the answer was given in; empty where there is none.
    answered_in: str = ""
    is_pending: bool = False
    #: How it went on since the round that the table is compared with, and what it was then.
    move: Move | None = None
    before: str = ""


class Cell(NamedTuple):
    """One party on one commitment."""

    #: None where the commitment makes no item for the party.
    item_id: int | None
    look: Look


@dataclass(frozen=True, kw_only=True)
class Column:
    """A party."""

    id: int
    code: str
    short_name: str
    footnote_text: str | None
    url: str

    @property
    def printed_code(self) -> str:
        """The code, with the asterisk that the name carries."""
        return f"{self.code}*" if self.short_name.endswith("*") else self.code


@dataclass(frozen=True, kw_only=True)
class Row:
    """A commitment, and how its items divide."""

    id: int
    code: str
    title: str
    url: str
    cells: Sequence[Cell]

    @cached_property
    def count(self) -> Count:
        """The items of the row, by the one counting rule."""
        return count(cell.look.status for cell in self.cells if cell.item_id is not None)

    @cached_property
    def bar(self) -> list[tuple[str, int, int]]:
        """The parts of the row's bar: class, where it begins, how long it is."""
        return parts_of(self.count)


@dataclass(frozen=True, kw_only=True)
class Band:
    """The commitments of one instrument."""

    code: str
    title: str
    adopted_on: date
    url: str
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Everything the table shows."""

    columns: Sequence[Column]
    bands: Sequence[Band]

    @property
    def rows(self) -> Iterable[Row]:
        return (row for band in self.bands for row in band.rows)

    def moved(self) -> dict[Move, list[tuple[Row, Column, Cell]]]:
        """Return the items by how they went on since the round that the table is compared with."""
        found: dict[Move, list[tuple[Row, Column, Cell]]] = {each: [] for each in Move}
        for row in self.rows:
            for column, cell in zip(self.columns, row.cells, strict=True):
                if cell.look.move is not None:
                    found[cell.look.move].append((row, column, cell))
        return found

    @cached_property
    def count(self) -> Count:
        """All items of the selection, by the one counting rule."""
        totals: dict[str, int] = {}
        for row in self.rows:
            for key, number in row.count.by_class.items():
                totals[key] = totals.get(key, 0) + number
        return from_totals(totals)


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """The tracked commitments of one addressee, and what they can be chosen by."""

    commitments: dict[int, Any]
    themes_of: dict[int, set[str]]
    #: Pairs of code and name, in the order of pages.
    instruments: Sequence[tuple[str, str]]
    themes: Sequence[tuple[str, str]]

    def selected(self, *, instrument: str = "", theme: str = "") -> tuple[int, ...] | None:
        """Return the ids of the commitments chosen, or None where nothing is left out."""
        if not instrument and not theme:
            return None
        return tuple(
            id_
            for id_, row in self.commitments.items()
            if (not instrument or row.instrument_code == instrument) and (not theme or theme in self.themes_of[id_])
        )


def catalogue(rows: Iterable[Any]) -> Catalogue:
    """Return rows of ``tracked_commitments``, one entry for each commitment."""
    commitments: dict[int, Any] = {}
    themes_of: dict[int, set[str]] = {}
    instruments: dict[str, str] = {}
    themes: dict[str, tuple[int, str]] = {}
    for row in rows:
        commitments.setdefault(row.id, row)
        themes_of.setdefault(row.id, set()).add(row.theme_code)
        instruments.setdefault(row.instrument_code, row.short_title)
        themes.setdefault(row.theme_code, (row.theme_position, row.theme_name))
    in_order = sorted(themes.items(), key=lambda entry: entry[1][0])
    return Catalogue(
        commitments=commitments,
        themes_of=themes_of,
        instruments=list(instruments.items()),
        themes=[(code, name) for code, (_position, name) in in_order],
    )


class Looks:
    """Makes the look of a cell once for each kind: status, round of the answer if older, pending, chosen, moved."""

    def __init__(
        self,
        rounds: Iterable[ShownRound],
        *,
        current: ShownRound | None,
        chosen: str,
        compared: ShownRound | None = None,
    ) -> None:
        self._rounds = {each.id: each for each in rounds}
        self._current = current
        self._chosen = chosen
        self._was_due_since = current is not None and compared is not None and current.due_on > compared.due_on
        self._made: dict[tuple[str | None, int | None, bool, Then | None], Look] = {}

    def of(self, status: str | None, round_id: int | None, is_pending: bool, then: Then | None = None) -> Look:
        """Return the look for an answer's status, its round, whether a newer update waits, and what stood then."""
        key = (status, round_id, is_pending, then)
        look = self._made.get(key)
        if look is None:
            look = self._made[key] = self._make(*key)
        return look

    def _make(self, status: str | None, round_id: int | None, is_pending: bool, then: Then | None) -> Look:
        key = status or NOT_REPORTED
        answered_in = self._rounds.get(round_id) if round_id is not None else None
        css, words = [f"s-{key}"], [status_label(key)]
        if answered_in and self._current and answered_in.due_on < self._current.due_on:
            css.append("is-older")
            words.append(_("answer of %(round)s", round=answered_in.name))
        if is_pending:
            css.append("is-pending")
            words.append(_("a newer update waits for review"))
        if self._chosen and key != self._chosen:
            css.append("is-other")
        moved = move(then, status, round_id, was_due_since=self._was_due_since) if then is not None else None
        if moved in TOLD:
            css.append(f"moved-{moved}")
            words.append(move_words(moved, then.status if then is not None else None))
        before = (then.status or NOT_REPORTED) if then is not None else ""
        name = answered_in.name if answered_in else ""
        return Look(" ".join(css), key, ", ".join(words), name, is_pending, moved, before)

    def has(self, css: str) -> bool:
        """Tell whether any cell so far carries a mark, by its class."""
        return any(css in look.css.split() for look in self._made.values())


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Beginnings of addresses, so that hundreds of links ask the router once."""

    item: str
    commitment: str
    party: str
    instrument: str


def move_words(moved: Move, before: str | None) -> str:
    """Return how an item went on, as it is read out."""
    was = status_label(before)
    return str(
        {
            Move.UP: _("up, from %(status)s", status=was),
            Move.DOWN: _("down, from %(status)s", status=was),
            Move.NEW: _("reported for the first time"),
            Move.SILENT: _("not answered again"),
            Move.OTHER: _("changed, from %(status)s", status=was),
            Move.SAME: _("same as before"),
        }[moved]
    )


def build(
    catalogue: Catalogue,
    rows: Iterable[Any],
    looks: Looks,
    addresses: Addresses,
    *,
    selected: Sequence[int] | None,
    status: str = "",
    then: Mapping[int, Then] | None = None,
) -> Matrix:
    """Return the matrix from rows of ``cells``.

    Args:
        catalogue: the commitments.
        rows: a row for each item, and one for a party without any.
        looks: makes the look of each kind of cell.
        addresses: where the pages begin.
        selected: ids of the commitments chosen; None for all.
        status: keep commitments on which at least one party stands there; "" for all.
        then: what items stood at in the round that the table is compared with, by id; None where it is not compared.
    """
    columns: dict[int, Column] = {}
    found: dict[tuple[int, int], Cell] = {}
    of = looks.of
    for party_id, code, short_name, footnote, commitment_id, item_id, key, round_id, is_pending in rows:
        if party_id not in columns:
            columns[party_id] = Column(
                id=party_id,
                code=code,
                short_name=short_name,
                footnote_text=footnote,
                url=addresses.party + quote(code),
            )
        if item_id is not None:
            was = then.get(item_id, _NOTHING) if then is not None else None
            found[commitment_id, party_id] = Cell(item_id, of(key, round_id, bool(is_pending), was))
    none_here = Cell(None, Look("", "", _("No item")))
    bands: dict[str, tuple[Any, list[Row]]] = {}
    for id_ in catalogue.commitments if selected is None else selected:
        entry = catalogue.commitments[id_]
        cells = [found.get((id_, party_id), none_here) for party_id in columns]
        if status and all(cell.look.status != status for cell in cells):
            continue
        band = bands.setdefault(entry.instrument_code, (entry, []))
        url = addresses.commitment + quote(entry.code)
        band[1].append(Row(id=id_, code=entry.code, title=entry.title, url=url, cells=cells))
    return Matrix(
        columns=list(columns.values()),
        bands=[
            Band(
                code=code,
                title=entry.short_title,
                adopted_on=entry.adopted_on,
                url=addresses.instrument + quote(code),
                rows=kept,
            )
            for code, (entry, kept) in bands.items()
        ],
    )
