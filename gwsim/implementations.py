"""What the specification leaves to implementations, as typed choices."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, get_args

import msgspec
from msgspec import structs

from gwsim.errors import UsageError

OnOff: TypeAlias = Literal["on", "off"]
SamePort: TypeAlias = Literal["allow", "conflict"]
Winner: TypeAlias = Literal["noneWins", "firstWins"]


class Implementation(msgspec.Struct, frozen=True):
    """
    One way of reading the specification, a value for each thing that it leaves open.

    The defaults are gwsim's. On the command line a choice is in camel case: `--set regexRank=byLength`.
    """

    name: str = "spec"

    listener_isolation: OnOff = "on"
    """Only routes of the most specific listener for a host take part (GatewayHTTPListenerIsolation)."""
    detect_misdirected: OnOff = "on"
    """Answer 421 when the connection's SNI leads to another listener than the host."""
    http_https_same_port: SamePort = "conflict"
    """HTTP and HTTPS listeners on one port."""
    https_tls_same_port: SamePort = "allow"
    """HTTPS and TLS listeners with different hostnames on one port."""
    tcp_udp_same_port: SamePort = "allow"
    """TCP and UDP listeners on one port."""
    gateway_conflict: Winner = "noneWins"
    """Whether one of several conflicting listeners of a Gateway serves."""
    listener_set_internal_conflict: Winner = "noneWins"
    """Whether one of several conflicting listeners of a ListenerSet serves."""
    partial_gateway: Literal["accept", "reject"] = "accept"
    """A Gateway of whose listeners some are not valid."""
    unresolved_listener_accepted: Literal["true", "false"] = "true"
    """Accepted of a listener without a usable certificate."""
    multiple_certificates: Literal["all", "first"] = "all"
    """How many certificateRefs of a listener count."""
    tls_mode_terminate: OnOff = "on"
    """TLS listeners that terminate (TLSRouteModeTerminate)."""
    tls_mode_mixed: OnOff = "on"
    """TLS listeners of both modes on one port (TLSRouteModeMixed)."""
    tcp_route_on_tls_terminate: OnOff = "off"
    """TCPRoutes on TLS listeners that terminate."""

    hostname_fallback: OnOff = "on"
    """A less specific hostname's route may answer where the most specific one's does not hit."""
    hostname_precedence: Literal["effective", "literal"] = "effective"
    """Which hostname is measured: what listener and route have in common, or the route's own text."""
    hostname_rank: Literal["beforePath", "afterPath"] = "beforePath"
    """Where the hostname stands among the tie-breaks."""
    regex_rank: Literal["exact>regex>prefix", "exact>prefix>regex", "byLength"] = "exact>regex>prefix"
    """Where regular expressions of paths stand."""
    regex_dialect: Literal["re2", "pcre", "go"] = "re2"
    """Syntax of regular expressions."""
    regex_anchor: Literal["full", "start", "none"] = "full"
    """How much of a text a regular expression has to match."""
    method_rank: Literal["own", "asHeader"] = "own"
    """Whether a method is a tie-break of its own, or counts as one header more."""
    path_fallback: OnOff = "on"
    """Every path that hits competes; off: the best path alone, whatever its other conditions."""
    path_normalize: Literal["none", "rfc3986", "decode"] = "none"
    """What is done to a path before it is matched: nothing, dot segments removed, decoded as well."""
    merge_slashes: OnOff = "off"
    """Treat several slashes of a path as one."""
    escaped_slash: Literal["keep", "reject", "unescape", "redirect"] = "keep"
    """What is done about %2F in a path."""
    exact_encoded: Literal["raw", "decoded"] = "raw"
    """What Exact paths are compared with."""
    repeated_header: Literal["joined", "any", "first"] = "joined"
    """What a condition on a repeated header looks at."""
    repeated_query: Literal["first", "any", "last"] = "first"
    """What a condition on a repeated query parameter looks at."""
    query_decoding: Literal["decoded", "raw"] = "decoded"
    """Whether query parameters are decoded before they are compared."""
    grpc_http_coexistence: Literal["rejectYounger", "merge"] = "rejectYounger"
    """HTTPRoutes and GRPCRoutes with intersecting hostnames on one listener."""
    grpc_content_type_check: OnOff = "off"
    """Whether GRPCRoutes take calls of content type application/grpc alone."""
    invalid_rule: Literal["drop", "fallBack"] = "drop"
    """What becomes of a route with an invalid rule; offline there is nothing to fall back to."""

    zero_weights: Literal["500", "503", "404"] = "500"
    """Answer where all weights are 0."""
    no_endpoints: Literal["503", "500"] = "503"
    """Answer for the share of a Service without a ready endpoint."""
    external_name: Literal["reject", "allow"] = "reject"
    """Services of type ExternalName as backends."""
    unknown_app_protocol: Literal["ignore", "reject"] = "ignore"
    """An appProtocol that the specification does not define."""
    unknown_extension_ref: Literal["500", "passThrough"] = "500"
    """Requests that come by an ExtensionRef that gwsim does not know."""
    mirror_invalid: Literal["ignore", "500"] = "ignore"
    """Requests that come by a mirror whose reference does not resolve."""
    mirror_sees: Literal["listOrder", "final"] = "listOrder"
    """Whether a mirror's copy bears what filters after it change."""
    duplicate_header_action: Literal["first", "all"] = "first"
    """Several actions for one header name in one filter."""
    redirect_query: Literal["keep", "drop"] = "keep"
    """The query of a redirected request."""
    redirect_port80: Literal["hide", "show"] = "hide"
    """Port 80 of a redirect that sets no scheme."""
    redirect_response_headers: Literal["apply", "skip"] = "apply"
    """A rule's ResponseHeaderModifier on its own redirect."""
    prefix_replace_root: Literal["slashKept", "slashDropped"] = "slashKept"
    """The trailing slash where ReplacePrefixMatch replaces the whole path."""
    cors_no_match: Literal["204", "200", "403"] = "204"
    """Answer to a preflight whose origin is not allowed."""
    cors_empty_origins: Literal["none", "all"] = "none"
    """What an empty allowOrigins allows."""
    auth_fail_status: Literal["403", "503", "500"] = "403"
    """Answer where the authorisation server cannot be asked."""
    request_timeout_default: str = "none"
    """Timeout of a request whose rule states none; a duration."""
    backend_timeout_default: str = "none"
    """Timeout of an attempt where the rule states none; a duration."""
    backend_timeout_without_retry: Literal["perTry", "whole"] = "perTry"
    """What backendRequest limits in a rule without retry."""
    retry_default_attempts: str = "1"
    """Retries where the rule's retry states no attempts; a number."""
    retry_default_backoff: str = "25ms"
    """Wait before a retry where the rule's retry states none; a duration."""
    forwarded_headers: Literal["none", "xff", "full"] = "none"
    """X-Forwarded-* headers that the gateway adds."""
    session_persistence_partial_split: Literal["perBackend", "all", "none"] = "perBackend"
    """Session persistence by policy on some backends of a rule."""
    udp_unit: Literal["datagram", "flow"] = "datagram"
    """What the weights of a UDPRoute are counted in."""
    mesh_reference_grant: OnOff = "off"
    """Whether references of mesh routes to other namespaces need a ReferenceGrant."""
    mesh_group_core: Literal["reject", "alias"] = "reject"
    """parentRefs of mesh routes with `group: core`, which is no API group."""


