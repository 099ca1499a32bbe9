"""PNG and JPEG: parsed to their end and written anew without what they tell beside the picture.

Place, camera, author and texts go, the picture stays bit for bit: nothing is decoded and compressed again, so a
large photograph costs neither quality nor memory. Which way up a photograph stands is kept.
"""

import re
import struct
import warnings
import zlib
from typing import IO, Final

from flask_babel import lazy_gettext as _l
from PIL import Image, UnidentifiedImageError

from tracker.uploads.kinds import Form, Kind, UploadRefused, is_other

#: A larger picture is meant to fill somebody's memory.
MOST_PIXELS: Final = 100_000_000
_TOO_LARGE: Final = _l("The picture is larger than 100 million points. Make it smaller, then send that file.")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
#: What the picture itself needs; texts, times and Exif are not among them.
_KEPT_CHUNKS: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"bKGD", b"pHYs"}
)
_SOI: Final = b"\xff\xd8"
#: JFIF, colour profiles and Adobe's colour transform.
_KEPT_SEGMENTS: Final = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_SOS: Final = 0xDA
_EOI: Final = 0xD9
_MARKER: Final = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
_ORIENTATION: Final = 0x0112


def clean_image(source: IO[bytes], target: IO[bytes], kind: Kind) -> None:
    """Write a picture without what it tells beside itself.

    Raises:
        UploadRefused: it is damaged, something else, or far too large.
    """
    turned = _look_at(source, kind)
    source.seek(0)
    try:
        if kind.form is Form.PNG:
            _copy_png(source, target)
        else:
            _copy_jpeg(source, target, turned)
    except (ValueError, struct.error, zlib.error) as error:
        raise is_other(kind) from error


def _look_at(source: IO[bytes], kind: Kind) -> int:
    """Let Pillow read size and frame; return which way up the picture stands (1: as it is)."""
    source.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(source, formats=[kind.form.name])
            if image.width * image.height > MOST_PIXELS:
                raise UploadRefused(_TOO_LARGE)
            turned = image.getexif().get(_ORIENTATION, 1) if kind.form is Form.JPEG else 1
            if kind.form is Form.JPEG:
                image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))  # an eighth costs a 64th
                image.load()
            else:
                image.verify()
    except UploadRefused:
        raise
    except Image.DecompressionBombError as error:
        raise UploadRefused(_TOO_LARGE) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
    ) as error:
        raise is_other(kind) from error
    return turned if isinstance(turned, int) and 1 < turned <= 8 else 1  # noqa: PLR2004 - Exif knows eight ways


def _copy_png(source: IO[bytes], target: IO[bytes]) -> None:
    if source.read(8) != _PNG:
        raise ValueError("no PNG")
    target.write(_PNG)
    while True:
        head = source.read(8)
        length, name = struct.unpack(">I4s", head)
        data = source.read(length)
        (checksum,) = struct.unpack(">I", source.read(4))
        if len(data) != length or zlib.crc32(name + data) != checksum:
            raise ValueError("damaged chunk")
        if name in _KEPT_CHUNKS:
            target.write(head + data + struct.pack(">I", checksum))
        elif not name[0] & 0x20:
            raise ValueError("unknown chunk that matters")
        if name == b"IEND":
            return  # whatever follows is no part of the picture


def _copy_jpeg(source: IO[bytes], target: IO[bytes], turned: int) -> None:
    data = source.read()
    if not data.startswith(_SOI):
        raise ValueError("no JPEG")
    target.write(_SOI)
    if turned != 1:
        target.write(_turn(turned))
    place = 2
    while True:
        marker, begin = _marker_at(data, place)
        if marker == _EOI:
            target.write(bytes([0xFF, _EOI]))
            return  # whatever follows is no part of the picture
        (length,) = struct.unpack_from(">H", data, begin)
        body = data[begin + 2 : begin + length]
        if len(body) != length - 2:
            raise ValueError("cut off")
        place = begin + length
        is_extra = 0xE0 <= marker <= 0xEF or marker == 0xFE  # noqa: PLR2004 - APPn and comments
        if not is_extra or (marker in _KEPT_SEGMENTS and body.startswith(_KEPT_SEGMENTS[marker])):
            target.write(bytes([0xFF, marker]) + data[begin:place])
        if marker == _SOS:
            following = _MARKER.search(data, place)
            if following is None:
                raise ValueError("no end")
            target.write(data[place : following.start()])
            place = following.start()


def _marker_at(data: bytes, place: int) -> tuple[int, int]:
    found = _MARKER.match(data, place)
    if found is None:
        raise ValueError("no marker where one belongs")
    return found[1][0], found.end()


def _turn(turned: int) -> bytes:
    """Return the smallest Exif that says which way up a picture stands."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
