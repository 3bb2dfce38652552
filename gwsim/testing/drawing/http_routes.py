"""HTTPRoutes, their rules, matches and filters."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
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
from gwsim.resources.meta import (
    BackendObjectReference,
    LocalObjectReference,
    ParentReference,
)
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
from gwsim.testing.drawing.names import (
    ANY_HOSTNAMES,
    ANY_PATHS,
    GATEWAY_NAMES,
    V1,
    metadata,
    short,
    sometimes,
)

_HEADERS = ("x-a", "X-A", "x-b")
_VALUES = ("1", "2", "on,off", "A b")
_GATEWAYS_NAMED = (*4 * GATEWAY_NAMES[:1], *2 * GATEWAY_NAMES[1:], (None, "edge"), ("web", "missing"))
_PATTERNS = ("/.*", "/a(/.*)?", "/a.*", "/[ab]+", ".*b", "1|2", "[a-z0-9]*", "(?=a)", "(")
"""Of paths, headers and parameters; RE2 takes all but the last two."""
_MIRROR_SHARES = (
    (None, None),
    *((percent, None) for percent in (0, 20, 100)),
    *((None, MirrorFraction(1, total)) for total in (3, 100)),
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


def backend_references(
    *,
    names: Sequence[str] = ("v1", "v2"),
    namespaces: Sequence[str | None] = (None, None, None, "apps"),
    ports: Sequence[int] = (80, 80, 80, 8080),
) -> SearchStrategy[BackendObjectReference]:
    """Draw references to Services, and a few to a kind that gwsim does not know."""
    services = st.builds(
        BackendObjectReference,
        name=st.sampled_from(names),
        namespace=st.sampled_from(namespaces),
        port=st.sampled_from(ports),
    )
    bucket = st.just(BackendObjectReference(name="files", group="example.com", kind="Bucket"))
    return st.sampled_from((*9 * (services,), bucket)).flatmap(lambda chosen: chosen)


_ANY_BACKENDS = backend_references()


def _header_filters() -> SearchStrategy[HTTPHeaderFilter]:
    headers = st.lists(
        st.builds(HTTPHeader, name=st.sampled_from(_HEADERS), value=st.sampled_from(_VALUES)),
        max_size=2,
        unique_by=lambda header: header.name,
    ).map(tuple)
    names = st.lists(st.sampled_from((*_HEADERS, "X-B")), max_size=2, unique=True).map(tuple)
    return st.builds(HTTPHeaderFilter, set=headers, add=headers, remove=names)


def _path_modifiers(*, replace_prefix: bool) -> SearchStrategy[HTTPPathModifier | None]:
    whole = [HTTPPathModifier("ReplaceFullPath", path) for path in ("/new", "/", "", "new/")]
    part = [HTTPPathModifier("ReplacePrefixMatch", None, path) for path in ("/x", "/x/", "/", "", "x")]
    return st.sampled_from((None, *whole, *(part if replace_prefix else ())))


def http_route_filters(
    *,
    backends: SearchStrategy[BackendObjectReference] = _ANY_BACKENDS,
    redirects: bool = True,
    replace_prefix: bool = False,
) -> SearchStrategy[tuple[HTTPRouteFilter, ...]]:
    """
    Draw lists of filters that may stand together.

    Args:
        backends: of mirrors and authorisation servers.
        replace_prefix: whether ReplacePrefixMatch may occur: the rule has one match, of a prefix.
    """
    modifiers = _path_modifiers(replace_prefix=replace_prefix)
    hostname = sometimes("b.test")
    mirrors = st.builds(
        lambda ref, share: HTTPRequestMirrorFilter(ref, *share), backends, st.sampled_from(_MIRROR_SHARES)
    )
    redirect = st.builds(
        HTTPRequestRedirectFilter,
        scheme=sometimes("http", "https"),
        hostname=hostname,
        path=modifiers,
        port=sometimes(80, 443, 8443),
        status_code=st.sampled_from((302, 301, 308)),
    )
    auth = st.one_of(
        st.builds(HTTPExternalAuthFilter, st.just("HTTP"), backends, st.just(HTTPAuthConfig("/check"))),
        st.builds(
            HTTPExternalAuthFilter,
            protocol=st.just("GRPC"),
            backend_ref=backends,
            grpc=st.just(GRPCAuthConfig(("x-a",))),
            forward_body=st.just(ForwardBodyConfig(10)),
        ),
    )

    def of(type_: str, **content: SearchStrategy[object]) -> SearchStrategy[HTTPRouteFilter]:
        return st.builds(HTTPRouteFilter, type=st.just(type_), **content)

    each = st.one_of(
        of("RequestHeaderModifier", request_header_modifier=_header_filters()),
        of("ResponseHeaderModifier", response_header_modifier=_header_filters()),
        of("URLRewrite", url_rewrite=st.builds(HTTPURLRewriteFilter, hostname=hostname, path=modifiers)),
        of("RequestMirror", request_mirror=mirrors),
        of("CORS", cors=st.sampled_from(_CORS)),
        *([of("RequestRedirect", request_redirect=redirect)] if redirects else []),
        of("ExternalAuth", external_auth=auth),
        of("ExtensionRef", extension_ref=st.just(LocalObjectReference("example.com", "Plugin", "own"))),
    )
    return short("http_route_filters", st.lists(each, max_size=3, unique_by=_place).map(tuple))


def _place(each: HTTPRouteFilter) -> object:
    """What two filters of one list may not have in common."""
    if each.type in ("URLRewrite", "RequestRedirect"):
        return "where the request goes"
    return each if each.type == "RequestMirror" else each.type


def http_matches(
    *,
    paths: SearchStrategy[str] = ANY_PATHS,
    types: Sequence[str] = ("PathPrefix", "PathPrefix", "Exact", "RegularExpression"),
) -> SearchStrategy[HTTPRouteMatch]:
    """Draw matches: of paths in some ways, often of methods, headers and query parameters as well."""
    patterns = st.sampled_from(_PATTERNS)
    path = st.one_of(
        *(
            st.builds(HTTPPathMatch, st.just(each), patterns if each == "RegularExpression" else paths)
            for each in types
        )
    )
    values = st.sampled_from((*(("Exact", value) for value in _VALUES), ("RegularExpression", "[0-9]")))
    headers = st.builds(
        lambda name, value: HTTPHeaderMatch(name, value[1], value[0]),
        st.sampled_from((*_HEADERS, "host")),
        values,
    )
    parameters = st.builds(
        lambda name, value: HTTPQueryParamMatch(name, value[1], value[0]), st.sampled_from(("q", "Q")), values
    )
    return st.builds(
        HTTPRouteMatch,
        path=path,
        headers=st.lists(headers, max_size=2, unique_by=lambda each: each.name).map(tuple),
        query_params=st.lists(parameters, max_size=2, unique_by=lambda each: each.name).map(tuple),
        method=sometimes("GET", "POST"),
    )


def http_rules(
    *,
    paths: SearchStrategy[str] = ANY_PATHS,
    backends: SearchStrategy[BackendObjectReference] = _ANY_BACKENDS,
    weights: Sequence[int] = (1, 0, 2, 9),
) -> SearchStrategy[HTTPRouteRule]:
    """Draw rules of HTTPRoutes."""
    matches = http_matches(paths=paths)
    prefixes = http_matches(paths=paths, types=("PathPrefix",))
    many = st.lists(matches, min_size=1, max_size=2)

    def of(found: SearchStrategy[list[HTTPRouteMatch]], **choices: bool) -> SearchStrategy[HTTPRouteRule]:
        outcome = _outcome(backends, weights, **choices)
        return st.builds(
            lambda matches, fields, limits: HTTPRouteRule(None, tuple(matches), *fields, *limits),
            found,
            outcome,
            st.sampled_from(_LIMITS),
        )

    forwards = of(many, replace_prefix=False, redirect=False)
    one_prefix = st.lists(prefixes, min_size=1, max_size=1)
    replaces = of(one_prefix, replace_prefix=True, redirect=False)
    rules = st.one_of(
        forwards,
        forwards,
        replaces,
        replaces,
        of(many, replace_prefix=False, redirect=True),
        of(one_prefix, replace_prefix=True, redirect=True),
    )
    return short("http_rules", rules)


def _outcome(
    backends: SearchStrategy[BackendObjectReference],
    weights: Sequence[int],
    *,
    replace_prefix: bool,
    redirect: bool,
) -> SearchStrategy[tuple[tuple[HTTPRouteFilter, ...], tuple[HTTPBackendRef, ...]]]:
    """Filters and backendRefs: a rule that redirects has no backends."""
    own = http_route_filters(backends=backends, replace_prefix=replace_prefix, redirects=False)
    every = http_route_filters(backends=backends, replace_prefix=replace_prefix)
    if redirect:
        return st.tuples(every, st.just(()))
    chosen = st.sampled_from(weights)
    plain = st.builds(_weighted, backends, chosen)
    filtered = st.builds(
        _weighted,
        backends,
        chosen,
        every,
    )
    some = st.lists(st.one_of(plain, plain, plain, filtered), min_size=1, max_size=3).map(tuple)
    return st.tuples(st.one_of(st.just(()), own), st.one_of(some, some, some, some, st.just(())))


def _weighted(
    ref: BackendObjectReference, weight: int, filters: tuple[HTTPRouteFilter, ...] = ()
) -> HTTPBackendRef:
    return HTTPBackendRef(
        name=ref.name,
        group=ref.group,
        kind=ref.kind,
        namespace=ref.namespace,
        port=ref.port,
        weight=weight,
        filters=filters,
    )


def parent_references(
    *,
    gateways: Sequence[tuple[str | None, str]] = (
        *4 * GATEWAY_NAMES[:1],
        *2 * GATEWAY_NAMES[1:],
        (None, "edge"),
        ("web", "missing"),
    ),
) -> SearchStrategy[ParentReference]:
    """
    Draw references to Gateways, some of them to one listener or port.

    Args:
        gateways: namespace and name.
    """
    sections = st.sampled_from(
        ((None, None),) * 6 + (("one", None), ("none", None), (None, 80), ("two", 443))
    )
    return st.builds(
        lambda key, section: ParentReference(
            key[1], namespace=key[0], section_name=section[0], port=section[1]
        ),
        st.sampled_from(gateways),
        sections,
    )


_ANY_RULES = http_rules()
_ANY_PARENTS = parent_references()


def http_routes(
    *,
    names: Sequence[tuple[str, str]] = (
        ("apps", "cart"),
        ("apps", "shop"),
        ("infra", "cart"),
        ("web", "cart"),
    ),
    hostnames: SearchStrategy[str] = ANY_HOSTNAMES,
    rules: SearchStrategy[HTTPRouteRule] = _ANY_RULES,
    parents: SearchStrategy[ParentReference] = _ANY_PARENTS,
) -> SearchStrategy[HTTPRoute]:
    """
    Draw HTTPRoutes.

    Args:
        names: namespace and name.
    """
    spec = st.builds(
        HTTPRouteSpec,
        parent_refs=st.lists(
            parents, min_size=1, max_size=2, unique_by=lambda ref: (ref.namespace, ref.name)
        ).map(tuple),
        hostnames=st.lists(hostnames, max_size=2, unique=True).map(tuple),
        rules=st.lists(rules, min_size=1, max_size=3).map(tuple),
    )
    routes = st.builds(
        HTTPRoute, metadata(names, timed=True), api_version=st.just(V1), kind=st.just("HTTPRoute"), spec=spec
    )
    return short("http_routes", routes)
