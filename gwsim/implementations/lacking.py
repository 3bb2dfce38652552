"""What becomes of a construct whose feature an implementation does not support."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Effect(Enum):
    """What an implementation does with what it does not support."""

    RULE = "rule"
    """The rule cannot be implemented: it is dropped, and a route without any other is not accepted."""
    KIND = "kind"
    """Routes of the kind attach nowhere."""
    OBJECT = "object"
    """The object is as if it were not there; nobody writes its status."""
    LISTENER = "listener"
    """Listeners are not accepted."""
    GATEWAY = "gateway"
    """The Gateway says so in its status."""
    BACKEND = "backend"
    """The backend cannot be used: its share of the traffic gets an error."""
    CHOICE = "choice"
    """Requests are answered otherwise, as a choice of gwsim says."""
    FIELD = "field"
    """The field has no effect."""
    NOTHING = "nothing"
    """No request goes another way."""


class Consequence(NamedTuple):
    """What follows where a feature is missing."""

    effect: Effect
    says: str
    """A sentence without a full stop."""
    source: str
    """How far the specification goes, and where."""


_RULE = (
    "the rule is dropped (PartiallyInvalid, UnsupportedValue); a route of such rules alone is not accepted"
)
_MATCH = Consequence(Effect.RULE, _RULE, "RouteConditionType.PartiallyInvalid, RouteReasonUnsupportedValue")
_FILTER = Consequence(Effect.RULE, _RULE, "HTTPRouteRule.filters: a filter MUST NOT be skipped")
_IGNORED = "the field has no effect"
_OPEN_FIELD = Consequence(Effect.FIELD, _IGNORED, "not specified")
_UNCHANGED = Consequence(Effect.NOTHING, "requests go the same way", "not specified")
_KIND = "routes of this kind attach nowhere: no listener supports the kind"
_PROTOCOL = Consequence(
    Effect.KIND, f"{_KIND}, and listeners of its protocol are UnsupportedProtocol", "Listener.protocol"
)
_APP_PROTOCOL = Consequence(
    Effect.BACKEND,
    "the backend is invalid (ResolvedRefs=False, UnsupportedProtocol): its share gets 500",
    "MUST, HTTPBackendRef (GEP-1911)",
)
_RULE_FILTERS = (
    "HTTPRouteResponseHeaderModification",
    "HTTPRoutePortRedirect",
    "HTTPRouteSchemeRedirect",
    "HTTPRoutePathRedirect",
    "HTTPRoute303RedirectStatusCode",
    "HTTPRoute307RedirectStatusCode",
    "HTTPRoute308RedirectStatusCode",
    "HTTPRouteHostRewrite",
    "HTTPRoutePathRewrite",
    "HTTPRouteRequestMirror",
    "HTTPRouteRequestMultipleMirrors",
    "HTTPRouteRequestPercentageMirror",
    "HTTPRouteCORS",
    "HTTPRouteBackendRequestHeaderModification",
    "HTTPRouteBackendURLRewrite",
    "HTTPRouteBackendRequestRedirect",
    "GRPCRouteRequestHeaderModifier",
    "MeshHTTPRouteRewritePath",
    "MeshHTTPRouteSchemeRedirect",
    "MeshHTTPRouteRedirectPort",
    "MeshHTTPRouteRedirectPath",
    "MeshHTTPRouteBackendRequestHeaderModification",
)
_FIELDS = (
    "HTTPRouteRequestTimeout",
    "HTTPRouteBackendTimeout",
    "HTTPRouteRetry",
    "HTTPRouteRetryBackendTimeout",
    "HTTPRouteParentRefPort",
    "HTTPRouteDestinationPortMatching",
    "GatewayBackendClientCertificate",
    "BackendTLSPolicySANValidation",
)
CONSEQUENCES: Mapping[str, Consequence] = {
    **dict.fromkeys(("HTTPRouteMethodMatching", "HTTPRouteQueryParamMatching"), _MATCH),
    "MeshHTTPRouteQueryParamMatching": _MATCH,
    **dict.fromkeys(_RULE_FILTERS, _FILTER),
    **dict.fromkeys(_FIELDS, _OPEN_FIELD),
    **dict.fromkeys(
        ("HTTPRoute", "GRPCRoute"), Consequence(Effect.KIND, _KIND, "ListenerStatus.supportedKinds")
    ),
    **dict.fromkeys(("TLSRoute", "TCPRoute", "UDPRoute"), _PROTOCOL),
    **dict.fromkeys(("HTTPRouteBackendProtocolH2C", "HTTPRouteBackendProtocolWebSocket"), _APP_PROTOCOL),
    "ListenerSet": Consequence(
        Effect.OBJECT, "ListenerSets are ignored: their listeners do not exist", "extended, GEP-1713"
    ),
    "BackendTLSPolicy": Consequence(
        Effect.OBJECT,
        "the policy is ignored: connections to the backend are as without it, in plain text",
        "extended, GEP-713",
    ),
    "Mesh": Consequence(
        Effect.OBJECT,
        "parentRefs to Services are ignored: traffic between Services is not routed",
        "GEP-1324",
    ),
    "MeshConsumerRoute": Consequence(
        Effect.OBJECT, "parentRefs to Services of other namespaces are ignored", "extended, GEP-1294"
    ),
    "GatewayFrontendClientCertificateValidation": Consequence(
        Effect.FIELD, "clients are not asked for certificates", "not specified"
    ),
    "GatewayFrontendClientCertificateValidationInsecureFallback": Consequence(
        Effect.FIELD, "clients need a valid certificate all the same", "not specified"
    ),
    "GatewayStaticAddresses": Consequence(
        Effect.GATEWAY, "the Gateway is not accepted (UnsupportedAddress)", "Gateway.spec.addresses"
    ),
    "GatewayAddressEmpty": Consequence(
        Effect.GATEWAY, "the Gateway is not programmed (AddressNotAssigned)", "MUST, GatewaySpecAddress.value"
    ),
    "GatewayHTTPListenerIsolation": Consequence(
        Effect.CHOICE,
        "a request may be answered by the routes of a less specific listener (listenerIsolation=off)",
        "SHOULD, Gateway.spec.listeners",
    ),
    "GatewayHTTPSListenerDetectMisdirectedRequests": Consequence(
        Effect.CHOICE,
        "a request on another listener's connection is served, not refused with 421 (detectMisdirected=off)",
        "SHOULD, Gateway.spec.listeners",
    ),
    "TLSRouteModeTerminate": Consequence(
        Effect.LISTENER, "TLS listeners that terminate are not accepted (UnsupportedValue)", "extended"
    ),
    "TLSRouteModeMixed": Consequence(
        Effect.LISTENER, "TLS listeners of both modes on one port conflict (ProtocolConflict)", "extended"
    ),
    **dict.fromkeys(
        (
            "GatewayPort8080",
            "GatewayInfrastructurePropagation",
            "HTTPRouteNamedRouteRule",
            "GRPCRouteNamedRouteRule",
            "MeshHTTPRouteNamedRouteRule",
            "HTTPRouteRetryConnectionError",
            "MeshClusterIPMatching",
        ),
        _UNCHANGED,
    ),
}
"""By feature. `Gateway` and `ReferenceGrant` are not among them: what lacks these is no implementation."""
RULE_FEATURES = frozenset(name for name, each in CONSEQUENCES.items() if each.effect is Effect.RULE)
CHOICES: Mapping[str, str] = {
    "GatewayHTTPListenerIsolation": "listener_isolation",
    "GatewayHTTPSListenerDetectMisdirectedRequests": "detect_misdirected",
    "TLSRouteModeTerminate": "tls_mode_terminate",
    "TLSRouteModeMixed": "tls_mode_mixed",
}
"""Features that are also fields of `Implementation`: `off` where they are missing."""
