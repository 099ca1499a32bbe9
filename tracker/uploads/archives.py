"""The ZIP archives that office files are: read strictly, unpacked only as far as was promised, written anew.

Python's reader takes whatever it can make sense of. Here the table of contents, the headers before the members and
the bytes between them have to agree, so that no two programs see two different files in one.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Final

MOST_MEMBERS: Final = 1000
MOST_UNPACKED: Final = 100_000_000
#: A table of contents of so many members with long names; read only when it is no larger.
_LARGEST_TABLE: Final = 1 << 20
_END: Final = struct.Struct("<4s4H2LH")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_HEADER: Final = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_IS_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_IS_UTF8: Final = 0x800
#: 1 January 1980, the first day that ZIP knows: when somebody last saved a part is nobody's business.
_NO_TIME: Final = (0, 0x21)
_CHUNK: Final = 1 << 18
_NAME: Final = re.compile(r"[^\x00-\x1f\\:*?\"<>|]{1,250}")


class ArchiveBroken(Exception):
    """The archive contradicts itself, is damaged, or is not one."""


class ArchiveEncrypted(Exception):
    """A member is locked with a password."""


class ArchiveTooLarge(Exception):
    """More members, or more bytes when unpacked, than are taken."""


@dataclass(frozen=True)
class Member:
    """One member as the table of contents names it."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed_size: int
    size: int
    #: Where its header begins.
    place: int


class Budget:
    """How many members and bytes may still come; archives inside an archive share it."""

    def __init__(self) -> None:
        self.members = MOST_MEMBERS
        self.unpacked = MOST_UNPACKED

    def take(self, *, members: int = 0, unpacked: int = 0) -> None:
        """Use some up.

        Raises:
            ArchiveTooLarge: it is more than there is.
        """
        self.members -= members
        self.unpacked -= unpacked
        if self.members < 0 or self.unpacked < 0:
            raise ArchiveTooLarge


