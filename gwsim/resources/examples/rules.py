"""Examples of what is wrong with fields together."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import indent
from types import MappingProxyType

from gwsim.resources.examples.example import Example, gateway, of_kind, route, rule
from gwsim.resources.releases.release import MAIN, Channel, Release

_REFS = "certificateRefs: [{name: web}]"
_WEB = "{name: web, port: 80, protocol: HTTP}"
_PREFIX = "{path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}"
_TARGET = "{group: '', kind: Service, name: cart"
_AFTER_1_6 = Release(MAIN, Channel.EXPERIMENTAL)


def _listener(bad: str, good: str) -> Example:
    return gateway(
        f"listeners:\n- {{name: a, port: 443, {bad}}}", f"listeners:\n- {{name: a, port: 443, {good}}}"
    )


def _filter(bad: str, good: str) -> Example:
    return rule(f"filters:\n- {bad}", f"filters:\n- {good}")


def _path(bad: str, good: str) -> Example:
    return rule(f"matches:\n- path: {{value: '{bad}'}}", f"matches:\n- path: {{value: '{good}'}}")


def _mirror(bad: str, good: str) -> Example:
    start = "{type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 80}, "
    return _filter(f"{start}{bad}}}}}", f"{start}{good}}}}}")


def _session(bad: str, good: str) -> Example:
    return rule(f"sessionPersistence: {{{bad}}}", f"sessionPersistence: {{{good}}}")


def _later(example: Example) -> Example:
    return example._replace(release=_AFTER_1_6)


def _policy(bad: str, good: str, *, targets: str = f"- {_TARGET}}}") -> Example:
    start = f"targetRefs:\n{targets}\nvalidation:\n"
    return of_kind("BackendTLSPolicy", *(start + indent(text, "  ") for text in (bad, good)))


def _targets(bad: str, good: str) -> Example:
    end = "validation:\n  hostname: cart.example.com\n  wellKnownCACertificates: System"
    return of_kind("BackendTLSPolicy", *(f"targetRefs:\n{text}\n{end}" for text in (bad, good)))


def _names(bad: str, good: str) -> Example:
    start = "hostname: cart.example.com\nwellKnownCACertificates: System\nsubjectAltNames:\n- "
    return _policy(start + bad, start + good)


def _backend(bad: str, good: str) -> Example:
    api_version = "gateway.networking.x-k8s.io/v1alpha1"
    return of_kind(
        "XBackend", *(f"type: ExternalHostname\n{text}" for text in (bad, good)), api_version=api_version
    )


_OUTSIDE = "port: {port: 443}\nexternalHostname: {hostname: api.example.com}\n"

RULE_EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "DuplicateAddress": gateway(
            f"listeners:\n- {_WEB}\naddresses:\n- {{value: 192.0.2.1}}\n- {{value: 192.0.2.1}}",
            f"listeners:\n- {_WEB}\naddresses:\n- {{value: 192.0.2.1}}",
        ),
        "DuplicateListener": gateway(
            f"listeners:\n- {_WEB}\n- {_WEB.replace('web', 'other')}",
            f"listeners:\n- {_WEB}\n- {{name: other, port: 8080, protocol: HTTP}}",
        ),
        "HostnameNotAllowed": _listener("protocol: TCP, hostname: db.example.com", "protocol: TCP"),
        "TLSNotAllowed": _listener(f"protocol: HTTP, tls: {{{_REFS}}}", f"protocol: HTTPS, tls: {{{_REFS}}}"),
        "TLSMissing": _listener("protocol: TLS", "protocol: TLS, tls: {mode: Passthrough}"),
        "TLSModeNotTerminate": _listener(
            "protocol: HTTPS, tls: {mode: Passthrough}", "protocol: TLS, tls: {mode: Passthrough}"
        ),
        "CertificateMissing": _listener("protocol: HTTPS, tls: {}", f"protocol: HTTPS, tls: {{{_REFS}}}"),
        "AmbiguousParentRef": route(
            "parentRefs:\n- {name: public}\n- {name: public, sectionName: web}",
            "parentRefs:\n- {name: public, sectionName: tls}\n- {name: public, sectionName: web}",
        ),
        "DuplicateParentRef": route(
            "parentRefs:\n- {name: public}\n- {name: public}", "parentRefs:\n- {name: public}"
        ),
        "DuplicateRuleName": route(
            "rules:\n- name: cart\n- name: cart", "rules:\n- name: cart\n- name: basket"
        ),
        "TooManyMatches": route(
            "rules:\n" + f"- matches: [{', '.join(['{}'] * 64)}]\n" * 3,
            "rules:\n" + f"- matches: [{', '.join(['{}'] * 64)}]\n" * 2,
        ),
        "RedirectWithBackends": rule(
            "filters:\n- {type: RequestRedirect, requestRedirect: {scheme: https}}\n"
            "backendRefs:\n- {name: cart, port: 80}",
            "filters:\n- {type: RequestRedirect, requestRedirect: {scheme: https}}",
        ),
        "RedirectWithRewrite": rule(
            "filters:\n- {type: RequestRedirect, requestRedirect: {scheme: https}}\n"
            "- {type: URLRewrite, urlRewrite: {hostname: a.example.com}}",
            "filters:\n- {type: RequestRedirect, requestRedirect: {scheme: https, hostname: a.example.com}}",
        ),
        "RepeatedFilter": rule(
            "filters:\n- {type: CORS, cors: {allowOrigins: ['https://a.example']}}\n"
            "- {type: CORS, cors: {allowOrigins: ['https://b.example']}}",
            "filters:\n- {type: CORS, cors: {allowOrigins: ['https://a.example', 'https://b.example']}}",
        ),
        "FilterFieldMissing": _filter(
            "{type: URLRewrite}", "{type: URLRewrite, urlRewrite: {hostname: a.example.com}}"
        ),
        "FilterFieldMismatch": _filter(
            "{type: URLRewrite, urlRewrite: {hostname: a.example.com}, requestRedirect: {port: 8080}}",
            "{type: URLRewrite, urlRewrite: {hostname: a.example.com}}",
        ),
        "PrefixMatchMissing": rule(
            "matches:\n- path: {value: /a}\n- path: {value: /b}\n"
            f"filters:\n- {{type: URLRewrite, urlRewrite: {_PREFIX}}}",
            f"matches:\n- path: {{value: /a}}\nfilters:\n- {{type: URLRewrite, urlRewrite: {_PREFIX}}}",
        ),
        "PercentWithFraction": _mirror("percent: 10, fraction: {numerator: 1}", "percent: 10"),
        "FractionAboveOne": _mirror("fraction: {numerator: 101}", "fraction: {numerator: 1}"),
        "WildcardNotAlone": _filter(
            "{type: CORS, cors: {allowMethods: ['*', GET]}}", "{type: CORS, cors: {allowMethods: [GET]}}"
        ),
        "PortMissing": rule("backendRefs:\n- name: cart", "backendRefs:\n- {name: cart, port: 80}"),
        "PathNotAbsolute": _path("cart", "/cart"),
        "PathNotNormal": _path("/shop/../cart", "/cart"),
        "PathEncodedSlash": _path("/a%2Fb", "/a/b"),
        "PathFragment": _path("/cart#top", "/cart"),
        "PathCharacters": _path("/my cart", "/my%20cart"),
        "MethodMatchEmpty": of_kind(
            "GRPCRoute",
            "rules:\n- matches:\n  - method: {type: Exact}",
            "rules:\n- matches:\n  - method: {service: shop.Cart}",
        ),
        "BackendTimeoutTooLong": rule(
            "timeouts: {request: 1s, backendRequest: 2s}", "timeouts: {request: 2s, backendRequest: 1s}"
        ),
        "TimeoutMissing": _session(
            "cookieConfig: {lifetimeType: Permanent}",
            "cookieConfig: {lifetimeType: Permanent}, absoluteTimeout: 24h",
        ),
        "CookieConfigNotAllowed": _session(
            "type: Header, cookieConfig: {lifetimeType: Session}", "cookieConfig: {lifetimeType: Session}"
        ),
        "SessionFieldMissing": _later(_session("type: Header", "type: Header, header: {name: x-session}")),
        "SessionFieldMismatch": _later(
            _session(
                "type: Header, header: {name: x-session}, cookie: {}",
                "type: Header, header: {name: x-session}",
            )
        ),
        "AmbiguousTargetRef": _targets(
            f"- {_TARGET}}}\n- {_TARGET}, sectionName: grpc}}",
            f"- {_TARGET}, sectionName: http}}\n- {_TARGET}, sectionName: grpc}}",
        ),
        "DuplicateTargetRef": _targets(f"- {_TARGET}}}\n- {_TARGET}}}", f"- {_TARGET}}}"),
        "CACertificatesConflict": _policy(
            "hostname: cart.example.com\nwellKnownCACertificates: System\n"
            "caCertificateRefs: [{group: '', kind: ConfigMap, name: roots}]",
            "hostname: cart.example.com\ncaCertificateRefs: [{group: '', kind: ConfigMap, name: roots}]",
        ),
        "CACertificatesMissing": _policy(
            "hostname: cart.example.com", "hostname: cart.example.com\nwellKnownCACertificates: System"
        ),
        "SubjectAltNameMissing": _names("type: URI", "{type: URI, uri: 'spiffe://shop/cart'}"),
        "SubjectAltNameMismatch": _names(
            "{type: Hostname, hostname: a.example.com, uri: 'spiffe://shop/cart'}",
            "{type: Hostname, hostname: a.example.com}",
        ),
        "HostnameInCluster": _backend(
            "port: {port: 443}\nexternalHostname: {hostname: cart.shop.svc.cluster.local}", _OUTSIDE
        ),
        "PortNameNotAllowed": _backend(_OUTSIDE.replace("443}", "443, name: https}"), _OUTSIDE),
        "ClientCertificateMissing": _backend(
            _OUTSIDE + "tls: {mode: ClientAndServer}",
            _OUTSIDE + "tls: {mode: ClientAndServer, clientCertificateRef: {name: client}}",
        ),
        "ClientCertificateNotAllowed": _backend(
            _OUTSIDE + "tls: {mode: ServerOnly, clientCertificateRef: {name: client}}",
            _OUTSIDE + "tls: {mode: ServerOnly}",
        ),
    }
)
"""By code."""
