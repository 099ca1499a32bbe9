"""Which offer answers which need."""

from dataclasses import dataclass, field

import pytest

from tracker.exchange.matching import FITS, Nearness, kind_fits, matches, nearness
from tracker.progress.models import HelpKind, ShareKind


@dataclass
class Side:
    party_id: int
    commitment_id: int
    kind: str = ""
    themes: set[str] = field(default_factory=set)


def test_every_kind_of_need_but_something_else_knows_what_fits() -> None:
    assert set(FITS) == {kind.value for kind in HelpKind} - {"other"}
    assert set().union(*FITS.values()) == {kind.value for kind in ShareKind} - {"other"}


@pytest.mark.parametrize(
    ("offer", "near"),
    [
        (Side(2, 1, "contact_point"), Nearness.SAME_COMMITMENT),
        (Side(2, 2, "document", {"a"}), Nearness.THEME_AND_KIND),
        (Side(2, 2, "", {"a"}), Nearness.THEME_AND_KIND),
        (Side(2, 2, "contact_point", {"a", "b"}), Nearness.THEME),
        (Side(2, 2, "document", {"b"}), None),
        (Side(1, 1, "document", {"a"}), None),
    ],
)
def test_the_same_commitment_is_nearest_and_nobody_helps_themselves(offer: Side, near: Nearness | None) -> None:
    assert nearness(Side(1, 1, "legislation", {"a"}), offer) is near


def test_something_else_fits_everything() -> None:
    assert all(kind_fits("other", kind.value) for kind in ShareKind)
    assert all(kind_fits(kind.value, "other") for kind in HelpKind)


def test_pairs_come_nearest_first_and_no_further_than_asked() -> None:
    need = Side(1, 1, "contacts", {"a"})
    far, fitting, same = Side(3, 3, "document", {"a"}), Side(4, 4, "contact_point", {"a"}), Side(2, 1)

    assert [offer for _near, _need, offer in matches([need], [far, fitting, same])] == [same, fitting]
    assert len(matches([need], [far, fitting, same], up_to=Nearness.THEME)) == 3
