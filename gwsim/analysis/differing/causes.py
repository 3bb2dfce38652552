"""Which change makes a difference: the objects, or the choices, that it hangs on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec import structs

from gwsim.addresses import ObjectKey, Source
from gwsim.analysis.differing.answers import answer_of
from gwsim.analysis.differing.comparing import Comparison, Difference
from gwsim.analysis.differing.meanings import Pair
from gwsim.analysis.space.claims import Claim, filters_of
from gwsim.analysis.space.space import Space
from gwsim.implementations import Implementation
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.simulation import Simulation

MOST_TRIED = 12
"""Changed objects that are tried alone, one after the other."""
LARGEST_TRIED = 300
"""Objects of a configuration that is bound again for each of them."""


class Change(NamedTuple):
    """An object that is another on the other side."""

    key: ObjectKey
    how: str
    """`added`, `removed` or `changed`."""


class Cause(msgspec.Struct, frozen=True):
    """What a group of differences hangs on."""

    changes: tuple[Change, ...]
    """Together, where no single one of them makes the difference."""
    choices: tuple[str, ...]
    """What implementations choose otherwise: `name: before → after`."""
    differences: tuple[Difference, ...]


def causes(comparison: Comparison) -> tuple[Cause, ...]:
    """Group differences by what they hang on, in the order in which they were found."""
    tracing = _Tracing(comparison.pair)
    choices = tuple(changed_choices(comparison.pair))
    groups: dict[tuple[Change, ...], list[Difference]] = {}
    for difference in comparison.differences:
        groups.setdefault(tracing.changes_of(difference), []).append(difference)
    return tuple(
        Cause(changes, () if changes else choices, tuple(found)) for changes, found in groups.items()
    )


def changed_choices(pair: Pair) -> Iterator[str]:
    """What two implementations choose otherwise."""
    one, other = pair.before.topology.implementation, pair.after.topology.implementation
    for field in structs.fields(Implementation):
        values = getattr(one, field.name), getattr(other, field.name)
        if values[0] != values[1] and isinstance(values[0], str) and field.name != "name":
            head, *tail = field.name.split("_")
            yield f"{head}{''.join(part.capitalize() for part in tail)}: {values[0]} → {values[1]}"


def changes_of(before: Snapshot, after: Snapshot) -> tuple[Change, ...]:
    """The objects that are not the same on both sides, in order."""
    found = []
    for key in sorted({*before.objects, *after.objects}):
        one, other = before.objects.get(key), after.objects.get(key)
        if one is None:
            found.append(Change(key, "added"))
        elif other is None:
            found.append(Change(key, "removed"))
        elif one is not other and one != other:
            found.append(Change(key, "changed"))
    return tuple(found)


class _Tracing(msgspec.Struct, dict=True):
    pair: Pair
    halfways: dict[tuple[ObjectKey, bool], Space] = {}

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        return changes_of(self.pair.before.snapshot, self.pair.after.snapshot)

    def changes_of(self, difference: Difference) -> tuple[Change, ...]:
        """
        The changes that a difference hangs on; none where choices make it.

        That is each of which taking it back alone undoes the difference; else each that makes it alone; else
        the routes that take the requests, together.
        """
        if len(self.changes) <= 1:
            return self.changes
        size = max(len(each.snapshot.objects) for each in (self.pair.before, self.pair.after))
        if size <= LARGEST_TRIED and len(self.changes) <= MOST_TRIED:
            for taken_back in (True, False):
                alone = tuple(each for each in self.changes if self.turns(each, difference, taken_back))
                if alone:
                    return alone
        return self.related(difference) or self.changes

    def related(self, difference: Difference) -> tuple[Change, ...]:
        """The changed routes that take the requests; else the changed objects that these name."""
        claims = (difference.before, difference.after)
        routes = {each.entry.key.route for each in claims if each.entry is not None}
        found = tuple(each for each in self.changes if each.key in routes)
        if found:
            return found
        gateways = {each.listener.gateway for each in claims if each.listener is not None}
        gateways |= {each.listener.key.parent for each in claims if each.listener is not None}
        names = {name for each in claims for name in _named(each)}
        return tuple(
            each
            for each in self.changes
            if each.key in gateways or (each.key.namespace, each.key.name) in names
        )

    def turns(self, change: Change, difference: Difference, taken_back: bool) -> bool:
        """Whether one change alone turns the answer to a witness into that of the other side."""
        witness, sides = difference.witnesses[0], difference.sides
        at = self.halfway(change, taken_back=taken_back).by_place.get(sides.place_key)
        claim = None if at is None else at.claim_of(witness)
        if at is None or claim is None:
            return False
        if taken_back:
            wanted = answer_of(sides.before, difference.before, witness)
        else:
            wanted = answer_of(sides.after, difference.after, witness)
        return answer_of(at, claim, witness) == wanted

    def halfway(self, change: Change, *, taken_back: bool) -> Space:
        """The second side with one change taken back, or the first with one change made."""
        at = change.key, taken_back
        if at not in self.halfways:
            before, after = self.pair.before.snapshot, self.pair.after.snapshot
            ours, theirs = (after, before) if taken_back else (before, after)
            topology = (self.pair.after if taken_back else self.pair.before).topology
            made = with_object(ours, change.key, theirs)
            simulation = Simulation.of(made, topology.implementation, controllers=topology.controllers)
            self.halfways[at] = Space.of(simulation)
        return self.halfways[at]


def with_object(snapshot: Snapshot, key: ObjectKey, other: Snapshot) -> Snapshot:
    """A configuration in which one object is as in another; left out where that has none."""
    objects: dict[ObjectKey, Resource] = {**snapshot.objects}
    sources: dict[ObjectKey, Source] = {**snapshot.sources}
    objects.pop(key, None)
    if key in other.objects:
        objects[key] = other.objects[key]
        sources[key] = other.sources[key]
    return Snapshot.of(
        ((each, sources[at]) for at, each in objects.items()),
        others=snapshot.others,
        lenient=snapshot.lenient,
    )


def _named(claim: Claim) -> Iterator[tuple[str, str]]:
    """Namespace and name of everything that a rule sends requests to."""
    if claim.entry is None:
        return
    rule = claim.entry.rule
    filtered = [each.backend for each in filters_of(rule) if each.backend is not None]
    for backend in (*(each.backend for each in rule.backends), *filtered):
        yield backend.target.namespace, backend.target.name


def without_objects(snapshot: Snapshot, keys: Sequence[ObjectKey]) -> Snapshot:
    """A configuration without some objects."""
    gone = frozenset(keys)
    rows = ((each, snapshot.sources[key]) for key, each in snapshot.objects.items() if key not in gone)
    return Snapshot.of(rows, others=snapshot.others, lenient=snapshot.lenient)
