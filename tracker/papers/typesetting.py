"""Setting a paper with typst. Only makers import this: the library is heavy.

Data reach the template as a file, never as source; the root is an empty folder, so a template reads nothing but what it
is handed; fonts are those that the wheel carries, so that the result is the same on every machine.
"""

import json
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

PDF_TYPE: Final = "application/pdf"
#: A unit of an SVG is one of 96 to the inch for people, one of 72 for typst.
_PIXELS_PER_INCH: Final = 144
_TEMPLATES: Final = Path(__file__).parent / "typst"


def set_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a template of ``papers/typst`` filled with data, as tagged PDF/UA-1. Equal data give equal bytes."""
    files = {
        "main.typ": (_TEMPLATES / f"{template}.typ").read_bytes(),
        "parts.typ": (_TEMPLATES / "parts.typ").read_bytes(),
        "data.json": json.dumps(data, ensure_ascii=False).encode(),
    }
    with tempfile.TemporaryDirectory() as root:
        # The stubs do not know yet that several files may be given by their names.
        pdf = typst.compile(files, root=root, font_paths=_fonts(), format="pdf", pdf_standards=["ua-1"])  # type: ignore[call-overload]
    return bytes(pdf)


def set_png(drawing: str) -> bytes:
    """Return an SVG as a PNG of twice its size in pixels. Equal drawings give equal bytes."""
    files = {
        "main.typ": b'#set page(width: auto, height: auto, margin: 0pt)\n#image("drawing.svg")\n',
        "drawing.svg": drawing.encode(),
    }
    with tempfile.TemporaryDirectory() as root:
        png = typst.compile(files, root=root, font_paths=_fonts(), format="png", ppi=_PIXELS_PER_INCH)  # type: ignore[call-overload]
    return bytes(png)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)
