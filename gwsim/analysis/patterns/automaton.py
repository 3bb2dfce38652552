"""Automata that take the texts of a pattern, built up from small ones."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from gwsim.analysis.patterns.characters import EVERY, Ranges, of_text

MOST_STATES = 3000
"""Of one automaton; patterns that need more are not looked into."""


class Where(Enum):
    """Where in a text a step without a character may be made."""

    ANYWHERE = "anywhere"
    START = "at its start"
    END = "at its end"


class Part(NamedTuple):
    """Where an automaton under construction begins and ends."""

    first: int
    last: int


class TooLarge(Exception):  # noqa: N818
    """A pattern needs more states than are looked into."""


class Automaton:
    """A nondeterministic automaton; grows while it is built, and is only read after that."""

    __slots__ = ("characters", "moves", "whole")

    def __init__(self) -> None:
        self.moves: list[list[tuple[Where, int]]] = []
        """Of each state: steps without a character."""
        self.characters: list[list[tuple[Ranges, int]]] = []
        """Of each state: steps by a character."""
        self.whole = Part(0, 0)

    def state(self) -> int:
        """Add a state."""
        if len(self.moves) == MOST_STATES:
            raise TooLarge
        self.moves.append([])
        self.characters.append([])
        return len(self.moves) - 1

    def move(self, source: int, target: int, where: Where = Where.ANYWHERE) -> None:
        """Add a step without a character."""
        self.moves[source].append((where, target))

    def one(self, ranges: Ranges) -> Part:
        """One character of a set."""
        part = Part(self.state(), self.state())
        self.characters[part.first].append((ranges, part.last))
        return part

    def nothing(self, where: Where = Where.ANYWHERE) -> Part:
        """The empty text, at a place."""
        part = Part(self.state(), self.state())
        self.move(part.first, part.last, where)
        return part

    def text(self, text: str) -> Part:
        """One text."""
        return self.sequence([self.one(of_text(each)) for each in text])

    def sequence(self, parts: Sequence[Part]) -> Part:
        """One after the other."""
        if not parts:
            return self.nothing()
        for before, after in itertools.pairwise(parts):
            self.move(before.last, after.first)
        return Part(parts[0].first, parts[-1].last)

    def choice(self, parts: Sequence[Part]) -> Part:
        """Any one of several."""
        whole = Part(self.state(), self.state())
        for part in parts:
            self.move(whole.first, part.first)
            self.move(part.last, whole.last)
        return whole

    def optional(self, part: Part) -> Part:
        """Once or not at all."""
        return self.choice([part, self.nothing()])

    def many(self, part: Part) -> Part:
        """Any number of times."""
        whole = Part(self.state(), self.state())
        self.move(whole.first, part.first)
        self.move(part.last, part.first)
        self.move(part.last, whole.last)
        self.move(whole.first, whole.last)
        return whole

    def anything(self) -> Part:
        """Any text."""
        return self.many(self.one(EVERY))

    def closure(self, states: frozenset[int], places: frozenset[Where]) -> frozenset[int]:
        """The states that are reached without a character."""
        found, left = set(states), list(states)
        while left:
            for where, target in self.moves[left.pop()]:
                if target not in found and where in places:
                    found.add(target)
                    left.append(target)
        return frozenset(found)
