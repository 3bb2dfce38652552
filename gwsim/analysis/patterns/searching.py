"""The shortest text that some automata take and others do not."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from gwsim.analysis.patterns.automaton import Automaton, Where
from gwsim.analysis.patterns.characters import Ranges, has

MOST_STEPS = 4000
"""How many states of all automata together are looked at."""
LIKED = "abcdefghijklmnopqrstuvwxyz0123456789/-_.ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""The characters that a person would take first."""
_START = frozenset({Where.ANYWHERE, Where.START})
_INSIDE = frozenset({Where.ANYWHERE})
_END = frozenset({Where.ANYWHERE, Where.END})
_BOTH = frozenset(Where)

Language: TypeAlias = Sequence[Automaton]
"""The texts that every one of some automata takes."""
_Point: TypeAlias = tuple[frozenset[int], ...]


class Search(NamedTuple):
    """What was found."""

    text: str | None
    settled: bool
    """Whether there is certainly none, where none was found."""


def shortest(held: Sequence[Language], missed: Sequence[Language], alphabet: Ranges) -> Search:
    """
    Find a text of all of some languages, and of none of others.

    Texts are tried from the shortest on, by walking through all automata at once.

    Args:
        alphabet: the characters that can occur.
    """
    return _Walk(held, missed, alphabet).run()


class _Walk:
    def __init__(self, held: Sequence[Language], missed: Sequence[Language], alphabet: Ranges) -> None:
        self.automata = [each for language in (*held, *missed) for each in language]
        self.needed = sum(len(language) for language in held)
        ends = [0]
        for language in (*held, *missed):
            ends.append(ends[-1] + len(language))
        spans = list(itertools.pairwise(ends))
        self.held, self.missed = spans[: len(held)], spans[len(held) :]
        self.alphabet = alphabet

    def run(self) -> Search:
        start = tuple(each.closure(frozenset({each.whole.first}), _START) for each in self.automata)
        if self.takes(start, empty=True):
            return Search("", True)
        seen, left = {start}, deque([(start, "")])
        while left:
            point, text = left.popleft()
            for character, following in self.steps(point):
                if following in seen or not all(following[: self.needed]):
                    continue
                if self.takes(following, empty=False):
                    return Search(text + character, True)
                if len(seen) == MOST_STEPS:
                    return Search(None, False)
                seen.add(following)
                left.append((following, text + character))
        return Search(None, True)

    def takes(self, point: _Point, *, empty: bool) -> bool:
        places = _BOTH if empty else _END
        ended = [
            automaton.whole.last in automaton.closure(states, places)
            for automaton, states in zip(self.automata, point, strict=True)
        ]
        return all(all(ended[start:end]) for start, end in self.held) and not any(
            all(ended[start:end]) for start, end in self.missed
        )

    def steps(self, point: _Point) -> Iterator[tuple[str, _Point]]:
        """One character of each kind that is told apart, and where it leads."""
        edges = [
            [edge for state in states for edge in automaton.characters[state]]
            for automaton, states in zip(self.automata, point, strict=True)
        ]
        cuts = {cut for ranges, _ in (edge for some in edges for edge in some) for cut in _cuts(ranges)}
        for character in sorted(self.representatives(cuts), key=_dislike):
            following = tuple(
                automaton.closure(
                    frozenset(target for ranges, target in some if has(ranges, ord(character))), _INSIDE
                )
                for automaton, some in zip(self.automata, edges, strict=True)
            )
            yield character, following

    def representatives(self, cuts: set[int]) -> Iterator[str]:
        for low, high in self.alphabet:
            inner = sorted(cut for cut in cuts if low < cut <= high)
            for start, end in zip((low, *inner), (*(cut - 1 for cut in inner), high), strict=True):
                liked = (each for each in LIKED if start <= ord(each) <= end)
                yield next(liked, chr(start))


def _cuts(ranges: Ranges) -> Iterator[int]:
    for low, high in ranges:
        yield low
        yield high + 1


def _dislike(character: str) -> tuple[int, str]:
    place = LIKED.find(character)
    return (len(LIKED) if place < 0 else place), character
