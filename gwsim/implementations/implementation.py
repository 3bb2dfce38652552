"""What the specification leaves to implementations, as typed choices."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta


class About(msgspec.Struct, frozen=True):
    """What a choice is about."""

    says: str
    """Without a full stop."""
    source: str
    """How far the specification goes, and where: API type and field, feature, or GEP."""


OnOff: TypeAlias = Literal["on", "off"]
SamePort: TypeAlias = Literal["allow", "conflict"]
Winner: TypeAlias = Literal["noneWins", "firstWins"]
Limit: TypeAlias = Annotated[
    str, Meta(pattern=r"^(none|([0-9]{1,5}(h|m|s|ms)){1,4})\Z", title="none, or a duration such as 15s")
]
Wait: TypeAlias = Annotated[
    str, Meta(pattern=r"^([0-9]{1,5}(h|m|s|ms)){1,4}\Z", title="a duration such as 25ms")
]
Count: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{1,4}\Z", title="a whole number such as 2")]


class Implementation(msgspec.Struct, frozen=True):
    """
    One way of reading the specification, a value for each thing that it leaves open.

    The defaults are gwsim's. On the command line a choice is in camel case: `--set regexRank=byLength`.
    """

    name: str = "spec"
    unsupported_features: frozenset[str] = frozenset()
    """Of the Gateway API, by the names that conformance reports have for them; see `lacking`."""

    listener_isolation: Annotated[
        OnOff,
        About(
            "Only routes of the most specific listener for a host take part; off: of every one that fits",
            "SHOULD, GatewayHTTPListenerIsolation",
        ),
    ] = "on"
    detect_misdirected: Annotated[
        OnOff,
        About(
            "Answer 421 when the connection's SNI leads to another listener than the host",
            "SHOULD, GatewayHTTPSListenerDetectMisdirectedRequests",
        ),
    ] = "on"
    http_https_same_port: Annotated[
        SamePort,
        About(
            "Whether HTTP and HTTPS listeners may share a port",
            "Gateway.spec.listeners: distinct by the letter",
        ),
    ] = "conflict"
    https_tls_same_port: Annotated[
        SamePort,
        About(
            "Whether HTTPS and TLS listeners with different hostnames may share a port",
            "implementation-specific, Gateway.spec.listeners (GEP-2643)",
        ),
    ] = "allow"
    tcp_udp_same_port: Annotated[
        SamePort,
        About("Whether TCP and UDP listeners may share a port", "MAY, Gateway.spec.listeners (GEP-2645)"),
    ] = "allow"
    gateway_conflict: Annotated[
        Winner,
        About(
            "Whether the first of several conflicting listeners of a Gateway serves",
            "MUST NOT pick a winner, Gateway.spec.listeners",
        ),
    ] = "noneWins"
    listener_set_internal_conflict: Annotated[
        Winner,
        About(
            "Whether the first of several conflicting listeners of a ListenerSet serves",
            "not specified, GEP-1713",
        ),
    ] = "noneWins"
    partial_gateway: Annotated[
        Literal["accept", "reject"],
        About(
            "What becomes of a Gateway of whose listeners some are not valid", "MAY, Gateway.spec.listeners"
        ),
    ] = "accept"
    unresolved_listener_accepted: Annotated[
        Literal["true", "false"],
        About(
            "Whether a listener without a usable certificate is accepted",
            "not specified, ListenerConditionType.Accepted",
        ),
    ] = "true"
    multiple_certificates: Annotated[
        Literal["all", "first"],
        About(
            "How many certificateRefs of a listener count",
            "implementation-specific, ListenerTLSConfig.certificateRefs",
        ),
    ] = "all"
    tls_mode_terminate: Annotated[
        OnOff, About("TLS listeners that terminate are supported", "extended, TLSRouteModeTerminate")
    ] = "on"
    tls_mode_mixed: Annotated[
        OnOff, About("TLS listeners of both modes may share a port", "extended, TLSRouteModeMixed")
    ] = "on"
    tcp_route_on_tls_terminate: Annotated[
        OnOff, About("TCPRoutes attach to TLS listeners that terminate", "not specified, TCPRoute")
    ] = "off"

    hostname_fallback: Annotated[
        OnOff,
        About(
            "A less specific hostname's route answers where no rule of the most specific one's hits",
            "precedence among hits, HTTPRoute.spec.hostnames",
        ),
    ] = "on"
    hostname_precedence: Annotated[
        Literal["effective", "literal"],
        About(
            "Which hostname is measured: what listener and route have in common, or the route's own text",
            "not specified, HTTPRoute.spec.hostnames",
        ),
    ] = "effective"
    hostname_rank: Annotated[
        Literal["beforePath", "afterPath"],
        About("Where the hostname stands among the tie-breaks", "MUST be before, HTTPRoute.spec.hostnames"),
    ] = "beforePath"
    regex_rank: Annotated[
        Literal["exact>regex>prefix", "exact>prefix>regex", "byLength"],
        About("Where regular expressions of paths stand", "implementation-specific, HTTPRouteRule.matches"),
    ] = "exact>regex>prefix"
    regex_dialect: Annotated[
        Literal["re2", "go"],
        About(
            "Syntax of regular expressions; go differs from re2 in refusing \\C",
            "implementation-specific, HTTPPathMatch.type (GEP-4359)",
        ),
    ] = "re2"
    regex_anchor: Annotated[
        Literal["full", "start", "none"],
        About("How much of a text a regular expression has to match", "not specified, HTTPPathMatch.type"),
    ] = "full"
    method_rank: Annotated[
        Literal["own", "asHeader"],
        About(
            "Whether a method is a tie-break of its own, or counts as one header more",
            "MUST be own, HTTPRouteRule.matches",
        ),
    ] = "own"
    path_fallback: Annotated[
        OnOff,
        About(
            "Every path that hits competes; off: the best path alone, whatever its other conditions",
            "every hit competes, HTTPRouteRule.matches",
        ),
    ] = "on"
    path_normalize: Annotated[
        Literal["none", "rfc3986", "decode"],
        About(
            "What is done to a path before it is matched: nothing, dot segments removed, decoded as well",
            "not specified, HTTPPathMatch.value",
        ),
    ] = "none"
    merge_slashes: Annotated[
        OnOff, About("Treat several slashes of a path as one", "not specified, HTTPPathMatch.value")
    ] = "off"
    escaped_slash: Annotated[
        Literal["keep", "reject", "unescape", "redirect"],
        About("What is done about %2F in a path", "not specified, HTTPPathMatch.value"),
    ] = "keep"
    exact_encoded: Annotated[
        Literal["raw", "decoded"],
        About("What Exact paths are compared with", "not specified, HTTPPathMatch.value"),
    ] = "raw"
    repeated_header: Annotated[
        Literal["joined", "any", "first"],
        About(
            "What a condition on a repeated header looks at: the values joined, any, the first",
            "RFC 9110 suggests joining, HTTPHeaderMatch",
        ),
    ] = "joined"
    repeated_query: Annotated[
        Literal["first", "any", "last"],
        About(
            "What a condition on a repeated query parameter looks at",
            "the first is recommended, HTTPQueryParamMatch.name",
        ),
    ] = "first"
    query_decoding: Annotated[
        Literal["decoded", "raw"],
        About(
            "Whether query parameters are decoded before they are compared",
            "not specified, HTTPQueryParamMatch",
        ),
    ] = "decoded"
    grpc_http_coexistence: Annotated[
        Literal["rejectYounger", "merge"],
        About(
            "Of HTTPRoutes and GRPCRoutes with hostnames in common on a listener: the older alone, or both",
            "MUST accept exactly one, GRPCRoute.spec.hostnames",
        ),
    ] = "rejectYounger"
    grpc_content_type_check: Annotated[
        OnOff,
        About(
            "Whether GRPCRoutes take calls of content type application/grpc alone",
            "not specified, GRPCRouteMatch",
        ),
    ] = "off"
    invalid_rule: Annotated[
        Literal["drop", "fallBack"],
        About(
            "What becomes of a route with an invalid rule: the rest of it, or what it was (offline: nothing)",
            "either, RouteConditionType.PartiallyInvalid",
        ),
    ] = "drop"

    zero_weights: Annotated[
        Literal["500", "503", "404"],
        About("Answer where all weights are 0", "not specified, HTTPBackendRef.weight"),
    ] = "500"
    no_endpoints: Annotated[
        Literal["503", "500"],
        About("Answer for the share of a Service without a ready endpoint", "SHOULD be 503, HTTPBackendRef"),
    ] = "503"
    external_name: Annotated[
        Literal["reject", "allow"],
        About("Services of type ExternalName as backends", "SHOULD NOT be supported, BackendObjectReference"),
    ] = "reject"
    unknown_app_protocol: Annotated[
        Literal["ignore", "reject"],
        About(
            "An appProtocol that the specification does not define", "SHOULD know the standard ones, GEP-1911"
        ),
    ] = "ignore"
    unknown_extension_ref: Annotated[
        Literal["500", "passThrough"],
        About(
            "Requests that come by an ExtensionRef that gwsim does not know",
            "MUST be an error, HTTPRouteFilter.extensionRef",
        ),
    ] = "500"
    mirror_invalid: Annotated[
        Literal["ignore", "500"],
        About(
            "Requests that come by a mirror whose reference does not resolve",
            "the mirror is left out, HTTPRequestMirrorFilter",
        ),
    ] = "ignore"
    mirror_sees: Annotated[
        Literal["listOrder", "final"],
        About(
            "Whether a mirror's copy bears what filters after it change",
            "SHOULD be list order, HTTPRouteRule.filters",
        ),
    ] = "listOrder"
    duplicate_header_action: Annotated[
        Literal["first", "all"],
        About("Several actions for one header name in one filter", "invalid, HTTPHeaderFilter"),
    ] = "first"
    redirect_query: Annotated[
        Literal["keep", "drop"],
        About("The query of a redirected request", "not specified, HTTPRequestRedirectFilter"),
    ] = "keep"
    redirect_port80: Annotated[
        Literal["hide", "show"],
        About("Port 80 of a redirect that sets no scheme", "SHOULD hide, HTTPRequestRedirectFilter.port"),
    ] = "hide"
    redirect_response_headers: Annotated[
        Literal["apply", "skip"],
        About("A rule's ResponseHeaderModifier on its own redirect", "not specified, HTTPRouteRule.filters"),
    ] = "apply"
    prefix_replace_root: Annotated[
        Literal["slashKept", "slashDropped"],
        About(
            "The trailing slash where ReplacePrefixMatch replaces the whole path",
            "not specified, HTTPPathModifier.replacePrefixMatch",
        ),
    ] = "slashKept"
    cors_no_match: Annotated[
        Literal["204", "200", "403"],
        About("Answer to a preflight whose origin is not allowed", "any of them, HTTPCORSFilter (GEP-1767)"),
    ] = "204"
    cors_empty_origins: Annotated[
        Literal["none", "all"],
        About("What an empty allowOrigins allows", "not specified, HTTPCORSFilter.allowOrigins (GEP-1767)"),
    ] = "none"
    auth_fail_status: Annotated[
        Literal["403", "503", "500"],
        About(
            "Answer where the authorisation server cannot be asked",
            "MUST fail closed, HTTPExternalAuthFilter (GEP-1494)",
        ),
    ] = "403"
    request_timeout_default: Annotated[
        Limit,
        About(
            "Timeout of a request whose rule states none",
            "implementation-specific, HTTPRouteTimeouts.request (GEP-1742)",
        ),
    ] = "none"
    backend_timeout_default: Annotated[
        Limit,
        About(
            "Timeout of an attempt where the rule states none",
            "implementation-specific, HTTPRouteTimeouts.backendRequest (GEP-1742)",
        ),
    ] = "none"
    backend_timeout_without_retry: Annotated[
        Literal["perTry", "whole"],
        About(
            "What backendRequest limits in a rule without retry",
            "of each attempt, HTTPRouteTimeouts.backendRequest (GEP-1742)",
        ),
    ] = "perTry"
    retry_default_attempts: Annotated[
        Count,
        About(
            "Retries where the rule's retry states no attempts",
            "implementation-specific, HTTPRouteRetry.attempts (GEP-1731)",
        ),
    ] = "1"
    retry_default_backoff: Annotated[
        Wait,
        About(
            "Wait before a retry where the rule's retry states none",
            "implementation-specific, HTTPRouteRetry.backoff (GEP-1731)",
        ),
    ] = "25ms"
    forwarded_headers: Annotated[
        Literal["none", "xff", "full"],
        About("X-Forwarded-* headers that the gateway adds", "not part of the API"),
    ] = "none"
    session_persistence_partial_split: Annotated[
        Literal["perBackend", "all", "none"],
        About(
            "Session persistence by policy on some backends of a rule", "implementation-specific, GEP-1619"
        ),
    ] = "perBackend"
    udp_unit: Annotated[
        Literal["datagram", "flow"],
        About(
            "What the weights of a UDPRoute are counted in; with flow, one source address keeps its backend",
            "not specified, UDPRouteRule.backendRefs",
        ),
    ] = "datagram"
    mesh_reference_grant: Annotated[
        OnOff,
        About(
            "Whether references of mesh routes to other namespaces need a ReferenceGrant",
            "not needed in most meshes, GEP-1294",
        ),
    ] = "off"
    mesh_group_core: Annotated[
        Literal["reject", "alias"],
        About(
            "parentRefs of mesh routes with `group: core`, which is no API group",
            "the group must be empty, ParentReference.group",
        ),
    ] = "reject"


SPEC = Implementation()
"""The specification, with gwsim's defaults where it leaves room."""
