"""The page about promises names every promise and every test, and no test that does not exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text()
#: Every promise to the ministries.
PROMISES = {f"P{number}" for number in range(1, 41)} | {"P5a", "P5b", "P7b", "P9b", "P9c", "P12b"}


def names_in(path: Path) -> set[str]:
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_promise_has_its_place() -> None:
    assert set(re.findall(r"\*\*(P\d+[abc]?)\*\*", PAGE)) == PROMISES


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", PAGE)
    assert len(named) > 40

    assert [
        (path, name)
        for path, name in named
        if not (ROOT / path).exists() or (name and name not in names_in(ROOT / path))
    ] == []


def test_every_test_with_a_number_is_named() -> None:
    numbered = {name for path in (ROOT / "tests" / "promises").glob("test_*.py") for name in names_in(path)}

    assert {name for name in numbered if re.match(r"test_p\d", name)} - set(re.findall(r"::(\w+)`", PAGE)) == set()
