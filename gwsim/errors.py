"""The exceptions that a caller of gwsim may catch."""

from __future__ import annotations


class GwsimError(Exception):
    """Anything that gwsim refuses to do; its text is fit for a person to read."""


class RequestError(GwsimError):
    """
    A request that cannot be sent: a field is missing, malformed, or ambiguous.

    The facts are attributes; the text is `field: expected …, found …`.
    """

    def __init__(self, field: str, expected: str, found: str) -> None:
        super().__init__(f"{field}: expected {expected}, found {found}")
        self.field = field
        self.expected = expected
        self.found = found


class UsageError(GwsimError):
    """A call that cannot be answered as it was put: an unknown name, a file that cannot be read."""
