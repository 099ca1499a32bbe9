"""Reading YAML so that every mistake is named: file, entry and reason. Nothing is guessed and nothing is skipped."""

import re
from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from tracker.core.errors import DomainError

Member = TypeVar("Member", bound=Enum)

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CODE_LENGTH: Final = 64
LINE: Final = 300
TEXT: Final = 20_000
_MOST: Final = 1_000_000


class ReferenceDataRefused(DomainError):
    """The files hold something that cannot be loaded; nothing of them was."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class _Loader(yaml.SafeLoader):
    """Plain YAML: a key stands once in its entry, and dates stay as they were typed."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"{key.value!r} stands twice in one entry", problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key.value, str) else "")
        return super().construct_mapping(node, deep)


class Entry:
    """One entry of a file, asked for its fields; what is wrong with them is noted, not raised.

    Every ``…`` method returns a value of its type even where the field is wrong: the caller builds on and
    the problems stop the load at the end, all named at once.
    """

    def __init__(self, raw: object, where: str, problems: list[str]) -> None:
        self.where = where
        self.problems = problems
        self._asked: set[str] = set()
        self.raw: Mapping[Any, Any] = {}
        if isinstance(raw, Mapping):
            self.raw = raw
        else:
            self.refuse("is not a list of names and values")

    def refuse(self, reason: str) -> None:
        """Note what is wrong with this entry."""
        self.problems.append(f"{self.where}: {reason}")

    def _value(self, name: str, *, optional: bool) -> Any:
        self._asked.add(name)
        value = self.raw.get(name)
        if value is None and not optional:
            self.refuse(f"{name} is missing")
        return value

    def text(self, name: str, *, limit: int = TEXT, optional: bool = False) -> str:
        """Return a text; an optional one that is empty or null comes as the empty text."""
        value = self._value(name, optional=optional)
        if value is None:
            return ""
        return self._as_text(name, value, limit=limit, optional=optional)

    def _as_text(self, name: str, value: object, *, limit: int, optional: bool = False) -> str:
        if not isinstance(value, str):
            self.refuse(f"{name} must be a text, not {value!r:.60}; put it in quotation marks")
        elif _CONTROL.search(value):
            self.refuse(f"{name} holds a character that cannot be printed")
        elif not value.strip() and not optional:
            self.refuse(f"{name} is empty")
        elif len(value) > limit:
            self.refuse(f"{name} has {len(value)} characters; at most {limit} are possible")
        else:
            return value.strip()
        return ""

    def line(self, name: str, *, optional: bool = False) -> str:
        """Return a text of one short line."""
        return self.text(name, limit=LINE, optional=optional)

    def code(self, name: str) -> str:
        """Return a code: letters, digits, hyphens."""
        value = self.text(name, limit=_CODE_LENGTH)
        if value and not _CODE.fullmatch(value):
            self.refuse(f"{name} {value!r} is no code: use letters, digits and hyphens")
        return value

    def optional_code(self, name: str) -> str | None:
        """Return a code, or None."""
        return self.code(name) if self._value(name, optional=True) is not None else None

    def choice(self, name: str, members: type[Member]) -> Member:
        """Return the member of an enum that the field names."""
        value = self._value(name, optional=False)
        for member in members:
            if member.value == value:
                return member
        if value is not None:
            words = ", ".join(str(member.value) for member in members)
            self.refuse(f"{name} is {value!r:.60}; it must be one of: {words}")
        return next(iter(members))

    def optional_choice(self, name: str, members: type[Member]) -> Member | None:
        """Return the member that the field names, or None."""
        return self.choice(name, members) if self._value(name, optional=True) is not None else None

    def day(self, name: str, *, month: bool = False) -> date:
        """Return a date typed as ``2018-03-16``; where ``month`` is set, as ``2018-03``: the first of it."""
        value = self._value(name, optional=False)
        pattern, form = (r"\d{4}-\d{2}", "2018-03") if month else (r"\d{4}-\d{2}-\d{2}", "2018-03-16")
        if isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII):
            try:
                return date.fromisoformat(f"{value}-01" if month else value)
            except ValueError:
                pass
        if value is not None:
            self.refuse(f"{name} is {value!r:.60}; it must be a real date such as {form}")
        return date(1, 1, 1)

    def optional_day(self, name: str, *, month: bool = False) -> date | None:
        """Return a date, or None."""
        return self.day(name, month=month) if self._value(name, optional=True) is not None else None

    def whole(self, name: str) -> int:
        """Return a whole number from 0."""
        value = self._value(name, optional=False)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST:
            return value
        if value is not None:
            self.refuse(f"{name} is {value!r:.60}; it must be a whole number from 0 to {_MOST}")
        return 0

    def optional_whole(self, name: str) -> int | None:
        """Return a whole number, or None."""
        return self.whole(name) if self._value(name, optional=True) is not None else None

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value(name, optional=False)
        if value is not None and not isinstance(value, bool):
            self.refuse(f"{name} is {value!r:.60}; it must be true or false")
        return value is True

    def optional_flag(self, name: str) -> bool | None:
        """Return true, false, or None where it is not known."""
        return self.flag(name) if self._value(name, optional=True) is not None else None

    def texts(self, name: str, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts, each of which stands once."""
        value = self._value(name, optional=optional)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.refuse(f"{name} must be a list")
            return ()
        found = tuple(self._as_text(name, each, limit=LINE) for each in value)
        for each in sorted({each for each in found if each and found.count(each) > 1}):
            self.refuse(f"{name} names {each!r} twice")
        return found

    def mapping(self, name: str) -> dict[str, str]:
        """Return names and texts; none where the field is absent."""
        value = self._value(name, optional=True)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.refuse(f"{name} must be a list of names and values")
            return {}
        return {str(key): self._as_text(f"{name}, {key}", each, limit=LINE) for key, each in value.items()}

    def inner(self, name: str) -> "Entry":
        """Return an entry within this one."""
        value = self._value(name, optional=False)
        return Entry({} if value is None else value, f"{self.where}, {name}", self.problems)

    def optional_inner(self, name: str) -> "Entry | None":
        """Return an entry within this one, or None."""
        return self.inner(name) if self._value(name, optional=True) is not None else None

    def entries(self, name: str, *, key: str = "code", optional: bool = False) -> list["Entry"]:
        """Return the entries of a list; problems name each by its ``key``, else by its place."""
        value = self._value(name, optional=optional)
        if value is None:
            return []
        if not isinstance(value, list):
            self.refuse(f"{name} must be a list")
            return []
        return [
            Entry(each, f"{self.where}, {_called(each, key, place)}", self.problems)
            for place, each in enumerate(value, 1)
        ]

    def named_entries(self, name: str) -> list[tuple[str, "Entry"]]:
        """Return the entries of a mapping, each with its name."""
        value = self._value(name, optional=False)
        if not isinstance(value, Mapping):
            if value is not None:
                self.refuse(f"{name} must be a list of names and values")
            return []
        return [(str(key), Entry(each, f"{self.where}, {key}", self.problems)) for key, each in value.items()]

    def finish(self, *, ignore: Iterable[str] = ()) -> None:
        """Refuse fields that nobody asked for: a misspelt name would otherwise be lost."""
        for name in self.raw:
            if name not in self._asked and name not in ignore:
                self.refuse(f"{name!s:.60} is not a field of this entry")


def _called(raw: object, key: str, place: int) -> str:
    name = raw.get(key) if isinstance(raw, Mapping) else None
    return name[:_CODE_LENGTH] if isinstance(name, str) and name else f"entry {place}"


def read_file(directory: Path, name: str, schema: str, problems: list[str]) -> Entry:
    """Return the top of a file; an empty entry, and a problem, where it cannot be read."""
    top: object = {}
    try:
        # S506: the loader is PyYAML's safe one.
        top = yaml.load((directory / name).read_bytes().decode(), Loader=_Loader)  # noqa: S506
    except FileNotFoundError:
        problems.append(f"{name}: there is no such file in {directory}")
    except OSError as error:
        problems.append(f"{name}: it cannot be read ({error.strerror})")
    except UnicodeDecodeError:
        problems.append(f"{name}: it is not UTF-8 text")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problems.append(f"{name}, line {mark.line + 1 if mark else '?'}: {error.problem or error.context}")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.append(f"{name}: it is not YAML ({' '.join(str(error).split())[:200]})")
    else:
        if not isinstance(top, dict):
            problems.append(f"{name}: it holds no list of names and values")
            top = {}
        elif top.get("schema") != schema:
            problems.append(f"{name}: schema is {top.get('schema')!r:.60}; this version reads {schema}")
    return Entry(top, name, problems if top else [])
