"""What the codes in gwsim's answers mean; clauses explain themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """The explanation of one code."""

    means: str
    do: str
    """What to change; empty where nothing is wrong."""
    source: str
    """API type and field."""


DECISIONS: Mapping[str, Text] = {
    "RuleMatched": Text(
        "A rule took the request, and forwards, redirects or answers it", "", "HTTPRouteRule"
    ),
    "CORSPreflight": Text(
        "The gateway answers a CORS preflight itself; no backend sees it", "", "HTTPCORSFilter (GEP-1767)"
    ),
    "NoListener": Text(
        "No listener that serves has this port: the connection is refused",
        "Send to a port that a listener has; `gwsim status` says why a listener does not serve",
        "Gateway.spec.listeners",
    ),
    "ProtocolMismatch": Text(
        "The port has listeners, but of another protocol: TLS arrives at plain HTTP, or the other way round",
        "Use the scheme of the listener",
        "Listener.protocol",
    ),
    "NoListenerForHostname": Text(
        "The port has listeners of the right protocol, but none with a hostname for this host or server name",
        "Send a host that a listener's hostname covers, or widen the hostname",
        "Listener.hostname",
    ),
    "MisdirectedRequest": Text(
        "On this TLS connection the host belongs to another listener than the server name did: 421",
        "Let the client open a connection of its own for the host; separate certificates make browsers do so",
        "Gateway.spec.listeners (GatewayHTTPSListenerDetectMisdirectedRequests)",
    ),
    "NoRouteMatched": Text(
        "A listener took the request, but no route attached to it has a hostname for the host: 404",
        "Add the host to a route's hostnames, or attach the route; `trace --why-not` says what keeps it off",
        "HTTPRoute.spec.hostnames",
    ),
    "NoMatchingRule": Text(
        "Routes have this host, but no match of theirs takes path, method, headers and query: 404",
        "Add a match, or a rule with path prefix / for everything else",
        "HTTPRouteRule.matches",
    ),
    "BackendNotFound": Text(
        "The backend that was drawn names a Service or a port that does not exist: 500",
        "Create the Service, or correct name, namespace or port of the backendRef",
        "HTTPBackendRef",
    ),
    "RefNotPermitted": Text(
        "The backend that was drawn is in another namespace, and no ReferenceGrant permits it: 500",
        "Create a ReferenceGrant in the backend's namespace, from the route's kind and namespace",
        "ReferenceGrant.spec",
    ),
    "InvalidKind": Text(
        "The backend that was drawn is of a kind that cannot be a backend: 500",
        "Refer to a Service that is not of type ExternalName",
        "BackendObjectReference.kind",
    ),
    "UnsupportedProtocol": Text(
        "The backend that was drawn has an appProtocol that this kind of route cannot speak: 500",
        "Change appProtocol of the Service's port; kubernetes.io/wss needs a BackendTLSPolicy",
        "BackendObjectReference (GEP-1911)",
    ),
    "NoBackends": Text(
        "The rule has no backendRefs, and no filter that answers: 500",
        "Add backendRefs to the rule, or a RequestRedirect",
        "HTTPRouteRule.backendRefs",
    ),
    "ZeroWeights": Text(
        "All backends of the rule have weight 0, so that there is nothing to choose: 500",
        "Give one backend a weight above 0",
        "HTTPBackendRef.weight",
    ),
    "NoEndpoints": Text(
        "The EndpointSlices of the Service that was drawn have no ready endpoint: 503",
        "Make a Pod of the Service ready",
        "HTTPBackendRef",
    ),
    "InvalidFilter": Text(
        "A filter of the rule cannot do its work, and must not be skipped: 500",
        "Remove the filter, or mend its reference",
        "HTTPRouteFilter",
    ),
    "InvalidBackendTLSPolicy": Text(
        "The backend's BackendTLSPolicy has no CA to trust; nothing is sent in plain text: 500",
        "Give the policy a ConfigMap with a certificate under ca.crt, or wellKnownCACertificates: System",
        "BackendTLSPolicy.spec.validation",
    ),
    "ClientCertificateRequired": Text(
        "The listener asks for a client certificate and the client shows none: the handshake fails",
        "Send a certificate that a CA of the Gateway's tls.frontend issued",
        "Gateway.spec.tls.frontend (GEP-91)",
    ),
    "ClientCertificateInvalid": Text(
        "No CA of the listener issued the certificate that the client shows: the handshake fails",
        "Send a certificate that a CA of the Gateway's tls.frontend issued",
        "Gateway.spec.tls.frontend (GEP-91)",
    ),
    "EscapedSlash": Text(
        "The path holds %2F, and the implementation refuses or redirects that (choice escapedSlash)",
        "Send the path without %2F",
        "HTTPPathMatch.value",
    ),
    "ServiceItself": Text(
        "No route is bound to the Service and port in the mesh: the traffic goes to the Service itself",
        "",
        "GEP-1294",
    ),
    "PastService": Text(
        "The request goes to an address of a Pod, past any Service: routes of a mesh do not see it",
        "",
        "GEP-1324",
    ),
}
"""Reasons of decisions."""

CONDITION_TYPES: Mapping[str, Text] = {
    "Accepted": Text(
        "Whether the controller takes the object, listener or attachment: sound, and allowed",
        "See the reason",
        "GatewayConditionType, ListenerConditionType, RouteConditionType, GatewayClassConditionType",
    ),
    "Programmed": Text(
        "Whether a Gateway or listener takes traffic", "See the reason", "GatewayConditionType"
    ),
    "ResolvedRefs": Text(
        "Whether all that a listener or route refers to exists, is of a usable kind, and is permitted",
        "See the reason",
        "ListenerConditionType, RouteConditionType",
    ),
    "Conflicted": Text(
        "Whether another listener claims the same port and name; True is bad, and then neither serves",
        "See the reason",
        "ListenerConditionType",
    ),
    "OverlappingTLSConfig": Text(
        "Whether TLS listeners of one port have hostnames that overlap; True is a warning",
        "Give the listeners hostnames that do not overlap, or expect 421 on reused connections",
        "ListenerConditionType.OverlappingTLSConfig",
    ),
    "PartiallyInvalid": Text(
        "Whether some rules of a route were dropped; True is bad, while the other rules work",
        "Mend the rules that the message names",
        "RouteConditionType.PartiallyInvalid",
    ),
    "SupportedVersion": Text(
        "Whether the version of the CRDs is one that the controller supports", "", "GatewayClassConditionType"
    ),
    "InsecureFrontendValidationMode": Text(
        "Whether a listener lets clients in without a valid certificate; True is a warning",
        "Set the validation's mode to AllowValidOnly",
        "GatewayConditionType.InsecureFrontendValidationMode",
    ),
    "DefaultGateway": Text(
        "Whether routes with useDefaultGateways attach to this Gateway; False is not written", "", "GEP-3793"
    ),
}
"""Types of conditions."""

CONDITION_REASONS: Mapping[str, Text] = {
    "Accepted": Text("Nothing is wrong", "", "Accepted=True"),
    "Programmed": Text("The Gateway or listener takes traffic", "", "Programmed=True"),
    "ResolvedRefs": Text("All references lead somewhere", "", "ResolvedRefs=True"),
    "SupportedVersion": Text("The CRDs' version is supported", "", "SupportedVersion=True"),
    "NoConflicts": Text("No other listener claims the same port and name", "", "Conflicted=False"),
    "Pending": Text(
        "No controller looks at the object: its class is not there, not accepted, or another controller's",
        "Name a GatewayClass that exists and is accepted; with --controller, name its controller",
        "Accepted=Unknown, Programmed=Unknown",
    ),
    "Invalid": Text(
        "The Gateway or listener takes no traffic, since something else about it is wrong",
        "Mend what its other conditions, or those of its listeners, name",
        "Programmed=False",
    ),
    "InvalidParameters": Text(
        "The object that parametersRef names does not exist",
        "Create the parameters object, or remove parametersRef",
        "Accepted=False of a GatewayClass or Gateway",
    ),
    "UnsupportedAddress": Text(
        "A requested address has a type that is not supported",
        "Use IPAddress or Hostname",
        "Accepted=False of a Gateway",
    ),
    "AddressNotAssigned": Text(
        "An address is requested without a value, and the implementation assigns none",
        "Write the address, or leave addresses out",
        "Programmed=False of a Gateway",
    ),
    "AddressNotUsable": Text(
        "A requested address is one that no host can have: unspecified or multicast",
        "Request another address, or leave addresses out",
        "Programmed=False of a Gateway",
    ),
    "ListenersNotValid": Text(
        "Listeners are not accepted: some of them when the condition is True, all when it is False",
        "Mend the listeners; each has conditions of its own",
        "Accepted of a Gateway",
    ),
    "ListenersNotResolved": Text(
        "References of some listeners do not resolve",
        "Mend the references; the conditions of those listeners name them",
        "ResolvedRefs=False of a Gateway",
    ),
    "UnsupportedProtocol": Text(
        "A listener has a protocol that does not exist here; or a backend speaks one that the route cannot",
        "Use HTTP, HTTPS, TLS, TCP or UDP; change appProtocol of the Service's port",
        "Accepted=False of a listener, ResolvedRefs=False of a route",
    ),
    "HostnameConflict": Text(
        "Another listener has the same port and hostname, so that nothing tells the two apart",
        "Give the listeners different hostnames or ports",
        "Accepted=False, Programmed=False, Conflicted=True of a listener",
    ),
    "ProtocolConflict": Text(
        "Another listener has the same port with a protocol that cannot share it",
        "Move one of the listeners to another port",
        "Accepted=False, Programmed=False, Conflicted=True of a listener",
    ),
    "InvalidRouteKinds": Text(
        "allowedRoutes.kinds lists a kind that does not exist or does not fit the protocol",
        "Remove the kinds that do not fit",
        "ResolvedRefs=False of a listener",
    ),
    "InvalidTLSConfig": Text(
        "A listener that terminates TLS names no certificate", "Add tls.certificateRefs", "Programmed=False"
    ),
    "InvalidCertificateRef": Text(
        "A certificateRef names no Secret, or one without a certificate and the key that belongs to it",
        "Create the Secret, of type kubernetes.io/tls, with tls.crt and tls.key in PEM",
        "ResolvedRefs=False of a listener",
    ),
    "OverlappingHostnames": Text(
        "The hostname of another TLS listener on the port overlaps with this one's",
        "Give the listeners hostnames that do not overlap",
        "OverlappingTLSConfig=True",
    ),
    "RefNotPermitted": Text(
        "A reference leads into another namespace, and no ReferenceGrant there permits it",
        "Create a ReferenceGrant in the namespace of the object that is referred to",
        "ResolvedRefs=False of a listener or route",
    ),
    "BackendNotFound": Text(
        "A backendRef names a Service, or a port of one, that does not exist",
        "Create the Service, or correct name, namespace or port",
        "ResolvedRefs=False of a route",
    ),
    "InvalidKind": Text(
        "A backendRef or an ExtensionRef names a kind that is not supported",
        "Refer to a Service that is not of type ExternalName; remove filters that gwsim does not know",
        "ResolvedRefs=False of a route",
    ),
    "NoMatchingParent": Text(
        "No listener of the Gateway has the sectionName and port of the parentRef",
        "Name a listener and port that the Gateway has, or leave them out",
        "Accepted=False of a route",
    ),
    "NotAllowedByListeners": Text(
        "The listeners that the parentRef selects take no routes of this kind or from this namespace",
        "Widen allowedRoutes of a listener; by default it takes routes of the Gateway's own namespace only",
        "Accepted=False of a route",
    ),
    "NoMatchingListenerHostname": Text(
        "No hostname of the route meets the hostname of a listener that it could attach to",
        "Give the route a hostname that a listener's hostname covers",
        "Accepted=False of a route",
    ),
    "UnsupportedValue": Text(
        "A rule has a value that cannot be implemented, such as a pattern that is no RE2; it is dropped",
        "Mend the rules that the message names",
        "Accepted=False, PartiallyInvalid=True of a route",
    ),
    "IncompatibleFilters": Text(
        "ReplacePrefixMatch stands in a rule that has not exactly one match of type PathPrefix",
        "Split the rule, so that each has one PathPrefix match",
        "Accepted=False of a route",
    ),
    "Conflicted": Text(
        "An older route or policy has the place: a GRPCRoute and an HTTPRoute with a hostname in common, "
        "several kinds of routes on a Service's port in a mesh, or several policies for one target",
        "Give the objects hostnames, ports or targets of their own",
        "Accepted=False of a route or policy",
    ),
    "NotAllowed": Text(
        "The Gateway takes no ListenerSets of this namespace; by default it takes none at all",
        "Set allowedListeners.namespaces.from on the Gateway",
        "Accepted=False, Programmed=False of a ListenerSet",
    ),
    "ParentNotAccepted": Text(
        "The Gateway of the ListenerSet is not accepted",
        "Mend the Gateway",
        "Accepted=False of a ListenerSet",
    ),
    "ParentNotProgrammed": Text(
        "The Gateway of the ListenerSet does not serve",
        "Mend the Gateway",
        "Programmed=False of a ListenerSet",
    ),
    "InvalidClientCertificateRef": Text(
        "The Secret with the certificate that the Gateway shows to backends is missing or not usable",
        "Create the Secret, with tls.crt and tls.key",
        "ResolvedRefs=False of a Gateway",
    ),
    "NoValidCACertificate": Text(
        "None of the references to CA certificates leads to one",
        "Give a ConfigMap with a certificate under ca.crt",
        "Accepted=False of a listener or BackendTLSPolicy",
    ),
    "InvalidCACertificateRef": Text(
        "A ConfigMap with CA certificates is missing, or holds none under ca.crt",
        "Create the ConfigMap with a certificate under ca.crt",
        "ResolvedRefs=False of a listener or BackendTLSPolicy",
    ),
    "InvalidCACertificateKind": Text(
        "A reference to CA certificates names something other than a ConfigMap",
        "Put the CA's certificate into a ConfigMap",
        "ResolvedRefs=False of a listener",
    ),
    "ConfigurationChanged": Text(
        "A listener lets clients in without a valid certificate (mode AllowInsecureFallback)",
        "Set the validation's mode to AllowValidOnly",
        "InsecureFrontendValidationMode=True of a Gateway",
    ),
    "DefaultGateway": Text(
        "The Gateway has defaultScope: All", "", "DefaultGateway=True of a Gateway (GEP-3793)"
    ),
    "TargetNotFound": Text(
        "What the policy targets is not in its namespace, or has no port of that name",
        "Name a Service of the policy's namespace; sectionName is the name of a port",
        "Accepted=False of a policy",
    ),
}
"""Reasons of conditions; their source is where they stand."""
