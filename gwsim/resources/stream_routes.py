"""The routes of connections and datagrams: TLSRoute, TCPRoute, UDPRoute."""

from typing import Annotated, Literal

from msgspec import Meta

from gwsim.resources.meta import (
    BackendObjectReference,
    Hostname,
    ObjectMeta,
    ParentReference,
    Part,
    SectionName,
)
from gwsim.resources.routes import Weight


class BackendRef(BackendObjectReference, frozen=True):
    """One destination of a rule, and its weight."""

    weight: Weight = 1


class StreamRouteRule(Part, frozen=True):
    """Where connections or datagrams go."""

    backend_refs: Annotated[tuple[BackendRef, ...], Meta(min_length=1, max_length=16)]
    name: SectionName | None = None


class StreamRouteSpec(Part, frozen=True):
    """Where a TCPRoute or UDPRoute attaches and what it does; v1 takes one rule, v1alpha2 up to 16."""

    rules: Annotated[tuple[StreamRouteRule, ...], Meta(min_length=1, max_length=16)]
    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    use_default_gateways: Literal["All", "None"] | None = None


class TLSRouteSpec(Part, frozen=True):
    """Where a TLSRoute attaches and what it does; v1 needs hostnames, v1alpha2 does not."""

    rules: Annotated[tuple[StreamRouteRule, ...], Meta(min_length=1, max_length=16)]
    hostnames: Annotated[tuple[Hostname, ...], Meta(max_length=1024)] = ()
    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    use_default_gateways: Literal["All", "None"] | None = None


class TLSRoute(Part, frozen=True):
    """Routing of TLS connections by the server name of their hello."""

    metadata: ObjectMeta
    spec: TLSRouteSpec
    api_version: str
    kind: str


class TCPRoute(Part, frozen=True):
    """Routing of TCP connections by port."""

    metadata: ObjectMeta
    spec: StreamRouteSpec
    api_version: str
    kind: str


class UDPRoute(Part, frozen=True):
    """Routing of UDP datagrams by port."""

    metadata: ObjectMeta
    spec: StreamRouteSpec
    api_version: str
    kind: str
