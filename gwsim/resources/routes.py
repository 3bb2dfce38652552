"""HTTPRoute."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from gwsim.resources.filters import HTTPRouteFilter
from gwsim.resources.meta import (
    UNIQUE,
    UNIQUE_NAMES,
    BackendObjectReference,
    Duration,
    HeaderName,
    HeaderValue,
    Hostname,
    ObjectMeta,
    ParentReference,
    Part,
    SectionName,
)

HTTPMethod: TypeAlias = Literal[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"
]
Weight: TypeAlias = Annotated[int, Meta(ge=0, le=1_000_000)]


class HTTPPathMatch(Part, frozen=True):
    """A condition on the path, without its query."""

    type: Literal["Exact", "PathPrefix", "RegularExpression"] = "PathPrefix"
    value: Annotated[str, Meta(max_length=1024)] = "/"


class HTTPHeaderMatch(Part, frozen=True):
    """A condition on one header; its name is case-insensitive."""

    name: HeaderName
    value: HeaderValue
    type: Literal["Exact", "RegularExpression"] = "Exact"


class HTTPQueryParamMatch(Part, frozen=True):
    """A condition on one query parameter; its name is compared exactly."""

    name: HeaderName
    value: Annotated[str, Meta(min_length=1, max_length=1024)]
    type: Literal["Exact", "RegularExpression"] = "Exact"


class HTTPRouteMatch(Part, frozen=True):
    """Conditions that must all hold."""

    path: HTTPPathMatch = HTTPPathMatch()
    headers: Annotated[tuple[HTTPHeaderMatch, ...], Meta(max_length=16, extra=UNIQUE_NAMES)] = ()
    query_params: Annotated[tuple[HTTPQueryParamMatch, ...], Meta(max_length=16, extra=UNIQUE_NAMES)] = ()
    method: HTTPMethod | None = None


class HTTPBackendRef(BackendObjectReference, frozen=True):
    """One destination of a rule, its weight, and the filters of its own."""

    weight: Weight = 1
    filters: Annotated[tuple[HTTPRouteFilter, ...], Meta(max_length=16)] = ()


class HTTPRouteTimeouts(Part, frozen=True):
    """How long a request may take (GEP-1742)."""

    request: Duration | None = None
    backend_request: Duration | None = None


class HTTPRouteRetry(Part, frozen=True):
    """When to try again (GEP-1731, experimental)."""

    codes: Annotated[tuple[Annotated[int, Meta(ge=400, le=599)], ...], Meta(extra=UNIQUE)] = ()
    attempts: Annotated[int, Meta(ge=1)] | None = None
    backoff: Duration | None = None


class CookieConfig(Part, frozen=True):
    """The lifetime of a session cookie, as v1.6 spells it."""

    lifetime_type: Literal["Permanent", "Session"] = "Session"


class SessionPersistence(Part, frozen=True):
    """Keep a client with the endpoint that it had (GEP-1619, experimental)."""

    session_name: Annotated[str, Meta(max_length=128)] | None = None
    absolute_timeout: Duration | None = None
    type: Literal["Cookie", "Header"] = "Cookie"
    cookie_config: CookieConfig | None = None


ANY_PATH = (HTTPRouteMatch(),)


class HTTPRouteRule(Part, frozen=True):
    """What to do with requests that any of the matches takes."""

    name: SectionName | None = None
    matches: Annotated[tuple[HTTPRouteMatch, ...], Meta(max_length=64)] = ANY_PATH
    filters: Annotated[tuple[HTTPRouteFilter, ...], Meta(max_length=16)] = ()
    backend_refs: Annotated[tuple[HTTPBackendRef, ...], Meta(max_length=16)] = ()
    timeouts: HTTPRouteTimeouts | None = None
    retry: HTTPRouteRetry | None = None
    session_persistence: SessionPersistence | None = None


class HTTPRouteSpec(Part, frozen=True):
    """Where the route attaches and what it does."""

    parent_refs: Annotated[tuple[ParentReference, ...], Meta(max_length=32)] = ()
    hostnames: Annotated[tuple[Hostname, ...], Meta(max_length=16)] = ()
    rules: Annotated[tuple[HTTPRouteRule, ...], Meta(min_length=1, max_length=16)] = (HTTPRouteRule(),)
    use_default_gateways: Literal["All", "None"] | None = None


class HTTPRoute(Part, frozen=True):
    """Routing of HTTP requests."""

    metadata: ObjectMeta
    api_version: str
    kind: str
    spec: HTTPRouteSpec = field()
