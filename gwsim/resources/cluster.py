"""The objects of other APIs that routing depends on."""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from msgspec import Meta, field

from gwsim.resources.meta import ObjectMeta, Part, PortNumber

Confidential: TypeAlias = Annotated[Mapping[str, str], Meta(extra={"confidential": True})]
"""Values that no finding may show."""


class Namespace(Part, frozen=True, forbid_unknown_fields=False):
    """A namespace; its labels decide about selectors."""

    metadata: ObjectMeta
    api_version: str
    kind: str


class ServicePort(Part, frozen=True, forbid_unknown_fields=False):
    """One port of a Service."""

    port: PortNumber
    name: str = ""
    protocol: str = "TCP"
    app_protocol: str | None = None
    target_port: int | str | None = None


class ServiceSpec(Part, frozen=True, forbid_unknown_fields=False):
    """What of a Service matters to routing."""

    ports: tuple[ServicePort, ...] = ()
    type: str = "ClusterIP"
    cluster_ip: str | None = field(name="clusterIP", default=None)
    external_name: str | None = None
    selector: Mapping[str, str] = {}
    session_affinity: str = "None"


class Service(Part, frozen=True, forbid_unknown_fields=False):
    """A backend."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    spec: ServiceSpec = ServiceSpec()


class EndpointConditions(Part, frozen=True, forbid_unknown_fields=False):
    """Whether an endpoint takes traffic; absent means unknown, which counts as ready."""

    ready: bool | None = None


class Endpoint(Part, frozen=True, forbid_unknown_fields=False):
    """Addresses behind a Service."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()


class EndpointSlice(Part, frozen=True, forbid_unknown_fields=False):
    """Endpoints of the Service named by the label `kubernetes.io/service-name`."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    endpoints: tuple[Endpoint, ...] | None = ()


class Secret(Part, frozen=True, forbid_unknown_fields=False):
    """A Secret; what it holds is never shown."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    type: str = "Opaque"
    data: Confidential = field(default_factory=dict)
    """Base64."""
    string_data: Confidential = field(default_factory=dict)
    """Plain; it wins over `data`, as in the API server."""

    def __repr__(self) -> str:
        return f"Secret({self.metadata.namespace}/{self.metadata.name})"


class ConfigMap(Part, frozen=True, forbid_unknown_fields=False):
    """A ConfigMap; it may hold a CA's certificates."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    data: Mapping[str, str] = {}


class ServiceImportSpec(Part, frozen=True, forbid_unknown_fields=False):
    """What of a ServiceImport matters to routing."""

    ports: tuple[ServicePort, ...] = ()


class ServiceImport(Part, frozen=True, forbid_unknown_fields=False):
    """A Service of a set of clusters (GEP-1748)."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    spec: ServiceImportSpec = ServiceImportSpec()
