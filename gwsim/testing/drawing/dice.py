"""Many small choices out of one draw: hundreds of draws a configuration would take most of the time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")


class Dice:
    """
    Bytes, each of which makes one choice; where they are used up every choice is the first, the simplest.

    A choice among more than 256 takes several bytes.

    Hypothesis makes bytes smaller one by one, and so every choice simpler.
    """

    __slots__ = ("_place", "_throws")

    def __init__(self, throws: bytes) -> None:
        self._throws = throws
        self._place = 0

    def number(self, below: int) -> int:
        """Choose a number from 0; `below` is 1 or more."""
        place = self._place
        if place == len(self._throws):
            return 0
        if below > 256:
            return self._large_number(below)
        self._place = place + 1
        return self._throws[place] * below >> 8

    def _large_number(self, below: int) -> int:
        """Choose with so many bytes that each number has about the same chance."""
        size = below.bit_length() // 8 + 1
        thrown = self._throws[self._place : self._place + size].ljust(size, b"\0")
        self._place = min(self._place + size, len(self._throws))
        return int.from_bytes(thrown, "big") * below >> 8 * size

    def part(self, throws: int) -> Dice:
        """Set bytes apart for one part: what comes after it then does not hang on how many it uses."""
        place = self._place
        self._place = min(place + throws, len(self._throws))
        return Dice(self._throws[place : self._place])

    def one(self, choices: Sequence[T]) -> T:
        """Choose one of some values, the simplest first."""
        return choices[self.number(len(choices))]

    def some(
        self, choices: Sequence[T], *, most: int, least: int = 0, key: Callable[[T], Hashable] | None = None
    ) -> tuple[T, ...]:
        """
        Choose some values.

        Args:
            key: what two of them may not have in common.
        """
        picked = [self.one(choices) for _ in range(least + self.number(most - least + 1))]
        if key is None or len(picked) < 2:
            return tuple(picked)
        found: dict[Hashable, T] = {}
        for each in picked:
            found.setdefault(key(each), each)
        return tuple(found.values())


def thrown(name: str, make: Callable[[Dice], T], *, throws: int) -> SearchStrategy[T]:
    """
    Draw what is made of throws.

    Args:
        name: what Hypothesis writes in its messages.
        throws: how many choices may be other than the first.
    """
    all_throws = st.binary(min_size=throws, max_size=throws)

    def drawn(draw: DrawFn) -> T:
        return make(Dice(draw(all_throws)))

    drawn.__name__ = drawn.__qualname__ = name
    return st.composite(drawn)()
