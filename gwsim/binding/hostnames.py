"""Hostnames of listeners and routes: what they stand for, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

ANY = "*"
"""An absent hostname: every host."""


def hits(pattern: str, host: str) -> bool:
    """
    Whether a pattern stands for a host.

    A wildcard stands for one label or more, never for none.

    Args:
        pattern: a precise name, `*.suffix`, or `ANY`.
        host: lower case, without port.

    >>> hits("*.example.com", "a.b.example.com"), hits("*.example.com", "example.com")
    (True, False)
    """
    if pattern == ANY:
        return True
    if pattern.startswith("*"):
        return host.endswith(pattern[1:]) and len(host) >= len(pattern)
    return host == pattern


def intersection(one: str, other: str) -> str | None:
    """
    The hostnames that two patterns have in common, itself a pattern; None when there are none.

    >>> intersection("*.example.com", "*.com")
    '*.example.com'

    Source:
        HTTPRoute.hostnames, GRPCRoute.hostnames, TLSRoute.hostnames (core).
    """
    if other in (one, ANY):
        return one
    if one == ANY:
        return other
    if one.startswith("*"):
        if other.startswith("*"):
            longer, shorter = (one, other) if len(one) > len(other) else (other, one)
            return longer if longer.endswith(shorter[1:]) else None
        return other if hits(one, other) else None
    return one if hits(other, one) else None


def host_patterns(host: str) -> Iterator[str]:
    """
    Every pattern that stands for a host, the most specific first.

    >>> list(host_patterns("a.b.c"))
    ['a.b.c', '*.b.c', '*.c', '*']
    """
    if host:
        yield host
        # A wildcard stands for one character at least: a dot in front is none of its own.
        dot = host.find(".", 1)
        while dot >= 0:
            yield f"*{host[dot:]}"
            dot = host.find(".", dot + 1)
    yield ANY


def wider_patterns(pattern: str) -> Iterator[str]:
    """
    Every other pattern that stands for all that one stands for.

    >>> list(wider_patterns("*.b.c"))
    ['*.c', '*']
    """
    return iter(()) if pattern == ANY else islice(host_patterns(pattern.removeprefix("*.")), 1, None)


class Specificity(NamedTuple):
    """
    How specific a hostname is: the greater comes first.

    Source:
        HTTPRoute.hostnames: precise names before wildcards, then the number of characters (core).
    """

    precise_characters: int
    characters: int


def specificity(pattern: str) -> Specificity:
    """Measure a hostname pattern."""
    if pattern == ANY:
        return Specificity(0, 0)
    return Specificity(0 if pattern.startswith("*") else len(pattern), len(pattern))
