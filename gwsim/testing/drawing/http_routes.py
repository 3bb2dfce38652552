"""HTTPRoutes, their rules, matches and filters."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from hypothesis.strategies import SearchStrategy

from gwsim.resources.filters import (
    ForwardBodyConfig,
    GRPCAuthConfig,
    HTTPAuthConfig,
    HTTPCORSFilter,
    HTTPExternalAuthFilter,
    HTTPHeader,
    HTTPHeaderFilter,
    HTTPPathModifier,
    HTTPRequestMirrorFilter,
    HTTPRequestRedirectFilter,
    HTTPRouteFilter,
    HTTPURLRewriteFilter,
    MirrorFraction,
)
from gwsim.resources.meta import LocalObjectReference, ParentReference
from gwsim.resources.routes import (
    CookieConfig,
    HTTPBackendRef,
    HTTPHeaderMatch,
    HTTPPathMatch,
    HTTPQueryParamMatch,
    HTTPRoute,
    HTTPRouteMatch,
    HTTPRouteRetry,
    HTTPRouteRule,
    HTTPRouteSpec,
    HTTPRouteTimeouts,
    SessionPersistence,
)
from gwsim.testing.drawing.dice import Dice, thrown
from gwsim.testing.drawing.names import BACKENDS, HOSTNAMES, PATHS, ROUTE_NAMES, V1, metadata

WEIGHTS = (1, 1, 0, 2, 9)
_VALUES = ("1", "2", "on,off", "A b")
_PATTERNS = ("/.*", "/a(/.*)?", "/a.*", "/[ab]+", ".*b", "1|2", "[a-z0-9]*", "(?=a)", "(")
"""Of paths; RE2 takes all but the last two."""
_HEADERS = tuple(HTTPHeader(name, value) for name in ("x-a", "X-A", "x-b") for value in _VALUES)
_REMOVED = ("x-a", "X-A", "x-b", "X-B")
_HEADER_MATCHES = (
    *(HTTPHeaderMatch(name, value) for name in ("x-a", "X-A", "x-b", "host") for value in _VALUES),
    *(HTTPHeaderMatch(name, "[0-9]", "RegularExpression") for name in ("x-a", "host")),
)
_PARAMETERS = (
    *(HTTPQueryParamMatch(name, value) for name in ("q", "Q") for value in _VALUES),
    HTTPQueryParamMatch("q", "[0-9]", "RegularExpression"),
)
_CORS = (
    HTTPCORSFilter(allow_origins=("*",), allow_methods=("*",), allow_headers=("*",)),
    HTTPCORSFilter(allow_origins=("https://*.test",), allow_credentials=True, allow_methods=("*",)),
    HTTPCORSFilter(allow_origins=("https://a.test",), allow_methods=("GET",), expose_headers=("X-A",)),
    HTTPCORSFilter(),
)
_LIMITS: tuple[tuple[HTTPRouteTimeouts | None, HTTPRouteRetry | None, SessionPersistence | None], ...] = (
    *4 * ((None, None, None),),
    (HTTPRouteTimeouts("10s", "1s500ms"), HTTPRouteRetry(), None),
    (HTTPRouteTimeouts("0s", "60s"), None, SessionPersistence()),
    (
        HTTPRouteTimeouts(backend_request="1h"),
        HTTPRouteRetry(codes=(500, 503), attempts=3, backoff="100ms"),
        SessionPersistence(absolute_timeout="24h", cookie_config=CookieConfig("Permanent")),
    ),
    (None, None, SessionPersistence(type="Header", session_name="x-b")),
)
"""Timeouts, retry, session persistence."""
_WHOLE_PATHS = (None, *(HTTPPathModifier("ReplaceFullPath", path) for path in ("/new", "/", "", "new/")))
_PREFIXES = tuple(HTTPPathModifier("ReplacePrefixMatch", None, path) for path in ("/x", "/x/", "/", "", "x"))
_AUTHS = tuple(
    auth
    for ref in BACKENDS
    for auth in (
        HTTPExternalAuthFilter("HTTP", ref, HTTPAuthConfig("/check")),
        HTTPExternalAuthFilter(
            "GRPC", ref, grpc=GRPCAuthConfig(("x-a",)), forward_body=ForwardBodyConfig(10)
        ),
    )
)
MIRRORS = tuple(
    HTTPRequestMirrorFilter(ref, percent, fraction)
    for ref in BACKENDS
    for percent, fraction in (
        *((percent, None) for percent in (None, 0, 20, 100)),
        *((None, MirrorFraction(1, total)) for total in (3, 100)),
    )
)
PLUGIN = LocalObjectReference("example.com", "Plugin", "own")
_TYPES = (
    *("RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite", "RequestMirror", "CORS"),
    *("ExternalAuth", "ExtensionRef", "RequestRedirect"),
)


def header_filter(dice: Dice) -> HTTPHeaderFilter:
    """Choose edits of headers, some of them of one header."""
    return HTTPHeaderFilter(
        set=dice.some(_HEADERS, most=2, key=lambda each: each.name),
        add=dice.some(_HEADERS, most=2, key=lambda each: each.name),
        remove=dice.some(_REMOVED, most=2, key=str),
    )


def _filter(dice: Dice, types: Sequence[str], *, replace_prefix: bool) -> HTTPRouteFilter:
    paths = (*_WHOLE_PATHS, *(_PREFIXES if replace_prefix else ()))
    match dice.one(types):
        case "RequestHeaderModifier":
            return HTTPRouteFilter("RequestHeaderModifier", request_header_modifier=header_filter(dice))
        case "ResponseHeaderModifier":
            return HTTPRouteFilter("ResponseHeaderModifier", response_header_modifier=header_filter(dice))
        case "URLRewrite":
            rewrite = HTTPURLRewriteFilter(dice.one((None, "b.test")), dice.one(paths))
            return HTTPRouteFilter("URLRewrite", url_rewrite=rewrite)
        case "RequestMirror":
            return HTTPRouteFilter("RequestMirror", request_mirror=dice.one(MIRRORS))
        case "CORS":
            return HTTPRouteFilter("CORS", cors=dice.one(_CORS))
        case "ExternalAuth":
            return HTTPRouteFilter("ExternalAuth", external_auth=dice.one(_AUTHS))
        case "RequestRedirect":
            redirect = HTTPRequestRedirectFilter(
                scheme=dice.one((None, "http", "https")),
                hostname=dice.one((None, "b.test")),
                path=dice.one(paths),
                port=dice.one((None, None, 80, 443, 8443)),
                status_code=dice.one((302, 301, 308)),
            )
            return HTTPRouteFilter("RequestRedirect", request_redirect=redirect)
        case _:
            return HTTPRouteFilter("ExtensionRef", extension_ref=PLUGIN)


def _place(each: HTTPRouteFilter) -> Hashable:
    """What two filters of one list may not have in common."""
    if each.type in ("URLRewrite", "RequestRedirect"):
        return "where the request goes"
    return id(each) if each.type == "RequestMirror" else each.type


def _filters(
    dice: Dice, *, replace_prefix: bool, redirects: bool = True, least: int = 0
) -> tuple[HTTPRouteFilter, ...]:
    """
    Choose filters that may stand together.

    Args:
        replace_prefix: whether ReplacePrefixMatch may occur: the rule has one match, of a prefix.
    """
    types = _TYPES if redirects else _TYPES[:-1]
    found: dict[Hashable, HTTPRouteFilter] = {}
    for _ in range(max(least, dice.number(4))):
        each = _filter(dice.part(10), types, replace_prefix=replace_prefix)
        found.setdefault(_place(each), each)
    return tuple(found.values())


def _match(dice: Dice, paths: Sequence[str], *, prefix: bool = False) -> HTTPRouteMatch:
    match "PathPrefix" if prefix else dice.one(("PathPrefix", "PathPrefix", "Exact", "RegularExpression")):
        case "RegularExpression":
            path = HTTPPathMatch("RegularExpression", dice.one(_PATTERNS))
        case "Exact":
            path = HTTPPathMatch("Exact", dice.one(paths))
        case _:
            path = HTTPPathMatch("PathPrefix", dice.one(paths))
    plain = dice.one((True, True, False))
    if plain:
        return HTTPRouteMatch(path)
    return HTTPRouteMatch(
        path,
        headers=dice.some(_HEADER_MATCHES, most=2, key=lambda each: each.name),
        query_params=dice.some(_PARAMETERS, most=2, key=lambda each: each.name),
        method=dice.one((None, None, "GET", "POST")),
    )


def http_matches(*, paths: Sequence[str] = PATHS) -> SearchStrategy[HTTPRouteMatch]:
    """
    Draw matches: of paths in some ways, often of methods, headers and query parameters as well.

    Args:
        paths: of Exact and PathPrefix.
    """
    return thrown("http_matches", lambda dice: _match(dice, paths), throws=16)


def _rule(dice: Dice) -> HTTPRouteRule:
    sort = dice.one(("one prefix", "several", "one prefix", "several", "redirect", "redirected prefix"))
    limits = dice.one(_LIMITS)
    filtered = dice.one((False, True))
    of_matches, of_filters, of_backends = dice.part(21), dice.part(31), dice.part(49)
    replace_prefix = "prefix" in sort
    if replace_prefix:
        matches: tuple[HTTPRouteMatch, ...] = (_match(of_matches, PATHS, prefix=True),)
    else:
        matches = tuple(_match(of_matches.part(10), PATHS) for _ in range(1 + of_matches.number(2)))
    if sort.startswith("redirect"):
        filters = _filters(of_filters, replace_prefix=replace_prefix, least=1)
        return HTTPRouteRule(None, matches, filters, (), *limits)
    backends = tuple(
        _backend(of_backends.part(16), replace_prefix=replace_prefix)
        for _ in range(of_backends.one((1, 1, 2, 2, 3, 0)))
    )
    filters = _filters(of_filters, replace_prefix=replace_prefix, redirects=False) if filtered else ()
    return HTTPRouteRule(None, matches, filters, backends, *limits)


def _backend(dice: Dice, *, replace_prefix: bool) -> HTTPBackendRef:
    ref = dice.one(BACKENDS)
    weight = dice.one(WEIGHTS)
    filters = _filters(dice, replace_prefix=replace_prefix) if dice.number(4) == 3 else ()
    return HTTPBackendRef(ref.name, ref.group, ref.kind, ref.namespace, ref.port, weight, filters)


def http_route(dice: Dice, parents: tuple[ParentReference, ...], default: str | None) -> HTTPRoute:
    """
    Choose an HTTPRoute.

    Args:
        default: `useDefaultGateways`.
    """
    meta = metadata(dice, ROUTE_NAMES)
    hostnames = dice.part(3).some(HOSTNAMES, most=2, key=str)
    rules = tuple(_rule(dice.part(104)) for _ in range(1 + dice.number(3)))
    spec = HTTPRouteSpec(parents, hostnames, rules, default)  # type: ignore[arg-type]
    return HTTPRoute(meta, api_version=V1, kind="HTTPRoute", spec=spec)
