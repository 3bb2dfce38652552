"""Which claim takes a request, and which claims may meet: by host, then by path."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Generic, NamedTuple, TypeAlias, TypeVar

import msgspec

from gwsim.analysis.space.claims import Claim
from gwsim.analysis.space.conditions import (
    Asked,
    CallIs,
    Condition,
    HeaderIs,
    HostIs,
    PathIs,
    QueryIs,
    ServerNameIs,
)
from gwsim.binding.hostnames import ANY, host_patterns, wider_patterns
from gwsim.implementations import Implementation
from gwsim.routing.indexing.expressions import PatternIndex
from gwsim.routing.paths import prefix_base


class _Names(NamedTuple):
    """The hostnames that a claim asks for."""

    server_name: str | None
    host: str | None


def _names_of(conditions: Iterable[Condition]) -> _Names:
    server_name = host = None
    for condition in conditions:
        if isinstance(condition, HostIs):
            host = condition.pattern
        elif isinstance(condition, ServerNameIs):
            server_name = condition.pattern
    return _Names(server_name, host)


def path_of(conditions: Iterable[Condition]) -> PathIs | CallIs | None:
    """The condition on the path, if there is one."""
    return next((each for each in conditions if isinstance(each, PathIs | CallIs)), None)


MANY = 8
"""From so many claims on it pays to look values up."""


class _Claims:
    """Claims of one path, in order; by the rarest of the exact headers or parameters that they ask for."""

    __slots__ = ("_by_value", "_others", "all")

    def __init__(self) -> None:
        self.all: list[Claim] = []
        self._others: list[Claim] | None = None
        self._by_value: dict[_Value, list[Claim]] = {}

    def add(self, claim: Claim) -> None:
        """Add a claim that comes after all others."""
        self.all.append(claim)

    def near(self, asked: Asked) -> Iterator[Claim]:
        """Those that may take a request with such values; of many alike the first alone."""
        if len(self.all) < MANY:
            yield from self.all
            return
        if self._others is None:
            self._others = list(self._index())
        yield from self._others
        if self._by_value:
            for value in _values_of(asked):
                yield from self._by_value.get(value, ())

    def _index(self) -> Iterator[Claim]:
        """File claims under the values that the fewest ask for, and yield those that ask for none."""
        distinct: dict[tuple[Condition, ...], Claim] = {}
        for claim in self.all:
            distinct.setdefault(claim.conditions, claim)
        values = {conditions: tuple(_exact_values(conditions)) for conditions in distinct}
        asking = Counter(value for several in values.values() for value in several)
        for conditions, claim in distinct.items():
            if values[conditions]:
                rarest = min(values[conditions], key=asking.__getitem__)
                self._by_value.setdefault(rarest, []).append(claim)
            else:
                yield claim


_Value: TypeAlias = tuple[str, str]
"""The name of a header or parameter, with its kind in front, and the value."""


def _exact_values(conditions: Iterable[Condition]) -> Iterator[_Value]:
    for each in conditions:
        if isinstance(each, HeaderIs | QueryIs) and each.type == "Exact":
            yield f"{_KINDS[type(each)]}{each.name}", each.value


_KINDS = {HeaderIs: "header:", QueryIs: "query:"}


def _values_of(asked: Asked) -> Sequence[_Value]:
    """The values of a request that conditions look at."""
    seen = asked.seen
    return (
        *((f"header:{name}", value) for name, values in seen.headers.items() for value in values),
        *((f"query:{name}", value) for name, values in seen.query.items() for value in values),
    )


class _Shelf:
    """The claims with the same hostnames, by path."""

    __slots__ = (
        "_bases",
        "_calls",
        "_exact",
        "_expressions",
        "_implementation",
        "_others",
        "_patterns",
        "_prefixes",
        "_values",
        "claims",
    )

    def __init__(self, claims: Sequence[Claim], implementation: Implementation) -> None:
        self.claims = claims
        self._exact: dict[str, _Claims] = {}
        self._prefixes: dict[str, _Claims] = {}
        self._expressions: dict[str, _Claims] = {}
        self._calls: dict[tuple[str, str], _Claims] = {}
        """By service and method, empty for any."""
        self._others = _Claims()
        self._implementation = implementation
        self._patterns: PatternIndex[_Claims] | None = None
        self._values: list[str] | None = None
        self._bases: list[str] | None = None
        for claim in claims:
            asked = path_of(claim.conditions)
            path = asked.path if isinstance(asked, PathIs) else None
            if path is not None and path.type == "Exact" and implementation.exact_encoded == "raw":
                self._exact.setdefault(path.value, _Claims()).add(claim)
            elif path is not None and path.type == "PathPrefix":
                self._prefixes.setdefault(prefix_base(path.value), _Claims()).add(claim)
            elif path is not None and path.type == "RegularExpression":
                self._expressions.setdefault(path.value, _Claims()).add(claim)
            elif isinstance(asked, CallIs) and asked.call.type == "Exact":
                called = (asked.call.service or "", asked.call.method or "")
                self._calls.setdefault(called, _Claims()).add(claim)
            else:
                self._others.add(claim)

    def near(self, asked: Asked) -> Iterator[Claim]:
        """The claims that may take a request, as far as its path and values tell."""
        path = asked.seen.path
        if path in self._exact:
            yield from self._exact[path].near(asked)
        for claims in self._around(path):
            yield from claims.near(asked)
        if self._expressions:
            if self._patterns is None:
                self._patterns = PatternIndex(self._expressions, self._implementation)
            for claims in self._patterns.taking(path):
                yield from claims.near(asked)
        if self._calls and asked.seen.call is not None:
            for called in product(*((name, "") for name in asked.seen.call)):
                if called in self._calls:
                    yield from self._calls[called].near(asked)
        yield from self._others.near(asked)

    def _around(self, path: str) -> Iterator[_Claims]:
        """The claims of the prefixes that a path lies below."""
        base = path
        while base:
            if base in self._prefixes:
                yield self._prefixes[base]
            base = base.rpartition("/")[0]
        if "" in self._prefixes:
            yield self._prefixes[""]

    def _below(self, base: str) -> Iterator[_Claims]:
        """The claims of a path or prefix that lies below a prefix; that prefix itself left out."""
        if self._values is None or self._bases is None:
            self._values, self._bases = sorted(self._exact), sorted(self._prefixes)
        if base in self._exact:
            yield self._exact[base]
        for values, claims in ((self._values, self._exact), (self._bases, self._prefixes)):
            # A slash is followed by 0: what begins with the prefix and a slash lies between the two.
            start, end = bisect_left(values, f"{base}/"), bisect_left(values, f"{base}0")
            yield from (claims[value] for value in values[start:end])

    def meeting(self, condition: Condition | None) -> Iterator[Claim]:
        """The claims that some request may meet too that has such a path."""
        if not isinstance(condition, PathIs) or condition.path.type == "RegularExpression":
            yield from self.claims
            return
        base = prefix_base(condition.path.value)
        if condition.path.type == "PathPrefix":
            for claims in self._below(base):
                yield from claims.all
        else:
            base = condition.path.value
            yield from self._exact[base].all if base in self._exact else ()
        for claims in self._around(base):
            yield from claims.all
        for claims in (*self._expressions.values(), *self._calls.values()):
            yield from claims.all
        yield from self._others.all


V = TypeVar("V")


class _ByName(Generic[V]):
    """What belongs to hostnames; under None what belongs to no name in particular."""

    def __init__(self, filed: dict[str | None, V]) -> None:
        self._filed = filed

    @cached_property
    def _backwards(self) -> list[str]:
        """The names, last character first, in order: those with one ending stand together."""
        return sorted(name[::-1] for name in self._filed if name is not None)

    def of(self, name: str) -> Iterator[V]:
        """What belongs to the patterns that a name hits."""
        yield from (self._filed[each] for each in (*host_patterns(name), None) if each in self._filed)

    def meeting(self, own: str | None) -> Iterator[V]:
        """What belongs to patterns that have a name in common with this one; None has all."""
        if own is None or own == ANY:
            yield from self._filed.values()
            return
        if own.startswith("*"):
            ending = own[:0:-1]
            for name in self._backwards[bisect_left(self._backwards, ending) :]:
                if not name.startswith(ending):
                    break
                yield self._filed[name[::-1]]
            wider: Iterator[str] = wider_patterns(own)
        else:
            wider = host_patterns(own)
        yield from (self._filed[name] for name in (*wider, None) if name in self._filed)


class ClaimIndex(msgspec.Struct, frozen=True, dict=True):
    """The claims of one place, to be looked up."""

    claims: tuple[Claim, ...]
    implementation: Implementation

    @cached_property
    def _shelves(self) -> _ByName[_ByName[_Shelf]]:
        """By server name, and by host."""
        groups: dict[str | None, dict[str | None, list[Claim]]] = {}
        for claim in self.claims:
            names = _names_of(claim.conditions)
            groups.setdefault(names.server_name, {}).setdefault(names.host, []).append(claim)
        return _ByName(
            {
                server_name: _ByName(
                    {host: _Shelf(claims, self.implementation) for host, claims in hosts.items()}
                )
                for server_name, hosts in groups.items()
            }
        )

    def first(self, asked: Asked, *, before: int | None = None) -> Claim | None:
        """
        The claim that takes a request.

        Args:
            before: only claims of a lower rank; None: all.
        """
        found = [
            claim
            for hosts in self._shelves.of(asked.name)
            for shelf in hosts.of(asked.seen.host)
            for claim in shelf.near(asked)
        ]
        found.sort(key=lambda claim: claim.rank)
        for claim in found:
            if before is not None and claim.rank >= before:
                return None
            if all(condition.holds(asked) for condition in claim.conditions):
                return claim
        return None

    def meeting(self, conditions: Sequence[Condition]) -> Iterator[Claim]:
        """The claims, in no order, that might take some request which meets these conditions."""
        names, path = _names_of(conditions), path_of(conditions)
        for hosts in self._shelves.meeting(names.server_name):
            for shelf in hosts.meeting(names.host):
                yield from shelf.meeting(path)
