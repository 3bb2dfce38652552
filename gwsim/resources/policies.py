"""BackendTLSPolicy, and the experimental kinds about backends and meshes."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from gwsim.resources.meta import (
    AnnotationValue,
    ControllerName,
    Duration,
    Group,
    Hostname,
    Kind,
    LocalObjectReference,
    ObjectMeta,
    ObjectName,
    ObjectReference,
    Part,
    PortNumber,
    PreciseHostname,
    SecretObjectReference,
    SectionName,
)
from gwsim.resources.routes import SessionPersistence

AbsoluteURI: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="an absolute URI",
        description="write SCHEME://AUTHORITY/PATH, such as spiffe://cluster.local/ns/shop",
        pattern=r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?",
    ),
]
WellKnownCA: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="System or DOMAIN/NAME",
        description="write System for the authorities of the system",
        pattern=r"^(System|([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/"
        r"([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]))\Z",
    ),
]


class LocalPolicyTargetReference(Part, frozen=True):
    """An object of the policy's namespace, or one port of it by name."""

    group: Group
    kind: Kind
    name: ObjectName
    section_name: SectionName | None = None


class SubjectAltName(Part, frozen=True):
    """A name that a backend's certificate may bear."""

    type: Literal["Hostname", "URI"]
    hostname: Hostname | None = None
    uri: AbsoluteURI | None = None


class BackendTLSPolicyValidation(Part, frozen=True):
    """What a backend's certificate is checked against."""

    hostname: PreciseHostname
    ca_certificate_refs: Annotated[tuple[LocalObjectReference, ...], Meta(max_length=8)] = ()
    well_known_ca_certificates: WellKnownCA | None = field(name="wellKnownCACertificates", default=None)
    subject_alt_names: Annotated[tuple[SubjectAltName, ...], Meta(max_length=5)] = ()


class BackendTLSPolicySpec(Part, frozen=True):
    """To which Services TLS is spoken, and whom to trust."""

    target_refs: Annotated[tuple[LocalPolicyTargetReference, ...], Meta(min_length=1, max_length=16)]
    validation: BackendTLSPolicyValidation
    options: Annotated[Mapping[str, AnnotationValue], Meta(max_length=16)] = {}


class BackendTLSPolicy(Part, frozen=True):
    """TLS from the gateway to a backend (GEP-1897)."""

    metadata: ObjectMeta
    spec: BackendTLSPolicySpec
    api_version: str
    kind: str


class RetryBudget(Part, frozen=True):
    """The share of requests of an interval that may be retries."""

    percent: Annotated[int, Meta(ge=0, le=100)] = 20
    interval: Duration = "10s"


class RequestRate(Part, frozen=True):
    """Requests in an interval."""

    count: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    interval: Duration | None = None


class RetryConstraint(Part, frozen=True):
    """How far retries may go, over all requests to a backend (GEP-3388)."""

    budget: RetryBudget = RetryBudget()
    min_retry_rate: RequestRate = RequestRate(count=10, interval="1s")


class BackendTrafficPolicySpec(Part, frozen=True):
    """What holds for traffic to the targets."""

    target_refs: Annotated[
        tuple[LocalObjectReference, ...],
        Meta(min_length=1, max_length=16, extra={"keys": ("group", "kind", "name")}),
    ]
    retry_constraint: RetryConstraint | None = None
    session_persistence: SessionPersistence | None = None


class XBackendTrafficPolicy(Part, frozen=True):
    """Retry budget and session persistence for a backend (experimental)."""

    metadata: ObjectMeta
    spec: BackendTrafficPolicySpec
    api_version: str
    kind: str


class BackendPort(Part, frozen=True):
    """The one port of a backend."""

    port: PortNumber
    name: Annotated[str, Meta(max_length=63)] | None = None


class ExternalHostnameBackend(Part, frozen=True):
    """A destination outside of the cluster."""

    hostname: PreciseHostname


class BackendTLS(Part, frozen=True):
    """TLS to a backend, in the place of a BackendTLSPolicy."""

    mode: Literal["None", "ServerOnly", "ClientAndServer"]
    validation: BackendTLSPolicyValidation | None = None
    client_certificate_ref: SecretObjectReference | None = None


class BackendSpec(Part, frozen=True):
    """Where a backend is and how it is spoken to."""

    type: Literal["ExternalHostname"]
    port: BackendPort
    external_hostname: ExternalHostnameBackend | None = None
    protocol: Literal["TCP", "HTTP", "HTTP2", "HTTP11", "H2C", "MCP"] | None = None
    tls: BackendTLS | None = None


class XBackend(Part, frozen=True):
    """A backend that is no Service (GEP-4894, experimental)."""

    metadata: ObjectMeta
    spec: BackendSpec
    api_version: str
    kind: str


class MeshSpec(Part, frozen=True):
    """Which controller runs the mesh."""

    controller_name: ControllerName
    description: Annotated[str, Meta(max_length=64)] | None = None
    parameters_ref: ObjectReference | None = None


class XMesh(Part, frozen=True):
    """A service mesh; cluster-scoped (experimental)."""

    metadata: ObjectMeta
    spec: MeshSpec
    api_version: str
    kind: str
