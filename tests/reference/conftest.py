"""A copy of the shipped files that a test may spoil."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.core.database import db
from tracker.reference.files import SHIPPED
from tracker.reference.merging import LoadReport
from tracker.reference.services import load as load_files

#: When the first load happens; after every meeting of the files.
FIRST_LOAD = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "data"))


@pytest.fixture
def change(files: Path) -> Callable[[str, str, str], None]:
    """Replaces the first place of a text in a file."""

    def replace(name: str, old: str, new: str) -> None:
        text = (files / name).read_text()
        assert old in text
        (files / name).write_text(text.replace(old, new, 1))

    return replace


@pytest.fixture
def load(files: Path) -> Callable[..., LoadReport]:
    """Loads the files and commits."""

    def load_now(at: datetime = FIRST_LOAD) -> LoadReport:
        report = load_files(files, at=at)
        db.session.commit()
        return report

    return load_now
