"""Which claim takes a request, and which claims may meet: by host, then by path."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

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
from gwsim.binding.hostnames import ANY, hits, host_patterns, intersection, wider_patterns
from gwsim.implementations import Implementation
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


class _Claims:
    """Claims of one path; those that ask for the exact value of a header or parameter, by one of these."""

    __slots__ = ("_by_value", "_others", "all")

    def __init__(self) -> None:
        self.all: list[Claim] = []
        self._others: list[Claim] = []
        self._by_value: dict[tuple[str, str], list[Claim]] = {}

    def add(self, claim: Claim) -> None:
        self.all.append(claim)
        exact = (
            each for each in claim.conditions if isinstance(each, HeaderIs | QueryIs) and each.type == "Exact"
        )
        by = next(exact, None)
        if by is None:
            self._others.append(claim)
        else:
            self._by_value.setdefault((f"{_KINDS[type(by)]}{by.name}", by.value), []).append(claim)

    def near(self, asked: Asked) -> Iterator[Claim]:
        """Those that may take a request with such values of headers and parameters."""
        yield from self._others
        if self._by_value:
            for value in _values_of(asked):
                yield from self._by_value.get(value, ())


_KINDS = {HeaderIs: "header:", QueryIs: "query:"}


def _values_of(asked: Asked) -> Sequence[tuple[str, str]]:
    """The values of a request that conditions look at."""
    seen = asked.seen
    return (
        *((f"header:{name}", value) for name, values in seen.headers.items() for value in values),
        *((f"query:{name}", value) for name, values in seen.query.items() for value in values),
    )


class _Shelf:
    """The claims with the same hostnames, by path."""

    __slots__ = ("_bases", "_exact", "_others", "_prefixes", "_values", "claims")

    def __init__(self, claims: Sequence[Claim], implementation: Implementation) -> None:
        self.claims = claims
        self._exact: dict[str, _Claims] = {}
        self._prefixes: dict[str, _Claims] = {}
        self._others = _Claims()
        self._values: list[str] | None = None
        self._bases: list[str] | None = None
        for claim in claims:
            asked = path_of(claim.conditions)
            path = asked.path if isinstance(asked, PathIs) else None
            if path is not None and path.type == "Exact" and implementation.exact_encoded == "raw":
                self._exact.setdefault(path.value, _Claims()).add(claim)
            elif path is not None and path.type == "PathPrefix":
                self._prefixes.setdefault(prefix_base(path.value), _Claims()).add(claim)
            else:
                self._others.add(claim)

    def near(self, asked: Asked) -> Iterator[Claim]:
        """The claims that may take a request, as far as its path and values tell."""
        path = asked.seen.path
        if path in self._exact:
            yield from self._exact[path].near(asked)
        for claims in self._around(path):
            yield from claims.near(asked)
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
        yield from self._others.all


class _Hosts(msgspec.Struct, frozen=True, dict=True):
    """The claims with the same server name, by host; None for claims that ask for none."""

    shelves: dict[str | None, _Shelf]

    @cached_property
    def _backwards(self) -> list[str]:
        """The hosts, last character first, in order: those with one ending stand together."""
        return sorted(host[::-1] for host in self.shelves if host is not None)

    def meeting(self, own: str | None) -> Iterator[_Shelf]:
        """The shelves whose hosts have one in common with a pattern."""
        if own is None or own == ANY:
            yield from self.shelves.values()
            return
        if own.startswith("*"):
            ending = own[:0:-1]
            for host in self._backwards[bisect_left(self._backwards, ending) :]:
                if not host.startswith(ending):
                    break
                yield self.shelves[host[::-1]]
            wider: Iterator[str] = wider_patterns(own)
        else:
            wider = host_patterns(own)
        yield from (self.shelves[host] for host in (*wider, None) if host in self.shelves)


class ClaimIndex(msgspec.Struct, frozen=True, dict=True):
    """The claims of one place, to be looked up."""

    claims: tuple[Claim, ...]
    implementation: Implementation

    @cached_property
    def _hosts(self) -> dict[str | None, _Hosts]:
        """By server name; None for claims that ask for none."""
        groups: dict[str | None, dict[str | None, list[Claim]]] = {}
        for claim in self.claims:
            names = _names_of(claim.conditions)
            groups.setdefault(names.server_name, {}).setdefault(names.host, []).append(claim)
        return {
            server_name: _Hosts({host: _Shelf(claims, self.implementation) for host, claims in hosts.items()})
            for server_name, hosts in groups.items()
        }

    def first(self, asked: Asked, *, before: int | None = None) -> Claim | None:
        """
        The claim that takes a request.

        Args:
            before: only claims of a lower rank; None: all.
        """
        found: list[Claim] = []
        for server_name, hosts in self._hosts.items():
            if server_name is None or hits(server_name, asked.name):
                for host in (*host_patterns(asked.seen.host), None):
                    if host in hosts.shelves:
                        found += hosts.shelves[host].near(asked)
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
        for server_name, hosts in self._hosts.items():
            if _meet(names.server_name, server_name):
                for shelf in hosts.meeting(names.host):
                    yield from shelf.meeting(path)


def _meet(one: str | None, other: str | None) -> bool:
    return one is None or other is None or intersection(one, other) is not None
