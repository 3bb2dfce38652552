"""The rules by which objects reach one another."""

from __future__ import annotations

from gwsim.trace import Clause, Support

MUST, SHOULD = Support.MUST, Support.SHOULD
IMPLEMENTATION, UNSPECIFIED = Support.IMPLEMENTATION, Support.UNSPECIFIED

CLASS_OURS = Clause(
    "class.controller",
    "A GatewayClass belongs to the controller that its controllerName names; nobody else touches it",
    MUST,
    "GatewayClass.spec.controllerName",
    "Name a controller that runs in the cluster",
)
CLASS_PARAMETERS = Clause(
    "class.parameters",
    "The object that parametersRef names exists and is of a kind that the controller reads",
    SHOULD,
    "GatewayClass.spec.parametersRef",
    "Create the parameters object, or remove parametersRef",
)
GATEWAY_CLASS = Clause(
    "gateway.class",
    "A Gateway is served by the controller of its GatewayClass, once that class is accepted",
    MUST,
    "Gateway.spec.gatewayClassName",
    "Name a GatewayClass that exists and is accepted",
)
GATEWAY_PARAMETERS = Clause(
    "gateway.parameters",
    "The object that infrastructure.parametersRef names exists and is of a kind that the controller reads",
    SHOULD,
    "Gateway.spec.infrastructure.parametersRef",
    "Create the parameters object, or remove parametersRef",
)
GATEWAY_ADDRESS_TYPE = Clause(
    "gateway.address.type",
    "Every requested address has a type that the implementation supports",
    MUST,
    "Gateway.spec.addresses[].type",
    "Use IPAddress or Hostname",
)
GATEWAY_ADDRESS_USABLE = Clause(
    "gateway.address.usable",
    "Every requested address can be bound: unspecified and multicast addresses cannot",
    MUST,
    "Gateway.spec.addresses[].value",
    "Request an address that a host can have, or leave addresses out",
)
GATEWAY_ADDRESS_GIVEN = Clause(
    "gateway.address.given",
    "An address without a value is assigned by the implementation, where it supports that",
    MUST,
    "GatewaySpecAddress.value",
    "Write the address",
)
GATEWAY_LISTENERS = Clause(
    "gateway.listeners",
    "A Gateway is accepted as long as one of its listeners is",
    MUST,
    "Gateway.spec.listeners",
    "Mend one listener at least",
)

LISTENER = Clause(
    "listener",
    "A listener serves when its protocol is supported, nothing conflicts with it and its references resolve",
    MUST,
    "Gateway.spec.listeners",
)
LISTENER_PROTOCOL = Clause(
    "listener.protocol",
    "The listener's protocol is one that the implementation supports",
    MUST,
    "Listener.protocol",
    "Use HTTP, HTTPS, TLS, TCP or UDP",
)
LISTENER_DISTINCT_HOSTNAME = Clause(
    "listener.distinct.hostname",
    "Listeners of one port and protocol have different hostnames; where they do not, none of them serves",
    MUST,
    "Gateway.spec.listeners",
    "Give the listeners different hostnames or ports",
)
LISTENER_DISTINCT_PROTOCOL = Clause(
    "listener.distinct.protocol",
    "Listeners of one port have protocols that can share it; where they do not, none of them serves",
    MUST,
    "Gateway.spec.listeners",
    "Move one of the listeners to another port",
)
LISTENER_ROUTE_KINDS = Clause(
    "listener.route-kinds",
    "Every kind in allowedRoutes.kinds is a kind of route that fits the listener's protocol",
    MUST,
    "AllowedRoutes.kinds",
    "Remove the kinds that do not fit the protocol",
)
LISTENER_TLS = Clause(
    "listener.tls",
    "A listener that terminates TLS names a certificate",
    MUST,
    "Listener.tls",
    "Add tls.certificateRefs",
)
CERTIFICATE = Clause(
    "listener.certificate",
    "A listener serves with those of its certificates that can be used",
    MUST,
    "ListenerTLSConfig.certificateRefs",
)
CERTIFICATE_KIND = Clause(
    "listener.certificate.kind",
    "A certificateRef names a Secret of the core group",
    MUST,
    "ListenerTLSConfig.certificateRefs",
    "Refer to a Secret of type kubernetes.io/tls",
)
CERTIFICATE_EXISTS = Clause(
    "listener.certificate.exists",
    "The Secret that a certificateRef names exists",
    MUST,
    "ListenerTLSConfig.certificateRefs",
    "Create the Secret, or correct the reference",
)
CERTIFICATE_USABLE = Clause(
    "listener.certificate.usable",
    "The Secret holds tls.crt and tls.key in PEM, and the key belongs to the certificate",
    MUST,
    "ListenerTLSConfig.certificateRefs",
    "Put a certificate and its key into tls.crt and tls.key",
)
CERTIFICATES_OVERLAP = Clause(
    "listener.tls.overlap",
    "TLS listeners of one port whose hostnames overlap carry a warning: connections may be reused",
    MUST,
    "ListenerConditionType.OverlappingTLSConfig",
    "Give the listeners hostnames that do not overlap",
)

