"""For each code of `gwsim lint` manifests that have it, and the same mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import dedent, indent
from types import MappingProxyType

from gwsim.resources.examples.example import Example, manifest

_SERVICES = """\
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: cart-v2}
spec: {ports: [{port: 80}]}
"""
_WEB = "{name: web, port: 80, protocol: HTTP}"
_RULE = "backendRefs: [{name: cart, port: 80}]"


def _gateway(*listeners: str) -> str:
    listed = "\n".join(f"- {listener}" for listener in listeners)
    return manifest("Gateway", f"gatewayClassName: public\nlisteners:\n{listed}", name="front")


def _route(*rules: str, head: str = "", name: str = "cart") -> str:
    listed = "\n".join(f"- {indent(dedent(rule).strip(), '  ').strip()}" for rule in rules)
    parent = () if "parentRefs" in head else ("parentRefs: [{name: front}]",)
    parts = (*parent, *([head] if head else ()), "rules:", listed)
    return manifest("HTTPRoute", "\n".join(parts), name=name)


def _grant(to: str) -> str:
    spec = f"from:\n- {{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}}\nto:\n{to}"
    return manifest("ReferenceGrant", spec).replace("name: shop", "name: shop\n  namespace: stock", 1)


def _all(*manifests: str) -> str:
    return "---\n".join(each if each.endswith("\n") else each + "\n" for each in manifests)


def _each(make: Callable[[str], str], bad: str, good: str) -> Example:
    """Contrast two manifests that are made alike."""
    return Example(make(bad), make(good))


def _on_web(route: str, *others: str) -> str:
    """A route on a Gateway with one listener for HTTP, with what else there is."""
    return _all(_gateway(_WEB), route, *(others or (_SERVICES,)))


def _rules(bad: str, good: str) -> Example:
    """Contrast two rules, on a Gateway with one listener for HTTP."""
    return _each(lambda rule: _on_web(_route(rule)), bad, good)


def _gateways(bad: str, good: str) -> Example:
    """Contrast two Gateways, with a route for all of their listeners."""
    return _each(lambda gateway: _all(gateway, _route(_RULE), _SERVICES), bad, good)


_IN_STOCK = "backendRefs: [{name: shelf, namespace: stock, port: 80}]"
_SHELF = """\
apiVersion: v1
kind: Service
metadata: {name: shelf, namespace: stock}
spec: {ports: [{port: 80}]}
"""
_OFFICE = _SHELF.replace("name: shelf", "name: office")
_ENDPOINTS = """\
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: cart-1, labels: {kubernetes.io/service-name: cart}}
addressType: IPv4
endpoints: [{addresses: [192.0.2.7], conditions: {ready: READY}}]
"""
_PATTERN = "matches: [{path: {type: RegularExpression, value: 'VALUE'}}]"
_RETRY = "matches: [{method: METHOD}]\nretry: {attempts: 2}\nbackendRefs: [{name: cart, port: 80}]"
_SPLIT = "backendRefs: [{name: cart, port: 80, weight: 9}, {name: cart-v2, port: 80, weight: 1}]"
_CLASS = manifest("GatewayClass", "controllerName: example.com/front", name="NAME")
_TCP = "parentRefs: [{name: front}]\nrules:\n- backendRefs: [{name: cart, port: 80}]"
_DATA = "{name: web, port: 5432, protocol: TCP}"
_IGNORE = "metadata:\n  annotations: {gwsim/lint-ignore: CODE}\n  name: cart"


def _ignoring(code: str) -> str:
    return _route(_RULE).replace("metadata:\n  name: cart", _IGNORE.replace("CODE", code), 1)


_GET_OR_ANY = "matches: [{path: {value: PATH}, method: GET}, {path: {value: PATH}}]"
_REDIRECT = "filters: [{type: RequestRedirect, requestRedirect: {FIELDS}}]"
_SHELF_GRANT = "- {group: '', kind: Service, name: shelf}"
_SECURE = "{name: secure, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: front}]}}"
_ATTACHED = "parentRefs: [{name: front, sectionName: SECTION}]"

LINT_EXAMPLES: Mapping[str, Example] = MappingProxyType(
    {
        "RouteNotAttached": _each(
            lambda section: _on_web(_route(_RULE, head=_ATTACHED.replace("SECTION", section))), "https", "web"
        ),
        "HostnameNotServed": _each(
            lambda hostnames: _all(
                _gateway("{name: web, port: 80, protocol: HTTP, hostname: '*.example.com'}"),
                _route(_RULE, head=f"hostnames: [{hostnames}]"),
                _SERVICES,
            ),
            "shop.example.com, shop.example.org",
            "shop.example.com",
        ),
        "RuleDropped": _each(
            lambda pattern: _on_web(_route(f"{_PATTERN.replace('VALUE', pattern)}\n{_RULE}")),
            "/items/([0-9]+",
            "/items/([0-9]+)",
        ),
        "GatewayNotServed": _each(
            lambda name: _on_web(_route(_RULE), _SERVICES, _CLASS.replace("NAME", name)), "internal", "public"
        ),
        "ListenerNotServing": _gateways(
            _gateway(_WEB, "{name: again, port: 80, protocol: TCP}"), _gateway(_WEB)
        ),
        "ListenerWithoutRoutes": _gateways(
            _gateway(_WEB, "{name: data, port: 5432, protocol: TCP}"), _gateway(_WEB)
        ),
        "UnresolvedReference": _rules("backendRefs: [{name: card, port: 80}]", _RULE),
        "NoReadyEndpoint": _each(
            lambda ready: _on_web(_route(_RULE), _SERVICES, _ENDPOINTS.replace("READY", ready)),
            "false",
            "true",
        ),
        "NoWeight": _each(
            lambda weight: _on_web(_route(f"backendRefs: [{{name: cart, port: 80, weight: {weight}}}]")),
            "0",
            "1",
        ),
        "UnusedGrant": _each(
            lambda rule: _on_web(_route(rule), _SERVICES, _SHELF, _grant(_SHELF_GRANT)), _RULE, _IN_STOCK
        ),
        "WideGrant": _each(
            lambda to: _on_web(_route(_IN_STOCK), _SHELF, _OFFICE, _grant(to)),
            "- {group: '', kind: Service}",
            _SHELF_GRANT,
        ),
        "SameMatch": _each(
            lambda path: _on_web(
                _route(_RULE),
                _route(f"matches: [{{path: {{value: {path}}}}}]\n{_RULE}", name="too"),
                _SERVICES,
            ),
            "/",
            "/too",
        ),
        "NeverReached": _each(
            lambda path: _on_web(_route(_RULE, f"{_GET_OR_ANY.replace('PATH', path)}\n{_RULE}")),
            "/",
            "/items",
        ),
        "RedirectLoop": _rules(_REDIRECT.replace("FIELDS", "hostname: shop.example.com"), _RULE),
        "RedirectNotServed": _each(
            lambda listeners: _all(
                _gateway(*listeners.split("; ")),
                _route(
                    _REDIRECT.replace("FIELDS", "scheme: https"), head=_ATTACHED.replace("SECTION", "web")
                ),
                _route(_RULE, head=_ATTACHED.replace("SECTION", "secure"), name="shop"),
                _SERVICES,
            ),
            _WEB,
            f"{_WEB}; {_SECURE}",
        ),
        "RetryNotIdempotent": _each(
            lambda method: _on_web(_route(_RETRY.replace("METHOD", method))), "POST", "GET"
        ),
        "SplitWithPersistence": _rules(f"sessionPersistence: {{type: Cookie}}\n{_SPLIT}", _SPLIT),
        "PlainHTTP": _each(
            lambda redirect: _all(
                _gateway(_WEB, _SECURE),
                _route(_RULE, head=_ATTACHED.replace("SECTION", "secure")),
                _route(redirect, head=_ATTACHED.replace("SECTION", "web"), name="plain"),
                _SERVICES,
            ),
            _RULE,
            "filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]",
        ),
        "DeprecatedVersion": _each(
            lambda version: _all(_gateway(_DATA), manifest("TCPRoute", _TCP, api_version=version), _SERVICES),
            "v1alpha2",
            "v1",
        ),
        "UnknownLintCode": _each(lambda code: _on_web(_ignoring(code)), "PlainHttp", "PlainHTTP"),
    }
)
"""By code; those about certificates have none, since an example would have to hold a private key."""
