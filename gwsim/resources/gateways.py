"""GatewayClass, Gateway, ListenerSet and ReferenceGrant."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from gwsim.addresses import GATEWAY_GROUP
from gwsim.resources.meta import (
    UNIQUE_NAMES,
    AnnotationValue,
    ControllerName,
    Group,
    Hostname,
    Kind,
    LabelSelector,
    LabelValue,
    LocalObjectReference,
    NamespaceName,
    ObjectMeta,
    ObjectName,
    ObjectReference,
    Part,
    PortNumber,
    SecretObjectReference,
    SectionName,
)

ProtocolType: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        title="a protocol",
        description="use HTTP, HTTPS, TLS, TCP or UDP",
        pattern=r"^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?\Z"
        r"|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+\Z",
    ),
]
AddressType: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="an address type",
        description="use IPAddress, Hostname, NamedAddress or DOMAIN/PATH",
        pattern=r"^Hostname|IPAddress|NamedAddress"
        r"|[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9\/\-._~%!$&'()*+,;=:]+\Z",
    ),
]


class GatewayClassSpec(Part, frozen=True):
    """Which controller serves the class."""

    controller_name: ControllerName
    parameters_ref: ObjectReference | None = None
    description: Annotated[str, Meta(max_length=64)] | None = None


class GatewayClass(Part, frozen=True):
    """A kind of Gateway that the cluster offers; cluster-scoped."""

    metadata: ObjectMeta
    spec: GatewayClassSpec
    api_version: str
    kind: str


class RouteNamespaces(Part, frozen=True):
    """The namespaces whose routes a listener takes."""

    from_: Literal["All", "Selector", "Same"] = field(name="from", default="Same")
    selector: LabelSelector | None = None


class RouteGroupKind(Part, frozen=True):
    """A kind of route."""

    kind: Kind
    group: Group = "gateway.networking.k8s.io"


class AllowedRoutes(Part, frozen=True):
    """Which routes may attach to a listener."""

    namespaces: RouteNamespaces = RouteNamespaces()
    kinds: Annotated[tuple[RouteGroupKind, ...], Meta(max_length=8)] = ()


class ListenerTLSConfig(Part, frozen=True):
    """How a listener deals with TLS."""

    mode: Literal["Terminate", "Passthrough"] = "Terminate"
    certificate_refs: Annotated[tuple[SecretObjectReference, ...], Meta(max_length=64)] = ()
    options: Annotated[Mapping[str, AnnotationValue], Meta(max_length=16)] = {}


class Listener(Part, frozen=True):
    """A port, a protocol, perhaps a hostname: where a Gateway takes traffic."""

    name: SectionName
    port: PortNumber
    protocol: ProtocolType
    hostname: Hostname | None = None
    tls: ListenerTLSConfig | None = None
    allowed_routes: AllowedRoutes = AllowedRoutes()


class GatewaySpecAddress(Part, frozen=True):
    """An address that the Gateway asks for; without a value, any of that type."""

    type: AddressType = "IPAddress"
    value: Annotated[str, Meta(max_length=253)] | None = None


class GatewayInfrastructure(Part, frozen=True):
    """What is put on the objects that an implementation makes for the Gateway."""

    labels: Annotated[Mapping[str, LabelValue], Meta(max_length=8)] = {}
    annotations: Annotated[Mapping[str, AnnotationValue], Meta(max_length=16)] = {}
    parameters_ref: LocalObjectReference | None = None


class ListenerNamespaces(Part, frozen=True):
    """The namespaces whose ListenerSets a Gateway takes."""

    from_: Literal["All", "Selector", "Same", "None"] = field(name="from", default="None")
    selector: LabelSelector | None = None


class AllowedListeners(Part, frozen=True):
    """Which ListenerSets may attach to a Gateway (GEP-1713)."""

    namespaces: ListenerNamespaces = ListenerNamespaces()


class FrontendTLSValidation(Part, frozen=True):
    """How clients' certificates are checked (GEP-91)."""

    ca_certificate_refs: Annotated[tuple[ObjectReference, ...], Meta(min_length=1, max_length=16)]
    mode: Literal["AllowValidOnly", "AllowInsecureFallback"] = "AllowValidOnly"


