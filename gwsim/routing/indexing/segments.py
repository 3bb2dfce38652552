"""
Regular expressions by a segment of the path that they spell out.

`/users/[0-9]+/orders(/.*)?` takes no path whose third segment is another than `orders`: of thousands of such
patterns one look-up finds those that could take a path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

_TOKENS = re.compile(
    r"""
    \\Q.*?(?:\\E|\Z) | \\.                               # quoted text, an escape
    | \[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]            # a class of characters
    | \(\?:? | \( | \) | \|                              # groups, alternatives
    | [*+?]\?? | \{\d+(?:,\d*)?\}\??                     # repetition
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_REPETITION = re.compile(r"[*+?]\??|\{\d+(?:,\d*)?\}\??")
_SPECIAL = frozenset(".^$*+?()[]{}|\\/")
_ANY_SEGMENT = "[^/]+"


class Segment(NamedTuple):
    """A segment that a pattern spells out."""

    place: int
    """Among the parts of a path between slashes; the first part is empty."""
    text: str
    shape: str
    """The pattern with any text in that place: it takes a path with this segment iff the pattern does."""


def spelled_segments(pattern: str) -> Iterator[Segment]:
    """
    Yield the segments that a pattern spells out, where it is matched against whole paths.

    What is before a segment must have the same number of slashes however it is matched, and what is after it
    must begin with a slash, or be nothing: then the segment is at one place of the path alone. Of a pattern
    of which that is not plain to see, nothing is yielded.

    >>> [segment[:2] for segment in spelled_segments("/users/[0-9]+/orders(/.*)?")]
    [(1, 'users'), (3, 'orders')]
    """
    tokens = _TOKENS.findall(pattern)
    if "".join(tokens) != pattern or _has_alternatives(tokens):
        return
    slashes = depth = 0
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if token == "/":
            if depth or _REPETITION.fullmatch(following):
                return
            slashes += 1
            end = _end_of_literal(tokens, at + 1)
            if end > at + 1 and _is_closed(tokens, end):
                text = "".join(each[-1] for each in tokens[at + 1 : end])
                shape = "".join((*tokens[: at + 1], _ANY_SEGMENT, *tokens[end:]))
                yield Segment(slashes, text, shape)
        elif token in ("(", "(?:"):
            depth += 1
        elif token == ")":
            depth -= 1
        elif token == "^" and at == 0:
            continue
        elif token in (".", "^", "$", "(?", "{", "}") or _could_be_slash(token):
            return


def _has_alternatives(tokens: Sequence[str]) -> bool:
    """Whether the whole pattern is several, or its groups cannot be told."""
    depth = 0
    for token in tokens:
        if token in ("(", "(?:", "(?"):
            depth += 1
        elif token == ")":
            depth -= 1
        elif token == "|" and depth == 0:
            return True
        if depth < 0:
            return True
    return False


def _end_of_literal(tokens: Sequence[str], start: int) -> int:
    """Where a run of plain characters ends."""
    end = start
    while end < len(tokens) and _is_plain(tokens[end]):
        end += 1
    return end


def _is_plain(token: str) -> bool:
    if len(token) == 2 and token[0] == "\\":
        return token[1] != "/" and token[1].isascii() and not token[1].isalnum()
    return len(token) == 1 and token not in _SPECIAL


def _is_closed(tokens: Sequence[str], at: int) -> bool:
    """Whether what follows is nothing, or begins with a slash."""
    rest = tokens[at:]
    if not rest or rest == ["$"]:
        return True
    if rest[0] in ("(", "(?:"):
        end = _end_of_group(tokens, at)
        if end is None or not _is_closed(tokens[: end - 1], at + 1):
            return False
        if end == len(tokens) or tokens[end][0] not in "?*{":
            return True
        return _is_closed(tokens, end + 1)
    return rest[0] == "/" and not (len(rest) > 1 and _REPETITION.fullmatch(rest[1]))


def _end_of_group(tokens: Sequence[str], start: int) -> int | None:
    """The place after a group; None for one with alternatives of its own, and for an empty one."""
    depth = 0
    for at in range(start, len(tokens)):
        if tokens[at] in ("(", "(?:", "(?"):
            depth += 1
        elif tokens[at] == ")":
            depth -= 1
            if depth == 0:
                return at + 1 if at > start + 1 else None
        elif tokens[at] == "|" and depth == 1:
            return None
    return None


@lru_cache(maxsize=4096)
def _could_be_slash(token: str) -> bool:
    """Whether a character, class or escape could stand for a slash."""
    if token == "|" or _REPETITION.fullmatch(token):
        return False
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(token, options).fullmatch("/") is not None
    except (re2.error, UnicodeEncodeError):
        return True
