"""ReferenceGrants that nothing needs, and those that permit more than is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from gwsim.addresses import Address, ObjectKey
from gwsim.analysis.linting.noted import Noted, Subject
from gwsim.findings import Severity
from gwsim.resources.gateways import ReferenceGrant, ReferenceGrantFrom, ReferenceGrantTo
from gwsim.resources.meta import BackendObjectReference, ObjectReference, SecretObjectReference
from gwsim.resources.snapshot import Snapshot


class _Crossing(NamedTuple):
    """Who refers to what in which other namespace: a row of a grant, but for the target's name."""

    from_group: str
    from_kind: str
    from_namespace: str
    group: str
    kind: str
    namespace: str


def unused(subject: Subject) -> Iterator[Noted]:
    """Yield what a ReferenceGrant permits, and no reference of the input makes use of."""
    snapshot = subject.simulation.snapshot
    grants = list(snapshot.all_of(ReferenceGrant))
    crossings = _crossings(snapshot) if grants else {}
    for key, grant in grants:
        used = [
            (source, target)
            for source, each in enumerate(grant.spec.from_)
            for target, to in enumerate(grant.spec.to)
            if _referred(crossings, key, each, to)
        ]
        if not used:
            says = "expected a reference that it permits, found none in the input"
            help_ = "remove the grant, unless what refers is elsewhere"
            yield Noted(Address(key, ("spec",)), says, help_, Severity.INFO)
            continue
        for field, place, count in (("from", 0, len(grant.spec.from_)), ("to", 1, len(grant.spec.to))):
            for index in sorted(set(range(count)) - {pair[place] for pair in used}):
                says = "expected a reference that this entry permits, found none in the input"
                help_ = "remove the entry, unless what refers is elsewhere"
                yield Noted(Address(key, ("spec", field, index)), says, help_, Severity.INFO)


def wide(subject: Subject) -> Iterator[Noted]:
    """Yield grants to every object of a kind, where the input has some that nothing refers to by them."""
    snapshot = subject.simulation.snapshot
    grants = list(snapshot.all_of(ReferenceGrant))
    crossings = _crossings(snapshot) if grants else {}
    if not crossings:
        return
    there: dict[tuple[str, str, str], list[str]] = {}
    for key in snapshot.objects:
        there.setdefault((key.group, key.kind, key.namespace), []).append(key.name)
    for key, grant in grants:
        for index, to in enumerate(grant.spec.to):
            if to.name is not None:
                continue
            needed = {name for each in grant.spec.from_ for name in _referred(crossings, key, each, to)}
            more = [name for name in there.get((to.group, to.kind, key.namespace), ()) if name not in needed]
            if needed and more:
                says = (
                    f"expected the {to.kind}s that are referred to ({', '.join(sorted(needed))}), "
                    f"found all of namespace {key.namespace}, {more[0]} among them"
                )
                severity = Severity.WARNING if to.kind == "Secret" else Severity.INFO
                help_ = "add a name, with an entry for each object that is meant"
                yield Noted(Address(key, ("spec", "to", index)), says, help_, severity)


def _referred(
    crossings: Mapping[_Crossing, frozenset[str]],
    grant: ObjectKey,
    source: ReferenceGrantFrom,
    target: ReferenceGrantTo,
) -> frozenset[str]:
    """The names of the objects that are referred to by one pair of entries of a grant."""
    row = _Crossing(source.group, source.kind, source.namespace, target.group, target.kind, grant.namespace)
    found = crossings.get(row, frozenset())
    return found if target.name is None else found & {target.name}


def _crossings(snapshot: Snapshot) -> Mapping[_Crossing, frozenset[str]]:
    """Every reference to another namespace, and the names that it is made to."""
    found: dict[_Crossing, set[str]] = {}
    for key, resource in snapshot.objects.items():
        for ref in _references(resource):
            if ref.namespace is not None and ref.namespace != key.namespace:
                row = _Crossing(key.group, key.kind, key.namespace, ref.group, ref.kind, ref.namespace)
                found.setdefault(row, set()).add(ref.name)
    return {row: frozenset(names) for row, names in found.items()}


_Reference = BackendObjectReference | SecretObjectReference | ObjectReference


def _references(value: object) -> Iterator[_Reference]:
    """Every reference inside a resource for which another namespace has to give its permission."""
    if isinstance(value, BackendObjectReference | SecretObjectReference | ObjectReference):
        yield value
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _references(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _references(each)
