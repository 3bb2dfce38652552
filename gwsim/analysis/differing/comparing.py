"""
The difference of two configurations: the classes of requests that they answer differently.

Each place is a list of claims on either side. Claims that mean the same and come in the same order take the
same requests; only pairs with a claim that changed, moved, came or went are looked at. A pair is a difference
where some request is taken by both, and answered differently: that request is its witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec
from msgspec import structs

from gwsim.analysis.differing.answers import answer_of
from gwsim.analysis.differing.meanings import Meanings, Pair, longest_in_order
from gwsim.analysis.differing.narrowing import narrowed
from gwsim.analysis.differing.varying import variations
from gwsim.analysis.space.claims import Claim, Place, PlaceKey
from gwsim.analysis.space.conditions import (
    Asked,
    CallIs,
    Condition,
    ContentIsGRPC,
    HeaderIs,
    PathIs,
    QueryIs,
    ReadBy,
    SlashEscaped,
    plain,
)
from gwsim.analysis.space.implying import are_apart
from gwsim.analysis.space.solving import Setting, solve
from gwsim.analysis.space.space import PlaceSpace, Space
from gwsim.routing.request import Request
from gwsim.routing.table import RoutingTable

MOST_PAIRS = 20_000
"""Pairs of claims for which a request is looked for."""
MOST_WITNESSES = 3
"""Requests that are shown for one class."""


class Difference(msgspec.Struct, frozen=True):
    """A class of requests that two configurations answer differently."""

    sides: Sides
    before: Claim
    after: Claim
    witnesses: tuple[Request, ...]
    """The smallest first."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What each of the requests meets."""
        return (*self.before.conditions, *self.after.conditions)


class Doubt(msgspec.Struct, frozen=True):
    """Two claims of which it is not known whether some request gets another answer."""

    sides: Sides
    before: Claim
    after: Claim
    why: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True, dict=True):
    """All differences."""

    pair: Pair
    differences: tuple[Difference, ...]
    doubts: tuple[Doubt, ...]
    left_out: int
    """Pairs of claims that were not looked at, for want of time."""


class Sides(msgspec.Struct, frozen=True, dict=True):
    """One place, on both sides."""

    pair: Pair
    before: PlaceSpace
    after: PlaceSpace

    def __repr__(self) -> str:
        return f"<both sides of {self.place_key}>"

    @property
    def place_key(self) -> PlaceKey:
        """What tells the place from others."""
        place = self.before.place if self.before.place.gateway is not None else self.after.place
        return place.key

    @cached_property
    def setting(self) -> Setting:
        """What witnesses are made for: both sides."""
        setting = self.before.setting if self.before.place.gateway is not None else self.after.setting
        named = self.before.setting.gateway or self.after.setting.gateway
        return structs.replace(setting, gateway=named)

    def read_after(self, conditions: Sequence[Condition]) -> tuple[Condition, ...]:
        """Conditions of the second side, as that side reads them."""
        if self.pair.matches_alike:
            return tuple(conditions)
        implementation = self.pair.after.topology.implementation
        return tuple(ReadBy(plain(each), implementation) for each in conditions)

    def blocker(self, before: Claim, after: Claim, asked: Asked) -> Claim | None:
        """What keeps a request from being taken by one claim on one side and by another on the other."""
        first = self.before.index.first(asked, before=before.rank)
        if first is not None:
            return first
        other = self.after.index.first(self.after.asked(asked.request), before=after.rank)
        return None if other is None else structs.replace(other, conditions=self.read_after(other.conditions))

    def differs(self, before: Claim, after: Claim, request: Request) -> bool:
        """Whether a request that both claims take is answered differently."""
        return answer_of(self.before, before, request) != answer_of(self.after, after, request)

    def meets(self, difference: Difference, claim: Claim) -> bool:
        """Whether some request may meet what a difference asks for and a claim as well."""
        before, after = difference.before.conditions, self.read_after(difference.after.conditions)
        solution = solve(self.setting, (*before, *after, *claim.conditions), lambda _: None)
        return solution.request is not None or bool(solution.doubts)

    def takes(self, before: Claim, after: Claim, request: Request) -> bool:
        """Whether both claims take a request."""
        return self.before.claim_of(request) is before and self.after.claim_of(request) is after


