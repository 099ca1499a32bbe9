"""Rows of fields in a form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import FieldList


class Rows(FieldList):  # type: ignore[type-arg]  # the stubs' type argument does not exist at run time
    """Rows of fields. Only small row numbers count: whoever makes up others gets an empty form, not an error."""

    def _extract_indices(self, prefix: str, formdata: Mapping[str, Any]) -> Iterator[int]:
        pattern = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,3}})(-|$)")
        return (int(found[1]) for key in formdata if (found := pattern.match(key)))
