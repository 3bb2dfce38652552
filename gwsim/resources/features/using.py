"""The features that an object needs by itself, and where it needs them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import msgspec
from msgspec import UNSET

from gwsim.addresses import FieldPath
from gwsim.resources.features.requirements import ANYWHERE, GATEWAY, MESH, REQUIREMENTS, Requirement
from gwsim.resources.features.uncovered import UNCOVERED
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.meta import BackendObjectReference, ObjectReference, SecretObjectReference
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Resource, Route

_ELSEWHERE = (BackendObjectReference, ObjectReference, SecretObjectReference)
"""What can name an object of another namespace that has to grant it."""


class Use(NamedTuple):
    """One place of an object that needs a feature."""

    feature: str
    path: FieldPath

    def counts(self, *, mesh: bool) -> bool:
        """Whether it counts for the traffic of a mesh, or else for that through Gateways."""
        return _WHERE.get(self.feature, ANYWHERE) in (ANYWHERE, MESH if mesh else GATEWAY)


_WHERE = {row.feature: row.where for row in REQUIREMENTS} | {
    **dict.fromkeys(("HTTPRouteRequestMultipleMirrors", "HTTPRouteRetryBackendTimeout"), GATEWAY),
    **dict.fromkeys(("HTTPRouteBackendProtocolH2C", "HTTPRouteBackendProtocolWebSocket"), GATEWAY),
    **dict.fromkeys(("Mesh", "MeshClusterIPMatching", "MeshConsumerRoute"), MESH),
    "ReferenceGrant": GATEWAY,
}


def traffic_of(feature: str, resource: Resource) -> frozenset[str]:
    """For which traffic an object needs a feature: `GATEWAY`, `MESH` or both."""
    where = _WHERE.get(feature, ANYWHERE)
    bound = frozenset({where}) if where else _contexts(resource) - {ANYWHERE}
    return bound or frozenset({GATEWAY})


class _Branch(msgspec.Struct, frozen=True):
    """The requirements below one field; those of its own are asked of every item, where it is a list."""

    below: dict[str, _Branch]
    rows: list[Requirement]


def uses_of(resource: Resource) -> Iterator[Use]:
    """
    Yield what an object needs by what is written in it.

    What takes other objects to tell is not among it: listeners of ListenerSets, the appProtocol of a Service.
    """
    contexts = _contexts(resource)
    yield from _walk(resource, _trees()[_shape(resource)], (), contexts)
    if isinstance(resource, HTTPRoute) and GATEWAY in contexts:
        yield from _rule_uses(resource)
    if isinstance(resource, HTTPRoute | GRPCRoute):
        yield from _mesh_uses(resource)
    for path in _foreign(resource, (), resource.metadata.namespace):
        yield Use("ReferenceGrant", path)


def _contexts(resource: Resource) -> frozenset[str]:
    """Where a route is bound; for what is no route, nowhere in particular."""
    if not isinstance(resource, Route):
        return frozenset({""})
    kinds = {ref.kind for ref in resource.spec.parent_refs}
    found = {""}
    if kinds & {"Gateway", "ListenerSet", "XListenerSet"} or resource.spec.use_default_gateways == "All":
        found.add(GATEWAY)
    if "Service" in kinds:
        found.add(MESH)
    return frozenset(found)


def uncovered_uses_of(resource: Resource) -> Iterator[Use]:
    """Yield what an object needs that no feature covers, by what it is."""
    return _walk(resource, _uncovered()[_shape(resource)], (), _contexts(resource))


def _shape(resource: Resource) -> str:
    """The kind; an XListenerSet is an older ListenerSet."""
    return "ListenerSet" if resource.kind == "XListenerSet" else resource.kind


@cache
def _trees() -> defaultdict[str, _Branch]:
    return _grown(REQUIREMENTS)


@cache
def _uncovered() -> defaultdict[str, _Branch]:
    return _grown(UNCOVERED)


def _grown(rows: Sequence[Requirement]) -> defaultdict[str, _Branch]:
    """The requirements of each kind as a tree of fields."""
    roots: defaultdict[str, _Branch] = defaultdict(lambda: _Branch({}, []))
    for row in rows:
        branch = roots[row.kind]
        for part in row.path.replace("[]", "").split("."):
            branch = branch.below.setdefault(part, _Branch({}, []))
        branch.rows.append(row)
    return roots


def _walk(value: object, branch: _Branch, path: FieldPath, contexts: frozenset[str]) -> Iterator[Use]:
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _walk(item, branch, (*path, index), contexts)
        return
    for row in branch.rows:
        if row.where in contexts and _needs(row, value):
            yield Use(row.feature, path)
    if not branch.below or not isinstance(value, msgspec.Struct):
        return
    fields = _fields(type(value))
    for name, below in branch.below.items():
        place = fields.get(name)
        inner = None if place is None else getattr(value, place)
        if inner is not None and not _absent(inner):
            yield from _walk(inner, below, (*path, name), contexts)


def _needs(row: Requirement, value: object) -> bool:
    if row.values:
        return value in row.values
    if row.but:
        return value not in row.but
    return not row.lacks or _absent(_field(value, row.lacks))


def _absent(value: object) -> bool:
    """Whether a field has no value: not written, or empty."""
    return value is None or value is UNSET or (isinstance(value, tuple | Mapping | str) and not value)


def _field(value: object, name: str) -> object:
    """A field by the name that the API has for it; None where there is none."""
    place = _fields(type(value)).get(name) if isinstance(value, msgspec.Struct) else None
    return None if place is None else getattr(value, place)


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, str]:
    return dict(zip(kind.__struct_encode_fields__, kind.__struct_fields__, strict=True))


def _mesh_uses(route: HTTPRoute | GRPCRoute) -> Iterator[Use]:
    """What a parentRef to a Service needs."""
    for index, ref in enumerate(route.spec.parent_refs):
        if ref.kind == "Service":
            place: FieldPath = ("spec", "parentRefs", index)
            yield Use("Mesh", place)
            if isinstance(route, HTTPRoute):
                yield Use("MeshClusterIPMatching", place)
            if ref.namespace not in (None, route.metadata.namespace):
                yield Use("MeshConsumerRoute", place)


def _rule_uses(route: HTTPRoute) -> Iterator[Use]:
    """What takes two fields of a rule to tell."""
    for index, rule in enumerate(route.spec.rules):
        place: FieldPath = ("spec", "rules", index)
        mirrors = [at for at, each in enumerate(rule.filters) if each.request_mirror is not None]
        for at in mirrors[1:]:
            yield Use("HTTPRouteRequestMultipleMirrors", (*place, "filters", at))
        if rule.retry is not None and rule.timeouts is not None and rule.timeouts.backend_request is not None:
            yield Use("HTTPRouteRetryBackendTimeout", (*place, "timeouts", "backendRequest"))


def _foreign(value: object, path: FieldPath, own: str) -> Iterator[FieldPath]:
    """Yield the references of an object to other namespaces that a ReferenceGrant has to permit."""
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _foreign(item, (*path, index), own)
    elif isinstance(value, _ELSEWHERE) and own and value.namespace not in (None, own):
        yield path
    if isinstance(value, msgspec.Struct):
        for name, field in _structs(type(value)):
            inner = getattr(value, field)
            if inner and isinstance(inner, tuple | msgspec.Struct):
                yield from _foreign(inner, (*path, name), own)


@cache
def _structs(kind: type[msgspec.Struct]) -> Sequence[tuple[str, str]]:
    return tuple(
        (name, field) for name, field in _fields(kind).items() if name not in ("metadata", "parentRefs")
    )
