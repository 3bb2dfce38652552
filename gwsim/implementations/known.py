"""What implementations are known to do where the specification leaves room, each with its basis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import structs

from gwsim.implementations.implementation import SPEC, Implementation

_READ, _DOC = "read in its source, August 2026", "documented by the proxy"
REPORTED = "its conformance report"
"""The basis of what reports tell; a report of another version may tell otherwise."""


class Habit(NamedTuple):
    """One choice that an implementation is known to make."""

    field: str
    """Of `Implementation`."""
    value: str
    basis: str
    """How it is known."""


def _habits(basis: str, **made: str) -> tuple[Habit, ...]:
    return tuple(Habit(field, value, basis) for field, value in made.items())


_ENVOY = (
    *_habits(_READ, path_normalize="rfc3986", grpc_http_coexistence="merge"),
    *_habits(_DOC, hostname_fallback="off", regex_anchor="full"),
    *_habits(REPORTED, detect_misdirected="off"),
)
_ON_ENVOY = _habits(
    _DOC,
    hostname_fallback="off",
    regex_dialect="re2",
    regex_anchor="full",
    exact_encoded="raw",
    repeated_header="joined",
    mirror_sees="final",
    redirect_query="keep",
)
"""Of what routes with Envoy."""
_NGINX = (
    *_habits(_READ, path_fallback="off", repeated_header="any", regex_anchor="start"),
    *_habits(_DOC, path_normalize="decode", merge_slashes="on"),
    *_habits("PCRE by its documentation, which gwsim does not run: RE2 stands in", regex_dialect="re2"),
)
_TRAEFIK = (
    *_habits(_READ, hostname_rank="afterPath", regex_rank="byLength"),
    *_habits(_READ, path_normalize="rfc3986", merge_slashes="on"),
    *_habits(REPORTED, listener_isolation="off"),
)
HABITS: Mapping[str, tuple[Habit, ...]] = {
    "envoy": _ENVOY,
    "istio": (
        *_ENVOY,
        *_ON_ENVOY,
        *_habits(
            _READ,
            hostname_precedence="effective",
            regex_rank="exact>prefix>regex",
            merge_slashes="off",
            escaped_slash="keep",
            zero_weights="500",
            mirror_invalid="ignore",
            retry_default_attempts="2",
            backend_timeout_without_retry="whole",
            http_https_same_port="allow",
            https_tls_same_port="allow",
            tcp_udp_same_port="conflict",
            gateway_conflict="firstWins",
            listener_set_internal_conflict="firstWins",
            partial_gateway="accept",
        ),
        *_habits(_DOC, multiple_certificates="all", tcp_route_on_tls_terminate="on"),
    ),
    "nginx": _NGINX,
    "traefik": (*_TRAEFIK, *_habits(_DOC, regex_dialect="go", regex_anchor="none", query_decoding="decoded")),
    "envoy-gateway": (
        *_ON_ENVOY,
        *_habits(
            _READ,
            path_normalize="rfc3986",
            merge_slashes="on",
            escaped_slash="redirect",
            hostname_precedence="effective",
            regex_rank="exact>regex>prefix",
            method_rank="asHeader",
            zero_weights="500",
            no_endpoints="503",
            grpc_http_coexistence="merge",
            invalid_rule="drop",
            unknown_extension_ref="500",
            mirror_invalid="500",
            duplicate_header_action="first",
            forwarded_headers="xff",
            http_https_same_port="conflict",
            https_tls_same_port="allow",
            tcp_udp_same_port="allow",
            gateway_conflict="noneWins",
            listener_set_internal_conflict="noneWins",
            partial_gateway="accept",
        ),
        *_habits(_DOC, multiple_certificates="all", tcp_route_on_tls_terminate="on"),
    ),
    "nginx-gateway-fabric": (
        *_NGINX,
        *_habits(
            _READ,
            hostname_precedence="effective",
            regex_rank="exact>regex>prefix",
            repeated_query="first",
            grpc_http_coexistence="merge",
            redirect_query="keep",
            redirect_port80="show",
            forwarded_headers="full",
            http_https_same_port="conflict",
            https_tls_same_port="allow",
            tcp_udp_same_port="allow",
            gateway_conflict="noneWins",
            listener_set_internal_conflict="firstWins",
            partial_gateway="accept",
        ),
        *_habits(_DOC, hostname_fallback="off", exact_encoded="decoded", query_decoding="decoded"),
    ),
    "cilium": (*_ON_ENVOY, *_habits(_READ, regex_rank="exact>regex>prefix")),
    "contour": _ON_ENVOY,
    "kgateway": _ON_ENVOY,
    "gloo-gateway": _ON_ENVOY,
    "calico": _ON_ENVOY,
}
"""By the name of the implementation; what is not here is not known, and stays as the specification has it."""


def with_habits(name: str) -> Implementation:
    """The specification, with what an implementation is known to choose."""
    return structs.replace(SPEC, name=name, **{each.field: each.value for each in HABITS.get(name, ())})


KNOWN: tuple[Implementation, ...] = (SPEC, *map(with_habits, ("envoy", "istio", "nginx", "traefik")))
"""Data planes of which little is known but what they choose."""