class TLSConfig(Part, frozen=True):
    """How TLS with clients is done, beyond what each listener says."""

    validation: FrontendTLSValidation | None = None


class TLSPortConfig(Part, frozen=True):
    """What holds for all listeners on one port, in place of the default."""

    port: PortNumber
    tls: TLSConfig


class FrontendTLSConfig(Part, frozen=True):
    """How TLS with clients is done, on all ports and on some."""

    default: TLSConfig
    per_port: Annotated[tuple[TLSPortConfig, ...], Meta(max_length=64, extra={"keys": ("port",)})] = ()


class GatewayBackendTLS(Part, frozen=True):
    """How the Gateway presents itself to backends (GEP-3155)."""

    client_certificate_ref: SecretObjectReference | None = None


class GatewayTLSConfig(Part, frozen=True):
    """TLS of the Gateway as a whole, towards clients and towards backends."""

    backend: GatewayBackendTLS | None = None
    frontend: FrontendTLSConfig | None = None


class GatewaySpec(Part, frozen=True):
    """What a Gateway asks for."""

    gateway_class_name: ObjectName
    listeners: Annotated[tuple[Listener, ...], Meta(min_length=1, max_length=64, extra=UNIQUE_NAMES)]
    addresses: Annotated[tuple[GatewaySpecAddress, ...], Meta(max_length=16)] = ()
    infrastructure: GatewayInfrastructure | None = None
    allowed_listeners: AllowedListeners | None = None
    tls: GatewayTLSConfig | None = None
    default_scope: Literal["All", "None"] | None = None
    """Experimental: the Gateway is one of the defaults of routes that ask for them (GEP-3793)."""


class Gateway(Part, frozen=True):
    """A place where traffic comes in."""

    metadata: ObjectMeta
    spec: GatewaySpec
    api_version: str
    kind: str


class ParentGatewayReference(Part, frozen=True):
    """The Gateway that a ListenerSet extends."""

    name: ObjectName
    group: Group = GATEWAY_GROUP
    kind: Kind = "Gateway"
    namespace: NamespaceName | None = None


class ListenerSetSpec(Part, frozen=True):
    """Listeners, and the Gateway that they are added to."""

    parent_ref: ParentGatewayReference
    listeners: Annotated[tuple[Listener, ...], Meta(min_length=1, max_length=64, extra=UNIQUE_NAMES)]


class ListenerSet(Part, frozen=True):
    """Listeners of a Gateway that another team owns (GEP-1713)."""

    metadata: ObjectMeta
    spec: ListenerSetSpec
    api_version: str
    kind: str


class XListenerSet(ListenerSet, frozen=True):
    """What a ListenerSet was up to 1.4, in the experimental channel."""


class ReferenceGrantFrom(Part, frozen=True):
    """Who may refer."""

    group: Group
    kind: Kind
    namespace: NamespaceName


class ReferenceGrantTo(Part, frozen=True):
    """To what, in the grant's own namespace; without a name, to every object of the kind."""

    group: Group
    kind: Kind
    name: ObjectName | None = None


class ReferenceGrantSpec(Part, frozen=True):
    """Each of `from` may refer to each of `to`."""

    from_: Annotated[tuple[ReferenceGrantFrom, ...], Meta(min_length=1, max_length=16)] = field(name="from")
    to: Annotated[tuple[ReferenceGrantTo, ...], Meta(min_length=1, max_length=16)]


class ReferenceGrant(Part, frozen=True):
    """Permission for references from other namespaces into the grant's own."""

    metadata: ObjectMeta
    spec: ReferenceGrantSpec
    api_version: str
    kind: str
