"""GRPCRoute."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from gwsim.resources.filters import HTTPHeaderFilter, HTTPRequestMirrorFilter
from gwsim.resources.meta import (
    UNIQUE_NAMES,
    BackendObjectReference,
    HeaderName,
    HeaderValue,
    Hostname,
    LocalObjectReference,
    ObjectMeta,
    ParentReference,
    Part,
    SectionName,
)
from gwsim.resources.routes import SessionPersistence, Weight

GRPCName: TypeAlias = Annotated[str, Meta(max_length=1024)]


class GRPCMethodMatch(Part, frozen=True):
    """A condition on service and method; absent or empty means any."""

    type: Literal["Exact", "RegularExpression"] = "Exact"
    service: GRPCName | None = None
    method: GRPCName | None = None


class GRPCHeaderMatch(Part, frozen=True):
    """A condition on one header (metadata); its name is case-insensitive."""

    name: HeaderName
    value: HeaderValue
    type: Literal["Exact", "RegularExpression"] = "Exact"


class GRPCRouteMatch(Part, frozen=True):
    """Conditions that must all hold."""

    method: GRPCMethodMatch | None = None
    headers: Annotated[tuple[GRPCHeaderMatch, ...], Meta(max_length=16, extra=UNIQUE_NAMES)] = ()


class GRPCRouteFilter(Part, frozen=True):
    """One step of call or response processing; the field named by `type` is the one that is set."""

    type: Literal["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"]
    request_header_modifier: HTTPHeaderFilter | None = None
    response_header_modifier: HTTPHeaderFilter | None = None
    request_mirror: HTTPRequestMirrorFilter | None = None
    extension_ref: LocalObjectReference | None = None


class GRPCBackendRef(BackendObjectReference, frozen=True):
    """One destination of a rule, its weight, and the filters of its own."""

    weight: Weight = 1
    filters: Annotated[tuple[GRPCRouteFilter, ...], Meta(max_length=16)] = ()


class GRPCRouteRule(Part, frozen=True):
    """What to do with calls that any of the matches takes; without matches, with every call."""

    name: SectionName | None = None
    matches: Annotated[tuple[GRPCRouteMatch, ...], Meta(max_length=64)] = ()
    filters: Annotated[tuple[GRPCRouteFilter, ...], Meta(max_length=16)] = ()
    backend_refs: Annotated[tuple[GRPCBackendRef, ...], Meta(max_length=16)] = ()
    session_persistence: SessionPersistence | None = None


class GRPCRouteSpec(Part, frozen=True):
    """Where the route attaches and what it does."""

    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    hostnames: Annotated[tuple[Hostname, ...], Meta(max_length=16)] = ()
    rules: Annotated[tuple[GRPCRouteRule, ...], Meta(max_length=16)] = ()
    use_default_gateways: Literal["All", "None"] | None = None


class GRPCRoute(Part, frozen=True):
    """Routing of gRPC calls."""

    metadata: ObjectMeta
    spec: GRPCRouteSpec
    api_version: str
    kind: str
