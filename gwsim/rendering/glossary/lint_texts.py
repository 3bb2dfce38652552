"""What the codes of `gwsim lint` mean: what is legal, and most likely not meant."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.rendering.glossary.code_texts import Text

LINTS: Mapping[str, Text] = {
    "RouteNotAttached": Text(
        "No listener of a parent takes the route, so that nothing of it has an effect there",
        "Follow the reason that the finding gives: sectionName, port, kinds, namespaces or hostname",
        "CommonRouteSpec.parentRefs",
    ),
    "HostnameNotServed": Text(
        "A hostname of a route is one that no listener takes, among those that the route attaches to",
        "Remove it, or attach to a listener whose hostname covers it",
        "HTTPRouteSpec.hostnames",
    ),
    "RuleDropped": Text(
        "A rule cannot be implemented, and is left out: other rules take its requests",
        "Correct the expression or the filter that the finding names",
        "RouteConditionType.PartiallyInvalid",
    ),
    "GatewayNotServed": Text(
        "No GatewayClass of the input has a controller for the Gateway, or it asks for what cannot be had",
        "Name a GatewayClass that exists; `gwsim status` has the conditions",
        "Gateway.spec.gatewayClassName",
    ),
    "ListenerNotServing": Text(
        "A listener takes no traffic: its protocol, a conflict with another one, or its ListenerSet",
        "Follow the reason that the finding gives; `gwsim status` has the conditions",
        "Gateway.spec.listeners",
    ),
    "ListenerWithoutRoutes": Text(
        "A listener serves and has no route: it answers every request with an error",
        "Remove it, or attach a route",
        "Gateway.spec.listeners",
    ),
    "UnresolvedReference": Text(
        "A reference to a backend, a certificate or another object leads nowhere, or is not permitted",
        "Correct the reference, create the object, or add a ReferenceGrant",
        "RouteConditionType.ResolvedRefs, ListenerConditionType.ResolvedRefs",
    ),
    "NoReadyEndpoint": Text(
        "A backend has a share of the traffic and no ready endpoint, by the EndpointSlices of the input",
        "Start its pods, correct its selector, or take the backend out",
        "HTTPBackendRef",
    ),
    "NoWeight": Text(
        "All backends of a rule have weight 0", "Give one of them a weight", "HTTPBackendRef.weight"
    ),
    "UnusedGrant": Text(
        "A ReferenceGrant, or an entry of one, permits what no reference of the input makes use of",
        "Remove it, unless what refers is elsewhere",
        "ReferenceGrantSpec",
    ),
    "WideGrant": Text(
        "A ReferenceGrant permits references to every object of a kind, where some are referred to",
        "Name the objects that are meant, with an entry for each",
        "ReferenceGrantTo.name",
    ),
    "CertificateMismatch": Text(
        "A listener serves a hostname that none of its certificates is for: clients refuse the connection",
        "Add a certificate for the name, or correct the hostname",
        "ListenerTLSConfig.certificateRefs",
    ),
    "CertificateExpires": Text(
        "A listener's certificate is not valid on the day of `--on`, or for less than 30 days after it",
        "Have the certificate renewed",
        "ListenerTLSConfig.certificateRefs",
    ),
    "SameMatch": Text(
        "Two routes have the same match for the same hostname: the older one takes every request",
        "Remove one of the two, or tell them apart by a hostname or header",
        "HTTPRouteRule.matches",
    ),
    "NeverReached": Text(
        "No request reaches a match of a rule, because others take all of its requests",
        "Remove it, or make it more specific than the matches that the finding names",
        "HTTPRouteRule.matches",
    ),
    "RedirectLoop": Text(
        "A client that follows the redirects of a rule never arrives anywhere",
        "Redirect to what another rule answers",
        "HTTPRequestRedirectFilter",
    ),
    "RedirectNotServed": Text(
        "A rule redirects to a host or port that no Gateway of the input serves",
        "Correct the target, or add a listener and a route for it",
        "HTTPRequestRedirectFilter",
    ),
    "RetryNotIdempotent": Text(
        "A rule repeats requests, of methods of which a second one may do harm",
        "Give those methods a rule of their own, without retry",
        "HTTPRouteRetry (GEP-1731)",
    ),
    "SplitWithPersistence": Text(
        "A rule splits traffic by unequal weights, and sessions keep clients where they are",
        "Set absoluteTimeout, or split without sessionPersistence",
        "SessionPersistence (GEP-1619)",
    ),
    "PlainHTTP": Text(
        "A rule answers plain HTTP for a hostname that the same Gateway serves by HTTPS",
        "Redirect there to scheme https, and attach the rule to the HTTPS listener alone",
        "HTTPRequestRedirectFilter.scheme",
    ),
    "DeprecatedVersion": Text(
        "An object is written in an apiVersion that the API has deprecated",
        "Write the apiVersion that the finding names",
        "apiVersion",
    ),
    "UnknownLintCode": Text(
        "The annotation gwsim/lint-ignore names a code that `gwsim lint` does not have",
        "Correct the code, or remove it",
        "metadata.annotations",
    ),
}
"""By code. The annotation `gwsim/lint-ignore: CODE, CODE` of an object switches codes off for it."""
