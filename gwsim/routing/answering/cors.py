"""Cross-origin resource sharing, as the gateway does it (GEP-1767)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gwsim.addresses import Address
from gwsim.implementations import Implementation
from gwsim.resources.filters import HTTPCORSFilter
from gwsim.routing import clauses
from gwsim.routing.decision import CORS, NO_EDITS, ForwardedRequest, GatewayResponse, HeaderEdits
from gwsim.routing.request import Headers
from gwsim.trace import Step, check

DEFAULT_PORTS = {"http": "80", "https": "443"}


class CORSOutcome(msgspec.Struct, frozen=True):
    """What the filter does with one request."""

    cors: CORS
    edits: HeaderEdits
    """Of the backend's response."""
    answer: GatewayResponse | None
    """To a preflight."""
    steps: tuple[Step, ...]


def header(headers: Headers, name: str) -> str | None:
    """The first value of a request header."""
    return next((value for key, value in headers if key.lower() == name), None)


def is_preflight(request: ForwardedRequest) -> bool:
    """Whether a request asks for permission: OPTIONS, with Origin and Access-Control-Request-Method."""
    return (
        request.method == "OPTIONS"
        and header(request.headers, "origin") is not None
        and header(request.headers, "access-control-request-method") is not None
    )


def apply_cors(
    spec: HTTPCORSFilter, request: ForwardedRequest, address: Address, implementation: Implementation
) -> CORSOutcome:
    """Answer a preflight, or add headers to the response of an actual request."""
    origin = header(request.headers, "origin")
    everyone = not spec.allow_origins and implementation.cors_empty_origins == "all"
    patterns = ("*",) if everyone else spec.allow_origins
    allowed = origin is not None and any(origin_matches(pattern, origin) for pattern in patterns)
    preflight = is_preflight(request)
    steps = (
        check(clauses.CORS_PREFLIGHT, address, preflight, expected="OPTIONS", actual=request.method),
        check(
            clauses.CORS_ORIGIN,
            address.at("cors", "allowOrigins"),
            allowed,
            expected=spec.allow_origins,
            actual=origin,
        ),
    )
    cors = CORS(origin, allowed, preflight)
    if preflight:
        headers = _preflight_headers(spec, request) if allowed else ()
        status = 204 if allowed else int(implementation.cors_no_match)
        return CORSOutcome(cors, NO_EDITS, GatewayResponse(status, headers), steps)
    edits = HeaderEdits(set=_shared_headers(spec, origin or "")) if allowed else NO_EDITS
    return CORSOutcome(cors, edits, None, steps)


def origin_matches(pattern: str, origin: str) -> bool:
    """
    Whether an origin is one that an entry of `allowOrigins` stands for.

    A wildcard stands for one label or more; an absent port is the scheme's own.

    >>> origin_matches("https://*.example.com", "https://a.b.example.com")
    True

    Source:
        HTTPCORSFilter.allowOrigins (extended).
    """
    if pattern == "*":
        return True
    scheme, _, wanted = pattern.partition("://")
    actual_scheme, _, actual = origin.partition("://")
    if scheme.lower() != actual_scheme.lower():
        return False
    default = DEFAULT_PORTS.get(scheme.lower(), "")
    wanted_host, wanted_port = _split_port(wanted.lower())
    actual_host, actual_port = _split_port(actual.lower())
    if (wanted_port or default) != (actual_port or default):
        return False
    if wanted_host == "*":
        return actual_host != ""
    if wanted_host.startswith("*."):
        return actual_host.endswith(wanted_host[1:]) and len(actual_host) >= len(wanted_host)
    return actual_host == wanted_host


def _split_port(authority: str) -> tuple[str, str]:
    """Host and port, empty where there is none; an IPv6 address stands in brackets."""
    address, bracket, rest = authority.partition("]")
    if bracket:
        return address + bracket, rest.removeprefix(":")
    host, _, port = authority.partition(":")
    return host, port


def _shared_headers(spec: HTTPCORSFilter, origin: str) -> Headers:
    credentials = spec.allow_credentials is True
    everyone = spec.allow_origins == ("*",) and not credentials
    headers = [("Access-Control-Allow-Origin", "*" if everyone else origin)]
    if credentials:
        headers.append(("Access-Control-Allow-Credentials", "true"))
    exposed = [name for name in spec.expose_headers if name != "*" or not credentials]
    if exposed:
        headers.append(("Access-Control-Expose-Headers", ", ".join(exposed)))
    if not everyone:
        headers.append(("Vary", "Origin"))
    return tuple(headers)


def _preflight_headers(spec: HTTPCORSFilter, request: ForwardedRequest) -> Headers:
    def listed(values: Sequence[str], asked: str | None) -> str | None:
        if values == ("*",):
            return asked if spec.allow_credentials else "*"
        return ", ".join(values) or None

    methods = listed(spec.allow_methods, header(request.headers, "access-control-request-method"))
    names = listed(spec.allow_headers, header(request.headers, "access-control-request-headers"))
    return (
        *_shared_headers(spec, header(request.headers, "origin") or ""),
        *([("Access-Control-Allow-Methods", methods)] if methods else []),
        *([("Access-Control-Allow-Headers", names)] if names else []),
        ("Access-Control-Max-Age", str(spec.max_age)),
    )
