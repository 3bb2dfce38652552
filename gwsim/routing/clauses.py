"""The rules by which a request finds its listener, its rule and its backend."""

from __future__ import annotations

from gwsim.trace import Clause, Support

MUST, SHOULD, EXTENDED = Support.MUST, Support.SHOULD, Support.EXTENDED
IMPLEMENTATION, UNSPECIFIED = Support.IMPLEMENTATION, Support.UNSPECIFIED

LISTENER_CHOICE = Clause(
    "request.listener",
    "The most specific listener that fits port, protocol and name takes the request, and no other",
    EXTENDED,
    "Gateway.spec.listeners (GatewayHTTPListenerIsolation)",
)
LISTENER_FITS = Clause(
    "request.listener.fits",
    "A listener that works can take what arrives at its port, in its protocol, for its hostname",
    MUST,
    "Gateway.spec.listeners",
)
LISTENER_PORT = Clause(
    "request.port",
    "A connection is served by the listeners of its port",
    MUST,
    "Listener.port",
    "Send to a port that a listener has",
)
LISTENER_PROTOCOL = Clause(
    "request.protocol",
    "HTTP goes to HTTP listeners, TLS to HTTPS and TLS listeners, TCP and UDP to their own",
    MUST,
    "Listener.protocol",
    "Use the scheme of the listener",
)
LISTENER_HOSTNAME = Clause(
    "request.hostname",
    "The listener's hostname takes the host, or for TLS the server name (SNI); absent, every one",
    MUST,
    "Listener.hostname",
    "Send a host that a listener's hostname covers, or widen the hostname",
)
CLIENT_CERTIFICATE = Clause(
    "request.client-certificate",
    "The client shows a certificate that one of the listener's CAs issued",
    EXTENDED,
    "Gateway.spec.tls.frontend (GEP-91)",
    "Send a client certificate of a trusted CA",
)
MISDIRECTED = Clause(
    "request.misdirected",
    "On a TLS connection host and server name lead to the same listener; else the answer is 421",
    SHOULD,
    "Gateway.spec.listeners (GatewayHTTPSListenerDetectMisdirectedRequests)",
    "Open a connection of its own for this host",
)

MESH_ROUTES = Clause(
    "request.mesh",
    "Routes bound to a Service's port take its traffic: the client's namespace's own before the Service's",
    EXTENDED,
    "GEP-1294",
    "Bind a route to the Service, or call another port",
)
ESCAPED_SLASH = Clause(
    "request.escaped-slash",
    "A path may hold %2F; an implementation may refuse or redirect it",
    IMPLEMENTATION,
    "HTTPPathMatch.value",
    "Send the path without %2F",
)
RULE_MATCH = Clause(
    "match",
    "All conditions of a match must hold; the matches of a rule are alternatives",
    MUST,
    "HTTPRouteRule.matches",
)
ROUTE_HOSTNAME = Clause(
    "match.hostname",
    "The host is one that the route and its listener have in common; its port is not compared",
    MUST,
    "HTTPRoute.spec.hostnames",
    "Add the host to the route's hostnames",
)
PATH_EXACT = Clause(
    "match.path.exact",
    "An Exact path is the whole path, case-sensitively, its query apart",
    MUST,
    "HTTPPathMatch.type",
    "Send this very path, or use PathPrefix",
)
PATH_PREFIX = Clause(
    "match.path.prefix",
    "A prefix matches whole path segments, case-sensitively",
    MUST,
    "HTTPPathMatch.type",
    "Send a path below the prefix, or shorten the prefix",
)
PATH_REGEX = Clause(
    "match.path.regex",
    "A regular expression is RE2 and matches the whole path",
    IMPLEMENTATION,
    "HTTPPathMatch.type",
    "Send a path that the pattern matches as a whole",
)
GRPC_EXACT = Clause(
    "match.grpc.exact",
    "Service and method of the call are those named, case-sensitively; one that is absent means any",
    MUST,
    "GRPCMethodMatch",
    "Call this service and method",
)
GRPC_REGEX = Clause(
    "match.grpc.regex",
    "Service and method of the call match the patterns (RE2) as a whole",
    IMPLEMENTATION,
    "GRPCMethodMatch.type",
    "Call a service and method that the patterns match",
)
METHOD = Clause(
    "match.method",
    "The method is the one named; HEAD is not GET",
    EXTENDED,
    "HTTPRouteMatch.method",
    "Send this method, or remove it from the match",
)
HEADER_EXACT = Clause(
    "match.header.exact",
    "The header is there with just this value; names are case-insensitive, repeated values joined by commas",
    MUST,
    "HTTPHeaderMatch",
    "Send the header with this value",
)
HEADER_REGEX = Clause(
    "match.header.regex",
    "The header is there and the pattern (RE2) matches its whole value",
    IMPLEMENTATION,
    "HTTPHeaderMatch.type",
    "Send the header with a value that the pattern matches as a whole",
)
QUERY_EXACT = Clause(
    "match.query.exact",
    "The parameter is there with just this value; names are case-sensitive, the first of several counts",
    EXTENDED,
    "HTTPQueryParamMatch",
    "Send the parameter with this value",
)
QUERY_REGEX = Clause(
    "match.query.regex",
    "The query parameter is there and the pattern (RE2) matches its whole value",
    IMPLEMENTATION,
    "HTTPQueryParamMatch.type",
    "Send the parameter with a value that the pattern matches as a whole",
)