SPEC = Implementation()
"""The specification, with gwsim's defaults where it leaves room."""

_ENVOY = structs.replace(
    SPEC,
    name="envoy",
    hostname_fallback="off",
    path_normalize="rfc3986",
    grpc_http_coexistence="merge",
    detect_misdirected="off",
)
KNOWN: tuple[Implementation, ...] = (
    SPEC,
    _ENVOY,
    structs.replace(_ENVOY, name="istio", regex_rank="exact>prefix>regex", gateway_conflict="firstWins"),
    structs.replace(
        SPEC,
        name="nginx",
        path_fallback="off",
        repeated_header="any",
        regex_anchor="start",
        path_normalize="decode",
        merge_slashes="on",
    ),
    structs.replace(
        SPEC,
        name="traefik",
        hostname_rank="afterPath",
        listener_isolation="off",
        path_normalize="rfc3986",
        merge_slashes="on",
        regex_rank="byLength",
    ),
)
"""Named sets of choices, as these data planes are known to make them."""


class Choice(msgspec.Struct, frozen=True):
    """One thing that the specification leaves open."""

    field: str
    """Of `Implementation`."""
    name: str
    """As `--set` has it."""
    values: tuple[str, ...]
    """The default first; empty where any text will do."""
    default: str


def _camel(field: str) -> str:
    head, *tail = field.split("_")
    return head + "".join(part.capitalize() for part in tail)


def choices() -> tuple[Choice, ...]:
    """Everything that can be chosen, in the order of `Implementation`."""
    return tuple(
        Choice(field.name, _camel(field.name), get_args(field.type), str(field.default))
        for field in structs.fields(Implementation)
        if field.name != "name"
    )


def with_choices(implementation: Implementation, settings: tuple[str, ...]) -> Implementation:
    """
    Make choices differently.

    Args:
        settings: `NAME=VALUE` each.

    Raises:
        UsageError: there is no such choice or value.
    """
    by_name = {choice.name: choice for choice in choices()}
    changed: dict[str, Any] = {}
    for setting in settings:
        name, mark, value = setting.partition("=")
        choice = by_name.get(name)
        if choice is None or not mark:
            raise UsageError(f"--set {setting}: expected NAME=VALUE with a NAME of {', '.join(by_name)}")
        if choice.values and value not in choice.values:
            raise UsageError(f"--set {setting}: expected one of {', '.join(choice.values)}, found {value!r}")
        changed[choice.field] = value
    return structs.replace(implementation, **changed)
