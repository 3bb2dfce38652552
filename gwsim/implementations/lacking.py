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
_VALUE = Consequence(
    Effect.RULE,
    _RULE,
    "HTTPRouteFilter.type, and types and values below it; IncompatibleFilters is allowed too",
)
_PART = Consequence(
    Effect.RULE, f"simulated as: {_RULE}", "not specified for this field; RouteConditionType.PartiallyInvalid"
)
_OPEN_FIELD = Consequence(Effect.FIELD, "simulated as: the field has no effect", "not specified")
_NAMED = Consequence(
    Effect.NOTHING, "requests go the same way; nothing can name the rule", "not specified, GEP-995"
)
_KIND = "routes of this kind attach nowhere: no listener supports the kind"
_PROTOCOL = Consequence(
    Effect.KIND, f"{_KIND}, and listeners of its protocol are UnsupportedProtocol", "Listener.protocol"
)
_APP_PROTOCOL = Consequence(
    Effect.BACKEND,
    "the backend is invalid (ResolvedRefs=False, UnsupportedProtocol): its share gets 500",
    "MUST, HTTPBackendRef (GEP-1911)",
)
_VALUES = (
    "HTTPRouteResponseHeaderModification",
    "HTTPRouteSchemeRedirect",
    "HTTPRoutePathRedirect",
    "HTTPRoute303RedirectStatusCode",
    "HTTPRoute307RedirectStatusCode",
    "HTTPRoute308RedirectStatusCode",
    "HTTPRouteHostRewrite",
    "HTTPRoutePathRewrite",
    "HTTPRouteRequestMirror",
    "HTTPRouteCORS",
    "HTTPRouteBackendRequestHeaderModification",
    "HTTPRouteBackendURLRewrite",
    "HTTPRouteBackendRequestRedirect",
    "GRPCRouteRequestHeaderModifier",
    "MeshHTTPRouteRewritePath",
    "MeshHTTPRouteSchemeRedirect",
    "MeshHTTPRouteRedirectPath",
    "MeshHTTPRouteBackendRequestHeaderModification",
)
_PARTS = (
    "HTTPRouteMethodMatching",
    "HTTPRouteQueryParamMatching",
    "MeshHTTPRouteQueryParamMatching",
    "HTTPRoutePortRedirect",
    "MeshHTTPRouteRedirectPort",
    "HTTPRouteRequestMultipleMirrors",
    "HTTPRouteRequestPercentageMirror",
)
_FIELDS = (
    "HTTPRouteRequestTimeout",
    "HTTPRouteBackendTimeout",
    "HTTPRouteRetry",
    "HTTPRouteRetryBackendTimeout",
    "HTTPRouteParentRefPort",
    "GatewayBackendClientCertificate",
    "BackendTLSPolicySANValidation",
)
CONSEQUENCES: Mapping[str, Consequence] = {
    **dict.fromkeys(_VALUES, _VALUE),
    **dict.fromkeys(_PARTS, _PART),
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
        Effect.FIELD, "simulated as: clients are not asked for certificates", "not specified"
    ),
    "GatewayFrontendClientCertificateValidationInsecureFallback": Consequence(
        Effect.FIELD, "simulated as: clients need a valid certificate all the same", "not specified"
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
        ("HTTPRouteNamedRouteRule", "GRPCRouteNamedRouteRule", "MeshHTTPRouteNamedRouteRule"), _NAMED
    ),
    "GatewayPort8080": Consequence(
        Effect.NOTHING,
        "the suite asked for a listener on port 8080 and did not get it; simulated all the same",
        "a hint: only tests name it",
    ),
    "HTTPRouteDestinationPortMatching": Consequence(
        Effect.NOTHING,
        "a hint: whether the port counts is reported as HTTPRouteParentRefPort",
        "experimental, its older twin",
    ),
    "GatewayInfrastructurePropagation": Consequence(
        Effect.NOTHING,
        "what is made for the Gateway lacks these labels and annotations; requests go the same way",
        "extended, Gateway.spec.infrastructure",
    ),
    "HTTPRouteRetryConnectionError": Consequence(
        Effect.NOTHING,
        "broken connections may not be tried again, of which gwsim simulates none",
        "experimental, HTTPRouteRule.retry (GEP-1731)",
    ),
    "MeshClusterIPMatching": Consequence(
        Effect.NOTHING,
        "requests may be taken by their Host rather than by the Service's address; simulated by the address",
        "extended, GEP-1324",
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
