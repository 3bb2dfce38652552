"""Where the types of fields differ between releases, between channels, or between versions of a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import NODEFAULT, Meta

from gwsim.resources.filters import (
    INT32_MAX,
    ForwardBodyConfig,
    GRPCAuthConfig,
    HTTPAuthConfig,
    HTTPCORSFilter,
    HTTPHeader,
    HTTPRequestRedirectFilter,
    HTTPRouteFilter,
)
from gwsim.resources.gateways import (
    FrontendTLSValidation,
    Gateway,
    GatewayInfrastructure,
    Listener,
    ListenerSetSpec,
    ReferenceGrant,
    ReferenceGrantSpec,
)
from gwsim.resources.grpc_routes import GRPCRoute, GRPCRouteRule, GRPCRouteSpec
from gwsim.resources.meta import UNIQUE, UNIQUE_NAMES, AnnotationValue, Hostname, ObjectReference, Part
from gwsim.resources.policies import BackendTLSPolicyValidation, BackendTrafficPolicySpec
from gwsim.resources.releases.other_types import (
    ListenerOfAnyPort,
    NewerSessionPersistence,
    OlderGatewaySpec,
    OlderListenerTLSConfig,
    OlderSessionPersistence,
)
from gwsim.resources.releases.release import MAIN, V1_3, V1_4, V1_5, V1_6, Channel, When
from gwsim.resources.routes import (
    HTTPHeaderMatch,
    HTTPRouteRetry,
    HTTPRouteRule,
    HTTPRouteSpec,
)
from gwsim.resources.stream_routes import BackendRef, StreamRouteRule, StreamRouteSpec, TLSRouteSpec

STANDARD, EXPERIMENTAL = (Channel.STANDARD,), (Channel.EXPERIMENTAL,)
OF_TLS_V1 = ("v1", "v1alpha3")
PrintableValue = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=4096,
        pattern=r"^[!-~]+([\t ]?[!-~]+)*\Z",
        title="a header value",
        description="use printable ASCII, with single spaces or tabs within",
    ),
]
URIOrigin = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="an origin",
        description="write SCHEME://HOST[:PORT]",
        pattern=r"^(([^:/?#]+):)(//([^/?#]*))([^?#]*)(\?([^#]*))?(#(.*))?",
    ),
]
SchemeOrigin = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=253,
        title="an origin",
        description="write SCHEME://HOST[:PORT] with no path or trailing slash, or '*'",
        pattern=r"(^\*\Z)|(^([a-zA-Z][a-zA-Z0-9+\-.]+):\/\/([^:/?#]+)(:([0-9]{1,5}))?\Z)",
    ),
]
"""As in 1.4."""
FilterType = Literal[
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
]
UNCHANGED: Final = object()
"""The default stays as it is."""


class Limit(NamedTuple):
    """The type that a field has at some times, in place of the one that its `Part` says."""

    when: When
    type: object
    default: object = UNCHANGED
    """`msgspec.NODEFAULT` where the field is required."""


LIMITS: Mapping[tuple[type[Part], str], tuple[Limit, ...]] = {
    (GRPCRoute, "spec"): (Limit(When(until=V1_3), GRPCRouteSpec | None, None),),
    (ReferenceGrant, "spec"): (Limit(When(until=V1_5), ReferenceGrantSpec | None, None),),
    (Gateway, "spec"): (Limit(When(until=V1_3, channels=EXPERIMENTAL), OlderGatewaySpec),),
    (Listener, "tls"): (Limit(When(until=V1_3, channels=EXPERIMENTAL), OlderListenerTLSConfig | None),),
    (ListenerSetSpec, "listeners"): (
        Limit(
            When(since=V1_4, api_versions=("v1alpha1",)),
            Annotated[tuple[ListenerOfAnyPort, ...], Meta(min_length=1, max_length=64, extra=UNIQUE_NAMES)],
        ),
    ),
    (GatewayInfrastructure, "annotations"): (
        Limit(When(until=V1_5), Annotated[Mapping[str, AnnotationValue], Meta(max_length=8)]),
    ),
    (FrontendTLSValidation, "ca_certificate_refs"): (
        Limit(When(until=V1_5), Annotated[tuple[ObjectReference, ...], Meta(min_length=1, max_length=8)]),
    ),
    (HTTPHeader, "value"): (Limit(When(since=V1_5, channels=EXPERIMENTAL), PrintableValue),),
    (HTTPHeaderMatch, "value"): (Limit(When(since=V1_5, channels=EXPERIMENTAL), PrintableValue),),
    (HTTPRequestRedirectFilter, "status_code"): (Limit(When(until=V1_4), Literal[301, 302]),),
    (HTTPRouteFilter, "type"): (
        Limit(When(until=V1_4, channels=STANDARD), FilterType),
        Limit(When(since=V1_5, channels=STANDARD), Literal[FilterType, "CORS"]),
        Limit(When(until=V1_3, channels=EXPERIMENTAL), Literal[FilterType, "CORS"]),
    ),
    (HTTPCORSFilter, "allow_origins"): (
        Limit(When(until=V1_3), Annotated[tuple[URIOrigin, ...], Meta(max_length=64, extra=UNIQUE)]),
        Limit(
            When(since=V1_4, until=V1_4),
            Annotated[tuple[SchemeOrigin, ...], Meta(max_length=64, extra=UNIQUE)],
        ),
    ),
    (HTTPAuthConfig, "allowed_headers"): (
        Limit(When(until=V1_4), Annotated[tuple[str, ...], Meta(extra=UNIQUE)]),
    ),
    (HTTPAuthConfig, "allowed_response_headers"): (
        Limit(When(until=V1_4), Annotated[tuple[str, ...], Meta(extra=UNIQUE)]),
    ),
    (GRPCAuthConfig, "allowed_headers"): (
        Limit(When(until=V1_4), Annotated[tuple[str, ...], Meta(extra=UNIQUE)]),
    ),
    (ForwardBodyConfig, "max_size"): (
        Limit(When(since=MAIN), Annotated[int, Meta(ge=0, le=INT32_MAX)] | None),
    ),
    (HTTPRouteSpec, "rules"): (
        Limit(When(until=V1_4), Annotated[tuple[HTTPRouteRule, ...], Meta(max_length=16)]),
    ),
    (HTTPRouteRetry, "attempts"): (Limit(When(until=V1_5), int | None),),
    (HTTPRouteRetry, "codes"): (Limit(When(until=V1_5), tuple[Annotated[int, Meta(ge=400, le=599)], ...]),),
    **{
        (part, "session_persistence"): (
            Limit(When(until=V1_5), OlderSessionPersistence | None),
            Limit(When(since=MAIN), NewerSessionPersistence | None),
        )
        for part in (HTTPRouteRule, GRPCRouteRule, BackendTrafficPolicySpec)
    },
    (StreamRouteRule, "backend_refs"): (
        Limit(
            When(until=V1_3),
            Annotated[tuple[BackendRef, ...], Meta(min_length=1, max_length=16)],
            (),
        ),
    ),
    (StreamRouteSpec, "rules"): (
        Limit(
            When(api_versions=("v1",)),
            Annotated[tuple[StreamRouteRule, ...], Meta(min_length=1, max_length=1)],
        ),
    ),
    (TLSRouteSpec, "rules"): (
        Limit(
            When(api_versions=OF_TLS_V1),
            Annotated[tuple[StreamRouteRule, ...], Meta(min_length=1, max_length=1)],
        ),
    ),
    (TLSRouteSpec, "hostnames"): (
        Limit(
            When(until=V1_5, api_versions=OF_TLS_V1),
            Annotated[tuple[Hostname, ...], Meta(min_length=1, max_length=16)],
            NODEFAULT,
        ),
        Limit(
            When(since=V1_6, api_versions=OF_TLS_V1),
            Annotated[tuple[Hostname, ...], Meta(min_length=1, max_length=1024)],
            NODEFAULT,
        ),
        Limit(When(until=V1_5), Annotated[tuple[Hostname, ...], Meta(max_length=16)]),
    ),
    (BackendTLSPolicyValidation, "well_known_ca_certificates"): (
        Limit(When(until=V1_4), Literal["System"] | None),
    ),
}
"""By type and attribute; the first that holds counts, and where none does, the type that the `Part` says."""
