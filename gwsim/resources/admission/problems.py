"""One thing that is wrong with an object, before it is known where the object is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from gwsim.addresses import FieldPath
from gwsim.findings import Severity

LONGEST_SHOWN = 60
"""Characters of a value that a message repeats."""

BLOCKING = frozenset({"InvalidAddress", "InvalidType", "Required", "TooLong", "TooMany", "UnsupportedValue"})
"""Codes that keep the API server from running the cross-field rules."""


class Problem(NamedTuple):
    """A finding without its place in a file."""

    code: str
    path: FieldPath
    message: str
    """What was expected and what was found."""
    help: str = ""
    """What to do about it."""
    severity: Severity = Severity.ERROR

    @property
    def blocking(self) -> bool:
        """Whether the API server stops here, and the cross-field rules are not run."""
        # metadata is checked apart from the schema, and there only an absent name stops it.
        if self.path[:1] == ("metadata",):
            return self.code == "Required"
        return self.code in BLOCKING


def shown(value: object) -> str:
    """
    Write a found value for a message: escaped, and not too long.

    >>> shown("shop"), shown(True), shown([1])
    ('"shop"', 'true', 'a list')
    """
    if isinstance(value, str):
        short = value if len(value) <= LONGEST_SHOWN else value[: LONGEST_SHOWN - 1] + "…"
        return '"' + "".join(map(_escaped, short)) + '"'
    if isinstance(value, int | float) and not isinstance(value, bool):
        # A hostile integer may be too long for Python to write in decimal.
        return str(value) if abs(value) < 10**LONGEST_SHOWN else "a number of more than 60 digits"
    if isinstance(value, bool):
        return "true" if value else "false"
    return sort_of(value)


def sort_of(value: object) -> str:
    """Say what sort of value it is, and nothing of what it holds."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a mapping"


def suggestion(written: str, possible: Iterable[str]) -> str:
    """Ask `did you mean …?` where one of the possible words is close; else nothing."""
    import difflib

    by_fold = {word.casefold(): word for word in possible}
    close = difflib.get_close_matches(written[:LONGEST_SHOWN].casefold(), by_fold, n=1, cutoff=0.6)
    return f"did you mean {by_fold[close[0]]}?" if close else ""


def unexpected_type(path: FieldPath, expected: str, value: object, *, confidential: bool = False) -> Problem:
    """A value of another type than the field has."""
    found = sort_of(value) if confidential or isinstance(value, list | dict) else shown(value)
    return Problem("InvalidType", path, f"expected {expected}, found {found}", _type_help(expected, value))


def _type_help(expected: str, value: object) -> str:
    wants_text = not expected.startswith(("an integer", "a port", "a list", "a mapping", "true or false"))
    match value:
        case bool() if wants_text:
            return "quote it: YAML reads on/off/yes/no/true/false as booleans"
        case int() | float() if wants_text:
            return "quote it: YAML reads it as a number"
        case str() if expected.startswith(("an integer", "a port")) and value.strip().isdecimal():
            return "write it without quotes"
        case str() if expected == "true or false" and value.lower() in {"true", "false"}:
            return "write it without quotes"
        case dict() if expected == "a list":
            return "begin each item with '- '"
        case list() if expected == "a mapping":
            return "remove the '- '"
        case None:
            return "write a value, or remove it"
        case _:
            return ""


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return "\\" + character
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
