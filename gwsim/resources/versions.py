"""The kinds that gwsim knows, and the apiVersions in which each release serves them."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

import msgspec

from gwsim.addresses import EXPERIMENTAL_GROUP, GATEWAY_GROUP
from gwsim.resources.admission.naming import LABEL_NAME, SERVICE_NAME, SUBDOMAIN_NAME, NameForm
from gwsim.resources.releases.release import V1_4, Presence, Release, presence
from gwsim.resources.snapshot import Resource


class KnownKind(msgspec.Struct, frozen=True, dict=True):
    """One kind of object."""

    group: str
    """Empty for the core group."""
    kind: str
    home: str
    """The module of `resources` that has its type."""
    served: tuple[tuple[str, Presence], ...]
    """Versions and when they are served, the preferred first."""
    namespaced: bool = True
    name_form: NameForm = SUBDOMAIN_NAME
    deprecated: tuple[str, ...] = ()
    """Versions that the CRDs mark so, or that the kind had before it got another name."""
    versions_differ: bool = False
    """Whether some version of the newest release has other fields or limits than `part` says."""
    successor: str = ""
    """The apiVersion and kind to use in its place, where it is not the preferred version of the same kind."""

    @cached_property
    def part(self) -> type[Resource]:
        """The type of its objects; imported when the first of them is met."""
        module = importlib.import_module(f"gwsim.resources.{self.home}")
        part: type[Resource] = getattr(module, self.kind)
        return part

    @property
    def replacement(self) -> str:
        """What to write in place of a deprecated version."""
        return self.successor or self._written(self.served[0][0])

    def versions_in(self, release: Release) -> tuple[str, ...]:
        """The versions that a release serves; none where it does not have the kind."""
        return tuple(version for version, presence in self.served if presence.covers(release))

    def api_versions_in(self, release: Release) -> tuple[str, ...]:
        """The same as manifests write them."""
        return tuple(self._written(version) for version in self.versions_in(release))

    def since(self) -> str:
        """Say in which releases each version is served."""
        return "; ".join(
            f"{self._written(version)} is served {presence}" for version, presence in self.served
        )

    def _written(self, version: str) -> str:
        return f"{self.group}/{version}" if self.group else version


def kinds() -> Iterator[KnownKind]:
    """Yield every kind, by group and name."""
    yield from KINDS.values()


def find_kind(api_version: str, kind: str) -> KnownKind | None:
    """
    Find a kind by a manifest's `apiVersion` and `kind`; the version need not be one that is served.

    >>> from gwsim.resources.releases.release import LENIENT
    >>> found = find_kind("gateway.networking.k8s.io/v1beta1", "HTTPRoute")
    >>> found.api_versions_in(LENIENT) if found else None
    ('gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1')
    """
    return KINDS.get((group_of(api_version), kind))


def group_of(api_version: str) -> str:
    """The API group of an `apiVersion`; empty for the core group."""
    return api_version.rpartition("/")[0]


_ALWAYS = presence("0.1", "0.1")
_CORE = (("v1", _ALWAYS),)
_FROM_BETA = (("v1", presence("1.0", "1.0")), ("v1beta1", presence("0.5", "0.5")))
_STREAM = (("v1", presence("1.6", "1.6")), ("v1alpha2", presence("0.3", None)))

KINDS: Mapping[tuple[str, str], KnownKind] = MappingProxyType(
    {
        (known.group, known.kind): known
        for known in (
            KnownKind("", "ConfigMap", "cluster", _CORE),
            KnownKind("", "Namespace", "cluster", _CORE, namespaced=False, name_form=LABEL_NAME),
            KnownKind("", "Secret", "cluster", _CORE),
            KnownKind("", "Service", "cluster", _CORE, name_form=SERVICE_NAME),
            KnownKind("discovery.k8s.io", "EndpointSlice", "cluster", _CORE),
            KnownKind(
                "multicluster.x-k8s.io",
                "ServiceImport",
                "cluster",
                (("v1alpha1", _ALWAYS), ("v1beta1", _ALWAYS)),
            ),
            KnownKind(GATEWAY_GROUP, "Gateway", "gateways", _FROM_BETA),
            KnownKind(GATEWAY_GROUP, "GatewayClass", "gateways", _FROM_BETA, namespaced=False),
            KnownKind(GATEWAY_GROUP, "ListenerSet", "gateways", (("v1", presence("1.5", "1.5")),)),
            KnownKind(GATEWAY_GROUP, "HTTPRoute", "routes", _FROM_BETA),
            KnownKind(GATEWAY_GROUP, "GRPCRoute", "grpc_routes", (("v1", presence("1.1", "1.1")),)),
            KnownKind(
                GATEWAY_GROUP,
                "TLSRoute",
                "stream_routes",
                (
                    ("v1", presence("1.5", "1.5")),
                    ("v1alpha3", presence("1.4", None)),
                    ("v1alpha2", presence("0.3", None)),
                ),
                deprecated=("v1alpha3", "v1alpha2"),
                versions_differ=True,
            ),
            KnownKind(
                GATEWAY_GROUP,
                "TCPRoute",
                "stream_routes",
                _STREAM,
                deprecated=("v1alpha2",),
                versions_differ=True,
            ),
            KnownKind(
                GATEWAY_GROUP,
                "UDPRoute",
                "stream_routes",
                _STREAM,
                deprecated=("v1alpha2",),
                versions_differ=True,
            ),
            KnownKind(
                GATEWAY_GROUP,
                "ReferenceGrant",
                "gateways",
                (("v1", presence("1.5", "1.5")), ("v1beta1", presence("0.6", "0.6"))),
            ),
            KnownKind(
                GATEWAY_GROUP,
                "BackendTLSPolicy",
                "policies",
                (("v1", presence("1.4", "1.4")), ("v1alpha3", presence("1.1", None))),
                deprecated=("v1alpha3",),
            ),
            KnownKind(
                EXPERIMENTAL_GROUP,
                "XBackendTrafficPolicy",
                "policies",
                (("v1alpha1", presence("1.3", None)),),
            ),
            KnownKind(EXPERIMENTAL_GROUP, "XBackend", "policies", (("v1alpha1", presence("1.6", None)),)),
            KnownKind(
                EXPERIMENTAL_GROUP,
                "XListenerSet",
                "gateways",
                (("v1alpha1", presence("1.3", None, until=V1_4)),),
                deprecated=("v1alpha1",),
                successor=f"{GATEWAY_GROUP}/v1, kind ListenerSet",
            ),
            KnownKind(
                EXPERIMENTAL_GROUP,
                "XMesh",
                "policies",
                (("v1alpha1", presence("1.4", None)),),
                namespaced=False,
            ),
        )
    }
)
"""By group and kind."""
