"""What claims mean, so that equal ones of two configurations are found without a request."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec

from gwsim.addresses import ObjectKey
from gwsim.analysis.differing.answers import answer_of
from gwsim.analysis.space.claims import Claim, filters_of
from gwsim.analysis.space.space import PlaceSpace
from gwsim.binding.topology import BoundRoute
from gwsim.resources.policies import XBackendTrafficPolicy
from gwsim.resources.routes import HTTPRouteMatch
from gwsim.routing.reaching.arriving import is_passthrough
from gwsim.routing.request import Request
from gwsim.routing.table import Entry
from gwsim.simulation import Simulation

_MATCHING = (
    "regex_dialect",
    "regex_anchor",
    "path_normalize",
    "merge_slashes",
    "escaped_slash",
    "exact_encoded",
    "repeated_header",
    "repeated_query",
    "query_decoding",
    "grpc_content_type_check",
)
"""Choices by which one condition holds for other requests."""
_PLAIN = Request(host="example.com", path="/gwsim")
"""What a rule does with it says all that its filters do not."""


class Pair(msgspec.Struct, frozen=True, dict=True):
    """Two configurations."""

    before: Simulation
    after: Simulation

    @cached_property
    def matches_alike(self) -> bool:
        """Whether a condition holds for the same requests in both."""
        one, other = self.before.topology.implementation, self.after.topology.implementation
        return all(getattr(one, field) == getattr(other, field) for field in _MATCHING)

    @cached_property
    def same_surroundings(self) -> bool:
        """Whether a rule that is bound to the same does the same."""
        one, other = self.before.topology, self.after.topology
        first, second = ([*each.snapshot.all_of(XBackendTrafficPolicy)] for each in (one, other))
        return one.implementation == other.implementation and first == second

    @cached_property
    def routes_before(self) -> Mapping[ObjectKey, BoundRoute]:
        """The routes of the first side."""
        return {route.key: route for route in self.before.topology.routes}

    @cached_property
    def changed(self) -> frozenset[ObjectKey]:
        """The routes that are not on both sides, or not bound to the same."""
        before = self.routes_before
        afters = self.after.topology.routes
        moved = {route.key for route in afters if before.get(route.key) != route}
        return frozenset(moved | (before.keys() - {route.key for route in afters}))

    @cached_property
    def same_rules(self) -> frozenset[tuple[ObjectKey, int]]:
        """The rules that certainly do the same in both: nothing that they are bound to has changed."""
        if not self.same_surroundings:
            return frozenset()
        before = self.routes_before
        rows = ((route, before.get(route.key)) for route in self.after.topology.routes)
        return frozenset(
            (route.key, index)
            for route, other in rows
            if other is not None
            for index, (mine, its) in enumerate(zip(other.rules, route.rules, strict=False))
            if route.key not in self.changed or mine == its
        )


class Meaning(NamedTuple):
    """Claims that mean the same take the same requests, and do the same with them."""

    conditions: Hashable
    effect: Hashable


class Meanings(msgspec.Struct, frozen=True, dict=True):
    """The claims of one place of one configuration, by meaning."""

    pair: Pair
    space: PlaceSpace
    effects: dict[tuple[object, ...], Hashable] = {}
    """What rules do, by rule and prefix. Filled on the way."""

    @cached_property
    def by_meaning(self) -> dict[Meaning, Claim]:
        """In order; of claims with the same conditions only the first ever takes a request."""
        found: dict[Meaning, Claim] = {}
        seen: set[Hashable] = set()
        for claim in self.space.claims:
            conditions = frozenset(claim.conditions)
            if conditions not in seen:
                seen.add(conditions)
                found[Meaning(conditions, self.effect(claim))] = claim
        return found

    def effect(self, claim: Claim) -> Hashable:
        """What becomes of the requests that a claim takes."""
        if claim.entry is None:
            assert claim.ending is not None
            return claim.ending.action, claim.ending.status
        prefix, listener, key = _prefix(claim.entry), claim.listener, claim.entry.key
        streams = listener is not None and is_passthrough(listener)
        gateway = self.space.place.gateway
        certificate = None if gateway is None or gateway.client_certificate is None else gateway.resource
        at = (key.route, key.rule, prefix, streams, listener and listener.spec.port)
        if at not in self.effects:
            same = (key.route, key.rule) in self.pair.same_rules
            facts = (
                (key.route, key.rule)
                if same and certificate is None
                else (
                    tuple(repr(each.spec) for each in filters_of(claim.entry.rule)),
                    answer_of(self.space, claim, _PLAIN),
                )
            )
            self.effects[at] = (facts, prefix, streams)
        return self.effects[at]


def _prefix(entry: Entry) -> str | None:
    """The prefix that a path modifier of the rule would replace."""
    match = entry.match
    if not isinstance(match, HTTPRouteMatch) or match.path.type != "PathPrefix":
        return None
    rewrites = any(each.spec.url_rewrite or each.spec.request_redirect for each in filters_of(entry.rule))
    return match.path.value if rewrites else None


def longest_in_order(ranks: Sequence[int]) -> Iterator[int]:
    """
    The positions of a longest ascending part of a sequence.

    >>> list(longest_in_order([0, 3, 1, 2]))
    [0, 2, 3]
    """
    from bisect import bisect_left

    ends: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for position, rank in enumerate(ranks):
        length = bisect_left(ends, rank)
        before.append(places[length - 1] if length else -1)
        if length == len(ends):
            ends.append(rank)
            places.append(position)
        else:
            ends[length], places[length] = rank, position
    found: list[int] = []
    position = places[-1] if places else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return reversed(found)
