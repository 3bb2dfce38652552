"""The kinds that gwsim knows, and the apiVersions in which it reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP
from gwsim.resources.admission.naming import LABEL_NAME, SERVICE_NAME, SUBDOMAIN_NAME, NameForm
from gwsim.resources.cluster import ConfigMap, EndpointSlice, Namespace, Secret, Service, ServiceImport
from gwsim.resources.gateways import Gateway, GatewayClass, ListenerSet, ReferenceGrant
from gwsim.resources.grpc_routes import GRPCRoute
from gwsim.resources.policies import BackendTLSPolicy, XBackend, XBackendTrafficPolicy, XMesh
from gwsim.resources.routes import HTTPRoute
from gwsim.resources.snapshot import Resource
from gwsim.resources.stream_routes import TCPRoute, TLSRoute, UDPRoute


@dataclass(frozen=True, slots=True)
class KnownKind:
    """One kind of object."""

    group: str
    """Empty for the core group."""
    part: type[Resource]
    versions: tuple[str, ...]
    """Served ones, the preferred first; all are read alike."""
    namespaced: bool = True
    name_form: NameForm = SUBDOMAIN_NAME

    @property
    def kind(self) -> str:
        """The name of the kind."""
        return self.part.__name__

    @property
    def api_versions(self) -> tuple[str, ...]:
        """The served versions as manifests write them."""
        return tuple(f"{self.group}/{version}" if self.group else version for version in self.versions)


def kinds() -> Iterator[KnownKind]:
    """Yield every kind, by group and name."""
    yield from KINDS.values()


def find_kind(api_version: str, kind: str) -> KnownKind | None:
    """
    Find a kind by a manifest's `apiVersion` and `kind`; the version need not be one that is served.

    >>> found = find_kind("gateway.networking.k8s.io/v1beta1", "HTTPRoute")
    >>> found.api_versions if found else None
    ('gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1')
    """
    return KINDS.get((group_of(api_version), kind))


def group_of(api_version: str) -> str:
    """The API group of an `apiVersion`; empty for the core group."""
    return api_version.rpartition("/")[0]


_GATEWAY_VERSIONS = ("v1", "v1beta1")

KINDS: Mapping[tuple[str, str], KnownKind] = MappingProxyType(
    {
        (known.group, known.kind): known
        for known in (
            KnownKind("", ConfigMap, ("v1",)),
            KnownKind("", Namespace, ("v1",), namespaced=False, name_form=LABEL_NAME),
            KnownKind("", Secret, ("v1",)),
            KnownKind("", Service, ("v1",), name_form=SERVICE_NAME),
            KnownKind("discovery.k8s.io", EndpointSlice, ("v1",)),
            KnownKind("multicluster.x-k8s.io", ServiceImport, ("v1alpha1", "v1beta1")),
            KnownKind(GATEWAY_GROUP, Gateway, _GATEWAY_VERSIONS),
            KnownKind(GATEWAY_GROUP, GatewayClass, _GATEWAY_VERSIONS, namespaced=False),
            KnownKind(GATEWAY_GROUP, ListenerSet, ("v1",)),
            KnownKind(GATEWAY_GROUP, HTTPRoute, _GATEWAY_VERSIONS),
            KnownKind(GATEWAY_GROUP, GRPCRoute, ("v1",)),
            KnownKind(GATEWAY_GROUP, TLSRoute, ("v1", "v1alpha3", "v1alpha2")),
            KnownKind(GATEWAY_GROUP, TCPRoute, ("v1", "v1alpha2")),
            KnownKind(GATEWAY_GROUP, UDPRoute, ("v1", "v1alpha2")),
            KnownKind(GATEWAY_GROUP, ReferenceGrant, _GATEWAY_VERSIONS),
            KnownKind(GATEWAY_GROUP, BackendTLSPolicy, ("v1", "v1alpha3")),
            KnownKind(EXPERIMENTAL_GROUP, XBackendTrafficPolicy, ("v1alpha1",)),
            KnownKind(EXPERIMENTAL_GROUP, XBackend, ("v1alpha1",)),
            KnownKind(EXPERIMENTAL_GROUP, XMesh, ("v1alpha1",), namespaced=False),
        )
    }
)
"""By group and kind."""
