"""All objects of one configuration, in canonical order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import msgspec

from gwsim.addresses import Address, Location, ObjectKey, Source
from gwsim.resources.cluster import ConfigMap, EndpointSlice, Namespace, Secret, Service, ServiceImport
from gwsim.resources.gateways import Gateway, GatewayClass, ListenerSet, ReferenceGrant
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute

if TYPE_CHECKING:
    from gwsim.resources.policies import BackendTLSPolicy, XBackend, XBackendTrafficPolicy, XMesh

Route: TypeAlias = HTTPRoute | GRPCRoute | TLSRoute | TCPRoute | UDPRoute
Resource: TypeAlias = (
    "GatewayClass | Gateway | ListenerSet | Route | ReferenceGrant"
    " | BackendTLSPolicy | XBackendTrafficPolicy | XBackend | XMesh"
    " | Namespace | Service | ServiceImport | EndpointSlice | Secret | ConfigMap"
)
R = TypeVar("R", bound=Resource)


def key_of(resource: Resource) -> ObjectKey:
    """The identity of an object; its apiVersion's version is no part of it."""
    group, slash, _ = resource.api_version.partition("/")
    metadata = resource.metadata
    return ObjectKey(group if slash else "", resource.kind, metadata.namespace, metadata.name)


class Snapshot(msgspec.Struct, frozen=True, dict=True):
    """One configuration: every object by its key, sorted, so that the order of the input has no effect."""

    objects: Mapping[ObjectKey, Resource]
    sources: Mapping[ObjectKey, Source] = {}
    others: Mapping[ObjectKey, tuple[ObjectKey, ...]] = {}
    """Objects of kinds that gwsim does not know, and what their `targetRefs` name (a vendor's policies)."""
    lenient: bool = False
    """Whether references to kinds of which the input has no object at all are taken as good."""

    @classmethod
    def of(
        cls,
        resources: Iterable[tuple[Resource, Source]],
        *,
        others: Mapping[ObjectKey, tuple[ObjectKey, ...]] = MappingProxyType({}),
        lenient: bool = False,
    ) -> Snapshot:
        """Sort and freeze objects; each key may occur once."""
        rows = sorted(
            ((key_of(resource), resource, source) for resource, source in resources), key=lambda row: row[0]
        )
        objects = {key: resource for key, resource, _ in rows}
        if len(objects) != len(rows):
            raise ValueError("an object is given twice")
        return cls(
            MappingProxyType(objects),
            MappingProxyType({key: source for key, _, source in rows}),
            MappingProxyType(dict(sorted(others.items()))),
            lenient,
        )

    def all_of(self, kind: type[R]) -> Iterator[tuple[ObjectKey, R]]:
        """Yield the objects of one kind, by `namespace/name`."""
        for key, resource in self._by_kind.get(kind.__name__, ()):
            assert isinstance(resource, kind)
            yield key, resource

    @cached_property
    def _by_kind(self) -> Mapping[str, tuple[tuple[ObjectKey, Resource], ...]]:
        groups: dict[str, list[tuple[ObjectKey, Resource]]] = {}
        for key, resource in self.objects.items():
            groups.setdefault(type(resource).__name__, []).append((key, resource))
        return {kind: tuple(rows) for kind, rows in groups.items()}

    def has_any(self, *kinds: str) -> bool:
        """Whether there is an object of one of some kinds."""
        return any(kind in self._by_kind for kind in kinds)

    def get(self, kind: type[R], namespace: str, name: str) -> R | None:
        """Find a core object (Service, Secret, ConfigMap)."""
        resource = self.objects.get(ObjectKey("", kind.__name__, namespace, name))
        return resource if isinstance(resource, kind) else None

    def assumes(self, group: str, kind: str) -> bool:
        """Whether references to objects of a kind are taken as good: lenient, and none was given."""
        return self.lenient and (group, kind) not in self._given_kinds

    @cached_property
    def _given_kinds(self) -> frozenset[tuple[str, str]]:
        return frozenset((key.group, key.kind) for keys in (self.objects, self.others) for key in keys)

    def has(self, key: ObjectKey) -> bool:
        """Whether an object of any kind was given, known to gwsim or not."""
        return key in self.objects or key in self.others or key._replace(namespace="") in self.others

    @cached_property
    def foreign_policies(self) -> Mapping[ObjectKey, tuple[ObjectKey, ...]]:
        """Objects of unknown kinds, by what they target."""
        policies: dict[ObjectKey, list[ObjectKey]] = {}
        for key, targets in self.others.items():
            for target in targets:
                policies.setdefault(target, []).append(key)
        return {target: tuple(keys) for target, keys in policies.items()}

    def namespace_labels(self, name: str) -> Mapping[str, str]:
        """The labels of a Namespace; the API server gives each its name as a label, and so do we."""
        own = self.objects.get(ObjectKey("", "Namespace", "", name))
        labels = own.metadata.labels if own is not None else {}
        return {**labels, "kubernetes.io/metadata.name": name}

    @cached_property
    def ready_services(self) -> Mapping[tuple[str, str], bool]:
        """Whether a Service has a ready endpoint, by namespace and name, where EndpointSlices tell."""
        ready: dict[tuple[str, str], bool] = {}
        for _, slice_ in self.all_of(EndpointSlice):
            service = slice_.metadata.labels.get("kubernetes.io/service-name")
            if service is not None:
                at = (slice_.metadata.namespace, service)
                some = any(
                    endpoint.addresses and endpoint.conditions.ready is not False
                    for endpoint in slice_.endpoints or ()
                )
                ready[at] = ready.get(at, False) or some
        return ready

    def locate(self, address: Address) -> Location | None:
        """Find where a field is written; None for an object that no file holds."""
        source = self.sources.get(address.key)
        return None if source is None else source.locate(address.path)
