"""Which construct of a manifest needs which feature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

GATEWAY, MESH, ANYWHERE = "gateway", "mesh", ""
"""Where a route has to be bound for a construct of it to count: to a Gateway, to a Service, wherever."""


class Requirement(NamedTuple):
    """One construct that needs a feature."""

    feature: str
    kind: str
    path: str
    """Fields from the object's root, `[]` for every item of a list; it counts where there is a value."""
    where: str = ANYWHERE
    values: tuple[object, ...] = ()
    """The values that need the feature; empty for any."""
    lacks: str = ""
    """A field that has to be absent below the path."""
    but: tuple[object, ...] = ()
    """The values that do not need it; empty for none."""


def _rows(kind: str, where: str, paths: Mapping[str, str]) -> tuple[Requirement, ...]:
    return tuple(Requirement(feature, kind, path, where) for feature, path in paths.items())


_FILTERS = "spec.rules[].filters[]"
_BACKEND_FILTERS = "spec.rules[].backendRefs[].filters[]"
_VALIDATION = ("spec.tls.frontend.default.validation", "spec.tls.frontend.perPort[].tls.validation")
_INSECURE = "GatewayFrontendClientCertificateValidationInsecureFallback"
HINTS = frozenset({"GatewayPort8080", "HTTPRouteDestinationPortMatching"})
"""
Features that manifests use without needing them: port 8080 says nothing by itself, and what the port of a
parentRef needs is HTTPRouteParentRefPort, of which HTTPRouteDestinationPortMatching is an older twin.
"""
KINDS = (
    "Gateway",
    "ListenerSet",
    "ReferenceGrant",
    "HTTPRoute",
    "GRPCRoute",
    "TLSRoute",
    "TCPRoute",
    "UDPRoute",
    "BackendTLSPolicy",
)
"""Kinds that are features themselves."""
REQUIREMENTS: tuple[Requirement, ...] = (
    *(Requirement(kind, kind, "spec") for kind in KINDS),
    Requirement("GatewayPort8080", "Gateway", "spec.listeners[].port", values=(8080,)),
    Requirement("GatewayStaticAddresses", "Gateway", "spec.addresses[].value"),
    Requirement("GatewayAddressEmpty", "Gateway", "spec.addresses[]", lacks="value"),
    Requirement("GatewayInfrastructurePropagation", "Gateway", "spec.infrastructure.labels"),
    Requirement("GatewayInfrastructurePropagation", "Gateway", "spec.infrastructure.annotations"),
    Requirement("GatewayBackendClientCertificate", "Gateway", "spec.tls.backend.clientCertificateRef"),
    *(Requirement("GatewayFrontendClientCertificateValidation", "Gateway", path) for path in _VALIDATION),
    *(
        Requirement(_INSECURE, "Gateway", f"{path}.mode", values=("AllowInsecureFallback",))
        for path in _VALIDATION
    ),
    Requirement(
        "ListenerSet",
        "Gateway",
        "spec.allowedListeners.namespaces.from",
        values=("All", "Same", "Selector"),
    ),
    *_rows(
        "HTTPRoute",
        GATEWAY,
        {
            "HTTPRouteDestinationPortMatching": "spec.parentRefs[].port",
            "HTTPRouteParentRefPort": "spec.parentRefs[].port",
            "HTTPRouteBackendRequestHeaderModification": f"{_BACKEND_FILTERS}.requestHeaderModifier",
            "HTTPRouteBackendURLRewrite": f"{_BACKEND_FILTERS}.urlRewrite",
            "HTTPRouteBackendRequestRedirect": f"{_BACKEND_FILTERS}.requestRedirect",
            "HTTPRouteQueryParamMatching": "spec.rules[].matches[].queryParams[]",
            "HTTPRouteMethodMatching": "spec.rules[].matches[].method",
            "HTTPRoutePortRedirect": f"{_FILTERS}.requestRedirect.port",
            "HTTPRouteSchemeRedirect": f"{_FILTERS}.requestRedirect.scheme",
            "HTTPRoutePathRedirect": f"{_FILTERS}.requestRedirect.path",
            "HTTPRouteHostRewrite": f"{_FILTERS}.urlRewrite.hostname",
            "HTTPRoutePathRewrite": f"{_FILTERS}.urlRewrite.path",
            "HTTPRouteRequestMirror": f"{_FILTERS}.requestMirror",
            "HTTPRouteRequestTimeout": "spec.rules[].timeouts.request",
            "HTTPRouteBackendTimeout": "spec.rules[].timeouts.backendRequest",
            "HTTPRouteNamedRouteRule": "spec.rules[].name",
            "HTTPRouteCORS": f"{_FILTERS}.cors",
            "HTTPRouteRetry": "spec.rules[].retry",
            "HTTPRouteRetryConnectionError": "spec.rules[].retry",
        },
    ),
    *(
        Requirement(
            "HTTPRouteRequestPercentageMirror", "HTTPRoute", f"{_FILTERS}.requestMirror.{field}", GATEWAY
        )
        for field in ("percent", "fraction")
    ),
    Requirement("HTTPRouteResponseHeaderModification", "HTTPRoute", f"{_FILTERS}.responseHeaderModifier"),
    *(
        Requirement(
            f"HTTPRoute{code}RedirectStatusCode",
            "HTTPRoute",
            f"{_FILTERS}.requestRedirect.statusCode",
            values=(code,),
        )
        for code in (303, 307, 308)
    ),
    *_rows(
        "HTTPRoute",
        MESH,
        {
            "MeshHTTPRouteRewritePath": f"{_FILTERS}.urlRewrite.path",
            "MeshHTTPRouteSchemeRedirect": f"{_FILTERS}.requestRedirect.scheme",
            "MeshHTTPRouteRedirectPort": f"{_FILTERS}.requestRedirect.port",
            "MeshHTTPRouteRedirectPath": f"{_FILTERS}.requestRedirect.path",
            "MeshHTTPRouteBackendRequestHeaderModification": f"{_BACKEND_FILTERS}.requestHeaderModifier",
            "MeshHTTPRouteQueryParamMatching": "spec.rules[].matches[].queryParams[]",
            "MeshHTTPRouteNamedRouteRule": "spec.rules[].name",
        },
    ),
    Requirement("GRPCRouteNamedRouteRule", "GRPCRoute", "spec.rules[].name"),
    Requirement("GRPCRouteRequestHeaderModifier", "GRPCRoute", f"{_FILTERS}.requestHeaderModifier", GATEWAY),
    Requirement("BackendTLSPolicySANValidation", "BackendTLSPolicy", "spec.validation.subjectAltNames[]"),
)
"""What a field by itself needs; what takes more than one field is in `using`."""
