"""
What of a configuration requests have reached: listeners, rules, matches and backends.

Counted is what a request can reach by the routing table: listeners that serve, and of attached routes the
rules that can be implemented, with their matches and their backendRefs, but for those of weight 0. A backend
is reached by a request whose draw falls on it, not by one that could have gone there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

import msgspec

from gwsim.addresses import Address, Location
from gwsim.routing.decision import Decision
from gwsim.routing.table import Entry, entries_of
from gwsim.simulation import Simulation


class Part(Enum):
    """What can be reached, in the order in which a request does."""

    LISTENER = "listener"
    RULE = "rule"
    MATCH = "match"
    BACKEND = "backend"


class Reach(NamedTuple):
    """One part of a configuration, and how many requests reached it."""

    location: Location | None
    """None for what no file holds."""
    part: Part
    address: Address
    rule: Address
    """What it is a part of: the rule, for a match or a backend; else itself."""
    name: str
    """As it is pointed at: `HTTPRoute/shop/cart#rules[0]`, `Gateway/shop/front#listeners[https]`."""
    hits: int


class Coverage(msgspec.Struct, frozen=True):
    """All that can be reached, in the order of the files."""

    reaches: tuple[Reach, ...]

    @property
    def missed(self) -> tuple[Reach, ...]:
        """What no request reached."""
        return tuple(reach for reach in self.reaches if not reach.hits)

    def counts(self, part: Part | None = None) -> tuple[int, int]:
        """Count how many parts of a kind, or of all kinds, were reached, and how many there are."""
        found = [reach for reach in self.reaches if part in (None, reach.part)]
        return sum(reach.hits > 0 for reach in found), len(found)

    def is_under(self, percent: float) -> bool:
        """Whether less than that was reached; where there is nothing to reach, all of it was."""
        reached, total = self.counts()
        return reached * 100 < percent * total


def cover(runs: Iterable[tuple[Simulation, Iterable[Decision]]]) -> Coverage:
    """
    Find out what decisions reached.

    Args:
        runs: configurations, each with decisions of its own; those of one configuration may come in several.
    """
    hits: Counter[_Key] = Counter()
    known: dict[_Key, tuple[Address, str]] = {}
    seen: dict[int, Simulation] = {}
    for simulation, decisions in runs:
        if id(simulation) not in seen:
            seen[id(simulation)] = simulation
            for part, address, rule, name in _parts(simulation):
                known.setdefault(_key(simulation, part, address), (rule, name))
        for decision in decisions:
            hits.update(_key(simulation, part, address) for part, address in _reached(decision))
    reaches = [
        Reach(key.location, key.part, key.address, rule, name, hits[key])
        for key, (rule, name) in known.items()
    ]
    return Coverage(tuple(sorted(reaches, key=_order)))


def merge(coverages: Iterable[Coverage]) -> Coverage:
    """Add up what was reached in several runs."""
    found: dict[_Key, Reach] = {}
    for coverage in coverages:
        for reach in coverage.reaches:
            key = _Key(reach.location, reach.part, reach.address)
            earlier = found.get(key)
            found[key] = reach if earlier is None else reach._replace(hits=reach.hits + earlier.hits)
    return Coverage(tuple(sorted(found.values(), key=_order)))


class _Key(NamedTuple):
    """What is the same part in two configurations: read from one place."""

    location: Location | None
    part: Part
    address: Address


def _key(simulation: Simulation, part: Part, address: Address) -> _Key:
    return _Key(simulation.snapshot.locate(address), part, address)


_PARTS = tuple(Part)


def _order(reach: Reach) -> tuple[bool, Location | None, int, str]:
    return reach.location is None, reach.location, _PARTS.index(reach.part), str(reach.address)


def _parts(simulation: Simulation) -> Iterator[tuple[Part, Address, Address, str]]:
    table = simulation.table
    for tables in table.listeners.values():
        for each in tables:
            key = each.listener.key
            yield Part.LISTENER, key.address, key.address, str(key)
            yield from _entry_parts(each.entries)
    topology = simulation.topology
    for parent, attached in topology.attachments.items():
        if parent.parent.kind == "Service":
            for route, attachment in attached:
                rules = route.mesh_rules
                yield from _entry_parts(entries_of(route, attachment, rules, topology.implementation))


def _entry_parts(entries: Iterable[Entry]) -> Iterator[tuple[Part, Address, Address, str]]:
    for entry in entries:
        rule = entry.key.rule_address
        yield Part.RULE, rule, rule, str(rule)
        yield Part.MATCH, entry.key.address, rule, str(entry.key)
        for weighted in entry.rule.backends:
            if weighted.backend.weight:
                backend = weighted.backend.address
                yield Part.BACKEND, backend, rule, str(backend)


def _reached(decision: Decision) -> Iterator[tuple[Part, Address]]:
    if decision.listener is not None:
        yield Part.LISTENER, decision.listener.key.address
    if decision.route is not None:
        yield Part.RULE, decision.route.key.rule_address
        yield Part.MATCH, decision.route.key.address
        if decision.chosen is not None:
            yield Part.BACKEND, decision.chosen.address