PRECEDENCE_HOST_PRECISE = Clause(
    "precedence.host-precise",
    "Among hits, a precise hostname comes before a wildcard, the longer first",
    MUST,
    "HTTPRoute.spec.hostnames",
)
PRECEDENCE_HOST_LENGTH = Clause(
    "precedence.host-length", "Then the hostname with more characters", MUST, "HTTPRoute.spec.hostnames"
)
PRECEDENCE_SERVICE = Clause(
    "precedence.service", "Then, for gRPC, the service with more characters", MUST, "GRPCRouteRule.matches"
)
PRECEDENCE_GRPC_METHOD = Clause(
    "precedence.grpc-method", "Then, for gRPC, the method with more characters", MUST, "GRPCRouteRule.matches"
)
PRECEDENCE_PATH_TYPE = Clause(
    "precedence.path-type",
    "Then an Exact path before the others; gwsim ranks regular expressions before prefixes",
    MUST,
    "HTTPRouteRule.matches",
)
PRECEDENCE_PATH_LENGTH = Clause(
    "precedence.path-length", "Then the path with more characters", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_METHOD = Clause(
    "precedence.method", "Then a match that names a method", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_HEADERS = Clause(
    "precedence.headers", "Then the match with more headers", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_QUERY = Clause(
    "precedence.query-params", "Then the match with more query parameters", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_AGE = Clause(
    "precedence.age",
    "Then the older route, by creationTimestamp; where the manifests have none, only the cluster knows",
    MUST,
    "HTTPRouteRule.matches",
)
PRECEDENCE_NAME = Clause(
    "precedence.name", "Then the route that is first by namespace/name", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_RULE = Clause(
    "precedence.rule", "Then, within a route, the first rule", MUST, "HTTPRouteRule.matches"
)
PRECEDENCE_MATCH = Clause(
    "precedence.match", "Then, within a rule, the first match", UNSPECIFIED, "HTTPRouteRule.matches"
)

FILTER_HEADERS = Clause(
    "filter.headers",
    "Each header name has one action: set, add or remove; a second one is passed over",
    MUST,
    "HTTPHeaderFilter",
    "Name each header once, in set, add or remove",
)
FILTER_REDIRECT = Clause(
    "filter.redirect",
    "A RequestRedirect answers with a Location that keeps from the request what the filter leaves out; "
    "where that is the request's own URL, clients loop",
    MUST,
    "HTTPRequestRedirectFilter",
    "Change scheme, host, port or path in the filter",
)
REDIRECT_PORT = Clause(
    "filter.redirect.port",
    "The Location shows the port unless it is the default of its scheme; "
    "without a port in the filter it is that of the scheme, or the listener's",
    SHOULD,
    "HTTPRequestRedirectFilter.port",
)
FILTER_REWRITE = Clause(
    "filter.rewrite",
    "A URLRewrite changes host or path towards the backend; matching is not repeated",
    EXTENDED,
    "HTTPURLRewriteFilter",
)
FILTER_MIRROR = Clause(
    "filter.mirror",
    "A mirror gets a copy of its fraction of requests; the client never sees its answer",
    EXTENDED,
    "HTTPRequestMirrorFilter",
)
FILTER_MIRROR_RESOLVED = Clause(
    "filter.mirror.resolved",
    "A mirror whose reference does not resolve is left out; the request itself goes on",
    EXTENDED,
    "HTTPRequestMirrorFilter.backendRef",
    "Mend the mirror's backendRef",
)
CORS_ORIGIN = Clause(
    "filter.cors.origin",
    "The origin is one of allowOrigins; else the request is served without CORS headers",
    EXTENDED,
    "HTTPCORSFilter.allowOrigins (GEP-1767)",
    "Add the origin to allowOrigins",
)
CORS_PREFLIGHT = Clause(
    "filter.cors.preflight",
    "OPTIONS with Origin and Access-Control-Request-Method is a preflight: the gateway answers it",
    EXTENDED,
    "HTTPCORSFilter (GEP-1767)",
)
FILTER_AUTH = Clause(
    "filter.external-auth",
    "The authorisation server is asked first; where it cannot be asked, the request is refused",
    EXTENDED,
    "HTTPExternalAuthFilter (GEP-1494)",
    "Mend the filter's backendRef",
)

BACKENDS_GIVEN = Clause(
    "backends.given",
    "A rule without backends, and without a filter that answers, gives 500",
    MUST,
    "HTTPRouteRule.backendRefs",
    "Add backendRefs to the rule",
)
BACKENDS_WEIGHTS = Clause(
    "backends.weights",
    "A backend's share is its weight over the sum of weights; when all are 0 there is nothing to choose",
    UNSPECIFIED,
    "HTTPBackendRef.weight",
    "Give one backend a weight above 0",
)
BACKEND_CHOSEN = Clause(
    "backends.draw",
    "The draw falls on one backend by weight; a backend that cannot be used keeps its share",
    MUST,
    "HTTPBackendRef.weight",
)
BACKEND_ENDPOINTS = Clause(
    "backends.endpoints",
    "The share of a Service without a ready endpoint gets 503",
    SHOULD,
    "HTTPBackendRef",
    "Make an endpoint of the Service ready",
)
