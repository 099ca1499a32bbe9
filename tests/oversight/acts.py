"""The acts that the code records, read from its source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import tracker


def recorded_acts() -> set[str]:
    """Return the first argument of every call of ``record``, where it is written out."""
    return {act for path in Path(tracker.__file__).parent.rglob("*.py") for act in _in(path)}


def _in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "record":
            yield from (
                part.value
                for part in ast.walk(node.args[0])
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )
