"""The signs of status as small pictures, for papers that cannot draw. Only makers import this."""

import io
from functools import cache
from typing import Final

from PIL import Image, ImageDraw

#: Ground, sign and rule of each status: one hue, darker with each step. The same as in ``typst/parts.typ``.
TONES: Final = {
    "not_started": ("#ffffff", "#33474b", "#8b9897"),
    "in_preparation": ("#dcebea", "#10444c", "#a9c9c8"),
    "partly_in_place": ("#a4cdcd", "#0b363d", "#7fb3b4"),
    "in_place": ("#2f7f86", "#ffffff", "#2f7f86"),
    "in_use": ("#0c3f49", "#ffffff", "#0c3f49"),
    "not_applicable": ("#e8e4da", "#56605f", "#c9c2b2"),
    "not_reported": ("#ffffff", "#5f6a6a", "#c9c2b2"),
}
_SIDE: Final = 256
_KEPT: Final = 64
_RING: Final = (66, 66, 190, 190)


@cache
def sign_png(key: str) -> bytes:
    """Return the tile of a status as PNG: its ground, and the disc that fills with each step."""
    ground, ink, rule = TONES[key]
    image = Image.new("RGB", (_SIDE, _SIDE), ground)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, _SIDE - 1, _SIDE - 1), outline=rule, width=10)
    if key in ("not_started", "in_preparation", "partly_in_place"):
        pen.ellipse(_RING, outline=ink, width=16)
    if key == "in_preparation":
        pen.pieslice(_RING, 270, 360, fill=ink)
    if key == "partly_in_place":
        pen.pieslice(_RING, 270, 90, fill=ink)
    if key in ("in_place", "in_use"):
        pen.ellipse(_RING, fill=ink)
    if key == "in_use":
        pen.line([(98, 130), (120, 154), (160, 106)], fill=ground, width=20, joint="curve")
    if key == "not_applicable":
        pen.rectangle((76, 119, 180, 137), fill=ink)
    if key == "not_reported":
        pen.ellipse((114, 114, 142, 142), fill=ink)
    kept = io.BytesIO()
    image.resize((_KEPT, _KEPT), Image.Resampling.LANCZOS).save(kept, "PNG", optimize=True)
    return kept.getvalue()
