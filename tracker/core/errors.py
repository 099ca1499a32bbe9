"""Errors that a person can understand and put right."""

from collections.abc import Mapping
from types import MappingProxyType


class DomainError(Exception):
    """A rule of the domain was broken. Its text is shown to the person, so it says what to do."""

    http_status = 409
    #: Headers of the answer, such as ``Retry-After``.
    headers: Mapping[str, str] = MappingProxyType({})
