"""What the words of a command line are by themselves: a curl command, a header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from gwsim.errors import RequestError

WrittenHeader: TypeAlias = tuple[str, str | None]
"""A name, and a value; None where the writer says that the header is not to be sent."""


def is_curl(words: Sequence[str]) -> bool:
    """Whether words are a curl command, perhaps with the prompt it was copied with."""
    rest = words[1:] if words and words[0] == "$" else words
    return bool(rest) and re.split(r"[/\\]", rest[0])[-1] in ("curl", "curl.exe")


def written_header(text: str) -> WrittenHeader:
    """
    Read a header as `-H` has it: `Name: value`, `Name;` (an empty value) or `Name:` (not sent).

    >>> written_header("x-canary: true")
    ('x-canary', 'true')

    Raises:
        RequestError: it is none of them.
    """
    name, mark, value = text.partition(":")
    if mark:
        return name.strip(" \t"), value.strip(" \t") or None
    if name.endswith(";"):
        return name[:-1], ""
    raise RequestError("header", "`Name: value`, or `Name;` for an empty value", repr(text))
