"""Many regular expressions at a time: RE2 runs a set of them over a text once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from gwsim.binding.referring.patterns import Test, pattern_test
from gwsim.implementations import Implementation

FEW = 4
"""Up to so many patterns are asked one by one: a set costs as much as two or three."""
WANDERING = 500
"""The most patterns of a set where they look for something after a stretch of any length."""
_WANDERS = re.compile(r"(?:\.|\])[*+]\??[^)*+?$|]")
_ANYTHING = r"(?s).*"
"""Takes every text: a set that does not find it has failed, which RE2 tells in no other way."""
_LEAST_MEMORY, _MOST_MEMORY, _MEMORY_EACH = 8 << 20, 512 << 20, 16 << 10


class PatternSet:
    """Patterns, of which those that take a text are found together."""

    __slots__ = ("_alone", "_implementation", "_patterns", "_sets")

    def __init__(self, patterns: Sequence[str], implementation: Implementation) -> None:
        self._patterns = patterns
        self._implementation = implementation
        self._sets: list[tuple[_Set, tuple[int, ...]]] = []
        self._alone: list[tuple[int, Test]] = []
        for wanders in (False, True):
            places = [at for at, each in enumerate(patterns) if bool(_WANDERS.search(each)) is wanders]
            size = WANDERING if wanders else max(1, len(places))
            for start in range(0, len(places), size):
                self._add(places[start : start + size])

    def _add(self, places: Sequence[int]) -> None:
        """Put patterns into one set, or into two where RE2 finds it too large."""
        if len(places) <= FEW:
            self._alone += self._tests(places)
            return
        made = _compiled([self._patterns[at] for at in places], self._implementation.regex_anchor)
        if made is not None:
            self._sets.append((made, tuple(places)))
            return
        middle = len(places) // 2
        self._add(places[:middle])
        self._add(places[middle:])

    def _tests(self, places: Sequence[int]) -> list[tuple[int, Test]]:
        tests = ((at, pattern_test(self._patterns[at], self._implementation)) for at in places)
        return [(at, test) for at, test in tests if test is not None]

    def taking(self, text: str) -> list[int]:
        """The places of the patterns that take a text, in order."""
        found = [at for at, test in self._alone if test(text)]
        for each, places in self._sets:
            hit = each.Match(text)
            if 0 in hit:
                found += [places[number - 1] for number in hit if number]
            else:
                found += [at for at, test in self._tests(places) if test(text)]
        found.sort()
        return found


class _Set(Protocol):
    """What is used of `re2.Set`, which has no types."""

    def Match(self, text: str) -> list[int]:  # noqa: N802
        """The numbers of the patterns that take a text."""
        ...


def _compiled(patterns: Sequence[str], anchor: str) -> _Set | None:
    """One set: `_ANYTHING`, then the patterns; None where RE2 takes one of them or all together not."""
    import re2

    options = re2.Options()
    options.log_errors = False
    options.max_mem = min(_MOST_MEMORY, _LEAST_MEMORY + len(patterns) * _MEMORY_EACH)
    makers = {"full": re2.Set.FullMatchSet, "start": re2.Set.MatchSet, "none": re2.Set.SearchSet}
    made = makers[anchor](options)
    try:
        for each in (_ANYTHING, *patterns):
            made.Add(each)
        made.Compile()
    except (re2.error, UnicodeEncodeError):
        return None
    found: _Set = made
    return found
