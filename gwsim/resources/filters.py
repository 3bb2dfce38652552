"""The filters of an HTTPRoute."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from gwsim.resources.meta import (
    UNIQUE,
    UNIQUE_NAMES,
    BackendObjectReference,
    HeaderName,
    HeaderValue,
    LocalObjectReference,
    Part,
    PortNumber,
    PreciseHostname,
)

INT32_MAX = 2**31 - 1
CORSOrigin: TypeAlias = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="an origin",
        description="write SCHEME://HOST[:PORT] with http or https and no path or trailing slash, or '*'",
        pattern=r"(^\*\Z)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9\-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)\Z)",
    ),
]
HTTPMethodOrWildcard: TypeAlias = Literal[
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*"
]


class HTTPHeader(Part, frozen=True):
    """A header to write."""

    name: HeaderName
    value: HeaderValue


class HTTPHeaderFilter(Part, frozen=True):
    """Edits of a request's or a response's headers; names are case-insensitive."""

    set: Annotated[tuple[HTTPHeader, ...], Meta(max_length=16, extra=UNIQUE_NAMES)] = ()
    add: Annotated[tuple[HTTPHeader, ...], Meta(max_length=16, extra=UNIQUE_NAMES)] = ()
    remove: Annotated[tuple[str, ...], Meta(max_length=16, extra=UNIQUE)] = ()


class HTTPPathModifier(Part, frozen=True):
    """How to write a new path: whole, or in place of the prefix that matched."""

    type: Literal["ReplaceFullPath", "ReplacePrefixMatch"]
    replace_full_path: Annotated[str, Meta(max_length=1024)] | None = None
    replace_prefix_match: Annotated[str, Meta(max_length=1024)] | None = None


class HTTPRequestRedirectFilter(Part, frozen=True):
    """An answer that sends the client elsewhere; what is absent is kept from the request."""

    scheme: Literal["http", "https"] | None = None
    hostname: PreciseHostname | None = None
    path: HTTPPathModifier | None = None
    port: PortNumber | None = None
    status_code: Literal[301, 302, 303, 307, 308] = 302


class HTTPURLRewriteFilter(Part, frozen=True):
    """A new Host, a new path, towards the backend."""

    hostname: PreciseHostname | None = None
    path: HTTPPathModifier | None = None


class MirrorFraction(Part, frozen=True):
    """A share of requests as a fraction."""

    numerator: Annotated[int, Meta(ge=0, le=INT32_MAX)]
    denominator: Annotated[int, Meta(ge=1, le=INT32_MAX)] = 100


class HTTPRequestMirrorFilter(Part, frozen=True):
    """A copy of requests to another backend, whose answers are dropped."""

    backend_ref: BackendObjectReference
    percent: Annotated[int, Meta(ge=0, le=100)] | None = None
    fraction: MirrorFraction | None = None


class HTTPCORSFilter(Part, frozen=True):
    """Cross-origin resource sharing, answered by the gateway (GEP-1767)."""

    allow_origins: Annotated[tuple[CORSOrigin, ...], Meta(max_length=64, extra=UNIQUE)] = ()
    allow_credentials: bool | None = None
    allow_methods: Annotated[tuple[HTTPMethodOrWildcard, ...], Meta(max_length=9, extra=UNIQUE)] = ()
    allow_headers: Annotated[tuple[HeaderName, ...], Meta(max_length=64, extra=UNIQUE)] = ()
    expose_headers: Annotated[tuple[HeaderName, ...], Meta(max_length=64, extra=UNIQUE)] = ()
    max_age: Annotated[int, Meta(ge=1, le=INT32_MAX)] = 5
    """Seconds."""


class HTTPAuthConfig(Part, frozen=True):
    """How an HTTP authorisation server is asked."""

    path: (
        Annotated[
            str, Meta(max_length=1024, pattern=r"^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+\Z")
        ]
        | None
    ) = None
    allowed_headers: Annotated[tuple[str, ...], Meta(max_length=64, extra=UNIQUE)] = ()
    allowed_response_headers: Annotated[tuple[str, ...], Meta(max_length=64, extra=UNIQUE)] = ()


class GRPCAuthConfig(Part, frozen=True):
    """How a gRPC authorisation server (Envoy's ext_authz) is asked."""

    allowed_headers: Annotated[tuple[str, ...], Meta(max_length=64, extra=UNIQUE)] = ()


class ForwardBodyConfig(Part, frozen=True):
    """How much of the body the authorisation server sees."""

    max_size: int | None = None
    """Bytes; absent or 0: none."""


class HTTPExternalAuthFilter(Part, frozen=True):
    """A question to another server before the request goes on (GEP-1494, experimental)."""

    protocol: Literal["HTTP", "GRPC"]
    backend_ref: BackendObjectReference
    http: HTTPAuthConfig | None = None
    grpc: GRPCAuthConfig | None = None
    forward_body: ForwardBodyConfig | None = None


class HTTPRouteFilter(Part, frozen=True):
    """One step of request or response processing; the field named by `type` is the one that is set."""

    type: Literal[
        "RequestHeaderModifier",
        "ResponseHeaderModifier",
        "RequestMirror",
        "RequestRedirect",
        "URLRewrite",
        "ExtensionRef",
        "CORS",
        "ExternalAuth",
    ]
    request_header_modifier: HTTPHeaderFilter | None = None
    response_header_modifier: HTTPHeaderFilter | None = None
    request_mirror: HTTPRequestMirrorFilter | None = None
    request_redirect: HTTPRequestRedirectFilter | None = None
    url_rewrite: HTTPURLRewriteFilter | None = None
    extension_ref: LocalObjectReference | None = None
    cors: HTTPCORSFilter | None = None
    external_auth: HTTPExternalAuthFilter | None = None
