"""Implementations beside the features that a configuration needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import msgspec
from msgspec import structs

from gwsim.addresses import Address
from gwsim.analysis.portability.needing import needs
from gwsim.binding.topology import Topology
from gwsim.implementations.conformance import TITLES, Feature, Registry, Report
from gwsim.implementations.reported import named_reports
from gwsim.implementations.supporting import Support, Verdict, verdict
from gwsim.resources.features.requirements import HINTS
from gwsim.resources.features.using import traffic_of, uncovered_uses_of


class NeededFeature(msgspec.Struct, frozen=True):
    """A feature that the configuration needs."""

    feature: Feature
    places: tuple[Address, ...]
    where: frozenset[str]
    """For which traffic: `GATEWAY`, `MESH` or both."""


class Candidate(msgspec.Struct, frozen=True, dict=True):
    """One implementation, and what its reports say of each feature that is needed."""

    name: str
    reports: tuple[Report, ...]
    verdicts: Mapping[str, Verdict]
    """By feature, in the order of the matrix."""

    @property
    def title(self) -> str:
        """The name as its makers write it, where gwsim knows it."""
        return TITLES.get(self.name, self.name)

    @cached_property
    def counts(self) -> Counter[Support]:
        """How many features there are of each support."""
        return Counter(each.support for each in self.verdicts.values())

    @property
    def lacks(self) -> tuple[str, ...]:
        """The features that it does not support, in some mode or channel at least; no hints."""
        return tuple(name for name, each in self.verdicts.items() if each.lacks and name not in HINTS)


class Matrix(msgspec.Struct, frozen=True):
    """Features against implementations."""

    needed: tuple[NeededFeature, ...]
    """The one that the fewest implementations support first."""
    candidates: tuple[Candidate, ...]
    """The worst first: most features missing, then most unknown; those without any report last."""
    uncovered: Mapping[str, tuple[Address, ...]]
    """What is used that no feature covers, so that no report tells of it."""


def matrix(
    topology: Topology, registry: Registry, names: Sequence[str] = (), *, gateway_api: str = ""
) -> Matrix:
    """
    Compare implementations.

    Args:
        names: `NAME` or `NAME@VERSION` of those to compare; empty for all.
        gateway_api: only reports for this release or older ones count; empty for any.

    Raises:
        UsageError: there is no implementation of a name, or no report of its version.
    """
    needed = _needed(topology, registry)
    found = [named_reports(registry, name, gateway_api) for name in names or registry.implementations]
    candidates = [
        Candidate(name, reports, _verdicts(needed, reports)) for name, reports in dict.fromkeys(found)
    ]
    candidates.sort(key=_worst_first)
    supported = Counter(
        name for each in candidates for name, one in each.verdicts.items() if one.support is Support.YES
    )
    needed.sort(key=lambda each: (supported[each.feature.name], each.feature.name))
    return Matrix(
        tuple(needed),
        tuple(structs.replace(each, verdicts=_verdicts(needed, each.reports)) for each in candidates),
        uncovered(topology),
    )


def _needed(topology: Topology, registry: Registry) -> list[NeededFeature]:
    places: dict[str, list[Address]] = {}
    where: dict[str, frozenset[str]] = {}
    for need in needs(topology):
        places.setdefault(need.feature, []).append(need.address)
        traffic = traffic_of(need.feature, topology.snapshot.objects[need.address.key])
        where[need.feature] = where.get(need.feature, frozenset()) | traffic
    return [
        NeededFeature(each, tuple(places[each.name]), where[each.name])
        for each in registry.features
        if each.name in places
    ]


def _verdicts(needed: Sequence[NeededFeature], reports: Sequence[Report]) -> Mapping[str, Verdict]:
    return {each.feature.name: verdict(each.feature, reports, each.where) for each in needed}


def _worst_first(candidate: Candidate) -> tuple[object, ...]:
    counts = candidate.counts
    return (
        not candidate.reports,
        -counts[Support.NO],
        -counts[Support.PARTLY],
        -counts[Support.UNKNOWN],
        candidate.name,
    )


def uncovered(topology: Topology) -> Mapping[str, tuple[Address, ...]]:
    """Find what is used that no feature covers."""
    found: dict[str, list[Address]] = {}
    for key, resource in topology.snapshot.objects.items():
        for use in uncovered_uses_of(resource):
            found.setdefault(use.feature, []).append(Address(key, use.path))
    return {what: tuple(places) for what, places in sorted(found.items())}
