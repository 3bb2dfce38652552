"""Values that nobody has thought of, but that a person would: for what a request needs and no rule names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

LABELS = ("www", "app", "other")
SEGMENTS = ("other", "another")
ELSEWHERE = ("example.com", "other.example", "other.test", "other.invalid")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PURGE")
VALUES = ("other", "1", "true", "")
ORIGINS = ("https://other.example", "https://other.invalid")
MOST = 64
"""How many of each are tried."""


def labels() -> Iterator[str]:
    """Labels of a host."""
    yield from LABELS
    yield from (f"other{number}" for number in islice(count(2), MOST))


def segments() -> Iterator[str]:
    """Segments of a path."""
    yield from SEGMENTS
    yield from (f"other{number}" for number in islice(count(2), MOST))


def hosts_of(pattern: str) -> Iterator[str]:
    """Hosts that a hostname stands for, the likeliest first."""
    if pattern == "*":
        yield from ELSEWHERE
        for label in labels():
            yield f"{label}.{label}"
            yield label
    elif pattern.startswith("*"):
        for label in labels():
            yield f"{label}{pattern[1:]}"
    else:
        yield pattern
