"""Constructs that no feature covers: reports say nothing about them."""

from __future__ import annotations

from gwsim.resources.features.requirements import Requirement

_ROUTES = ("HTTPRoute", "GRPCRoute")
_FILTERS, _BACKEND_FILTERS = "spec.rules[].filters[]", "spec.rules[].backendRefs[].filters[]"
_REGEX = ("RegularExpression",)
UNCOVERED: tuple[Requirement, ...] = (
    Requirement(
        "regular expressions in paths", "HTTPRoute", "spec.rules[].matches[].path.type", values=_REGEX
    ),
    Requirement(
        "regular expressions in query parameters",
        "HTTPRoute",
        "spec.rules[].matches[].queryParams[].type",
        values=_REGEX,
    ),
    Requirement(
        "regular expressions in gRPC methods",
        "GRPCRoute",
        "spec.rules[].matches[].method.type",
        values=_REGEX,
    ),
    *(
        Requirement(
            "regular expressions in headers", kind, "spec.rules[].matches[].headers[].type", values=_REGEX
        )
        for kind in _ROUTES
    ),
    *(
        Requirement("filters of an implementation's own (ExtensionRef)", kind, f"{filters}.extensionRef")
        for kind in _ROUTES
        for filters in (_FILTERS, _BACKEND_FILTERS)
    ),
    Requirement("external authorisation", "HTTPRoute", f"{_FILTERS}.externalAuth"),
    *(Requirement("session persistence", kind, "spec.rules[].sessionPersistence") for kind in _ROUTES),
    *(
        Requirement(
            "response headers changed at one backend", kind, f"{_BACKEND_FILTERS}.responseHeaderModifier"
        )
        for kind in _ROUTES
    ),
    *(Requirement("mirrors at one backend", kind, f"{_BACKEND_FILTERS}.requestMirror") for kind in _ROUTES),
    Requirement("CORS at one backend", "HTTPRoute", f"{_BACKEND_FILTERS}.cors"),
    *(
        Requirement("GRPCRoute filters", "GRPCRoute", f"{_FILTERS}.{field}")
        for field in ("responseHeaderModifier", "requestMirror")
    ),
    Requirement("restricted kinds of routes", "Gateway", "spec.listeners[].allowedRoutes.kinds[]"),
    Requirement("TLS options of an implementation's own", "Gateway", "spec.listeners[].tls.options"),
    Requirement("parameters of an implementation's own", "Gateway", "spec.infrastructure.parametersRef"),
    Requirement("default Gateways", "Gateway", "spec.defaultScope", values=("All",)),
    Requirement("retry budgets and policy session persistence", "XBackendTrafficPolicy", "spec"),
    Requirement("XBackend", "XBackend", "spec"),
    Requirement("XMesh", "XMesh", "spec"),
)
"""In place of a feature, what the construct is."""
