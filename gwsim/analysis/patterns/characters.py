"""Sets of characters, as sorted ranges of code points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Inclusive, sorted, apart from each other."""

EVERY: Ranges = ((0, 0xD7FF), (0xE000, 0x10FFFF))
"""All characters; half a surrogate pair is none."""
DIGIT: Ranges = ((48, 57),)
WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACE: Ranges = ((9, 10), (12, 13), (32, 32))
POSIX: dict[str, Ranges] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": DIGIT,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
"""The classes that are written `[:name:]`."""
_FOLDED = {ord("k"): 0x212A, ord("s"): 0x17F}
"""What else RE2 takes for a letter where case does not matter: the Kelvin sign, the long s."""


def joined(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The characters of some ranges, in any order."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def without(ranges: Ranges, others: Ranges) -> Ranges:
    """
    The characters of a set that another does not have.

    >>> without(((97, 122),), ((98, 98),))
    ((97, 97), (99, 122))
    """
    return tuple(_without(ranges, others))


def _without(ranges: Ranges, others: Ranges) -> Iterator[tuple[int, int]]:
    for low, high in ranges:
        start = low
        for other_low, other_high in others:
            if other_high >= start and other_low <= high:
                if other_low > start:
                    yield start, other_low - 1
                start = other_high + 1
        if start <= high:
            yield start, high


def of_text(text: str) -> Ranges:
    """The characters of a text."""
    return joined((ord(each), ord(each)) for each in text)


def folded(ranges: Ranges) -> Ranges | None:
    """The characters in either case; None for others than ASCII, whose case is not looked into."""
    if ranges and ranges[-1][1] > 127 and ranges != EVERY:
        return None
    found = list(ranges)
    for low, high in ranges:
        for first, last, step in ((65, 90, 32), (97, 122, -32)):
            if low <= last and high >= first:
                found.append((max(low, first) + step, min(high, last) + step))
    found += [
        (other, other)
        for letter, other in _FOLDED.items()
        if any(low <= letter <= high or low <= letter - 32 <= high for low, high in ranges)
    ]
    return joined(found)


def has(ranges: Ranges, point: int) -> bool:
    """Whether a set has a character."""
    return any(low <= point <= high for low, high in ranges)
