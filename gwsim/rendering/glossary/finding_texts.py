"""What the codes of findings mean: what is wrong with a manifest."""

from __future__ import annotations

from collections.abc import Mapping

from gwsim.rendering.glossary.code_texts import Text

_ANY = "any field"
_FILTER = "HTTPRouteFilter"
_PATH = "HTTPPathMatch.value"
_TEXT = "the file"

FINDINGS: Mapping[str, Text] = {
    "YAMLSyntax": Text("The text is no YAML", "Correct it where the finding points", _TEXT),
    "JSONSyntax": Text("The text is no JSON", "Correct it where the finding points", _TEXT),
    "Encoding": Text("The file is not UTF-8, or has characters that no text has", "Save it as UTF-8", _TEXT),
    "DuplicateKey": Text("One mapping has the same key twice", "Remove one of the two", _TEXT),
    "AliasCycle": Text("A YAML alias stands inside the value that it repeats", "Write the value out", _TEXT),
    "TooManyAliases": Text(
        "YAML aliases multiply the document beyond what the API server's parser takes",
        "Write the values out",
        _TEXT,
    ),
    "TooDeep": Text("Lists and mappings are nested too deeply", "Flatten the document", _TEXT),
    "NotAnObject": Text(
        "A document is no mapping with apiVersion and kind",
        "Put `---` between manifests, or remove it",
        _TEXT,
    ),
    "DuplicateObject": Text(
        "The same object is given twice: which one the cluster would have depends on their order",
        "Remove or rename one of the two",
        "metadata.name",
    ),
    "UnknownKind": Text("The kind is spelt as no kind of its API group is", "Correct the spelling", "kind"),
    "UnservedVersion": Text(
        "The API server does not serve this version of the kind", "Use a version that it names", "apiVersion"
    ),
    "UnknownField": Text(
        "The API has no such field; the API server drops it, and `kubectl --validate=strict` refuses it",
        "Correct its name or indentation, or remove it",
        _ANY,
    ),
    "Required": Text("A field that must be there is not", "Add it", _ANY),
    "InvalidType": Text(
        "A value is of another type than the field: often a number or on/off/yes/no without quotes",
        "Write a value of the type that is expected",
        _ANY,
    ),
    "UnsupportedValue": Text(
        "A value is none of those that the field takes, or one that JSON cannot hold",
        "Use one of the values that the finding lists",
        _ANY,
    ),
    "InvalidPattern": Text("A string does not have the form that the field asks for", "Rewrite it", _ANY),
    "TooLong": Text("A string is longer than the field takes", "Shorten it", _ANY),
    "TooShort": Text("A string is empty where one is needed", "Write a value, or remove the field", _ANY),
    "TooMany": Text("A list or mapping has more items than the field takes", "Remove some", _ANY),
    "TooFew": Text("A list or mapping has fewer items than the field needs", "Add some, or remove it", _ANY),
    "OutOfRange": Text("A number is smaller or greater than the field takes", "Use one in the range", _ANY),
    "Duplicate": Text("Items of a list that must differ are equal", "Join the two, or rename one", _ANY),
    "InvalidName": Text(
        "A name is not one that Kubernetes takes", "Use lower case, digits and -", "metadata"
    ),
    "InvalidLabel": Text(
        "The key or the value of a label or annotation is not one that Kubernetes takes",
        "Use letters, digits, -, _ and ., with a DNS name as prefix of the key if any",
        "metadata.labels, metadata.annotations, Gateway.spec.infrastructure",
    ),
    "InvalidTimestamp": Text(
        "creationTimestamp is no time as in RFC 3339", "Write it as 2026-01-31T12:00:00Z", "metadata"
    ),
    "InvalidBase64": Text(
        "A value in a Secret's data is not base64", "Encode it, or use stringData", "Secret.data"
    ),
    "InvalidAddress": Text(
        "The value of an address of type IPAddress is none",
        "Use type Hostname for a DNS name",
        "GatewaySpecAddress.value",
    ),
    "DuplicateAddress": Text(
        "A Gateway requests an address twice", "Remove one of them", "GatewaySpec.addresses"
    ),
    "DuplicateListener": Text(
        "Two listeners of a Gateway have the same port, protocol and hostname",
        "Change one of the three, or join the listeners",
        "GatewaySpec.listeners",
    ),
    "HostnameNotAllowed": Text(
        "A listener of protocol TCP or UDP has a hostname, which nothing in such a connection tells",
        "Remove the hostname",
        "Listener.hostname",
    ),
    "TLSNotAllowed": Text(
        "A listener of protocol HTTP, TCP or UDP has tls", "Remove tls, or use HTTPS or TLS", "Listener.tls"
    ),
    "TLSMissing": Text("A listener of protocol TLS has no tls", "Add tls with its mode", "Listener.tls"),
    "TLSModeNotTerminate": Text(
        "A listener of protocol HTTPS passes TLS through",
        "Use mode Terminate, or protocol TLS",
        "ListenerTLSConfig.mode",
    ),
    "CertificateMissing": Text(
        "TLS ends at the gateway, and there is no certificate for it",
        "Add a certificateRef to a Secret of type kubernetes.io/tls",
        "ListenerTLSConfig.certificateRefs",
    ),
    "AmbiguousParentRef": Text(
        "Of several references to one parent, some name a section or port and some do not",
        "Add sectionName or port to all of them, or leave it out of all",
        "CommonRouteSpec.parentRefs",
    ),
    "DuplicateParentRef": Text(
        "Two parentRefs are equal", "Remove one, or give them different sectionNames", "parentRefs"
    ),
    "TooManyMatches": Text(
        "The rules of a route have more than 128 matches together", "Split the route", "HTTPRouteSpec.rules"
    ),
    "RedirectWithBackends": Text(
        "A rule redirects and has backendRefs, which no request would reach",
        "Remove one of the two",
        "HTTPRouteRule",
    ),
    "RedirectWithRewrite": Text(
        "RequestRedirect and URLRewrite stand in one list of filters", "Remove one of them", _FILTER
    ),
    "RepeatedFilter": Text(
        "A type of filter that may occur once in a list is there twice", "Join the two", _FILTER
    ),
    "FilterFieldMissing": Text(
        "The field that a filter's or path's type asks for is not there", "Add it", f"{_FILTER}.type"
    ),
    "FilterFieldMismatch": Text(
        "A field belongs to another type of filter or path than the one stated",
        "Change the type, or remove the field",
        f"{_FILTER}.type",
    ),
    "PrefixMatchMissing": Text(
        "ReplacePrefixMatch stands in a rule that has not exactly one match of type PathPrefix",
        "Split the rule, so that each has one PathPrefix match",
        "HTTPPathModifier.replacePrefixMatch",
    ),
    "PercentWithFraction": Text(
        "A mirror has percent and fraction", "Remove one of them", "HTTPRequestMirrorFilter"
    ),
    "FractionAboveOne": Text(
        "The numerator of a fraction is greater than its denominator", "Lower it", "Fraction.numerator"
    ),
    "WildcardNotAlone": Text(
        "`*` stands in a list with other items", "Remove `*`, or everything else", "HTTPCORSFilter"
    ),
    "PortMissing": Text(
        "A reference to a Service has no port", "Add the Service's port", "BackendObjectReference.port"
    ),
    "PathNotAbsolute": Text("A path does not begin with /", "Put / in front of it", _PATH),
    "PathNotNormal": Text(
        "A path has //, /./ or /../, which no normalised request has", "Write the path as it arrives", _PATH
    ),
    "PathEncodedSlash": Text("A path has an encoded slash, %2F", "Use /, or a regular expression", _PATH),
    "PathFragment": Text("A path has #, which clients never send", "Remove it and what follows", _PATH),
    "PathCharacters": Text("A path has characters that no URL's path has", "Percent-encode them", _PATH),
    "BackendTimeoutTooLong": Text(
        "One try is given longer than the whole request",
        "Lower backendRequest, or raise request",
        "HTTPRouteTimeouts.backendRequest",
    ),
    "TimeoutMissing": Text(
        "A permanent cookie does not say how long it lasts",
        "Add absoluteTimeout",
        "SessionPersistence.absoluteTimeout",
    ),
    "CookieConfigNotAllowed": Text(
        "cookieConfig stands beside a type that is not Cookie",
        "Use type Cookie, or remove it",
        "SessionPersistence.cookieConfig",
    ),
    "UnservedKind": Text(
        "The release or channel that was chosen does not have this kind",
        "Use the kind that it has in its place, or validate for a release that has it",
        "kind",
    ),
    "DuplicateRuleName": Text("Two rules of a route have one name", "Rename one of them", "RouteRule.name"),
    "MethodMatchEmpty": Text(
        "A condition on the method of a gRPC call has neither service nor method",
        "Add one of them, or remove the condition",
        "GRPCMethodMatch",
    ),
    "SessionFieldMissing": Text(
        "The field that the type of session persistence asks for is not there",
        "Add cookie or header",
        "SessionPersistence.type",
    ),
    "SessionFieldMismatch": Text(
        "A field belongs to another type of session persistence than the one stated",
        "Change the type, or remove the field",
        "SessionPersistence.type",
    ),
    "AmbiguousTargetRef": Text(
        "Of several references of a policy to one target, some name a section and some do not",
        "Add sectionName to all of them, or leave it out of all",
        "BackendTLSPolicySpec.targetRefs",
    ),
    "DuplicateTargetRef": Text(
        "Two targetRefs of a policy are equal",
        "Remove one, or give them different sectionNames",
        "BackendTLSPolicySpec.targetRefs",
    ),
    "CACertificatesConflict": Text(
        "A backend's certificate is to be checked against own and against well-known authorities",
        "Remove caCertificateRefs or wellKnownCACertificates",
        "BackendTLSPolicyValidation",
    ),
    "CACertificatesMissing": Text(
        "Nothing says which authorities may sign a backend's certificate",
        "Add caCertificateRefs, or wellKnownCACertificates: System",
        "BackendTLSPolicyValidation",
    ),
    "SubjectAltNameMissing": Text(
        "The name that the type of a subjectAltName asks for is not there",
        "Add hostname or uri",
        "SubjectAltName.type",
    ),
    "SubjectAltNameMismatch": Text(
        "A subjectAltName has a name of another type than the one stated",
        "Change the type, or remove the name",
        "SubjectAltName.type",
    ),
    "HostnameInCluster": Text(
        "An external hostname ends with .cluster.local",
        "Refer to the Service instead",
        "XBackendSpec.externalHostname",
    ),
    "PortNameNotAllowed": Text(
        "The port of an XBackend has a name: by a mistake in its rule, the CRD of 1.6 refuses every one",
        "Remove the name",
        "XBackendSpec.port",
    ),
    "ClientCertificateMissing": Text(
        "TLS with a client's certificate is wanted, and no certificate is named",
        "Add clientCertificateRef, or use mode ServerOnly",
        "XBackendSpec.tls",
    ),
    "ClientCertificateNotAllowed": Text(
        "A client's certificate is named, and the mode shows none",
        "Use mode ClientAndServer, or remove clientCertificateRef",
        "XBackendSpec.tls",
    ),
}
"""Codes of findings, of what is read first and of the API's types after that."""

NOTES: Mapping[str, Text] = {
    "NotSimulated": Text(
        "A field is set that could change an answer, and gwsim's answers do not take it into account",
        "Keep it in mind where the answer matters; the finding says what is assumed in its place",
        "the field that the finding names",
    ),
}
"""Codes of findings about what is right, and worth knowing beside an answer."""