class Archive:
    """An archive that is read. Nothing is unpacked until it is asked for.

    Raises:
        ArchiveBroken: it is not an archive, or not quite.
        ArchiveEncrypted: a member is locked.
        ArchiveTooLarge: by what its table of contents says.
    """

    def __init__(self, source: IO[bytes], budget: Budget) -> None:
        self._source = source
        self._budget = budget
        try:
            self.members = self._read_table()
            self._check_places()
        except (struct.error, UnicodeDecodeError) as error:
            raise ArchiveBroken from error
        self.names = {member.name for member in self.members}

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Unpack a member piece by piece; stops at the first byte more than was promised.

        Raises:
            ArchiveBroken: it is damaged, or its size is not what the table of contents says.
        """
        size, checksum = 0, 0
        unpack = zlib.decompressobj(-15) if member.method == _DEFLATED else None
        for packed in self.packed(member):
            rest = packed
            while rest:
                if unpack is None:
                    piece, rest = rest, b""
                else:
                    try:
                        piece = unpack.decompress(rest, _CHUNK)
                    except zlib.error as error:
                        raise ArchiveBroken from error
                    rest = unpack.unconsumed_tail
                    if unpack.unused_data:
                        raise ArchiveBroken
                size += len(piece)
                if size > member.size:
                    raise ArchiveBroken
                checksum = zlib.crc32(piece, checksum)
                yield piece
        if size != member.size or checksum != member.checksum or (unpack is not None and not unpack.eof):
            raise ArchiveBroken

    def read(self, member: Member, most: int) -> bytes:
        """Return a member as a whole.

        Raises:
            ArchiveTooLarge: it is larger than ``most``.
            ArchiveBroken: as in :meth:`pieces`.
        """
        if member.size > most:
            raise ArchiveTooLarge
        return b"".join(self.pieces(member))

    def packed(self, member: Member) -> Iterator[bytes]:
        """Yield a member as it lies in the archive."""
        self._source.seek(self._begin_of(member))
        left = member.packed_size
        while left > 0 and (piece := self._source.read(min(_CHUNK, left))):
            left -= len(piece)
            yield piece
        if left:
            raise ArchiveBroken

    def _read_table(self) -> list[Member]:
        size = self._source.seek(0, 2)
        self._source.seek(max(0, size - _END.size))
        end = self._source.read()
        # No comment, no second table, nothing after the end: office programs write none of it.
        mark, disk, table_disk, here, total, table_size, table_place, comment = _END.unpack(end)
        if mark != b"PK\x05\x06" or disk or table_disk or here != total or comment:
            raise ArchiveBroken
        if total > MOST_MEMBERS or table_size > _LARGEST_TABLE:
            raise ArchiveTooLarge
        if table_place + table_size != size - _END.size:
            raise ArchiveBroken
        self._table_place = table_place
        self._source.seek(table_place)
        table = self._source.read(table_size)
        members = list(self._entries(table))
        if len(members) != total or len({member.name.lower() for member in members}) != total:
            raise ArchiveBroken
        self._budget.take(members=total, unpacked=sum(member.size for member in members))
        return members

    def _entries(self, table: bytes) -> Iterator[Member]:
        place = 0
        while place < len(table):
            (mark, _by, _needs, flags, method, _time, _date, checksum, packed_size, size, name_size, extra_size,
             comment_size, _disk, _inner, _outer, header) = _ENTRY.unpack_from(table, place)  # fmt: skip
            place += _ENTRY.size
            raw_name = table[place : place + name_size]
            place += name_size + extra_size + comment_size
            if mark != b"PK\x01\x02" or len(raw_name) != name_size or place > len(table):
                raise ArchiveBroken
            if flags & _IS_ENCRYPTED:
                raise ArchiveEncrypted
            if method not in (_STORED, _DEFLATED) or (method == _STORED and packed_size != size):
                raise ArchiveBroken
            name = raw_name.decode("utf-8" if flags & _IS_UTF8 else "cp437")
            if not _NAME.fullmatch(name) or name.startswith("/") or ".." in name.split("/"):
                raise ArchiveBroken
            yield Member(name, raw_name, flags, method, checksum, packed_size, size, header)

    def _check_places(self) -> None:
        """Make sure that the members lie one after the other, none inside another, none before the first."""
        by_place = sorted(self.members, key=lambda member: member.place)
        if by_place and by_place[0].place != 0:
            raise ArchiveBroken
        ends = [*(member.place for member in by_place[1:]), self._table_place]
        for member, end in zip(by_place, ends, strict=False):
            if self._begin_of(member) + member.packed_size > end:
                raise ArchiveBroken

    def _begin_of(self, member: Member) -> int:
        self._source.seek(member.place)
        mark, _needs, flags, method, *_rest, name_size, extra_size = _HEADER.unpack(self._source.read(_HEADER.size))
        raw_name = self._source.read(name_size)
        if mark != b"PK\x03\x04" or method != member.method or raw_name != member.raw_name or flags & _IS_ENCRYPTED:
            raise ArchiveBroken
        return member.place + _HEADER.size + int(name_size) + int(extra_size)


class ArchiveCopy:
    """Writes an archive: members of another one as they lie there, or new content for one. No times, no comments."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._table: list[bytes] = []
        self._place = 0

    def keep(self, archive: Archive, member: Member) -> None:
        """Copy a member without unpacking it."""
        self._begin(member)
        for piece in archive.packed(member):
            self._write(piece)

    def put(self, member: Member, content: bytes) -> None:
        """Write new content in the place of a member."""
        pack = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = pack.compress(content) + pack.flush()
        new = replace(
            member, method=_DEFLATED, checksum=zlib.crc32(content), packed_size=len(packed), size=len(content)
        )
        self._begin(new)
        self._write(packed)

    def finish(self) -> None:
        """Write the table of contents."""
        table = b"".join(self._table)
        place, total = self._place, len(self._table)
        self._write(table)
        self._write(_END.pack(b"PK\x05\x06", 0, 0, total, total, len(table), place, 0))

    def _begin(self, member: Member) -> None:
        name, flags = member.raw_name, member.flags & _IS_UTF8
        sizes = (member.checksum, member.packed_size, member.size)
        facts = (flags, member.method, *_NO_TIME, *sizes, len(name), 0)
        self._table.append(_ENTRY.pack(b"PK\x01\x02", 20, 20, *facts, 0, 0, 0, 0, self._place) + name)
        self._write(_HEADER.pack(b"PK\x03\x04", 20, *facts) + name)

    def _write(self, data: bytes) -> None:
        self._target.write(data)
        self._place += len(data)
