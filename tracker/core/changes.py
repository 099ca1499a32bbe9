"""Writing several fields of a row at once, and telling two states of a row apart."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def put(row: object, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write the fields that differ; return them as the audit log keeps them: name, [before, after]."""
    changes: dict[str, list[Any]] = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            changes[name] = [before, value]
    return changes


def mark(values: object) -> str:
    """Return a short mark of what a form showed; whoever saves it later compares it with what is stored by then."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
