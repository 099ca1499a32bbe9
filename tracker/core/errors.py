"""Errors that a person can understand and put right."""


class DomainError(Exception):
    """A rule of the domain was broken. Its text is shown to the person, so it says what to do."""

    http_status = 409