ATTACH = Clause(
    "attach",
    "A route attaches to a listener that its parentRef selects and that takes its kind, namespace and host",
    MUST,
    "CommonRouteSpec.parentRefs",
)
ATTACH_PARENT = Clause(
    "attach.parent",
    "A parentRef names a Gateway that exists and is served; else no controller writes any status",
    MUST,
    "ParentReference.name",
    "Name a Gateway that exists, with its namespace when it is another one",
)
ATTACH_SECTION = Clause(
    "attach.section",
    "sectionName selects the listener of that name",
    MUST,
    "ParentReference.sectionName",
    "Name a listener of the Gateway, or leave sectionName out",
)
ATTACH_PORT = Clause(
    "attach.port",
    "port selects the listeners on that port",
    Support.EXTENDED,
    "ParentReference.port",
    "Name a port that a listener has, or leave port out",
)
ATTACH_KIND = Clause(
    "attach.kind",
    "The listener's protocol and allowedRoutes.kinds take routes of this kind",
    MUST,
    "AllowedRoutes.kinds",
    "Add the kind to the listener's allowedRoutes.kinds, or attach to a listener of a fitting protocol",
)
ATTACH_NAMESPACE = Clause(
    "attach.namespace",
    "The listener's allowedRoutes.namespaces take this namespace; by default only the Gateway's own",
    MUST,
    "AllowedRoutes.namespaces",
    "Set allowedRoutes.namespaces.from to All, or to Selector with labels that the route's Namespace has",
)
ATTACH_HOSTNAME = Clause(
    "attach.hostname",
    "One hostname of the route intersects with the listener's hostname",
    MUST,
    "HTTPRoute.spec.hostnames",
    "Give the route a hostname that the listener's hostname covers",
)

RULE_VALID = Clause(
    "rule.valid",
    "A rule that cannot be implemented is dropped; the others of its route stay",
    MUST,
    "RouteConditionType.PartiallyInvalid",
)
RULE_FEATURE = Clause(
    "rule.feature",
    "What a rule asks for is supported by the implementation",
    Support.EXTENDED,
    "RouteConditionType.PartiallyInvalid",
    "Do without it, or choose an implementation that supports it",
)
RULE_REGEX = Clause(
    "rule.regex",
    "A regular expression is one that the implementation's dialect takes; gwsim's is RE2",
    IMPLEMENTATION,
    "HTTPPathMatch.type",
    "Write the pattern in RE2's syntax: no look-around, no back-references",
)
RULE_REPLACE_PREFIX = Clause(
    "rule.replace-prefix",
    "ReplacePrefixMatch needs exactly one match in the rule, and that of type PathPrefix",
    MUST,
    "HTTPPathModifier.type",
    "Split the rule, so that each has one PathPrefix match",
)

BACKEND = Clause(
    "backend",
    "A backendRef that does not resolve keeps its share of the traffic, which gets 500",
    MUST,
    "HTTPBackendRef",
)
BACKEND_KIND = Clause(
    "backend.kind",
    "A backendRef names a kind that the implementation supports: Service",
    MUST,
    "BackendObjectReference.kind",
    "Refer to a Service",
)
BACKEND_GRANT = Clause(
    "backend.grant",
    "A reference to another namespace needs a ReferenceGrant there",
    MUST,
    "ReferenceGrant.spec",
    "Create a ReferenceGrant in the namespace of the object, from this kind and namespace",
)
BACKEND_EXISTS = Clause(
    "backend.exists",
    "The object that a backendRef names exists",
    MUST,
    "BackendObjectReference.name",
    "Create the Service, or correct the reference",
)
BACKEND_PORT = Clause(
    "backend.port",
    "The Service has a port of that number: spec.ports[].port, not its targetPort nor its name",
    UNSPECIFIED,
    "BackendObjectReference.port",
    "Use a number of the Service's spec.ports[].port",
)
BACKEND_EXTERNAL_NAME = Clause(
    "backend.external-name",
    "Services of type ExternalName are not supported as backends",
    SHOULD,
    "BackendObjectReference.kind",
    "Use a Service with endpoints",
)
BACKEND_APP_PROTOCOL = Clause(
    "backend.app-protocol",
    "The Service port's appProtocol is one that this kind of route can speak",
    SHOULD,
    "BackendObjectReference (GEP-1911)",
    "Change the port's appProtocol; kubernetes.io/wss needs a BackendTLSPolicy",
)
EXTENSION_RESOLVED = Clause(
    "filter.extension",
    "An ExtensionRef that cannot be resolved must not be skipped: its requests get an error",
    MUST,
    "HTTPRouteFilter.extensionRef",
    "Remove the filter, or run an implementation that knows the kind",
)
