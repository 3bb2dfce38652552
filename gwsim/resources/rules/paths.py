"""Rules of the paths that requests are matched by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gwsim.addresses import FieldPath
from gwsim.resources.admission.problems import Problem, shown
from gwsim.resources.routes import HTTPPathMatch

ABNORMAL: tuple[str, ...] = ("//", "/./", "/../")
LEGAL_PATH = re.compile(r"/([-A-Za-z0-9_~!$&'()*+,;=:@]+/)*[-A-Za-z0-9_~!$&'()*+,;=:@]*")
"""Paths that break no rule; others, as with dots or escapes, are looked at more closely."""
PATH_CHARACTERS = re.compile(r"(?:[-A-Za-z0-9/._~!$&'()*+,;=:@#]|%[0-9a-fA-F]{2})*")
"""`#` is refused by a rule of its own."""


def path_is_legal(match: HTTPPathMatch, path: FieldPath) -> Iterable[Problem]:
    """Check a plain path; any text will do as a regular expression."""
    if match.type == "RegularExpression" or LEGAL_PATH.fullmatch(match.value):
        return ()
    where = (*path, "value")
    return [
        *path_is_absolute(match.value, where),
        *path_is_normal(match.value, where),
        *path_has_no_encoded_slash(match.value, where),
        *path_has_no_fragment(match.value, where),
        *path_has_legal_characters(match.value, where),
    ]


def path_is_absolute(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path begins with a slash."""
    if not value.startswith("/"):
        message = f"expected a path that begins with '/', found {shown(value)}"
        advice = "put a '/' in front" if value else "write '/' for any path"
        yield Problem("PathNotAbsolute", path, message, advice)


def path_is_normal(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no empty segment within it and no dot segment."""
    found = [part for part in ABNORMAL if part in value]
    found += [end for end in ("/.", "/..") if value.endswith(end)]
    if found:
        message = f"expected a path without {shown(found[0])}, found {shown(value)}"
        yield Problem("PathNotNormal", path, message, "write the path as it is after normalisation")


def path_has_no_encoded_slash(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no `%2F`."""
    if "%2f" in value or "%2F" in value:
        message = f"expected a path without an encoded '/', found {shown(value)}"
        yield Problem("PathEncodedSlash", path, message, "use '/', or type: RegularExpression")


def path_has_no_fragment(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check that a plain path has no `#`."""
    if "#" in value:
        message = f"expected a path without '#', found {shown(value)}"
        yield Problem("PathFragment", path, message, "remove it: clients do not send the fragment")


def path_has_legal_characters(value: str, path: FieldPath) -> Iterator[Problem]:
    """Check the characters of a plain path."""
    if not PATH_CHARACTERS.fullmatch(value):
        message = f"expected a path of the characters that RFC 3986 allows, found {shown(value)}"
        advice = "percent-encode the others; for a pattern, use type: RegularExpression"
        yield Problem("PathCharacters", path, message, advice)
