"""Constructs that no feature covers: reports say nothing about them."""

from __future__ import annotations

from gwsim.resources.features.requirements import GATEWAY, MESH, REQUIREMENTS, Requirement

_ALL_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
_ROUTES = ("HTTPRoute", "GRPCRoute")
_FILTERS, _BACKEND_FILTERS = "spec.rules[].filters[]", "spec.rules[].backendRefs[].filters[]"
_REGEX = ("RegularExpression",)
_MESH_FEATURES = {(row.kind, row.path) for row in REQUIREMENTS if row.where == MESH}
_IN_MESH = tuple(
    row._replace(feature=f"{row.feature} in a mesh", where=MESH)
    for row in REQUIREMENTS
    if row.where == GATEWAY
    and row.path.startswith("spec.rules")
    and (row.kind, row.path) not in _MESH_FEATURES
)
"""What is a feature at Gateways, and what profiles of meshes since v1.4 neither list nor test."""
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
    Requirement("GRPCRoute filters", "GRPCRoute", f"{_BACKEND_FILTERS}.requestHeaderModifier"),
    *(
        Requirement(
            "backends that are no Services", kind, "spec.rules[].backendRefs[].kind", but=("Service",)
        )
        for kind in _ALL_ROUTES
    ),
    *(
        Requirement("restricted kinds of routes", kind, "spec.listeners[].allowedRoutes.kinds[]")
        for kind in ("Gateway", "ListenerSet")
    ),
    *(
        Requirement("TLS options of an implementation's own", kind, "spec.listeners[].tls.options")
        for kind in ("Gateway", "ListenerSet")
    ),
    *(
        Requirement("default Gateways", kind, "spec.useDefaultGateways", values=("All",))
        for kind in _ALL_ROUTES
    ),
    Requirement("parameters of an implementation's own", "Gateway", "spec.infrastructure.parametersRef"),
    Requirement("default Gateways", "Gateway", "spec.defaultScope", values=("All",)),
    Requirement("retry budgets and policy session persistence", "XBackendTrafficPolicy", "spec"),
    Requirement("XBackend", "XBackend", "spec"),
    Requirement("XMesh", "XMesh", "spec"),
    *_IN_MESH,
)
"""In place of a feature, what the construct is."""
