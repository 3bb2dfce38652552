"""Many regular expressions at a time: by what they spell out, else in sets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Generic, Protocol, TypeVar

from gwsim.binding.referring.patterns import Test, pattern_test
from gwsim.implementations import Implementation
from gwsim.routing.indexing.segments import Segment, spelled_segments

SHARING = 16
"""Patterns that share their rarest segment with more than so many are better in a set."""
WANDERING = 500
"""The most patterns of a set where they look for something after a stretch of any length."""
_WANDERS = re.compile(r"\.[*+]\??[^)*+?$|]")
_ANYTHING = r"(?s).*"
"""Takes every text: a set that does not find it has failed, which RE2 tells in no other way."""
_LEAST_MEMORY, _MOST_MEMORY, _MEMORY_EACH = 8 << 20, 512 << 20, 16 << 10


V = TypeVar("V")


class PatternIndex(Generic[V]):
    """
    What stands under patterns, of which those that take a path are found together.

    A pattern that spells out a segment of the path is looked up by it. What it asks for besides, its shape,
    is that of many, and asked once for all of them.
    """

    __slots__ = ("_asked", "_by_shape", "_others")

    def __init__(self, filed: Mapping[str, V], implementation: Implementation) -> None:
        """
        Index patterns.

        Args:
            filed: what stands under each.
        """
        shapes: dict[tuple[str, int], dict[str, tuple[V, ...]]] = {}
        others: dict[str, V] = {}
        for pattern, segment in zip(filed, _rarest(tuple(filed), implementation), strict=True):
            if segment is None:
                others[pattern] = filed[pattern]
            else:
                by_text = shapes.setdefault((segment.shape, segment.place), {})
                by_text[segment.text] = (*by_text.get(segment.text, ()), filed[pattern])
        self._by_shape = tuple((place, by_text) for (_, place), by_text in shapes.items())
        """For each shape the place of the segment, and what is filed under its text."""
        self._others = tuple(others.values())
        """What stands under the patterns that are asked as they are."""
        self._asked = PatternSets((*(shape for shape, _ in shapes), *others), implementation)

    def taking(self, path: str) -> list[V]:
        """What stands under the patterns that take a path."""
        found: list[V] = []
        by_shape = self._by_shape
        parts: Sequence[str] = ()
        for number in self._asked.taking(path):
            if number >= len(by_shape):
                found.append(self._others[number - len(by_shape)])
                continue
            place, by_text = by_shape[number]
            parts = parts or path.split("/")
            found += by_text.get(parts[place], ())
        return found


def _rarest(patterns: Sequence[str], implementation: Implementation) -> Sequence[Segment | None]:
    """For each pattern the segment that the fewest spell out; None where it is not looked up by one."""
    if implementation.regex_anchor != "full":
        return (None,) * len(patterns)
    several = [tuple(spelled_segments(each)) for each in patterns]
    sharing = Counter(segment[:2] for segments in several for segment in segments)
    found = [min(each, key=lambda one: sharing[one[:2]], default=None) for each in several]
    kept = [each if each is not None and sharing[each[:2]] <= SHARING else None for each in found]
    shapes = {each.shape for each in kept if each is not None}
    filed = len(kept) - kept.count(None)
    return kept if len(shapes) * 2 <= filed else (None,) * len(patterns)


class PatternSets:
    """Patterns in sets, each of which RE2 runs over a text once."""

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
        made = _compiled([self._patterns[at] for at in places], self._implementation.regex_anchor)
        if made is not None:
            self._sets.append((made, tuple(places)))
        elif len(places) == 1:
            self._alone += self._tests(places)
        else:
            middle = len(places) // 2
            self._add(places[:middle])
            self._add(places[middle:])

    def _tests(self, places: Sequence[int]) -> list[tuple[int, Test]]:
        tests = ((at, pattern_test(self._patterns[at], self._implementation)) for at in places)
        return [(at, test) for at, test in tests if test is not None]

    def taking(self, text: str) -> list[int]:
        """The places of the patterns that take a text."""
        found = [at for at, test in self._alone if test(text)]
        for each, places in self._sets:
            hit = each.Match(text)
            if hit:
                found += [places[number - 1] for number in hit if number]
            else:
                found += [at for at, test in self._tests(places) if test(text)]
        return found


class _Set(Protocol):
    """What is used of `re2.Set`, which has no types."""

    def Match(self, text: str) -> list[int] | None:  # noqa: N802
        """The numbers of the patterns that take a text; None where none does, or it has failed."""
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
