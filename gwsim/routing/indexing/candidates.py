"""The entries of one path: of many, few are looked at, by the most selective of their conditions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from gwsim.binding.listening.listeners import BoundListener
from gwsim.implementations import Implementation
from gwsim.routing.answering.prepared import Rule, Shared
from gwsim.routing.decision import ChosenListener
from gwsim.routing.precedence import Precedence
from gwsim.routing.reaching.conditions import (
    HEADER,
    METHOD,
    QUERY,
    Condition,
    Key,
    conditions_of,
    hold,
    values_of,
)
from gwsim.routing.reaching.matching import Seen
from gwsim.routing.reaching.trying import path_key
from gwsim.routing.table import Entry

MANY = 8
"""From so many entries on it pays to look conditions up."""


class Place(msgspec.Struct, frozen=True):
    """Where entries are: a listener, or the port of a Service in a mesh."""

    listener: BoundListener | None
    chosen: ChosenListener | None
    """The listener in the contract's words."""
    port: int
    passthrough: bool
    """Whether TLS goes through unopened."""


class Candidate:
    """One entry of a listener's table, as the index has it."""

    __slots__ = ("asked", "conditions", "entry", "place", "rank", "rest", "rule")

    def __init__(
        self, rank: int, entry: Entry, place: Place, implementation: Implementation, shared: Shared
    ) -> None:
        self.rank = rank
        """Where in the listener's table."""
        self.entry = entry
        self.place = place
        self.conditions = shared.one(tuple(conditions_of(entry.match, implementation)))
        self.rest = self.conditions
        """Those that are left to ask where it is filed."""
        self.asked = False
        """Whether it took a request before."""
        self.rule: Rule | None = None
        """Its answers, prepared; None before the second request that it takes."""

    def holds(self, seen: Seen) -> bool:
        """Whether every condition besides the path does."""
        return hold(self.conditions, seen)


class SamePath:
    """The entries of one path, in order of precedence."""

    __slots__ = ("_by_value", "_members", "_others", "_uniform", "alone", "first", "location")

    def __init__(self, members: Sequence[Candidate]) -> None:
        self._members = members
        self.alone = members[0] if len(members) == 1 else None
        """The only entry."""
        self.first = members[0].rank
        self.location = path_key(members[0].entry)
        """What the first entry has as its path."""
        self._uniform: bool | None = None
        self._by_value: dict[Key, dict[str, Candidate | tuple[Candidate, ...]]] = {}
        self._others = members
        if len(members) >= MANY:
            self._index()

    def _index(self) -> None:
        """File each entry under the one of its exact conditions that the fewest have."""
        exact = [[each for each in member.conditions if each.test is None] for member in self._members]
        sharing = Counter(each for several in exact for each in several)
        others: list[Candidate] = []
        filed: dict[Condition, list[Candidate]] = {}
        for member, several in zip(self._members, exact, strict=True):
            if several:
                rarest = min(several, key=sharing.__getitem__)
                member.rest = tuple(each for each in member.conditions if each is not rarest)
                filed.setdefault(rarest, []).append(member)
            else:
                others.append(member)
        self._others = tuple(others)
        for condition, sharers in filed.items():
            values = self._by_value.setdefault((condition.sort, condition.name), {})
            values[condition.value] = sharers[0] if len(sharers) == 1 else tuple(sharers)

    def winner(self, seen: Seen, below: int | None = None) -> Candidate | None:
        """
        The first entry whose conditions hold.

        Args:
            below: the rank from which on an entry is of no interest; None for none.
        """
        if self.alone is not None:
            return _first((self.alone,), seen, below)
        best = _first(self._others, seen, below) if self._others else None
        for values in self._filed(seen):
            limit = below if best is None else best.rank
            best = _first(values, seen, limit) or best
        return best

    def _filed(self, seen: Seen) -> Iterator[Sequence[Candidate]]:
        """The entries filed under what the request has."""
        if not self._by_value:
            return
        for (sort, name), by_value in self._keys(seen):
            for value in values_of(seen, sort, name):
                found = by_value.get(value)
                if found is not None:
                    yield (found,) if isinstance(found, Candidate) else found

    def _keys(self, seen: Seen) -> Iterator[tuple[Key, dict[str, Candidate | tuple[Candidate, ...]]]]:
        if len(self._by_value) <= MANY:
            yield from self._by_value.items()
            return
        names = [(HEADER, name) for name in seen.headers] + [(QUERY, name) for name in seen.query]
        for key in (*names, (METHOD, "")):
            found = self._by_value.get(key)
            if found is not None:
                yield key, found

    @property
    def precedence(self) -> Precedence:
        """Of the first entry."""
        return self._members[0].entry.precedence

    def winner_at(
        self, location: tuple[object, ...], seen: Seen, below: int | None = None
    ) -> Candidate | None:
        """The first entry of one path, as it is written, whose conditions hold."""
        if self._uniform is None:
            self._uniform = all(path_key(each.entry) == self.location for each in self._members)
        if self._uniform:
            return self.winner(seen, below) if self.location == location else None
        of_location = (each for each in self._members if path_key(each.entry) == location)
        held = (each for each in of_location if below is None or each.rank < below)
        return next((each for each in held if each.holds(seen)), None)


def _first(members: Sequence[Candidate], seen: Seen, below: int | None) -> Candidate | None:
    for member in members:
        # Most often there is no bound: then the rank, far away in memory, is better left alone.
        if below is not None and member.rank >= below:
            return None
        if not member.rest or hold(member.rest, seen):
            return member
    return None
