"""What hangs on an object: who refers to it, and what requests would notice if it vanished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import structs

from gwsim.addresses import GATEWAY_GROUP, ObjectKey
from gwsim.analysis.differing.causes import without_objects
from gwsim.analysis.differing.meanings import Pair
from gwsim.errors import UsageError
from gwsim.resources.cluster import EndpointSlice
from gwsim.resources.gateways import Gateway
from gwsim.resources.snapshot import Resource, Snapshot
from gwsim.simulation import Simulation

_SHOWN = 10
"""Objects that a message names."""
_SERVICE_NAME = "kubernetes.io/service-name"


class Impact(msgspec.Struct, frozen=True):
    """What would happen if an object vanished."""

    key: ObjectKey
    vanished: tuple[ObjectKey, ...]
    """The object; of a Namespace, all that is in it as well."""
    dependants: tuple[ObjectKey, ...]
    """The objects that refer to any of these, and stay."""
    pair: Pair
    """With them, and without."""


def impact_of(simulation: Simulation, name: str) -> Impact:
    """
    Take an object away.

    Args:
        name: `Kind/namespace/name`, or `Kind/name` for one without a namespace.

    Raises:
        UsageError: the input has no object of this name, or several.
    """
    snapshot = simulation.snapshot
    found = [key for key in snapshot.objects if str(key) == name]
    if len(found) != 1:
        raise UsageError(f"expected KIND/NAMESPACE/NAME {_known(snapshot, name)}; found {name!r}")
    (key,) = found
    gone = tuple(
        each
        for each in snapshot.objects
        if each == key or (key.kind == "Namespace" and each.namespace == key.name)
    )
    topology, controllers = simulation.topology, simulation.topology.controllers
    if controllers is None and topology.classes:
        # Where no class is left, Gateways would be taken as served, as if none had been given.
        controllers = frozenset(topology.controllers_by_class.values())
    left = without_objects(snapshot, gone)
    without = Simulation.of(left, topology.implementation, controllers=controllers, seed=simulation.seed)
    return Impact(key, gone, tuple(dependants(snapshot, gone)), Pair(simulation, without))


def _known(snapshot: Snapshot, name: str) -> str:
    """What could have been meant: the objects of the kind, or the kinds that there are."""
    kind = name.partition("/")[0]
    alike = [str(key) for key in snapshot.objects if key.kind.lower() == kind.lower()]
    if alike:
        more = f" and {len(alike) - _SHOWN} more" if len(alike) > _SHOWN else ""
        return f"of the input, such as {', '.join(alike[:_SHOWN])}{more}"
    kinds = sorted({key.kind for key in snapshot.objects})
    return f"of the input, which has {', '.join(kinds)}" if kinds else "of the input, which is empty"


def dependants(snapshot: Snapshot, keys: Sequence[ObjectKey]) -> Iterator[ObjectKey]:
    """The objects that refer to any of some objects, and are none of them, in order."""
    wanted = frozenset(keys)
    for key, resource in snapshot.objects.items():
        if key not in wanted and any(each in wanted for each in references(key, resource)):
            yield key


def references(key: ObjectKey, resource: Resource) -> Iterator[ObjectKey]:
    """The objects that an object names, whether they exist or not."""
    yield from _references(resource, key.namespace)
    if isinstance(resource, Gateway):
        yield ObjectKey(GATEWAY_GROUP, "GatewayClass", "", resource.spec.gateway_class_name)
    if isinstance(resource, EndpointSlice):
        service = resource.metadata.labels.get(_SERVICE_NAME)
        if service is not None:
            yield ObjectKey("", "Service", key.namespace, service)


def _references(value: object, namespace: str) -> Iterator[ObjectKey]:
    """What has a kind and a name is a reference, wherever in an object it stands."""
    if isinstance(value, msgspec.Struct):
        fields = {field.name: getattr(value, field.name) for field in structs.fields(value)}
        kind, name = fields.get("kind"), fields.get("name")
        if isinstance(kind, str) and isinstance(name, str):
            group = fields.get("group")
            own = fields.get("namespace") or namespace
            yield ObjectKey(group if isinstance(group, str) else "", kind, str(own), name)
        for field, inner in fields.items():
            if field != "metadata":
                yield from _references(inner, namespace)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _references(each, namespace)
