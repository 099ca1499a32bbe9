"""The name that a file came with: for people to read and to save it under, never for the storage."""

import re
import unicodedata
from typing import Final

#: Marks that turn or hide part of a name: ``law\u202efdp.exe`` shows as lawexe.pdf.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_NO_NAME: Final = re.compile(r'[<>:"/\\|?*]')
_LONGEST: Final = 120
#: Names that Windows keeps for devices.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)


def clean_name(sent: str | None) -> str:
    """Return a file name without folders, unseen marks and what some system cannot store; "" where nothing is left."""
    spaced = re.sub(r"[\t\r\n\u2028\u2029]", " ", sent or "")
    name = unicodedata.normalize("NFC", _UNSEEN.sub("", spaced).encode("utf-8", "ignore").decode())
    name = name.replace("\\", "/").rpartition("/")[2]
    name = " ".join(_NO_NAME.sub("_", name).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem.strip(". ")
    if _DEVICES.match(name):
        stem = f"_{stem}"
    return f"{stem[: _LONGEST - len(extension[:12])].rstrip('. ')}{dot}{extension[:12]}" if stem else ""