def compare(pair: Pair) -> Comparison:
    """Find every class of requests that is answered differently."""
    differences: list[Difference] = []
    doubts: list[Doubt] = []
    left = MOST_PAIRS
    left_out = 0
    for sides in places_of(pair):
        for before, after in _pairs(sides):
            if left == 0:
                left_out += 1
                continue
            left -= 1
            found = difference_of(sides, before, after)
            if isinstance(found, Difference):
                differences.append(found)
            elif found is not None:
                doubts.append(found)
    return Comparison(pair, tuple(differences), tuple(doubts), left_out)


def places_of(pair: Pair) -> Iterator[Sides]:
    """Every place of either side, with its counterpart."""
    one, other = narrowed(pair)
    befores, afters = Space(pair.before, one).by_place, Space(pair.after, other).by_place
    for key in dict.fromkeys((*befores, *afters)):
        if key.port is not None:
            before = befores.get(key) or _idle(one, key)
            yield Sides(pair, before, afters.get(key) or _idle(other, key))


def _idle(table: RoutingTable, key: PlaceKey) -> PlaceSpace:
    """A place where nothing listens, on the side that lacks it."""
    assert key.port is not None
    own = next((each for each in table.topology.gateways if each.key == key.gateway), None)
    return PlaceSpace(Place(own, key.port, key.protocol), table)


def _pairs(sides: Sides) -> Iterator[tuple[Claim, Claim]]:
    """The pairs of claims that may take one request and answer it differently, in order."""
    before, after = Meanings(sides.pair, sides.before), Meanings(sides.pair, sides.after)
    ours, theirs = before.by_meaning, after.by_meaning
    common = [meaning for meaning in ours if meaning in theirs]
    kept = {common[at] for at in longest_in_order([theirs[each].rank for each in common])}
    if not sides.pair.matches_alike:
        kept = {meaning for meaning in kept if not any(map(_is_read, ours[meaning].conditions))}
    if len(kept) == len(ours) == len(theirs):
        return
    # For a claim that is kept: the rank of its counterpart.
    there = {ours[meaning].rank: theirs[meaning].rank for meaning in kept}
    back = {other: rank for rank, other in there.items()}
    first = {claim.rank for claim in ours.values()}
    second = {claim.rank for claim in theirs.values()}
    found: dict[tuple[int, int], tuple[Claim, Claim]] = {}
    for claim in ours.values():
        if claim.rank not in there:
            for other in sides.after.index.meeting(claim.conditions):
                if other.rank in second and back.get(other.rank, claim.rank) >= claim.rank:
                    found[claim.rank, other.rank] = claim, other
    for claim in theirs.values():
        if claim.rank not in back:
            for other in sides.before.index.meeting(claim.conditions):
                if other.rank in first and there.get(other.rank, claim.rank) >= claim.rank:
                    found[other.rank, claim.rank] = other, claim
    implementation, alike = sides.before.table.topology.implementation, sides.pair.matches_alike
    for _, (one, two) in sorted(found.items()):
        if alike and are_apart(one.conditions, two.conditions, implementation):
            continue
        if before.effect(one) != after.effect(two):
            yield one, two


def _is_read(condition: Condition) -> bool:
    """Whether implementations may read a condition each in its own way."""
    return isinstance(condition, PathIs | CallIs | SlashEscaped | HeaderIs | QueryIs | ContentIsGRPC)


def difference_of(sides: Sides, before: Claim, after: Claim) -> Difference | Doubt | None:
    """Look for requests that two claims take, one on either side, and that are answered differently."""
    conditions = (*before.conditions, *sides.read_after(after.conditions))
    call = any(
        each.entry is not None and each.entry.key.route.kind == "GRPCRoute" for each in (before, after)
    )
    solution = solve(sides.setting, conditions, lambda asked: sides.blocker(before, after, asked), call=call)
    if solution.request is None:
        return Doubt(sides, before, after, solution.doubts) if solution.doubts else None
    tried = (solution.request, *variations(solution.request, before, after))
    witnesses = [
        each
        for each in tried
        if (each is solution.request or sides.takes(before, after, each))
        and sides.differs(before, after, each)
    ]
    doubts = (*before.doubts, *after.doubts)
    if not witnesses:
        return Doubt(sides, before, after, doubts) if doubts else None
    return Difference(sides, before, after, tuple(witnesses[:MOST_WITNESSES]))
