"""Paths as an implementation looks at them."""

from __future__ import annotations

import re

from gwsim.implementations import Implementation

_SLASHES = re.compile("/{2,}")
_ESCAPED_SLASH = re.compile("%2f", re.IGNORECASE)


def normalize(path: str, implementation: Implementation) -> str:
    """
    Do to a path what an implementation does before it matches it.

    Args:
        path: without query.
    """
    if implementation.escaped_slash in ("unescape", "redirect"):
        path = unescape_slashes(path)
    if implementation.path_normalize == "decode":
        from urllib.parse import unquote

        path = unquote(path)
    if implementation.path_normalize != "none" and path.startswith("/"):
        path = remove_dot_segments(path)
    return _SLASHES.sub("/", path) if implementation.merge_slashes == "on" else path


def has_escaped_slash(path: str) -> bool:
    """Whether a path holds `%2F`."""
    return _ESCAPED_SLASH.search(path) is not None


def unescape_slashes(path: str) -> str:
    """Write `%2F` as a slash."""
    return _ESCAPED_SLASH.sub("/", path)


def remove_dot_segments(path: str) -> str:
    """
    Resolve `.` and `..` (RFC 3986, 5.2.4).

    >>> remove_dot_segments("/a/./b/../c")
    '/a/c'
    """
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def prefix_base(prefix: str) -> str:
    """A prefix without its trailing slash: `/cart/` and `/cart` are one prefix."""
    return prefix.removesuffix("/")


def has_prefix(prefix: str, path: str) -> bool:
    """
    Whether a path is a prefix, or lies below it, segment by segment.

    >>> has_prefix("/cart", "/cart/7"), has_prefix("/cart", "/carts")
    (True, False)
    """
    base = prefix_base(prefix)
    return path.startswith(base) and (path[len(base) : len(base) + 1] == "/" or (path == base and base != ""))
